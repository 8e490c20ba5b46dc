"""Whether what two entries tell of an event goes together: the same person, amount, round, place, or another.

Slots are compared by what they mean, not by how they are written: "$12M" is "12 Mio. Dollar", "Анны Петровой" is "Anna
Petrova", "Series B" is "Serie-B-Runde". What only one of the two names says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from listener.core.company import company_key, fold
from listener.core.telling import GIST_CHARS

OTHER_COMPANIES = ("target", "acquirer", "buyer", "partner")
"""Slots for who stands on the other side of an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of an event, by one entry."""

    key: str  # of the prospect
    slots: Mapping[str, Any]  # as the entry fills them; of a lead, what all its sources filled
    title: str
    text: str


class Agreement(IntEnum):
    """How the slots of two tellings go together."""

    CONTRADICTS = -1
    NOTHING = 0  # nothing that both name
    AGREES = 1  # the same amount, round or place
    IDENTIFIES = 2  # the same person, product or other company: it can hardly be another event


def can_agree(one: Told, other: Told, wanted: Agreement) -> bool:
    """Whether both say something that could agree so far; told without comparing what they say."""
    if wanted is not Agreement.IDENTIFIES:
        return True
    if any(name in one.slots and name in other.slots for name in ("person", "product", *OTHER_COMPANIES)):
        return True
    return _is_one_deal(one, other)


def agreement(one: Told, other: Told) -> Agreement:
    """How the slots of two tellings go together: the surest of what agrees, unless anything contradicts."""
    found = [Agreement.IDENTIFIES] if _is_one_deal(one, other) else []
    for name in one.slots.keys() & other.slots.keys() & _COMPARED.keys():
        compare = _COMPARED[name]
        found.append(compare(str(one.slots[name]), _gist(one), str(other.slots[name]), _gist(other)))
    if Agreement.CONTRADICTS in found:
        return Agreement.CONTRADICTS
    return max(found, default=Agreement.NOTHING)


def from_the_other_side(one: Told, other: Told) -> bool:
    """Whether the prospect of one is the other company of the other: "Beta is bought by Acme", "Acme buys Beta"."""
    return one.key in _other_companies(other) or other.key in _other_companies(one)


def _is_one_deal(one: Told, other: Told) -> bool:
    """As `from_the_other_side`, or by a headline that names the other company where no slot of its own does."""
    ours, theirs = _other_companies(one), _other_companies(other)
    if not ours and not theirs:
        return False
    if one.key in theirs or other.key in ours:
        return True
    return (not ours and _is_in_headline(theirs, one)) or (not theirs and _is_in_headline(ours, other))


def _is_in_headline(companies: frozenset[str], told: Told) -> bool:
    headline = fold(told.title)
    return any(f" {key} " in headline for key in companies)


_NOBODY = frozenset[str]()


def _other_companies(told: Told) -> frozenset[str]:
    if told.slots.keys().isdisjoint(OTHER_COMPANIES):
        return _NOBODY
    return frozenset(company_key(str(told.slots[name])) for name in OTHER_COMPANIES if told.slots.get(name))


def _gist(told: Told) -> str:
    return f"{told.title}\n{told.text[:GIST_CHARS]}"


_LATIN = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziiklmnoprstufye", strict=True)),
        **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ь": "", "ъ": ""},
    }
)
_STEM = 5  # letters: "Петрова" is "Петров", and in Latin letters "Petrov"
_NOT_LAST_NAMES = frozenset(("jr", "sr", "ii", "iii", "phd", "md", "mba"))


def _stems(text: str) -> list[str]:
    """The words in Latin letters, without their endings."""
    return [word[:_STEM] for word in _in_latin(text).split()]


def _in_latin(text: str) -> str:
    return fold(text).translate(_LATIN)


def _people(one: str, one_gist: str, other: str, other_gist: str) -> Agreement:
    names = [stem for stem in _stems(one) if stem not in _NOT_LAST_NAMES]
    others = [stem for stem in _stems(other) if stem not in _NOT_LAST_NAMES]
    if not names or not others or names[-1] in others or others[-1] in names:
        return Agreement.IDENTIFIES if names and others else Agreement.NOTHING
    both_named = f" {names[-1]}" in _in_latin(other_gist) or f" {others[-1]}" in _in_latin(one_gist)
    return Agreement.AGREES if both_named else Agreement.CONTRADICTS


def _names(one: str, one_gist: str, other: str, other_gist: str) -> Agreement:
    """A word in common ("Bank") is neither agreement nor contradiction."""
    stems, others = set(_stems(company_key(one))), set(_stems(company_key(other)))
    if stems <= others or others <= stems:
        return Agreement.IDENTIFIES
    if stems & others:
        return Agreement.NOTHING
    both_named = f" {company_key(one)} " in fold(other_gist) or f" {company_key(other)} " in fold(one_gist)
    return Agreement.AGREES if both_named else Agreement.CONTRADICTS


def _places(one: str, one_gist: str, other: str, other_gist: str) -> Agreement:
    return min(Agreement.AGREES, _names(one, one_gist, other, other_gist))


def _products(one: str, one_gist: str, other: str, other_gist: str) -> Agreement:
    """Outlets paraphrase: "a tool for shippers" does not contradict "Cobalt Route", only another name does."""
    found = _names(one, one_gist, other, other_gist)
    is_paraphrase = not (one[:1].isupper() and other[:1].isupper())
    return Agreement.NOTHING if found is Agreement.CONTRADICTS and is_paraphrase else found


_ROUND = re.compile(r"\b(?:series|serie|серии|серия|раунд\w*)[ -]?([a-h])\b|\b(pre)?-?\s?(seed|посев)", re.IGNORECASE)


def _rounds(one: str, _: str, other: str, __: str) -> Agreement:
    """Background of a later round names the earlier one, so what stands in the other's text says nothing."""
    rounds = [_ROUND.search(text) for text in (one, other)]
    first, second = ("".join(group or "" for group in found.groups()).lower() if found else "" for found in rounds)
    if not first or not second:
        return Agreement.NOTHING
    return Agreement.AGREES if first == second else Agreement.CONTRADICTS


