"""What the poll stage does next: claimed feeds in batches, with the places that they take at their hosts.

At most `per_host` requests go to one host at a time, over all batches and worker processes (to the own machine as many
as fit into the batches). A batch
therefore reserves places at its hosts before it begins, and feeds whose host has none left wait without
keeping others waiting.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from listener.model import Feed, FeedRequest
from listener.sources.http import is_loopback
from listener.store import Store

BATCH = 64
"""Feeds in one piece of work: enough requests at a time to hide a slow server, about half a second of parsing."""
_CLAIM = 1024  # feeds leased at a time: enough to bring together those of one host
_LEASE = timedelta(minutes=10)  # longer than a batch takes; what a crash leaves behind is due again then


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A feed to poll."""

    feed: Feed
    request: FeedRequest
    host: str  # whose server is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Feeds that are polled together."""

    jobs: tuple[Job, ...]
    per_host: int  # requests at a time
    alone: bool = False  # nothing runs beside it, so that it is known who broke the worker

    def places(self) -> Counter[str]:
        """What it takes at each host."""
        jobs = Counter(job.host for job in self.jobs)
        return Counter({host: min(count, self.per_host) for host, count in jobs.items()})


class PollQueue:
    """The feeds of one run. Those that broke a worker together come last, each alone and with nothing beside it."""

    def __init__(
        self,
        store: Store,
        request_for: Callable[[Feed], FeedRequest],
        *,
        clock: Callable[[], datetime],
        per_host: int,
        batches: int,
        slow: Iterable[int] = (),
        force: bool = False,
    ) -> None:
        """`batches` may be under way at a time; the feeds `slow` are never given out in one.

        `force`: every feed that may be asked, once.
        """
        self._store, self._request_for, self._clock = store, request_for, clock
        self._began = clock() if force else None
        self._per_host, self._batches = per_host, batches
        self._slow_ids = frozenset(slow)
        self._waiting: dict[str, deque[Job]] = {}  # by host
        self._slow: deque[Job] = deque()
        self._suspects: deque[Job] = deque()
        self._held: set[int] = set()  # claimed and not done with
        self._taken: Counter[str] = Counter()  # places, by host
        self._exhausted = False

    def take(self, *, running: int, look_again: bool) -> Batch | None:
        """The next batch, while `running` ones are under way; None: there is none, or not now.

        Due feeds are claimed until no more are found, and after that if one is to `look_again`.
        """
        batch = self._next_batch()
        if batch is None and (look_again or not self._exhausted):
            self._claim()
            batch = self._next_batch()
        if batch is None and self._suspects and not running:
            batch = Batch(jobs=(self._suspects.popleft(),), per_host=1, alone=True)
        if batch is not None:
            self._taken += batch.places()
        return batch

    def take_slow(self) -> Job | None:
        """A feed to be polled outside of the batches; it takes one place at its host."""
        for _ in range(len(self._slow)):
            job = self._slow.popleft()
            if self._free(job.host):
                self._taken[job.host] += 1
                return job
            self._slow.append(job)
        return None

    def done(self, feed_ids: Iterable[int]) -> None:
        """These were recorded."""
        self._held.difference_update(feed_ids)

    def leave(self, batch: Batch) -> None:
        """The batch asks its hosts nothing any more."""
        self._taken -= batch.places()

    def again(self, jobs: Sequence[Job]) -> None:
        """Their turn did not come."""
        for job in reversed(jobs):
            self._waiting.setdefault(job.host, deque()).appendleft(job)

    def slow(self, jobs: Iterable[Job]) -> None:
        """They are too slow for a batch."""
        self._slow.extend(jobs)

    def suspect(self, jobs: Iterable[Job]) -> None:
        """A worker broke on one of them."""
        self._suspects.extend(jobs)

    def drop(self, feed_ids: Set[int]) -> None:
        """Give back those of these feeds that wait: they are not to be asked now."""
        if not feed_ids:
            return
        dropped: set[int] = set()
        for waiting in (*self._waiting.values(), self._slow, self._suspects):
            kept = [job for job in waiting if job.feed.id not in feed_ids]
            dropped |= {job.feed.id for job in waiting} - {job.feed.id for job in kept}
            waiting.clear()
            waiting.extend(kept)
        self._waiting = {host: waiting for host, waiting in self._waiting.items() if waiting}
        self._store.feeds.release(dropped)
        self._held -= dropped

    def give_back(self) -> None:
        """Release what is claimed and not done with: it is due as before."""
        self._store.feeds.release(self._held)

    # ------------------------------------------------------------------- inside

    def _claim(self) -> None:
        now = self._began or self._clock()
        feeds = self._store.feeds.claim_due(now, limit=_CLAIM, lease=_LEASE, force=self._began is not None)
        self._exhausted = len(feeds) < _CLAIM
        for feed in feeds:
            if feed.id not in self._held:  # a lease may run out while many slow ones wait
                self._held.add(feed.id)
                request = self._request_for(feed)
                self._add(Job(feed=feed, request=request, host=_host(request.url)))

    def _add(self, job: Job) -> None:
        if job.feed.id in self._slow_ids:
            self._slow.append(job)
        else:
            self._waiting.setdefault(job.host, deque()).append(job)

    def _next_batch(self) -> Batch | None:
        """Hosts in the order in which they came. A host with more feeds than a batch holds shares its places out."""
        jobs: list[Job] = []
        per_host = 0
        for host in list(self._waiting):
            waiting, free = self._waiting[host], self._free(host)
            if not jobs:
                allowed = self._allowed(host)
                per_host = min(free, allowed if len(waiting) <= BATCH else max(1, allowed // self._batches))
            elif len(jobs) + len(waiting) > BATCH or free < min(per_host, len(waiting)):
                continue
            if free:
                jobs += self._pick(host)
            if len(jobs) == BATCH:
                break
        return Batch(jobs=tuple(jobs), per_host=per_host) if jobs else None

    def _pick(self, host: str) -> list[Job]:
        """The host's turn is over: what remains waits behind the other hosts."""
        waiting = self._waiting.pop(host)
        picked = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
        if waiting:
            self._waiting[host] = waiting
        return picked

    def _free(self, host: str) -> int:
        return self._allowed(host) - self._taken[host]

    def _allowed(self, host: str) -> int:
        """Requests to a host at a time."""
        return BATCH * self._batches if is_loopback(host) else self._per_host


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
