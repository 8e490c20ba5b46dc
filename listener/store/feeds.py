"""The feeds table: what is polled, when next, and what the last poll taught. Its rows are the poll queue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from listener.core.cadence import from_arrivals
from listener.model import Cadence, FailureKind, Feed, FeedSpec, Fetched, FetchFailed, NotModified, PollHints
from listener.store.columns import (
    duration_to_ms,
    from_ms_or_none,
    to_json,
    to_ms,
    to_ms_or_none,
)
from listener.store.connection import Connection
from listener.store.entries import EntryTable

# An unchanged feed is not written. One that comes back is due at once, even when it was gone. A new
# interval counts from now on, unless the feed is failing and has to wait anyway.
_SYNC = """
    INSERT INTO feeds (url, given_name, host, tags, interval_ms, lang, next_poll_at, created_at)
    VALUES (:url, :name, :host, :tags, :interval_ms, :lang, :now, :now)
    ON CONFLICT (url) DO UPDATE SET
        given_name = excluded.given_name, tags = excluded.tags, interval_ms = excluded.interval_ms,
        lang = excluded.lang, active = 1,
        next_poll_at = CASE
            WHEN NOT active THEN max(:now, coalesce(pause_until_at, :now))
            WHEN interval_ms IS NOT excluded.interval_ms AND failures = 0 THEN :now
            ELSE next_poll_at
        END
    WHERE (given_name, tags, interval_ms, lang, active)
        IS NOT (excluded.given_name, excluded.tags, excluded.interval_ms, excluded.lang, 1)
"""
_DROP = "UPDATE feeds SET active = 0 WHERE active AND url NOT IN (SELECT value FROM json_each(?))"

_FIND_DUE = "SELECT * FROM feeds WHERE ready_at <= :now ORDER BY ready_at, id LIMIT :limit"
_FIND_FORCED = """
    SELECT * FROM feeds
    WHERE ready_at IS NOT NULL
        AND (leased_until_at IS NULL OR leased_until_at <= :now)
        AND (pause_until_at IS NULL OR pause_until_at <= :now)
        AND (last_polled_at IS NULL OR last_polled_at < :now)
    ORDER BY ready_at, id LIMIT :limit
"""

_SUCCEEDED = """
    next_poll_at = :next_poll_at, last_polled_at = :now, first_success_at = coalesce(first_success_at, :now),
    last_success_at = :now, failures = 0, failing_since_at = NULL, last_error = NULL, last_error_kind = NULL,
    pause_until_at = NULL, leased_until_at = NULL
"""
_RECORD_NOT_MODIFIED = f"""
    UPDATE feeds SET {_SUCCEEDED},
        etag = coalesce(:etag, etag), last_modified = coalesce(:last_modified, last_modified),
        moved_to = coalesce(:moved_to, moved_to),
        hints = iif(:max_age_ms IS NULL, hints, json_set(coalesce(hints, json_object()), '$.max_age_ms', :max_age_ms))
    WHERE id = :feed_id
"""
_RECORD_FETCHED = f"""
    UPDATE feeds SET {_SUCCEEDED},
        etag = :etag, last_modified = :last_modified, body_hash = :body_hash,
        title = coalesce(:title, title), moved_to = coalesce(:moved_to, moved_to),
        last_entry_at = iif(:new, :now, last_entry_at), entries = entries + :new,
        last_news_at = CASE WHEN NOT :new THEN last_news_at WHEN first_success_at IS NULL THEN :newest_at ELSE :now END,
        hints = :hints, gap_ms = coalesce(:gap_ms, gap_ms), silence_ms = coalesce(:silence_ms, silence_ms)
    WHERE id = :feed_id
"""
_RECORD_FAILED = """
    UPDATE feeds SET
        next_poll_at = :next_poll_at, last_polled_at = :now, failures = failures + 1,
        failing_since_at = coalesce(failing_since_at, :now), last_error = :message, last_error_kind = :kind,
        pause_until_at = :pause_until_at, leased_until_at = NULL
    WHERE id = :feed_id
