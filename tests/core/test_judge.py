"""Judging an entry: facts, amounts, and whom a lead is about where the rule names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from listener.core.judge import judge
from listener.core.match import RuleMatcher
from listener.core.rules import RuleSource
from listener.model import Entry, Match
from listener.rulebook import RuleFiles, compile_rulebook

RAISES = """\
trigger = "funding"
lang    = "en"
[[rule]]
id    = "raises"
match = ["{company} raise {money}"]
"""
ASKS = """\
trigger  = "intent"
lang     = "en"
prospect = "person"
[[rule]]
id    = "asks"
match = ["looking for pots", "{company} seek pots"]
"""


@pytest.fixture(scope="module")
def matcher() -> RuleMatcher:
    sources = (RuleSource(path="f.toml", text=RAISES), RuleSource(path="i.toml", text=ASKS))
    book = compile_rulebook(RuleFiles(sources=sources))
    assert book.errors == ()
    return book.matcher


def judged(matcher: RuleMatcher, title: str, *, text: str = "", facts: Mapping[str, str] | None = None) -> Match:
    """The one match of an entry."""
    now = datetime(2030, 5, 6, tzinfo=UTC)
    entry = Entry(
        id=1,
        feed_id=1,
        feed_name="feed",
        feed_tags=(),
        uid="1",
        url=None,
        canonical_url=None,
        title=title,
        text=text,
        publisher=None,
        lang=None,
        published_at=None,
        first_seen_at=now,
        first_sight=False,
        facts=facts or {},
    )
    (match,) = judge(entry, lambda _: matcher).matches
    return match


def test_money_is_a_number_too(matcher: RuleMatcher) -> None:
    slots = judged(matcher, "Acme raises $12.5M").slots
    assert (slots["money"], slots["amount"], slots["currency"]) == ("$12.5M", 12_500_000, "USD")


def test_cents_are_kept(matcher: RuleMatcher) -> None:
    assert judged(matcher, "Acme raises $12.50").slots["amount"] == 12.5


def test_an_amount_without_a_number_is_text_alone(matcher: RuleMatcher) -> None:
    assert "amount" not in judged(matcher, "Acme raises seven figures").slots


def test_facts_are_slots_and_name_the_prospect(matcher: RuleMatcher) -> None:
    match = judged(matcher, "Acme raises $5M", facts={"form": "D", "company": "ACME CORP"})
    assert (match.slots["form"], match.company) == ("D", "Acme")


def test_a_lead_about_a_person_is_about_who_wrote_the_entry(matcher: RuleMatcher) -> None:
    match = judged(matcher, "Looking for pots, Acme is too dear", facts={"author": "jane"})
    assert (match.company, match.slots["author"]) == ("jane", "jane")


def test_a_company_that_the_rule_names_comes_before_the_author(matcher: RuleMatcher) -> None:
    assert judged(matcher, "City of Ellery seeks pots", facts={"author": "jane"}).company == "City of Ellery"


def test_posts_of_nobody_in_particular_are_told_apart_by_their_titles(matcher: RuleMatcher) -> None:
    long = "Looking for pots that do not break when they are dropped somewhere by a cook who is in a hurry"
    assert judged(matcher, "Looking for pots").company == 'Author of "Looking for pots"'
    assert judged(matcher, long).company == 'Author of "Looking for pots that do not break when they are dropped ..."'


def test_the_author_of_an_article_is_no_prospect_of_company_news(matcher: RuleMatcher) -> None:
    assert judged(matcher, "Acme raises $5M", facts={"author": "jane"}).company == "Acme"
