"""When two tellings are one event.

The same article (canonical URL) is the same story, and so is news of the same trigger about the same
prospect within two weeks: outlets repeat an event for some days, and a company rarely has two events of
one kind within a fortnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from listener.core.company import company_key, is_same_name
from listener.model import Match

WINDOW = timedelta(days=14)


def opened_since(now: datetime) -> datetime:
    """Stories that were last told before this moment are over: the same again is a new one."""
    return now - WINDOW


def events(matches: Iterable[Match]) -> Iterator[tuple[Match, str, bool]]:
    """The events of one entry: its surest match, the prospect's key, and whether it is the first of its trigger.

    Matches without a company are no events. "Acme" and "Acme Robotics" in one entry are one prospect; two
    different companies with the same trigger are two events, as in a round-up.
    """
    seen: dict[str, list[str]] = {}
    for match in sorted(matches, key=lambda match: -match.confidence):
        key = company_key(match.company) if match.company else ""
        keys = seen.setdefault(match.trigger, [])
        if not key or any(is_same_name(key, other) for other in keys):
            continue
        yield match, key, not keys
        keys.append(key)
