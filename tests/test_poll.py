from __future__ import annotations

import hashlib
import logging
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from listener.executor import WorkerPool
from listener.model import FailureKind, Feed, FeedRequest, FeedSpec, Fetched, FetchFailed, NotModified
from listener.poll import LARGE_BYTES, PollStage, PollSummary, Schedule, poll_batch, read_batch
from listener.poll_queue import BATCH
from listener.sources.http import FetchLimits
from listener.store import Store

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
INTERVAL = timedelta(minutes=15)
SCHEDULE = Schedule(interval=INTERVAL, max_interval=timedelta(hours=6))
LIMITS = FetchLimits(deadline=timedelta(seconds=20), max_bytes=1_000_000)


def rss(*guids: str) -> bytes:
    items = "".join(f"<item><guid>{guid}</guid><title>Item {guid}</title></item>" for guid in guids)
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


@dataclass
class Site:
    """A real HTTP server: what it answers by path, and how often it was asked."""

    port: int = 0
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    on_request: Callable[[], object] = lambda: None

    def answer(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        self.answers[path] = status, {name.replace("_", "-"): value for name, value in headers.items()}, body
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.on_request()
            status, headers, body = site.answers.get(self.path, (404, {}, b""))
            if "ETag" in headers and self.headers["If-None-Match"] == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield site
        server.shutdown()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "listener.db")
    yield store
    store.close()


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def request_for(feed: Feed) -> FeedRequest:
    return FeedRequest(
        feed_id=feed.id, url=feed.url, etag=feed.etag, last_modified=feed.last_modified, body_hash=feed.body_hash,
        allow_private=True,
    )  # fmt: skip


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def stage(store: Store, executor: Executor, clock: Clock | None = None, **options: Any) -> PollStage:
    defaults = {"limits": LIMITS, "request_for": request_for, "schedule": SCHEDULE, "jitter": lambda: 0.0}
    return PollStage(store, executor, **{**defaults, "clock": clock or Clock(), **options})


def follow(store: Store, *urls: str) -> list[Feed]:
    store.feeds.sync([FeedSpec(url=url) for url in urls], NOW)
    return store.feeds.all()


class TestBatch:
    def test_one_outcome_a_request_in_their_order(self, site):
        body = rss("1", "2")
        urls = [site.answer("/a", body, ETag='"e"', Last_Modified="yesterday"), site.answer("/b", b"<html>")]
        found, failed = poll_batch(
            tuple(FeedRequest(feed_id=n, url=url, allow_private=True) for n, url in enumerate(urls)), LIMITS
        )
        assert isinstance(found, Fetched)
        assert [entry.uid for entry in found.entries] == ["1", "2"]
        assert (found.feed_id, found.title, found.etag, found.last_modified) == (0, "News", '"e"', "yesterday")
        assert isinstance(failed, FetchFailed)
        assert (failed.feed_id, failed.kind) == (1, FailureKind.NOT_A_FEED)

    def test_the_same_bytes_are_not_modified(self, site):
        url = site.answer("/a", rss("1"))
        body_hash = hashlib.sha256(rss("1")).hexdigest()
        request = FeedRequest(feed_id=3, url=url, body_hash=body_hash, allow_private=True)
        assert poll_batch((request,), LIMITS) == (NotModified(feed_id=3),)

    @pytest.mark.parametrize("content_type", ["text/html", "text/plain", "image/png", "application/octet-stream"])
    def test_the_content_type_decides_nothing(self, site, content_type):
        url = site.answer("/a", rss("1"), Content_Type=content_type)
        (outcome,) = poll_batch((FeedRequest(feed_id=1, url=url, allow_private=True),), LIMITS)
        assert isinstance(outcome, Fetched)

    def test_a_document_that_breaks_off_is_asked_for_whole_next_time(self, site):
        url = site.answer("/a", rss("1", "2")[:-60], ETag='"e"', Last_Modified="yesterday")
        (outcome,) = poll_batch((FeedRequest(feed_id=1, url=url, allow_private=True),), LIMITS)
        assert isinstance(outcome, Fetched)
        assert [entry.uid for entry in outcome.entries] == ["1"]
        assert outcome.etag is None
        assert outcome.last_modified is None

    def test_it_can_be_sent_to_a_worker_process(self, site):
        url = site.answer("/a", rss("1"))
        work = pickle.dumps((poll_batch, (FeedRequest(feed_id=1, url=url, allow_private=True),), LIMITS))
        function, requests, limits = pickle.loads(work)
        assert pickle.loads(pickle.dumps(function(requests, limits))) == function(requests, limits)

    def test_nothing_to_do(self):
        assert poll_batch((), LIMITS) == ()


