"""Inflections: the forms that a word finds."""

from __future__ import annotations

import pytest

from listener.rulebook import language, load_lexicon


@pytest.mark.parametrize(
    ("lang", "word", "forms"),
    [
        ("en", "raise", {"raise", "raises", "raised", "raising"}),
        ("en", "raised", {"raise", "raises", "raised", "raising"}),
        ("en", "lay", {"lay", "lays", "laid", "laying"}),
        ("en", "axe", {"axe", "axes", "axed", "axing"}),
        ("en", "furlough", {"furlough", "furloughs", "furloughed", "furloughing"}),
        ("en", "office", {"office", "offices"}),
        ("en", "rebrand", {"rebrand", "rebrands", "rebranded", "rebranding"}),
        ("en", "funding", {"funding"}),
        ("de", "eröffnen", {"eröffnen", "eröffnet", "eröffnete"}),
        ("de", "ernennen", {"ernennt", "ernannte"}),
        ("de", "abbauen", {"abgebaut", "abzubauen"}),
        ("de", "schließen", {"schließt", "schliesst", "schloss", "geschlossen"}),
        ("de", "arbeitsplatz", {"arbeitsplätze", "arbeitsplaetze"}),
        ("de", "insolvenzantrag", {"insolvenzanträge", "insolvenzantrags"}),
        ("de", "finanzierungsrunde", {"finanzierungsrunden"}),
        ("de", "vereinbaren", {"vereinbart", "vereinbarte"}),
        ("de", "ergattern", {"ergattert", "ergatterte"}),
        ("de", "lancieren", {"lanciert", "lancierte"}),
        ("ru", "открыть", {"открыть", "открыла", "открыл"}),
        ("ru", "ушел", {"уйти", "ушёл", "ушел", "ушла", "ушли", "уйдет", "уйдёт"}),
        ("ru", "партнер", {"партнер", "партнёр", "партнера", "партнёра"}),
        ("ru", "назначен", {"назначен", "назначена", "назначено", "назначены"}),
        ("ru", "приобретен", {"приобретён", "приобретена"}),
        ("ru", "закрыта", {"закрыт", "закрыта", "закрыты"}),
        ("ru", "доля", {"доли", "долю", "доле", "долей"}),
        ("ru", "суд", {"суда", "суду", "судом", "суде"}),
        ("ru", "даркстор", {"даркстор", "даркстора", "дарксторов", "дарксторы"}),
        ("ru", "допэмиссия", {"допэмиссию", "допэмиссии"}),
        ("ru", "релоцировать", {"релоцировал", "релоцирует", "релоцируют"}),
        ("ru", "самоликвидироваться", {"самоликвидируется", "самоликвидировался"}),
        ("ru", "обанкротившийся", {"обанкротившегося", "обанкротившуюся"}),
    ],
)
def test_a_word_finds_its_forms(lang: str, word: str, forms: set[str]) -> None:
    found = language(lang, {})
    assert found is not None
    assert forms <= found.inflections(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("funding", "fund"),
        ("opening", "opened"),
        ("office", "officer"),
        ("could", "can"),
        ("as", "a"),
        ("ai", "has"),
        ("goods", "good"),
        ("well", "good"),
    ],
)
def test_a_word_does_not_find_others(word: str, other: str) -> None:
    found = language("en", {})
    assert found is not None
    assert other not in found.inflections(word)


@pytest.mark.parametrize(("word", "other"), [("weg", "wegen"), ("ein", "einen"), ("sich", "mich")])
def test_german_particles_find_only_themselves(word: str, other: str) -> None:
    found = language("de", {})
    assert found is not None
    assert other not in found.inflections(word)


@pytest.mark.parametrize(
    ("word", "other"), [("назначить", "назначен"), ("назначен", "назначенный"), ("завод", "заводить")]
)
def test_a_russian_verb_does_not_find_its_participles(word: str, other: str) -> None:
    found = language("ru", {})
    assert found is not None
    assert other not in found.inflections(word)


def test_nouns_of_the_tables_are_common_but_for_brands_that_are_words() -> None:
    nouns = load_lexicon("de").common_nouns
    assert {"gespräche", "umsatz", "massnahmen"} <= nouns
    assert nouns.isdisjoint({"siemens", "metro", "allianz", "telekom"})


def test_an_unknown_language_has_none() -> None:
    assert language("xx", {}) is None
