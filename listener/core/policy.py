"""When a rep is told of a lead, and when too many messages become one. Pure: `now` is an argument.

Times of day are those on the rep's wall. One that the clock skips in spring is as long after the change as it
would have been without it; one that it shows twice in autumn is the first: a digest of every day comes once a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from listener.model import DigestTimes, QuietHours, Rep, StormBrake


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a lead is to be told."""

    due_at: datetime
    digest: str | None = None  # what goes out together has the same; None: alone


def timing(rep: Rep, score: int, now: datetime) -> Timing:
    """At once where the score is worth it, else with the next digest; never in the rep's quiet hours."""
    if rep.instant_score is not None and score >= rep.instant_score:
        return Timing(due_at=_awake(rep, now))
    return in_next_digest(rep, now)


def in_next_digest(rep: Rep, now: datetime) -> Timing:
    """With the first digest after `now`. Digests that quiet hours put off to the same moment are one."""
    due_at = _awake(rep, next_digest(rep.digest, rep.zone, now))
    return Timing(due_at=due_at, digest=f"{rep.name} {due_at:%Y-%m-%dT%H:%MZ}")


def next_digest(digest: DigestTimes, zone: tzinfo, after: datetime) -> datetime:
    """The first time for a digest that is later than `after`, in UTC."""
    return min(at for at in _digests(digest, zone, after, range(-1, 9)) if at > after)


def last_digest(rep: Rep, until: datetime) -> datetime:
    """When the rep's last digest that is not later than `until` was to go out, in UTC."""
    slots = _digests(rep.digest, rep.zone, until, range(-9, 2))
    return max(at for slot in slots if (at := _awake(rep, slot)) <= until)


def day_of(rep: Rep, moment: datetime) -> tuple[datetime, datetime]:
    """Begin (included) and end (not included) of the rep's day that `moment` is in, in UTC."""
    day = moment.astimezone(rep.zone).date()
    begin, end = (datetime.combine(each, time(), tzinfo=rep.zone) for each in (day, day + timedelta(days=1)))
    return begin.astimezone(UTC), end.astimezone(UTC)


def asleep_until(rep: Rep, now: datetime) -> datetime | None:
    """The end of the rep's quiet hours that `now` is in, in UTC; None outside of them."""
    return None if rep.quiet_hours is None else quiet_until(now, rep.quiet_hours, rep.zone)


def quiet_until(now: datetime, quiet: QuietHours, zone: tzinfo) -> datetime | None:
    """The end of the quiet hours that `now` is in, in UTC; None outside of them.

    An end that the clock shows twice (autumn) is the first one still ahead; an end that the clock skips
    (spring) is as long after the change as it would have been without it.
    """
    local = now.astimezone(zone)
    wall = local.time()
    begun, over = wall >= quiet.start, wall >= quiet.end
    spans_midnight = quiet.end < quiet.start
    is_quiet = (begun or not over) if spans_midnight else (begun and not over)
    if not is_quiet:
        return None
    ends_tomorrow = spans_midnight and begun
    day = local.date() + timedelta(days=ends_tomorrow)
    end = datetime.combine(day, quiet.end, tzinfo=zone)
    first = end.astimezone(UTC)
    return first if first > now else end.replace(fold=1).astimezone(UTC)


def storm_until(
    brake: StormBrake, *, alerts: int, sent: int, held: bool, last_digest_at: datetime | None, now: datetime
) -> datetime | None:
    """When the `alerts` that wait for a destination go out as one message; None: they may go out one by one.

    They are too many when they and the `sent` messages within the window are more than the brake allows, or when
    others are `held` in such a digest already. A window has one such digest: the next one waits for the next window
    after `last_digest_at` (None: there was none). So at most the allowed messages and a digest go out in a window.
    """
    if not held and alerts + sent <= brake.most:
        return None
    return now if last_digest_at is None else max(now, last_digest_at + brake.within)


def _awake(rep: Rep, moment: datetime) -> datetime:
    """`moment`, or the end of the quiet hours that it is in."""
    return asleep_until(rep, moment) or moment


def _digests(digest: DigestTimes, zone: tzinfo, around: datetime, days: range) -> Iterator[datetime]:
    """Those of the days around a moment. A week has one at least, and a clock change moves one over a day's end."""
    today = around.astimezone(zone).date()
    for day in (today + timedelta(days=number) for number in days):
        if day.weekday() in digest.weekdays:
            yield from (datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for at in digest.times)
