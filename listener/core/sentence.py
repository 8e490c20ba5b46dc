"""A sentence as its tokens, which finding names and amounts in it reads and marks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Sentence:
    """A tokenised sentence with its marks. `words`, `lower`, `starts` and `marks` run in parallel."""

    text: str
    words: list[str]
    lower: list[str]
    starts: list[int]
    marks: list[str]
    quoted: list[tuple[int, int]] = field(default_factory=list)  # where the quotes around names open and close

    def slice(self, start: int, end: int) -> str:
        """The text of tokens [start, end) as it stands."""
        return self.text[self.starts[start] : self.starts[end - 1] + len(self.words[end - 1])]

    def run_start(self, end: int) -> int:
        """Where the run of name tokens that ends at `end` begins."""
        while end > 0 and self.marks[end - 1] == "NAME":
            end -= 1
        return end

    def run_end(self, start: int, until: int | None = None) -> int:
        """Where the run of name tokens that begins at `start` ends, at token `until` at the latest."""
        until = len(self.marks) if until is None else until
        while start < until and self.marks[start] == "NAME":
            start += 1
        return start