"""

_MOVED_FAILURES = 3  # a server's bad hour should not send every poll through the old address again
_MOVE_BACK = """
    UPDATE feeds SET moved_to = NULL, etag = NULL, last_modified = NULL
    WHERE id = :feed_id AND moved_to IS NOT NULL AND (failures >= :failures OR last_error_kind = 'gone')
"""
_LONGEST_HOST_PAUSE = timedelta(hours=1)
_NEIGHBOURS = """
    SELECT id FROM feeds
    WHERE host = (SELECT host FROM feeds WHERE id = :feed_id) AND active AND next_poll_at IS NOT NULL
"""
_PAUSED_NEIGHBOUR = f"{_NEIGHBOURS} AND pause_until_at > :now AND id != :feed_id LIMIT 1"
_PAUSE = """
    UPDATE feeds SET next_poll_at = max(next_poll_at, ?), pause_until_at = max(coalesce(pause_until_at, 0), ?)
    WHERE id = ?
"""

_UNTOLD = """
    SELECT * FROM feeds WHERE active AND told_at IS NULL AND (failures >= ? OR next_poll_at IS NULL) ORDER BY id
"""
_RECOVERED = """
    SELECT * FROM feeds WHERE active AND told_at IS NOT NULL AND failures = 0 AND next_poll_at IS NOT NULL ORDER BY id
