"""Amounts as written become a number and a currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.money import Money, parse_money


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("$12M", 12_000_000, "USD"),
        ("$1.2bn", 1_200_000_000, "USD"),
        ("$1,250,000", 1_250_000, "USD"),
        ("C$21.5 Million", 21_500_000, "CAD"),
        ("30 million euros", 30_000_000, "EUR"),
        ("€1,5 million", 1_500_000, "EUR"),
        ("1.250 Euro", 1_250, "EUR"),
        ("1.250 million", 1_250_000, None),
        ("5,5 Millionen Euro", 5_500_000, "EUR"),
        ("CHF 12 Mio.", 12_000_000, "CHF"),
        ("Rs 1,000 crore", 10_000_000_000, "INR"),
        ("12 MLN DLRS", 12_000_000, "USD"),
        ("3 млрд рублей", 3_000_000_000, "RUB"),
        ("R40 million", 40_000_000, "ZAR"),
        ("12'500 Franken", 12_500, "CHF"),
        ("half a million dollars", 500_000, "USD"),
        ("ten million dollars", 10_000_000, "USD"),
        ("€5.50", Decimal("5.5"), "EUR"),
    ],
)
def test_an_amount_has_a_number_and_a_currency(written: str, amount: Decimal, currency: str | None) -> None:
    assert parse_money(written) == Money(amount=Decimal(amount), currency=currency)


def test_of_a_range_the_lower_end_counts() -> None:
    assert parse_money("$5-10 million") == Money(amount=Decimal(5_000_000), currency="USD")


@pytest.mark.parametrize("written", ["seven-figure", "", "money", "several million dollars"])
def test_without_a_number_there_is_no_amount(written: str) -> None:
    assert parse_money(written) is None


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    money = parse_money(text)
    assert money is None or money.amount >= 0


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_may_be_parted(number: int) -> None:
    assert parse_money(f"${number:,}") == Money(amount=Decimal(number), currency="USD")
