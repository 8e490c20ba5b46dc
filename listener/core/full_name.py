"""The full name of a company that a headline names in short.

A headline says "Veltrane" or "SHRM"; the text below it says "Veltrane Aerospace, Inc." or "Society for Human Resource
Management (SHRM)". Only what is plainly the same company counts: the short name begins the full one, and a legal form,
a ticker or the short name in brackets ends it; or the initials spell it; or the headline holds all of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Set

from listener.core.lexicon.base import words

_FORMS = (
    r"(?:Inc|Incorporated|Corp|Corporation|Company|Co|Ltd|Limited|LLC|LLP|LP|L\.P|PLC|plc|AG|GmbH|SE|S\.A|SA|N\.V|NV|B\.V|"
    r"BV|AB|ASA|AS|A/S|Oyj|Oy|S\.p\.A|SpA|SAS|SARL|KGaA|KG|Pty\.? Ltd|Pte\.? Ltd|Pvt\.? Ltd|Sdn\.? Bhd|PLLC|Holdings)"
)
_ENDS_IN_FORM = re.compile(rf"\s{_FORMS}\.?$")
_CAPITAL = r"[^\W\d_a-zа-яё][\w.'&-]*"
_NOT_IN_NAMES = r"(?:CEO|CFO|CTO|COO|President|Chief|Chair\w*|Director|Founder|Vice|Head|Stock|Shares)\b"
_MORE = rf"(?:\s(?:of\s|&\s)?(?!{_NOT_IN_NAMES}){_CAPITAL}){{0,5}}?"
_TICKER = r"\s?\((?:NASDAQ|Nasdaq|NYSE|TSX|TSXV|TSX-V|CSE|OTC\w*|AIM|LSE|ASX|NEO|Euronext)\b"
_IN_BRACKETS = r"\s\(\"(?P<short>[^\"]{1,60})\""
_REST = re.compile(rf"{_MORE}(?:,?\s{_FORMS}\b\.?(?!\s{_CAPITAL})|(?={_TICKER}|{_IN_BRACKETS}))")
"""What follows a short name to make it the full one."""
_WORD_BEFORE = re.compile(r"([\w'&-]+)\s$")
_BEFORE_NAMES = words("The At By In For And With But As When Since That From")
_NO_INITIALS = words("of and the for & in on")
_JOINT = r"(?:(?:of|and|&|for|the|in|to)\s)"
_RUN = re.compile(rf"(?<![\w-])[A-Z0-9][\w'.!-]*(?:\s{_JOINT}{{0,2}}[A-Z0-9][\w'.!-]*){{1,7}}(?![\w-])")
_OPENING = re.compile(rf"(?:^|(?:--|[–—])\s*)(?P<run>{_RUN.pattern}),\s(?:a|an|the|one\sof)\s")
"""What a release says first, maybe behind place and day: "Veltrane Aerospace, a maker of drones, today announced"."""
_INTRODUCED = re.compile(
    r"(?:^|(?:--|[–—])\s*)(?P<run>[A-Z0-9][\w'.!&-]*(?:\s[A-Z0-9&][\w'.!&-]*){0,5})(?:\s\([^)]{1,60}\))*"
    r"(?:,\s(?:a|an|the|one\sof)\s|\stoday\sannounced\s|\sannounced\stoday\s)"
)
"""Whom a release is by: "Veltrane, the maker of drones, today announced"."""
_OPENING_CHARS = 300
_MAX_TEXT_CHARS = 3_000
"""A release names its company in full in its first paragraphs."""
_MAX_PLACES = 5


def full_name(name: str, title: str, text: str, stop_words: Set[str]) -> str:
    """The full name that `text` gives for the company `name` of `title`; `name` where it gives none.

    `stop_words`, in lower case, are never part of a name: verbs that a repeated headline capitalises.
    """
    text = text[:_MAX_TEXT_CHARS].removeprefix(title)
    if len(name) < 2 or _ENDS_IN_FORM.search(name):
        return name
    introduced = _introduced(name, text)
    if introduced is not None:
        return _with_form(introduced, text, list(_places(introduced, text))) or introduced
    places = list(_places(name, text))
    if not places:
        return name
    return (
        _with_form(name, text, places)
        or _spelled_out(name, text, places)
        or _in_the_opening(name, title, text)
        or _all_of_it(name, title, text, stop_words)
        or name
    )


def _introduced(name: str, text: str) -> str | None:
    """'Veltrane' of 'Veltrane Dexelo Drone' and 'Drone Maker Veltrane', where the text begins with "Veltrane, a"."""
    found = _INTRODUCED.search(text[:_OPENING_CHARS])
    run = found["run"] if found else ""
    return run if len(run) > 1 and run != name and f" {run} " in f" {name} " else None


def _places(name: str, text: str) -> Iterator[int]:
    """Where the name stands as a whole, in any case; the first few."""
    where, wanted, start = text.lower(), name.lower(), -1
    if len(where) != len(text):
        return
    for _ in range(_MAX_PLACES):
        start = where.find(wanted, start + 1)
        if start < 0:
            return
        end = start + len(wanted)
        if not (where[start - 1 : start].isalnum() or where[end : end + 1].isalnum()):
            yield start


def _with_form(name: str, text: str, places: Collection[int]) -> str | None:
    """'Veltrane' -> 'Veltrane Aerospace, Inc.'"""
    for start in places:
        rest = _REST.match(text, start + len(name))
        if rest is None or rest["short"] not in (None, name) or _is_behind_a_name(text, start):
            continue
        return text[start : rest.end()]
    return None


def _is_behind_a_name(text: str, start: int) -> bool:
    """Whether a capitalised word stands in front: 'Dexelo' in 'Veltrane Dexelo Inc.' is another company."""
    before = _WORD_BEFORE.search(text[max(0, start - 40) : start])
    return before is not None and before[1][0].isupper() and before[1] not in _BEFORE_NAMES


def _spelled_out(name: str, text: str, places: Collection[int]) -> str | None:
    """'SHRM' -> 'Society for Human Resource Management', where the text says '... (SHRM)'."""
    if not (name.isupper() and name.isalpha()):
        return None
    place = next((start for start in places if text[:start].rstrip('"').endswith(" (")), None)
    letters, spelled = list(name), list[str]()
    for word in reversed(text[: place or 0].rstrip(' ("').split()[-2 * len(name) :]):
        if word[0] == letters[-1]:
            letters.pop()
        elif word not in _NO_INITIALS:
            return None
        spelled.insert(0, word)
        if not letters:
            return " ".join(spelled)
    return None


def _in_the_opening(name: str, title: str, text: str) -> str | None:
    """'Veltrane' -> 'Veltrane Aerospace', where the text begins with "Veltrane Aerospace, a maker of drones,"."""
    found = _OPENING.search(text[:_OPENING_CHARS])
    run = found["run"] if found else ""
    if run == name or f" {name} " not in f" {run} ":
        return None
    return run if run.startswith(name) or run in title else None


def _all_of_it(name: str, title: str, text: str, stop_words: Set[str]) -> str | None:
    """'Slow Sports' -> 'Play It Slow Sports', where title and text have these words: the text, in which only names are
    capitalised, says where the name begins and ends."""
    for found in _RUN.finditer(text):
        run = found[0]
        if run == name or f" {name} " not in f" {run} " or f" {run} " not in f" {title} ":
            continue
        if _stands_alone(name, text, *found.span()) and stop_words.isdisjoint(run.lower().split()):
            return run
    return None


def _stands_alone(name: str, text: str, start: int, end: int) -> bool:
    """Whether a run is a name in running text, no headline: lower case follows, and stands in front of all but the
    beginning of a sentence with the name."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    begins = not before or before[-1] in ".!?"
    return (text.startswith(name, start) if begins else before[-1].islower()) and after[:1].islower()
