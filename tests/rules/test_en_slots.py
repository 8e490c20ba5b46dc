"""Which company, person, role, amount ... English sentences name: a corpus of our own, tried with plain phrases.

A row: title, maybe summary, and what each slot must hold. The sentences vary the shape of the name (legal forms, "of",
brands, numbers, possessives), what describes it, and how news is written (headlines, releases, wires).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from listener.core.judge import judge
from listener.core.match import RuleMatcher
from listener.core.rules import RuleSource
from listener.model import Entry
from listener.rulebook import RuleFiles, compile_rulebook

HERE = Path(__file__).parent
ROWS = [json.loads(line) for line in (HERE / "en_slots.jsonl").read_text().splitlines()]
TOO_HARD = {  # what a reader knows and neither spelling nor grammar tells
    "Yip! Brands opens restaurant in Dover",
    "Land's Edge opens store in Dover",
    "Signs Now opens store in Dover",
    "Bricks to Go opens store in Dover",
    "Ready for Clay raises $5M in seed funding",
    "Bed Lamp & Beyond opens store in Dover",
    "Everything But the Kiln Opens Store in Dover",
    "Veltrane and its partners opened a plant in Leeds",
    "Veltrane acquires AI startup quillfish",
    "Veltrane closes $5M Series Seed round",
}


@pytest.fixture(scope="module")
def matcher() -> RuleMatcher:
    source = RuleSource(path="en_slots.toml", text=(HERE / "en_slots.toml").read_text())
    book = compile_rulebook(RuleFiles(sources=(source,)))
    assert book.errors == ()
    return book.matcher


def slots_of(row: dict[str, Any], matcher: RuleMatcher) -> list[dict[str, Any]]:
    """The slots of each match, with the prospect as `company`."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    entry = Entry(
        id=1, feed_id=1, feed_name="feed", feed_tags=(), uid="1", url=None, canonical_url=None, title=row["title"],
        text=row.get("summary", ""), publisher=None, lang="en", published_at=None, first_seen_at=now, first_sight=False,
    )  # fmt: skip
    return [{**match.slots, "company": match.company} for match in judge(entry, lambda _: matcher).matches]


@pytest.mark.parametrize("row", [row for row in ROWS if row["title"] not in TOO_HARD], ids=lambda row: row["id"])
def test_slots_hold_what_the_sentence_names(row: dict[str, Any], matcher: RuleMatcher) -> None:
    found = slots_of(row, matcher)
    for slot, wanted in row["expect"].items():
        assert wanted in [slots.get(slot) for slots in found], (slot, row["title"])


def test_what_is_too_hard_is_little() -> None:
    assert len(TOO_HARD) <= 0.03 * len(ROWS)
    assert {row["title"] for row in ROWS} >= TOO_HARD
