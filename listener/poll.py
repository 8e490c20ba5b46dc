"""The poll stage: due feeds -> new entries.

The work of a batch (fetch and parse) is a function that can be sent to a worker process. What it
brings is recorded in one transaction a batch; a crash before that leaves the feeds due.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from listener.core.cadence import from_dates
from listener.core.text import display_url
from listener.core.timing import next_poll, not_skipped, poll_interval
from listener.logs import Event
from listener.model import (
    Cadence,
    FailureKind,
    Feed,
    FeedRequest,
    Fetched,
    FetchFailed,
    NotModified,
    PollHints,
    PollOutcome,
    Unfinished,
)
from listener.poll_queue import Batch, Job, PollQueue
from listener.sources.hints import hints, max_age
from listener.sources.http import Answer, Document, Fetcher, FetchLimits
from listener.sources.parse import ParseProblem, parse
from listener.sources.slow_lane import SlowLane
from listener.store import Store

log = logging.getLogger("listener.poll")

PATIENCE = timedelta(seconds=2)
"""How long a batch waits for an answer. Whoever needs longer is asked again outside of the batches, with the whole
deadline, so that nobody's entries wait for another's server. Nineteen servers in twenty answer within a second."""
LARGE_BYTES = 500_000
"""A document of more is read by itself, one at a time: others must not wait for it, and feedparser needs a second for a
megabyte. Of 670 collected feeds none is larger; of podcasts some are."""
_MOST_LARGE = 16  # large documents that wait to be read: no batch begins while there are more
_STOP_CHECK_SECONDS = 0.2

Outcomes = tuple[PollOutcome | Unfinished | Document, ...]


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


def poll_batch(requests: tuple[FeedRequest, ...], limits: FetchLimits) -> Outcomes:
    """Fetch all at once, then parse; one outcome a request, in their order. Can be pickled to a worker process.

    Parsing waits until all are fetched, because it would hold up the others' deadlines. With `limits.patience`
    that takes twice the patience at most, and large documents come back as they are. Must not be called from a running
    event loop.
    """
    answers = tuple(asyncio.run(_fetch_all(requests, limits)))
    if limits.patience is None:
        return read_batch(requests, answers)
    return tuple(map(_outcome_unless_large, requests, answers))


def read_batch(requests: tuple[FeedRequest, ...], answers: tuple[Answer, ...]) -> Outcomes:
    """Parse what was fetched; one outcome a request, in their order. Can be pickled to a worker process."""
    return tuple(map(_outcome, requests, answers))


async def _fetch_all(requests: Sequence[FeedRequest], limits: FetchLimits) -> list[Answer]:
    async with Fetcher(limits) as fetcher:
        return await asyncio.gather(*map(fetcher.fetch, requests))


def _outcome_unless_large(request: FeedRequest, answer: Answer) -> PollOutcome | Unfinished | Document:
    is_large = isinstance(answer, Document) and len(answer.body) > LARGE_BYTES
    return answer if is_large else _outcome(request, answer)


def _outcome(request: FeedRequest, answer: Answer) -> PollOutcome | Unfinished:
    if not isinstance(answer, Document):
        return answer
    body_hash = hashlib.sha256(answer.body).hexdigest()
    if body_hash == request.body_hash:
        return NotModified(
            feed_id=request.feed_id,
            etag=answer.etag,
            last_modified=answer.last_modified,
            max_age=max_age(answer.cache_control),
            moved_to=answer.moved_to,
        )
    parsed = parse(answer.body, content_type=answer.content_type, url=answer.url, feed_lang=request.lang)
    if isinstance(parsed, ParseProblem):
        return FetchFailed(feed_id=request.feed_id, kind=parsed.kind, message=parsed.message)
    return Fetched(
        feed_id=request.feed_id,
        entries=parsed.entries,
        # What would have a document that broke off taken for the whole one is forgotten: it is to be sent again.
        etag=answer.etag if parsed.complete else None,
        last_modified=answer.last_modified if parsed.complete else None,
        body_hash=body_hash if parsed.complete else None,
        title=parsed.title,
        moved_to=answer.moved_to,
        hints=hints(answer.body, answer.cache_control),
        left_out=parsed.left_out,
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
        schedule: Schedule,
        jitter: Callable[[], float],
        clock: Callable[[], datetime],
        in_flight: int = 4,
        patience: timedelta = PATIENCE,
    ) -> None:
        """`jitter` gives numbers in [0, 1); `in_flight` counts batches."""
        self._store = store
        self._executor = executor
        self._limits = replace(limits, patience=patience)
        self._request_for = request_for
        self._recorder = _Recorder(store, schedule=schedule, jitter=jitter, clock=clock)
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

        While slow feeds are under way, others that become due are polled too. What is under way at a stop is
        given back and is due as before. `progress` hears of each batch. A feed's trouble, even one that kills a
        worker, is recorded with that feed. Trouble with the database is raised; the feeds claimed by then are
        due again ten minutes later, not at once.
        """
        queue = PollQueue(
            self._store,
            self._request_for,
            clock=self._clock,
            per_host=self._limits.per_host,
            batches=self._in_flight,
            slow=self._store.feeds.slow(),
            force=force,
        )
        with contextlib.closing(SlowLane(self._limits)) as lane:
            run = _Run(queue, lane, self._executor, self._limits, self._recorder)
            while not (stop and stop.is_set()):
                began = run.begin(at_most=self._in_flight)
                if not run.under_way:
                    return run.summary
                if run.collect(wait_seconds=0 if began else _STOP_CHECK_SECONDS) and progress:
                    progress(run.summary)
            run.cancel()
        queue.give_back()
        return run.summary


