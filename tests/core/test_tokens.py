"""Tokens: spaCy's own, chunk by chunk, and no more of them remembered than is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core import tokens
from listener.core.lexicon import LEXICONS
from listener.core.marks import plain_mark
from listener.core.text import normalise
from listener.core.tokens import Chunks, lower_words_in, unmarked, words_in
from listener.rulebook import load_pipeline

ODD_TEXT = (
    "Acme's can't Cannot CANNOT gonna U.S. e.g. Inc., Inc. 10closes raise,close re-raises $12M €3.5m 3,500 5% Q&A AT&T "
    "don’t “Acme” «Acme» --- ... … (NASDAQ:ACME) https://acme.io/a?b=c a@b.de #1 :) :-D <3 C++ 8pm 25. z.B. GmbH&Co. "
    "ул. т.д. млн. Компания, İstanbul ſecures straße STRAßE naïve 日本語 株式会社 👍🏽 km² ½ a\u00adb a\u200bb '' ``"
)
ODD = ODD_TEXT.split()
WORDS = st.one_of(
    st.sampled_from(ODD),
    st.from_regex(r"[\"(]?[$€£]?[A-Za-zäöüßа-яё]{1,9}[,;:.]?[\")]?", fullmatch=True),
    st.from_regex(r"[\"(]?[$€£]?[0-9]{1,3}([.,][0-9]{1,3})?%?[,;:.]?[\")]?", fullmatch=True),
    st.from_regex(
        r"[\"(]?[$€£<]?[0-9]{1,3}([.,:][0-9]{1,3})?(m|bn|M|am|pm|p\.m\.|st|к|%|kg)?[,;:.]{0,2}[\")]?", fullmatch=True
    ),
    st.text("abcxyzABC'’.,;:!?-–&/()$€0123456789äßжя", max_size=8),
    st.text(max_size=6),
)


def chunks_of(lang: str) -> Chunks:
    pipeline, lexicon = load_pipeline(lang), LEXICONS[lang]
    return Chunks(
        split=lambda text: [token.text for token in pipeline.make_doc(text)],
        exceptions=pipeline.tokenizer.rules.keys(),  # type: ignore[union-attr]
        plain_mark=lambda word: plain_mark(word, lexicon),
        heads_in={},
        evidence_of=lambda *_: 0,
        entries_of=lambda _: (),
        is_common_noun=str.islower,
    )


@pytest.fixture(scope="module")
def chunks() -> dict[str, Chunks]:
    return {lang: chunks_of(lang) for lang in LEXICONS}


@pytest.mark.parametrize("lang", LEXICONS)
@settings(max_examples=500, deadline=None)
@given(word=WORDS)
def test_a_chunk_is_cut_as_spacy_cuts_it(lang: str, word: str, chunks: dict[str, Chunks]) -> None:
    for chunk in normalise(word).split():
        assert list(chunks[lang][chunk].words) == [token.text for token in load_pipeline(lang).make_doc(chunk)]


@settings(max_examples=300, deadline=None)
@given(words=st.lists(st.sampled_from(ODD[:40]), max_size=8))
def test_a_sentence_has_the_tokens_that_spacy_finds_in_it(words: list[str], chunks: dict[str, Chunks]) -> None:
    text = normalise(" ".join(words)).replace("\n", " ")
    doc = load_pipeline("en").make_doc(text)
    found = chunks["en"].of(text)
    sentence = unmarked(text, found, chunks["en"].marks_of(found))
    assert sentence.words == [token.text for token in doc]
    assert sentence.starts == [token.idx for token in doc]
    assert sentence.lower == [token.lower_ for token in doc]


def test_words_are_told_as_written_and_in_lower_case(chunks: dict[str, Chunks]) -> None:
    found = chunks["en"].of("Acme can't raise.")
    assert words_in(found) == ["Acme", "ca", "n't", "raise", "."]
    assert lower_words_in(found) == ["acme", "ca", "n't", "raise", "."]


def test_two_generations_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "GENERATION", 10)
    known = chunks_of("en")
    for number in range(200):
        known.of(f"Acme word{number}")
        assert len(known) + len(known._last) <= 20
    assert "Acme" in known


def test_what_is_asked_for_again_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "GENERATION", 2)
    known = chunks_of("en")
    first = known["Acme"]
    known.of("raises $5M now")
    assert "Acme" not in known
    assert known["Acme"] is first


def test_long_chunks_are_not_remembered(chunks: dict[str, Chunks]) -> None:
    address = "https://acme.example/" + "a" * 40
    assert chunks["en"][address].words == (address,)
    assert address not in chunks["en"]
