"""Due deliveries reach real services, once each, whatever fails on the way."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.deliver import DeliverStage, DeliverSummary
from listener.message import MOST_IN_DIGEST, Personal
from listener.model import (
    Delivery,
    DeliveryState,
    DestinationHealth,
    FeedSpec,
    Fetched,
    Lead,
    LeadStatus,
    NewLead,
    NewSource,
    ParsedEntry,
    Reason,
    StormBrake,
)
from listener.notify import Notifier
from listener.store import Store

START = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
BASE, FOR = timedelta(seconds=30), timedelta(hours=24)
SECRET = "hunter2S3CRET"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class Webhooks:
    """One webhook a path. Each answers with the next of its statuses, the last one for ever (200 from the start)."""

    def __init__(self) -> None:
        self.received: dict[str, list[str]] = defaultdict(list)  # titles, by path
        self.texts: dict[str, list[str]] = defaultdict(list)  # by path
        self.keys: dict[str, list[str]] = defaultdict(list)  # of signed messages, by path
        self.retry_after: str | None = None  # of what is refused with 429 or 503
        self.accepted: Counter[str] = Counter()  # titles
        self.statuses: dict[str, list[int]] = defaultdict(lambda: [200])
        self.before_answer: dict[str, threading.Event] = {}
        self.on_arrival: dict[str, threading.Event] = {}
        self.answered: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(0))
        webhooks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                path = self.path.split("/")[1].partition("?")[0]
                webhooks.texts[path].append(message.get("message") or message["text"])
                webhooks.keys[path].append(self.headers["Idempotency-Key"])
                status = webhooks.take(path, message["title"])
                self.send_response(status)
                if status in (429, 503) and webhooks.retry_after is not None:
                    self.send_header("Retry-After", webhooks.retry_after)
                self.send_header("Content-Length", "0")
                self.end_headers()
                webhooks.answered[path].release()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def take(self, path: str, title: str) -> int:
        self.received[path].append(title)
        if path in self.on_arrival:
            self.on_arrival[path].set()
        if path in self.before_answer:
            self.before_answer[path].wait()
        statuses = self.statuses[path]
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        self.accepted[title] += status == 200
        return status

    def url(self, path: str) -> str:
        return f"json://127.0.0.1:{self._server.server_port}/{path}/{SECRET}?rto=60"

    def signed_url(self, path: str) -> str:
        return f"signed+http://127.0.0.1:{self._server.server_port}/{path}?secret={SECRET}-and-more"

    def close(self) -> None:
        for event in self.before_answer.values():
            event.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class World:
    """A store with leads, webhooks, and the stage between them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store, self.clock, self.webhooks = Store.open(path), Clock(), Webhooks()
        self.store.feeds.sync([FeedSpec(url="https://news.example/feed")], START)

    def lead(self, company: str) -> Lead:
        """Its message's title is "COMPANY: funding round"."""
        entry = ParsedEntry(
            uid=company,
            url=None,
            canonical_url=None,
            title=company,
            text="",
            publisher=None,
            lang=None,
            published_at=None,
        )
        outcome = Fetched(feed_id=1, entries=(entry,), etag=None, last_modified=None, body_hash="x", title=None)
        self.store.feeds.record_fetched(outcome, next_poll_at=START, now=START)
        entry_id = self.store.entries.unjudged(limit=10_000)[-1].id
        lead = NewLead(
            trigger="funding",
            label="Funding round",
            rule="funding/raises",
            company=company,
            company_key=company.casefold(),
            title=company,
            where="title",
            quote=f"{company} raises money",
            quote_start=0,
            quote_end=5,
            why="Money is spent.",
            url=None,
            slots={},
            hedged=None,
            lang="en",
            score=70,
            reasons=(Reason(points=70, why="funding"),),
            suppressed=None,
        )
        return self.store.leads.add(lead, NewSource(entry_id=entry_id, quote=lead.quote), self.clock())

    def queue(self, *companies: str, to: str) -> None:
        for company in companies:
            self.store.deliveries.enqueue(self.lead(company).id, to, "a route", due_at=self.clock(), now=self.clock())

    def stage(
        self, *paths: str, brake: StormBrake | None = None, notifier: Notifier | None = None, **other: str
    ) -> DeliverStage:
        """Destinations are called as the paths of their webhooks; `other` gives them by URL."""
        urls = {path: self.webhooks.url(path) for path in paths} | other
        return DeliverStage(
            self.store,
            notifier or Notifier(urls),
            retry_base=BASE,
            retry_for=FOR,
            clock=self.clock,
            jitter=lambda: 0.0,
            brake=brake,
        )

    def deliveries(self) -> list[Delivery]:
        return self.store.deliveries.all()[::-1]

    def states(self) -> list[DeliveryState]:
        return [delivery.state for delivery in self.deliveries()]

    def close(self) -> None:
        self.webhooks.close()
        self.store.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "listener.db")
    yield world
    world.close()


