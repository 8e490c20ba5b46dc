"""Names of companies: cleaned for people, folded for comparison."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SYMBOL = r"(?:[A-Z][\w ]{1,24}:\s?)?\$?[A-Z][A-Z0-9.]{0,7}"  # "NASDAQ: ACME", "ACME", "$ACME"
_TICKER = re.compile(rf"\s*[(\[]{_SYMBOL}(?:[,;/ ]+{_SYMBOL})*[)\]]|^\$(?=[A-Za-z])")
_EDGE = " ,;:.-–—|/&'\"“”‘’"
_POSSESSIVE = re.compile(r"['’]s?$")
_ABBREVIATION = re.compile(r"\b(?:[A-Za-z]\.){2,}$|\b(?:Inc|Corp|Co|Ltd|LLC|Bros|Cos|Intl)\.$")

_RUSSIAN_CASE = re.compile(r"(?<=[а-я]{3})(?:[ое]го|[аеиоуыэюяь]{1,2})\b")


def clean_company(name: str) -> str:
    """The name as a person would write it: no ticker, possessive or stray punctuation; legal form kept."""
    name = _POSSESSIVE.sub("", _TICKER.sub("", name).strip())
    trimmed = name.strip(_EDGE)
    dotted = trimmed + "."
    return dotted if dotted in name and _ABBREVIATION.search(dotted) else trimmed


@lru_cache(maxsize=4096)
def company_key(name: str) -> str:
    """The name folded: "The Cobalt Freight, Inc." and "COBALT FREIGHT" have the same key.

    Legal forms are those that cleanco lists; a name that is nothing but a legal form keeps it. Russian names lose
    their case ("Векторпрома" and "Векторпром" have the same key), but for the instrumental, which looks like a name.
    """
    from cleanco import basename

    plain = unicodedata.normalize("NFKD", clean_company(name)).lower()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = re.sub(r"[^\w&+]+", " ", basename(plain) or plain).strip()
    plain = _RUSSIAN_CASE.sub("", plain)
    return plain.removeprefix("the ") or name.lower()


def is_same_name(key: str, other: str) -> bool:
    """Whether one key is the other, or the other with words left off at its end ("acme" and "acme robotics")."""
    shorter, longer = sorted((key, other), key=len)
    return longer == shorter or longer.startswith(shorter + " ")
