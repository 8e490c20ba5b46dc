"""Entry -> judgement: picks the language and runs its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from listener.core.match import RuleMatcher
from listener.core.money import parse_money
from listener.model import Entry, Judgement, Match

DEFAULT_LANGUAGE = "en"
_MAX_TITLE_CHARS = 60  # of a post that stands for its author


def judge(entry: Entry, matcher: RuleMatcher) -> Judgement:
    """What the rules say of an entry. An entry of unknown language is read as English.

    The facts of the entry are slots of every match, its company the prospect; a slot that the rule filled itself
    counts more. Where the prospect is a person and the rule names none, it is who wrote the entry.
    """
    matches = matcher.match(entry.title, entry.text, entry.lang or DEFAULT_LANGUAGE)
    matches = tuple(_with_facts(_with_amount(match), entry.facts) for match in matches)
    matches = tuple(
        match if match.company or not matcher.is_about_a_person(match) else replace(match, company=_author(entry))
        for match in matches
    )
    return Judgement(entry_id=entry.id, matches=matches)


def _author(entry: Entry) -> str:
    """Who wrote the entry; where nobody is named, the author of its title, so that no two posts are one prospect."""
    title = entry.title or entry.text.partition("\n")[0]
    short = title if len(title) <= _MAX_TITLE_CHARS else title[:_MAX_TITLE_CHARS].rsplit(" ", 1)[0] + " ..."
    return entry.facts.get("author") or f'Author of "{short}"'


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