def titles(*companies: str) -> list[str]:
    return [f"{company}: funding round" for company in companies]


def summary(*, sent: int = 0, failed: int = 0, dead: int = 0) -> DeliverSummary:
    return DeliverSummary(sent=sent, failed=failed, dead=dead)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


# --------------------------------------------------------------------------- what is due is sent


def test_what_is_due_is_sent_once(world: World) -> None:
    world.queue("Acme", to="chat")
    stage = world.stage("chat")
    assert stage.run() == summary(sent=1)
    assert stage.run() == summary()
    assert world.webhooks.received == {"chat": titles("Acme")}
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.attempts, delivery.sent_at) == (DeliveryState.SENT, 1, START)


def test_a_sent_lead_is_alerted(world: World) -> None:
    world.queue("Acme", to="chat")
    assert world.store.leads.all()[0].status is LeadStatus.NEW
    world.stage("chat").run()
    assert world.store.leads.all()[0].status is LeadStatus.ALERTED


def test_a_mail_is_sent(world: World) -> None:
    class Mailbox:
        content = b""

        async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
            assert isinstance(envelope.content, bytes)
            self.content = envelope.content
            return "250 OK"

    mailbox, port = Mailbox(), closed_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    world.queue("Acme", to="mail")
    url = f"mailto://127.0.0.1:{port}?from=listener@acme.example&to=anna@sales.example&mode=insecure"
    assert world.stage(mail=url).run() == summary(sent=1)
    controller.stop()
    assert message_from_bytes(mailbox.content, policy=policy.default)["Subject"] == "Acme: funding round"


def test_what_is_not_due_yet_waits(world: World) -> None:
    later = START + timedelta(hours=1)
    world.store.deliveries.enqueue(world.lead("Acme").id, "chat", "a route", due_at=later, now=START)
    stage = world.stage("chat")
    assert stage.run() == summary()
    world.clock.pass_(hours=1)
    assert stage.run() == summary(sent=1)


def test_each_destination_gets_its_messages_oldest_first(world: World) -> None:
    companies = [f"Company {i}" for i in range(12)]
    world.queue(*companies, to="chat")
    world.queue(*(f"Other {i}" for i in range(7)), to="mail")
    assert world.stage("chat", "mail").run() == summary(sent=19)
    assert world.webhooks.received["chat"] == titles(*companies)
    assert world.webhooks.received["mail"] == titles(*(f"Other {i}" for i in range(7)))


def test_a_slow_destination_holds_up_nobody_not_even_what_becomes_due_meanwhile(world: World) -> None:
    world.queue("Acme", to="slow")
    world.queue(*(f"Other {i}" for i in range(20)), to="chat")
    world.webhooks.before_answer["slow"] = threading.Event()
    answered = world.webhooks.answered["chat"]
    running = threading.Thread(target=world.stage("slow", "chat").run)
    running.start()
    for _ in range(20):
        answered.acquire()
    world.queue("Late", to="chat")
    answered.acquire()
    assert running.is_alive()
    world.webhooks.before_answer["slow"].set()
    running.join()
    assert set(world.states()) == {DeliveryState.SENT}


# --------------------------------------------------------------------------- failures


