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
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from listener.core.lexicon import LEXICONS

GIST_CHARS = 400
"""Of the text: three sentences. What comes behind is background, which other events share."""
SAME = 0.45
"""Tellings as alike as this are of one event. Chosen on the open half of what benchmarks/stories.py measures, where
precision stays at 1.0 down to here and falls quickly below; on the half that was held back it is 0.99 for headlines and
0.92 for pairs of articles (24 of 26). The two that are wrong there tell what is planned and what was done, which is one
lead here."""

_STEM, _CYRILLIC_STEM = 5, 4
"""Letters of a word that count: what stands behind is mostly inflection, of which Russian has more."""
_NAME, _NUMBER, _WORD = 1.5, 1.2, 1.0
_IN_TITLE = 1.3
"""Weights: names and numbers tell events apart better than verbs do, and the headline says what counts."""
_OTHER_NAMES, _OTHER_QUOTED, _OTHER_AMOUNT, _OTHER_AMOUNT_IN_TEXT = 0.3, 0.4, 0.3, 0.1
"""What contradictions take off. One in the headlines alone keeps all but copies apart; texts hold many amounts. Another
name in quotation marks keeps copies apart too: publishers tell "Vote in our contest «Coffee»" of the next one in the
same words."""
_QUOTED_WORDS = 3
"""A longer quotation is what somebody said, of which each outlet picks another part."""
_ROUNDED = 0.1
"""Sums of money that differ by less are one: outlets round, and convert."""
_INDEXED_WORDS = 12

_WORD_PATTERN = re.compile(r"[^\W_]+")
_QUANTITY = re.compile(r"([$€£¥₽])?\s?(?<![\w.,])(\d+(?:[.,]\d+)*)\s?(?:([^\W\d_]+)|(%))?")
_QUOTED = re.compile(
    r"«([^»]{1,60})»|“([^”]{1,60})”|„([^“”]{1,60})[“”]|\"([^\"]{1,60})\"|(?<!\w)[‘']([^‘’']{1,60})[’'](?!\w)"
)
_DIGIT = re.compile(r"\d")
_SENTENCE_END = frozenset('.!?:»«"“”„–—-|\n')
_COMMON = frozenset(word for lexicon in LEXICONS.values() for word in lexicon.function_words)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is compared of an entry."""

    weights: Mapping[str, float]  # by stem
    length: float  # of the weights as a vector
    words: frozenset[str]  # stems of all words, common ones too
    names: frozenset[str]  # stems of the names in the headline, as far as they can be told from its other words
    quoted: frozenset[frozenset[str]]  # stems of each name that the headline has in quotation marks
    title_amounts: Mapping[str, frozenset[str]]  # numbers by what they count: {"$": {"12"}, "may": {"3"}}
    amounts: Mapping[str, frozenset[str]]  # those of the text too


def telling(title: str, text: str) -> Telling:
    """What is compared of an entry with this headline and text."""
    title, text = title.replace("ё", "е"), text[:GIST_CHARS].replace("ё", "е")
    in_title, in_text = _words(title), _words(text)
    named = {stem for stem, kind in in_text if kind is _Kind.NAME}
    if not _is_title_case(in_title):
        named.update(stem for stem, kind in in_title if kind is _Kind.NAME)
    named.difference_update([stem for stem, kind in in_text if kind is _Kind.LOWER])
    weights: dict[str, float] = {}
    for words, factor in ((in_text, 1.0), (in_title, _IN_TITLE)):  # a word of both counts as one of the headline
        for stem, kind in words:
            if kind is not _Kind.COMMON:
                weights[stem] = factor * (_NUMBER if kind is _Kind.NUMBER else _NAME if stem in named else _WORD)
    title_amounts = _amounts(title)
    return Telling(
        weights=weights,
        length=math.sqrt(sum(weight * weight for weight in weights.values())),
        words=frozenset(stem for stem, _ in (*in_title, *in_text)),
        names=frozenset(stem for stem, _ in in_title if stem in named),
        quoted=_quoted(title),
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
    if one.quoted and other.quoted and not (_names_one_of(one, other.quoted) or _names_one_of(other, one.quoted)):
        alike -= _OTHER_QUOTED
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


class _Kind(Enum):
    """How a word is written."""

    COMMON = auto()  # a function word, or a single letter
    NUMBER = auto()
    LOWER = auto()
    CAPITAL = auto()  # at the beginning of a sentence, or of two letters ("US")
    NAME = auto()


def _words(text: str) -> list[tuple[str, _Kind]]:
    """The words' stems, and how they are written."""
    found: list[tuple[str, _Kind]] = []
    before: re.Match[str] | None = None
    for word in _WORD_PATTERN.finditer(text):
        stem, kind = _read(word[0])
        if kind is _Kind.NAME and _begins_sentence(text, before, word):
            kind = _Kind.CAPITAL
        found.append((stem, kind))
        before = word
    return found


@lru_cache(maxsize=16_384)
def _read(written: str) -> tuple[str, _Kind]:
    """The stem of a word that stands within a sentence, and how it is written. A few thousand words are most of all."""
    folded = written.lower()
    if folded in _COMMON:
        kind = _Kind.COMMON
    elif written.isdigit():
        kind = _Kind.NUMBER
    elif len(written) == 1:
        kind = _Kind.COMMON
    elif not written[0].isupper():
        kind = _Kind.LOWER
    else:
        kind = _Kind.CAPITAL if len(written) == 2 else _Kind.NAME
    return _stem(folded), kind


def _begins_sentence(text: str, before: re.Match[str] | None, word: re.Match[str]) -> bool:
    between = text[before.end() : word.start()].rstrip() if before else "."
    return between != "" and between[-1] in _SENTENCE_END


def _quoted(title: str) -> frozenset[frozenset[str]]:
    """The names in quotation marks: of a product, a work, a Russian company."""
    inner = (next(filter(None, found.groups())).strip() for found in _QUOTED.finditer(title))
    named = ([_stem(word.lower()) for word in _WORD_PATTERN.findall(each)] for each in inner if each[:1].isupper())
    return frozenset(frozenset(stems) for stems in named if len(stems) <= _QUOTED_WORDS)


def _names_one_of(told: Telling, names: frozenset[frozenset[str]]) -> bool:
    return any(name <= told.words for name in names)


def _stem(word: str) -> str:
    return word[: _CYRILLIC_STEM if "а" <= word[0] <= "я" else _STEM]


def _is_title_case(words: list[tuple[str, _Kind]]) -> bool:
    """Whether a headline Writes Nearly Every Word so: its capitals tell no names then."""
    kinds = [kind for _, kind in words if kind not in (_Kind.COMMON, _Kind.NUMBER)]
    return sum(kind is not _Kind.LOWER for kind in kinds) > 0.6 * len(kinds)


def _amounts(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for quantity in _QUANTITY.finditer(text) if _DIGIT.search(text) else ():
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
