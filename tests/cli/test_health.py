from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from listener import clock
from listener.cli import app
from listener.model import Cadence, FailureKind, FeedSpec, Fetched, FetchFailed, Health, ParsedEntry
from listener.store import Store

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = ("ok", "quiet", "stale", "failing", "broken", "gone", "new")


class Prepared:
    """A folder with a configuration, and a database whose feeds are called by their health."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config.toml"
        self.store = Store.open(folder / "listener.db")
        self.now = clock.now()

    def close(self, *names: str) -> None:
        feeds = "".join(f'[[feeds]]\nurl = "https://{name}.test/feed"\nname = "{name}"\n' for name in names)
        self.config.write_text(f'[listener]\ndatabase = "listener.db"\n{feeds}')
        self.store.feeds.sync([FeedSpec(url=f"https://{name}.test/feed", name=name) for name in names], self.now)
        for feed in self.store.feeds.all():
            self.prepare(feed.id, feed.name)
        self.store.close()

    def prepare(self, feed_id: int, name: str) -> None:
        match name:
            case "ok":
                self.news(feed_id, self.now)
            case "quiet":
                self.news(feed_id, self.now - 3 * DAY)
            case "stale":
                self.news(feed_id, self.now - 30 * DAY)
            case "failing":
                self.fail(feed_id, self.now)
            case "broken":
                for hours in range(8, 0, -1):
                    self.fail(feed_id, self.now - hours * HOUR)
            case "gone":
                self.fail(feed_id, self.now, gone=True)

    def news(self, feed_id: int, at: datetime) -> None:
        entry = ParsedEntry(
            uid="1", url=None, canonical_url=None, title="News", text="", publisher=None, lang=None, published_at=at
        )
        outcome = Fetched(
            feed_id=feed_id, entries=(entry,), etag=None, last_modified=None, body_hash="", title=None
        )  # fmt: skip
        self.store.feeds.record_fetched(
            outcome, next_poll_at=self.now, now=self.now, cadence=Cadence(gap=HOUR, silence=DAY)
        )

    def fail(self, feed_id: int, at: datetime, *, gone: bool = False) -> None:
        kind = FailureKind.GONE if gone else FailureKind.NOT_A_FEED
        outcome = FetchFailed(feed_id=feed_id, kind=kind, message="a web page\x1b[2J")
        self.store.feeds.record_failed(outcome, next_poll_at=None if gone else self.now, now=at)


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    return Prepared(tmp_path)


def run(prepared: Prepared, *options: str, code: int) -> str:
    result = CliRunner().invoke(app, ["feeds", "health", "--config", str(prepared.config), *options])
    assert result.exit_code == code, result.output
    return result.stdout


def test_all_states_are_told_apart_worst_first(prepared):
    prepared.close(*NAMES)
    found = json.loads(run(prepared, "--json", code=1))
    assert [(feed["name"], feed["health"]) for feed in found] == [
        (name, name) for name in ("broken", "gone", "failing", "stale", "quiet", "new", "ok")
    ]
    assert {Health(feed["health"]) for feed in found} == set(Health)


def test_the_reason_and_the_remedy_are_in_words(prepared):
    prepared.close(*NAMES)
    shown = run(prepared, code=1)
    assert shown.startswith("broken: 1\n  broken: the last 8 polls failed: a web page")
    assert "feeds.auth" in shown
    assert "nothing new for 30 days, usually every 1 day" in " ".join(shown.split())
    assert "\x1b" not in shown


def test_nothing_broken_is_exit_code_0(prepared):
    prepared.close("ok", "quiet", "stale", "failing", "new")
    run(prepared, code=0)
