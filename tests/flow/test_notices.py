"""The operator hears of trouble once, and once that it is over, whatever fails on the way."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from world import Site

from listener.core.timing import DOWN_AFTER
from listener.model import FailureKind, FeedSpec, Fetched, FetchFailed, NotModified, ParsedEntry
from listener.notices import NoticeStage
from listener.notify import Notifier
from listener.store import Store
from listener.trouble import Lookout

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
BASE = timedelta(seconds=30)


class World:
    """A database, an operator with a webhook, and a clock."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.site, self.folder, self.now = site, folder, NOW
        self.store = Store.open(folder / "listener.db")
        self.store.feeds.sync([FeedSpec(url=f"https://{name}.test/", name=name) for name in ("One", "Two")], NOW)
        self.rule_errors: tuple[str, ...] = ()
        self.free_bytes = 10**12
        self.stage = self.start()

    def start(self, destination: str | None = "ops") -> NoticeStage:
        lookout = Lookout(
            store=self.store, destinations=frozenset({"ops", "chat"}), rule_errors=lambda: self.rule_errors,
            free_bytes=lambda: self.free_bytes, disk_reserve=10**9, silence=timedelta(hours=48), since=NOW,
        )  # fmt: skip
        return NoticeStage(
            self.store, Notifier({"ops": self.site.webhook}), destination=destination, report_after=3,
            retry_base=BASE, clock=lambda: self.now, jitter=lambda: 0.0, lookout=lookout,
        )  # fmt: skip

    def destination_fails(self, name: str, failures: int) -> None:
        self.store.destinations.record_failed(
            name, "connection refused", failures=failures, rest_until=self.now, now=self.now
        )

    def hear(self, feed_id: int) -> None:
        entry = ParsedEntry(
            uid="news", url=None, canonical_url=None, title="", text="", publisher=None, lang=None, published_at=None
        )
        fetched = Fetched(feed_id=feed_id, entries=(entry,), etag=None, last_modified=None, body_hash="", title=None)
        self.store.feeds.record_fetched(fetched, next_poll_at=self.now, now=self.now)

    def told(self, runs: int = 3) -> list[str]:
        """The titles of the messages of these runs."""
        before = len(self.site.titles())
        for _ in range(runs):
            self.stage.run()
        return self.site.titles()[before:]

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


# --------------------------------------------------------------------------- trouble of other things


def test_a_refused_rule_file_is_told_once_whatever_its_mistakes_become_and_once_when_it_is_over(world):
    world.rule_errors = ("rules/en/funding.toml:8: unknown slot", "rules/en/funding.toml:9: no phrase")
    assert world.told() == ["rule file rules/en/funding.toml is refused"]
    world.rule_errors = ("rules/en/funding.toml:7: something else",)
    assert world.told() == []
    world.rule_errors = ()
    assert world.told() == ["rule file rules/en/funding.toml is in use again"]


def test_a_destination_that_is_down_is_told_once_and_once_when_it_is_over(world):
    world.destination_fails("chat", DOWN_AFTER - 1)
    assert world.told() == []
    world.destination_fails("chat", DOWN_AFTER)
    assert world.told() == ["destination chat takes no messages"]
    world.store.destinations.record_sent("chat", world.now)
    assert world.told() == ["destination chat takes messages again"]


def test_nothing_is_told_about_the_operators_own_destination_nor_one_that_is_not_configured_any_more(world):
    for name in ("ops", "gone"):
        world.destination_fails(name, DOWN_AFTER)
        world.store.destinations.record_storm(name, NOW)
    assert world.told() == []


def test_a_full_disk_is_over_when_there_is_more_than_just_enough_again(world):
    world.free_bytes = 10**9 - 1
    assert world.told() == ["the disk is nearly full"]
    world.free_bytes = 10**9 + 1
    assert world.told() == []
    world.free_bytes = 2 * 10**9
    assert world.told() == ["there is space on the disk again"]


def test_silence_of_all_feeds_is_told_after_its_hours_and_when_it_is_over(world):
    world.now += timedelta(hours=47)
    assert world.told() == []
    world.now += timedelta(hours=1)
    assert world.told() == ["no feed brought anything new for 48 hours"]
    world.hear(1)
    assert world.told() == ["feeds bring new entries again"]


def test_a_storm_is_told_once(world):
    world.store.destinations.record_storm("chat", NOW)
    assert world.told() == ["too many alerts for chat became a digest"]
    world.now += timedelta(days=1)
    assert world.told() == []
    assert world.store.notices.told("trouble: storm") == {}


def test_several_things_share_a_message_and_a_restart_repeats_none(world):
    world.rule_errors = ("a.toml:1: wrong",)
    world.free_bytes = 0
    assert world.told() == ["2 things need a look: rule file a.toml is refused ..."]
    world.stage = world.start()
    assert world.told() == []


def test_where_several_things_share_a_message_each_is_named(world):
    world.store.destinations.record_failed("chat", "HTTP 503", failures=5, rest_until=NOW, now=NOW)
    world.free_bytes = 0
    assert len(world.told()) == 1
    message = world.site.posted[0]["message"]
    assert "destination chat takes no messages. The last 5 failed" in message
    assert "the disk is nearly full. 0 MB are left" in message


def test_what_cannot_be_recorded_is_not_repeated_at_once(world):
    world.free_bytes = 0
    with closing(sqlite3.connect(world.folder / "listener.db")) as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON notices BEGIN SELECT RAISE (FAIL, 'disk is full'); END")
    with pytest.raises(sqlite3.Error):
        world.stage.run()
    assert world.told() == []
    assert len(world.site.titles()) == 1
