"""The operator hears of trouble once, and once that it is over, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from world import Site

from listener.model import FailureKind, FeedSpec, FetchFailed, NotModified
from listener.notices import NoticeStage
from listener.notify import Notifier
from listener.store import Store

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
BASE = timedelta(seconds=30)


class World:
    """A database, an operator with a webhook, and a clock."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.site, self.folder, self.now = site, folder, NOW
        self.store = Store.open(folder / "listener.db")
        self.store.feeds.sync([FeedSpec(url=f"https://{name}.test/", name=name) for name in ("One", "Two")], NOW)
        self.stage = self.start()

    def start(self, destination: str | None = "ops") -> NoticeStage:
        return NoticeStage(
            self.store, Notifier({"ops": self.site.webhook}), destination=destination, report_after=3,
            retry_base=BASE, clock=lambda: self.now, jitter=lambda: 0.0,
        )  # fmt: skip

    def fail(self, feed_id: int, times: int = 3, kind: FailureKind = FailureKind.NETWORK) -> None:
        failed = FetchFailed(feed_id=feed_id, kind=kind, message="no connection <b>@here</b>")
        for _ in range(times):
            at = None if kind is FailureKind.GONE else self.now
            self.store.feeds.record_failed(failed, next_poll_at=at, now=self.now)

    def succeed(self, feed_id: int) -> None:
        self.store.feeds.record_not_modified(NotModified(feed_id=feed_id), next_poll_at=self.now, now=self.now)


@pytest.fixture
def world(tmp_path: Path, site: Site) -> Iterator[World]:
    world = World(tmp_path, site)
    yield world
    world.store.close()


def test_trouble_is_told_once_when_it_has_lasted_and_once_when_it_is_over(world):
    world.fail(1, times=2)
    assert world.stage.run() == 0
    world.fail(1, times=1)
    assert [world.stage.run() for _ in range(3)] == [1, 0, 0]
    world.fail(1)
    assert world.stage.run() == 0
    world.succeed(1)
    assert [world.stage.run() for _ in range(3)] == [1, 0, 0]
    assert [title.partition(":")[0] for title in world.site.titles()] == [
        "1 feed is in trouble", "1 feed is well again",
    ]  # fmt: skip


def test_the_message_names_the_feed_the_trouble_and_the_remedy(world):
    world.fail(1)
    world.stage.run()
    (post,) = world.site.posted
    assert "One: the last 3 polls failed: no connection" in post["message"]
    assert "Check the URL" in post["message"]
    assert "<b>" not in post["message"]
    assert "@here" not in post["message"]


def test_feeds_in_trouble_at_the_same_time_share_a_message(world):
    world.fail(1)
    world.fail(2, times=1, kind=FailureKind.GONE)
    world.stage.run()
    assert world.site.titles() == ["2 feeds are in trouble: listener hears nothing from there"]


def test_a_feed_that_was_well_all_along_is_not_told(world):
    world.succeed(1)
    assert world.stage.run() == 0


def test_a_service_that_is_down_gets_it_later_and_no_message_about_that(world):
    world.fail(1)
    world.site.refuse = True
    assert world.stage.run() == 0
    assert world.stage.run() == 0
    assert world.site.refused == 1
    world.site.refuse = False
    world.now += BASE
    assert world.stage.run() == 1
    assert len(world.site.titles()) == 1


def test_trouble_that_is_over_before_it_could_be_told_is_not_told(world):
    world.fail(1)
    world.site.refuse = True
    world.stage.run()
    world.site.refuse = False
    world.succeed(1)
    world.now += BASE
    assert world.stage.run() == 0


def test_a_restart_neither_forgets_nor_repeats(world):
    world.fail(1)
    world.stage.run()
    world.fail(2)
    again = world.start()
    assert [again.run(), again.run()] == [1, 0]
    assert len(world.site.titles()) == 2


def test_without_an_operator_nobody_is_told(world):
    world.fail(1)
    assert world.start(destination=None).run() == 0
    assert world.store.feeds.untold(report_after=3)


def test_a_destination_that_is_not_there_is_logged(world, caplog):
    world.fail(1)
    assert world.start(destination="nobody").run() == 0
    assert "config.toml has none of that name" in caplog.text
