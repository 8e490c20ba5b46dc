from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from listener.errors import DatabaseInUse, StoreError
from listener.store import Store, is_in_use, lock_database

HOLD_DAEMON_LOCK = """
import sys
from pathlib import Path
from listener.store import lock_database
with lock_database(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_daemon_is_refused_at_once(path):
    with lock_database(path), pytest.raises(DatabaseInUse, match=str(path)), lock_database(path):
        pass


def test_the_lock_is_free_afterwards(path):
    with lock_database(path):
        pass
    with lock_database(path):
        pass


def test_who_may_not_migrate_is_told_to_start_a_daemon(path):
    path.touch()
    with pytest.raises(StoreError, match="Start `listener run`"):
        Store.open(path, migrate=False)


def test_a_killed_daemon_leaves_no_lock(path):
    run = [sys.executable, "-c", HOLD_DAEMON_LOCK, str(path)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout.readline() == "held\n"
        with pytest.raises(DatabaseInUse), lock_database(path):
            pass
        daemon.send_signal(signal.SIGKILL)
    with lock_database(path):
        pass


def test_a_store_can_be_used_without_the_daemon_lock(path, given):
    with lock_database(path), closing(Store.open(path)) as second:
        given.feed()
        assert len(second.feeds.all()) == 1


def test_close_twice_does_nothing(path):
    store = Store.open(path)
    store.close()
    store.close()


def test_another_program_may_read_while_listener_writes(path, given, store):
    """As Datasette opens it: by a connection of its own, in a mode in which nothing can be written."""
    given.entry("1")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == (1,)
        given.entry("2")
        assert store.entries.count() == 2
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == (1,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == (2,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM entries")


def test_every_table_and_view_can_be_read_by_another_program(path, given, store):
    store.deliveries.enqueue(given.lead().id, "chat", "all", due_at=given.now, now=given.now)
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader:
        tables = [name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
        for table in tables:
            reader.execute(f'SELECT * FROM "{table}"').fetchall()
    assert {"entries", "leads", "deliveries"} <= set(tables)


def test_whether_a_daemon_has_it_is_seen_without_leaving_anything_behind(path):
    assert not is_in_use(path)
    assert not path.with_name("listener.db.lock").exists()
    with lock_database(path):
        assert is_in_use(path)
    assert not is_in_use(path)


def test_a_probe_fails_where_nothing_can_be_written_and_goes_through_again_later(store, connection):
    connection.rows("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.probe()
    connection.rows("PRAGMA max_page_count = 1000000")
    store.probe()
    assert store.notices.told("") == {}
