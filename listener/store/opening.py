"""Opening the database file: look first, refuse what is not ours, then bring the schema up to date."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from listener.errors import NewerDatabase, NotADatabase, StoreError

_CACHE_KIB = 16_384
"""Of pages in memory; taken as the file grows. With SQLite's own 2 MB, a year of leads reads its indexes from disk."""
_BUSY_TIMEOUT_S = 5.0

# https://www.sqlite.org/fileformat2.html#the_database_header
_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\0"
_SCHEMA_VERSION_AT = slice(40, 44)  # zero until the first table is made
_APPLICATION_ID_AT = slice(68, 72)
_APPLICATION_ID = b"lstn"  # says that the file is ours; the first migration writes it


def connect(path: Path, *, migrate: bool = True) -> sqlite3.Connection:
    """A connection to the listener database at `path`, created or (`migrate`) migrated where that is needed.

    Fits `Connection`. Raises NotADatabase, NewerDatabase or StoreError; a refused file is left as it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(path)
        _refuse_unwritable(path)
        return _open(path, migrate)
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """A connection to the existing database at `path` by which nothing can be written. Raises as `connect` does."""
    try:
        _refuse_foreign(path)
        raw = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro",
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        return _checked(raw, path)
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


def _checked(raw: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """The connection, once its schema is known to be of this version; closed otherwise."""
    try:
        _migrate(raw, path, migrate=False)
    except BaseException:
        raw.close()
        raise
    raw.row_factory = sqlite3.Row
    return raw


def look(path: Path) -> None:
    """See whether `connect` would work, without writing anything.

    Raises NotADatabase, NewerDatabase or StoreError. A new database needs a folder that can be written, or made.
    """
    try:
        _refuse_foreign(path)
        existing = next(folder for folder in path.resolve().parents if folder.exists())
        _refuse_unwritable(path if existing == path.resolve().parent else existing / path.name)
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: OSError | sqlite3.Error) -> StoreError:
    """The error that says which path is meant, who we are and what to do."""
    reason = error.strerror if isinstance(error, OSError) else str(error)
    uid = os.getuid()
    if "locked" in str(error):
        remedy = "Another program keeps it locked: wait for it or end it, then try again."
    elif "full" in str(error):
        remedy = "Make room on that disk."
    else:
        remedy = f"Mount {path.parent} writable and give it to this user: chown -R {uid} {path.parent}"
    return StoreError(f"{path}: the database cannot be written as uid {uid} ({reason}). {remedy}")


def _refuse_foreign(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_file():
        raise NotADatabase(f"{path}: not a file. Set [listener] database to a file.")
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return  # an empty file is an empty database
    if not header.startswith(_MAGIC):
        raise _not_ours(path, "no SQLite database")
    if header[_APPLICATION_ID_AT] == _APPLICATION_ID or path.with_name(path.name + "-wal").exists():
        _refuse_content(path)
    elif any(header[_SCHEMA_VERSION_AT]):
        raise _not_ours(path, "the database of another program")


def _refuse_content(path: Path) -> None:
    """Reads the database itself: what the header says may be out of date while there is a write-ahead log."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S)) as raw:
            if raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                _refuse_schema(path, raw)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        remedy = f"It is left as it is. If it was listener's, keep a copy of {path}, then `listener restore` a backup"
        raise NotADatabase(f"{path}: no readable SQLite database ({error}). {remedy}.") from error


def _refuse_schema(path: Path, raw: sqlite3.Connection) -> None:
    from listener.lean.sqlite_utils import Database
    from listener.store.migrations import MIGRATIONS

    if raw.execute("PRAGMA application_id").fetchone()[0] != int.from_bytes(_APPLICATION_ID):
        raise _not_ours(path, "the database of another program")
    applied = {step.name for step in MIGRATIONS.applied(Database(raw, execute_plugins=False))}
    with Database(memory=True, execute_plugins=False) as empty:
        known = {step.name for step in MIGRATIONS.pending(empty)}
    if unknown := sorted(applied - known):
        raise NewerDatabase(
            f"{path}: written by a later version of listener ({', '.join(unknown)}). "
            "Install that version again, or restore a backup from before the upgrade."
        )


def _not_ours(path: Path, what: str) -> NotADatabase:
    return NotADatabase(f"{path}: {what}. It is left as it is; set [listener] database to another path.")


def _refuse_unwritable(path: Path) -> None:
    """SQLite falls back to reading when it may not write, and would say so only at the first write."""
    for needed in (path.parent, path):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise PermissionError(None, "no permission to write, or a read-only mount")


def _open(path: Path, migrate: bool) -> sqlite3.Connection:
    raw = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        _use_wal(raw)
        raw.execute("PRAGMA synchronous = FULL")  # what was committed survives a power cut; 0.2 ms a commit on an SSD
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        _migrate(raw, path, migrate)
    except BaseException:
        raw.close()
        raise
    raw.row_factory = sqlite3.Row
    return raw


def _use_wal(raw: sqlite3.Connection) -> None:
    """The switch does not wait for another process that switches the same new file; taking the write lock does."""
    try:
        raw.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("ROLLBACK")
        raw.execute("PRAGMA journal_mode = WAL")


def _migrate(raw: sqlite3.Connection, path: Path, migrate: bool) -> None:
    """Takes the write lock only when there is something to do: a reader never waits for the daemon."""
    from listener.lean.sqlite_utils import Database
    from listener.store.connection import Connection
    from listener.store.migrations import MIGRATIONS

    database = Database(raw, execute_plugins=False)
    if not MIGRATIONS.pending(database):
        return
    if not migrate:
        raise StoreError(
            f"{path}: written by an earlier version of listener. Start `listener run` or `listener once` of this "
            "version once: that brings it up to date."
        )
    with Connection(raw).transaction():
        MIGRATIONS.apply(database)
