"""Whether slots go together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.agreement import Agreement, Told, agreement, can_agree, from_the_other_side

CONTRADICTS, NOTHING, AGREES, IDENTIFIES = Agreement


def told(text: str = "", key: str = "acme", **slots: str) -> Told:
    return Told(key=key, slots=slots, title="", text=text)


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("$12M", "$12 million", AGREES),
        ("$12M", "US$12m", AGREES),
        ("$12M", "12 Mio. Dollar", AGREES),
        ("$12M", "12 млн долларов", AGREES),
        ("$1,200,000", "$1.2M", AGREES),
        ("1.200.000 Euro", "€1,2 Mio.", AGREES),
        ("$12M", "nearly $12.5 million", AGREES),
        ("$1.2B", "$1.2M", CONTRADICTS),
        ("$12M", "$15M", CONTRADICTS),
        ("$12M", "€12M", NOTHING),
        ("$12M", "an undisclosed sum", NOTHING),
    ],
)
def test_money(one: str, other: str, outcome: Agreement) -> None:
    assert agreement(told(money=one), told(money=other)) is outcome


def test_money_that_the_other_names_too_does_not_contradict() -> None:
    assert agreement(told(money="$12M"), told("It now has raised $40M after $12 million", money="$40M")) is NOTHING


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("Series B", "series B round", AGREES),
        ("Series B", "Serie-B-Runde", AGREES),
        ("Series B", "раунд B", AGREES),
        ("seed", "Seed-Runde", AGREES),
        ("pre-seed", "seed", CONTRADICTS),
        ("Series A", "Series B", CONTRADICTS),
        ("funding round", "Series B", NOTHING),
    ],
)
def test_rounds(one: str, other: str, outcome: Agreement) -> None:
    assert agreement(told(round=one), told("after its Series A", round=other)) is outcome


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("Anna Meyer", "Meyer", IDENTIFIES),
        ("Anna Meyer", "Dr. Anna K. Meyer, Jr", IDENTIFIES),
        ("Иван Петров", "Ивана Петрова", IDENTIFIES),
        ("Ivan Petrov", "Иваном Петровым", IDENTIFIES),
        ("Anna Meyer", "Anna Schmidt", CONTRADICTS),
    ],
)
def test_people(one: str, other: str, outcome: Agreement) -> None:
    assert agreement(told(person=one), told(person=other)) is outcome


def test_people_who_are_named_together_do_not_contradict() -> None:
    assert agreement(told(person="Anna Meyer"), told("with Anna Meyer and Ben Ode", person="Ben Ode")) is AGREES


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("Beta Labs", "Beta", IDENTIFIES),
        ("Beta Labs", "Gamma", CONTRADICTS),
        ("Bank of Graz", "Alpine Bank", NOTHING),
    ],
)
def test_other_companies(one: str, other: str, outcome: Agreement) -> None:
    assert agreement(told(target=one), told(target=other)) is outcome


def test_products_contradict_by_name_only() -> None:
    assert agreement(told(product="Route One"), told(product="Depot Two")) is CONTRADICTS
    assert agreement(told(product="Route One"), told(product="tool for shippers")) is NOTHING


def test_a_place_agrees_and_identifies_nothing() -> None:
    assert agreement(told(place="Graz"), told(place="Graz")) is AGREES


def test_one_contradiction_outweighs_what_agrees() -> None:
    assert agreement(told(money="$12M", person="Anna Meyer"), told(money="$12M", person="Ben Ode")) is CONTRADICTS


def test_slots_about_the_telling_say_nothing() -> None:
    assert agreement(told(comments="12", form="8-K"), told(comments="15", form="6-K")) is NOTHING


def test_the_other_side_identifies() -> None:
    buyer, seller = told(key="acme", target="Beta Labs"), told(key="beta labs")
    assert from_the_other_side(buyer, seller)
    assert agreement(seller, buyer) is IDENTIFIES


def test_what_can_identify_is_told_beforehand() -> None:
    assert can_agree(told(person="A"), told(person="B"), IDENTIFIES)
    assert not can_agree(told(money="$1"), told(money="$1"), IDENTIFIES)
    assert can_agree(told(), told(), NOTHING)


SLOTS = st.dictionaries(st.sampled_from(["money", "person", "round", "place", "product", "target"]), st.text())


@given(SLOTS, SLOTS, st.text(max_size=100))
def test_any_slots_are_compared_the_same_both_ways(one: dict[str, str], other: dict[str, str], text: str) -> None:
    first, second = told(text, **one), told(text, key="beta", **other)
    assert agreement(first, second) is agreement(second, first)
