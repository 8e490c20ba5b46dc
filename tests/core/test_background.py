"""What a sentence only mentions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentences import read_sentence
from spacy.language import Language

from listener.core.background import opens_background, without_boilerplate
from listener.core.lexicon import ENGLISH
from listener.core.names import NotFound
from listener.core.subjects import find_subject


def opener_of(text: str, verb: str, english: Language) -> str | None:
    """The word that makes the clause of the first token `verb` history."""
    sentence = read_sentence(text, english, ENGLISH)
    at = sentence.words.index(verb)
    subject = find_subject(sentence, at, ENGLISH)
    assert not isinstance(subject, NotFound)
    return opens_background(sentence, subject.start, at, ENGLISH)


@pytest.mark.parametrize(
    ("text", "verb", "opener"),
    [
        ("Veltrane, which acquired Oakmoor, sells kilns.", "acquired", "which"),
        ("The startup that raised $5M sells kilns.", "raised", "that"),
        ("They met in a plant that Veltrane bought.", "bought", "that"),
        ("The street where Veltrane opened a store is closed.", "opened", "where"),
        ("Prices are up since Veltrane acquired Oakmoor.", "acquired", "since"),
        ("She remembers the day Veltrane opened its doors.", "opened", "day"),
        ("Veltrane had opened 40 stores.", "opened", "had"),
    ],
)
def test_history_in_a_clause_is_told_by_what_opens_it(text: str, verb: str, opener: str, english: Language) -> None:
    assert opener_of(text, verb, english) == opener


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Veltrane acquired Oakmoor.", "acquired"),
        ("Veltrane announced that it has raised $5M.", "raised"),
        ("Veltrane said in a statement that Oakmoor acquired it.", "acquired"),
        ("Veltrane, which raised $5M on Tuesday, sells kilns.", "raised"),
        ("Veltrane, which will acquire Oakmoor, sells kilns.", "acquire"),
        ("The street where Veltrane opens a store is closed.", "opens"),
        ("Veltrane said it had filed for bankruptcy.", "filed"),
        ("Veltrane told reporters it had raised $5M.", "raised"),
        ("Veltrane, which had held a stake, has acquired Oakmoor.", "acquired"),
    ],
)
def test_news_is_no_history(text: str, verb: str, english: Language) -> None:
    assert opener_of(text, verb, english) is None


@pytest.mark.parametrize(
    "boilerplate",
    ["About Veltrane: It acquired Oakmoor.", "About Veltrane\nIt acquired Oakmoor.", "Safe Harbor Statement. It may."],
)
def test_a_text_ends_where_the_company_tells_of_itself(boilerplate: str) -> None:
    assert without_boilerplate(f"Veltrane raised $5M.\n{boilerplate}") == "Veltrane raised $5M.\n"


@pytest.mark.parametrize(
    "text", ["About 40 people lost their jobs.", "Veltrane told us about Oakmoor: it is great.", ""]
)
def test_a_text_that_only_has_the_words_is_left(text: str) -> None:
    assert without_boilerplate(text) == text


@given(st.text())
def test_any_text_begins_with_what_is_left_of_it(text: str) -> None:
    assert text.startswith(without_boilerplate(text))
