"""A real store in a folder of its own, and short ways to fill it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.model import Entry, Feed, FeedSpec, Fetched, Lead, Match, NewLead, NewSource, ParsedEntry, Reason
from listener.store import Store
from listener.store.connection import Connection
from listener.store.opening import connect

NOW = datetime(2030, 5, 6, 7, 8, 9, 123_000, tzinfo=UTC)


class Given:
    """What a test needs to be there before it starts. Every record can be varied by keyword."""

    now = NOW

    def __init__(self, store: Store) -> None:
        self._store = store

    def feed(self, url: str = "https://news.test/feed", **spec: Any) -> Feed:
        """One more active feed."""
        self._store.feeds.sync([*self._specs(), FeedSpec(url=url, **spec)], NOW)
        return next(feed for feed in self._store.feeds.all() if feed.url == url)

    def entry(self, uid: str = "1", **fields: Any) -> Entry:
        """One stored entry, in the first feed."""
        feed = (self._store.feeds.all() or [self.feed()])[0]
        last = self._newest_entry_id()
        self._store.feeds.record_fetched(self.fetched(feed.id, self.parsed(uid, **fields)), next_poll_at=NOW, now=NOW)
        return self._store.entries.unjudged(after_id=last, limit=1)[0]

    def lead(self, entry: Entry | None = None, *, now: datetime = NOW, **fields: Any) -> Lead:
        """One stored lead with one source."""
        source = self.source(entry or self.entry(f"entry {self._newest_entry_id() + 1}"))
        return self._store.leads.add(self.new_lead(**fields), source, now)

    @staticmethod
    def fetched(feed_id: int, *entries: ParsedEntry, **fields: Any) -> Fetched:
        defaults = {"etag": '"e1"', "last_modified": "Mon, 06 May 2030 07:00:00 GMT", "body_hash": "abc", "title": None}
        return Fetched(feed_id=feed_id, entries=entries, **{**defaults, **fields})

    @staticmethod
    def parsed(uid: str, **fields: Any) -> ParsedEntry:
        defaults = {
            "url": f"https://news.test/{uid}?utm_source=feed",
            "canonical_url": f"https://news.test/{uid}",
            "title": "Cobalt Freight raises $12M",
            "text": "Cobalt Freight has raised $12M.",
            "publisher": None,
            "lang": None,
            "published_at": None,
        }
        return ParsedEntry(uid=uid, **{**defaults, **fields})

    @staticmethod
    def match(**fields: Any) -> Match:
        defaults = {
            "trigger": "funding",
            "rule": "funding/raises-money",
            "lang": "en",
            "where": "title",
            "quote": "Cobalt Freight raises $12M",
            "start": 15,
            "end": 26,
            "slots": {"company": "Cobalt Freight", "money": "$12M"},
            "company": "Cobalt Freight",
            "confidence": 0.9,
            "hedged": None,
        }
        return Match(**{**defaults, **fields})

    @staticmethod
    def new_lead(**fields: Any) -> NewLead:
        defaults = {
            "trigger": "funding",
            "label": "Funding round",
            "rule": "funding/raises-money",
            "company": "Cobalt Freight",
            "company_key": "cobalt freight",
            "title": "Cobalt Freight raises $12M",
            "quote": "Cobalt Freight raises $12M",
            "quote_start": 15,
            "quote_end": 26,
            "where": "title",
            "why": "New money is spent within two quarters.",
            "url": "https://news.test/1",
            "slots": {"company": "Cobalt Freight", "money": "$12M"},
            "hedged": None,
            "lang": "en",
            "score": 70,
            "reasons": (Reason(points=70, why="funding"),),
            "suppressed": None,
        }
        return NewLead(**{**defaults, **fields})

    @staticmethod
    def source(entry: Entry, quote: str = "Cobalt Freight raises $12M") -> NewSource:
        return NewSource(entry_id=entry.id, quote=quote)

    @staticmethod
    def after(**duration: float) -> datetime:
        return NOW + timedelta(**duration)

    def _specs(self) -> list[FeedSpec]:
        return [FeedSpec(url=feed.url, name=feed.name, tags=feed.tags) for feed in self._store.feeds.all()]

    def _newest_entry_id(self) -> int:
        return self._store.entries.count()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "listener.db"


@pytest.fixture
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(path)) as raw:
        yield raw


@pytest.fixture
def connection(raw: sqlite3.Connection) -> Connection:
    return Connection(raw)


@pytest.fixture
def statements(raw: sqlite3.Connection) -> list[str]:
    """The SQL statements that run from now on, with their values."""
    statements: list[str] = []
    raw.set_trace_callback(statements.append)
    return statements


@pytest.fixture
def store(connection: Connection, path: Path) -> Store:
    return Store(connection, path)


@pytest.fixture
def given(store: Store) -> Given:
    return Given(store)


@pytest.fixture
def now() -> datetime:
    return NOW
