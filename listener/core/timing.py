"""When a feed is polled next and a delivery is tried again. Pure: `now` and `jitter` are arguments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from listener.model import Cadence, PollHints

DOWN_AFTER = 5
"""Messages that fail in a row before a destination is taken to be down: more than a restart or a bad minute costs."""

_LONGEST_POLL_PAUSE = timedelta(hours=24)  # a failing feed is still looked at once a day
_LONGEST_RETRY_PAUSE = timedelta(hours=1)
_LONGEST_REST = timedelta(minutes=10)
_LONGEST_RETRY_AFTER = timedelta(hours=24)
_MOST_DOUBLINGS = 16  # 2^16 seconds are 18 hours: beyond every cap, far from an overflow
_SPREAD = 0.1  # jitter shortens a pause by up to a tenth, so that feeds added together drift apart


def http_date(value: str) -> datetime:
    """The moment that an HTTP header names, in UTC where it names no zone. Raises ValueError or OverflowError."""
    moment = parsedate_to_datetime(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def pause_asked_for(value: str | None, now: datetime) -> timedelta | None:
    """`Retry-After`: seconds or a date, as the pause from now, between none and 24 hours; None: no usable value."""
    value = (value or "").strip()
    try:
        if value.isascii() and value.isdigit():
            pause = timedelta(seconds=min(int(value[:9]), 10**8))
        else:
            pause = http_date(value) - now
    except (ValueError, OverflowError):
        return None
    return min(max(pause, timedelta()), _LONGEST_RETRY_AFTER)


def next_poll(
    *,
    now: datetime,
    interval: timedelta,
    failures: int,
    retry_after: timedelta | None,
    jitter: float,
    at_least: timedelta = timedelta(),
) -> datetime:
    """When to poll next after `failures` failed polls in a row (0: the last one succeeded).

    The interval doubles with each failure up to 24 hours (or up to the interval itself where that
    is longer) and is shortened by up to a tenth by `jitter` in [0, 1). Never earlier than the
    server's `retry_after` (None: it did not ask), nor than `at_least`.
    """
    pause = _spread(_doubled(interval, failures, cap=max(interval, _LONGEST_POLL_PAUSE)), jitter)
    return now + max(pause, retry_after or timedelta(), at_least)


def poll_interval(
    *, shortest: timedelta, longest: timedelta, cadence: Cadence | None, at_least: timedelta
) -> timedelta:
    """How often a feed is polled that publishes at this cadence and asks for `at_least` between polls.

    Half the median gap between its entries: an entry then waits a quarter of a gap on average, and every other
    poll finds something, where polling each feed alike finds nothing nine times in ten. Within `shortest` and
    `longest`, `shortest` while the cadence is unknown; what the feed asks for counts beyond `longest` too.
    """
    wanted = shortest if cadence is None else min(max(cadence.gap / 2, shortest), max(longest, shortest))
    return max(wanted, at_least)


def not_skipped(at: datetime, hints: PollHints) -> datetime:
    """The first moment from `at` on, in UTC, that the feed does not ask to skip; `at` if there is none in a day.

    A day later at most: who skips weekends is asked on Saturday all the same, once.
    """
    for hours in range(25):
        later = at + timedelta(hours=hours)
        if later.hour not in hints.skip_hours and later.weekday() not in hints.skip_days:
            return later
    return at if len(hints.skip_hours) == 24 else at + timedelta(hours=24)


def next_retry(
    *, now: datetime, attempt: int, base: timedelta, jitter: float, retry_after: timedelta | None = None
) -> datetime:
    """When to try a delivery again after its `attempt`-th attempt failed (counted from 1).

    `base` doubles with each attempt up to an hour, shortened by up to a tenth by `jitter` in [0, 1). Not earlier than
    the service asks for (`retry_after`, None: it does not), a day at most.
    """
    pause = _spread(_doubled(base, attempt - 1, cap=_LONGEST_RETRY_PAUSE), jitter)
    return now + max(pause, _kept(retry_after))


def rest_until(
    *, now: datetime, failures: int, base: timedelta, retry_after: timedelta | None = None, jitter: float
) -> datetime:
    """Until when a destination is let alone after `failures` failed messages in a row.

    For `base` until it is taken to be down (`DOWN_AFTER`): one message that is refused must not hold up the others
    for long. From then on the pause doubles with each failure up to ten minutes, which is how late it is noticed
    that it is well again. Not earlier than the service asks for (`retry_after`, None: it does not), a day at most.
    """
    pause = _spread(_doubled(base, failures - DOWN_AFTER + 1, cap=max(base, _LONGEST_REST)), jitter)
    return now + max(pause, _kept(retry_after))


def is_dead(first_attempt_at: datetime | None, now: datetime, retry_for: timedelta) -> bool:
    """Whether a delivery first tried at `first_attempt_at` is given up; one never tried (None) is not."""
    return first_attempt_at is not None and now - first_attempt_at >= retry_for


def _kept(retry_after: timedelta | None) -> timedelta:
    return min(retry_after or timedelta(), _LONGEST_RETRY_AFTER)


def _doubled(pause: timedelta, times: int, *, cap: timedelta) -> timedelta:
    return min(pause * (1 << min(max(times, 0), _MOST_DOUBLINGS)), cap)


def _spread(pause: timedelta, jitter: float) -> timedelta:
    return pause * (1 - _SPREAD * jitter)
