"""Where patterns match: the same as spaCy's Matcher says, whatever the pattern and the sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

from listener.core.steps import Masks, Sets, Span, reach, spans, step_of

WORDS = ("a", "A", "b", "c")
MARKS = ("", "NAME", "MOD", "MONEY")
OPERATORS = ("?", "*", "+", "{2}", "{0,3}", "{1,2}", "{2,}", "{,2}")
TAKES = (
    {"LOWER": "a"},
    {"LOWER": {"IN": ["a", "b"]}},
    {"ORTH": "A"},
    {"ORTH": {"IN": ["A", "c"]}},
    {"IS_SPACE": False},
    {"ENT_TYPE": "NAME"},
    {"ENT_TYPE": {"IN": ["MOD", "NAME"]}},
    {"ENT_TYPE": "MONEY"},
)
TOKENS = st.builds(dict[str, Any], st.sampled_from(TAKES)) | st.builds(
    lambda takes, operator: {**takes, "OP": operator}, st.sampled_from(TAKES), st.sampled_from(OPERATORS)
)
SENTENCES = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(MARKS)), min_size=1, max_size=12)


def by_spacy(pattern: Sequence[dict[str, Any]], tokens: Sequence[tuple[str, str]], english: Language) -> list[Span]:
    doc = Doc(english.vocab, words=[word for word, _ in tokens])
    for token, (_, mark) in zip(doc, tokens, strict=True):
        token.ent_type_ = mark
    matcher = Matcher(english.vocab)
    matcher.add("pattern", [list(pattern)], greedy="LONGEST")
    found: Any = matcher(doc, with_alignments=True)
    return [Span(start, end, tuple(alignment)) for _, start, end, alignment in found]


def masks_of(tokens: Sequence[tuple[str, str]], sets: Sets) -> Masks:
    words = [word for word, _ in tokens]
    return Masks([word.lower() for word in words], lambda: words, sets)


@settings(max_examples=1500, deadline=None)
@given(pattern=st.lists(TOKENS, min_size=1, max_size=5), tokens=SENTENCES)
def test_spans_and_alignments_are_those_of_spacy(
    pattern: list[dict[str, Any]], tokens: list[tuple[str, str]], english: Language
) -> None:
    sets = Sets()
    steps = [step_of(token, sets) for token in pattern]
    masks = masks_of(tokens, sets)
    masks.learn([mark for _, mark in tokens])
    assert spans(steps, masks) == by_spacy(pattern, tokens, english)


@settings(max_examples=500, deadline=None)
@given(pattern=st.lists(TOKENS, min_size=1, max_size=5), tokens=SENTENCES, known=st.booleans())
def test_reach_says_no_only_where_spacy_finds_nothing(
    pattern: list[dict[str, Any]], tokens: list[tuple[str, str]], known: bool, english: Language
) -> None:
    sets = Sets()
    steps = [step_of(token, sets) for token in pattern]
    masks = masks_of(tokens, sets)
    if known:
        masks.learn([mark for _, mark in tokens])
    for span in by_spacy(pattern, tokens, english):
        assert reach(steps, masks, 1 << span.start) >> span.end & 1


def test_marks_take_any_token_until_they_are_known() -> None:
    sets = Sets()
    steps = [step_of({"LOWER": "a"}, sets), step_of({"ENT_TYPE": "MONEY"}, sets)]
    masks = masks_of([("a", ""), ("b", "")], sets)
    assert reach(steps, masks, masks.all)
    masks.learn(["", ""])
    assert not reach(steps, masks, masks.all)


def test_equal_sets_have_one_number() -> None:
    sets = Sets()
    assert step_of({"LOWER": {"IN": ["a", "b"]}}, sets) == step_of({"LOWER": {"IN": ["b", "a"]}}, sets)
    assert step_of({"LOWER": "a"}, sets) != step_of({"ORTH": "a"}, sets)


def test_a_pattern_that_asks_for_more_takes_more_as_a_step() -> None:
    sets = Sets()
    masks = masks_of([("a", ""), ("b", "")], sets)
    assert reach([step_of({"IS_ALPHA": True, "LENGTH": 7}, sets)], masks, masks.all)
