"""Copies of the database: taken while it is in use, verified, rotated, put back."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from listener.errors import NotADatabase, StoreError
from listener.store.opening import connect, look, unusable

_ABANDONED = timedelta(days=1)  # a copy of 10 GB takes minutes
_NAME = re.compile(r"listener-\d{8}T\d{6}Z\.db")


def back_up(database: Path, folder: Path, *, now: datetime, keep: int) -> Path:
    """A verified copy of the database as of now in `folder`, of which the newest `keep` stay; returns its path.

    Who uses the database goes on meanwhile. The copy appears under its name only when it is whole. Other files in the
    folder are left alone. Raises StoreError.
    """
    look(database)
    target = folder / f"listener-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder, now)
        _copy(database, target)
        _rotate(folder, keep)
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        if isinstance(error, OSError | sqlite3.OperationalError):
            remedy = f"Give {folder} room, and write permission to uid {os.getuid()}"
        else:
            remedy = f"{database} is damaged: keep a copy of it, then `listener restore` an older backup"
        raise StoreError(f"{target}: the backup could not be made ({reason}). {remedy}") from error
    return target


def _copy(database: Path, target: Path) -> None:
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True)) as raw:
            raw.execute("VACUUM INTO ?", (str(unfinished),))  # which SQLite 3.40 cannot do with mode=ro
        if damage := _damage(unfinished):
            raise sqlite3.DatabaseError(damage)
        _flush(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _sweep(folder: Path, now: datetime) -> None:
    """Remove what a kill left half done. A younger one may be the work of somebody else."""
    for unfinished in folder.glob("listener-*.db.unfinished"):
        if unfinished.stat().st_mtime < (now - _ABANDONED).timestamp():
            unfinished.unlink(missing_ok=True)


def newest(folder: Path) -> datetime | None:
    """When the newest backup in the folder was made; None: there is none."""
    names = [path.name for path in folder.glob("listener-*.db") if _NAME.fullmatch(path.name)]
    return datetime.strptime(max(names), "listener-%Y%m%dT%H%M%SZ.db").replace(tzinfo=UTC) if names else None


def verify(database: Path) -> None:
    """Raises StoreError unless the file is a whole database of listener's, of this version or an earlier one."""
    if not database.is_file():
        raise StoreError(f"{database}: there is no such file. `listener backup` makes one")
    try:
        look(database)
    except NotADatabase as error:
        raise NotADatabase(f"{database}: no backup of listener's, or it is damaged. Take another one") from error
    if damage := _damage(database):
        raise StoreError(f"{database}: it is damaged ({damage}). Take an older backup")


def _damage(database: Path) -> str | None:
    """What is wrong with the file, in SQLite's words; None: it is whole."""
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as raw:
            found = [row[0] for row in raw.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        found = [str(error)]
    return None if found == ["ok"] else "; ".join(found)


def restore(backup: Path, database: Path, *, now: datetime) -> Path | None:
    """Put a backup in the place of the database; returns where the replaced one is kept, None: there was none.

    For who holds the lock of `lock_database`. A backup of an earlier version is brought up to date. Raises StoreError;
    then the database is as before.
    """
    verify(backup)
    incoming = database.with_name(database.name + ".incoming")
    kept = database.with_name(f"{database.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(backup, incoming)
        connect(incoming).close()
        _flush(incoming)
        replaced = database.exists()
        if replaced:
            _settle(database)
            _move(database, kept)
        incoming.replace(database)
    except OSError as error:
        raise unusable(database, error) from error
    finally:
        incoming.unlink(missing_ok=True)
    return kept if replaced else None


def vacuum(database: Path) -> int:
    """Give the room of removed rows back to the disk; returns how many bytes that were.

    For who holds the lock of `lock_database`. Needs as much free room as the database takes. Raises StoreError.
    """
    before = database.stat().st_size
    try:
        with closing(connect(database)) as raw:
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise unusable(database, error) from error
    return before - database.stat().st_size


def _rotate(folder: Path, keep: int) -> None:
    ours = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    for old in ours[:-keep]:
        old.unlink()


def _settle(database: Path) -> None:
    """Bring the write-ahead log into the file, so that it can be moved; a damaged one is moved as it is."""
    try:
        with closing(sqlite3.connect(database)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        return


def _move(database: Path, kept: Path) -> None:
    """With its write-ahead log, if that could not be settled: SQLite would read it into the next database there."""
    database.replace(kept)
    for part in ("-wal", "-shm"):
        beside = database.with_name(database.name + part)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + part))


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
