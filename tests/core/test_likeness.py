from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from listener.core.likeness import likeness
from listener.model import ParsedEntry

ENTRY = ParsedEntry(
    uid="1",
    url="https://news.test/a?utm_source=feed",
    canonical_url="https://news.test/a",
    title="Acme raises $12M",
    text="Acme has raised $12M.",
    publisher=None,
    lang="en",
    published_at=datetime(2030, 5, 6, tzinfo=UTC),
)
UNDATED = replace(ENTRY, published_at=None)


@pytest.mark.parametrize(
    ("entry", "change"),
    [
        (ENTRY, {"uid": "2"}),
        (ENTRY, {"url": "https://news.test/a?utm_source=mail"}),
        (ENTRY, {"text": "Acme has raised $12M. 7 comments"}),
        (UNDATED, {"uid": "2"}),
    ],
)
def test_the_same_item_is_alike(entry, change):
    assert likeness(replace(entry, **change)) == likeness(entry)


@pytest.mark.parametrize(
    ("entry", "change"),
    [
        (ENTRY, {"canonical_url": "https://news.test/b"}),
        (ENTRY, {"title": "Acme raises $13M"}),
        (ENTRY, {"published_at": datetime(2030, 5, 13, tzinfo=UTC)}),
        (UNDATED, {"text": "Another week."}),
    ],
)
def test_another_item_is_not(entry, change):
    assert likeness(replace(entry, **change)) != likeness(entry)


def test_an_item_without_a_link_is_like_nothing():
    assert likeness(replace(ENTRY, canonical_url=None)) is None


def test_it_fits_into_a_column():
    values = [likeness(replace(ENTRY, title=str(n))) for n in range(100)]
    assert all(-(2**63) <= value < 2**63 for value in values)
    assert len(set(values)) == 100
