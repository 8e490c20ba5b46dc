"""Entry -> judgement: tells the language and runs its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from listener.core.language import detect_language
from listener.core.match import RuleMatcher
from listener.model import Entry, Judgement, Match


def judge(entry: Entry, matcher: RuleMatcher) -> Judgement:
    """What the rules of its language say of an entry; those of others do not run.

    The facts of the entry are slots of every match, its company the prospect; a slot that the rule filled itself
    counts more.
    """
    lang = language_of(entry)
    matches = matcher.match(entry.title, entry.text, lang)
    if entry.facts:
        matches = tuple(with_facts(match, entry.facts) for match in matches)
    return Judgement(entry_id=entry.id, matches=matches, lang=lang)


def language_of(entry: Entry) -> str:
    """The language of an entry: by configuration or as it was told before, else told from its words now."""
    return entry.lang or detect_language(entry.title, entry.text, usual=entry.usual_lang)


def with_facts(match: Match, facts: Mapping[str, str]) -> Match:
    """The match with what the feed itself says of its entry."""
    slots = {**facts, **match.slots}
    return replace(match, slots=slots, company=slots.get("company", match.company))
