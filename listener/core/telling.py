"""How alike two tellings of news are: by their words, their names and their amounts, in any language.

A telling is the headline and the beginning of the text, where news says what happened to whom. Two outlets rarely
share a sentence; they share the words that the event cannot be told without. So tellings are compared as sets of
weighted words (cosine), and what contradicts counts more than what agrees: another name in the headline, or another
amount of the same thing. Measured by benchmarks/stories.py.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from listener.core.lexicon import LEXICONS

GIST_CHARS = 400
"""Of the text: three sentences. What comes behind is background, which other events share."""
SAME = 0.45
"""Tellings as alike as this are of one event. On pairs of articles that people have judged, precision stays above 0.95
down to here and falls quickly below."""

_STEM, _CYRILLIC_STEM = 5, 4
"""Letters of a word that count: what stands behind is mostly inflection, of which Russian has more."""
_NAME, _NUMBER, _WORD = 1.5, 1.2, 1.0
_IN_TITLE = 1.3
"""Weights: names and numbers tell events apart better than verbs do, and the headline says what counts."""
_OTHER_NAMES, _OTHER_AMOUNT, _OTHER_AMOUNT_IN_TEXT = 0.3, 0.3, 0.1
"""What contradictions take off. One in the headlines alone keeps all but copies apart; texts hold many amounts."""
_ROUNDED = 0.1
"""Sums of money that differ by less are one: outlets round, and convert."""
_INDEXED_WORDS = 12

_WORD_PATTERN = re.compile(r"[^\W_]+")
_QUANTITY = re.compile(r"([$€£¥₽])?\s?(?<![\w.,])(\d+(?:[.,]\d+)*)\s?(?:([^\W\d_]+)|(%))?")
_SENTENCE_END = frozenset('.!?:»«"“”„–—-|\n')
_COMMON = frozenset(word for lexicon in LEXICONS.values() for word in lexicon.function_words)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is compared of an entry."""

    weights: Mapping[str, float]  # by stem
    length: float  # of the weights as a vector
    words: frozenset[str]  # stems of all words, common ones too
    names: frozenset[str]  # stems of the names in the headline, as far as they can be told from its other words
    title_amounts: Mapping[str, frozenset[str]]  # numbers by what they count: {"$": {"12"}, "may": {"3"}}
    amounts: Mapping[str, frozenset[str]]  # those of the text too


def telling(title: str, text: str) -> Telling:
    """What is compared of an entry with this headline and text."""
    title, text = title.replace("ё", "е"), text[:GIST_CHARS].replace("ё", "е")
    in_title, in_text = list(_words(title)), list(_words(text))
    lower = {word.stem for word in in_text if word.is_lower}
    named = {word.stem for word in in_text if word.is_name}
    if not _is_title_case(in_title):
        named.update(word.stem for word in in_title if word.is_name)
    named -= lower
    weights: dict[str, float] = {}
    for words, factor in ((in_title, _IN_TITLE), (in_text, 1.0)):
        for word in words:
            if not word.is_common:
                weight = factor * (_NUMBER if word.is_number else _NAME if word.stem in named else _WORD)
                weights[word.stem] = max(weight, weights.get(word.stem, 0.0))
    title_amounts = _amounts(title)
    return Telling(
        weights=weights,
        length=math.sqrt(sum(weight * weight for weight in weights.values())),
        words=frozenset(word.stem for word in (*in_title, *in_text)),
        names=frozenset(word.stem for word in in_title if word.stem in named),
        title_amounts=title_amounts,
        amounts=_amounts(f"{title}\n{text}") if text else title_amounts,
    )


def likeness(one: Telling, other: Telling) -> float:
    """How alike two tellings are: 1 for the same words, 0 for none in common, less where they contradict."""
    fewer, more = sorted((one.weights, other.weights), key=len)
    shared = sum(weight * more[stem] for stem, weight in fewer.items() if stem in more)
    alike = shared / (one.length * other.length) if shared else 0.0
    if one.names - other.words and other.names - one.words:
        alike -= _OTHER_NAMES
    if _contradict(one.title_amounts, other.title_amounts):
        alike -= _OTHER_AMOUNT
    if _contradict(one.amounts, other.amounts):
        alike -= _OTHER_AMOUNT_IN_TEXT
    return alike


def index_words(one: Telling, trigger: str) -> tuple[int, ...]:
    """The telling's most telling words as numbers, to find others of the trigger by; the heaviest first."""
    heaviest = sorted(one.weights, key=lambda stem: (-one.weights[stem], stem))[:_INDEXED_WORDS]
    return tuple(_number(f"{trigger}\0{stem}") for stem in heaviest)


def _number(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True, slots=True)
class _Word:
    stem: str
    is_number: bool
    is_lower: bool
    is_name: bool  # a capital letter where no sentence begins
    is_common: bool


def _words(text: str) -> Iterator[_Word]:
    end = 0
    for found in _WORD_PATTERN.finditer(text):
        word = found[0]
        folded = word.lower()
        between = text[end : found.start()].rstrip()
        begins = end == 0 or (bool(between) and between[-1] in _SENTENCE_END)
        end = found.end()
        yield _Word(
            stem=_stem(folded),
            is_number=word.isdigit(),
            is_lower=word[0].islower(),
            is_name=word[0].isupper() and len(word) > 2 and not begins,
            is_common=folded in _COMMON or (len(word) < 2 and not word.isdigit()),
        )


def _stem(word: str) -> str:
    return word[: _CYRILLIC_STEM if "а" <= word[0] <= "я" else _STEM]


def _is_title_case(words: list[_Word]) -> bool:
    """Whether a headline Writes Nearly Every Word so: its capitals tell no names then."""
    telling_words = [word for word in words if not word.is_common and not word.is_number]
    return sum(not word.is_lower for word in telling_words) > 0.6 * len(telling_words)


def _amounts(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for quantity in _QUANTITY.finditer(text):
        currency, number, word, percent = quantity.groups()
        counted = (word or "").lower()
        unit = currency or percent or (_stem(counted) if counted and counted not in _COMMON else "")
        if unit:
            found.setdefault(unit, set()).add(number)
    return {unit: frozenset(numbers) for unit, numbers in found.items()}


def _contradict(one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]) -> bool:
    """Whether something is counted in both, and no count is the same."""
    return any(
        not any(_agree(unit, number, another) for number in numbers for another in other[unit])
        for unit, numbers in one.items()
        if unit in other
    )


def _agree(unit: str, number: str, other: str) -> bool:
    if number == other:
        return True
    if not unit[0].isalpha():
        try:
            one, another = float(number.replace(",", ".")), float(other.replace(",", "."))
        except ValueError:
            return False
        return abs(one - another) <= _ROUNDED * max(one, another)
    return False
