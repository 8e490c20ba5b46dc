"""When a rep is told: digests, quiet hours, caps, and the clock changes of the world."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.policy import (
    Timing,
    day_of,
    in_next_digest,
    last_digest,
    next_digest,
    quiet_until,
    storm_until,
    timing,
)
from listener.model import DigestTimes, QuietHours, Rep, StormBrake

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = DigestTimes(times=(time(8),))
WORKDAYS = DigestTimes(times=(time(8), time(13)), weekdays=(0, 1, 2, 3, 4))
NIGHT = QuietHours(start=time(20), end=time(7, 30))
MONDAY = datetime(2030, 5, 6, 12, 0, tzinfo=UTC)  # 14:00 in Berlin


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def anna(**wishes: object) -> Rep:
    return Rep(name="anna", destinations=("mail",), zone=BERLIN, **wishes)  # type: ignore[arg-type]


# --------------------------------------------------------------------------- at once or in a digest


def test_without_a_wish_a_lead_is_told_at_once() -> None:
    assert timing(anna(), 0, MONDAY) == Timing(due_at=MONDAY)


def test_a_lead_below_the_score_for_instant_waits_for_the_digest() -> None:
    rep = anna(instant_score=80, digest=MORNING)
    assert timing(rep, 80, MONDAY).digest is None
    assert timing(rep, 79, MONDAY).due_at == berlin("2030-05-07T08:00")


def test_one_who_wants_digests_gets_the_best_lead_in_one_too() -> None:
    assert timing(anna(instant_score=None, digest=MORNING), 100, MONDAY).due_at == berlin("2030-05-07T08:00")


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2030-05-06T07:59", "2030-05-06T08:00"),
        ("2030-05-06T08:00", "2030-05-06T13:00"),
        ("2030-05-06T13:00", "2030-05-07T08:00"),
        ("2030-05-10T13:00", "2030-05-13T08:00"),  # Friday
        ("2030-05-11T10:00", "2030-05-13T08:00"),  # Saturday
    ],
)
def test_digests_keep_to_their_times_and_weekdays(now: str, slot: str) -> None:
    assert next_digest(WORKDAYS, BERLIN, berlin(now)) == berlin(slot)


def test_what_goes_out_together_shares_a_name() -> None:
    rep = anna(instant_score=None, digest=MORNING)
    assert timing(rep, 10, MONDAY) == timing(rep, 90, MONDAY + timedelta(hours=5))
    assert timing(rep, 10, MONDAY).digest != timing(rep, 10, MONDAY + timedelta(days=1)).digest


def test_a_digest_in_the_quiet_hours_waits_for_their_end() -> None:
    early = anna(instant_score=None, digest=DigestTimes(times=(time(6), time(7))), quiet_hours=NIGHT)
    assert in_next_digest(early, MONDAY).due_at == berlin("2030-05-07T07:30")


def test_two_digests_that_quiet_hours_put_off_are_one() -> None:
    early = anna(instant_score=None, digest=DigestTimes(times=(time(6), time(7))), quiet_hours=NIGHT)
    assert in_next_digest(early, berlin("2030-05-07T05:00")) == in_next_digest(early, berlin("2030-05-07T06:30"))


def test_an_instant_lead_waits_for_the_end_of_the_quiet_hours_alone() -> None:
    rep = anna(quiet_hours=NIGHT)
    assert timing(rep, 50, berlin("2030-05-06T23:00")) == Timing(due_at=berlin("2030-05-07T07:30"))


def test_the_last_digest_is_when_it_went_out_after_the_quiet_hours() -> None:
    early = anna(instant_score=None, digest=DigestTimes(times=(time(6),)), quiet_hours=NIGHT)
    assert last_digest(early, berlin("2030-05-07T07:00")) == berlin("2030-05-06T07:30")
    assert last_digest(early, berlin("2030-05-07T07:30")) == berlin("2030-05-07T07:30")


def test_a_day_is_the_reps_own() -> None:
    assert day_of(anna(), berlin("2030-05-06T23:30")) == (berlin("2030-05-06T00:00"), berlin("2030-05-07T00:00"))


# --------------------------------------------------------------------------- clock changes


def test_a_time_that_the_clock_skips_is_as_long_after_the_change() -> None:
    half_past_two = DigestTimes(times=(time(2, 30),))
    assert next_digest(half_past_two, BERLIN, berlin("2030-03-30T12:00")) == berlin("2030-03-31T03:30")


def test_a_time_that_the_clock_shows_twice_is_the_first_and_once() -> None:
    half_past_two = DigestTimes(times=(time(2, 30),))
    first = next_digest(half_past_two, BERLIN, berlin("2030-10-26T12:00"))
    assert first == datetime(2030, 10, 27, 0, 30, tzinfo=UTC)
    assert next_digest(half_past_two, BERLIN, first) == berlin("2030-10-28T02:30")


ZONES = st.sampled_from(
    [
        *("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu"),
        *("Pacific/Apia", "Africa/Casablanca", "Asia/Tehran", "America/St_Johns", "Pacific/Chatham", "UTC"),
    ]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times().map(lambda at: at.replace(microsecond=0))
DIGESTS = st.builds(
    DigestTimes,
    times=st.lists(TIMES, min_size=1, max_size=3, unique=True).map(tuple),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
)
QUIET = st.tuples(TIMES, TIMES).filter(lambda ends: ends[0] != ends[1]).map(lambda e: QuietHours(start=e[0], end=e[1]))


@given(digest=DIGESTS, zone=ZONES, now=MOMENTS)
def test_the_next_digest_is_ahead_within_eight_days_and_nothing_is_between(
    digest: DigestTimes, zone: ZoneInfo, now: datetime
) -> None:
    following = next_digest(digest, zone, now)
    assert now < following <= now + timedelta(days=9)
    rep = Rep(name="r", destinations=("m",), zone=zone, digest=digest)
    assert last_digest(rep, following) == following
    assert last_digest(rep, following - timedelta(microseconds=1)) <= now


@given(zone=ZONES, at=TIMES, start=MOMENTS)
def test_a_daily_digest_comes_once_a_day_over_a_whole_year(zone: ZoneInfo, at: time, start: datetime) -> None:
    digest, now, days = DigestTimes(times=(at,)), start, 0
    while (following := next_digest(digest, zone, now)) <= start + timedelta(days=365):
        assert timedelta(hours=21) <= following - now or now == start
        now, days = following, days + 1
    assert days in (364, 365, 366)


@given(quiet=QUIET, digest=DIGESTS, zone=ZONES, now=MOMENTS, score=st.integers(0, 100))
def test_a_lead_is_put_off_never_dropped_and_never_told_in_quiet_hours(
    quiet: QuietHours, digest: DigestTimes, zone: ZoneInfo, now: datetime, score: int
) -> None:
    rep = Rep(name="r", destinations=("m",), zone=zone, quiet_hours=quiet, digest=digest, instant_score=50)
    due_at = timing(rep, score, now).due_at
    assert now <= due_at <= now + timedelta(days=11)
    assert quiet_until(due_at, quiet, zone) is None or due_at.astimezone(zone).time() == quiet.end


@given(zone=ZONES, now=MOMENTS)
def test_every_moment_is_in_its_day(zone: ZoneInfo, now: datetime) -> None:
    begin, end = day_of(Rep(name="r", destinations=("m",), zone=zone), now)
    assert begin <= now < end
    assert timedelta(hours=22) <= end - begin <= timedelta(hours=26)


# --------------------------------------------------------------------------- storms

BRAKE = StormBrake(most=10, within=timedelta(minutes=10))


def held(alerts: int, sent: int = 0, *, held: bool = False, last: datetime | None = None) -> datetime | None:
    return storm_until(BRAKE, alerts=alerts, sent=sent, held=held, last_digest_at=last, now=MONDAY)


def test_as_many_as_the_brake_allows_go_out_one_by_one() -> None:
    assert held(10) is None
    assert held(4, sent=6) is None


def test_more_become_a_digest_at_once() -> None:
    assert held(11) == MONDAY
    assert held(1, sent=10) == MONDAY


def test_what_comes_while_a_digest_waits_joins_it() -> None:
    assert held(1, held=True) == MONDAY


def test_the_next_digest_waits_for_the_next_window() -> None:
    assert held(11, last=MONDAY - timedelta(minutes=4)) == MONDAY + timedelta(minutes=6)
