"""Amounts as written -> a number and a currency: "$12.5M" is 12,500,000 USD."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of money; of a range ("$5-10 million") its lower end."""

    amount: Decimal  # in whole units of the currency
    currency: str | None  # ISO 4217; None: the text names none


def in_words(amount: float, currency: str | None) -> str:
    """An amount for people, in whole units: "12,500 EUR"; without a currency the number alone."""
    return f"{amount:,.0f} {currency}" if currency else f"{amount:,.0f}"


_CURRENCIES = (  # what stands for a currency in lower case; of two that begin alike the longer one first
    ("us$", "USD"), ("ca$", "CAD"), ("c$", "CAD"), ("au$", "AUD"), ("a$", "AUD"), ("nz$", "NZD"), ("hk$", "HKD"),
    ("nt$", "TWD"), ("mx$", "MXN"), ("s$", "SGD"), ("r$", "BRL"), ("canadian dollar", "CAD"),
    ("australian dollar", "AUD"), ("singapore dollar", "SGD"), ("hong kong dollar", "HKD"), ("$", "USD"),
    ("dollar", "USD"), ("dlrs", "USD"), ("доллар", "USD"), ("долл", "USD"), ("€", "EUR"), ("euro", "EUR"),
    ("евро", "EUR"), ("£", "GBP"), ("pound", "GBP"), ("pfund", "GBP"), ("franc", "CHF"), ("franken", "CHF"),
    ("norwegian kr", "NOK"), ("danish kr", "DKK"), ("kron", "SEK"), ("¥", "JPY"), ("yen", "JPY"), ("rmb", "CNY"),
    ("yuan", "CNY"), ("₹", "INR"), ("rupee", "INR"), ("rs", "INR"), ("₩", "KRW"), ("won", "KRW"), ("₽", "RUB"),
    ("ruble", "RUB"), ("rouble", "RUB"), ("рубл", "RUB"), ("₺", "TRY"), ("tl", "TRY"), ("₪", "ILS"), ("nis", "ILS"),
    ("shekel", "ILS"), ("₦", "NGN"), ("naira", "NGN"), ("ksh", "KES"), ("₱", "PHP"), ("₫", "VND"), ("₴", "UAH"),
    ("₸", "KZT"), ("zł", "PLN"), ("reais", "BRL"), ("dirham", "AED"), ("rand", "ZAR"), ("rp", "IDR"), ("rm", "MYR"),
    ("r", "ZAR"),
)  # fmt: skip
_BY_WORD = dict(_CURRENCIES)
_CODES = re.compile(
    r"(?<![a-z])(?:usd|cad|aud|nzd|sgd|hkd|twd|mxn|brl|ars|clp|cop|eur|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|uah|try|rub|"
    r"kzt|jpy|cny|inr|pkr|bdt|krw|idr|myr|php|thb|vnd|ils|aed|sar|qar|kwd|egp|ngn|kes|zar)(?![a-z])"
)
_CURRENCY = re.compile(
    "|".join(rf"(?<![^\W\d_]){re.escape(word)}" if word[0].isalpha() else re.escape(word) for word, _ in _CURRENCIES)
)
_SCALES = (  # of two that begin alike the longer one first
    ("thousand", 10**3), ("tausend", 10**3), ("тыс", 10**3), ("lakh", 10**5), ("trillion", 10**12),
    ("billion", 10**9), ("bln", 10**9), ("milliard", 10**9), ("миллиард", 10**9), ("млрд", 10**9), ("mrd", 10**9),
    ("million", 10**6), ("mln", 10**6), ("mio", 10**6), ("миллион", 10**6), ("млн", 10**6), ("crore", 10**7),
)  # fmt: skip
_SHORT_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "cr": 10**7}
_COUNTS = {
    word: Decimal(value)
    for word, value in zip(
        ("half", "a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        ("0.5", *map(str, (1, *range(1, 11)))),
        strict=True,
    )
}
_AMOUNT = re.compile(r"(\d[\d.,'’]*)\+?(?:\s?(?:-|–|to)\s?\d[\d.,]*)?[\s-]?([^\W\d_]*)")
_IN_WORDS = re.compile(rf"\b({'|'.join(_COUNTS)})\s(?:a\s)?([^\W\d_]+)")


def parse_money(text: str) -> Money | None:
    """An amount as the slot {money} holds it. None where it tells no number ("seven-figure").

    "$" alone is taken for US dollars, "¥" for yen, "kronor" for Swedish ones. A comma or point before exactly three
    digits parts thousands ("1,250"), but for a point with a scale behind it ("1.250 million").
    """
    lower = text.lower()
    found = _AMOUNT.search(lower)
    if found is not None:
        scale = _scale(found[2])
        return Money(amount=_number(found[1], scaled=scale != 1) * scale, currency=_currency(lower))
    counted = _IN_WORDS.search(lower)
    if counted is None or _scale(counted[2]) == 1:
        return None
    return Money(amount=_COUNTS[counted[1]] * _scale(counted[2]), currency=_currency(lower))


def _scale(word: str) -> int:
    if word in _SHORT_SCALES:
        return _SHORT_SCALES[word]
    return next((value for beginning, value in _SCALES if word.startswith(beginning)), 1)


def _number(written: str, *, scaled: bool) -> Decimal:
    written = re.sub(r"['’]", "", written.rstrip(".,'’"))
    *head, last = re.split(r"[.,]", written)
    mark = written[-len(last) - 1 : -len(last)]
    groups = bool(head) and all(len(group) == 3 for group in (*head[1:], last))
    if not head or (groups and not (mark == "." and scaled and len(head) == 1)):
        return Decimal("".join((*head, last)))
    return Decimal(f"{''.join(head)}.{last or 0}")


def _currency(lower: str) -> str | None:
    code = _CODES.search(lower)
    if code is not None:
        return code[0].upper()
    found = _CURRENCY.search(lower)
    return _BY_WORD[found[0]] if found is not None else None
