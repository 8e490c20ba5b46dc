"""How amounts, rounds, roles and names are marked."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences import read_sentence
from spacy.language import Language

from listener.core.lexicon import ENGLISH, LEXICONS
from listener.core.marks import typed_expressions, typed_spans, whole_run
from listener.core.needles import heads_in
from listener.core.text import normalise


def typed(text: str, kind: str) -> list[str]:
    return [text[span.start : span.end] for span in typed_spans(text, ENGLISH) if span.mark == kind.upper()]


@pytest.mark.parametrize(
    "amount",
    [
        "$12M", "$12 million", "$1.2bn", "$1,200,000", "US$8,000,000", "C$21.5 Million", "€4.5m", "EUR 30 million",
        "30 million euros", "£3k", "CHF 12 Mio.", "₹50 crore", "Rs 1,000 crore", "12 million dollars", "USD $40",
        "$5-10 million", "seven-figure",
    ],
)  # fmt: skip
def test_money_in_all_notations(amount: str) -> None:
    assert typed(f"Acme raises {amount} from friends", "money")[-1].endswith(amount.split("$")[-1])


@pytest.mark.parametrize("text", ["12 million users", "8 million downloads", "in 2024", "3 offices", "12 meters"])
def test_counts_are_no_money(text: str) -> None:
    assert typed(text, "money") == []


@pytest.mark.parametrize(
    "name", ["Series B", "series A", "Series C-2", "pre-seed round", "Seed", "Series A extension", "bridge round"]
)
def test_rounds(name: str) -> None:
    found = typed(f"Acme closes its {name}.", "round")
    assert found
    assert name.startswith(found[0])


def test_growth_investment_is_no_round() -> None:
    assert typed("Acme gets growth investment", "round") == []


@pytest.mark.parametrize(
    "title",
    [
        "CEO", "Chief Financial Officer", "chief people and culture officer", "Vice President", "SVP",
        "General Counsel", "head", "managing director", "co-founder", "finance chief", "interim CFO",
        "new chief executive", "board member",
    ],
)  # fmt: skip
def test_roles(title: str) -> None:
    assert typed(f"Acme names Dana Whitfield {title}", "role") == [title]


@pytest.mark.parametrize("text", ["Partners Group", "Principal Foods opens", "a chief reason", "headquarters"])
def test_words_that_are_no_role(text: str) -> None:
    assert typed(text, "role") == []


def test_a_run_is_taken_whole(english: Language) -> None:
    sentence = read_sentence("closes Series C round", english, ENGLISH)
    c = sentence.words.index("C")
    assert sentence.slice(*whole_run(sentence, c, c + 1)) == "Series C"


@functools.cache
def finders(lang: str) -> dict[str, Callable[[str], Sequence[int]]]:
    return {kind: heads_in(expression) for kind, expression in typed_expressions(LEXICONS[lang]).items()}


@pytest.mark.parametrize("lang", LEXICONS)
@settings(deadline=None)
@given(data=st.data())
def test_amounts_and_roles_are_found_where_they_may_begin(lang: str, data: st.DataObject) -> None:
    expressions = typed_expressions(LEXICONS[lang])
    others = st.sampled_from(["Acme", "raises", "$5M,", "of", "the", "CEO-to-be"])
    pieces = st.one_of(*map(st.from_regex, expressions.values()), others)
    text = normalise(" ".join(data.draw(st.lists(pieces, max_size=4)))).replace("\n", " ")
    words = list(re.finditer(r"\S+", text))
    for kind, find in finders(lang).items():
        places = [word.start() + offset for word in words for offset in find(word[0])]
        found = [(span.start, span.end) for span in typed_spans(text, LEXICONS[lang], (kind,), places)]
        assert found == [each.span() for each in expressions[kind].finditer(text)]
