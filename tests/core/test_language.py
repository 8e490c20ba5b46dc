"""The language of an entry: told from its words, the feed's usual one in doubt."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.language import UNKNOWN_LANGUAGE, detect_language

LABELLED = Path(__file__).resolve().parents[3] / "shared" / "eval"


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("en", "Acme Robotics raises $12M to build a second plant in Leeds"),
        ("en", "ACME ROBOTICS TO BUY RIVAL FOR 40 MLN STG"),
        ("de", "Nordwind übernimmt Mehrheit an der Hafenlogistik Kiel"),
        ("de", "Autozulieferer streicht 300 Stellen und schließt sein Werk"),
        ("ru", "Компания «Вега» открыла второй завод в Самаре"),
        ("uk", "Компанія відкрила новий завод у Львові, це вже третій"),
        ("fr", "La société lève 12 millions d'euros pour ouvrir des bureaux à Lyon"),
        ("es", "La empresa abre una nueva oficina en Madrid y contrata a 200 personas"),
        ("it", "La società apre un nuovo ufficio a Milano e assume anche 200 persone"),
        ("nl", "Het bedrijf opent een nieuw kantoor in Utrecht en zoekt nog mensen"),
        ("pl", "Firma otwiera nowe biuro w Krakowie i szuka ludzi do pracy"),
        (UNKNOWN_LANGUAGE, "东京的公司在大阪开设新办公室"),
        (UNKNOWN_LANGUAGE, "شركة تفتح مكتبا جديدا في دبي"),
    ],
)
def test_a_sentence_is_enough(lang: str, title: str) -> None:
    assert detect_language(title) == lang


def test_the_text_below_a_headline_counts() -> None:
    assert (
        detect_language("Brightloom: Zukauf", "Das Unternehmen kauft einen Wettbewerber aus Kiel.", usual="en") == "de"
    )


@pytest.mark.parametrize("usual", ["en", "de", "fr"])
def test_without_anything_to_go_by_it_is_the_usual_language(usual: str) -> None:
    assert detect_language("Brightloom Robotics: Q3 2030", usual=usual) == usual


def test_nothing_at_all_is_english() -> None:
    assert detect_language("") == "en"
    assert detect_language("https://example.com/der-die-das/und-oder-nicht") == "en"


@pytest.mark.parametrize(
    "title",
    ["Die Zeit names Jane Doe editor", "La Quinta opens Tampa hotel", "Nestlé closes São Paulo plant", "Le Pain files"],
)
def test_a_foreign_name_does_not_turn_a_headline(title: str) -> None:
    assert detect_language(title, usual="en") == "en"


@pytest.mark.parametrize("usual", ["en", None])
def test_towns_abroad_do_not_turn_a_headline(usual: str | None) -> None:
    assert detect_language("Acme opens Zürich, Berlin and Düsseldorf offices", usual=usual) == "en"


@pytest.mark.parametrize("usual", ["en", "de"])
def test_cyrillic_is_not_in_a_language_of_latin_letters(usual: str) -> None:
    assert detect_language("Вега: Самара", usual=usual) == "ru"


def test_a_cyrillic_name_does_not_make_a_text_russian() -> None:
    assert detect_language("Вега (Vega) opens an office in Leeds and hires 40 people") == "en"


@given(st.text(), st.text(), st.sampled_from([None, "en", "de", "ru", "fr", "xx"]))
def test_any_text_has_a_language(title: str, text: str, usual: str | None) -> None:
    assert detect_language(title, text, usual=usual)


@pytest.mark.skipif(not LABELLED.is_dir(), reason="the labelled text is not here")
@pytest.mark.parametrize(
    ("file", "least"),
    [
        ("gold_en", 0.99),
        ("twitter_finance_en", 0.99),
        ("reuters1987_en", 0.99),
        ("smartdata_de", 0.99),
        ("factrueval_ru", 0.995),
    ],
)
def test_titles_of_a_feed_of_their_language_are_told(file: str, least: float) -> None:
    with (LABELLED / f"{file}.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    usual = file[-2:]
    told = Counter(detect_language(row["title"], usual=usual) for row in rows if row["lang"] == usual)
    assert told[usual] >= least * told.total(), told
