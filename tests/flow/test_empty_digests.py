"""A digest without leads is told to those who asked for it, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from world import Site

from listener.empty_digests import EmptyDigestStage
from listener.model import DigestTimes, FeedSpec, Fetched, NewLead, NewSource, ParsedEntry, QuietHours, Rep
from listener.notify import Notifier
from listener.store import Store

NOW = datetime(2030, 5, 6, 7, 0, tzinfo=UTC)
MORNING = DigestTimes(times=(time(8),))


class World:
    """A database, a rep with a webhook, and a clock."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.site, self.now = site, NOW
        self.store = Store.open(folder / "listener.db")
        self.store.feeds.sync([FeedSpec(url=f"https://{name}.test/") for name in ("one", "two")], NOW)
        self.stage = self.start(empty_digest=True)

    def start(self, *, empty_digest: bool, quiet_hours: QuietHours | None = None) -> EmptyDigestStage:
        rep = Rep(
            name="anna",
            destinations=("chat",),
            zone=UTC,
            digest=MORNING,
            empty_digest=empty_digest,
            quiet_hours=quiet_hours,
        )
        notifier = Notifier({"chat": self.site.webhook})
        return EmptyDigestStage(
            self.store, notifier, reps=[rep], retry_base=timedelta(minutes=1), clock=lambda: self.now
        )

    def hear(self, *uids: str) -> None:
        entries = tuple(
            ParsedEntry(
                uid=uid, url=None, canonical_url=None, title=uid, text="", publisher=None, lang=None, published_at=None
            )
            for uid in uids
        )
        fetched = Fetched(feed_id=1, entries=entries, etag=None, last_modified=None, body_hash="", title=None)
        self.store.feeds.record_fetched(fetched, next_poll_at=self.now, now=self.now)

    def queue_lead(self) -> None:
        self.hear("a lead")
        lead = NewLead(
            trigger="funding", label="Funding", rule="funding/x", company="Acme", company_key="acme", title="",
            quote="", quote_start=0, quote_end=0, where="title", why="", url=None, slots={}, hedged=None, lang="en",
            score=70, reasons=(), suppressed=None,
        )  # fmt: skip
        lead_id = self.store.leads.add(lead, NewSource(entry_id=1, quote=""), self.now).id
        self.store.deliveries.enqueue(lead_id, "chat", "x", due_at=self.now, now=self.now, rep="anna")

    def run_until(self, hour: int, *, day: int = 6) -> int:
        self.now = datetime(2030, 5, day, hour, 0, tzinfo=UTC)
        return sum(self.stage.run() for _ in range(3))


@pytest.fixture
def world(tmp_path: Path, site: Site) -> Iterator[World]:
    world = World(tmp_path, site)
    yield world
    world.store.close()


def test_a_day_without_leads_is_told_once_at_the_time_of_the_digest(world: World) -> None:
    assert world.run_until(7) == 0
    world.hear("a", "b", "c")
    assert [world.run_until(8), world.run_until(9), world.run_until(8, day=7)] == [1, 0, 1]
    assert world.site.titles() == ["Nothing today", "Nothing today"]
    assert "3 entries read" in world.site.posted[0]["message"]
    assert "all 2 feeds fine" in world.site.posted[0]["message"]


def test_a_start_tells_nothing_about_the_time_before(world: World) -> None:
    assert world.run_until(12) == 0


def test_a_day_with_a_lead_is_not_told(world: World) -> None:
    world.run_until(7)
    world.now += timedelta(minutes=30)
    world.queue_lead()
    assert world.run_until(8) == 0
    assert world.run_until(8, day=7) == 1


def test_who_did_not_ask_is_not_told(world: World) -> None:
    world.stage = world.start(empty_digest=False)
    assert [world.run_until(7), world.run_until(9)] == [0, 0]


def test_a_service_that_is_down_gets_it_later(world: World) -> None:
    world.run_until(7)
    world.site.refuse = True
    assert world.run_until(8) == 0
    assert world.site.refused == 1
    world.site.refuse = False
    assert [world.run_until(9), world.run_until(10)] == [1, 0]


def test_what_could_not_be_told_is_not_told_in_the_quiet_hours(world: World) -> None:
    world.stage = world.start(empty_digest=True, quiet_hours=QuietHours(start=time(20), end=time(7)))
    world.run_until(7)
    world.site.refuse = True
    world.run_until(8)
    world.site.refuse = False
    assert [world.run_until(22), world.run_until(6, day=7), world.run_until(7, day=7)] == [0, 0, 1]
