"""Is the database sound, and does its time agree with the clock? For `listener doctor`."""

from __future__ import annotations

from datetime import datetime

from listener.store.columns import from_ms_or_none, to_ms
from listener.store.connection import Connection

_MOST_PROBLEMS = 3  # one damaged page may damage thousands of rows
_UNDER_WAY = """
    SELECT (SELECT count(*) FROM feeds WHERE leased_until_at > :now)
        + (SELECT count(*) FROM deliveries WHERE state = 'sending') AS number
"""
_NEWEST = """
    SELECT max(at) AS at FROM (
        SELECT max(last_polled_at) AS at FROM feeds
        UNION ALL SELECT first_seen_at FROM (SELECT first_seen_at FROM entries ORDER BY id DESC LIMIT 1)
        UNION ALL SELECT updated_at FROM (SELECT updated_at FROM leads ORDER BY id DESC LIMIT 1)
    )
"""


class CheckupQueries:
    """Reads only."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def damage(self) -> list[str]:
        """What is wrong with the file, in SQLite's words; nothing: it is sound. Reads all of it.

        Raises sqlite3.DatabaseError where it is too damaged to be looked at.
        """
        found = [row[0] for row in self._db.rows(f"PRAGMA integrity_check({_MOST_PROBLEMS})")]
        orphans = self._db.rows("PRAGMA foreign_key_check")
        tables = sorted({f"{row['table']} without their {row['parent']}" for row in orphans})
        return [problem for problem in found if problem != "ok"] + [f"rows of {each}" for each in tables]

    def under_way(self, now: datetime) -> int:
        """Feeds and deliveries that a daemon has claimed and not finished."""
        return int(self._db.rows(_UNDER_WAY, {"now": to_ms(now)})[0]["number"])

    def newest(self) -> datetime | None:
        """When something was last written, as far as a few rows tell; None: nothing was."""
        return from_ms_or_none(self._db.rows(_NEWEST)[0]["at"])
