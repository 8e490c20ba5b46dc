"""Reps get alerts as they wish, and a bad night ends in one message: the whole chain on a fast clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta

import pytest
from world import Project, Site, rss

from listener import clock
from listener.app import App, cycle, open_app
from listener.config import load_config
from listener.core.policy import next_digest
from listener.model import DigestTimes


class Listener:
    """An installation whose clock is put forward by hand."""

    def __init__(self, project: Project, site: Site, stack: ExitStack) -> None:
        self.project, self.site, self.now, self._stack = project, site, clock.now(), stack
        self.titles: list[str] = []

    def start(self, more: str) -> None:
        config = self.project.configure([self.site.url("feed")], {"chat": self.site.webhook}, more=more)
        self.app: App = self._stack.enter_context(open_app(load_config(config, {}), clock=lambda: self.now))

    def news(self, count: int = 1) -> None:
        self.titles += [f"Company{len(self.titles) + n} raises ${len(self.titles) + n}M" for n in range(2, count + 2)]
        self.site.pages["feed"] = rss(*self.titles)
        cycle(self.app)

    def wait_until(self, moment: datetime) -> None:
        self.now = moment
        cycle(self.app)


@pytest.fixture
def listener(project: Project, site: Site) -> Iterator[Listener]:
    with ExitStack() as stack:
        yield Listener(project, site, stack)


ANNA = '[[reps]]\nname = "anna"\ndestinations = "chat"\n'
ROUTE = '[[routes]]\nto = "anna"\n'


def morning(after: datetime) -> datetime:
    return next_digest(DigestTimes(times=(time(8),)), UTC, after)


def test_a_night_with_the_chat_down_ends_in_one_digest(listener: Listener, site: Site) -> None:
    listener.start("")
    site.refuse = True
    for _ in range(30):
        listener.news()
        listener.now += timedelta(minutes=20)
    site.refuse = False
    for _ in range(30):
        listener.wait_until(listener.now + timedelta(minutes=1))
    assert [title.partition(":")[0] for title in site.titles()] == ["30 leads at once"]
    assert site.refused < 200


def test_what_is_more_than_the_daily_cap_comes_with_the_next_digest(listener: Listener, site: Site) -> None:
    listener.start(f"{ANNA}daily_cap = 2\n{ROUTE}")
    listener.news(5)
    assert len(site.titles()) == 2
    listener.wait_until(morning(listener.now))
    assert [title.partition(":")[0] for title in site.titles()[2:]] == ["3 leads"]


def test_a_cap_begins_anew_each_day(listener: Listener, site: Site) -> None:
    listener.start(f"{ANNA}daily_cap = 2\n{ROUTE}")
    listener.news(2)
    listener.now += timedelta(days=1)
    listener.news(2)
    assert len(site.titles()) == 4


def test_who_wants_digests_gets_one_at_the_time_and_best_leads_at_once(listener: Listener, site: Site) -> None:
    listener.start(f'{ANNA}delivery = "digest 08:00"\ninstant_score = 100\n{ROUTE}')
    listener.news(3)
    assert site.titles() == []
    listener.wait_until(morning(listener.now) - timedelta(seconds=1))
    assert site.titles() == []
    listener.wait_until(listener.now + timedelta(seconds=1))
    assert [title.partition(":")[0] for title in site.titles()] == ["3 leads"]


def test_a_burst_does_not_pull_a_lead_out_of_a_digest(listener: Listener, site: Site) -> None:
    listener.start(f'{ANNA}delivery = "digest 08:00"\n{ROUTE}')
    listener.news(15)
    assert site.titles() == []
    listener.wait_until(morning(listener.now))
    assert [title.partition(":")[0] for title in site.titles()] == ["15 leads"]


QUIET = f'{ANNA}timezone = "UTC"\nquiet_hours = "20:00-07:30"\n{ROUTE}'


def at(hour: int, minute: int, after: datetime) -> datetime:
    return next_digest(DigestTimes(times=(time(hour, minute),)), UTC, after)


def test_what_was_refused_in_the_evening_is_not_tried_again_in_the_quiet_hours(listener: Listener, site: Site) -> None:
    listener.now = at(19, 55, listener.now)
    listener.start(QUIET)
    site.refuse = True
    listener.news(3)
    listener.wait_until(at(20, 10, listener.now))
    refused = site.refused
    site.refuse = False
    for hour in (22, 2, 7):
        listener.wait_until(at(hour, 0, listener.now))
    assert (site.titles(), site.refused) == ([], refused)
    listener.wait_until(at(7, 30, listener.now))
    assert len(site.titles()) == 3


def test_what_a_storm_holds_back_into_the_quiet_hours_comes_after_them_in_one_digest(
    listener: Listener, site: Site
) -> None:
    listener.now = at(19, 50, listener.now)
    listener.start(f"{QUIET}[deliver]\nstorm_after = 3\n")
    for minute in (51, 53, 55):
        listener.wait_until(at(19, minute, listener.now))
        listener.news(4)
    told = len(site.titles())
    listener.wait_until(at(20, 30, listener.now))
    assert len(site.titles()) == told
    listener.wait_until(at(7, 30, listener.now))
    assert [title.partition(":")[0] for title in site.titles()[told:]] == ["8 leads at once"]