class TestRun:
    def test_new_entries_are_stored(self, site, store, executor):
        follow(store, site.answer("/a", rss("1", "2")), site.answer("/b", rss("1")))
        summary = stage(store, executor).run()
        assert summary == PollSummary(polled=2, changed=2, new_entries=3)
        assert store.entries.count() == 3
        assert all(feed.next_poll_at == NOW + INTERVAL for feed in store.feeds.all())

    def test_what_is_not_due_is_left_alone(self, site, store, executor):
        follow(store, site.answer("/a", rss("1")))
        clock = Clock()
        stage(store, executor, clock).run()
        clock.now += INTERVAL / 2
        assert stage(store, executor, clock).run() == PollSummary()
        assert len(site.asked) == 1

    def test_a_second_time_nothing_is_new(self, site, store, executor):
        follow(store, site.answer("/etag", rss("1"), ETag='"e"'), site.answer("/hash", rss("1")))
        clock = Clock()
        stage(store, executor, clock).run()
        clock.now += INTERVAL
        assert stage(store, executor, clock).run() == PollSummary(polled=2, not_modified=2)
        assert store.entries.count() == 2

    def test_only_what_was_added_is_new(self, site, store, executor):
        follow(store, site.answer("/a", rss("1")))
        clock = Clock()
        stage(store, executor, clock).run()
        site.answer("/a", rss("2", "1"))
        clock.now += INTERVAL
        assert stage(store, executor, clock).run() == PollSummary(polled=1, changed=1, new_entries=1)

    def test_force_polls_what_is_not_due_and_each_feed_once(self, site, store, executor):
        follow(store, *(site.answer(f"/{n}", rss("1")) for n in range(3)))
        clock = Clock()
        stage(store, executor, clock).run()
        clock.now += timedelta(seconds=1)
        assert stage(store, executor, clock).run(force=True) == PollSummary(polled=3, not_modified=3)
        assert len(site.asked) == 6

    def test_many_feeds_in_several_batches_with_progress(self, site, store, executor):
        count = 2 * BATCH + 1
        follow(store, *(site.answer(f"/{n}", rss("1")) for n in range(count)))
        heard: list[PollSummary] = []
        summary = stage(store, executor).run(progress=heard.append)
        assert summary == PollSummary(polled=count, changed=count, new_entries=count)
        assert [each.polled for each in heard] == sorted({each.polled for each in heard})
        assert heard[-1] == summary
        assert sorted(site.asked) == sorted(f"/{n}" for n in range(count))

    def test_in_worker_processes(self, site, store):
        follow(store, *(site.answer(f"/{n}", rss("1")) for n in range(BATCH + 1)))
        with WorkerPool(2) as executor:
            assert stage(store, executor).run().new_entries == BATCH + 1

    def test_a_feed_has_an_interval_of_its_own(self, site, store, executor):
        store.feeds.sync([FeedSpec(url=site.answer("/a", rss("1")), interval=timedelta(hours=6))], NOW)
        stage(store, executor).run()
        assert store.feeds.all()[0].next_poll_at == NOW + timedelta(hours=6)

    def test_nothing_is_due_in_an_empty_store(self, store, executor):
        assert stage(store, executor).run() == PollSummary()


def dated(*ages: timedelta) -> bytes:
    """A feed with an entry for each age."""
    items = "".join(f"<item><guid>{n}</guid><pubDate>{format_datetime(NOW - age)}</pubDate></item>"
                    for n, age in enumerate(ages))  # fmt: skip
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


def test_what_broke_off_is_read_again_until_it_is_whole(site, store, executor):
    follow(store, site.answer("/a", rss("1", "2")[:-60], ETag='"e"'))
    clock = Clock()
    for _ in range(2):
        stage(store, executor, clock).run()
        clock.now += INTERVAL
    site.answer("/a", rss("1", "2"), ETag='"e"')
    assert stage(store, executor, clock).run().new_entries == 1


