"""One SQLite connection for all threads of the process, and its transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Parameters = Sequence[Any] | Mapping[str, Any]


class Connection:
    """Serves one thread at a time: who holds the transaction holds the connection.

    Expects a connection made with `isolation_level=None` and `check_same_thread=False`.
    """

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._lock = threading.RLock()
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. An inner transaction becomes part of the outer one, which alone commits.

        BEGIN IMMEDIATE takes the write lock at once, because a transaction that reads first cannot wait
        for it later. An exception undoes the transaction it leaves, and no more than that.

        Raises sqlite3.OperationalError: "database is locked" when another process keeps the write lock
        beyond the busy timeout, "database or disk is full" and the like from within.
        """
        with self._lock:
            begin, commit, undo = _OUTER if self._depth == 0 else self._inner()
            self._raw.execute(begin)
            self._depth += 1
            try:
                yield
                self._raw.execute(commit)
            except BaseException:
                if self._raw.in_transaction:  # SQLite itself rolls back after some errors
                    for statement in undo:
                        self._raw.execute(statement)
                raise
            finally:
                self._depth -= 1

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """What the query finds, read to its end: a half-read one would pin an old state of the database."""
        with self._lock:
            return self._raw.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row that the query finds; None: it finds none."""
        return next(iter(self.rows(sql, parameters)), None)

    def write(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement in a transaction; returns the number of changed rows."""
        with self._lock:
            return self._one_statement(sql, parameters).rowcount

    def write_many(self, sql: str, parameters: Iterable[Parameters]) -> int:
        """Run one statement for each set of parameters in a transaction; returns the number of changed rows."""
        with self.transaction():
            return self._raw.executemany(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Parameters) -> int:
        """Run one INSERT in a transaction; returns the new row's id."""
        with self._lock:
            row_id = self._one_statement(sql, parameters).lastrowid
            if row_id is None:
                raise ValueError("no INSERT statement")
            return row_id

    def close(self) -> None:
        """Release the file. A second call does nothing."""
        with self._lock:
            self._raw.close()

    def _one_statement(self, sql: str, parameters: Parameters) -> sqlite3.Cursor:
        """Within a transaction a statement needs none of its own: SQLite undoes one that fails."""
        if self._depth:
            self._inner()
            return self._raw.execute(sql, parameters)
        with self.transaction():
            return self._raw.execute(sql, parameters)

    def _inner(self) -> tuple[str, str, tuple[str, ...]]:
        if not self._raw.in_transaction:
            raise sqlite3.OperationalError("the transaction was rolled back after an earlier error")
        return _INNER


_OUTER = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_INNER = ("SAVEPOINT nested", "RELEASE nested", ("ROLLBACK TO nested", "RELEASE nested"))
