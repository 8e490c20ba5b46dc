"""An entry as accounts are looked up in it: its words, how they are written, and what it links."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from listener.core.company import company_key, fold, has_legal_form
from listener.core.lexicon import LEXICONS

_COMMON = frozenset[str]().union(*(lexicon.function_words for lexicon in LEXICONS.values()))
_HOST = re.compile(r"\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}\b", re.IGNORECASE)
_DOT_WITHIN = re.compile(r"\.[a-z]{2}")  # found fast; most texts have none
_MAX_HOST_CHARS = 60
_WORD = re.compile(r"[\w&+]+")
_TICKER = re.compile(r"\s*\([A-Z][\w ]{1,24}:\s?[A-Z.]{1,8}\)")
_QUOTE_CHARS = 100
"""Of the text on both sides of a name: enough to see what it is about."""


@dataclass(frozen=True, slots=True)
class Page:
    """What of an entry tells accounts."""

    title: str
    whole: str  # title and text, a line each
    folded: str  # the same in the letters of keys
    hosts: frozenset[str]  # of its link, and of those that its text has or shows, with the domains that they are below


def page_of(title: str, text: str, url: str | None, linked: Iterable[str] = ()) -> Page:
    """The entry of this title, text and link, whose text has links to `linked` hosts."""
    whole = f"{title}\n{text}"
    return Page(title=title, whole=whole, folded=fold(whole), hosts=frozenset(_hosts(text, url, linked)))


def _hosts(text: str, url: str | None, linked: Iterable[str]) -> Iterator[str]:
    for host in linked:
        yield from _with_parents(host)
    with contextlib.suppress(ValueError):
        yield from _with_parents(urlsplit(url or "").hostname or "")
    for dot in _DOT_WITHIN.finditer(text):
        around = text[max(0, dot.start() - _MAX_HOST_CHARS) : dot.start() + _MAX_HOST_CHARS]
        for found in _HOST.finditer(around):
            yield from _with_parents(found[0].lower())


def _with_parents(host: str) -> list[str]:
    """The host and what it is below: "news.cobalt.example", "cobalt.example"."""
    labels = host.removeprefix("www.").split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]


def has_legal_form_behind(key: str, page: Page) -> bool:
    """Whether the page has the name with a legal form: "Target Corp. said"."""
    at = page.folded.find(f" {key} ")
    while at >= 0:
        behind = page.folded[at + len(key) + 2 :].partition(" ")[0]
        if behind and company_key(f"{key} {behind}") == key and has_legal_form(f"{key} {behind}"):
            return True
        at = page.folded.find(f" {key} ", at + 1)
    return False


def has_ticker_behind(name: str, page: Page) -> bool:
    """Whether the page has the name with a ticker: "Target (NYSE: TGT)"."""
    at = page.whole.find(name)
    return at >= 0 and bool(_TICKER.match(page.whole, at + len(name)))


class Wording:
    """How the words of a page's folded text are written."""

    def __init__(self, page: Page) -> None:
        self._text = page.whole
        self._spans: list[tuple[int, int]] = []
        self._starts: list[int] = []  # in the folded text
        at = 1
        for found in _WORD.finditer(page.whole):
            length = len(found[0]) if found[0].isascii() else len(fold(found[0]).strip())
            if length:
                self._spans.append(found.span())
                self._starts.append(at)
                at += length + 1
        words = [word for word in page.title.split() if word[0].isalpha() and word.lower() not in _COMMON]
        self._is_title_case = sum(word[0].isupper() for word in words) > 0.6 * len(words)
        self._title_end = len(page.title)

    def words(self, start: int, key: str) -> tuple[int, int]:
        """The numbers of the first and last word of a key that stands in the folded text from `start`."""
        return bisect_right(self._starts, start) - 1, bisect_right(self._starts, start + len(key) - 1) - 1

    def written(self, first: int, last: int) -> str:
        """Words as they are written."""
        return self._text[self._spans[first][0] : self._spans[last][1]]

    def may_go_on(self, first: int, last: int) -> bool:
        """Whether a name may be part of a longer one ("Cobalt" of "Cobalt Paints"); a headline In Capitals hides it.

        Names of several words are whole.
        """
        if last > first:
            return False
        if self._is_title_case and self._spans[last][1] <= self._title_end:
            return True
        return self._belong_together(first - 1, first) or self._belong_together(first, first + 1)

    def _belong_together(self, left: int, right: int) -> bool:
        if left < 0 or right >= len(self._spans) or self._text[self._spans[left][1] : self._spans[right][0]] != " ":
            return False
        words = self.written(left, left), self.written(right, right)
        if has_legal_form(" ".join(words)):
            return False
        return all(word[0].isupper() and not word.isupper() and word.lower() not in _COMMON for word in words)

    def around(self, first: int, last: int) -> str:
        """What stands about some words, within their line."""
        begin, end = self._spans[first][0], self._spans[last][1]
        start = max(self._text.rfind("\n", 0, begin) + 1, begin - _QUOTE_CHARS)
        stop = self._text.find("\n", end)
        return self._text[start : min(stop if stop >= 0 else len(self._text), end + _QUOTE_CHARS)].strip()
