"""The entries table: everything that was ever read. Its unjudged rows are the judge queue."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from listener.core.likeness import likeness
from listener.model import Entry, ParsedEntry
from listener.store.columns import from_ms, from_ms_or_none, to_json, to_ms, to_ms_or_none
from listener.store.connection import Connection

_ENOUGH = 5  # entries that show what a feed is usually written in, whatever it says of itself
_USUAL = f"""
    SELECT lang FROM feed_languages
    WHERE feed_id = entries.feed_id AND entries >= {_ENOUGH} ORDER BY entries DESC LIMIT 1
"""
_SELECT = f"""
    SELECT entries.id, entries.feed_id, feeds.name AS feed_name, feeds.tags AS feed_tags, entries.uid, entries.url,
        entries.canonical_url, entries.title, entries.text, entries.publisher,
        coalesce(feeds.lang, entries.detected_lang) AS lang, coalesce(({_USUAL}), entries.lang) AS usual_lang,
        entries.published_at, entries.facts, entries.hosts, entries.first_seen_at,
        entries.updated_at, entries.first_seen_at = feeds.first_success_at AS first_sight
    FROM entries JOIN feeds ON feeds.id = entries.feed_id
"""
_UNJUDGED = f"{_SELECT} WHERE entries.judged_at IS NULL AND entries.id > ? ORDER BY entries.id LIMIT ?"
_BEYOND_ALL = 2**63 - 1
_REST_OF_POLL = f"""
    {_SELECT} WHERE entries.judged_at IS NULL AND entries.id > :last AND entries.id < coalesce(
            (
                SELECT id FROM entries
                WHERE judged_at IS NULL AND id > :last AND (feed_id, first_seen_at) <> (:feed_id, :first_seen_at)
                ORDER BY id LIMIT 1
            ),
            {_BEYOND_ALL}
        )
    ORDER BY entries.id LIMIT :limit
"""

_SEEN_SINCE = "SELECT count(*) AS entries, min(id) AS first, max(id) AS last FROM entries WHERE first_seen_at >= ?"
_PAGE = f"""
    {_SELECT} WHERE entries.id > :after AND entries.id <= :last AND entries.first_seen_at >= :since
    ORDER BY entries.id LIMIT :size
"""

_ADD = """
    INSERT INTO entries (feed_id, uid, likeness, url, canonical_url, title, text, publisher, lang, published_at,
        facts, hosts, first_seen_at)
    VALUES (:feed_id, :uid, :likeness, :url, :canonical_url, :title, :text, :publisher, :lang, :published_at,
        :facts, :hosts, :now)
    ON CONFLICT (feed_id, uid) DO NOTHING
"""
# The first date counts: many feeds move it with every edit, some with every request. That is no edit, but the likeness
# follows it. A text that was removed stays so.
_EDITED = """
    (url, canonical_url, title, iif(text_removed_at IS NULL, text, :text), publisher)
        IS NOT (:url, :canonical_url, :title, :text, :publisher)
"""
_EDIT = f"""
    UPDATE entries SET
        updated_at = iif({_EDITED}, :now, updated_at), likeness = :likeness, url = :url, canonical_url = :canonical_url,
        title = :title, text = iif(text_removed_at IS NULL, :text, text), publisher = :publisher, lang = :lang,
        facts = :facts, hosts = :hosts,
        published_at = coalesce(published_at, :published_at)
    WHERE feed_id = :feed_id AND uid = :uid AND (likeness IS NOT :likeness OR {_EDITED})
"""
_KNOWN = "SELECT uid FROM entries WHERE feed_id = ? AND uid IN (SELECT value FROM json_each(?))"
_ALIKE = "SELECT uid, likeness FROM entries WHERE feed_id = ? AND likeness IN (SELECT value FROM json_each(?))"
_RENAME = "UPDATE entries SET uid = :new WHERE feed_id = :feed_id AND uid = :old"
_MARK_JUDGED = "UPDATE entries SET judged_at = :now, detected_lang = :lang WHERE id = :id"
_COUNT_LANGUAGE = """
    INSERT INTO feed_languages (feed_id, lang, entries) SELECT feed_id, :lang, 1 FROM entries WHERE id = :id
    ON CONFLICT (feed_id, lang) DO UPDATE SET entries = entries + 1
