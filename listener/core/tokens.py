"""Sentences cut into tokens, as spaCy cuts them, at a fraction of the price.

spaCy cuts what stands between two blanks without a look at its neighbours, and most of what stands between two blanks
has been seen before. So each such *chunk* is cut once and remembered, with what else is asked of its words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from listener.core.sentence import Sentence

GENERATION = 16_000
"""Chunks of a generation; two of them are kept, which takes about 20 MB. Business news has 96 of 100 chunks among so
many."""
LONGEST_REMEMBERED = 40
"""Characters of a chunk worth keeping: longer ones are web addresses, which do not come back."""


_DIGIT = re.compile("[0-9]")
_MOST_DOTS = 2  # in a chunk whose digits do not matter: with three it may be an IP address
_USUAL = re.compile(
    r"""(["(])?([$€£])?"""
    r"""(?:([^\W\d_]+)([,;:]|(?<=[a-zа-яёäöüß])\.)?|(\d+(?:[.,]\d+)*)(%)?([,;:])?)"""
    r"""([)"])?"""
)
"""A word or a number, perhaps with a mark in front or behind: cut where the groups end, but for the exceptions."""


Finders = Mapping[str, Callable[[str], Sequence[int]]]
"""For each mark what tells where in a chunk something may begin that gets it."""


class Heads(dict[str, Sequence[int]]):
    """Where in a chunk something begins that gets a mark; looked for when first asked for."""

    __slots__ = ("_finders", "_text")

    def __init__(self, text: str, finders: Finders) -> None:
        super().__init__()
        self._text = text
        self._finders = finders

    def __missing__(self, mark: str) -> Sequence[int]:
        self[mark] = self._finders[mark](self._text)
        return self[mark]


class Marks(NamedTuple):
    """What only those ask of a chunk who mark its sentence."""

    chars: int  # its length
    offsets: tuple[int, ...]  # where each token begins, in characters of the chunk
    plain: tuple[str, ...]  # the mark of each token by itself
    heads: Heads  # where an amount, role ... may begin, in characters of the chunk, by its mark


@dataclass(slots=True, eq=False)
class Chunk:
    """What stands between two blanks."""

    words: tuple[str, ...]  # its tokens
    lower: tuple[str, ...]  # the same in lower case
    evidence: int  # what the rules ask for and it has, as bits
    entries: tuple[Any, ...]  # of the rules' index: those that one of its words anchors
    common_noun: bool  # one lower-case word in front of which nobody looks for a subject
    marks: Marks | None = None  # None: nobody has asked yet


class Chunks(dict[str, Chunk]):
    """Chunks by their text; one that is not known yet is cut when it is asked for.

    When a generation is full the next one begins, and takes over from the last what is asked for again.
    """

    def __init__(
        self,
        split: Callable[[str], Sequence[str]],
        *,
        exceptions: Collection[str],
        plain_mark: Callable[[str], str],
        heads_in: Finders,
        evidence_of: Callable[[str, Sequence[str]], int],
        entries_of: Callable[[Sequence[str]], tuple[Any, ...]],
        is_common_noun: Callable[[str], bool],
    ) -> None:
        super().__init__()
        self._last: dict[str, Chunk] = {}
        self._split = split  # as the tokeniser does it
        self._exceptions = exceptions  # chunks that it splits, or keeps, as no rule of it says: "cannot", "10am"
        self._odd_shapes = {_DIGIT.sub("0", text) for text in exceptions if _DIGIT.search(text)}
        self._cuts: dict[str, tuple[int, ...]] = {}  # of chunks with digits, by their shape: where tokens end, or ()
        self._plain_mark = plain_mark
        self._heads_in = heads_in
        self._evidence_of = evidence_of
        self._entries_of = entries_of
        self._is_common_noun = is_common_noun

    def __missing__(self, text: str) -> Chunk:
        chunk = self._last.get(text) or self._cut(text)
        if len(text) <= LONGEST_REMEMBERED:
            if len(self) >= GENERATION:
                self._last = dict(self)
                self.clear()
            self[text] = chunk
        return chunk

    def _cut(self, text: str) -> Chunk:
        words = self._words_of(text)
        lower = tuple([word.lower() for word in words])
        common_noun = len(words) == 1 and text.isalpha() and text.islower() and self._is_common_noun(text)
        return Chunk(words, lower, self._evidence_of(text, lower), self._entries_of(lower), common_noun)

    def _words_of(self, text: str) -> tuple[str, ...]:
        """As the tokeniser cuts it; the usual ones without asking it, which costs ten times as much."""
        if text.isalpha() and text not in self._exceptions:
            return (text,)
        usual = _USUAL.fullmatch(text)
        words = tuple(filter(None, usual.groups())) if usual else ()
        if words and not any(part in self._exceptions for part in _runs(words)):
            return words
        if _DIGIT.search(text) and text.count(".") <= _MOST_DOTS:
            return self._by_shape(text)
        return tuple(self._split(text))

    def _by_shape(self, text: str) -> tuple[str, ...]:
        """As one with other digits ("€9.9bn.") was cut: most chunks that nobody has seen before are numbers."""
        shape = _DIGIT.sub("0", text)
        ends = self._cuts.get(shape)
        if not ends:
            words = tuple(self._split(text))
            if ends is None:
                self._cuts[shape] = self._ends(shape, words)
            return words
        return tuple([text[start:end] for start, end in zip((0, *ends), ends, strict=False)])

    def _ends(self, shape: str, words: Sequence[str]) -> tuple[int, ...]:
        """Where the tokens of all chunks of a shape end; () where other digits may be an exception."""
        if len(self._cuts) >= GENERATION:
            self._cuts.clear()
        ends = tuple(itertools.accumulate(map(len, words)))
        parts = [shape[start:end] for start, end in zip((0, *ends), ends, strict=False)]
        return () if any(run in self._odd_shapes for run in _runs(parts)) else ends

    def forget(self) -> None:
        """Cut all chunks again when they are asked for: the rules ask for something else now."""
        self._last = {}
        self.clear()

    def of(self, text: str) -> list[Chunk]:
        """The chunks of a text."""
        return list(map(self.__getitem__, text.split()))

    def marks_of(self, chunks: Iterable[Chunk]) -> list[Marks]:
        """What those who mark a sentence ask of its chunks."""
        return [chunk.marks or self._find_marks(chunk) for chunk in chunks]

    def _find_marks(self, chunk: Chunk) -> Marks:
        chunk.marks = Marks(
            chars=sum(map(len, chunk.words)),
            offsets=tuple(itertools.accumulate(map(len, chunk.words[:-1]), initial=0)),
            plain=tuple(map(self._plain_mark, chunk.words)),
            heads=Heads("".join(chunk.words), self._heads_in),
        )
        return chunk.marks


def _runs(words: Sequence[str]) -> Iterator[str]:
    """What each run of neighbours makes together."""
    for first in range(len(words)):
        for end in range(first, len(words)):
            yield "".join(words[first : end + 1])


_WORDS, _LOWER = attrgetter("words"), attrgetter("lower")


def words_in(chunks: Iterable[Chunk]) -> list[str]:
    """The tokens of chunks."""
    return list(itertools.chain.from_iterable(map(_WORDS, chunks)))


def lower_words_in(chunks: Iterable[Chunk]) -> list[str]:
    """The tokens of chunks in lower case."""
    return list(itertools.chain.from_iterable(map(_LOWER, chunks)))


def unmarked(text: str, chunks: Sequence[Chunk], chunk_marks: Iterable[Marks]) -> Sentence:
    """The sentence that these chunks make, each token with the mark that it has by itself."""
    marks: list[str] = []
    starts: list[int] = []
    at = 0
    for chars, offsets, plain, _ in chunk_marks:
        marks += plain
        if len(offsets) == 1:
            starts.append(at)
        else:
            starts += [at + offset for offset in offsets]
        at += chars + 1
    return Sentence(text=text, words=words_in(chunks), lower=lower_words_in(chunks), starts=starts, marks=marks)
