"""The cheap test in front of an expression: true of some word of each of its matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.lexicon import LEXICONS
from listener.core.needles import fold, heads_in, needle_test
from listener.core.text import normalise

EXPRESSIONS = [
    pytest.param(expression, id=f"{lang}-{name}")
    for lang, lexicon in LEXICONS.items()
    for name, expression in (
        ("money", lexicon.money),
        ("rounds", lexicon.rounds),
        ("roles", lexicon.roles),
        ("dates", lexicon.dates),
        ("numbers", lexicon.numbers),
    )
]


def words_around(text: str, found: re.Match[str]) -> list[str]:
    """The words between blanks that a match has a part of."""
    words = [each for each in re.finditer(r"\S+", text) if each.end() > found.start() and each.start() < found.end()]
    return [each[0] for each in words]


@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(data=st.data())
def test_each_match_has_a_word_that_passes(expression: re.Pattern[str], data: st.DataObject) -> None:
    passes = needle_test(expression)
    text = normalise(f"x {data.draw(st.from_regex(expression))} y")
    for found in expression.finditer(text):
        if found[0].strip():
            assert any(map(passes, map(fold, words_around(text, found)))), found


@pytest.mark.parametrize("expression", EXPRESSIONS)
@given(data=st.data())
def test_where_a_match_begins_is_told(expression: re.Pattern[str], data: st.DataObject) -> None:
    find = heads_in(expression)
    text = normalise(f"x {data.draw(st.from_regex(expression))} y")
    words = re.finditer(r"\S+", text)
    places = {word.start() + offset for word in words for offset in find(word[0])}
    assert {found.start() for found in expression.finditer(text) if found[0].strip()} <= places


@pytest.mark.parametrize(
    ("expression", "word", "begins"),
    [
        (r"(?:interim\s)?(?:C[EF]O|head\sof\s\w+)", "interim", True),
        (r"(?:interim\s)?(?:C[EF]O|head\sof\s\w+)", "CFO", True),
        (r"(?:interim\s)?(?:C[EF]O|head\sof\s\w+)", "sales", False),
        (r"\$\d+\smillion", "$12", True),
        (r"\$\d+\smillion", "million", False),
        (r"(?<!x)(?:a\s)*\bbc", "bc", True),
        (r"(?:ab)?\w*", "zebra", True),
        (r"(?:a|)\s?b", "a", True),
        (r"(?:a|)\s?b", "b", True),
        (r"\w+bc", "zebra", True),
    ],
)
def test_few_other_words_begin_a_match(expression: str, word: str, begins: bool) -> None:
    assert bool(heads_in(re.compile(expression))(word)) is begins


@pytest.mark.parametrize(
    ("expression", "word", "passes"),
    [
        (r"(?:interim\s)?(?:C[EF]O|head\sof\s\w+)", "CFO", True),
        (r"(?:interim\s)?(?:C[EF]O|head\sof\s\w+)", "interim", False),
        (r"(?:interim\s)?(?:C[EF]O|head\sof\s\w+)", "(Head", True),
        (r"\d+\speople", "people", True),
        (r"\d+\speople", "12", False),
        (r"\d[\d,]*%?", "12", True),
        (r"\d[\d,]*%?", "twelve", False),
        (r"(?:pre-)?seed", "pre-seed", True),
        (r"(?:pre-)?seed", "pre-war", False),
    ],
)
def test_few_other_words_pass(expression: str, word: str, passes: bool) -> None:
    assert bool(needle_test(re.compile(expression))(fold(word))) is passes


@pytest.mark.parametrize("expression", [r"\w+", r"[^x]", r"(?:abc)?", r"(?=abc)\w*", r"a|\w"])
def test_an_expression_that_tells_nothing_lets_every_word_pass(expression: str) -> None:
    assert needle_test(re.compile(expression))("zebra")


@pytest.mark.parametrize("word", ["DIRECTOR", "dırector", "Director", "directoſ"])
def test_case_does_not_count_as_in_the_expression(word: str) -> None:
    expression = re.compile("directors?|directos", re.IGNORECASE)
    assert expression.search(word)
    assert needle_test(expression)(fold(word))
