"""The destinations table: how each destination takes its messages. One without a row never got any."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from listener.core.timing import DOWN_AFTER
from listener.model import DestinationHealth, DestinationState
from listener.store.columns import from_ms_or_none, to_ms
from listener.store.connection import Connection

_SENT = """
    INSERT INTO destinations (name, last_sent_at, sent) VALUES (:name, :now, 1)
    ON CONFLICT (name) DO UPDATE SET
        failures = 0, failing_since_at = NULL, rest_until_at = NULL, last_error = NULL, last_sent_at = :now,
        sent = sent + 1
"""
_FAILED = """
    INSERT INTO destinations (name, failures, failing_since_at, last_error, rest_until_at, failed)
    VALUES (:name, :failures, :now, :error, :rest, 1)
    ON CONFLICT (name) DO UPDATE SET
        failures = :failures, failing_since_at = coalesce(failing_since_at, :now),
        last_error = :error, rest_until_at = :rest, failed = failed + 1
"""
_STORM = """
    INSERT INTO destinations (name, storm_at) VALUES (:name, :now) ON CONFLICT (name) DO UPDATE SET storm_at = :now
"""


class DestinationTable:
    """What the last messages taught about each destination."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def record_sent(self, name: str, now: datetime) -> None:
        """It took a message."""
        self._db.write(_SENT, {"name": name, "now": to_ms(now)})

    def record_failed(self, name: str, error: str, *, failures: int, rest_until: datetime, now: datetime) -> None:
        """A message failed, the `failures`-th in a row; none is sent before `rest_until`."""
        rest = to_ms(rest_until)
        self._db.write(_FAILED, {"name": name, "failures": failures, "error": error, "rest": rest, "now": to_ms(now)})

    def record_storm(self, name: str, now: datetime) -> None:
        """Too many messages at once became a digest."""
        self._db.write(_STORM, {"name": name, "now": to_ms(now)})

    def wake(self) -> None:
        """Let every destination be tried at once: the operator may have mended it."""
        self._db.write("UPDATE destinations SET rest_until_at = NULL WHERE rest_until_at IS NOT NULL")

    def resting(self, now: datetime) -> frozenset[str]:
        """Those that are let alone for now."""
        rows = self._db.rows("SELECT name FROM destinations WHERE rest_until_at > ?", (to_ms(now),))
        return frozenset(row["name"] for row in rows)

    def get(self, name: str) -> DestinationState:
        """How a destination is."""
        row = self._db.row("SELECT * FROM destinations WHERE name = ?", (name,))
        return _untried(name) if row is None else _state(row)

    def all(self) -> list[DestinationState]:
        """Those that ever got a message, by name; also what config.toml names no more."""
        return [_state(row) for row in self._db.rows("SELECT * FROM destinations ORDER BY name")]


def _health(failures: int) -> DestinationHealth:
    if failures >= DOWN_AFTER:
        return DestinationHealth.DOWN
    return DestinationHealth.FAILING if failures else DestinationHealth.OK


def _untried(name: str) -> DestinationState:
    return DestinationState(
        name=name,
        health=DestinationHealth.OK,
        failures=0,
        failing_since_at=None,
        rest_until_at=None,
        last_error=None,
        last_sent_at=None,
        storm_at=None,
        sent=0,
        failed=0,
    )


def _state(row: sqlite3.Row) -> DestinationState:
    return DestinationState(
        name=row["name"],
        health=_health(row["failures"]),
        failures=row["failures"],
        failing_since_at=from_ms_or_none(row["failing_since_at"]),
        rest_until_at=from_ms_or_none(row["rest_until_at"]),
        last_error=row["last_error"],
        last_sent_at=from_ms_or_none(row["last_sent_at"]),
        storm_at=from_ms_or_none(row["storm_at"]),
        sent=row["sent"],
        failed=row["failed"],
    )
