"""The German packs, on a corpus of our own that tells each event in every way we know.

The items are invented. They stand for kinds of wording (headline and sentence, the subject behind its verb, separable
verbs, compounds, passive and nominal style), and those without an event for what shares the words.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from listener.evaluate import Evaluation, evaluate, read_rows
from listener.rulebook import Rulebook

CORPUS = Path(__file__).parent / "de_business.jsonl"
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
