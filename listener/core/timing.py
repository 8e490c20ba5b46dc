"""When a feed is polled next and a delivery is tried again. Pure: `now` and `jitter` are arguments."""

from __future__ import annotations

from datetime import datetime, timedelta

_LONGEST_POLL_PAUSE = timedelta(hours=24)  # a failing feed is still looked at once a day
_LONGEST_RETRY_PAUSE = timedelta(hours=1)
_MOST_DOUBLINGS = 16  # 2^16 seconds are 18 hours: beyond every cap, far from an overflow
_SPREAD = 0.1  # jitter shortens a pause by up to a tenth, so that feeds added together drift apart


def next_poll(
    *, now: datetime, interval: timedelta, failures: int, retry_after: timedelta | None, jitter: float
) -> datetime:
    """When to poll next after `failures` failed polls in a row (0: the last one succeeded).

    The interval doubles with each failure up to 24 hours (or up to the interval itself where that
    is longer) and is shortened by up to a tenth by `jitter` in [0, 1). Never earlier than the
    server's `retry_after`; None: it did not ask.
    """
    pause = _spread(_doubled(interval, failures, cap=max(interval, _LONGEST_POLL_PAUSE)), jitter)
    return now + max(pause, retry_after or timedelta())


def next_retry(*, now: datetime, attempt: int, base: timedelta, jitter: float) -> datetime:
    """When to try a delivery again after its `attempt`-th attempt failed (counted from 1).

    `base` doubles with each attempt up to an hour, shortened by up to a tenth by `jitter` in [0, 1).
    """
    return now + _spread(_doubled(base, attempt - 1, cap=_LONGEST_RETRY_PAUSE), jitter)


def is_dead(first_attempt_at: datetime | None, now: datetime, retry_for: timedelta) -> bool:
    """Whether a delivery first tried at `first_attempt_at` is given up; one never tried (None) is not."""
    return first_attempt_at is not None and now - first_attempt_at >= retry_for


def _doubled(pause: timedelta, times: int, *, cap: timedelta) -> timedelta:
    return min(pause * (1 << min(max(times, 0), _MOST_DOUBLINGS)), cap)


def _spread(pause: timedelta, jitter: float) -> timedelta:
    return pause * (1 - _SPREAD * jitter)
