"""Token patterns as steps over bit masks, and where they match.

A step takes some tokens: those of a set of words, or of marks, or any. A mask has a bit for each token of a sentence
that a set takes, so all places of a sentence are tried at once by shifting and masking whole numbers (`reach`). Where
that says yes, `spans` follows the pattern token by token.

spaCy's Matcher is the definition: the spans are those that it finds with greedy="LONGEST", in the same order and with
the same alignment. This is faster because it reads words and marks as they are, where spaCy needs a Doc.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from listener.core.phrase import TokenPattern, exact_words_of, how_often, marks_of, words_of

UNBOUNDED = 1 << 16
"""More tokens than a sentence has."""
ANY = 0
"""The number of the set of all tokens."""


@dataclass(slots=True)
class Sets:
    """Numbers for the sets of words and of marks that patterns ask for, equal ones the same."""

    members: dict[int, frozenset[str]] = field(default_factory=dict)
    exact: set[int] = field(default_factory=set)  # those of words whose case counts
    marks: set[int] = field(default_factory=set)  # those of marks
    _numbers: dict[tuple[str, frozenset[str]], int] = field(default_factory=dict)

    def of_words(self, words: frozenset[str]) -> int:
        """Of words in lower case."""
        return self._number("words", words)

    def of_exact(self, words: frozenset[str]) -> int:
        """Of words as they are written."""
        number = self._number("exact", words)
        self.exact.add(number)
        return number

    def of_marks(self, marks: frozenset[str]) -> int:
        """Of marks."""
        number = self._number("marks", marks)
        self.marks.add(number)
        return number

    def _number(self, kind: str, members: frozenset[str]) -> int:
        number = self._numbers.setdefault((kind, members), len(self._numbers) + 1)
        self.members[number] = members
        return number


class Step(NamedTuple):
    """A token pattern: what it takes, and how often."""

    takes: int  # a number of `Sets`, or ANY
    least: int
    most: int


def step_of(token: TokenPattern, sets: Sets) -> Step:
    """A token pattern as a step, which takes what the pattern takes or, where it asks for more than words and marks,
    more."""
    exact, words, marks = exact_words_of(token), words_of(token), marks_of(token)
    if exact is not None:
        takes = sets.of_exact(exact)
    elif words is not None:
        takes = sets.of_words(words)
    else:
        takes = ANY if marks is None else sets.of_marks(marks)
    least, most = how_often(token)
    return Step(takes, least, UNBOUNDED if most is None else most)


class Masks(dict[int, int]):
    """The tokens of a sentence that a set takes, as bits; counted when first asked for.

    Before the marks are known (`learn`), a set of marks takes any token.
    """

    def __init__(self, lower: Sequence[str], words: Callable[[], Sequence[str]], sets: Sets) -> None:
        super().__init__()
        self._words = words  # as they are written; asked for where their case counts
        self._sets = sets
        self._marks: dict[str, int] | None = None
        self.lower = _places(lower)  # of each word in lower case
        self.all = self[ANY] = (1 << len(lower)) - 1

    def __missing__(self, number: int) -> int:
        members = self._sets.members[number]
        if number in self._sets.marks:
            places = self._marks
        else:
            places = _places(self._words()) if number in self._sets.exact else self.lower
        if places is None:
            mask = self.all
        else:
            mask = 0
            for member in members.intersection(places):  # looks up the words of the sentence: the set may be large
                mask |= places[member]
        self[number] = mask
        return mask

    def learn(self, marks: Sequence[str]) -> None:
        """From now on a set of marks takes only tokens that have one of them."""
        self._marks = _places(marks)
        for number in self._sets.marks & self.keys():
            del self[number]


def _places(words: Iterable[str]) -> dict[str, int]:
    """Where each word stands, as bits."""
    places: dict[str, int] = {}
    bit = 1
    for word in words:
        places[word] = places[word] | bit if word in places else bit
        bit <<= 1
    return places


def reach(steps: Iterable[Step], masks: Mapping[int, int], starts: int) -> int:
    """Where the steps can end, one after the other, that begin at one of the `starts`: bits of token numbers."""
    at = starts
    for takes, least, most in steps:
        mask = masks[takes]
        for _ in range(least):
            at = (at & mask) << 1
        if not at:
            return 0
        for _ in range(most - least):
            further = at | (at & mask) << 1
            if further == at:
                break
            at = further
    return at


# --------------------------------------------------------------------------- spans


class Span(NamedTuple):
    """Tokens [start, end) that a pattern took, and which token pattern took each."""

    start: int
    end: int
    alignment: tuple[int, ...]


class _Unit(NamedTuple):
    """A part of a step that takes one token at a time."""

    mask: int
    optional: bool
    repeated: bool
    token: int  # the number of the token pattern


def spans(steps: Sequence[Step], masks: Masks) -> list[Span]:
    """Where the steps match, without those that overlap a longer one; the longest first."""
    if not reach(steps, masks, masks.all):
        return []
    units = [unit for number, step in enumerate(steps) for unit in _units(step, masks, number)]
    starts = _bits(_first_tokens(steps, masks))
    found = [span for start in starts for span in _spans_from(start, reach(steps, masks, 1 << start), units)]
    found.sort(key=lambda span: (span.start - span.end, span.start))
    taken, chosen = 0, []
    for span in found:
        tokens = (1 << span.end) - (1 << span.start)
        if not taken & tokens:
            taken |= tokens
            chosen.append(span)
    return chosen


def _first_tokens(steps: Sequence[Step], masks: Masks) -> int:
    """The tokens that the steps may begin with."""
    first = 0
    for takes, least, _ in steps:
        first |= masks[takes]
        if least:
            break
    return first


def _bits(mask: int) -> Iterable[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _units(step: Step, masks: Masks, token: int) -> list[_Unit]:
    mask = masks[step.takes]
    units = [_Unit(mask, False, False, token)] * step.least
    if step.most == UNBOUNDED:
        return [*units, _Unit(mask, True, True, token)]
    return units + [_Unit(mask, True, False, token)] * (step.most - step.least)


def _spans_from(start: int, ends: int, units: Sequence[_Unit]) -> Iterable[Span]:
    """The spans that begin at a token and end at one of the `ends` (bits), each with the alignment that spaCy finds
    first.

    As spaCy does it, the ways to match go on side by side, one token at a time: first those whose last token had to be
    taken, then those that took one where they could have gone on without.
    """
    found: dict[int, tuple[int, ...]] = {}
    ways: dict[int, tuple[int, ...]] = {0: ()}  # the unit that comes next, and what took the tokens before
    last = len(units) - 1
    for at in range(start, ends.bit_length()):
        required: dict[int, tuple[int, ...]] = {}
        chosen: dict[int, tuple[int, ...]] = {}
        for number, path in ways.items():
            for here in range(number, last + 1):
                mask, optional, repeated, token = units[here]
                longer = (*path, token) if mask >> at & 1 else None
                if optional and here == last and path:
                    found.setdefault(at, path)
                if longer is not None:
                    if here == last and not repeated:
                        found.setdefault(at + 1, longer)
                    elif not optional or here == last:
                        required.setdefault(here if repeated else here + 1, longer)
                    else:
                        chosen.setdefault(here if repeated else here + 1, longer)
                if not optional:
                    break
        ways = {**required, **{number: path for number, path in chosen.items() if number not in required}}
        if not ways or len(found) == ends.bit_count():
            break
    return [Span(start, end, path) for end, path in found.items()]