def test_a_failure_is_tried_again_with_growing_pauses(world: World) -> None:
    world.webhooks.statuses["chat"] = [500, 503, 500, 200]
    world.queue("Acme", to="chat")
    stage = world.stage("chat")
    for error, pause in (("HTTP 500", 30), ("HTTP 503", 60), ("HTTP 500", 120)):
        assert stage.run() == summary(failed=1)
        (delivery,) = world.deliveries()
        assert delivery.state is DeliveryState.RETRYING
        assert str(delivery.last_error).startswith(error)
        assert delivery.due_at == world.clock() + timedelta(seconds=pause)
        assert stage.run() == summary()
        world.clock.pass_(seconds=pause)
    assert stage.run() == summary(sent=1)
    assert world.deliveries()[0].attempts == 4


def test_a_destination_that_is_down_holds_up_nobody(world: World) -> None:
    world.queue("Acme", "Bolt", to="down")
    world.queue("Cobalt", to="chat")
    stage = world.stage("chat", down=f"json://127.0.0.1:{closed_port()}/{SECRET}")
    assert stage.run() == summary(sent=1, failed=1)
    assert world.states() == [DeliveryState.RETRYING, DeliveryState.QUEUED, DeliveryState.SENT]
    first, second, _ = world.deliveries()
    assert first.last_error == "connection refused"
    assert (second.attempts, second.first_attempt_at) == (0, None)


def test_a_destination_that_failed_rests_before_it_is_tried_again(world: World) -> None:
    world.webhooks.statuses["chat"] = [500, 200]
    world.queue("Acme", "Bolt", to="chat")
    stage = world.stage("chat")
    assert stage.run() == summary(failed=1)
    world.clock.pass_(seconds=29)
    assert stage.run() == summary()
    world.clock.pass_(seconds=1)
    assert stage.run() == summary(sent=2)
    assert world.webhooks.received["chat"] == titles("Acme", "Acme", "Bolt")


def test_a_message_that_is_refused_does_not_hold_up_the_others_for_ever(world: World) -> None:
    world.webhooks.statuses["chat"] = [400, 400, 200]
    world.queue("Acme", "Bolt", to="chat")
    stage = world.stage("chat")
    assert stage.run() == summary(failed=1)
    world.clock.pass_(seconds=30)
    assert stage.run() == summary(failed=1)
    world.clock.pass_(seconds=30)
    assert stage.run() == summary(sent=1)
    assert world.states() == [DeliveryState.RETRYING, DeliveryState.SENT]


def test_a_delivery_is_given_up_after_a_day_and_can_be_revived(world: World) -> None:
    world.webhooks.statuses["chat"] = [500]
    world.queue("Acme", to="chat")
    stage = world.stage("chat")
    assert stage.run() == summary(failed=1)
    world.clock.pass_(hours=23, minutes=59)
    assert stage.run() == summary(failed=1)
    world.clock.pass_(hours=1)
    assert stage.run() == summary(dead=1)
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.DEAD, 3)
    world.webhooks.statuses["chat"] = [200]
    world.store.deliveries.revive(delivery_ids=None, now=world.clock())
    assert stage.run() == summary(sent=1)


def test_what_is_for_a_destination_no_longer_configured_is_dead_and_says_why(world: World) -> None:
    world.queue("Acme", "Bolt", to="gone")
    world.queue("Cobalt", to="chat")
    assert world.stage("chat").run() == summary(sent=1, dead=2)
    assert "no destination of this name" in str(world.deliveries()[0].last_error)
    world.store.deliveries.revive(delivery_ids=None, now=world.clock())
    assert world.stage("chat", "gone").run() == summary(sent=2)


def test_a_destination_with_an_unusable_url_is_retried(world: World) -> None:
    world.queue("Acme", to="chat")
    assert world.stage(chat=f"nothing://{SECRET}").run() == summary(failed=1)
    assert "Apprise cannot use its URL" in str(world.deliveries()[0].last_error)