class _Run:
    """One run of the stage: what is under way, and what it came to so far."""

    def __init__(
        self,
        queue: PollQueue,
        lane: SlowLane,
        executor: Executor,
        limits: FetchLimits,
        recorder: _Recorder,
    ) -> None:
        self.summary = PollSummary()
        self._queue, self._lane, self._executor, self._limits = queue, lane, executor, limits
        self._recorder = recorder
        self._batches: dict[Future[Outcomes], Batch] = {}
        self._fetches: dict[Future[tuple[Answer, timedelta]], Job] = {}  # in the slow lane
        self._large: deque[tuple[Job, Document]] = deque()  # fetched, to be read one after the other
        self._reading: Future[Outcomes] | None = None  # the large one that is being read

    @property
    def under_way(self) -> bool:
        return bool(self._batches or self._fetches)

    def begin(self, *, at_most: int) -> bool:
        """Begin a batch unless `at_most` are under way, and what fits into the slow lane; True: a batch began."""
        self._read_next_large()
        running = len(self._batches)
        has_room = running < at_most and len(self._large) < _MOST_LARGE
        batch = self._queue.take(running=running, look_again=bool(self._fetches)) if has_room else None
        if batch is not None:
            patience = None if batch.alone else self._limits.patience
            limits = replace(self._limits, per_host=batch.per_host, patience=patience)
            self._batches[self._executor.submit(poll_batch, _requests(batch), limits)] = batch
        while len(self._fetches) < self._limits.total and (job := self._queue.take_slow()):
            self._fetches[self._lane.submit(job.request)] = job
        return batch is not None

    def collect(self, *, wait_seconds: float) -> bool:
        """Record what is finished; True: something was."""
        under_way: list[Future[Any]] = [*self._batches, *self._fetches]
        done, _ = wait(under_way, wait_seconds, FIRST_COMPLETED)
        for future in [each for each in self._fetches if each in done]:
            self._finish_fetch(self._fetches.pop(future), *future.result())
        before = self.summary
        for finished in [each for each in self._batches if each in done]:
            self._finish_batch(self._batches.pop(finished), finished)
        return self.summary is not before

    def cancel(self) -> None:
        """Break off what has not begun."""
        for future in self._batches:
            future.cancel()

    def _finish_fetch(self, job: Job, answer: Answer, took: timedelta) -> None:
        """What the slow lane brought is read by a worker, as a batch of its own that asks nobody anything."""
        if self._limits.patience and took < self._limits.patience:
            self._recorder.quick(job.feed)
        self._queue.leave(Batch(jobs=(job,), per_host=1))
        self._read(job, answer)

    def _read_next_large(self) -> None:
        is_reading = self._reading in self._batches or any(batch.alone for batch in self._batches.values())
        if self._large and not is_reading:
            self._reading = self._read(*self._large.popleft())

    def _read(self, job: Job, answer: Answer) -> Future[Outcomes]:
        """Begin a batch that asks nobody anything."""
        future: Future[Outcomes] = self._executor.submit(read_batch, (job.request,), (answer,))
        self._batches[future] = Batch(jobs=(job,), per_host=0)
        return future

    def _finish_batch(self, batch: Batch, future: Future[Outcomes]) -> None:
        self._queue.leave(batch)
        error = future.exception()
        if error is None:
            self._sort(batch.jobs, future.result())
        elif batch.alone:
            message = f"the worker broke on it ({type(error).__name__}): perhaps too little memory for so large a feed"
            failed = FetchFailed(feed_id=batch.jobs[0].feed.id, kind=FailureKind.CRASHED, message=message)
            self._sort(batch.jobs, (failed,))
        else:
            count, kind = len(batch.jobs), type(error).__name__
            log.warning(Event("poll.broken", "each is polled alone now", feeds=count, error=kind))
            self._queue.suspect(batch.jobs)

    def _sort(self, jobs: Sequence[Job], outcomes: Outcomes) -> None:
        """Record what is known; what is not goes back into the queue or into the slow lane."""
        finished: list[tuple[Feed, PollOutcome]] = []
        late: list[Job] = []
        slow: list[Job] = []
        for job, outcome in zip(jobs, outcomes, strict=True):
            if isinstance(outcome, Unfinished):
                (slow if outcome.slow else late).append(job)
            elif isinstance(outcome, Document):
                self._large.append((job, outcome))
            else:
                finished.append((job.feed, outcome))
        self._queue.again(late)
        if slow:
            self._queue.slow(slow)
            self._recorder.slow(job.feed for job in slow)
        if finished:
            summary, paused = self._recorder.record(finished)
            self.summary += summary
            self._queue.done(feed.id for feed, _ in finished)
            self._queue.drop(paused)


