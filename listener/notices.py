"""Telling the operator of feeds in trouble: one message when it begins, one when it is over.

There is no queue. Whether the operator was told stands beside the feed's state, so what is to be said follows
from the two: nothing is lost by a crash or a service that is down, and trouble that passes before it could be
told is not told at all. As with alerts, only a crash between sending and recording repeats a message. A message
that cannot be sent is tried again and logged; no message is sent about it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from listener.core.health import diagnose
from listener.core.timing import next_retry
from listener.errors import DestinationError
from listener.logs import Event
from listener.message import render_list
from listener.model import Feed, Message, SendFailed, SendOutcome, Sent
from listener.notify import Notifier
from listener.store import Store

log = logging.getLogger("listener.notices")

_MOST_LINES = 20  # a network that is down troubles every feed; `feeds health` has them all


class NoticeStage:
    """Tells the operator what was not told yet."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        *,
        destination: str | None,
        report_after: int,
        retry_base: timedelta,
        clock: Callable[[], datetime],
        jitter: Callable[[], float],
    ) -> None:
        """`destination` None: nobody wants to know. `report_after` counts failed polls in a row."""
        self._store, self._notifier, self._destination = store, notifier, destination
        self._report_after, self._retry_base = report_after, retry_base
        self._clock, self._jitter = clock, jitter
        self._attempts = 0  # that failed, in a row
        self._rest_until: datetime | None = None

    def run(self) -> int:
        """Send what there is to say, in one message for trouble and one for what is over; returns how many went."""
        now = self._clock()
        if self._destination is None or (self._rest_until and now < self._rest_until):
            return 0
        sent = 0
        if troubled := self._store.feeds.untold(report_after=self._report_after):
            sent += self._tell(self._destination, _trouble(troubled, now), troubled, told=True)
        if recovered := self._store.feeds.recovered():
            sent += self._tell(self._destination, _over(recovered), recovered, told=False)
        return sent

    def _tell(self, destination: str, message: Message, feeds: Sequence[Feed], *, told: bool) -> bool:
        """Send and record; `told` is what the operator knows of the feeds then."""
        outcome = self._send(destination, message)
        now = self._clock()
        if isinstance(outcome, Sent):
            self._attempts, self._rest_until = 0, None
            self._store.feeds.record_told([feed.id for feed in feeds], now if told else None)
            log.info(Event("notices.sent", destination=destination, title=message.title))
            return True
        self._attempts += 1
        self._rest_until = next_retry(now=now, attempt=self._attempts, base=self._retry_base, jitter=self._jitter())
        failed = {"destination": destination, "attempt": self._attempts, "error": outcome.error}
        log.warning(Event("notices.failed", **failed))
        return False

    def _send(self, destination: str, message: Message) -> SendOutcome:
        try:
            return self._notifier.send(destination, message)
        except DestinationError as error:
            return SendFailed(error=str(error))


def _trouble(feeds: Sequence[Feed], now: datetime) -> Message:
    title = f"{_feeds(feeds)} in trouble: listener hears nothing from there"
    diagnoses = ((feed, diagnose(feed, now)) for feed in feeds[:_MOST_LINES])
    lines = [f"{feed.name}: {found.reason}. {found.remedy}" for feed, found in diagnoses]
    return render_list(title, lines, more=len(feeds) - len(lines))


def _over(feeds: Sequence[Feed]) -> Message:
    lines = [feed.name for feed in feeds[:_MOST_LINES]]
    return render_list(f"{_feeds(feeds)} well again", lines, more=len(feeds) - len(lines))


def _feeds(feeds: Sequence[Feed]) -> str:
    return "1 feed is" if len(feeds) == 1 else f"{len(feeds)} feeds are"
