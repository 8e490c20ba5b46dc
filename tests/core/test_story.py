"""Which matches of one entry are events of their own."""

from __future__ import annotations

from listener.core.story import events
from listener.model import Match


def match(trigger: str, company: str | None, confidence: float = 0.9) -> Match:
    return Match(
        trigger=trigger,
        rule=f"{trigger}/x",
        lang="en",
        where="title",
        quote="q",
        start=0,
        end=1,
        slots={},
        company=company,
        confidence=confidence,
        hedged=None,
    )


def told(*matches: Match) -> list[tuple[str | None, str, bool]]:
    return [(found.company, key, first) for found, key, first in events(matches)]


def test_a_short_form_of_the_name_is_the_same_event() -> None:
    assert told(match("funding", "Acme"), match("funding", "Acme Robotics", 0.8)) == [("Acme", "acme", True)]


def test_two_companies_with_one_trigger_are_two_events() -> None:
    assert told(match("funding", "Acme"), match("funding", "Beta", 0.8)) == [
        ("Acme", "acme", True),
        ("Beta", "beta", False),
    ]


def test_two_triggers_are_two_events() -> None:
    assert [first for _, _, first in told(match("funding", "Acme"), match("expansion", "Acme"))] == [True, True]


def test_the_surest_match_tells_the_event() -> None:
    assert told(match("funding", "Acme Robotics", 0.5), match("funding", "Acme", 0.9)) == [("Acme", "acme", True)]


def test_a_match_without_a_company_is_no_event() -> None:
    assert told(match("funding", None)) == []
