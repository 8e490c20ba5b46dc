from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.timing import is_dead, next_poll, next_retry, not_skipped, poll_interval
from listener.model import Cadence, PollHints

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

intervals = st.timedeltas(MINUTE, timedelta(days=30))
pauses = st.none() | st.timedeltas(timedelta(), DAY)
jitters = st.floats(0, 1, exclude_max=True)


def poll_pause(*, interval=15 * MINUTE, failures=0, retry_after=None, jitter=0.0):
    return next_poll(now=NOW, interval=interval, failures=failures, retry_after=retry_after, jitter=jitter) - NOW


def retry_pause(attempt, jitter=0.0, base=30 * timedelta(seconds=1)):
    return next_retry(now=NOW, attempt=attempt, base=base, jitter=jitter) - NOW


def test_a_feed_that_answers_is_polled_after_its_interval():
    assert poll_pause() == 15 * MINUTE


def test_each_failure_doubles_the_pause_up_to_a_day():
    pauses = [poll_pause(failures=n) for n in range(1, 9)]
    assert pauses == [30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, DAY]


def test_an_interval_of_a_week_stays_a_week():
    assert poll_pause(interval=7 * DAY, failures=3) == 7 * DAY


def test_a_longer_retry_after_wins():
    assert poll_pause(failures=1, retry_after=2 * HOUR) == 2 * HOUR


def test_a_shorter_retry_after_does_not():
    assert poll_pause(failures=1, retry_after=MINUTE) == 30 * MINUTE


def test_jitter_shortens_a_pause_by_up_to_a_tenth():
    assert poll_pause(interval=100 * MINUTE, jitter=0.5) == 95 * MINUTE


@given(intervals, st.integers(0, 10**9), pauses, jitters)
def test_the_next_poll_is_never_too_early_nor_too_late(interval, failures, retry_after, jitter):
    pause = poll_pause(interval=interval, failures=failures, retry_after=retry_after, jitter=jitter)
    assert pause >= max(0.9 * interval, retry_after or timedelta())
    assert pause <= max(interval, DAY)


@given(intervals, st.integers(0, 50), jitters)
def test_more_failures_never_shorten_the_pause(interval, failures, jitter):
    sooner = poll_pause(interval=interval, failures=failures, jitter=jitter)
    assert poll_pause(interval=interval, failures=failures + 1, jitter=jitter) >= sooner


def test_retries_start_at_the_base_and_double_up_to_an_hour():
    seconds = [retry_pause(attempt).total_seconds() for attempt in range(1, 10)]
    assert seconds == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


@given(st.integers(1, 10**9), jitters)
def test_retries_never_pause_longer_than_an_hour(attempt, jitter):
    assert timedelta(seconds=27) <= retry_pause(attempt, jitter) <= HOUR


@given(st.integers(1, 6), jitters, jitters)
def test_pauses_grow_whatever_the_jitter(attempt, first, second):
    assert retry_pause(attempt + 1, second) > retry_pause(attempt, first)


def test_a_delivery_is_dead_once_its_time_is_over():
    assert not is_dead(NOW, NOW + DAY - MINUTE, DAY)
    assert is_dead(NOW, NOW + DAY, DAY)


def test_one_that_was_never_tried_is_not_dead():
    assert not is_dead(None, NOW, timedelta())


# ------------------------------------------------------------------- the rhythm of a feed


def interval(gap=None, *, at_least=timedelta(), shortest=15 * MINUTE, longest=6 * HOUR):
    cadence = None if gap is None else Cadence(gap=gap, silence=DAY)
    return poll_interval(shortest=shortest, longest=longest, cadence=cadence, at_least=at_least)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (None, 15 * MINUTE),
        (timedelta(), 15 * MINUTE),
        (20 * MINUTE, 15 * MINUTE),
        (2 * HOUR, HOUR),
        (30 * DAY, 6 * HOUR),
    ],
)
def test_a_feed_is_polled_twice_in_the_time_between_two_entries(gap, expected):
    assert interval(gap) == expected


def test_what_a_feed_asks_for_counts_beyond_the_bounds():
    assert interval(2 * HOUR, at_least=20 * HOUR) == 20 * HOUR


def test_a_shortest_interval_beyond_the_longest_wins():
    assert interval(2 * HOUR, shortest=12 * HOUR) == 12 * HOUR


gaps = st.none() | st.timedeltas(timedelta(), timedelta(days=4000))


@given(gaps, intervals, intervals, st.timedeltas(timedelta(), DAY))
def test_the_interval_is_always_within_its_bounds(gap, shortest, longest, at_least):
    found = interval(gap, shortest=shortest, longest=longest, at_least=at_least)
    assert max(shortest, at_least) <= found <= max(shortest, longest, at_least)


@given(intervals, st.integers(0, 50), jitters, st.timedeltas(timedelta(), DAY))
def test_jitter_never_undercuts_what_a_feed_asks_for(interval, failures, jitter, at_least):
    at = next_poll(now=NOW, interval=interval, failures=failures, retry_after=None, jitter=jitter, at_least=at_least)
    assert at >= NOW + at_least


@pytest.mark.parametrize(
    ("hints", "pause"),
    [
        (PollHints(), timedelta()),
        (PollHints(skip_hours=(6, 8)), timedelta()),
        (PollHints(skip_hours=(7,)), HOUR),
        (PollHints(skip_hours=(7, 8, 9)), 3 * HOUR),
        (PollHints(skip_days=(0,)), 17 * HOUR),
        (PollHints(skip_days=(0, 1, 2)), DAY),
        (PollHints(skip_hours=tuple(range(24))), timedelta()),
    ],
)
def test_hours_that_a_feed_asks_to_skip_are_skipped_for_a_day_at_most(hints, pause):
    assert not_skipped(NOW, hints) == NOW + pause
