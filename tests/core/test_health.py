from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.health import WORST_FIRST, diagnose, in_words
from listener.model import Cadence, FailureKind, Feed, Health, PollHints

NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOURLY = Cadence(gap=HOUR, silence=DAY)
MONTHLY = Cadence(gap=timedelta(), silence=30 * DAY)  # five press releases on one day a month
WEEKLY = Cadence(gap=7 * DAY, silence=7 * DAY)


def feed(*, silent=None, cadence=HOURLY, failures=0, failing_for=None, kind=FailureKind.NETWORK, **fields):
    defaults = {
        "id": 1, "url": "https://news.test/feed", "name": "News", "tags": (), "lang": None, "interval": None,
        "etag": None, "last_modified": None, "body_hash": None, "next_poll_at": NOW, "last_polled_at": NOW,
        "first_success_at": NOW - 1000 * DAY, "last_success_at": NOW, "last_entry_at": None,
        "last_news_at": NOW - (silent or timedelta()), "cadence": cadence, "hints": PollHints(), "failures": failures,
        "failing_since_at": NOW - failing_for if failing_for is not None else None,
        "last_error": "the trouble" if failures else None, "last_error_kind": kind if failures else None,
        "entries": 5,
    }  # fmt: skip
    return Feed(**{**defaults, **fields})


NEVER_ANYTHING = {"cadence": None, "last_news_at": None, "entries": 0}


@pytest.mark.parametrize(
    ("feed", "health"),
    [
        (feed(first_success_at=None, last_success_at=None, **NEVER_ANYTHING), Health.NEW),
        (feed(silent=5 * HOUR), Health.OK),
        (feed(silent=2 * DAY), Health.QUIET),
        (feed(silent=6 * DAY), Health.QUIET),
        (feed(silent=8 * DAY), Health.STALE),
        (feed(cadence=WEEKLY, silent=10 * DAY), Health.OK),
        (feed(cadence=WEEKLY, silent=30 * DAY), Health.QUIET),
        (feed(cadence=WEEKLY, silent=75 * DAY), Health.STALE),
        (feed(cadence=MONTHLY, silent=40 * DAY), Health.OK),
        (feed(cadence=MONTHLY, silent=60 * DAY), Health.QUIET),
        (feed(cadence=MONTHLY, silent=100 * DAY), Health.STALE),
        (feed(first_success_at=NOW - DAY, **NEVER_ANYTHING), Health.OK),
        (feed(first_success_at=NOW - 20 * DAY, **NEVER_ANYTHING), Health.QUIET),
        (feed(first_success_at=NOW - 90 * DAY, **NEVER_ANYTHING), Health.STALE),
        (feed(failures=1, failing_for=timedelta()), Health.FAILING),
        (feed(failures=4, failing_for=2 * DAY), Health.FAILING),
        (feed(failures=50, failing_for=5 * HOUR), Health.FAILING),
        (feed(failures=5, failing_for=6 * HOUR), Health.BROKEN),
        (feed(failures=1, failing_for=timedelta(), kind=FailureKind.GONE, next_poll_at=None), Health.GONE),
    ],
)
def test_the_states_are_told_apart(feed, health):
    assert diagnose(feed, NOW).health is health


def test_a_quiet_feed_says_what_is_usual():
    assert diagnose(feed(cadence=WEEKLY, silent=30 * DAY), NOW).reason == (
        "nothing new for 30 days, usually every 7 days"
    )


def test_a_broken_feed_says_what_and_how_long():
    assert diagnose(feed(failures=9, failing_for=3 * DAY), NOW).reason == (
        "the last 9 polls failed: the trouble (for 3 days)"
    )


@pytest.mark.parametrize("kind", FailureKind)
def test_every_trouble_has_a_remedy(kind):
    assert diagnose(feed(failures=1, failing_for=HOUR, kind=kind), NOW).remedy


def test_every_state_has_its_place():
    assert set(WORST_FIRST) == set(Health)


@given(
    st.none() | st.builds(Cadence, gap=st.timedeltas(timedelta(), 90 * DAY), silence=st.timedeltas(DAY, 90 * DAY)),
    st.lists(st.timedeltas(timedelta(), 3000 * DAY), min_size=2).map(sorted),
)
def test_silence_never_makes_a_feed_better(cadence, silences):
    order = [Health.OK, Health.QUIET, Health.STALE]
    found = [order.index(diagnose(feed(cadence=cadence, silent=silent), NOW).health) for silent in silences]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(), "0 minutes"),
        (MINUTE, "1 minute"),
        (59 * MINUTE, "59 minutes"),
        (HOUR, "1 hour"),
        (90 * MINUTE, "90 minutes"),
        (30 * HOUR, "30 hours"),
        (DAY, "1 day"),
        (3 * DAY, "3 days"),
        (-DAY, "0 minutes"),
    ],
)
def test_durations_in_words(duration, words):
    assert in_words(duration) == words
