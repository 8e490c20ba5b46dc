"""The score: what adds, what takes off, and that the reasons add up to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.score import Evidence, age_of, confidence_of, score
from listener.model import Account, AccountHit, Match, Profile, Segment

PLAIN = {
    "label": "Funding round",
    "weight": 70,
    "half_life": timedelta(days=45),
    "where": "title",
    "hedged": None,
    "outlets": 1,
    "age": timedelta(hours=2),
}
CLOUDED = {"where": "text", "hedged": "in talks", "outlets": 2, "age": timedelta(days=10)}


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({}, 70),
        ({"where": "text"}, 60),
        ({"hedged": "in talks"}, 45),
        ({"outlets": 2}, 75),
        ({"outlets": 9}, 80),
        ({"age": timedelta(days=45)}, 35),
        ({"weight": 100, "outlets": 3}, 100),
        ({"weight": 5, "hedged": "may"}, 0),
    ],
)
def test_each_part_counts(change: dict[str, object], points: int) -> None:
    assert score(Evidence(**{**PLAIN, **change}))[0] == points  # type: ignore[arg-type]


def test_every_reason_is_in_words() -> None:
    _, reasons = score(Evidence(**{**PLAIN, **CLOUDED}))  # type: ignore[arg-type]
    assert [reason.why for reason in reasons] == [
        "Funding round",
        "in the text, not in the headline",
        'not certain: "in talks"',
        "told by 2 outlets",
        "10 days old",
    ]


@given(
    weight=st.integers(0, 100),
    where=st.sampled_from(["title", "text"]),
    hedged=st.sampled_from([None, "may"]),
    outlets=st.integers(1, 50),
    hours=st.integers(0, 10_000),
)
def test_the_reasons_add_up_to_the_score(weight: int, where: str, hedged: str | None, outlets: int, hours: int) -> None:
    points, reasons = score(
        Evidence(
            label="x",
            weight=weight,
            half_life=timedelta(days=30),
            where=where,
            hedged=hedged,
            outlets=outlets,
            age=timedelta(hours=hours),
        )
    )
    assert points == max(0, min(100, sum(reason.points for reason in reasons)))


def test_age_counts_from_publication_and_is_never_negative() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert age_of(now - timedelta(days=2), now, now) == timedelta(days=2)
    assert age_of(None, now - timedelta(days=1), now) == timedelta(days=1)
    assert age_of(now + timedelta(days=9), now, now) == timedelta(0)


# --------------------------------------------------------------------------- the prospect


def of(certainty: float = 1.0, **account: object) -> dict[str, object]:
    """Evidence about an account."""
    return {"account": AccountHit(account=Account(name="Cobalt", **account), certainty=certainty, how="x")}  # type: ignore[arg-type]


PROFILE = Profile(industries=("Logistics",), territories=("DACH",), sizes=((50, 500), (2000, None)))


@pytest.mark.parametrize(
    ("change", "points"),
    [
        (of(), 80),
        (of(segment=Segment.TARGET), 85),
        (of(segment=Segment.PARTNER), 70),
        (of(0.5, segment=Segment.CUSTOMER), 75),
        (of(industry="logistics", territory="dach", size=500), 95),
        (of(size=501), 70),
        (of(size=2000), 85),
        (of(industry="Paints"), 70),
    ],
)
def test_an_account_counts_by_what_it_is_and_how_surely(change: dict[str, object], points: int) -> None:
    assert score(Evidence(**{**PLAIN, **change}), PROFILE)[0] == points  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "confidence", "hedged", "expected"),
    [("title", 0.9, None, 1.0), ("text", 0.8, None, 1.0), ("title", 0.45, "may", 1.0), ("title", 0.81, None, 0.9)],
)
def test_place_and_hedge_are_no_part_of_the_confidence(
    where: str, confidence: float, hedged: str | None, expected: float
) -> None:
    match = Match(
        trigger="funding", rule="funding/x", lang="en", where=where, quote="", start=0, end=0, slots={}, company="x",
        confidence=confidence, hedged=hedged,
    )  # fmt: skip
    assert confidence_of(match) == expected


def test_a_company_that_the_sentence_does_not_name_costs_a_part_of_the_weight() -> None:
    points, reasons = score(Evidence(**{**PLAIN, "confidence": 0.9}))  # type: ignore[arg-type]
    assert (points, reasons[-1].why) == (63, "the sentence does not name the company, or stands far down in the text")