"""


class FeedTable:
    """Feeds by configuration, and their state by polling. A lease keeps a claimed feed from being claimed twice."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._entries = EntryTable(connection)

    def sync(self, specs: Sequence[FeedSpec], now: datetime) -> None:
        """Make the active feeds those of the configuration.

        A new feed is due at once. One that is no longer named keeps its row and entries and is not polled;
        named again it is due at once, even when the server had said that it is gone.
        """
        with self._db.transaction():
            self._db.write_many(_SYNC, [_spec_row(spec, now) for spec in specs])
            self._db.write(_DROP, (to_json([spec.url for spec in specs]),))

    def all(self) -> list[Feed]:
        """The active feeds, by id."""
        return [_feed(row) for row in self._db.rows("SELECT * FROM feeds WHERE active ORDER BY id")]

    def get(self, feed_id: int) -> Feed:
        """The feed, active or not. Raises LookupError when there is none."""
        row = self._db.row("SELECT * FROM feeds WHERE id = ?", (feed_id,))
        if row is None:
            raise LookupError(f"no feed {feed_id}")
        return _feed(row)

    def claim_due(self, now: datetime, *, limit: int, lease: timedelta, force: bool = False) -> list[Feed]:
        """Lease the active feeds that are due, longest due first, until `now` + `lease`.

        `force` leases every active feed that is not gone, whose server asked for no pause beyond `now` and
        that was not polled since `now`: with the same `now` again and again it ends when all were polled.
        """
        query = _FIND_FORCED if force else _FIND_DUE
        with self._db.transaction():
            feeds = [_feed(row) for row in self._db.rows(query, {"now": to_ms(now), "limit": limit})]
            self._lease([feed.id for feed in feeds], now + lease)
        return feeds

    def release(self, feed_ids: Iterable[int]) -> None:
        """Give leases back: the feeds are as due as before."""
        self._lease(feed_ids, None)

    def release_all(self) -> None:
        """Give all leases back: those of a daemon that crashed. Call it under `Store.lock`."""
        self._db.write("UPDATE feeds SET leased_until_at = NULL WHERE leased_until_at IS NOT NULL")

    def record_fetched(
        self, outcome: Fetched, *, next_poll_at: datetime, now: datetime, cadence: Cadence | None = None
    ) -> int:
        """Store the entries and the feed's state; returns the number of new entries, see `EntryTable.take`.

        `cadence` None: the dates do not tell it, it is estimated from when new entries came.
        """
        state = {
            "feed_id": outcome.feed_id,
            "next_poll_at": to_ms(next_poll_at),
            "now": to_ms(now),
            "etag": outcome.etag,
            "last_modified": outcome.last_modified,
            "body_hash": outcome.body_hash,
            "title": outcome.title,
            "moved_to": outcome.moved_to,
            "hints": _hints_json(outcome.hints),
            "newest_at": to_ms(min(max(_dates(outcome), default=now), now)),
        }
        with self._db.transaction():
            new = self._entries.take(outcome.feed_id, outcome.entries, now)
            cadence = cadence or self._cadence_by_arrivals(outcome.feed_id, new, now)
            self._db.write(_RECORD_FETCHED, {**state, "new": new} | _cadence_columns(cadence))
        return new

    def record_not_modified(self, outcome: NotModified, *, next_poll_at: datetime, now: datetime) -> None:
        """The poll succeeded and brought nothing but perhaps new validators."""
        state = {
            "feed_id": outcome.feed_id,
            "etag": outcome.etag,
            "last_modified": outcome.last_modified,
            "max_age_ms": None if outcome.max_age is None else duration_to_ms(outcome.max_age),
            "moved_to": outcome.moved_to,
            "next_poll_at": to_ms(next_poll_at),
            "now": to_ms(now),
        }
        self._db.write(_RECORD_NOT_MODIFIED, state)

    def record_failed(self, outcome: FetchFailed, *, next_poll_at: datetime | None, now: datetime) -> None:
        """The poll failed; `next_poll_at` None: the feed is gone and never polled again.

        A feed that had moved is looked for at its own URL again after a few failures, or when it is gone there.
        """
        pause_until = None if outcome.retry_after is None else now + outcome.retry_after
        state = {
            "feed_id": outcome.feed_id,
            "next_poll_at": to_ms_or_none(next_poll_at),
            "now": to_ms(now),
            "message": outcome.message,
            "kind": outcome.kind,
            "pause_until_at": to_ms_or_none(pause_until),
        }
        with self._db.transaction():
            self._db.write(_RECORD_FAILED, state)
            self._db.write(_MOVE_BACK, {"feed_id": outcome.feed_id, "failures": _MOVED_FAILURES})

    def pause_host_if_it_asked(self, feed_id: int, *, retry_after: timedelta, now: datetime) -> set[int]:
        """Pause all feeds of the feed's host if it is the host that asked for a pause; returns which, or none.

        A pause is asked for in the answer for one feed, and mostly means that feed. When a second feed of the host
        is told the same before the first one's pause is over, it is taken to mean the host: for as long as the
        second one asks, an hour at most, because a mistake here silences many feeds.
        """
        until = now + min(retry_after, _LONGEST_HOST_PAUSE)
        wanted = {"feed_id": feed_id, "until": to_ms(until), "now": to_ms(now)}
        with self._db.transaction():
            if self._db.row(_PAUSED_NEIGHBOUR, wanted) is None:
                return set()
            feeds = {row["id"] for row in self._db.rows(_NEIGHBOURS, wanted)}
            self._db.write_many(_PAUSE, [(wanted["until"], wanted["until"], each) for each in feeds])
            return feeds

    def _cadence_by_arrivals(self, feed_id: int, new: int, now: datetime) -> Cadence | None:
        feed = self.get(feed_id)
        if not new or feed.last_entry_at is None:
            return None
        return from_arrivals(feed.cadence, last_entry_at=feed.last_entry_at, new=new, now=now)

    def slow(self) -> set[int]:
        """Feeds that needed longer than a batch waits, when they were last asked."""
        return {row["feed_id"] for row in self._db.rows("SELECT feed_id FROM slow_feeds")}

    def record_slow(self, feed_ids: Iterable[int]) -> None:
        """These needed longer than a batch waits."""
        self._db.write_many("INSERT OR IGNORE INTO slow_feeds VALUES (?)", [(each,) for each in feed_ids])

    def record_quick(self, feed_ids: Iterable[int]) -> None:
        """These answered in time."""
        self._db.write_many("DELETE FROM slow_feeds WHERE feed_id = ?", [(each,) for each in feed_ids])

    def untold(self, *, report_after: int) -> list[Feed]:
        """Active feeds that are gone or failed so often in a row, of which the operator was not told."""
        return [_feed(row) for row in self._db.rows(_UNTOLD, (report_after,))]

    def last_news_at(self) -> datetime | None:
        """When any feed last had something new; of one that never had, when it was added. None: there is no feed."""
        row = self._db.row("SELECT max(coalesce(last_entry_at, created_at)) AS at FROM feeds WHERE active")
        return None if row is None else from_ms_or_none(row["at"])

    def recovered(self) -> list[Feed]:
        """Active feeds that are well again, of which the operator was told that they were not."""
        return [_feed(row) for row in self._db.rows(_RECOVERED)]

    def record_told(self, feed_ids: Iterable[int], at: datetime | None) -> None:
        """The operator knows that these feeds are in trouble, since `at`; None: that they are well."""
        told_at = to_ms_or_none(at)
        self._db.write_many("UPDATE feeds SET told_at = ? WHERE id = ?", [(told_at, each) for each in feed_ids])

    def next_due_at(self) -> datetime | None:
        """When the next feed can be claimed; None: there is none to poll."""
        row = self._db.row("SELECT min(ready_at) AS at FROM feeds WHERE ready_at IS NOT NULL")
        return None if row is None else from_ms_or_none(row["at"])

    def _lease(self, feed_ids: Iterable[int], until: datetime | None) -> None:
        until_at = to_ms_or_none(until)
        self._db.write_many(
            "UPDATE feeds SET leased_until_at = ? WHERE id = ?", [(until_at, feed_id) for feed_id in feed_ids]
        )