def _requests(batch: Batch) -> tuple[FeedRequest, ...]:
    return tuple(job.request for job in batch.jobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How often feeds are polled, where the operator gave a feed no interval of its own."""

    interval: timedelta  # the shortest, and until a feed's rhythm is known
    max_interval: timedelta

    def after_success(self, feed: Feed, cadence: Cadence | None, asked: PollHints) -> timedelta:
        """Until the next poll."""
        return feed.interval or poll_interval(
            shortest=self.interval, longest=self.max_interval, cadence=cadence, at_least=asked.pause
        )

    def after_failure(self, feed: Feed) -> timedelta:
        """To be doubled with each failure. A feed that is polled rarely is not left alone for long after the first."""
        return feed.interval or max(self.interval, feed.hints.pause)


class _Recorder:
    """Writes what polls brought, and when each feed is polled next."""

    def __init__(
        self, store: Store, *, schedule: Schedule, jitter: Callable[[], float], clock: Callable[[], datetime]
    ) -> None:
        self._store, self._schedule, self._jitter, self._clock = store, schedule, jitter, clock

    def record(self, outcomes: Iterable[tuple[Feed, PollOutcome]]) -> tuple[PollSummary, set[int]]:
        """All of them in one transaction; also returns the feeds that must not be asked now: their host said so."""
        now = self._clock()
        summary, paused = PollSummary(), set[int]()
        with self._store.transaction():
            for feed, outcome in sorted(outcomes, key=_asks_for_a_pause):
                match outcome:
                    case FetchFailed():
                        paused |= self._failed(feed, outcome, now)
                        summary += PollSummary(polled=1, failed=1)
                    case NotModified():
                        next_poll_at = self._next_poll(feed, feed.cadence, _hints_after(feed, outcome), now)
                        self._store.feeds.record_not_modified(outcome, next_poll_at=next_poll_at, now=now)
                        summary += PollSummary(polled=1, not_modified=1)
                    case Fetched():
                        new = self._fetched(feed, outcome, now)
                        summary += PollSummary(polled=1, changed=1, new_entries=new)
        return summary, paused

    def slow(self, feeds: Iterable[Feed]) -> None:
        """A batch did not wait for these."""
        self._store.feeds.record_slow(feed.id for feed in feeds)

    def quick(self, feed: Feed) -> None:
        """A batch would have waited for it."""
        self._store.feeds.record_quick([feed.id])

    def _fetched(self, feed: Feed, outcome: Fetched, now: datetime) -> int:
        cadence = from_dates((entry.published_at for entry in outcome.entries), now)
        next_poll_at = self._next_poll(feed, cadence or feed.cadence, outcome.hints, now)
        if outcome.left_out:
            url, taken = display_url(feed.url), len(outcome.entries)
            log.warning(Event("poll.items_left_out", feed=feed.name, url=url, taken=taken, left_out=outcome.left_out))
        return self._store.feeds.record_fetched(outcome, next_poll_at=next_poll_at, now=now, cadence=cadence)

    def _failed(self, feed: Feed, outcome: FetchFailed, now: datetime) -> set[int]:
        next_poll_at = self._after_failure(feed, outcome, now)
        self._store.feeds.record_failed(outcome, next_poll_at=next_poll_at, now=now)
        _log_failure(feed, outcome, next_poll_at)
        if outcome.retry_after is None:
            return set()
        paused = self._store.feeds.pause_host_if_it_asked(feed.id, retry_after=outcome.retry_after, now=now)
        if paused:
            log.warning(Event("poll.host_paused", url=display_url(feed.url), feeds=len(paused)))
        return paused

    def _next_poll(self, feed: Feed, cadence: Cadence | None, asked: PollHints, now: datetime) -> datetime:
        interval = self._schedule.after_success(feed, cadence, asked)
        if feed.interval is not None:
            asked = PollHints()
        at = next_poll(
            now=now, interval=interval, failures=0, retry_after=None, jitter=self._jitter(), at_least=asked.pause
        )
        return not_skipped(at, asked)

    def _after_failure(self, feed: Feed, outcome: FetchFailed, now: datetime) -> datetime | None:
        """None: never. What is gone from where it had moved to is looked for at its own URL once more."""
        if outcome.kind is FailureKind.GONE and feed.moved_to is None:
            return None
        return next_poll(
            now=now,
            interval=self._schedule.after_failure(feed),
            failures=feed.failures + 1,
            retry_after=outcome.retry_after,
            jitter=self._jitter(),
        )


def _hints_after(feed: Feed, outcome: NotModified) -> PollHints:
    """What a feed asks for when it has nothing new: as its document said, and as the answer says now."""
    return feed.hints if outcome.max_age is None else replace(feed.hints, max_age=outcome.max_age)


def _asks_for_a_pause(polled: tuple[Feed, PollOutcome]) -> bool:
    """Recorded last: the success of a neighbour would end the pause that its host asked for at the same time."""
    outcome = polled[1]
    return isinstance(outcome, FetchFailed) and outcome.retry_after is not None


def _log_failure(feed: Feed, outcome: FetchFailed, next_poll_at: datetime | None) -> None:
    url, problem = display_url(feed.url), outcome.message
    next_try = next_poll_at or "never"
    log.warning(Event("poll.failed", feed=feed.name, url=url, kind=outcome.kind, problem=problem, next_try=next_try))
