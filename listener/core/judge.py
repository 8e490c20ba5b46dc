"""Entry -> judgement: picks the language and runs its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from listener.core.match import RuleMatcher
from listener.model import Entry, Judgement, Match

DEFAULT_LANGUAGE = "en"


def judge(entry: Entry, matcher: RuleMatcher) -> Judgement:
    """What the rules say of an entry. An entry of unknown language is read as English.

    The facts of the entry are slots of every match, its company the prospect; a slot that the rule filled itself
    counts more.
    """
    matches = matcher.match(entry.title, entry.text, entry.lang or DEFAULT_LANGUAGE)
    if entry.facts:
        matches = tuple(_with_facts(match, entry.facts) for match in matches)
    return Judgement(entry_id=entry.id, matches=matches)


def _with_facts(match: Match, facts: Mapping[str, str]) -> Match:
    slots = {**facts, **match.slots}
    return replace(match, slots=slots, company=slots.get("company", match.company))
