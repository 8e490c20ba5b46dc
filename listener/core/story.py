"""When two tellings are one event.

An event is a trigger at a prospect. What an entry tells belongs to a story that is known when

- it is the same article (canonical URL), or
- it is about the same prospect, and nothing that both name contradicts: another person, another round, another amount,
  another place. Outlets repeat an event for some days, and a company rarely has two of one kind within a fortnight; but
  who names the same person, buyer or target later tells how the event went on ("completes the acquisition"), or
- the prospect is called differently ("Veltrane", "Veltrane Aerospace"), and the words or the slots say that it is one
  event, or
- it tells the event from the other side: "Beta is bought by Acme" and "Acme buys Beta".

Slots are compared by what they mean ("$12M" is "12 Mio. Dollar"), so the language does not matter. What one entry
calls and another does not is no contradiction, nor is what stands in the other's first sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from listener.core.agreement import Agreement, Told, agreement, can_agree, from_the_other_side
from listener.core.company import company_key, is_same_name, is_within
from listener.core.telling import SAME, Telling, likeness, telling
from listener.model import Match

WINDOW = timedelta(days=14)
"""For how long outlets repeat an event, counted from its first telling."""
DEVELOPMENT = timedelta(days=270)
"""For how long what is agreed on may be completed. A guess: purchases that regulators look at take the best part of a
year."""


WENT_ON = "how the event went on"
"""What is said of a development."""


def opened_since(now: datetime) -> datetime:
    """Stories that were opened before this moment are over: whatever is told now is a new one."""
    return now - DEVELOPMENT


# --------------------------------------------------------------------------- the events of an entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event that an entry tells."""

    match: Match  # the surest one
    key: str  # of the prospect, by the fullest name that the entry gives it
    names: tuple[str, ...]  # of the prospect as the matches have them, the fullest first
    first: bool  # no other event of the trigger was told before in the entry
    by_teller: bool = False  # the prospect is who tells the news, as far as names say


def events(matches: Iterable[Match], tellers: Collection[str] = ()) -> Iterator[Event]:
    """The events of one entry, the surest first; `tellers` are the keys of those who tell it.

    Matches without a company are no events. "Acme" and "Acme Robotics" in one entry are one prospect; two different
    companies with the same trigger are two events, as in a round-up. Who tells the news is the prospect of nobody
    else's event: only where no match of the trigger names another company is it an event, and marked. What the text
    says of another name, and the headline of its own ("The Hamburg firm has closed its Series B"), is no further event.
    """
    groups: list[list[Match]] = []
    for match in sorted(matches, key=lambda match: -match.confidence):
        if match.company:
            group = next((group for group in groups if _is_one_prospect(match, group)), None)
            groups.append([match]) if group is None else group.append(match)
    told_by_others = {group[0].trigger for group in groups if not _keys(group) & set(tellers)}
    seen: set[str] = set()
    for group in groups:
        trigger, by_teller = group[0].trigger, bool(_keys(group) & set(tellers))
        if (by_teller and trigger in told_by_others) or _is_told_by_headline(group, groups):
            continue
        names = sorted({match.company or "": None for match in group}, key=lambda name: -len(company_key(name)))
        key = company_key(names[0])
        yield Event(match=group[0], key=key, names=tuple(names), first=trigger not in seen, by_teller=by_teller)
        seen.add(trigger)


def _is_one_prospect(match: Match, group: list[Match]) -> bool:
    key = company_key(match.company or "")
    return match.trigger == group[0].trigger and any(is_same_name(key, other) for other in _keys(group))


def _is_told_by_headline(group: list[Match], groups: Iterable[list[Match]]) -> bool:
    """Whether the headline tells of another prospect what the text tells of this one: the same amount, person ..."""
    if _is_in_headline(group):
        return False
    event = _told(group[0])
    headlines = [_told(other[0]) for other in groups if other[0].trigger == group[0].trigger and _is_in_headline(other)]
    return any(
        agreement(event, headline) >= Agreement.AGREES and not from_the_other_side(event, headline)
        for headline in headlines
    )


def _is_in_headline(group: list[Match]) -> bool:
    return any(match.where == "title" for match in group)


def _told(match: Match) -> Told:
    return Told(key=company_key(match.company or ""), slots=match.slots, title="", text="")


def _keys(group: list[Match]) -> set[str]:
    return {company_key(match.company or "") for match in group}


# --------------------------------------------------------------------------- the story that it belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Told):
    """A lead of the same trigger that an event may belong to, by one of its sources."""

    lead_id: int
    opened_at: datetime  # when its story was told first
    same_article: bool  # a source of it has the canonical URL of the entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The lead whose story an event belongs to."""

    known: Known
    how: str  # what says so, in words


def belongs_to(event: Told, words: Telling, known: Iterable[Known], *, first: bool, now: datetime) -> Joined | None:
    """The lead whose story the event belongs to; None: it is news. `words` are those of the event's entry.

    `first` as in `Event`: only the first event of an article is that of other copies of it under whatever name.
    """
    likeliest = sorted(known, key=lambda each: (each.same_article, each.key == event.key, each.lead_id), reverse=True)
    for each in likeliest:
        if how := _sameness(event, words, each, first=first, now=now):
            return Joined(known=each, how=how)
    return None


def _sameness(event: Told, words: Telling, known: Known, *, first: bool, now: datetime) -> str | None:
    """What makes the event that of the lead, in words; None: it is another."""
    if known.same_article and (first or event.key == known.key):
        return "the same article"
    is_about_it = event.key == known.key or from_the_other_side(event, known)
    is_related = is_about_it or is_within(event.key, known.key)
    is_recent = known.opened_at >= now - WINDOW
    needed = Agreement.NOTHING if is_related and is_recent else Agreement.IDENTIFIES
    if not can_agree(event, known, needed):
        return None
    agrees = agreement(event, known)
    if agrees is Agreement.CONTRADICTS or agrees < needed:
        return None
    if is_about_it or (is_related and agrees >= Agreement.AGREES):
        return "the same event" if is_recent else WENT_ON
    return "the same event in the same words" if likeness(words, telling(known.title, known.text)) >= SAME else None


def merged_slots(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The slots of a story that is told once more: what was known stays, what is new comes along."""
    return {**told, **known}
