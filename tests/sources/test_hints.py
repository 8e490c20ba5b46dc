from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.model import PollHints
from listener.sources.hints import hints

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RSS = "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>News</title>"


def read(head: str = "", cache_control: str | None = None) -> PollHints:
    return hints(f"{RSS}{head}<item><title>One</title><ttl>999</ttl></item></channel></rss>".encode(), cache_control)


@pytest.mark.parametrize(
    ("head", "at_least"),
    [
        ("", timedelta()),
        ("<ttl>90</ttl>", 90 * MINUTE),
        ("<ttl> 5 </ttl>", 5 * MINUTE),
        ("<ttl>never</ttl>", timedelta()),
        ("<ttl>999999</ttl>", 24 * HOUR),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", HOUR),
        ("<sy:updatePeriod>\n daily\n</sy:updatePeriod><sy:updateFrequency> 4 </sy:updateFrequency>", 6 * HOUR),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 24 * HOUR),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 24 * HOUR),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", 24 * HOUR),
        ("<sy:updatePeriod>always</sy:updatePeriod>", timedelta()),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", HOUR),
    ],
)
def test_intervals_of_the_document(head, at_least):
    assert read(head).at_least == at_least


@pytest.mark.parametrize(
    ("cache_control", "max_age"),
    [
        (None, timedelta()),
        ("max-age=600", 10 * MINUTE),
        ("public, max-age=600", 10 * MINUTE),
        ('MAX-AGE="600"', 10 * MINUTE),
        ("max-age=0", timedelta()),
        ("max-age=31536000, immutable", 24 * HOUR),
        ("s-maxage=600", timedelta()),
        ("no-cache, max-age=600", timedelta()),
        ("max-age=600, must-revalidate", 10 * MINUTE),
        ("max-age=soon", timedelta()),
    ],
)
def test_intervals_of_the_answer(cache_control, max_age):
    assert read(cache_control=cache_control).max_age == max_age


def test_the_longest_wish_counts():
    assert read("<ttl>30</ttl>", "max-age=3600").pause == HOUR
    assert read("<ttl>90</ttl>", "max-age=3600").pause == 90 * MINUTE


def test_hours_and_days_to_skip():
    found = read(
        "<skipHours><hour>0</hour><hour>24</hour><hour> 7 </hour><hour>99</hour></skipHours>"
        "<skipDays><day>Sunday</day><day>saturday</day><day>Someday</day></skipDays>"
    )
    assert found == PollHints(skip_hours=(0, 7), skip_days=(5, 6))


def test_what_stands_in_an_item_is_no_hint():
    assert read() == PollHints()


@given(st.binary(max_size=400), st.none() | st.text(max_size=60))
def test_anything_gives_a_bounded_answer(body, cache_control):
    found = hints(b"<rss><ttl>" + body, cache_control)
    assert timedelta() <= found.pause <= 24 * HOUR