"""
_REMOVE_TEXTS = """
    UPDATE entries SET text = '', text_removed_at = :now
    WHERE id > :after AND id <= :last AND first_seen_at < :before
        AND judged_at IS NOT NULL AND text_removed_at IS NULL
"""
_REMOVE_TEXTS_UP_TO = """
    UPDATE entries SET text = '', text_removed_at = :now
    WHERE id > :after AND id <= :last AND judged_at IS NOT NULL AND text_removed_at IS NULL
"""
_NEWEST_SIZES = """
    SELECT id, length(CAST(text AS BLOB)) AS bytes FROM entries WHERE id < ? ORDER BY id DESC LIMIT ?
"""
_NEXT_CHUNK = """
    SELECT max(id) AS last, min(first_seen_at) AS oldest
    FROM (SELECT id, first_seen_at FROM entries WHERE id > ? ORDER BY id LIMIT ?)
"""
_CHUNK = 5_000  # entries whose texts are removed in one transaction: others can write in between


class EntryTable:
    """Entries, as their publishers last edited them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def take(self, feed_id: int, entries: Sequence[ParsedEntry], now: datetime) -> int:
        """Store what a document holds, each uid once; returns how many entries are new.

        An entry is known by its uid for ever, also when it was gone from the document for years. One with an
        unknown uid that is like a known entry (`core.likeness`) is that entry with a new uid, unless the document
        has the known one too. A known entry that was edited is updated in place and stays judged or unjudged as
        it is: nobody is alerted of a correction. A text that was removed does not come back.
        """
        rows = [_row(feed_id, entry, now) for entry in entries]
        with self._db.transaction():
            known = {row["uid"] for row in self._db.rows(_KNOWN, (feed_id, to_json([row["uid"] for row in rows])))}
            unknown = [row for row in rows if row["uid"] not in known]
            renamed = self._rename(feed_id, unknown, known)
            new = self._db.write_many(_ADD, [row for row in unknown if row["uid"] not in renamed])
            self._db.write_many(_EDIT, [row for row in rows if row["uid"] in known | renamed])
        return new

    def _rename(self, feed_id: int, unknown: Sequence[Mapping[str, Any]], present: set[str]) -> set[str]:
        """Give known entries the new uids that they have; returns these. Entries `present` have kept theirs."""
        wanted = to_json([row["likeness"] for row in unknown if row["likeness"] is not None])
        old: defaultdict[int, list[str]] = defaultdict(list)
        for row in self._db.rows(_ALIKE, (feed_id, wanted)):
            if row["uid"] not in present:
                old[row["likeness"]].append(row["uid"])
        pairs = [(old[row["likeness"]].pop(), row["uid"]) for row in unknown if old.get(row["likeness"])]
        self._db.write_many(_RENAME, [{"feed_id": feed_id, "old": was, "new": uid} for was, uid in pairs])
        return {uid for _, uid in pairs}

    def remove_texts(self, *, before: datetime, now: datetime) -> int:
        """Remove the texts of judged entries first seen before that; returns of how many.

        Title, uid, link and likeness stay, so that no entry is ever new again.
        """
        removed = after = 0
        while (chunk := self._db.rows(_NEXT_CHUNK, (after, _CHUNK))[0])["last"] is not None:
            if chunk["oldest"] >= to_ms(before):
                break
            limits = {"after": after, "last": chunk["last"], "before": to_ms(before), "now": to_ms(now)}
            removed += self._db.write(_REMOVE_TEXTS, limits)
            after = chunk["last"]
        return removed

    def remove_texts_beyond(self, size_bytes: int, *, now: datetime) -> int:
        """Keep the newest texts that together take so much, and remove the older ones of judged entries; returns of
        how many. Reads the sizes of all texts, chunk by chunk: for once a day."""
        removed, last = 0, self._oldest_within(size_bytes)
        while last is not None:
            after = max(0, last - _CHUNK)
            removed += self._db.write(_REMOVE_TEXTS_UP_TO, {"after": after, "last": last, "now": to_ms(now)})
            last = after or None
        return removed

    def _oldest_within(self, size_bytes: int) -> int | None:
        """The newest entry whose text is too much with those of the newer ones; None: there is room for all."""
        kept, before = 0, _BEYOND_ALL
        while rows := self._db.rows(_NEWEST_SIZES, (before, _CHUNK)):
            for row in rows:
                kept += row["bytes"]
                if kept > size_bytes:
                    return int(row["id"])
            before = rows[-1]["id"]
        return None

    def unjudged(self, *, after_id: int = 0, limit: int) -> list[Entry]:
        """Entries that no rule has seen, by id, from behind `after_id`."""
        return [_entry(row) for row in self._db.rows(_UNJUDGED, (after_id, limit))]

    def unjudged_polls(self, *, after_id: int = 0, limit: int, most: int) -> list[Entry]:
        """As `unjudged`, and what else the poll of the last one brought: never part of a poll, but of more than `most`.

        So many leads of one poll can be told of together.
        """
        entries = self.unjudged(after_id=after_id, limit=limit)
        if len(entries) < limit:
            return entries
        last = entries[-1]
        poll = {"last": last.id, "feed_id": last.feed_id, "first_seen_at": to_ms(last.first_seen_at)}
        rest = self._db.rows(_REST_OF_POLL, {**poll, "limit": max(0, most - limit)})
        return entries + [_entry(row) for row in rest]

    def count_since(self, since: datetime) -> int:
        """How many were first seen after `since`. Reads the whole table: for once a day."""
        row = self._db.row("SELECT count(*) AS entries FROM entries WHERE first_seen_at > ?", (to_ms(since),))
        return 0 if row is None else int(row["entries"])

    def mark_judged(self, languages: Mapping[int, str | None], now: datetime) -> None:
        """The rules have seen these entries, whatever came of it. Keeps the language of each, where it was told."""
        marks = [{"id": entry_id, "lang": lang, "now": to_ms(now)} for entry_id, lang in languages.items()]
        with self._db.transaction():
            self._db.write_many(_MARK_JUDGED, marks)
            self._db.write_many(_COUNT_LANGUAGE, [mark for mark in marks if mark["lang"]])

    def get(self, entry_id: int) -> Entry | None:
        """The entry; None: there is none."""
        row = self._db.row(f"{_SELECT} WHERE entries.id = ?", (entry_id,))
        return None if row is None else _entry(row)

    def seen_since(self, moment: datetime, *, size: int) -> tuple[int, Iterator[list[Entry]]]:
        """How many entries were first seen since then, and these, by id, so many at a time.

        Reads a page when it is asked for: memory does not grow with the history. What comes in meanwhile is not in it.
        """
        span = self._db.rows(_SEEN_SINCE, (to_ms(moment),))[0]

        def pages() -> Iterator[list[Entry]]:
            limits = {"after": (span["first"] or 0) - 1, "last": span["last"], "since": to_ms(moment), "size": size}
            while page := [_entry(row) for row in self._db.rows(_PAGE, limits)]:
                yield page
                limits["after"] = page[-1].id

        return int(span["entries"]), pages()

    def count(self) -> int:
        """All entries, judged or not."""
        row = self._db.row("SELECT count(*) AS entries FROM entries")
        return 0 if row is None else int(row["entries"])


def _row(feed_id: int, entry: ParsedEntry, now: datetime) -> dict[str, Any]:
    return {
        "feed_id": feed_id,
        "uid": entry.uid,
        "likeness": likeness(entry),
        "url": entry.url,
        "canonical_url": entry.canonical_url,
        "title": entry.title,
        "text": entry.text,
        "publisher": entry.publisher,
        "lang": entry.lang,
        "published_at": to_ms_or_none(entry.published_at),
        "facts": to_json(entry.facts) if entry.facts else None,
        "hosts": " ".join(entry.hosts) or None,
        "now": to_ms(now),
    }


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
        usual_lang=row["usual_lang"],
        published_at=from_ms_or_none(row["published_at"]),
        first_seen_at=from_ms(row["first_seen_at"]),
        first_sight=bool(row["first_sight"]),
        facts=json.loads(row["facts"]) if row["facts"] else {},
        hosts=tuple(row["hosts"].split()) if row["hosts"] else (),
        updated_at=from_ms_or_none(row["updated_at"]),
    )
