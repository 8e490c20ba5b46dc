from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing

import pytest

from listener.errors import DatabaseInUse
from listener.store import Store

HOLD_DAEMON_LOCK = """
import sys
from pathlib import Path
from listener.store import Store
with Store.open(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_daemon_is_refused_at_once(store, path):
    with (
        store.lock(),
        closing(Store.open(path)) as second,
        pytest.raises(DatabaseInUse, match=str(path)),
        second.lock(),
    ):
        pass


def test_the_lock_is_free_afterwards(store, path):
    with store.lock():
        pass
    with closing(Store.open(path)) as second, second.lock():
        pass


def test_a_killed_daemon_leaves_no_lock(store, path):
    run = [sys.executable, "-c", HOLD_DAEMON_LOCK, str(path)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout.readline() == "held\n"
        with pytest.raises(DatabaseInUse), store.lock():
            pass
        daemon.send_signal(signal.SIGKILL)
    with store.lock():
        pass


def test_a_store_can_be_used_without_the_daemon_lock(store, path, given):
    with store.lock(), closing(Store.open(path)) as second:
        given.feed()
        assert len(second.feeds.all()) == 1


def test_close_twice_does_nothing(path):
    store = Store.open(path)
    store.close()
    store.close()