def test_no_secret_is_stored_or_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "listener")
    world.webhooks.statuses["chat"] = [500]
    world.queue("Acme", to="chat")
    world.queue("Bolt", to="down")
    world.queue("Cobalt", to="bad")
    down, bad = f"json://anna:{SECRET}@127.0.0.1:{closed_port()}/{SECRET}", f"slack://{SECRET}"
    assert world.stage("chat", down=down, bad=bad).run() == summary(failed=3)
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("listener")]
    assert len(logged) == 3
    assert SECRET not in f"{world.deliveries()} {logged}"


# --------------------------------------------------------------------------- stops and crashes


def test_a_stop_before_the_start_sends_nothing(world: World) -> None:
    world.queue("Acme", to="chat")
    stop = threading.Event()
    stop.set()
    assert world.stage("chat").run(stop=stop) == summary()
    assert world.states() == [DeliveryState.QUEUED]


def test_a_stop_lets_the_message_under_way_end_and_releases_the_rest(world: World) -> None:
    stop = threading.Event()
    world.webhooks.on_arrival["chat"] = stop
    world.queue("Acme", "Bolt", "Cobalt", to="chat")
    assert world.stage("chat").run(stop=stop) == summary(sent=1)
    assert world.states() == [DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.QUEUED]
    assert [delivery.attempts for delivery in world.deliveries()] == [1, 0, 0]


def test_a_stop_does_not_wait_for_a_service_that_does_not_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listener.deliver._STOP_GRACE_SECONDS", 0.0)
    stop = threading.Event()
    world.webhooks.on_arrival["slow"] = stop
    world.webhooks.before_answer["slow"] = threading.Event()
    world.queue("Acme", "Bolt", to="slow")
    assert world.stage("slow").run(stop=stop) == summary(failed=1)
    first, second = world.deliveries()
    assert (first.state, second.state) == (DeliveryState.RETRYING, DeliveryState.QUEUED)
    assert first.last_error == "listener was stopped while sending; the message may have arrived"


def test_what_was_being_sent_at_a_crash_is_sent_again_and_says_so(world: World) -> None:
    world.queue("Acme", to="chat")
    world.store.deliveries.claim_due(START, limit_per_destination=5, lease=timedelta(minutes=1))  # and the crash
    stage = world.stage("chat")
    assert stage.run() == summary()
    world.clock.pass_(minutes=1)
    assert stage.run() == summary(sent=1)
    assert "may have arrived" in str(world.deliveries()[0].last_error)
    assert world.deliveries()[0].attempts == 2


def test_a_result_that_cannot_be_recorded_is_sent_again_when_the_lease_has_run_out(world: World) -> None:
    world.queue("Acme", "Bolt", to="chat")
    world.queue("Cobalt", to="mail")
    with closing(sqlite3.connect(world.path)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON deliveries WHEN new.state = 'sent' AND new.destination = 'chat' "
            "BEGIN SELECT RAISE (FAIL, 'database or disk is full'); END"
        )
    stage = world.stage("chat", "mail")
    assert stage.run() == summary(sent=1)
    with closing(sqlite3.connect(world.path)) as other:
        other.execute("DROP TRIGGER full")
    world.clock.pass_(minutes=3)
    assert stage.run() == summary(sent=2)
    assert world.webhooks.received["chat"] == titles("Acme", "Acme", "Bolt")


@settings(max_examples=25, deadline=None)
@given(
    answers=st.lists(st.sampled_from([200, 500, 503, 400]), max_size=30),
    pauses=st.lists(st.integers(0, 600), min_size=1, max_size=30),
)
def test_every_lead_is_accepted_exactly_once_whatever_the_service_answers(
    tmp_path_factory: pytest.TempPathFactory, answers: list[int], pauses: list[int]
) -> None:
    world = World(tmp_path_factory.mktemp("world") / "listener.db")
    companies = [f"Company {i}" for i in range(8)]
    world.webhooks.statuses["chat"] = [*answers, 200]
    world.queue(*companies, to="chat")
    stage = world.stage("chat")
    for pause in pauses:
        stage.run()
        world.clock.pass_(seconds=pause)
    while set(world.states()) != {DeliveryState.SENT}:
        world.clock.pass_(minutes=10)
        stage.run()
    assert world.webhooks.accepted == Counter(titles(*companies))
    world.close()


