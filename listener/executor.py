"""Where the stages' work runs: in this process, or in worker processes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_PRELOAD = [
    *("listener.lean.httpx", "listener.lean.spacy", "listener.poll", "listener.judge_stage"),
    *("feedparser", "lxml.etree"),
]
"""Imported once, in the process that the workers are forked from: they share that memory, and start at once."""

_END_SECONDS = 1.0


def make_executor(workers: int) -> WorkerPool | InlineExecutor:
    """An executor with that many worker processes; with 0 the work is done at once where it is submitted."""
    return WorkerPool(workers) if workers else InlineExecutor()


class InlineExecutor(Executor):
    """Runs the work when it is submitted, one piece at a time. For tests, debugging and small machines."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        with self._lock:
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:
                future.set_exception(error)
        return future

    def apart(self) -> AbstractContextManager[Executor]:
        """Itself: there is nothing to end."""
        return nullcontext(self)

    def kill_apart(self) -> None:
        """There is nothing to end."""

    def kill(self) -> None:
        """There is nothing to end."""


class WorkerPool(Executor):
    """Worker processes that are replaced when one of them dies, say for lack of memory.

    The work that was under way in a pool that broke fails with BrokenProcessPool; it is claimed again later.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        begin_fork_server()
        self._pool = self._start()
        self._apart: ProcessPoolExecutor | None = None
        self._ends = False

    def _start(self) -> ProcessPoolExecutor:
        """Workers come from a fork server: a plain fork of a process with threads can hang."""
        import multiprocessing

        context = multiprocessing.get_context("forkserver")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_begin_worker)

    @contextmanager
    def apart(self) -> Iterator[Executor]:
        """As many workers again, for one piece of work at a time; they end with the context, and give back memory.

        After `kill_apart` it raises CancelledError, also where the work is under way.
        """
        with self._lock:
            if self._ends:
                raise CancelledError
            pool = self._apart = self._start()
        with pool:
            try:
                yield pool
            except RuntimeError:  # of a pool that is broken or shut down
                if self._ends:
                    raise CancelledError from None
                raise

    def kill_apart(self) -> None:
        """End what workers apart do, and take no more work for such."""
        with self._lock:
            self._ends = True
            if self._apart is not None:
                _kill(self._apart)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with self._lock:
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenProcessPool:
                self._pool = self._start()
                return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)

    def kill(self) -> None:
        """End the workers now, whatever they do."""
        self.kill_apart()
        _kill(self._pool)


def begin_fork_server() -> None:
    """Begin the process that workers are forked from, unless it runs: its imports take a second beside the caller.

    An interrupt from the terminal, which goes to all processes, is left to the caller.
    """
    from multiprocessing import forkserver, resource_tracker, set_forkserver_preload

    set_forkserver_preload(_PRELOAD)
    resource_tracker.ensure_running()  # the fork server needs it, and beginning it there would end the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill(pool: ProcessPoolExecutor) -> None:
    processes: Mapping[int, Any] | None = pool._processes  # None: it was shut down
    manager: Any = pool._executor_manager_thread  # None: it never had work, or was shut down
    pool.shutdown(wait=False, cancel_futures=True)  # waits for a worker that is just being started
    for process in list((processes or {}).values()):
        process.kill()
    if manager is not None:
        manager.join(_END_SECONDS)  # an end of the program while it tidies up would leave a traceback


def _begin_worker() -> None:
    """Leave signals to the daemon, and end when it does, however it ends."""
    import gc
    import multiprocessing
    from multiprocessing.connection import wait

    gc.freeze()  # what the fork server imported stays shared: a collection would write to all of it
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
