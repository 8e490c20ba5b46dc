"""The English packs about money and people, on a corpus of our own that tells each event in every way we know.

The items are invented. They stand for kinds of wording (active, passive, nominal, Title Case, first sentences), and
those without an event for what shares the words. The floors keep an edit of a rule from breaking a kind unseen.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from listener.evaluate import Evaluation, evaluate, read_rows
from listener.rulebook import Rulebook

CORPUS = Path(__file__).parent / "en_money_and_people.jsonl"
TRIGGERS = (
    "funding",
    "acquisition",
    "ipo",
    "bankruptcy",
    "contraction",
    "executive_hire",
    "executive_departure",
)
TEXTS = 80  # of each event; of MANY_OF many more
MANY_OF = {"acquisition": 250, "contraction": 140, "executive_hire": 140, "executive_departure": 140}
NO_EVENT = 260
RECALL = {"acquisition": 0.94, "executive_hire": 0.94, "executive_departure": 0.94, "funding": 0.94, "ipo": 0.94}


@pytest.fixture(scope="module")
def result(book: Rulebook) -> Evaluation:
    return evaluate(read_rows(CORPUS), book.matcher)


def test_no_shipped_file_has_a_mistake(book: Rulebook) -> None:
    assert book.errors == ()


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_event_is_found_however_it_is_told(result: Evaluation, trigger: str) -> None:
    counts = result.triggers[trigger]
    assert counts.tp + counts.fn >= MANY_OF.get(trigger, TEXTS)
    assert counts.rates()["recall"] >= RECALL.get(trigger, 0.88)


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_what_shares_the_words_of_an_event_is_left_alone(result: Evaluation, trigger: str) -> None:
    assert result.triggers[trigger].rates()["precision"] >= 0.94


def test_text_without_an_event_rarely_raises_an_alarm(book: Rulebook) -> None:
    rows = [row for row in read_rows(CORPUS) if not row["expect"]]
    alarms = [
        row["title"]
        for row in rows
        for match in book.matcher.match(row["title"], row["summary"], "en")
        if match.trigger in TRIGGERS
    ]
    assert len(rows) >= NO_EVENT
    assert len(alarms) <= 0.03 * len(rows), alarms


def test_the_prospect_is_the_company_of_the_event(result: Evaluation) -> None:
    assert result.company_correct >= 0.95 * result.company_total
