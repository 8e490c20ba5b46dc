"""Signed links: what they allow, for how long, and that nobody makes one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.core.links import LIFETIME, Link, Refused, sign, verify

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
KEY = b"k" * 32


@given(lead=st.integers(1, 10**12), reader=st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20))
def test_a_link_says_which_lead_and_for_whom(lead: int, reader: str) -> None:
    expected = Link(lead_id=lead, reader=reader, expires_at=NOW + LIFETIME)
    assert verify(KEY, sign(KEY, lead, reader, NOW), NOW) == expected


def test_a_link_expires() -> None:
    token = sign(KEY, 7, "anna", NOW)
    assert isinstance(verify(KEY, token, NOW + LIFETIME - timedelta(seconds=1)), Link)
    assert verify(KEY, token, NOW + LIFETIME) is Refused.EXPIRED


def test_a_link_of_another_key_is_none() -> None:
    assert verify(b"x" * 32, sign(KEY, 7, "anna", NOW), NOW) is Refused.FORGED


def test_no_part_of_a_link_can_be_changed() -> None:
    token = sign(KEY, 7, "anna", NOW)
    other = sign(KEY, 8, "bert", NOW + timedelta(days=1))
    for part in range(4):
        parts = token.split(".")
        parts[part] = other.split(".")[part]
        assert verify(KEY, ".".join(parts), NOW) is Refused.FORGED


@given(st.text(max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    assert verify(KEY, text, NOW) is Refused.FORGED
