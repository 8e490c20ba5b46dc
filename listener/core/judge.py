"""Entry -> judgement: tells the language and runs its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from listener.core.language import detect_language
from listener.core.match import RuleMatcher
from listener.core.money import parse_money
from listener.model import Entry, Judgement, Match

_MAX_TITLE_CHARS = 60  # of a post that stands for its author


MatcherFor = Callable[[str], RuleMatcher | None]
"""The rules of a language; None where it has none."""


def judge(entry: Entry, matcher_for: MatcherFor) -> Judgement:
    """What the rules of its language say of an entry; those of others do not run.

    The facts of the entry are slots of every match, its company the prospect; a slot that the rule filled itself
    counts more. Where the prospect is a person and the rule names none, it is who wrote the entry.
    """
    lang = language_of(entry)
    matcher = matcher_for(lang)
    if matcher is None:
        return Judgement(entry_id=entry.id, matches=(), lang=lang)
    matches = matcher.match(entry.title, entry.text, lang)
    headline = entry.title or entry.text.partition("\n")[0]
    completed = tuple(complete(match, matcher, facts=entry.facts, headline=headline) for match in matches)
    return Judgement(entry_id=entry.id, matches=completed, lang=lang)


def language_of(entry: Entry) -> str:
    """The language of an entry: by configuration or as it was told before, else told from its words now."""
    return entry.lang or detect_language(entry.title, entry.text, usual=entry.usual_lang)


def complete(match: Match, matcher: RuleMatcher, *, facts: Mapping[str, str], headline: str) -> Match:
    """The match with what the words of its phrase do not tell: money as numbers, what the feed itself says of the
    entry, and who wrote it where a person is wanted."""
    match = _with_facts(_with_amount(match), facts)
    if match.company or not matcher.is_about_a_person(match):
        return match
    return replace(match, company=facts.get("author") or _author_of(headline))


def _author_of(headline: str) -> str:
    """Somebody without a name; told by the headline, so that no two posts are one prospect's."""
    short = headline[:_MAX_TITLE_CHARS].rsplit(" ", 1)[0] + " ..." if len(headline) > _MAX_TITLE_CHARS else headline
    return f'Author of "{short}"'


def _with_amount(match: Match) -> Match:
    """The match with its money as numbers: {"money": "$12.5M", "amount": 12500000, "currency": "USD"}."""
    money = parse_money(match.slots["money"]) if "money" in match.slots else None
    if money is None:
        return match
    whole = money.amount == money.amount.to_integral_value()
    numbers = {"amount": int(money.amount) if whole else float(money.amount), "currency": money.currency}
    return replace(match, slots={**match.slots, **numbers})


def _with_facts(match: Match, facts: Mapping[str, str]) -> Match:
    if not facts:
        return match
    slots = {**facts, **match.slots}
    return replace(match, slots=slots, company=slots.get("company", match.company))
