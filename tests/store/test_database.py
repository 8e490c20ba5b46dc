from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing

import pytest

from listener.errors import DatabaseInUse, StoreError
from listener.store import Store, lock_database

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
