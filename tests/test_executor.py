"""Where work runs: inline, or in worker processes that are replaced when one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool

import pytest

from listener.executor import make_executor


def test_without_workers_the_work_is_done_here() -> None:
    assert make_executor(0).submit(os.getpid).result() == os.getpid()


def test_an_error_of_inline_work_is_in_its_future() -> None:
    assert isinstance(make_executor(0).submit(int, "x").exception(), ValueError)


def test_with_workers_it_is_done_elsewhere() -> None:
    pool = make_executor(1)
    try:
        assert pool.submit(os.getpid).result() != os.getpid()
    finally:
        pool.kill()


def test_a_pool_whose_worker_died_works_again() -> None:
    pool = make_executor(1)
    try:
        with pytest.raises(BrokenProcessPool):
            pool.submit(os._exit, 1).result()
        assert pool.submit(abs, -1).result() == 1
    finally:
        pool.kill()


def test_a_worker_is_left_alone_by_an_interrupt_from_the_terminal() -> None:
    pool = make_executor(1)
    try:
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
    finally:
        pool.kill()


@pytest.mark.parametrize("workers", [0, 1])
def test_workers_apart_end_with_their_work(workers: int) -> None:
    pool = make_executor(workers)
    try:
        with pool.apart() as apart:
            process = apart.submit(os.getpid).result()
        usual = pool.submit(os.getpid).result()
    finally:
        pool.kill()
    assert (process == os.getpid()) == (workers == 0)
    assert (process == usual) == (workers == 0)


def test_work_apart_is_cut_short_by_the_end() -> None:
    pool = make_executor(1)

    def wait_forever() -> None:
        with pool.apart() as apart:
            endless = apart.submit(signal.pause)
            pool.kill_apart()
            endless.result()

    try:
        with pytest.raises(CancelledError):
            wait_forever()
        with pytest.raises(CancelledError):
            pool.apart().__enter__()
    finally:
        pool.kill()


def test_workers_apart_that_die_by_themselves_are_an_error() -> None:
    pool = make_executor(1)
    try:
        with pytest.raises(BrokenProcessPool), pool.apart() as apart:
            apart.submit(os._exit, 1).result()
    finally:
        pool.kill()


INTERRUPTED_AT_ONCE = """
import os, signal
from multiprocessing import forkserver
from listener.executor import begin_fork_server, make_executor
begin_fork_server()
os.kill(forkserver._forkserver._forkserver_pid, signal.SIGINT)
pool = make_executor(1)
print(pool.submit(abs, -1).result())
pool.kill()
"""


def test_an_interrupt_does_not_harm_what_workers_come_from() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED_AT_ONCE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")
