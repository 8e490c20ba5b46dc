"""Telling the reps who want to know that a digest has nothing to tell.

There is no queue, as with the operator's notices: when a rep was told last stands in the database. A message that
cannot be sent is tried again until the next digest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from listener.core.health import diagnose
from listener.core.policy import last_digest
from listener.errors import DestinationError
from listener.logs import Event
from listener.message import render_list
from listener.model import Health, Message, Rep, SendFailed, SendOutcome, Sent
from listener.notify import Notifier
from listener.store import Store

log = logging.getLogger("listener.digests")

_IN_TROUBLE = (Health.FAILING, Health.BROKEN, Health.GONE)


class EmptyDigestStage:
    """Says "nothing today" at the times of the digests, to reps with `empty_digest`."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        *,
        reps: Sequence[Rep],
        retry_base: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._notifier, self._clock = store, notifier, clock
        self._reps = [rep for rep in reps if rep.empty_digest]
        self._retry_base = retry_base
        self._rest_until: dict[str, datetime] = {}  # by key of what could not be sent

    def run(self) -> int:
        """Send what there is to say; returns how many messages went."""
        now = self._clock()
        return sum(self._tell(rep, name, key, now) for rep, name, key in self._due(now))

    def _due(self, now: datetime) -> Iterator[tuple[Rep, str, str]]:
        for rep in self._reps:
            for name in rep.destinations:
                key = f"digest: {rep.name} {name}"
                if key not in self._rest_until or self._rest_until[key] <= now:
                    yield rep, name, key

    def _tell(self, rep: Rep, destination: str, key: str, now: datetime) -> bool:
        """What lies between the last digest and this one counts. A first one has nothing before it: it is not told."""
        digest_at = last_digest(rep, now)
        last_at = self._store.notices.told_at(key)
        if last_at is not None and last_at >= digest_at:
            return False
        if last_at is None or self._store.deliveries.planned_between(rep.name, last_at, digest_at):
            self._store.notices.record({key: ""}, digest_at)
            return False
        outcome = self._send(destination, self._nothing(last_at, now))
        if isinstance(outcome, Sent):
            self._store.notices.record({key: ""}, digest_at)
            log.info(Event("digests.empty", rep=rep.name, destination=destination))
            return True
        self._rest_until[key] = now + max(self._retry_base, outcome.retry_after or self._retry_base)
        log.warning(Event("digests.failed", rep=rep.name, destination=destination, error=outcome.error))
        return False

    def _nothing(self, since: datetime, now: datetime) -> Message:
        feeds = self._store.feeds.all()
        bad = sum(diagnose(feed, now).health in _IN_TROUBLE for feed in feeds)
        fine = f"all {len(feeds)} feeds fine" if not bad else f"{bad} of {len(feeds)} feeds in trouble"
        return render_list("Nothing today", [f"{self._store.entries.count_since(since)} entries read", fine])

    def _send(self, destination: str, message: Message) -> SendOutcome:
        try:
            return self._notifier.send(destination, message)
        except DestinationError as error:
            return SendFailed(error=str(error))
