"""The deliver stage: due deliveries -> messages, handed to the services through the notifier.

Delivery is at-least-once. A result is recorded right after the service answered, in a transaction of its own;
a crash between the two repeats that one message, and a service that took a message without saying so in time
gets it again. Such a delivery has "may have arrived" in its last error.

How a destination is doing is kept in the database: one that failed rests, and the longer it is down, the longer. What
waited for it meanwhile goes out as a digest, because the storm brake looks at what is due before it is claimed.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from listener.core.policy import storm_until
from listener.core.timing import DOWN_AFTER, is_dead, next_retry, rest_until
from listener.errors import DestinationError
from listener.logs import Event
from listener.message import MOST_IN_DIGEST, Personal, render, render_digest, render_plainly
from listener.model import (
    Delivery,
    DeliveryState,
    DestinationHealth,
    Lead,
    Message,
    SendFailed,
    SendOutcome,
    Sent,
    StormBrake,
)
from listener.notify import SEND_DEADLINE, Notifier
from listener.store import Store
from listener.store.deliveries import Crowd
from listener.templating import SHIPPED, Templates

log = logging.getLogger("listener.deliver")

_THREADS = 16  # destinations that are sent to at the same time; they wait for the network
_BATCH = 5  # deliveries claimed for a destination at once
_LEASE = _BATCH * SEND_DEADLINE + timedelta(seconds=30)  # longer than a batch can take
_LOOK_AGAIN_SECONDS = 0.5  # for a stop, and for what has become due, while a service is slow
_STOP_GRACE_SECONDS = 5.0  # for the services' answers after a stop; half of the 10 s that containers get

_NOT_CONFIGURED = "config.toml has no destination of this name any more; add it and run `listener alerts retry`"

Parcel = Sequence[Delivery]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSummary:
    """What one run did."""

    sent: int
    failed: int  # attempts that are made again later
    dead: int  # given up


def _nothing_personal(_lead: Lead, _delivery: Delivery) -> Personal:
    return Personal()


class DeliverStage:
    """Sends what is due.

    `jitter` returns numbers in [0, 1) that spread the retries; `zone` is for the dates in messages; `brake` None:
    however many messages are due, they go out one by one. `personal` says what the reader of a delivery is told
    besides the lead.
    """

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        *,
        retry_base: timedelta,
        retry_for: timedelta,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
        zone: tzinfo = UTC,
        templates: Templates = SHIPPED,
        brake: StormBrake | None = None,
        personal: Callable[[Lead, Delivery], Personal] = _nothing_personal,
    ) -> None:
        self._store, self._notifier = store, notifier
        self._retry_base, self._retry_for = retry_base, retry_for
        self._clock, self._jitter, self._zone, self._personal = clock, jitter, zone, personal
        self._brake, self._templates = brake, templates
        self._resting: dict[str, datetime] = {}  # destinations whose results could not be recorded, and until when

    def run(self, *, stop: threading.Event | None = None) -> DeliverSummary:
        """Send everything that is due, also what becomes due meanwhile; return when nothing is left.

        Destinations are served side by side, each one message at a time, oldest first. One that fails rests, in
        later runs too: it holds up nobody else, and what waits behind the failure stays due. After the rest one
        message is tried; when it goes through, so do the others, also those that wait for a retry.

        Once `stop` is set no message begins and what is claimed is released. What is under way gets a few
        seconds for its answer, then it is recorded as one that may have arrived, and the notifier is of no
        more use. Raises sqlite3.Error when deliveries cannot be claimed.
        """
        stop = stop or threading.Event()
        turns: dict[str, Future[_Turn]] = {}
        states: Counter[DeliveryState] = Counter()
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="deliver") as pool:
            while not stop.is_set():
                for destination, deliveries in self._claim(under_way=turns).items():
                    turns[destination] = pool.submit(self._take_turn, destination, deliveries, stop)
                if not turns:
                    break
                wait(turns.values(), timeout=_LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED)
                states += self._collect(turns)
            if turns:
                self._wind_up(turns.values())
                states += self._collect(turns)
        return DeliverSummary(
            sent=states[DeliveryState.SENT], failed=states[DeliveryState.RETRYING], dead=states[DeliveryState.DEAD]
        )

    def _claim(self, *, under_way: Collection[str]) -> dict[str, list[Delivery]]:
        now = self._clock()
        claimed: dict[str, list[Delivery]] = {}
        with self._store.transaction():
            unrecorded = {destination for destination, until in self._resting.items() if until > now}
            exclude = {*under_way, *unrecorded, *self._store.destinations.resting(now)}
            self._put_the_brake_on(now, exclude)
            for delivery in self._store.deliveries.claim_due(
                now, limit_per_destination=_BATCH, lease=_LEASE, exclude=exclude
            ):
                claimed.setdefault(delivery.destination, []).append(delivery)
        return claimed

    def _put_the_brake_on(self, now: datetime, exclude: Collection[str]) -> None:
        """Make one digest of too many alerts to a destination that is about to get them."""
        if self._brake is None:
            return
        for crowd in self._store.deliveries.crowds(now, window=self._brake.within, exclude=exclude):
            until = storm_until(
                self._brake,
                alerts=crowd.alerts,
                sent=crowd.sent,
                held=crowd.held,
                last_digest_at=crowd.last_digest_at,
                now=now,
            )
            if until is not None:
                self._hold(crowd, self._brake, until, now)

    def _hold(self, crowd: Crowd, brake: StormBrake, until: datetime, now: datetime) -> None:
        name = crowd.destination
        reason = self._why_together(name, brake)
        self._store.deliveries.hold(name, until=until, reason=reason, most=MOST_IN_DIGEST, now=now)
        if not crowd.held and crowd.last_digest_at is None:
            self._store.destinations.record_storm(name, now)
            storm = {"destination": name, "alerts": crowd.alerts}
            log.warning(Event("deliver.storm", f"they become a digest, because {reason}", **storm))

    def _why_together(self, name: str, brake: StormBrake) -> str:
        state = self._store.destinations.get(name)
        if state.health is DestinationHealth.DOWN and state.failing_since_at is not None:
            since = state.failing_since_at.astimezone(self._zone)
            return f"{name} took no messages since {since:%H:%M} on {since.day} {since:%b}"
        return f"there were more than {brake.most} in {brake.within.total_seconds() / 60:g} minutes"

    def _collect(self, turns: dict[str, Future[_Turn]]) -> Counter[DeliveryState]:
        """Take the turns that are over out of `turns`; what became of their deliveries."""
        states: Counter[DeliveryState] = Counter()
        for destination in [name for name, turn in turns.items() if turn.done()]:
            turn = turns.pop(destination).result()
            states.update(turn.states)
            if turn.broken:
                self._resting[destination] = self._clock() + self._retry_base
        return states

    def _wind_up(self, turns: Collection[Future[_Turn]]) -> None:
        if wait(turns, timeout=_STOP_GRACE_SECONDS).not_done:
            self._notifier.abandon()
            wait(turns)

    # ------------------------------------------------------------------- in the threads

    def _take_turn(self, destination: str, deliveries: Sequence[Delivery], stop: threading.Event) -> _Turn:
        """One batch of one destination. What cannot be recorded is due again when its lease has run out."""
        turn, waiting = _Turn(), deque(_parcels(deliveries))
        try:
            while waiting and not turn.failing and not stop.is_set():
                self._deliver(waiting.popleft(), turn)
            self._store.deliveries.release([delivery.id for parcel in waiting for delivery in parcel])
        except Exception:
            log.exception(Event("deliver.broken", destination=destination))
            turn.broken = True
        return turn

    def _deliver(self, parcel: Parcel, turn: _Turn) -> None:
        destination = parcel[0].destination
        if destination not in self._notifier.names:
            turn.states += self._give_up(parcel, _NOT_CONFIGURED)
            return
        message = self._message(parcel)
        if isinstance(message, _Unmade):
            turn.states += self._record_failed(parcel, SendFailed(error=message.error))
            return
        outcome = self._send(destination, message)
        if isinstance(outcome, Sent):
            turn.states += self._record_sent(parcel)
        else:
            turn.failing = True
            probe_at = self._let_rest(destination, outcome)
            turn.states += self._record_failed(parcel, outcome, probe_at)

    def _message(self, parcel: Parcel) -> Message | _Unmade:
        """A lead that cannot be rendered is told plainly: that is no reason to hold it, or a digest, back."""
        leads = [lead for delivery in parcel if (lead := self._store.leads.get(delivery.lead_id))]
        if not leads:
            return _Unmade(error="its lead is gone")
        told = {delivery.lead_id: delivery for delivery in parcel}
        personal = {lead.id: self._personal_safely(lead, told[lead.id]) for lead in leads}
        return replace(self._rendered(leads, parcel[0].digest_reason, personal), key=_key(parcel))

    def _rendered(self, leads: Sequence[Lead], reason: str | None, personal: Mapping[int, Personal]) -> Message:
        if len(leads) > 1:
            return render_digest(leads, reason=reason, personal=personal, zone=self._zone, templates=self._templates)
        (lead,) = leads
        try:
            return render(lead, zone=self._zone, personal=personal[lead.id], templates=self._templates)
        except Exception as error:
            self._log_unmade(lead, error)
            return render_plainly(lead)

    def _personal_safely(self, lead: Lead, delivery: Delivery) -> Personal:
        try:
            return self._personal(lead, delivery)
        except Exception as error:
            self._log_unmade(lead, error)
            return Personal()

    def _log_unmade(self, lead: Lead, error: Exception) -> None:
        what = {"lead": lead.id, "error": f"{type(error).__name__}: {error}"}
        log.error(Event("deliver.lead_not_shown", "it is told plainly", **what))

    def _send(self, destination: str, message: Message) -> SendOutcome:
        try:
            return self._notifier.send(destination, message)
        except DestinationError as error:
            return SendFailed(error=str(error))

    def _let_rest(self, destination: str, outcome: SendFailed) -> datetime | None:
        """Remember the failure; returns when a destination that is down is tried next, None: it is not down."""
        now = self._clock()
        failures = self._store.destinations.get(destination).failures + 1
        until = rest_until(
            now=now,
            failures=failures,
            base=self._retry_base,
            retry_after=outcome.retry_after,
            jitter=self._jitter(),
        )
        self._store.destinations.record_failed(destination, outcome.error, failures=failures, rest_until=until, now=now)
        if failures == DOWN_AFTER:
            down = {"destination": destination, "failures": failures, "error": outcome.error}
            log.error(Event("deliver.down", "one message is tried now and then until it is well", **down))
        return until if failures >= DOWN_AFTER else None

    def _record_sent(self, parcel: Parcel) -> list[DeliveryState]:
        now, name = self._clock(), parcel[0].destination
        with self._store.transaction():
            for delivery in parcel:
                self._store.deliveries.record_sent(delivery.id, now)
                self._store.leads.mark_alerted(delivery.lead_id, now)
            if self._store.destinations.get(name).health is DestinationHealth.DOWN:
                self._store.deliveries.hasten(name, now)
                log.info(Event("deliver.up", destination=name))
            self._store.destinations.record_sent(name, now)
        for delivery in parcel:
            sent = {"destination": delivery.destination, "delivery": delivery.id, "lead": delivery.lead_id}
            log.info(Event("deliver.sent", **sent))
        return [DeliveryState.SENT] * len(parcel)

    def _record_failed(
        self, parcel: Parcel, outcome: SendFailed, probe_at: datetime | None = None
    ) -> list[DeliveryState]:
        """A digest is tried again together; what was tried for too long in it is given up alone.

        `probe_at` is when a destination that is down is tried next: with the very message that failed.
        """
        now = self._clock()
        dead = [each for each in parcel if is_dead(each.first_attempt_at, now, self._retry_for)]
        alive = [each for each in parcel if each not in dead]
        states = self._give_up(dead, outcome.error) if dead else []
        return states + (self._retry_later(alive, outcome, probe_at, now) if alive else [])

    def _retry_later(
        self, parcel: Parcel, outcome: SendFailed, probe_at: datetime | None, now: datetime
    ) -> list[DeliveryState]:
        attempt = max(delivery.attempts for delivery in parcel)
        due_at = probe_at or next_retry(
            now=now,
            attempt=attempt,
            base=self._retry_base,
            jitter=self._jitter(),
            retry_after=outcome.retry_after,
        )
        with self._store.transaction():
            for delivery in parcel:
                self._store.deliveries.record_retry(delivery.id, outcome.error, due_at=due_at, now=now)
        first = {"destination": parcel[0].destination, "delivery": parcel[0].id}
        log.warning(Event("deliver.failed", **first, attempt=attempt, retry_at=due_at, error=outcome.error))
        return [DeliveryState.RETRYING] * len(parcel)

    def _give_up(self, parcel: Parcel, error: str) -> list[DeliveryState]:
        with self._store.transaction():
            for delivery in parcel:
                self._store.deliveries.record_dead(delivery.id, error, self._clock())
        for delivery in parcel:
            dead = {"destination": delivery.destination, "delivery": delivery.id, "error": error}
            log.error(Event("deliver.dead", "`listener alerts retry` revives it", **dead))
        return [DeliveryState.DEAD] * len(parcel)


def _parcels(deliveries: Sequence[Delivery]) -> list[Parcel]:
    """What goes out as one message: a delivery, or those that were claimed of a digest, as many as one can tell of."""
    parcels: dict[str | int, list[Delivery]] = {}
    for delivery in deliveries:
        parcels.setdefault(delivery.id if delivery.digest is None else delivery.digest, []).append(delivery)
    return [
        together[start : start + MOST_IN_DIGEST]
        for together in parcels.values()
        for start in range(0, len(together), MOST_IN_DIGEST)
    ]


def _key(parcel: Parcel) -> str:
    """The same at each try to send these deliveries, another once they are sent on purpose again."""
    tried = "".join(f"{delivery.id} {delivery.first_attempt_at} " for delivery in parcel)
    return hashlib.sha256(f"{parcel[0].destination} {tried}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unmade:
    """Why there is no message."""

    error: str


@dataclass(slots=True)
class _Turn:
    """What came of one batch of one destination."""

    states: list[DeliveryState] = field(default_factory=list)
    failing: bool = False  # the destination does not take messages for now
    broken: bool = False  # what came of it could not be recorded