class TestLargeDocuments:
    LARGE = rss("1").replace(b"Item 1", b"Item 1 " + b"x" * LARGE_BYTES)

    def test_nobody_waits_until_one_is_read(self, site, store, executor):
        feeds = follow(store, site.answer("/large", self.LARGE), site.answer("/small", rss("1")))
        recorded: list[set[int]] = []
        stage(store, executor).run(
            progress=lambda _: recorded.append({feed.id for feed in store.feeds.all() if feed.last_success_at})
        )
        small = feeds[1].id
        assert recorded == [{small}, {feed.id for feed in feeds}]

    def test_they_are_read_one_at_a_time(self, site, store):
        follow(store, *(site.answer(f"/{n}", self.LARGE) for n in range(3)))
        reading: list[int] = []
        most: list[int] = []

        class Watching(ThreadPoolExecutor):
            def submit(self, fn, /, *args, **kwargs):
                if fn is not read_batch:
                    return super().submit(fn, *args, **kwargs)
                reading.append(1)
                most.append(len(reading))
                future = super().submit(fn, *args, **kwargs)
                future.add_done_callback(lambda _: reading.pop())
                return future

        with Watching(2) as executor:
            assert stage(store, executor).run().new_entries == 3
        assert most == [1, 1, 1]

    def test_the_same_large_bytes_are_not_modified(self, site, store, executor):
        follow(store, site.answer("/large", self.LARGE))
        clock = Clock()
        stage(store, executor, clock).run()
        clock.now += timedelta(days=1)
        assert stage(store, executor, clock).run() == PollSummary(polled=1, not_modified=1)

    def test_one_that_has_too_many_items_is_told_of(self, site, store, executor, caplog):
        follow(store, site.answer("/a", rss(*map(str, range(5_002)))))
        assert stage(store, executor).run().new_entries == 5_000
        assert "poll.items_left_out" in caplog.text
        assert "left_out=2" in caplog.text


