"""The matches of an entry -> its events, each once.

A text tells an event in its title and again below, by several phrases, with a name in short and in full; and a phrase
reads "Acme takes a stake in Beta" as news of Acme, another as news of Beta. Of all these one match is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from listener.core.company import abbreviates, company_key, is_within
from listener.core.lexicon import Lexicon
from listener.model import Match


def surest(matches: Sequence[Match], lexicon: Lexicon) -> tuple[Match, ...]:
    """The surest match of each event. One about a person only counts where none names the company."""
    matches = _in_one_reading(matches, lexicon)
    people = {match.slots["person"] for match in matches if "person" in match.slots}
    named = {match.trigger for match in matches if match.company and match.company not in people}
    best: list[Match] = []
    for match in matches:
        if match.trigger in named and (not match.company or match.company in people):
            continue
        same = next((number for number, known in enumerate(best) if _is_one_event(known, match)), None)
        if same is None:
            best.append(match)
        else:
            best[same] = _surer(best[same], match)
    return tuple(best)


def _in_one_reading(matches: Sequence[Match], lexicon: Lexicon) -> list[Match]:
    """Without those in which company and person change places with another's: "Acme named Jane Doe chief executive"
    and "Jane Doe named Acme chief executive" look alike. Whose person has a given name is right, else the first."""
    by_likelihood = sorted(matches, key=lambda match: not _has_given_name(match.slots.get("person", ""), lexicon))
    right: list[Match] = []
    for match in by_likelihood:
        if not any(_changes_places(match, other) for other in right):
            right.append(match)
    return [match for match in matches if match in right]


def _has_given_name(person: str, lexicon: Lexicon) -> bool:
    return person.partition(" ")[0].lower() in lexicon.given_names


def _changes_places(match: Match, other: Match) -> bool:
    """Whether each names as its company whom the other names as its person."""
    person, their_person = match.slots.get("person"), other.slots.get("person")
    if match.trigger != other.trigger or not (person and their_person):
        return False
    return person in (other.company or "") and their_person in (match.company or "")


def _is_one_event(match: Match, other: Match) -> bool:
    """Whether two phrases tell the same of one company ("Harbour" is "Tulsa Harbour Authority"), or tell of different
    companies with the same words: who buys and who is bought, who loses a chief and who gets one."""
    if match.trigger != other.trigger:
        return False
    if match.quote == other.quote and match.start < other.end and other.start < match.end:
        return True
    if not (match.company and other.company):
        return match.company == other.company
    key, their_key = company_key(match.company), company_key(other.company)
    return is_within(key, their_key) or abbreviates(key, their_key) or abbreviates(their_key, key)


def _surer(match: Match, other: Match) -> Match:
    """The surer of two matches of an event, the first of equals, with the longer name that another sentence tells."""
    surer, rest = (other, match) if other.confidence > match.confidence else (match, other)
    name = rest.slots.get("company", "")
    if surer.quote == rest.quote or len(name) <= len(surer.company or ""):
        return surer
    slots = {**surer.slots, "company": name} if "company" in surer.slots else surer.slots
    return replace(surer, company=name, slots=slots)
