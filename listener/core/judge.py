"""Entry -> judgement: picks the language and runs its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from listener.core.match import RuleMatcher
from listener.core.money import parse_money
from listener.model import Entry, Judgement, Match

DEFAULT_LANGUAGE = "en"


def judge(entry: Entry, matcher: RuleMatcher) -> Judgement:
    """What the rules say of an entry. An entry of unknown language is read as English.

    The facts of the entry are slots of every match, its company the prospect; a slot that the rule filled itself
    counts more.
    """
    matches = matcher.match(entry.title, entry.text, entry.lang or DEFAULT_LANGUAGE)
    matches = tuple(_with_amount(match) for match in matches)
    if entry.facts:
        matches = tuple(_with_facts(match, entry.facts) for match in matches)
    return Judgement(entry_id=entry.id, matches=matches)


def _with_amount(match: Match) -> Match:
    """The match with its money as numbers: {"money": "$12.5M", "amount": 12500000, "currency": "USD"}."""
    money = parse_money(match.slots["money"]) if "money" in match.slots else None
    if money is None:
        return match
    whole = money.amount == money.amount.to_integral_value()
    numbers = {"amount": int(money.amount) if whole else float(money.amount), "currency": money.currency}
    return replace(match, slots={**match.slots, **numbers})


def _with_facts(match: Match, facts: Mapping[str, str]) -> Match:
    slots = {**facts, **match.slots}
    return replace(match, slots=slots, company=slots.get("company", match.company))
