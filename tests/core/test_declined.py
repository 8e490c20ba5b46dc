"""How names, people, roles and amounts are found in Russian sentences, where names have cases and quotes."""

from __future__ import annotations

import pytest
import spacy
from sentences import read_sentence, subject_in
from spacy.language import Language

from listener.core.lexicon import RUSSIAN
from listener.core.marks import typed_spans
from listener.core.names import Found, name_text, person_span, trailing_name
from listener.core.sentence import Sentence
from listener.core.subjects import first_name


@pytest.fixture(scope="module")
def russian() -> Language:
    return spacy.blank("ru")


def read(text: str, russian: Language) -> Sentence:
    return read_sentence(text, russian, RUSSIAN)


def subject_of(text: str, verb: str, russian: Language, *, person: bool = False) -> str:
    return subject_in(text, verb, russian, RUSSIAN, person=person)


def first_of(text: str, russian: Language) -> str | None:
    sentence = read(text, russian)
    found = first_name(sentence, RUSSIAN)
    return name_text(sentence, found, RUSSIAN) if found else None


# --------------------------------------------------------------------------- companies


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("«Вектор-Дон» купила завод", "Вектор-Дон"),
        ('Компания "Вектор-Дон" купила завод', "Вектор-Дон"),
        ("ПАО «Первая речная компания» купила завод", "Первая речная компания"),
        ("Сеть магазинов «Тихая гавань» купила завод", "Тихая гавань"),
        ("Вектор-Дон купила завод", "Вектор-Дон"),
        ("Американская Nordgrain купила завод", "Nordgrain"),
        ("Русский Лён купила завод", "Русский Лён"),
        ("Уральская горная компания купила завод", "Уральская горная компания"),
        ("Глава «Риалты» Иван Крас купила завод", "Риалта"),
        ("Разработчик ПО Вектор купила завод", "Вектор"),
        ("В банке «Ура! Вектор» купила завод", "(none)"),
    ],
)
def test_a_company_is_what_stands_in_quotes_else_a_run_of_capitals(text: str, name: str, russian: Language) -> None:
    assert subject_of(text, "купила", russian) == name


@pytest.mark.parametrize(
    "text",
    [
        "«Риалта» в прошлом году купила завод",
        "«Риалта» за 1,5 млрд рублей купила завод",
        "«Риалта» в Москве купила завод",
        "«Риалта» сообщила, что купила завод",
        "«Риалта», которая делает насосы, купила завод",
        "Как пишет газета «Заря», «Риалта», принадлежащая Ивану Красу, Петру Лосеву, купила завод",
        "В России «Риалта» купила завод",
    ],
)
def test_the_subject_is_found_over_what_stands_between(text: str, russian: Language) -> None:
    assert subject_of(text, "купила", russian) == "Риалта"


@pytest.mark.parametrize(
    "text", ["В «Риалте» купила", "Покупка купила", "Иван Крас купила", "Россия купила", "Крупный купила"]
)
def test_places_people_and_what_a_preposition_governs_are_no_subject(text: str, russian: Language) -> None:
    assert subject_of(text, "купила", russian) == "(none)"


def test_an_abbreviation_in_capitals_is_no_preposition(russian: Language) -> None:
    assert subject_of("Разработчик ПО «Риалта» купила завод", "купила", russian) == "Риалта"


def test_a_common_noun_stands_for_the_company_of_the_entry(russian: Language) -> None:
    assert subject_of("Сегодня компания купила завод", "купила", russian) == "(entry)"


def test_the_first_of_two_companies_is_the_prospect(russian: Language) -> None:
    assert subject_of("Nordgrain и сеть клиник «Риалта» начали работу", "начали", russian) == "Nordgrain"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Покупка «Риалты» одобрена", "Риалта"),
        ("Акционеры Сбербанка одобрили сделку", "Сбербанк"),
        ("Иван Крас назначен директором Большого театра", "Большого театра"),
        ("Директором Театра Романа Краса стала Анна Левина", "Театра Романа Краса"),
        ("Директор Музея Севера Вера Крас уволена", "Музея Севера"),
        ("Ректором Технического университета Прикамья избран Иван Крас", "Технический университет Прикамья"),
        ("Совет директоров решил иначе", None),
    ],
)
def test_an_entry_is_about_its_first_company(text: str, name: str | None, russian: Language) -> None:
    assert first_of(text, russian) == name


