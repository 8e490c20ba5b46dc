"""The entries table: everything that was ever read. Its unjudged rows are the judge queue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from listener.model import Entry
from listener.store.columns import from_ms, from_ms_or_none, to_ms
from listener.store.connection import Connection

_SELECT = """
    SELECT entries.id, entries.feed_id, feeds.name AS feed_name, feeds.tags AS feed_tags, entries.uid, entries.url,
        entries.canonical_url, entries.title, entries.text, entries.publisher,
        coalesce(entries.lang, feeds.lang) AS lang, entries.published_at, entries.facts, entries.first_seen_at,
        entries.first_seen_at = feeds.first_success_at AS first_sight
    FROM entries JOIN feeds ON feeds.id = entries.feed_id
"""
_UNJUDGED = f"{_SELECT} WHERE entries.judged_at IS NULL AND entries.id > ? ORDER BY entries.id LIMIT ?"


class EntryTable:
    """Entries as they were first read; `FeedTable.record_fetched` adds them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def unjudged(self, *, after_id: int = 0, limit: int) -> list[Entry]:
        """Entries that no rule has seen, by id, from behind `after_id`."""
        return [_entry(row) for row in self._db.rows(_UNJUDGED, (after_id, limit))]

    def mark_judged(self, entry_ids: Iterable[int], now: datetime) -> None:
        """The rules have seen these entries, whatever came of it."""
        at = to_ms(now)
        self._db.write_many("UPDATE entries SET judged_at = ? WHERE id = ?", [(at, entry_id) for entry_id in entry_ids])

    def get(self, entry_id: int) -> Entry | None:
        """The entry; None: there is none."""
        row = self._db.row(f"{_SELECT} WHERE entries.id = ?", (entry_id,))
        return None if row is None else _entry(row)

    def count(self) -> int:
        """All entries, judged or not."""
        row = self._db.row("SELECT count(*) AS entries FROM entries")
        return 0 if row is None else int(row["entries"])


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"],
        feed_id=row["feed_id"],
        feed_name=row["feed_name"],
        feed_tags=tuple(json.loads(row["feed_tags"])),
        uid=row["uid"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        title=row["title"],
        text=row["text"],
        publisher=row["publisher"],
        lang=row["lang"],
        published_at=from_ms_or_none(row["published_at"]),
        first_seen_at=from_ms(row["first_seen_at"]),
        first_sight=bool(row["first_sight"]),
        facts=json.loads(row["facts"]) if row["facts"] else {},
    )
