"""The English packs on texts of our own that tell an event in many ways, or only share its words.

The corpora are written before the rules and not after them, so that the floors say something of other texts too: a new
construction goes into the corpus first.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from listener.core.match import RuleMatcher
from listener.evaluate import Evaluation, evaluate, read_rows
from listener.rulebook import Rulebook

HERE = Path(__file__).parent
TRIGGERS = ("cyber_incident", "regulation", "buying_intent", "life_event")
OF_COMPANIES = {
    "funding", "acquisition", "ipo", "expansion", "contraction", "bankruptcy", "executive_hire", "executive_departure",
    "hiring", "product_launch", "partnership", "contract_win", "growth", "award",
}  # fmt: skip
NO_EVENT = 360
POSTS = 450  # that tell a life event, as people write them


@pytest.fixture(scope="module")
def matcher(book: Rulebook) -> RuleMatcher:
    assert book.errors == ()
    return book.matcher


@pytest.fixture(scope="module", params=TRIGGERS)
def found(request: pytest.FixtureRequest, matcher: RuleMatcher) -> tuple[str, Evaluation]:
    return request.param, evaluate(read_rows(HERE / f"en_{request.param}.jsonl"), matcher)


def test_nearly_all_that_is_told_is_found(found: tuple[str, Evaluation]) -> None:
    trigger, evaluation = found
    assert evaluation.triggers[trigger].rates()["recall"] >= 0.93


def test_nearly_nothing_else_is_found(found: tuple[str, Evaluation]) -> None:
    trigger, evaluation = found
    assert evaluation.triggers[trigger].rates()["precision"] >= 0.98


def test_the_prospect_is_right(found: tuple[str, Evaluation]) -> None:
    _, evaluation = found
    assert evaluation.company_correct >= 0.95 * evaluation.company_total


def test_posts_tell_a_life_event_in_very_many_ways(matcher: RuleMatcher) -> None:
    counts = evaluate(read_rows(HERE / "en_life_event.jsonl"), matcher).triggers["life_event"]
    assert counts.tp + counts.fn >= POSTS
    assert counts.rates()["recall"] >= 0.96


def test_looking_back_advice_sport_and_politics_are_no_news_of_a_company(matcher: RuleMatcher) -> None:
    rows = list(read_rows(HERE / "en_nothing.jsonl"))
    alarms = [
        (row["title"], match.rule)
        for row in rows
        for match in matcher.match(row["title"], row["summary"], "en")
        if match.trigger in OF_COMPANIES
    ]
    assert len(rows) >= NO_EVENT
    assert len(alarms) <= 0.04 * len(rows), alarms
