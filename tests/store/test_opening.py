from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from listener.errors import NewerDatabase, NotADatabase, StoreError
from listener.model import FeedSpec
from listener.store import Store

NOBODY = 65534


def open_and_close(path: Path) -> None:
    Store.open(path).close()


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_open_creates_the_file_and_its_folder(tmp_path):
    path = tmp_path / "not" / "there" / "listener.db"
    open_and_close(path)
    assert path.is_file()


def test_open_again_finds_what_was_stored(path, now):
    with closing(Store.open(path)) as store:
        store.feeds.sync([FeedSpec(url="https://news.test/feed")], now)
    with closing(Store.open(path)) as store:
        assert [feed.url for feed in store.feeds.all()] == ["https://news.test/feed"]


def test_open_takes_an_empty_file(path):
    path.touch()
    with closing(Store.open(path)) as store:
        assert store.feeds.all() == []


def test_open_sets_wal_durability_foreign_keys_and_patience(connection):
    pragmas = {name: connection.row(f"PRAGMA {name}")[0] for name in PRAGMAS}
    assert pragmas == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def write_text(path: Path) -> None:
    path.write_text("dear diary")


def write_damaged_header(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)


def write_other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url)")


def write_other_program_in_wal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE bookmarks (url)")


def write_other_program_with_migrations(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set, name, applied_at)")
        other.execute("INSERT INTO _sqlite_migrations VALUES (1, 'blog', 'm001_feeds', '2030-01-01')")
        other.commit()


@pytest.mark.parametrize(
    "write",
    [
        write_text,
        write_damaged_header,
        write_other_program,
        write_other_program_in_wal,
        write_other_program_with_migrations,
    ],
)
def test_open_refuses_what_is_not_ours_and_leaves_it_as_it_is(path, write):
    write(path)
    before = contents(path.parent)
    with pytest.raises(NotADatabase, match=str(path)):
        Store.open(path)
    assert contents(path.parent) == before


def test_open_refuses_a_damaged_database_of_ours(path):
    open_and_close(path)
    damaged = path.read_bytes()[:100] + b"\xff" * 5000
    path.write_bytes(damaged)
    with pytest.raises(NotADatabase, match="no readable SQLite database"):
        Store.open(path)
    assert path.read_bytes() == damaged


def test_open_refuses_another_program_that_has_the_file_open(path):
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE bookmarks (url)")
        with pytest.raises(NotADatabase, match="another program"):
            Store.open(path)


def test_open_finds_what_a_killed_process_left_in_the_log(path):
    subprocess.run([sys.executable, "-c", CREATE_AND_DIE, str(path)], check=False)
    assert path.stat().st_size < Path(f"{path}-wal").stat().st_size
    with closing(Store.open(path)) as store:
        assert store.feeds.all() == []


CREATE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from listener.store import Store
store = Store.open(Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_open_refuses_a_folder(tmp_path):
    with pytest.raises(NotADatabase, match="not a file"):
        Store.open(tmp_path)


def test_open_refuses_a_later_version_and_leaves_it_as_it_is(path):
    open_and_close(path)
    with closing(sqlite3.connect(path)) as later:
        later.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('listener', 'm999_later', 'now')"
        )
        later.commit()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match=r"later version of listener \(m999_later\)"):
        Store.open(path)
    assert path.read_bytes() == before


def test_open_names_path_user_and_remedy_when_the_folder_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "listener.db"
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert str(path) in str(caught.value)
    assert f"uid {os.getuid()}" in str(caught.value)
    assert "chown" in str(caught.value)


@pytest.fixture
def foreign_folder() -> Iterator[Path]:
    """A folder that an ordinary user can enter (pytest's own are private)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


OPEN_AS_ORDINARY_USER = f"""
import os, sys
from pathlib import Path
import listener.store.migrations
from listener.errors import StoreError
from listener.store import Store
if os.getuid() == 0:
    os.setuid({NOBODY})
try:
    Store.open(Path(sys.argv[1]))
except StoreError as error:
    print(type(error).__name__, error)
"""


def error_for_ordinary_user(path: Path) -> str:
    run = [sys.executable, "-c", OPEN_AS_ORDINARY_USER, str(path)]
    return subprocess.run(run, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("exists", [False, True], ids=["new database", "existing database"])
def test_open_names_path_user_and_remedy_in_a_folder_it_may_not_write(foreign_folder, exists):
    path = foreign_folder / "listener.db"
    if exists:
        open_and_close(path)
        path.chmod(0o666)
    foreign_folder.chmod(0o555)
    error = error_for_ordinary_user(path)
    uid = os.getuid() or NOBODY
    assert error.startswith(f"StoreError {path}: ")
    assert f"as uid {uid} " in error
    assert f"chown -R {uid} {foreign_folder}" in error


def test_open_says_so_when_the_file_may_not_be_written(foreign_folder):
    path = foreign_folder / "listener.db"
    open_and_close(path)
    path.chmod(0o444)
    foreign_folder.chmod(0o777)
    assert error_for_ordinary_user(path).startswith(f"StoreError {path}: ")


def test_processes_that_open_a_new_database_at_once_all_succeed(path):
    script = "import sys; from pathlib import Path; from listener.store import Store; Store.open(Path(sys.argv[1]))"
    run = [sys.executable, "-c", script, str(path)]
    processes = [subprocess.Popen(run) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]


def test_open_for_reading_finds_what_was_stored(path, now):
    with closing(Store.open(path)) as store:
        store.feeds.sync([FeedSpec(url="https://news.test/feed")], now)
        with closing(Store.open_for_reading(path)) as reader:
            assert [feed.url for feed in reader.feeds.all()] == ["https://news.test/feed"]


def test_open_for_reading_makes_no_database(path):
    with pytest.raises(StoreError, match=path.name):
        Store.open_for_reading(path)
    assert not path.exists()


def test_open_for_reading_refuses_what_is_not_ours(path):
    write_text(path)
    with pytest.raises(NotADatabase):
        Store.open_for_reading(path)


def test_open_for_reading_writes_nothing_also_where_an_earlier_version_wrote(path):
    open_and_close(path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM _sqlite_migrations WHERE name = 'm004_deliveries'")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="earlier version"):
        Store.open_for_reading(path)
    assert path.read_bytes() == before