class TestPoliteness:
    HOUR = timedelta(hours=1)

    def pause(self, store: Store) -> timedelta:
        return store.feeds.all()[0].next_poll_at - NOW

    def test_a_feed_that_publishes_rarely_is_polled_rarely(self, site, store, executor):
        follow(store, site.answer("/a", dated(self.HOUR, 5 * self.HOUR, 9 * self.HOUR)))
        stage(store, executor).run()
        assert self.pause(store) == 2 * self.HOUR

    def test_it_stays_so_when_nothing_changes(self, site, store, executor):
        follow(store, site.answer("/a", dated(self.HOUR, 5 * self.HOUR, 9 * self.HOUR)))
        clock = Clock()
        stage(store, executor, clock).run()
        clock.now += 2 * self.HOUR
        stage(store, executor, clock).run()
        assert self.pause(store) == 4 * self.HOUR

    def test_after_a_failure_it_is_tried_soon(self, site, store, executor):
        follow(store, site.answer("/a", dated(self.HOUR, 5 * self.HOUR, 9 * self.HOUR)))
        clock = Clock()
        stage(store, executor, clock).run()
        site.answer("/a", status=500)
        clock.now += 2 * self.HOUR
        stage(store, executor, clock).run()
        assert self.pause(store) == 2 * self.HOUR + 2 * INTERVAL

    def test_a_feed_is_polled_as_rarely_as_it_asks(self, site, store, executor):
        body = rss("1").replace(b"<title>News", b"<ttl>600</ttl><skipHours><hour>17</hour></skipHours><title>News")
        follow(store, site.answer("/a", body, Cache_Control="max-age=60"))
        stage(store, executor, jitter=lambda: 0.9).run()
        assert self.pause(store) == 11 * self.HOUR

    @pytest.mark.parametrize("validators", [{"ETag": '"e"'}, {}])
    def test_an_unchanged_feed_is_polled_as_rarely_as_it_asks_now(self, site, store, executor, validators):
        body = rss("1").replace(b"<title>News", b"<ttl>60</ttl><title>News")
        follow(store, site.answer("/a", body, **validators))
        clock = Clock()
        stage(store, executor, clock).run()
        pauses = []
        for cache_control in ({"Cache_Control": "max-age=7200"}, {}, {"Cache_Control": "no-cache"}):
            site.answer("/a", body, **validators, **cache_control)
            clock.now = store.feeds.all()[0].next_poll_at
            stage(store, executor, clock).run()
            pauses.append(store.feeds.all()[0].next_poll_at - clock.now)
        assert pauses == [2 * self.HOUR, 2 * self.HOUR, self.HOUR]

    def test_an_interval_by_configuration_is_kept_whatever_the_feed_asks_for(self, site, store, executor):
        url = site.answer("/a", dated(*[n * 99 * self.HOUR for n in range(5)]), Cache_Control="max-age=36000")
        store.feeds.sync([FeedSpec(url=url, interval=timedelta(minutes=1))], NOW)
        stage(store, executor).run()
        assert self.pause(store) == timedelta(minutes=1)

    def test_a_host_that_refuses_a_second_feed_is_asked_for_no_other(self, site, store, executor):
        follow(store, *(site.answer(f"/{n}", status=429, Retry_After="600") for n in range(3 * BATCH)))
        limits = FetchLimits(deadline=LIMITS.deadline, per_host=1)
        summary = stage(store, executor, limits=limits, in_flight=1).run(force=True)
        assert 2 <= summary.polled <= BATCH
        assert {feed.next_poll_at for feed in store.feeds.all() if not feed.failures} == {NOW + timedelta(minutes=10)}

    def test_a_host_that_asks_for_a_pause_gets_it_though_others_of_it_answered(self, site, store, executor):
        refused = [site.answer(f"/{n}", status=503, Retry_After="600") for n in range(2)]
        follow(store, *refused, *(site.answer(path, rss("1")) for path in ("/a", "/b")))
        stage(store, executor, schedule=replace(SCHEDULE, interval=timedelta(minutes=1))).run(force=True)
        assert {feed.next_poll_at for feed in store.feeds.all() if not feed.failures} == {NOW + timedelta(minutes=10)}

    def test_a_move_is_remembered_though_nothing_else_is_new(self, site, store, executor):
        follow(store, site.answer("/a", rss("1"), ETag='"e"'), site.answer("/b", rss("2")))
        clock = Clock()
        stage(store, executor, clock).run()
        for path in ("/a", "/b"):
            site.answers[f"/new{path}"] = site.answers[path]
            site.answer(path, status=301, Location=f"/new{path}")
        clock.now += INTERVAL
        assert stage(store, executor, clock).run() == PollSummary(polled=2, not_modified=2)
        moved_to = [urlsplit(feed.moved_to).path for feed in store.feeds.all()]
        assert moved_to == ["/new/a", "/new/b"]

    def test_validators_that_come_with_the_same_bytes_are_used_next_time(self, site, store, executor):
        follow(store, site.answer("/a", rss("1")))
        clock = Clock()
        stage(store, executor, clock).run()
        site.answer("/a", rss("1"), ETag='"e"')
        for _ in range(2):
            clock.now += INTERVAL
            assert stage(store, executor, clock).run() == PollSummary(polled=1, not_modified=1)
        assert store.feeds.all()[0].etag == '"e"'

    def test_what_is_gone_where_it_moved_to_is_looked_for_where_it_was(self, site, store, executor):
        follow(store, site.answer("/a", status=301, Location="/new"))
        clock = Clock()

        def moved(feed: Feed) -> FeedRequest:
            return replace(request_for(feed), url=feed.moved_to or feed.url)

        for status in (200, 410, 410):
            site.answer("/new", rss("1"), status=status)
            stage(store, executor, clock, request_for=moved).run()
            clock.now += timedelta(days=1)
        assert site.asked == ["/a", "/new", "/new", "/a", "/new"]
        assert store.feeds.all()[0].next_poll_at is None