def _spec_row(spec: FeedSpec, now: datetime) -> dict[str, Any]:
    return {
        "url": spec.url,
        "name": spec.name,
        "host": urlsplit(spec.url).hostname or spec.url,
        "tags": to_json(spec.tags),
        "interval_ms": None if spec.interval is None else duration_to_ms(spec.interval),
        "lang": spec.lang,
        "now": to_ms(now),
    }


def _dates(outcome: Fetched) -> Iterator[datetime]:
    return (entry.published_at for entry in outcome.entries if entry.published_at is not None)


def _cadence_columns(cadence: Cadence | None) -> dict[str, int | None]:
    if cadence is None:
        return {"gap_ms": None, "silence_ms": None}
    return {"gap_ms": duration_to_ms(cadence.gap), "silence_ms": duration_to_ms(cadence.silence)}


def _cadence(row: sqlite3.Row) -> Cadence | None:
    if row["gap_ms"] is None:
        return None
    return Cadence(gap=timedelta(milliseconds=row["gap_ms"]), silence=timedelta(milliseconds=row["silence_ms"]))


def _hints_json(hints: PollHints) -> str | None:
    if hints == PollHints():
        return None
    durations = {"at_least_ms": duration_to_ms(hints.at_least), "max_age_ms": duration_to_ms(hints.max_age)}
    return to_json({**durations, "skip_hours": hints.skip_hours, "skip_days": hints.skip_days})


def _hints(text: str | None) -> PollHints:
    if text is None:
        return PollHints()
    values = json.loads(text)
    return PollHints(
        at_least=timedelta(milliseconds=values.get("at_least_ms", 0)),
        max_age=timedelta(milliseconds=values.get("max_age_ms", 0)),
        skip_hours=tuple(values.get("skip_hours", ())),
        skip_days=tuple(values.get("skip_days", ())),
    )


def _feed(row: sqlite3.Row) -> Feed:
    interval_ms, kind = row["interval_ms"], row["last_error_kind"]
    return Feed(
        id=row["id"],
        url=row["url"],
        moved_to=row["moved_to"],
        name=row["name"],
        tags=tuple(json.loads(row["tags"])),
        lang=row["lang"],
        interval=None if interval_ms is None else timedelta(milliseconds=interval_ms),
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        next_poll_at=from_ms_or_none(row["next_poll_at"]),
        last_polled_at=from_ms_or_none(row["last_polled_at"]),
        first_success_at=from_ms_or_none(row["first_success_at"]),
        last_success_at=from_ms_or_none(row["last_success_at"]),
        last_entry_at=from_ms_or_none(row["last_entry_at"]),
        last_news_at=from_ms_or_none(row["last_news_at"]),
        cadence=_cadence(row),
        hints=_hints(row["hints"]),
        failing_since_at=from_ms_or_none(row["failing_since_at"]),
        failures=row["failures"],
        last_error=row["last_error"],
        last_error_kind=None if kind is None else FailureKind(kind),
        entries=row["entries"],
    )