# --------------------------------------------------------------------------- digests


def burst(world: World, *companies: str, to: str = "chat") -> None:
    leads = [world.lead(company) for company in companies]
    for lead in leads:
        world.store.deliveries.enqueue(lead.id, to, "a route", due_at=world.clock(), now=world.clock())
    world.store.deliveries.bundle([lead.id for lead in leads], "a burst", reason="x", now=world.clock())


MANY = [f"Company {number}" for number in range(12)]


def test_a_digest_is_one_message_and_each_of_its_deliveries_is_sent(world: World) -> None:
    burst(world, *MANY)
    assert world.stage("chat").run() == summary(sent=12)
    assert world.webhooks.received == {"chat": ["12 leads at once: Company 0, Company 1, Company 2 and 9 more"]}
    assert set(world.states()) == {DeliveryState.SENT}
    assert {lead.status for lead in world.store.leads.all()} == {LeadStatus.ALERTED}


def test_a_digest_counts_as_one_among_others(world: World) -> None:
    world.queue("Acme", to="chat")
    burst(world, *MANY)
    world.queue("Beta", to="chat")
    world.stage("chat").run()
    assert [title.partition(":")[0] for title in world.webhooks.received["chat"]] == [
        "Acme",
        "12 leads at once",
        "Beta",
    ]


def test_a_digest_goes_to_each_destination_once(world: World) -> None:
    leads = [world.lead(company) for company in MANY]
    for lead in leads:
        for name in ("chat", "mail"):
            world.store.deliveries.enqueue(lead.id, name, "a route", due_at=START, now=START)
    world.store.deliveries.bundle([lead.id for lead in leads], "a burst", reason="x", now=START)
    assert world.stage("chat", "mail").run() == summary(sent=24)
    assert {path: len(received) for path, received in world.webhooks.received.items()} == {"chat": 1, "mail": 1}


def test_a_digest_that_fails_is_tried_again_whole(world: World) -> None:
    burst(world, *MANY)
    world.webhooks.statuses["chat"] = [503, 200]
    stage = world.stage("chat")
    assert stage.run() == summary(failed=12)
    world.clock.pass_(seconds=30)
    assert stage.run() == summary(sent=12)
    assert len(world.webhooks.received["chat"]) == 2


def test_a_digest_is_given_up_whole(world: World) -> None:
    burst(world, *MANY)
    assert world.stage().run() == summary(dead=12)


def test_one_that_is_left_of_a_digest_is_an_alert_like_any_other(world: World) -> None:
    burst(world, *MANY)
    world.stage().run()
    world.store.deliveries.revive(delivery_ids=[3], now=world.clock())
    world.stage("chat").run()
    assert world.webhooks.received == {"chat": titles("Company 2")}


# --------------------------------------------------------------------------- destinations that are down


def test_a_destination_that_keeps_failing_is_down_and_tried_with_one_message_now_and_then(world: World) -> None:
    world.webhooks.statuses["chat"] = [500]
    world.queue(*MANY[:3], to="chat")
    stage = world.stage("chat")
    for _ in range(60):
        stage.run()
        world.clock.pass_(minutes=1)
    state = world.store.destinations.get("chat")
    assert (state.health, state.failing_since_at) == (DestinationHealth.DOWN, START)
    assert str(state.last_error).startswith("HTTP 500")
    assert 8 <= state.failures == len(world.webhooks.received["chat"]) <= 16


def test_a_destination_that_is_well_again_gets_what_waited_for_a_retry_at_once(world: World) -> None:
    world.webhooks.statuses["chat"] = [500]
    world.queue(*MANY[:3], to="chat")
    stage = world.stage("chat")
    for _ in range(180):
        stage.run()
        world.clock.pass_(minutes=1)
    world.webhooks.statuses["chat"] = [200]
    world.clock.pass_(minutes=10)
    assert stage.run() == summary(sent=3)
    state = world.store.destinations.get("chat")
    assert (state.health, state.failures, state.last_error) == (DestinationHealth.OK, 0, None)


