"""Mentions: entries that name an account without an event."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from listener.core.company import company_key
from listener.model import Mention, StoredMention
from listener.store.columns import from_ms, from_ms_or_none, to_ms
from listener.store.connection import Connection

_ADD = """
    INSERT INTO mentions (entry_id, account_key, account, certainty, how, quote, created_at)
    VALUES (:entry_id, :account_key, :account, :certainty, :how, :quote, :now)
    ON CONFLICT (account_key, entry_id) DO NOTHING
"""
_OF_ACCOUNT = """
    SELECT mentions.*, entries.title, entries.url, entries.published_at
    FROM mentions JOIN entries ON entries.id = mentions.entry_id
    WHERE mentions.account_key = ? ORDER BY mentions.entry_id DESC LIMIT ?
"""


class MentionTable:
    """Who was named where. An account is known by the key of its name, as the prospect of its leads is."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, entry_id: int, mentions: Iterable[Mention], now: datetime) -> int:
        """Store what an entry mentions, each account once; returns how many are new."""
        return self._db.write_many(_ADD, [_row(entry_id, mention, now) for mention in mentions])

    def of_account(self, account_key: str, *, limit: int) -> list[StoredMention]:
        """Where the account of that `company_key` was named, the newest first."""
        return [_mention(row) for row in self._db.rows(_OF_ACCOUNT, (account_key, limit))]


def _row(entry_id: int, mention: Mention, now: datetime) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "account_key": company_key(mention.hit.account.name),
        "account": mention.hit.account.name,
        "certainty": mention.hit.certainty,
        "how": mention.hit.how,
        "quote": mention.quote,
        "now": to_ms(now),
    }


def _mention(row: sqlite3.Row) -> StoredMention:
    return StoredMention(
        entry_id=row["entry_id"],
        account=row["account"],
        certainty=row["certainty"],
        how=row["how"],
        quote=row["quote"],
        title=row["title"],
        url=row["url"],
        published_at=from_ms_or_none(row["published_at"]),
        created_at=from_ms(row["created_at"]),
    )
