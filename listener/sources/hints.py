"""How often a feed wants to be polled, from the head of its document and the answer's headers.

Read with regular expressions from the first bytes: the hints stand before the first item, and a document that is
damaged further down still has them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from listener.model import PollHints

_HEAD_BYTES = 8_192
_FIRST_ITEM = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s>]")
_TTL = re.compile(rb"<ttl>\s*(\d{1,9})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(rb"<(?:\w{1,20}:)?updatePeriod[^>]{0,100}>\s*(\w{5,7})\s*</")
_FREQUENCY = re.compile(rb"<(?:\w{1,20}:)?updateFrequency[^>]{0,100}>\s*(\d{1,6})\s*</")
_SKIP_HOURS = re.compile(rb"<skipHours>(.*?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIP_DAYS = re.compile(rb"<skipDays>(.*?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*([A-Za-z]+)\s*</day>", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_CACHED = re.compile(r"no-cache|no-store", re.IGNORECASE)

_PERIODS = {b"hourly": 1, b"daily": 24, b"weekly": 168, b"monthly": 720, b"yearly": 8760}  # in hours
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")
_LONGEST = timedelta(hours=24)  # many a server says a year, of a feed that changes daily


def hints(body: bytes, cache_control: str | None) -> PollHints:
    """What RSS (ttl, skipHours, skipDays), the syndication module and Cache-Control ask for.

    Of several intervals of a document the longest counts, a day at most.
    """
    head = body[:_HEAD_BYTES]
    first_item = _FIRST_ITEM.search(head)
    head = head[: first_item.start()] if first_item else head
    return PollHints(
        at_least=min(max(_ttl(head), _update_period(head)), _LONGEST),
        max_age=max_age(cache_control) or timedelta(),
        skip_hours=_skipped(head, _SKIP_HOURS, _HOUR, lambda hour: int(hour) % 24 if int(hour) <= 24 else None),
        skip_days=_skipped(head, _SKIP_DAYS, _DAY, lambda day: _DAYS.index(day) if day in _DAYS else None),
    )


def max_age(cache_control: str | None) -> timedelta | None:
    """How long an answer says that it is good for, a day at most. Beside no-cache it asks for nothing.

    None: there is no Cache-Control.
    """
    if cache_control is None:
        return None
    found = None if _NOT_CACHED.search(cache_control) else _MAX_AGE.search(cache_control)
    return min(timedelta(seconds=int(found[1])), _LONGEST) if found else timedelta()


def _ttl(head: bytes) -> timedelta:
    found = _TTL.search(head)
    return timedelta(minutes=int(found[1])) if found else timedelta()


def _update_period(head: bytes) -> timedelta:
    """The period divided by how often the feed is updated in it."""
    period, frequency = _PERIOD.search(head), _FREQUENCY.search(head)
    hours = _PERIODS.get(period[1].lower(), 0) if period else 0
    return timedelta(hours=hours) / max(1, int(frequency[1]) if frequency else 1)


def _skipped(
    head: bytes, block: re.Pattern[bytes], item: re.Pattern[bytes], number: Callable[[bytes], int | None]
) -> tuple[int, ...]:
    found = block.search(head)
    numbers = {number(each.lower()) for each in item.findall(found[1])} if found else set()
    return tuple(sorted(each for each in numbers if each is not None))
