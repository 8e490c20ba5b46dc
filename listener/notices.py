"""Telling the operator of trouble: one message when it begins, one when it is over.

There is no queue. What the operator was told stands in the database (of feeds beside their state), so what is to be
said follows from the two: nothing is lost by a crash or a service that is down, and trouble that passes before it
could be told is not told at all. As with alerts, only a crash between sending and recording repeats a message. A
message that cannot be sent is tried again and logged; no message is sent about it, nor about the operator's own
destination.
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
from listener.trouble import Lookout, Trouble

log = logging.getLogger("listener.notices")

_ABOUT = "trouble: "  # what the keys of this module begin with
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
        lookout: Lookout | None = None,
    ) -> None:
        """`destination` None: nobody wants to know. `report_after` counts failed polls in a row.

        `lookout` sees trouble of other things than feeds; None: nobody looks.
        """
        self._store, self._notifier, self._destination = store, notifier, destination
        self._report_after, self._retry_base = report_after, retry_base
        self._clock, self._jitter, self._lookout = clock, jitter, lookout
        self._attempts = 0  # that failed, in a row
        self._rest_until: datetime | None = None

    def run(self) -> int:
        """Send what there is to say, in one message for trouble and one for what is over; returns how many went."""
        now = self._clock()
        if self._destination is None or (self._rest_until and now < self._rest_until):
            return 0
        sent = self._tell_of_feeds(self._destination, now)
        if self._lookout is not None:
            sent += self._tell_of_others(self._destination, self._lookout, now)
        return sent

    def _tell_of_feeds(self, destination: str, now: datetime) -> int:
        feeds, sent = self._store.feeds, 0
        if troubled := feeds.untold(report_after=self._report_after):
            ids = [feed.id for feed in troubled]
            sent += self._tell(destination, _trouble(troubled, now), lambda at: feeds.record_told(ids, at))
        if recovered := feeds.recovered():
            well = [feed.id for feed in recovered]
            sent += self._tell(destination, _over(recovered), lambda _: feeds.record_told(well, None))
        return sent

    def _tell_of_others(self, destination: str, lookout: Lookout, now: datetime) -> int:
        notices, sent = self._store.notices, 0
        told = notices.told(_ABOUT)
        seen = {f"{_ABOUT}{trouble.key}": trouble for trouble in lookout.troubles(now, told_of=destination, told=told)}
        if new := {key: trouble for key, trouble in seen.items() if key not in told}:
            words = {key: trouble.over or "" for key, trouble in new.items()}
            sent += self._tell(destination, _new(list(new.values())), lambda at: notices.record(words, at))
        if over := [key for key in told if key not in seen]:
            lines = [told[key] for key in over if told[key]]
            if lines:
                sent += self._tell(destination, _ended(lines), lambda _: notices.forget(over))
            else:
                notices.forget(over)
        return sent

    def _tell(self, destination: str, message: Message, record: Callable[[datetime], None]) -> bool:
        """Send and record. What cannot be recorded is sent again, as rarely as what cannot be sent."""
        outcome = self._send(destination, message)
        now = self._clock()
        self._attempts += 1
        asked = outcome.retry_after if isinstance(outcome, SendFailed) else None
        self._rest_until = next_retry(
            now=now, attempt=self._attempts, base=self._retry_base, jitter=self._jitter(), retry_after=asked
        )
        if isinstance(outcome, Sent):
            record(now)
            self._attempts, self._rest_until = 0, None
            log.info(Event("notices.sent", destination=destination, title=message.title))
            return True
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


def _new(troubles: Sequence[Trouble]) -> Message:
    title = troubles[0].title if len(troubles) == 1 else f"{len(troubles)} things need a look: {troubles[0].title} ..."
    lines = [trouble.line for trouble in troubles[:_MOST_LINES]]
    return render_list(title, lines, more=len(troubles) - len(lines))


def _ended(lines: Sequence[str]) -> Message:
    title = lines[0] if len(lines) == 1 else f"{len(lines)} things are well again"
    return render_list(title, lines[:_MOST_LINES], more=max(0, len(lines) - _MOST_LINES))