def test_a_restart_forgets_no_failures_and_tries_at_once(world: World) -> None:
    world.webhooks.statuses["chat"] = [500, 500, 200]
    world.queue("Acme", "Bolt", to="chat")
    world.stage("chat").run()
    world.store.destinations.wake()
    assert world.stage("chat").run() == summary(failed=1)
    assert world.store.destinations.get("chat").failures == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_asks_for_a_pause_gets_it(world: World, status: int) -> None:
    world.webhooks.statuses["chat"], world.webhooks.retry_after = [status, 200], "7200"
    world.queue("Acme", "Bolt", to="chat")
    stage = world.stage("chat")
    assert stage.run() == summary(failed=1)
    world.clock.pass_(hours=1, minutes=59)
    assert stage.run() == summary()
    world.clock.pass_(minutes=1)
    assert stage.run() == summary(sent=2)


def test_a_service_cannot_ask_for_more_than_a_day(world: World) -> None:
    world.webhooks.statuses["chat"], world.webhooks.retry_after = [429, 200], "99999999"
    world.queue("Acme", to="chat")
    stage = world.stage("chat")
    assert stage.run() == summary(failed=1)
    world.clock.pass_(hours=24)
    assert stage.run() == summary(sent=1)


def test_a_pause_shorter_than_our_own_does_not_hasten_anything(world: World) -> None:
    world.webhooks.statuses["chat"], world.webhooks.retry_after = [429, 200], "1"
    world.queue("Acme", to="chat")
    stage = world.stage("chat")
    assert stage.run() == summary(failed=1)
    world.clock.pass_(seconds=29)
    assert stage.run() == summary()


def test_a_pause_that_one_asks_for_holds_up_no_other(world: World) -> None:
    world.webhooks.statuses["chat"], world.webhooks.retry_after = [429], "7200"
    world.queue("Acme", to="chat")
    world.queue("Acme 2", to="mail")
    assert world.stage("chat", "mail").run() == summary(sent=1, failed=1)


def test_a_signed_message_that_is_tried_again_has_the_same_key(world: World) -> None:
    world.webhooks.statuses["crm"] = [500, 200]
    world.queue("Acme", "Bolt", to="crm")
    stage = world.stage(crm=world.webhooks.signed_url("crm"))
    stage.run()
    world.clock.pass_(seconds=30)
    stage.run()
    first, again, other = world.webhooks.keys["crm"]
    assert first == again != other


def test_a_signed_message_that_is_sent_again_on_purpose_has_another_key(world: World) -> None:
    world.queue("Acme", to="crm")
    stage = world.stage(crm=world.webhooks.signed_url("crm"))
    stage.run()
    world.clock.pass_(hours=1)
    world.store.deliveries.send_again(1, "crm", due_at=world.clock(), now=world.clock())
    stage.run()
    first, again = world.webhooks.keys["crm"]
    assert first != again


def spoil(world: World, company: str) -> None:
    """Make the lead one that cannot be rendered."""
    with closing(sqlite3.connect(world.path)) as other, other:
        other.execute("UPDATE leads SET slots = '[1]' WHERE company = ?", (company,))


def test_a_lead_that_cannot_be_shown_is_told_plainly(world: World) -> None:
    world.queue("Acme", "Bolt", to="chat")
    spoil(world, "Acme")
    assert world.stage("chat").run() == summary(sent=2)
    assert world.webhooks.received["chat"] == ["Acme: funding", *titles("Bolt")]
    assert "listener leads show 1" in world.webhooks.texts["chat"][0]


def test_a_lead_that_cannot_be_shown_does_not_hold_back_its_digest(world: World) -> None:
    burst(world, *MANY)
    spoil(world, MANY[0])
    assert world.stage("chat").run() == summary(sent=12)
    (text,) = world.webhooks.texts["chat"]
    assert "listener leads show 1" in text
    assert all(company in text for company in MANY)


