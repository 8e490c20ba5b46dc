from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from listener.core.cadence import from_arrivals, from_dates
from listener.model import Cadence

NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

moments = st.timedeltas(-9000 * DAY, 9000 * DAY).map(lambda distance: NOW + distance)


def ago(*durations):
    return [NOW - duration for duration in durations]


def test_the_gap_is_the_median():
    assert from_dates(ago(HOUR, 2 * HOUR, 5 * HOUR, 6 * HOUR), NOW).gap == HOUR


def test_the_order_of_the_document_does_not_matter():
    dates = ago(HOUR, 2 * HOUR, 4 * HOUR, 9 * HOUR)
    assert from_dates(dates[::-1], NOW) == from_dates(dates, NOW)


def test_a_handful_at_once_is_one_day_with_news():
    dates = [moment for days in (0, 7, 14) for moment in ago(days * DAY, days * DAY + HOUR, days * DAY + 2 * HOUR)]
    assert from_dates(dates, NOW) == Cadence(gap=HOUR, silence=7 * DAY)


def test_an_old_entry_that_is_pinned_does_not_count():
    assert from_dates(ago(*(n * DAY for n in range(12)), 4000 * DAY), NOW).silence == DAY


def test_all_on_one_day():
    assert from_dates(ago(HOUR, HOUR, HOUR), NOW) == Cadence(gap=timedelta(), silence=DAY)


def test_too_few_dates_say_nothing():
    assert from_dates([*ago(HOUR, DAY), None, None], NOW) is None


def test_dates_in_the_future_do_not_count():
    assert from_dates([NOW + HOUR, *ago(HOUR, DAY)], NOW) is None


@given(st.lists(st.none() | moments))
def test_no_dates_make_a_negative_gap(dates):
    cadence = from_dates(dates, NOW)
    assert cadence is None or (cadence.gap >= timedelta() and cadence.silence >= DAY)


def test_the_first_arrival_counts_whole_and_later_ones_a_quarter():
    first = from_arrivals(None, last_entry_at=NOW - 4 * HOUR, new=1, now=NOW)
    assert first == Cadence(gap=4 * HOUR, silence=4 * HOUR)
    second = from_arrivals(first, last_entry_at=NOW - 8 * HOUR, new=1, now=NOW)
    assert second == Cadence(gap=5 * HOUR, silence=8 * HOUR)


def test_a_clock_that_was_set_back_makes_no_negative_gap():
    assert from_arrivals(None, last_entry_at=NOW + HOUR, new=1, now=NOW) == Cadence(gap=0 * HOUR, silence=0 * HOUR)
