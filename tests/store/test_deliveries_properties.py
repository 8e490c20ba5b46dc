"""Whatever happens in whatever order: no delivery is lost, doubled or out of turn."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from listener.model import DeliveryState, FeedSpec, Fetched, NewLead, NewSource, ParsedEntry
from listener.store import Store

QUEUED, SENDING, SENT, RETRYING, DEAD, DROPPED = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.RETRYING,
    DeliveryState.DEAD,
    DeliveryState.DROPPED,
)
LEASE = timedelta(minutes=2)
LEADS = 6
LEGAL = {
    (None, QUEUED),
    (QUEUED, SENDING),
    (RETRYING, SENDING),
    (SENDING, SENT),
    (SENDING, RETRYING),
    (SENDING, DEAD),
    (SENDING, QUEUED),  # released
    (DEAD, QUEUED),  # revived
    (RETRYING, QUEUED),  # revived
    (QUEUED, DROPPED),
    (RETRYING, DROPPED),
    (DEAD, DROPPED),
    (DROPPED, QUEUED),  # revived
}
MOST = 2  # deliveries in a digest of the storm brake

destinations = st.sampled_from(["chat", "mail"])
reps = st.sampled_from([None, "anna"])
pauses = st.integers(0, 5).map(lambda minutes: timedelta(minutes=minutes))


@dataclass(kw_only=True)
class Expected:
    """A delivery as it has to be."""

    destination: str
    created_at: datetime
    due_at: datetime
    planned_at: datetime
    rep: str | None = None
    digest: str | None = None
    state: DeliveryState = QUEUED
    left: DeliveryState = QUEUED  # the state that the claim left
    leased_until: datetime | None = None
    attempts: int = 0
    first_attempt_at: datetime | None = None

    def is_ready(self, now: datetime) -> bool:
        if self.state is SENDING:
            return self.leased_until is not None and self.leased_until <= now
        return self.state in (QUEUED, RETRYING) and self.due_at <= now


class Outbox(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store.open(self.folder / "listener.db")
        self.table = self.store.deliveries
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        self.expected: dict[int, Expected] = {}
        self.seen: dict[int, DeliveryState] = {}
        self.leads = add_leads(self.store, self.now)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    # ---------------------------------------------------------------- what may happen

    @rule(lead=st.integers(0, LEADS - 1), destination=destinations, pause=pauses, rep=reps)
    def enqueue(self, lead: int, destination: str, pause: timedelta, rep: str | None) -> None:
        due_at = self.now + pause
        known = {(each.lead_id, each.destination) for each in self.table.all()}
        new = self.table.enqueue(self.leads[lead], destination, "all", due_at=due_at, now=self.now, rep=rep)
        assert new == ((self.leads[lead], destination) not in known)
        if new:
            newest = self.table.all(limit=1)[0].id
            self.expected[newest] = Expected(
                destination=destination, created_at=self.now, due_at=due_at, planned_at=due_at, rep=rep
            )

    @rule(minutes=st.integers(1, 5))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.expected)
    @rule(limit=st.integers(1, 2), exclude=st.sets(destinations, max_size=1))
    def claim(self, limit: int, exclude: set[str]) -> None:
        turn = self.in_turn(limit, exclude)
        claimed = self.table.claim_due(self.now, limit_per_destination=limit, lease=LEASE, exclude=exclude)
        assert [delivery.id for delivery in claimed] == turn
        for delivery_id in turn:
            each = self.expected[delivery_id]
            each.left = RETRYING if each.state is SENDING else each.state
            each.state, each.leased_until = SENDING, self.now + LEASE
            each.attempts += 1
            each.first_attempt_at = each.first_attempt_at or self.now

    def in_turn(self, limit: int, exclude: set[str]) -> list[int]:
        """The first few that are ready of each destination, in the order of their creation; a digest counts as one."""
        parcels: dict[tuple[str, str | int], list[tuple[datetime, int]]] = defaultdict(list)
        for delivery_id, each in self.expected.items():
            if each.is_ready(self.now) and each.destination not in exclude:
                parcels[each.destination, each.digest or delivery_id].append((each.created_at, delivery_id))
        first: dict[str, list[list[tuple[datetime, int]]]] = defaultdict(list)
        for (destination, _), parcel in sorted(parcels.items(), key=lambda item: min(item[1])):
            if len(first[destination]) < limit:
                first[destination].append(parcel)
        return [number for _, number in sorted(each for some in first.values() for parcel in some for each in parcel)]

    @precondition(lambda self: self.expected)
    @rule(destination=destinations, pause=pauses)
    def hold(self, destination: str, pause: timedelta) -> None:
        self.table.hold(destination, until=self.now + pause, reason="too many", most=MOST, now=self.now)
        still_open = {
            number: each
            for number, each in sorted(self.expected.items(), key=lambda item: (item[1].created_at, item[0]))
            if each.destination == destination and each.state in (QUEUED, RETRYING)
        }
        digest = max((each.digest for each in still_open.values() if each.digest), key=self.begin, default=None)
        for number, each in still_open.items():
            if each.digest is None and each.planned_at <= self.now:
                held = sum(other.digest == digest for other in still_open.values()) if digest else MOST
                digest = digest if held < MOST else f"storm {number}"
                each.digest = digest
        for each in still_open.values():
            each.due_at = self.now + pause if each.digest else each.due_at

    def begin(self, digest: str) -> int:
        """The first of a digest that waits."""
        waiting = {number: each for number, each in self.expected.items() if each.state in (QUEUED, RETRYING)}
        return min(number for number, each in waiting.items() if each.digest == digest)

    @precondition(lambda self: self.expected)
    @rule(destination=destinations)
    def hasten(self, destination: str) -> None:
        self.table.hasten(destination, self.now)
        for each in self.expected.values():
            if each.destination == destination and each.state is RETRYING:
                each.due_at = min(each.due_at, self.now)

    @precondition(lambda self: self.expected)
    @rule(pause=pauses)
    def put_off(self, pause: timedelta) -> None:
        self.table.put_off("anna", until=self.now + pause, now=self.now)
        for each in self.expected.values():
            if each.rep == "anna" and each.state in (QUEUED, RETRYING) and each.is_ready(self.now):
                each.due_at = self.now + pause

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        delivery_id = self.draw_id(data)
        each = self.expected[delivery_id]
        assert self.table.drop([delivery_id], self.now) == (each.state in (QUEUED, RETRYING, DEAD))
        if each.state in (QUEUED, RETRYING, DEAD):
            each.state = DROPPED

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def sent(self, data: st.DataObject) -> None:
        delivery_id = self.draw_id(data)
        self.table.record_sent(delivery_id, self.now)
        self.move(delivery_id, SENT)

    @precondition(lambda self: self.expected)
    @rule(data=st.data(), pause=pauses)
    def failed(self, data: st.DataObject, pause: timedelta) -> None:
        delivery_id = self.draw_id(data)
        self.table.record_retry(delivery_id, "503", due_at=self.now + pause, now=self.now)
        if self.move(delivery_id, RETRYING):
            self.expected[delivery_id].due_at = self.now + pause

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def failed_for_the_last_time(self, data: st.DataObject) -> None:
        delivery_id = self.draw_id(data)
        self.table.record_dead(delivery_id, "404", self.now)
        self.move(delivery_id, DEAD)

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        delivery_id = self.draw_id(data)
        self.table.release([delivery_id])
        each = self.expected[delivery_id]
        if self.move(delivery_id, each.left):
            each.attempts -= 1
            each.first_attempt_at = None if each.left is QUEUED else each.first_attempt_at

    @rule()
    def crash_and_start_again(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder / "listener.db")
        self.table = self.store.deliveries
        self.table.release_all()
        self.table.hasten_all(self.now)
        for delivery_id, each in self.expected.items():
            self.move(delivery_id, RETRYING)
            if each.state is RETRYING:
                each.due_at = min(each.due_at, self.now)

    @precondition(lambda self: self.expected)
    @rule(data=st.data())
    def revive(self, data: st.DataObject) -> None:
        delivery_id = self.draw_id(data)
        each = self.expected[delivery_id]
        revived = self.table.revive(delivery_ids=[delivery_id], now=self.now)
        assert revived == (each.state in (DEAD, DROPPED, RETRYING))
        if revived:
            each.state, each.due_at, each.first_attempt_at = QUEUED, self.now, None

    def draw_id(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.expected)))

    def move(self, delivery_id: int, state: DeliveryState) -> bool:
        """Only what is being sent moves on."""
        each = self.expected[delivery_id]
        moves = each.state is SENDING
        if moves:
            each.state, each.leased_until = state, None
        return moves

    # ---------------------------------------------------------------- what always holds

    @invariant()
    def every_delivery_is_as_expected(self) -> None:
        actual = {
            each.id: (
                each.destination,
                each.state,
                each.due_at,
                each.attempts,
                each.first_attempt_at,
                each.created_at,
                each.digest,
            )
            for each in self.table.all()
        }
        assert actual == {
            delivery_id: (
                each.destination,
                each.state,
                each.due_at,
                each.attempts,
                each.first_attempt_at,
                each.created_at,
                each.digest,
            )
            for delivery_id, each in self.expected.items()
        }

    @invariant()
    def states_move_along_legal_edges(self) -> None:
        now = {each.id: each.state for each in self.table.all()}
        moves = {(self.seen.get(delivery_id), state) for delivery_id, state in now.items()}
        assert {move for move in moves if move[0] is not move[1]} <= LEGAL
        self.seen = now

    @invariant()
    def what_is_open_will_be_due(self) -> None:
        still_open = [each for each in self.expected.values() if each.state in (QUEUED, RETRYING, SENDING)]
        ready_at = [each.leased_until if each.state is SENDING else each.due_at for each in still_open]
        assert self.table.next_due_at() == min(ready_at, default=None)

    @invariant()
    def counts_add_up(self) -> None:
        assert sum(self.table.counts().values()) == len(self.expected)


def add_leads(store: Store, now: datetime) -> list[int]:
    store.feeds.sync([FeedSpec(url="https://news.test/feed")], now)
    entry = ParsedEntry(
        uid="1", url=None, canonical_url=None, title="", text="", publisher=None, lang=None, published_at=None
    )
    fetched = Fetched(feed_id=1, entries=(entry,), etag=None, last_modified=None, body_hash="", title=None)
    store.feeds.record_fetched(fetched, next_poll_at=now, now=now)
    return [store.leads.add(new_lead(number), NewSource(entry_id=1, quote=""), now).id for number in range(LEADS)]


def new_lead(number: int) -> NewLead:
    return NewLead(
        trigger="funding",
        label="Funding round",
        rule="funding/raises-money",
        company=f"Company {number}",
        company_key=f"company {number}",
        title="",
        quote="",
        quote_start=0,
        quote_end=0,
        where="title",
        why="",
        url=None,
        slots={},
        hedged=None,
        lang="en",
        score=70,
        reasons=(),
        suppressed=None,
    )


TestOutbox = Outbox.TestCase
TestOutbox.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