def test_a_lead_whose_reader_is_not_known_any_more_is_told_all_the_same(world: World) -> None:
    def fails(_lead: Lead, _delivery: Delivery) -> Personal:
        raise ValueError("no such rep")

    world.queue("Acme", to="chat")
    stage = DeliverStage(
        world.store,
        Notifier({"chat": world.webhooks.url("chat")}),
        retry_base=BASE,
        retry_for=FOR,
        clock=world.clock,
        jitter=lambda: 0.0,
        personal=fails,
    )
    assert stage.run() == summary(sent=1)


# --------------------------------------------------------------------------- storms

BRAKE = StormBrake(most=10, within=timedelta(minutes=10))


def test_more_than_the_brake_allows_become_one_digest_with_the_reason(world: World) -> None:
    world.queue(*MANY, to="chat")
    world.queue("Acme", to="mail")
    assert world.stage("chat", "mail", brake=BRAKE).run() == summary(sent=13)
    assert world.webhooks.received == {
        "chat": ["12 leads at once: Company 0, Company 1, Company 2 and 9 more"],
        "mail": titles("Acme"),
    }
    assert "because there were more than 10 in 10 minutes" in world.webhooks.texts["chat"][0]
    assert world.store.destinations.get("chat").storm_at == START
    assert world.store.destinations.get("mail").storm_at is None


def test_as_many_as_the_brake_allows_go_out_one_by_one(world: World) -> None:
    world.queue(*MANY[:10], to="chat")
    assert world.stage("chat", brake=BRAKE).run() == summary(sent=10)
    assert world.webhooks.received["chat"] == titles(*MANY[:10])


def test_a_storm_that_goes_on_makes_a_digest_a_window(world: World) -> None:
    stage = world.stage("chat", brake=BRAKE)
    for number in range(120):
        world.queue(f"Company {number}", to="chat")
        stage.run()
        world.clock.pass_(seconds=15)
    world.clock.pass_(minutes=10)
    stage.run()
    assert set(world.states()) == {DeliveryState.SENT}
    assert len(world.webhooks.received["chat"]) <= 10 + 10 + 10 + 3


def test_a_night_with_the_chat_down_ends_in_one_digest(world: World) -> None:
    world.clock.now = datetime(2030, 5, 6, 21, 0, tzinfo=UTC)
    world.webhooks.statuses["chat"] = [503]
    stage = world.stage("chat", brake=BRAKE)
    for number in range(80):
        world.queue(f"Company {number}", to="chat")
        for _ in range(5):
            stage.run()
            world.clock.pass_(seconds=90)
    refused = len(world.webhooks.received["chat"])
    world.webhooks.statuses["chat"] = [200]
    for _ in range(60):
        stage.run()
        world.clock.pass_(seconds=30)
    assert [title.partition(":")[0] for title in world.webhooks.received["chat"][refused:]] == ["80 leads at once"]
    assert world.webhooks.texts["chat"][-1].startswith(
        "One message, because chat took no messages since 21:00 on 6 May."
    )
    assert set(world.states()) == {DeliveryState.SENT}
    assert refused < 10 * 60 / 5


def test_a_digest_that_is_too_long_for_one_message_becomes_several(world: World) -> None:
    burst(world, *(f"Company {number}" for number in range(MOST_IN_DIGEST + 1)))
    assert world.stage("chat").run() == summary(sent=MOST_IN_DIGEST + 1)
    assert len(world.webhooks.received["chat"]) == 2


def test_what_joined_a_dying_digest_late_lives_on(world: World) -> None:
    world.webhooks.statuses["chat"] = [503]
    stage = world.stage("chat", brake=BRAKE)
    world.queue(*MANY, to="chat")
    stage.run()
    world.clock.pass_(hours=23)
    world.queue("Late", to="chat")
    stage.run()
    world.clock.pass_(hours=1)
    assert stage.run() == summary(failed=1, dead=12)
    assert [each.state for each in world.deliveries()[-2:]] == [DeliveryState.DEAD, DeliveryState.RETRYING]
