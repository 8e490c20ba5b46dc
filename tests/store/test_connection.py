from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from listener.store import Store

HOLD_WRITE_LOCK = """
import sqlite3, sys
raw = sqlite3.connect(sys.argv[1], isolation_level=None)
raw.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def another_process_writes(path: Path) -> Iterator[None]:
    run = [sys.executable, "-c", HOLD_WRITE_LOCK, str(path)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("\n")


@pytest.fixture
def notes(connection):
    connection.write("CREATE TABLE notes (text UNIQUE)")

    class Notes:
        def add(self, text):
            connection.write("INSERT INTO notes VALUES (?)", (text,))

        def all(self):
            return [row["text"] for row in connection.rows("SELECT text FROM notes ORDER BY text")]

    return Notes()


def test_a_transaction_is_committed_as_one(store, notes, path):
    with store.transaction():
        notes.add("a")
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("SELECT * FROM notes").fetchall() == []
        notes.add("b")
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT * FROM notes").fetchall() == [("a",), ("b",)]


def test_a_transaction_that_only_read_so_far_can_still_write(store, notes, path):
    with store.transaction(), closing(sqlite3.connect(path, timeout=0)) as other:
        assert notes.all() == []
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO notes VALUES ('b')")
        notes.add("a")
    assert notes.all() == ["a"]


def test_an_error_undoes_the_transaction(store, notes):
    with suppress(ZeroDivisionError), store.transaction():
        notes.add("a")
        raise ZeroDivisionError
    assert notes.all() == []


def test_an_error_comes_through_a_transaction(store):
    def fail():
        with store.transaction():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def test_an_inner_transaction_ends_with_the_outer_one(store, notes):
    with suppress(ZeroDivisionError), store.transaction():
        with store.transaction():
            notes.add("a")
        raise ZeroDivisionError
    assert notes.all() == []


def test_an_error_in_an_inner_transaction_undoes_that_one_only(store, notes):
    with store.transaction():
        notes.add("a")
        with suppress(ZeroDivisionError), store.transaction():
            notes.add("b")
            raise ZeroDivisionError
        notes.add("c")
    assert notes.all() == ["a", "c"]


def test_nothing_is_written_on_the_quiet_after_sqlite_rolled_back(store, connection, notes):
    def go_on_after_the_error():
        with store.transaction():
            notes.add("b")
            with suppress(sqlite3.IntegrityError):
                connection.write("INSERT OR ROLLBACK INTO notes VALUES ('a')")
            notes.add("c")

    notes.add("a")
    with pytest.raises(sqlite3.OperationalError, match="rolled back"):
        go_on_after_the_error()
    assert notes.all() == ["a"]


def test_threads_take_turns(store, connection):
    connection.write("CREATE TABLE counter AS SELECT 0 AS n")
    start = threading.Barrier(4)

    def count():
        start.wait()
        for _ in range(50):
            with store.transaction():
                n = connection.row("SELECT n FROM counter")["n"]
                connection.write("UPDATE counter SET n = ?", (n + 1,))

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(count) for _ in range(4)]:
            future.result()
    assert connection.row("SELECT n FROM counter")["n"] == 200


def test_a_lock_held_by_another_process_is_said_and_passes(connection, notes, path):
    connection.rows("PRAGMA busy_timeout = 50")
    with another_process_writes(path):
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            notes.add("a")
        assert notes.all() == []
    notes.add("b")
    assert notes.all() == ["b"]


def test_a_store_can_be_opened_and_read_while_another_process_writes(given, path):
    given.feed()
    with another_process_writes(path), closing(Store.open(path)) as reader:
        assert len(reader.feeds.all()) == 1


def test_a_full_disk_loses_nothing_and_passes(store, connection, given):
    feed = given.feed()
    pages = connection.row("PRAGMA page_count")[0]
    connection.rows(f"PRAGMA max_page_count = {pages + 3}")
    big = [given.parsed(str(number), text="x" * 1000) for number in range(100)]

    with pytest.raises(sqlite3.OperationalError, match="database or disk is full"):
        store.feeds.record_fetched(given.fetched(feed.id, *big), next_poll_at=given.after(hours=1), now=given.now)
    assert store.entries.count() == 0
    assert store.feeds.get(feed.id) == feed

    connection.rows("PRAGMA max_page_count = 1000000")
    store.feeds.record_fetched(given.fetched(feed.id, *big), next_poll_at=given.after(hours=1), now=given.now)
    assert store.entries.count() == 100


def test_a_disk_that_fills_up_within_a_batch_undoes_the_batch(store, connection, given):
    feed = given.feed()

    def record_batch():
        with store.transaction():
            for number in range(100):
                entry = given.parsed(str(number), text="x" * 1000)
                store.feeds.record_fetched(given.fetched(feed.id, entry), next_poll_at=given.now, now=given.now)

    pages = connection.row("PRAGMA page_count")[0]
    connection.rows(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        record_batch()
    assert store.entries.count() == 0
