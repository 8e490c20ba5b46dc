"""The Russian packs on a corpus of our own that tells each event in every way we know.

The items are invented. They stand for kinds of wording: active and passive, free order of words, nouns of verbs, names
in quotes, in all cases and without either, first sentences of agencies. Those without an event share the words. The
floors keep an edit of a rule from breaking a kind unseen.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from listener.evaluate import Evaluation, evaluate, read_rows
from listener.rulebook import Rulebook

CORPUS = Path(__file__).parent / "ru_business.jsonl"
TRIGGERS = (
    "acquisition",
    "bankruptcy",
    "contract_win",
    "contraction",
    "executive_departure",
    "executive_hire",
    "expansion",
    "funding",
    "hiring",
    "ipo",
    "partnership",
    "product_launch",
)
TEXTS = 90  # of each event
NO_EVENT = 300


@pytest.fixture(scope="module")
def result(book: Rulebook) -> Evaluation:
    return evaluate(read_rows(CORPUS), book.matcher)


def test_no_shipped_file_has_a_mistake(book: Rulebook) -> None:
    assert book.errors == ()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_event_is_found_however_it_is_told(result: Evaluation, trigger: str) -> None:
    counts = result.triggers[trigger]
    assert counts.tp + counts.fn >= TEXTS
    assert counts.rates()["recall"] >= 0.94


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_what_shares_the_words_of_an_event_is_left_alone(result: Evaluation, trigger: str) -> None:
    assert result.triggers[trigger].rates()["precision"] >= 0.96


def test_text_without_an_event_rarely_raises_an_alarm(book: Rulebook) -> None:
    rows = [row for row in read_rows(CORPUS) if not row["expect"]]
    alarms = [row["title"] for row in rows if book.matcher.match(row["title"], row["summary"], "ru")]
    assert len(rows) >= NO_EVENT
    assert len(alarms) <= 0.02 * len(rows), alarms


def test_the_prospect_is_the_company_of_the_event_in_whatever_case(result: Evaluation) -> None:
    assert result.company_correct >= 0.95 * result.company_total


def test_most_companies_are_told_in_the_nominative(book: Rulebook) -> None:
    named = [row for row in read_rows(CORPUS) if row.get("company_any")]
    found = [
        {match.company for match in book.matcher.match(row["title"], row["summary"], "ru")} & set(row["company_any"])
        for row in named
    ]
    assert sum(map(bool, found)) >= 0.84 * len(named)


def test_the_candidate_pass_loses_no_match(book: Rulebook) -> None:
    for row in list(read_rows(CORPUS))[::7]:
        found = {match.rule for match in book.matcher.match(row["title"], row["summary"], "ru")}
        assert found == {match.rule for match in book.matcher.explain(row["title"], row["summary"], "ru").matches}
