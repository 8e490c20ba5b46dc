"""Fetching what is too slow for a batch: one by one, beside everything else."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta

from listener.model import FeedRequest
from listener.sources.http import Answer, Fetcher, FetchLimits

_CLOSE_SECONDS = 1.0


class SlowLane:
    """Fetches with the full deadline, in a thread with an event loop of its own.

    It waits on the network only; reading what it brings is the caller's. The thread begins with the first request.
    """

    def __init__(self, limits: FetchLimits) -> None:
        self._limits = replace(limits, patience=None)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="slow lane", daemon=True)

    def submit(self, request: FeedRequest) -> Future[tuple[Answer, timedelta]]:
        """Begin a fetch; the future has the answer and how long it took."""
        if not self._ready.is_set():
            self._thread.start()
            self._ready.wait()
        return asyncio.run_coroutine_threadsafe(self._fetch(request), self._loop)

    def close(self) -> None:
        """Break off what is under way."""
        if self._ready.is_set():
            self._loop.call_soon_threadsafe(self._closing.set)
            self._thread.join(_CLOSE_SECONDS)  # a silent name server may hold it longer; nobody waits for that

    async def _serve(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        async with Fetcher(self._limits) as self._fetcher:
            self._ready.set()
            await self._closing.wait()
            await _break_off()

    async def _fetch(self, request: FeedRequest) -> tuple[Answer, timedelta]:
        began = self._loop.time()
        answer = await self._fetcher.fetch(request)
        return answer, timedelta(seconds=self._loop.time() - began)


async def _break_off() -> None:
    """End all other tasks, before their connections are closed."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