_MAGNITUDES = (
    (re.compile(r"(?:k|thousand|tsd|tausend|тыс\w*)\b", re.IGNORECASE), 1e3),
    (re.compile(r"(?:mn?|mio|mln|million\w*|млн|миллион\w*)\b", re.IGNORECASE), 1e6),
    (re.compile(r"(?:bn?|bln|mrd|billion|milliard\w*|млрд|миллиард\w*)\b", re.IGNORECASE), 1e9),
)
_CURRENCIES = (
    ("$", re.compile(r"\$|usd|dollar|доллар", re.IGNORECASE)),
    ("€", re.compile(r"€|eur|евро", re.IGNORECASE)),
    ("£", re.compile(r"£|gbp|pound|pfund|фунт", re.IGNORECASE)),
    ("₽", re.compile(r"₽|rub|руб", re.IGNORECASE)),
)
_SUM = re.compile(
    r"(?P<before>\S{0,4}?)\s?(?P<number>\d+(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?)\s?(?P<after>[^\d\s]*(?:\s[^\d\s]+)?)"
)
_ROUNDED = 0.1
"""Sums that differ by less are one: outlets round."""


def _sums(text: str) -> Iterator[tuple[str, float]]:
    """Currency ("" where there is none) and value of each number in the text."""
    for found in _SUM.finditer(text):
        around = f"{found['before']} {found['after']}"
        currency = next((sign for sign, pattern in _CURRENCIES if pattern.search(around)), "")
        factor = next((factor for pattern, factor in _MAGNITUDES if pattern.match(found["after"])), 1.0)
        yield currency, _value(found["number"]) * factor


_THOUSANDS = re.compile(r"[.,\u00a0 ](?=\d{3}(?!\d))")


def _value(number: str) -> float:
    """Of 1,200,000 and 1.200.000 and 1.2 and 1,2, as people write them."""
    return float(_THOUSANDS.sub("", number).replace(",", "."))


def _money(one: str, one_gist: str, other: str, other_gist: str) -> Agreement:
    first, second = next(_sums(one), None), next(_sums(other), None)
    if first is None or second is None:
        return Agreement.NOTHING
    if _is_same_sum(first, second):
        return Agreement.AGREES
    if first[0] != second[0]:
        return Agreement.NOTHING
    both_named = any(_is_same_sum(first, each) for each in _sums(other_gist)) or any(
        _is_same_sum(second, each) for each in _sums(one_gist)
    )
    return Agreement.NOTHING if both_named else Agreement.CONTRADICTS


def _is_same_sum(one: tuple[str, float], other: tuple[str, float]) -> bool:
    return one[0] == other[0] and abs(one[1] - other[1]) <= _ROUNDED * max(one[1], other[1])


_COMPARED: Mapping[str, Callable[[str, str, str, str], Agreement]] = {
    "person": _people,
    "money": _money,
    "round": _rounds,
    "place": _places,
    "product": _products,
    **dict.fromkeys(OTHER_COMPANIES, _names),
}
"""Slots that say which event it is. Others are about the telling ("comments"), or too loosely worded ("role")."""
