"""Copies of the database, and putting one back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.errors import NewerDatabase, NotADatabase, StoreError
from listener.model import FeedSpec
from listener.store import Store
from listener.store.backup import back_up, newest, restore, vacuum, verify

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "listener.db"


def add_feed(database: Path, url: str) -> None:
    with closing(Store.open(database)) as store:
        store.feeds.sync([*(FeedSpec(url=feed.url) for feed in store.feeds.all()), FeedSpec(url=url)], NOW)


def feeds(database: Path) -> list[str]:
    with closing(Store.open(database)) as store:
        return [feed.url for feed in store.feeds.all()]


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 : 2 * 4096] = b"\xff" * 4096
    path.write_bytes(content)


def test_a_copy_is_made_while_the_database_is_in_use(database: Path, tmp_path: Path) -> None:
    with closing(Store.open(database)) as store:
        store.feeds.sync([FeedSpec(url="https://a.test/")], NOW)
        with store.transaction():
            store.feeds.sync([FeedSpec(url="https://b.test/")], NOW)
            made = back_up(database, tmp_path / "backups", now=NOW, keep=7)
    assert made.name == "listener-20300506T070809Z.db"
    assert feeds(made) == ["https://a.test/"]


def test_the_newest_stay_and_other_files_are_left_alone(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.txt").touch()
    made = [back_up(database, folder, now=NOW + n * DAY, keep=2) for n in range(3)]
    assert sorted(path.name for path in folder.iterdir()) == [made[1].name, made[2].name, "notes.txt"]
    assert newest(folder) == NOW + 2 * DAY


def test_what_a_kill_left_half_done_is_removed_after_a_day(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    for name, age in (("listener-20300501T000000Z.db.unfinished", 5 * DAY), ("listener-now.db.unfinished", DAY / 2)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, (NOW - age).timestamp()))
    back_up(database, tmp_path, now=NOW, keep=7)
    assert [path.name for path in tmp_path.glob("*.unfinished")] == ["listener-now.db.unfinished"]


def test_a_folder_without_backups_has_no_newest(tmp_path: Path) -> None:
    assert newest(tmp_path / "none") is None


def test_a_backup_of_a_damaged_database_is_refused_and_leaves_nothing(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    spoil(database)
    with pytest.raises(StoreError, match="listener restore"):
        back_up(database, tmp_path / "backups", now=NOW, keep=7)
    assert list((tmp_path / "backups").glob("*")) == []


def test_a_backup_of_another_programs_database_is_refused_for_what_it_is(database: Path, tmp_path: Path) -> None:
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("CREATE TABLE notes (words)")
    with pytest.raises(NotADatabase, match="another program"):
        back_up(database, tmp_path / "backups", now=NOW, keep=7)


def test_a_folder_that_cannot_be_made_is_named(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/backups.*could not be made"):
        back_up(database, tmp_path / "file" / "backups", now=NOW, keep=7)


def test_what_was_backed_up_comes_back_and_the_database_from_before_is_kept(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    made = back_up(database, tmp_path, now=NOW, keep=7)
    add_feed(database, "https://b.test/")
    kept = restore(made, database, now=NOW)
    assert feeds(database) == ["https://a.test/"]
    assert kept is not None
    assert feeds(kept) == ["https://a.test/", "https://b.test/"]


def test_a_backup_can_be_put_where_no_database_is(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    made = back_up(database, tmp_path, now=NOW, keep=7)
    elsewhere = tmp_path / "elsewhere" / "listener.db"
    assert restore(made, elsewhere, now=NOW) is None
    assert feeds(elsewhere) == ["https://a.test/"]


def test_a_damaged_database_can_be_replaced(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    made = back_up(database, tmp_path, now=NOW, keep=7)
    database.write_bytes(b"no database at all")
    restore(made, database, now=NOW)
    assert feeds(database) == ["https://a.test/"]


def test_the_log_of_a_damaged_database_does_not_get_into_its_successor(database: Path, tmp_path: Path) -> None:
    add_feed(database, "https://a.test/")
    made = back_up(database, tmp_path, now=NOW, keep=7)
    log = database.with_name("listener.db-wal")
    with closing(Store.open(database)) as store:
        store.feeds.sync([FeedSpec(url="https://b.test/")], NOW)
        killed = log.read_bytes()
    database.write_bytes(b"no database at all" * 1000)
    log.write_bytes(killed)
    kept = restore(made, database, now=NOW)
    assert kept is not None
    assert feeds(database) == ["https://a.test/"]
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == killed


def make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("INSERT INTO _sqlite_migrations VALUES (NULL, 'listener', 'm999_later', 'now')")


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (Path.unlink, StoreError),
        (lambda path: path.write_bytes(b"something else"), NotADatabase),
        (spoil, StoreError),
        (make_newer, NewerDatabase),
    ],
)
def test_what_is_no_good_backup_is_refused_and_the_database_stays(database, tmp_path, damage, error) -> None:
    add_feed(database, "https://a.test/")
    made = back_up(database, tmp_path, now=NOW, keep=7)
    damage(made)
    with pytest.raises(error):
        restore(made, database, now=NOW)
    assert feeds(database) == ["https://a.test/"]
    assert [path.name for path in database.parent.iterdir() if "incoming" in path.name] == []


def test_a_whole_one_is_verified(database: Path) -> None:
    add_feed(database, "https://a.test/")
    verify(database)


def test_the_room_of_what_was_removed_is_given_back(database: Path) -> None:
    add_feed(database, "https://a.test/")
    with closing(sqlite3.connect(database)) as raw:
        raw.execute("CREATE TABLE large AS SELECT randomblob(1000000) AS x")
        raw.commit()
        raw.execute("DROP TABLE large")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert vacuum(database) >= 1_000_000
    assert feeds(database) == ["https://a.test/"]
