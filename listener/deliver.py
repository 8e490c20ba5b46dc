"""The deliver stage: due deliveries -> messages, handed to the services through the notifier.

Delivery is at-least-once. A result is recorded right after the service answered, in a transaction of its own;
a crash between the two repeats that one message, and a service that took a message without saying so in time
gets it again. Such a delivery has "may have arrived" in its last error.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from listener.core.timing import is_dead, next_retry
from listener.errors import DestinationError
from listener.logs import Event
from listener.message import render, render_digest
from listener.model import Delivery, DeliveryState, LeadStatus, SendFailed, SendOutcome, Sent
from listener.notify import SEND_DEADLINE, Notifier
from listener.store import Store

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


class DeliverStage:
    """Sends what is due.

    `jitter` returns numbers in [0, 1) that spread the retries; `zone` is for the dates in messages.
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
    ) -> None:
        self._store, self._notifier = store, notifier
        self._retry_base, self._retry_for = retry_base, retry_for
        self._clock, self._jitter, self._zone = clock, jitter, zone
        self._resting: dict[str, datetime] = {}  # destinations that failed, and until when they are let alone

    def run(self, *, stop: threading.Event | None = None) -> DeliverSummary:
        """Send everything that is due, also what becomes due meanwhile; return when nothing is left.

        Destinations are served side by side, each one message at a time, oldest first. One that fails rests for
        `retry_base`, in later runs too: it holds up nobody else, and what waits behind the failure stays due.

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
        resting = {destination for destination, until in self._resting.items() if until > now}
        claimed: dict[str, list[Delivery]] = {}
        for delivery in self._store.deliveries.claim_due(
            now, limit_per_destination=_BATCH, lease=_LEASE, exclude={*under_way, *resting}
        ):
            claimed.setdefault(delivery.destination, []).append(delivery)
        return claimed

    def _collect(self, turns: dict[str, Future[_Turn]]) -> Counter[DeliveryState]:
        """Take the turns that are over out of `turns`; what became of their deliveries."""
        states: Counter[DeliveryState] = Counter()
        for destination in [name for name, turn in turns.items() if turn.done()]:
            turn = turns.pop(destination).result()
            states.update(turn.states)
            if turn.failing:
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
                turn.add(self._deliver(waiting.popleft()))
            self._store.deliveries.release([delivery.id for parcel in waiting for delivery in parcel])
        except Exception:
            log.exception(Event("deliver.broken", destination=destination))
            turn.failing = True
        return turn

    def _deliver(self, parcel: Parcel) -> list[DeliveryState]:
        destination = parcel[0].destination
        if destination not in self._notifier.names:
            return self._give_up(parcel, _NOT_CONFIGURED)
        outcome = self._send(destination, parcel)
        if isinstance(outcome, Sent):
            return self._record_sent(parcel)
        return self._record_failed(parcel, outcome.error)

    def _send(self, destination: str, parcel: Parcel) -> SendOutcome:
        leads = [lead for delivery in parcel if (lead := self._store.leads.get(delivery.lead_id))]
        if len(leads) < len(parcel):
            return SendFailed(error="its lead is gone")
        try:
            message = render(leads[0], zone=self._zone) if len(leads) == 1 else render_digest(leads)
            return self._notifier.send(destination, message)
        except DestinationError as error:
            return SendFailed(error=str(error))
        except Exception as error:  # one lead that cannot be rendered must not stop the others
            return SendFailed(error=f"the message could not be made ({type(error).__name__}: {error})")

    def _record_sent(self, parcel: Parcel) -> list[DeliveryState]:
        now = self._clock()
        with self._store.transaction():
            for delivery in parcel:
                self._store.deliveries.record_sent(delivery.id, now)
                self._store.leads.set_status(delivery.lead_id, LeadStatus.ALERTED, now)
        for delivery in parcel:
            sent = {"destination": delivery.destination, "delivery": delivery.id, "lead": delivery.lead_id}
            log.info(Event("deliver.sent", **sent))
        return [DeliveryState.SENT] * len(parcel)

    def _record_failed(self, parcel: Parcel, error: str) -> list[DeliveryState]:
        """A digest is tried again, or given up, as its oldest delivery is: they stay together."""
        now = self._clock()
        first_attempt_at = min((each.first_attempt_at for each in parcel if each.first_attempt_at), default=None)
        if is_dead(first_attempt_at, now, self._retry_for):
            return self._give_up(parcel, error)
        attempt = max(delivery.attempts for delivery in parcel)
        due_at = next_retry(now=now, attempt=attempt, base=self._retry_base, jitter=self._jitter())
        with self._store.transaction():
            for delivery in parcel:
                self._store.deliveries.record_retry(delivery.id, error, due_at=due_at, now=now)
        first = {"destination": parcel[0].destination, "delivery": parcel[0].id}
        log.warning(Event("deliver.failed", **first, attempt=attempt, retry_at=due_at, error=error))
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
    """What goes out as one message: a delivery, or all that were claimed of a digest."""
    parcels: dict[str | int, list[Delivery]] = {}
    for delivery in deliveries:
        parcels.setdefault(delivery.id if delivery.digest is None else delivery.digest, []).append(delivery)
    return list(parcels.values())


@dataclass(slots=True)
class _Turn:
    """What came of one batch of one destination."""

    states: list[DeliveryState] = field(default_factory=list)
    failing: bool = False

    def add(self, states: Sequence[DeliveryState]) -> None:
        self.states += states
        self.failing = DeliveryState.RETRYING in states
