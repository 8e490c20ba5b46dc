"""Names: cleaned for people, folded for comparison."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.company import (
    clean_company,
    company_key,
    fold,
    has_legal_form,
    is_same_name,
    is_within,
    outlet_keys,
    shorter_forms,
)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("Acme Robotics", "Acme Robotics"),
        ("Acme Robotics, Inc.", "Acme Robotics, Inc."),
        ("Acme's", "Acme"),
        ("Acme Robotics (NASDAQ: ACME)", "Acme Robotics"),
        ("$ACME", "ACME"),
        ("“Acme”,", "Acme"),
        ("Warby & Sons", "Warby & Sons"),
        ("Acme U.S.A.", "Acme U.S.A."),
    ],
)
def test_a_name_is_cleaned_of_what_is_not_part_of_it(written: str, clean: str) -> None:
    assert clean_company(written) == clean


@pytest.mark.parametrize(
    "written",
    [
        "Cobalt Freight",
        "cobalt freight",
        "COBALT FREIGHT, INC.",
        "The Cobalt Freight Company",
        "Cobalt-Freight Ltd",
        "Cóbalt Freight's",
    ],
)
def test_spellings_of_one_company_have_one_key(written: str) -> None:
    assert company_key(written) == "cobalt freight"


@pytest.mark.parametrize("other", ["Cobalt Paints", "Cobalt", "Cobalt Freight Systems"])
def test_other_companies_have_other_keys(other: str) -> None:
    assert company_key(other) != company_key("Cobalt Freight")


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("Ромашка", ["Ромашки", "Ромашке", "Ромашку", "Ромашкой"]),
        ("Векторпром", ["Векторпрома", "Векторпрому", "Векторпроме"]),
        ("Северный мост", ["Северного моста"]),
        ("Русский Лён", ["РУССКИЙ ЛЕН"]),
    ],
)
def test_a_russian_name_has_one_key_in_its_cases(name: str, cases: list[str]) -> None:
    assert {company_key(case) for case in cases} == {company_key(name)}


def test_a_russian_name_is_found_in_a_text_in_its_cases() -> None:
    assert f" {company_key('Тихая Гавань')} " not in fold("Nordgrain купила завод")
    assert f" {company_key('Векторпром')} " in fold("Nordgrain купила акции «Векторпрома»")


def test_the_russian_instrumental_keeps_a_key_of_its_own() -> None:
    assert company_key("Векторпром") != company_key("Векторпромом")
    assert company_key("Тихий Дом") != company_key("Тихий Д")


@pytest.mark.parametrize("name", ["Inc", "Company", "The", "AG", "3M", "&", "Яндекс", "株式会社"])
def test_a_name_never_folds_to_nothing(name: str) -> None:
    assert company_key(name)


@given(st.text(min_size=1))
def test_any_text_has_a_key(name: str) -> None:
    assert company_key(name) == company_key(name)


@pytest.mark.parametrize(
    ("key", "other", "same"),
    [
        ("acme", "acme robotics", True),
        ("acme robotics", "acme", True),
        ("acme", "acmeda", False),
        ("acme", "beta", False),
    ],
)
def test_a_short_form_is_the_same_name(key: str, other: str, same: bool) -> None:
    assert is_same_name(key, other) is same


@pytest.mark.parametrize("written", ["Ромашка", "ООО «Ромашка»", "ПАО Ромашка", "«Ромашка»"])
def test_russian_legal_forms_stand_in_front(written: str) -> None:
    assert company_key(written) == "ромашк"


@pytest.mark.parametrize("name", ["AO Smith", "SE Ranking", "Co Star"])
def test_latin_letters_in_front_are_part_of_the_name(name: str) -> None:
    assert company_key(name) == name.lower()


@pytest.mark.parametrize(("name", "has"), [("Target Corp.", True), ("Müller GmbH & Co. KG", True), ("Target", False)])
def test_a_legal_form_is_told(name: str, has: bool) -> None:
    assert has_legal_form(name) is has


@pytest.mark.parametrize(
    ("key", "other", "within"),
    [("acme robotics", "startup acme robotics", True), ("acme", "acmeda", False), ("acme", "acme", True)],
)
def test_a_name_stands_in_a_longer_one(key: str, other: str, within: bool) -> None:
    assert is_within(key, other) is is_within(other, key) is within


def test_shorter_forms_leave_words_off_at_the_end() -> None:
    assert shorter_forms("acme robotics us") == ("acme robotics", "acme")
    assert shorter_forms("acme") == ()


@given(st.text(st.characters(codec="utf-8")))
def test_folding_keeps_a_blank_at_both_ends(text: str) -> None:
    folded = fold(text)
    assert folded[0] == folded[-1] == " "
    assert "  " not in folded.strip()


@pytest.mark.parametrize(
    ("text", "wires"),
    [
        ("NEW YORK, May 3 (Reuters) - Acme said on Monday", {"reuters"}),
        ("BERLIN, May 3 /PRNewswire/ -- Acme said on Monday", {"prnewswire"}),
        ("Acme Robotics (Acme) - the maker of robots", set()),
        ("International Machines (IM) - the maker of robots", set()),
        ("Acme (a maker of robots) said so", set()),
        ("", set()),
    ],
)
def test_the_wire_in_front_of_a_text_tells_the_news(text: str, wires: set[str]) -> None:
    assert outlet_keys([], text) == wires


def test_publisher_and_feed_tell_the_news() -> None:
    assert outlet_keys(["The Daily Ledger", None, "Tech News, Inc."], "") == {"daily ledger", "tech news"}