class TestSlowFeeds:
    """A server holds its answer back until the test lets it go."""

    PATIENCE = timedelta(seconds=0.5)

    @pytest.fixture
    def hold(self, site) -> Iterator[threading.Event]:
        let_go = threading.Event()
        site.on_request = lambda: site.asked[-1].startswith("/slow") and let_go.wait(20)
        yield let_go
        let_go.set()

    def test_the_entries_of_the_others_are_stored_while_it_is_waited_for(self, site, store, executor, hold):
        follow(store, *(site.answer(path, rss("1")) for path in ("/slow", "/a", "/b")))
        stored: list[int] = []

        def heard(_: PollSummary) -> None:
            stored.append(store.entries.count())
            hold.set()

        summary = stage(store, executor, patience=self.PATIENCE).run(progress=heard)
        assert stored == [2, 3]
        assert summary == PollSummary(polled=3, changed=3, new_entries=3)

    def test_what_becomes_due_meanwhile_is_polled(self, site, store, executor, hold):
        follow(store, *(site.answer(path, rss("1")) for path in ("/slow", "/a")))
        clock = Clock()

        def heard(summary: PollSummary) -> None:
            if summary.polled == 1:
                clock.now += INTERVAL
            else:
                hold.set()

        summary = stage(store, executor, clock, patience=self.PATIENCE).run(progress=heard)
        assert summary.polled == 3
        assert site.asked.count("/a") == 2

    def test_next_time_it_does_not_hold_up_a_batch_and_is_asked_once(self, site, store, executor, hold):
        follow(store, site.answer("/slow", rss("1")))
        clock = Clock()
        polling = stage(store, executor, clock, patience=self.PATIENCE)
        threading.Timer(2 * self.PATIENCE.total_seconds(), hold.set).start()
        polling.run()
        assert site.asked == ["/slow", "/slow"]
        clock.now += INTERVAL
        polling.run()
        assert site.asked == ["/slow"] * 3

    def test_a_restart_does_not_forget_it_until_it_answers_in_time(self, site, store, executor, hold):
        (feed,) = follow(store, site.answer("/slow", rss("1")))
        clock = Clock()
        limits = FetchLimits(deadline=2 * self.PATIENCE)
        for asked in (2, 3):
            stage(store, executor, clock, limits=limits, patience=self.PATIENCE).run()
            assert len(site.asked) == asked
            assert store.feeds.slow() == {feed.id}
            clock.now += timedelta(days=1)
        hold.set()
        stage(store, executor, clock, patience=timedelta(minutes=1)).run()
        assert store.feeds.slow() == set()

    @pytest.mark.usefixtures("hold")
    def test_the_deadline_ends_it(self, site, store, executor):
        follow(store, site.answer("/slow", rss("1")))
        limits = FetchLimits(deadline=2 * self.PATIENCE)
        summary = stage(store, executor, limits=limits, patience=self.PATIENCE).run()
        assert summary == PollSummary(polled=1, failed=1)
        assert store.feeds.all()[0].last_error_kind is FailureKind.TIMEOUT

    @pytest.mark.usefixtures("hold")
    def test_a_stop_does_not_wait_for_it(self, site, store, executor):
        follow(store, *(site.answer(path, rss("1")) for path in ("/slow", "/a")))
        stop = threading.Event()
        stage(store, executor, patience=self.PATIENCE).run(stop=stop, progress=lambda _: stop.set())
        assert [feed.url[-5:] for feed in store.feeds.claim_due(NOW, limit=10, lease=INTERVAL)] == ["/slow"]


