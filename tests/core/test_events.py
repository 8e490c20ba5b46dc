"""The matches of an entry as its events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from listener.core.events import surest
from listener.core.lexicon import ENGLISH
from listener.model import Match

TITLE = "Ostler Foods named Jane Harrow CEO"


def telling(
    company: str | None, *, person: str = "", quote: str = TITLE, confidence: float = 0.9, at: int = 0
) -> Match:
    """A match whose words stand at characters [at, at + 10) of the quote."""
    slots = {name: text for name, text in {"company": company, "person": person}.items() if text}
    return Match(
        trigger="executive_hire", rule="executive_hire/r", lang="en", where="title", quote=quote, start=at,
        end=at + 10, slots=slots, company=company, confidence=confidence, hedged=None,
    )  # fmt: skip


def test_the_surest_of_a_company_is_left() -> None:
    title, text = telling("Acme Inc."), telling("Acme", quote="It said so.", confidence=0.8)
    assert surest([text, title], ENGLISH) == (title,)


def test_another_trigger_is_another_event() -> None:
    both = telling("Acme"), replace(telling("Acme"), trigger="award")
    assert surest(both, ENGLISH) == both


@pytest.mark.parametrize("name", ["Tulsa Harbour Authority", "Harbour", "THA"])
def test_a_name_in_short_and_its_initials_are_the_same_company(name: str) -> None:
    full = telling("Tulsa Harbour Authority")
    assert surest([full, telling(name, quote="Below.", confidence=0.8)], ENGLISH) == (full,)


def test_the_longer_name_of_another_sentence_is_taken() -> None:
    short = telling("Harbour")
    text = telling("Tulsa Harbour Authority", quote="Below.", confidence=0.8)
    (match,) = surest([short, text], ENGLISH)
    assert (match.company, match.slots["company"], match.confidence) == (text.company, text.company, 0.9)


def test_a_longer_run_of_the_same_sentence_is_not_taken() -> None:
    short = telling("Acme")
    assert surest([short, telling("Acme Stockholders Approve")], ENGLISH) == (short,)


def test_the_same_words_tell_of_one_company_the_first() -> None:
    buyer, bought = telling("Acme"), telling("Beta", at=5)
    assert surest([buyer, bought], ENGLISH) == (buyer,)


def test_other_words_of_a_sentence_tell_of_another() -> None:
    both = telling("Acme"), telling("Beta", at=20)
    assert surest(both, ENGLISH) == both


@pytest.mark.parametrize("person", ["Jane Harrow", "Jane"])
def test_who_has_a_given_name_is_the_person(person: str) -> None:
    wrong = telling(person, person="Ostler Foods")
    right = telling("Ostler Foods", person=person, at=20)
    assert surest([wrong, right], ENGLISH) == surest([right, wrong], ENGLISH) == (right,)


def test_where_nothing_tells_who_is_the_person_the_first_reading_counts() -> None:
    first, second = telling("Ostler", person="Harrow"), telling("Harrow", person="Ostler", at=20)
    assert surest([first, second], ENGLISH) == (first,)


def test_a_match_about_the_person_gives_way_to_one_about_the_company() -> None:
    company = telling("Ostler Foods", person="Jane Harrow")
    assert surest([telling("Jane Harrow", at=20), telling(None, at=20), company], ENGLISH) == (company,)
