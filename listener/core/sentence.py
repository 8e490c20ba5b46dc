"""A sentence as its tokens, which finding names and amounts in it reads and marks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Sentence:
    """A tokenised sentence with its marks. `words`, `lower`, `starts` and `marks` run in parallel."""

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    marks: list[str]

    def slice(self, start: int, end: int) -> str:
        """The text of tokens [start, end) as it stands."""
        return self.text[self.starts[start] : self.starts[end - 1] + len(self.words[end - 1])]
