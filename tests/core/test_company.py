"""Names: cleaned for people, folded for comparison."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.company import clean_company, company_key, is_same_name


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
