"""The poll stage: due feeds -> new entries.

The work of a batch (fetch and parse) is a function that can be sent to a worker process. What it
brings is recorded in one transaction a batch; a crash before that leaves the feeds due.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from listener.core.text import display_url
from listener.core.timing import next_poll
from listener.model import FailureKind, Feed, FeedRequest, Fetched, FetchFailed, NotModified, PollOutcome
from listener.sources.http import Document, Fetcher, FetchLimits
from listener.sources.parse import ParseProblem, parse
from listener.store import Store

log = logging.getLogger("listener.poll")

BATCH = 64
"""Feeds in one piece of work: enough requests at a time to hide a slow server, about half a second of parsing."""
_CLAIM = 1024  # feeds leased at a time: enough to bring together those of one host
_LEASE = timedelta(minutes=10)  # longer than a batch takes; what a crash leaves behind is due again then
_STOP_CHECK_SECONDS = 0.2

Batch = tuple[Feed, ...]
Running = dict[Future[tuple[PollOutcome, ...]], Batch]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSummary:
    """What a run of the stage did so far, in feeds; polled = changed + not modified + failed."""

    polled: int = 0
    changed: int = 0
    not_modified: int = 0
    failed: int = 0
    new_entries: int = 0

    def __add__(self, other: PollSummary) -> PollSummary:
        return PollSummary(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})


# --------------------------------------------------------------------------- the work


def poll_batch(requests: tuple[FeedRequest, ...], limits: FetchLimits) -> tuple[PollOutcome, ...]:
    """Fetch all at once, then parse; one outcome a request, in their order. Can be pickled to a worker process.

    Parsing waits until all are fetched, because it would hold up the others' deadlines. Must not be
    called from a running event loop.
    """
    answers = asyncio.run(_fetch_all(requests, limits))
    return tuple(map(_outcome, requests, answers))


async def _fetch_all(
    requests: Sequence[FeedRequest], limits: FetchLimits
) -> list[Document | NotModified | FetchFailed]:
    async with Fetcher(limits) as fetcher:
        return await asyncio.gather(*map(fetcher.fetch, requests))


def _outcome(request: FeedRequest, answer: Document | NotModified | FetchFailed) -> PollOutcome:
    if not isinstance(answer, Document):
        return answer
    body_hash = hashlib.sha256(answer.body).hexdigest()
    if body_hash == request.body_hash:
        return NotModified(feed_id=request.feed_id)
    parsed = parse(answer.body, content_type=answer.content_type, url=answer.url, feed_lang=request.lang)
    if isinstance(parsed, ParseProblem):
        return FetchFailed(feed_id=request.feed_id, kind=parsed.kind, message=parsed.message)
    return Fetched(
        feed_id=request.feed_id,
        entries=parsed.entries,
        etag=answer.etag if parsed.complete else None,  # a document that broke off is to be sent again
        last_modified=answer.last_modified if parsed.complete else None,
        body_hash=body_hash,
        title=parsed.title,
        moved_to=answer.moved_to,
    )


# --------------------------------------------------------------------------- the stage


class PollStage:
    """Runs the poll queue empty."""

    def __init__(
        self,
        store: Store,
        executor: Executor,
        *,
        limits: FetchLimits,
        request_for: Callable[[Feed], FeedRequest],
        interval: timedelta,
        jitter: Callable[[], float],
        clock: Callable[[], datetime],
        in_flight: int = 4,
    ) -> None:
        """`interval` is for feeds without their own; `jitter` gives numbers in [0, 1); `in_flight` counts batches."""
        self._store = store
        self._executor = executor
        self._limits = limits
        self._request_for = request_for
        self._interval = interval
        self._jitter = jitter
        self._clock = clock
        self._in_flight = in_flight

    def run(
        self,
        *,
        force: bool = False,
        stop: threading.Event | None = None,
        progress: Callable[[PollSummary], None] | None = None,
    ) -> PollSummary:
        """Poll every feed that is due now (`force`: every feed that may be asked), or until `stop` is set.

        What is under way at a stop is given back and is due as before. `progress` hears of each batch. A
        feed's trouble, even one that kills a worker, is recorded with that feed. Trouble with the database
        is raised; the feeds claimed by then are due again ten minutes later, not at once.
        """
        queue = _Queue(self._store, self._clock(), force=force)
        running: Running = {}
        summary = PollSummary()
        while not (stop and stop.is_set()):
            batch = queue.take(running=len(running), at_most=self._in_flight)
            if batch:
                running[self._submit(batch)] = batch
            elif not running:
                return summary
            done, _ = wait(running, 0 if batch else _STOP_CHECK_SECONDS, FIRST_COMPLETED)
            for future in done:
                summary += self._finish(running.pop(future), future, queue)
                if progress:
                    progress(summary)
        self._give_back(running, queue)
        return summary

    def _submit(self, batch: Batch) -> Future[tuple[PollOutcome, ...]]:
        return self._executor.submit(poll_batch, tuple(map(self._request_for, batch)), self._limits)

    def _finish(self, batch: Batch, future: Future[tuple[PollOutcome, ...]], queue: _Queue) -> PollSummary:
        error = future.exception()
        if error is None:
            return self._record(batch, future.result())
        if len(batch) > 1:
            log.warning("poll.broken feeds=%d error=%s; each is polled alone now", len(batch), type(error).__name__)
            queue.suspect(batch)
            return PollSummary()
        message = f"the worker broke on it ({type(error).__name__}): perhaps too little memory for so large a feed"
        return self._record(batch, [FetchFailed(feed_id=batch[0].id, kind=FailureKind.CRASHED, message=message)])

    def _record(self, batch: Batch, outcomes: Iterable[PollOutcome]) -> PollSummary:
        now = self._clock()
        with self._store.transaction():
            return sum((self._record_one(*each, now) for each in zip(batch, outcomes, strict=True)), PollSummary())

    def _record_one(self, feed: Feed, outcome: PollOutcome, now: datetime) -> PollSummary:
        match outcome:
            case FetchFailed():
                next_poll_at = self._after_failure(feed, outcome, now)
                self._store.feeds.record_failed(outcome, next_poll_at=next_poll_at, now=now)
                _log_failure(feed, outcome, next_poll_at)
                return PollSummary(polled=1, failed=1)
            case NotModified():
                self._store.feeds.record_not_modified(feed.id, next_poll_at=self._next_poll(feed, now), now=now)
                return PollSummary(polled=1, not_modified=1)
            case Fetched():
                new = self._store.feeds.record_fetched(outcome, next_poll_at=self._next_poll(feed, now), now=now)
                return PollSummary(polled=1, changed=1, new_entries=new)

    def _after_failure(self, feed: Feed, outcome: FetchFailed, now: datetime) -> datetime | None:
        if outcome.kind is FailureKind.GONE:
            return None
        return self._next_poll(feed, now, failures=feed.failures + 1, retry_after=outcome.retry_after)

    def _next_poll(
        self, feed: Feed, now: datetime, *, failures: int = 0, retry_after: timedelta | None = None
    ) -> datetime:
        interval = feed.interval or self._interval
        return next_poll(now=now, interval=interval, failures=failures, retry_after=retry_after, jitter=self._jitter())

    def _give_back(self, running: Running, queue: _Queue) -> None:
        for future in running:
            future.cancel()
        batches = [*running.values(), *queue.rest()]
        self._store.feeds.release([feed.id for batch in batches for feed in batch])


class _Queue:
    """Batches of claimed feeds. Those that broke a worker together come last, each alone and with nothing beside it."""

    def __init__(self, store: Store, now: datetime, *, force: bool) -> None:
        self._store, self._now, self._force = store, now, force
        self._batches: deque[Batch] = deque()
        self._suspects: deque[Batch] = deque()
        self._exhausted = False

    def take(self, *, running: int, at_most: int) -> Batch | None:
        """The next batch, while `running` ones are under way; None: there is none, or not now."""
        if running >= at_most:
            return None
        if not self._batches and not self._exhausted:
            feeds = self._store.feeds.claim_due(self._now, limit=_CLAIM, lease=_LEASE, force=self._force)
            self._exhausted = len(feeds) < _CLAIM
            self._batches.extend(_batches(feeds))
        if self._batches:
            return self._batches.popleft()
        return self._suspects.popleft() if self._suspects and not running else None

    def suspect(self, batch: Batch) -> None:
        self._suspects.extend((feed,) for feed in batch)

    def rest(self) -> Iterator[Batch]:
        yield from self._batches
        yield from self._suspects


def _batches(feeds: Sequence[Feed]) -> list[Batch]:
    """Batches of at most BATCH feeds; those of a host come together unless they are too many for one batch."""
    hosts: defaultdict[str, list[Feed]] = defaultdict(list)
    for feed in feeds:
        hosts[urlsplit(feed.url).netloc].append(feed)
    batches: list[list[Feed]] = []
    for group in hosts.values():
        for start in range(0, len(group), BATCH):
            part = group[start : start + BATCH]
            if not batches or len(batches[-1]) + len(part) > BATCH:
                batches.append([])
            batches[-1] += part
    return [tuple(batch) for batch in batches]


def _log_failure(feed: Feed, outcome: FetchFailed, next_poll_at: datetime | None) -> None:
    log.warning(
        "poll.failed feed=%s url=%s kind=%s problem=%s next_try=%s",
        json.dumps(feed.name, ensure_ascii=False),
        display_url(feed.url),
        outcome.kind,
        json.dumps(outcome.message, ensure_ascii=False),
        f"{next_poll_at:%Y-%m-%dT%H:%M:%SZ}" if next_poll_at else "never",
    )
