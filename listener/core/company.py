"""Names of companies: cleaned for people, folded for comparison, told from those who only report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

_SYMBOL = r"(?:[A-Z][\w ]{1,24}:\s?)?\$?[A-Z][A-Z0-9.]{0,7}"  # "NASDAQ: ACME", "ACME", "$ACME"
_TICKER = re.compile(rf"\s*[(\[]{_SYMBOL}(?:[,;/ ]+{_SYMBOL})*[)\]]|^\$(?=[A-Za-z])")
_EDGE = " ,;:.-–—|/&'\"“”‘’«»„"
_POSSESSIVE = re.compile(r"['’]s?$")
_ABBREVIATION = re.compile(r"\b(?:[A-Za-z]\.){2,}$|\b(?:Inc|Corp|Co|Ltd|LLC|Bros|Cos|Intl)\.$")
_NOT_IN_KEYS = re.compile(r"[^\w&+]+")
_RUSSIAN_CASE = re.compile(r"(?<=[а-я]{3})(?:[ое]го|[аеиоуыэюяь]{1,2})\b")
_FORMS_IN_FRONT = re.compile(r"(?:ооо|оао|зао|пао|нао|ао|ип|гк|тоо) (?=\S)")
"""Russian legal forms stand in front of the name. Latin ones are left there: "SE Ranking" and "Co Star" are names."""
_WIRE = re.compile(
    r"(?m)^.{0,120}?(?:\((?P<round>[A-Z][\w .&-]{1,30})\)\s?[-–—]|/(?P<slash>[A-Z][\w .&-]{2,30})/\s?[-–—])"
)
"""Who sent a text, in front of its first sentence: "NEW YORK (Reuters) -", "BERLIN, May 3 /PRNewswire/ --"."""


def clean_company(name: str, *, possessive: bool = True) -> str:
    """The name as a person would write it: no ticker, possessive or stray punctuation; legal form kept.

    Without `possessive` an 's at its end is part of the name: "Lowe's opens".
    """
    name = _TICKER.sub("", name).strip()
    if possessive:
        name = _POSSESSIVE.sub("", name)
    trimmed = name.strip(_EDGE)
    dotted = trimmed + "."
    return dotted if dotted in name and _ABBREVIATION.search(dotted) else trimmed


@lru_cache(maxsize=4096)
def company_key(name: str) -> str:
    """The name folded: "The Cobalt Freight, Inc." and "COBALT FREIGHT" have the same key.

    Legal forms are those that cleanco lists; a name that is nothing but a legal form keeps it. Russian names lose
    their case ("Векторпрома" and "Векторпром" have the same key), but for the instrumental, which looks like a name.
    """
    plain = _without_accents(clean_company(name))
    words = _NOT_IN_KEYS.sub(" ", _without_legal_form(plain)).strip()
    words = _FORMS_IN_FRONT.sub("", words, count=1) if words[:1] > "z" else words
    return _without_case(words).removeprefix("the ") or name.lower()


def fold(text: str) -> str:
    """Text in the letters of keys, a blank between two words and at both ends: names are found in it by their keys."""
    return f" {_without_case(_NOT_IN_KEYS.sub(' ', _without_accents(text)).strip())} "


def _without_case(words: str) -> str:
    """Russian words without the vowels of their case: "ромашки" and "ромашку" are "ромашк"."""
    return words if words.isascii() else _RUSSIAN_CASE.sub("", words)


def _without_accents(text: str) -> str:
    if text.isascii():
        return text.lower()
    return text.translate(_PLAIN).lower()


class _Plain(dict[int, str]):
    """Characters without their accents, each worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letters = unicodedata.normalize("NFKD", chr(code))
        plain = self[code] = "".join(letter for letter in letters if not unicodedata.combining(letter))
        return plain


_PLAIN = _Plain()


def has_legal_form(name: str) -> bool:
    """Whether the name ends in a legal form: "Target Corp", not "Target"."""
    plain = _without_accents(clean_company(name))
    return _without_legal_form(plain) != plain.rstrip(_EDGE)


def _without_legal_form(plain: str) -> str:
    """cleanco compares a name with each of its thousand terms; most names need that not at all."""
    last = _last_word(plain)
    if last not in _last_words_of_forms():
        return plain
    from cleanco import basename

    return str(basename(plain)) or plain


def _last_word(name: str) -> str:
    return re.sub(r"[.,-]", "", name.rsplit(None, 1)[-1]) if name.strip() else ""


@lru_cache(maxsize=1)
def _last_words_of_forms() -> frozenset[str]:
    from cleanco.clean import prepare_default_terms

    return frozenset(words[-1] for _, words in prepare_default_terms() if words)


def is_same_name(key: str, other: str) -> bool:
    """Whether one key is the other, or the other with words left off at its end ("acme" and "acme robotics")."""
    shorter, longer = sorted((key, other), key=len)
    return longer == shorter or longer.startswith(shorter + " ")


def is_within(key: str, other: str) -> bool:
    """Whether one key stands in the other as whole words: "acme robotics" in "startup acme robotics"."""
    shorter, longer = sorted((key, other), key=len)
    return f" {shorter} " in f" {longer} "


def abbreviates(key: str, other: str) -> bool:
    """Whether one key has the initials that the other begins with: "cf" of "cobalt freight" and "cobalt freight us"."""
    return len(key) > 1 and _initials(other).startswith(key)


def _initials(key: str) -> str:
    return "".join(word[0] for word in key.split())


def shorter_forms(key: str) -> tuple[str, ...]:
    """The key with words left off at its end, the longest first: "acme robotics" and "acme" of "acme robotics us"."""
    words = key.split()
    return tuple(" ".join(words[:count]) for count in range(len(words) - 1, 0, -1))


def outlet_keys(names: Collection[str | None], text: str) -> frozenset[str]:
    """The keys of those who tell the news: publisher and feed by their names, and the wire in front of the text."""
    return frozenset(company_key(name) for name in (*names, *_wires(text[:300])) if name)


def _wires(text: str) -> Iterator[str]:
    """Not what abbreviates the name in front of it: "Cobalt Freight (CF) - ", "International Machines (IM) - "."""
    for found in _WIRE.finditer(text):
        group = "round" if found["round"] else "slash"
        key, before = company_key(found[group]), fold(text[found.start() : found.start(group)])
        if key not in before and key not in _initials(before):
            yield found[group]