class TestFailures:
    def test_a_failing_feed_is_tried_later_and_later(self, site, store, executor):
        follow(store, site.answer("/a", status=500))
        clock = Clock()
        pauses = []
        for _ in range(3):
            assert stage(store, executor, clock).run() == PollSummary(polled=1, failed=1)
            feed = store.feeds.all()[0]
            pauses.append(feed.next_poll_at - clock.now)
            clock.now = feed.next_poll_at
        assert pauses == [2 * INTERVAL, 4 * INTERVAL, 8 * INTERVAL]
        assert feed.failures == 3

    def test_it_never_comes_before_the_server_wants_it_even_by_force(self, site, store, executor):
        follow(store, site.answer("/a", status=429, Retry_After="7200"))
        clock = Clock()
        stage(store, executor, clock).run()
        assert store.feeds.all()[0].next_poll_at == NOW + timedelta(hours=2)
        clock.now += timedelta(hours=1)
        assert stage(store, executor, clock).run(force=True) == PollSummary()

    def test_a_feed_that_is_gone_is_never_polled_again(self, site, store, executor, caplog):
        follow(store, site.answer("/a", status=410))
        stage(store, executor).run()
        assert store.feeds.all()[0].next_poll_at is None
        assert stage(store, executor).run(force=True) == PollSummary()
        assert "next_try=never" in caplog.text

    def test_success_ends_the_failures(self, site, store, executor):
        follow(store, site.answer("/a", status=500))
        clock = Clock()
        stage(store, executor, clock).run()
        site.answer("/a", rss("1"))
        clock.now += timedelta(days=1)
        stage(store, executor, clock).run()
        feed = store.feeds.all()[0]
        assert (feed.failures, feed.last_error) == (0, None)

    def test_bad_feeds_do_not_keep_a_good_one_from_being_read(self, site, store, executor):
        bad = [
            site.answer("/404", status=404),
            site.answer("/html", b"<!DOCTYPE html><title>Log in</title>"),
            site.answer("/empty", b""),
            site.answer("/huge", b"x" * 1_000_001),
            site.answer("/loop", status=302, Location="/loop"),
            "http://no-such-host.invalid/",
            "ftp://127.0.0.1/feed",
        ]
        follow(store, *bad, site.answer("/good", rss("1")))
        assert stage(store, executor).run() == PollSummary(polled=8, changed=1, failed=7, new_entries=1)
        kinds = {feed.url: feed.last_error_kind for feed in store.feeds.all()}
        assert [kinds[url] for url in bad[:5]] == [
            FailureKind.HTTP_STATUS,
            FailureKind.NOT_A_FEED,
            FailureKind.EMPTY,
            FailureKind.TOO_LARGE,
            FailureKind.REDIRECT,
        ]

    def test_each_is_told_in_one_line_without_its_secret(self, site, store, executor, caplog):
        url = site.answer("/404", status=404).replace("http://", "http://user:s3cret@") + "?token=s3cret"
        store.feeds.sync([FeedSpec(url=url, name='my "feed"')], NOW)
        with caplog.at_level(logging.DEBUG):
            stage(store, executor).run()
        (line,) = [record.getMessage() for record in caplog.records if record.name == "listener.poll"]
        assert line.startswith(
            f'poll.failed feed="my \\"feed\\"" url=http://127.0.0.1:{site.port}/404?... kind=http_status'
        )
        assert "404" in line
        assert "next_try=2030-05-06T07:38:09Z" in line
        assert "s3cret" not in caplog.text


def die_on_poison(work: Callable[..., Any], requests: tuple[FeedRequest, ...], limits: FetchLimits) -> Any:
    if any(request.url.endswith("/poison") for request in requests):
        os._exit(1)
    return work(requests, limits)


class FragileWorkers(WorkerPool):
    """Real worker processes that one feed kills."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(die_on_poison, fn, *args, **kwargs)


class TestCrashes:
    def test_a_feed_that_kills_its_worker_is_found_and_the_others_are_read(self, site, store):
        good = [site.answer(f"/{n}", rss("1")) for n in range(3)]
        follow(store, *good, site.answer("/poison"))
        with FragileWorkers(1) as workers:
            assert stage(store, workers).run() == PollSummary(polled=4, changed=3, failed=1, new_entries=3)
        (broken,) = [feed for feed in store.feeds.all() if feed.failures]
        assert broken.url.endswith("/poison")
        assert broken.last_error_kind is FailureKind.CRASHED
        assert broken.next_poll_at == NOW + 2 * INTERVAL


class TestStop:
    def test_a_stop_before_the_start_claims_nothing(self, site, store, executor):
        follow(store, site.answer("/a", rss("1")))
        stop = threading.Event()
        stop.set()
        assert stage(store, executor).run(stop=stop) == PollSummary()
        assert not site.asked

    def test_what_is_under_way_is_given_back_and_due_as_before(self, site, store):
        feeds = follow(store, *(site.answer(f"/{n}", rss("1")) for n in range(3 * BATCH)))
        stop, over = threading.Event(), threading.Event()

        def hang() -> None:
            stop.set()
            over.wait(20)

        site.on_request = hang
        with ThreadPoolExecutor(1) as executor:
            assert stage(store, executor, in_flight=2).run(stop=stop) == PollSummary()
            over.set()
        due = store.feeds.claim_due(NOW, limit=1000, lease=INTERVAL)
        assert {feed.id for feed in due} == {feed.id for feed in feeds}
        assert store.entries.count() == 0

    def test_a_trouble_of_the_database_is_raised(self, site, store, executor):
        follow(store, site.answer("/a", rss("1")))
        site.on_request = store.close
        with pytest.raises(Exception, match="closed"):
            stage(store, executor).run()
