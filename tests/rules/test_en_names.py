"""Whom an English headline is about, and what it only mentions: a corpus of our own, with the shipped packs.

The names are made of all that names are made of (verbs, plurals, apostrophes, digits, "of" and "the", places), stand
where headlines and releases put them, and are described as these do. The background is history, advice, lists, opinion,
sport and politics in the words of events. Both were written before the rules that they try.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from listener.core.match import RuleMatcher
from listener.evaluate import Evaluation, evaluate, read_rows
from listener.rulebook import Rulebook

ROWS = list(read_rows(Path(__file__).parent / "en_names.jsonl"))
NAMES = [row for row in ROWS if row["expect"]]
BACKGROUND = [row for row in ROWS if not row["expect"]]


@pytest.fixture(scope="module")
def matcher(book: Rulebook) -> RuleMatcher:
    assert book.errors == ()
    return book.matcher


@pytest.fixture(scope="module")
def named(matcher: RuleMatcher) -> Evaluation:
    return evaluate(NAMES, matcher)


def test_the_corpus_is_large() -> None:
    assert len(NAMES) >= 580
    assert len(BACKGROUND) >= 220


def test_no_name_hides_an_event(named: Evaluation) -> None:
    assert named.as_json()["micro"]["recall"] >= 0.92


def test_the_company_is_found_whole(named: Evaluation) -> None:
    assert named.company_correct >= 0.96 * named.company_total


def test_what_is_only_mentioned_is_no_news(matcher: RuleMatcher) -> None:
    alarms = evaluate(BACKGROUND, matcher).as_json()["micro"]["fp"]
    assert alarms <= 0.06 * len(BACKGROUND)
