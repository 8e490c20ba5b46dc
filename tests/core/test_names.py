"""Names within the tokens that may be part of one."""

from __future__ import annotations

import pytest
from sentences import read_sentence
from spacy.language import Language

from listener.core.lexicon import ENGLISH
from listener.core.names import Found, NotFound, person_span, trailing_name
from listener.core.sentence import Sentence


def read(text: str, english: Language) -> Sentence:
    return read_sentence(text, english, ENGLISH)


def test_person_span_drops_the_verb_of_a_headline(english: Language) -> None:
    sentence = read("Appoints Dana Whitfield", english)
    found = person_span(sentence, 0, 3, ENGLISH)
    assert isinstance(found, Found)
    assert sentence.slice(found.start, found.end) == "Dana Whitfield"


def test_person_with_a_number_is_none(english: Language) -> None:
    sentence = read("Model 3 Whitfield", english)
    assert isinstance(person_span(sentence, 0, 3, ENGLISH), NotFound)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dexelo", "Dexelo"),
        ("the Irish bakery chain Dexelo", "Dexelo"),
        ("Brazilian retailer Casa Dexelo", "Casa Dexelo"),
        ("Dexelo adding London", "Dexelo"),
    ],
)
def test_trailing_name_is_the_one_behind_the_description(text: str, name: str, english: Language) -> None:
    sentence = read(text, english)
    found = trailing_name(sentence, 0, len(sentence.words), ENGLISH)
    assert isinstance(found, Found)
    assert sentence.slice(found.start, found.end) == name
