"""The notices table: what was told besides leads, by a key of what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from listener.store.columns import from_ms, to_json, to_ms
from listener.store.connection import Connection

_TOLD = """
    INSERT INTO notices (key, words, told_at) VALUES (:key, :words, :now)
    ON CONFLICT (key) DO UPDATE SET words = :words, told_at = :now
"""


class NoticeTable:
    """What was told and is not over."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def told(self, prefix: str) -> dict[str, str]:
        """The words of everything whose key begins so, by key."""
        rows = self._db.rows("SELECT key, words FROM notices WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))
        return {row["key"]: row["words"] for row in rows}

    def told_at(self, key: str) -> datetime | None:
        """When it was told last; None: never, or it was forgotten since."""
        row = self._db.row("SELECT told_at FROM notices WHERE key = ?", (key,))
        return None if row is None else from_ms(row["told_at"])

    def record(self, words: Mapping[str, str], now: datetime) -> None:
        """These were told, by key."""
        self._db.write_many(_TOLD, [{"key": key, "words": each, "now": to_ms(now)} for key, each in words.items()])

    def forget(self, keys: Iterable[str]) -> None:
        """They are over and may be told anew."""
        self._db.write("DELETE FROM notices WHERE key IN (SELECT value FROM json_each(?))", (to_json(list(keys)),))
