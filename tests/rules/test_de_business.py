"""The German packs, on a corpus of our own that tells each event in every way we know.

The items are invented. They stand for kinds of wording (headline and sentence, the subject behind its verb, separable
verbs, compounds, passive and nominal style), and those without an event for what shares the words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from listener.evaluate import Evaluation, evaluate, read_rows
from listener.rulebook import Rulebook

CORPUS = Path(__file__).parent / "de_business.jsonl"
NEWS = Path(__file__).parent / "de_news.jsonl"  # as newspapers, agencies and notices tell it, in longer sentences
TRIGGERS = (
    "funding",
    "acquisition",
    "ipo",
    "expansion",
    "contraction",
    "bankruptcy",
    "executive_hire",
    "executive_departure",
    "hiring",
    "product_launch",
    "partnership",
    "contract_win",
)
TEXTS = 80  # of each event
NO_EVENT = 120


@pytest.fixture(scope="module")
def result(book: Rulebook) -> Evaluation:
    return evaluate(read_rows(CORPUS), book.matcher)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_event_is_found_however_it_is_told(result: Evaluation, trigger: str) -> None:
    counts = result.triggers[trigger]
    assert counts.tp + counts.fn >= TEXTS
    assert counts.rates()["recall"] >= 0.93


def test_text_without_an_event_raises_no_alarm(book: Rulebook) -> None:
    rows = [row for row in read_rows(CORPUS) if not row["expect"]]
    alarms = [row["title"] for row in rows if book.matcher.match(row["title"], row["summary"], "de")]
    assert len(rows) >= NO_EVENT
    assert len(alarms) <= 0.01 * len(rows), alarms


def test_the_prospect_is_the_company_of_the_event(result: Evaluation) -> None:
    assert result.company_correct >= 0.95 * result.company_total


@pytest.fixture(scope="module")
def news(book: Rulebook) -> Evaluation:
    return evaluate(read_rows(NEWS), book.matcher)


def test_nine_in_ten_events_of_the_newspaper_corpus_are_found(news: Evaluation) -> None:
    found = sum(counts.tp for counts in news.triggers.values())
    missed = sum(counts.fn for counts in news.triggers.values())
    assert found >= 0.92 * (found + missed)


def test_what_newspapers_write_besides_raises_next_to_no_alarm(news: Evaluation) -> None:
    assert sum(counts.fp for counts in news.triggers.values()) <= 3


def test_the_prospect_of_newspaper_text_is_the_company_of_the_event(book: Rulebook) -> None:
    rows = [row for row in read_rows(NEWS) if row["company_any"]]
    found = [(row, _companies(book, row)) for row in rows]
    told = [(row, names) for row, names in found if names]
    right = [row for row, names in told if any(_same(name, of) for name in names for of in row["company_any"])]
    assert len(right) >= 0.93 * len(told)


def _companies(book: Rulebook, row: dict[str, Any]) -> set[str]:
    matches = book.matcher.match(row["title"], row["summary"], "de")
    return {match.company or "" for match in matches if match.trigger in row["score_on"]}


def _same(name: str, expected: str) -> bool:
    return bool(name) and (name in expected or expected in name)


@pytest.mark.parametrize(
    ("text", "trigger", "slots"),
    [
        (
            "Nun übernimmt Arvandis den kleineren Rivalen Bolero",
            "acquisition",
            {"company": "Arvandis", "target": "Bolero"},
        ),
        (
            "Die Arvandis AG hat für 3,5 Mrd. Euro die Bolero GmbH gekauft",
            "acquisition",
            {"company": "Arvandis AG", "target": "Bolero GmbH"},
        ),
        (
            "Nach zehn Jahren verlässt Anna Berger die Arvandis AG",
            "executive_departure",
            {"person": "Anna Berger", "company": "Arvandis AG"},
        ),
    ],
)
def test_a_subject_behind_its_verb_is_told_from_the_object(
    book: Rulebook, text: str, trigger: str, slots: dict[str, str]
) -> None:
    found = [match for match in book.matcher.match(text, "", "de") if match.trigger == trigger]
    assert [{name: match.slots.get(name) for name in slots} for match in found] == [slots]


@pytest.mark.parametrize(
    "text",
    [
        "Haverix schliesst Werk in Thun",
        "Haverix schließt Werk in Thun",
        "HAVERIX SCHLIESST WERK IN THUN",
    ],
)
def test_swiss_and_upper_case_spelling_is_found(book: Rulebook, text: str) -> None:
    assert "contraction" in {match.trigger for match in book.matcher.match(text, "", "de")}


def test_the_dateline_of_an_agency_is_not_the_company(book: Rulebook) -> None:
    text = "MONHEIM (dpa-AFX) - Haverix wächst nicht mehr. Der Konzern will 200 Stellen abbauen."
    found = book.matcher.match("", text, "de")
    assert [match.company for match in found] == ["Haverix"]