def test_a_slot_takes_the_name_in_quotes_with_what_describes_it(russian: Language) -> None:
    sentence = read("купила производителя насосов «Гидролин» у «Зари»", russian)
    found = trailing_name(sentence, 1, 6, RUSSIAN)
    assert isinstance(found, Found)
    assert sentence.slice(found.start, found.end) == "Гидролин"


def test_quoted_speech_is_no_name(russian: Language) -> None:
    assert first_of("«Мы купили, что хотели, и рады», — заявили там", russian) is None


# --------------------------------------------------------------------------- people


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Глава Сбербанка Иван Крас ушел", "Иван Крас"),
        ("Глава «Риалты» Иван Крас ушел", "Иван Крас"),
        ("Директор А.В. Лосев ушел", "А.В. Лосев"),
        ("Вчера Лосев ушел", "Лосев"),
        ("Министр Лосев Иван Петрович ушел", "Лосев Иван Петрович"),
        ("Банкир Джон Смит ушел", "Джон Смит"),
    ],
)
def test_a_person_begins_with_a_given_name_or_is_a_surname(text: str, name: str, russian: Language) -> None:
    assert subject_of(text, "ушел", russian, person=True) == name


@pytest.mark.parametrize("text", ["«Риалта» ушел", "Вектор Банк ушел", "Сбербанк ушел", "Nordgrain ушел"])
def test_a_company_is_no_person(text: str, russian: Language) -> None:
    assert subject_of(text, "ушел", russian, person=True) == "(none)"


def test_a_person_in_a_slot_stands_in_the_case_of_the_text(russian: Language) -> None:
    sentence = read("назначила бывшего министра Марию Ельцову директором", russian)
    found = person_span(sentence, 1, 5, RUSSIAN)
    assert isinstance(found, Found)
    assert sentence.slice(found.start, found.end) == "Марию Ельцову"


# --------------------------------------------------------------------------- the nominative


@pytest.mark.parametrize(
    ("genitive", "name"),
    [
        ("«Векторпрома»", "Векторпром"),
        ("«Ромашки»", "Ромашка"),
        ("«Победы»", "Победа"),
        ("«Территории»", "Территория"),
        ("«Транснефти»", "Транснефть"),
        ("«Северного моста»", "Северный мост"),
        ("«Русского дома»", "Русский дом"),
        ("«Уральской кухни»", "Уральской кухни"),
        ("«Тихой гавани»", "Тихой гавани"),
        ("«Платины Фарм»", "Платина Фарм"),
        ("«Вега Моторс»", "Вега Моторс"),
        ("«Агрополя»", "Агрополя"),
        ("РЖД", "РЖД"),
        ("Nordgrain", "Nordgrain"),
    ],
)
def test_a_genitive_becomes_the_nominative_where_it_is_surely_one(genitive: str, name: str, russian: Language) -> None:
    assert first_of(f"Директор {genitive} уволен", russian) == name


def test_a_name_behind_its_common_noun_is_in_the_nominative_already(russian: Language) -> None:
    assert first_of("Директор компании «Вега» уволен", russian) == "Вега"


# --------------------------------------------------------------------------- amounts, roles, dates


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("MONEY", "1,5 млрд рублей"),
        ("MONEY", "$5 млн"),
        ("MONEY", "500 тыс. руб"),
        ("MONEY", "1,1 миллиарда долларов США"),
        ("ROLE", "Генеральным директором"),
        ("ROLE", "и.о. гендиректора"),
        ("ROLE", "первым вице-президентом"),
        ("ROLE", "директор по маркетингу и продажам"),
        ("ROLE", "зампреда правления"),
        ("ROLE", "председателем совета директоров"),
        ("ROLE", "членом совета директоров"),
        ("ROLE", "заместителя министра"),
        ("ROLE", "Художественный руководитель"),
        ("DATE", "12 марта 2024"),
        ("DATE", "пятницу"),
        ("ROUND", "раунд A"),
        ("ROUND", "посевной раунд"),
        ("NUMBER", "10 тыс."),
    ],
)
def test_typed_parts_are_found_whole(kind: str, text: str) -> None:
    found = typed_spans(f"Там {text} было", RUSSIAN, (kind,))
    assert [f"Там {text} было"[span.start : span.end].rstrip(".") for span in found] == [text.rstrip(".")]


@pytest.mark.parametrize("text", ["президентские выборы", "предприятие", "предложил"])
def test_words_that_begin_like_roles_are_none(text: str) -> None:
    assert typed_spans(text, RUSSIAN, ("ROLE",)) == []
