"""How often a feed publishes, from the dates of its entries or from when they came. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from listener.model import Cadence

_LEAST_DATES = 3  # two entries have one gap, which says nothing
_NEWEST = 50  # entries that are looked at: what the feed does now, not what it did last year
_ONE_DAY = timedelta(days=1)


def from_dates(published: Iterable[datetime | None], now: datetime) -> Cadence | None:
    """The cadence of a document's entries; None: too few of them have a usable date.

    Dates in the future are events and mistakes, and do not count. Silences are counted in days with news, because
    many feeds publish a handful at once; the longest one in ten is left out, because some feeds pin an old entry.
    """
    past = sorted(moment for moment in published if moment is not None and moment <= now)[-_NEWEST:]
    if len(past) < _LEAST_DATES:
        return None
    days = sorted({moment.date() for moment in past})
    silences = sorted(later - earlier for earlier, later in pairwise(days))
    return Cadence(
        gap=timedelta(seconds=median((later - earlier).total_seconds() for earlier, later in pairwise(past))),
        silence=silences[(len(silences) - 1) * 9 // 10] if silences else _ONE_DAY,
    )


def from_arrivals(known: Cadence | None, *, last_entry_at: datetime, new: int, now: datetime) -> Cadence:
    """The cadence after `new` entries came at `now`, for feeds without dates.

    The gap follows the last few arrivals (a quarter of each new one); the silence is the longest one seen.
    """
    waited = max(now - last_entry_at, timedelta())
    gap = waited / max(new, 1)
    if known is None:
        return Cadence(gap=gap, silence=waited)
    return Cadence(gap=(3 * known.gap + gap) / 4, silence=max(known.silence, waited))
