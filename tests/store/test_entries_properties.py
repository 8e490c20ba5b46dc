"""Whatever a publisher does to a feed between two polls: no entry is lost, none is new twice."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from listener.core.likeness import likeness
from listener.model import FeedSpec, Fetched, ParsedEntry
from listener.store import Store

START = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
LINKS = st.none() | st.sampled_from(["https://news.test/", "https://news.test/a"])
DATES = st.none() | st.sampled_from([START, START - timedelta(days=1), START + timedelta(days=400)])


@dataclass
class Item:
    """An item of the feed, by its publisher."""

    entry: ParsedEntry
    shown: bool = True  # is in the document
    polled: bool = False  # just as it is now; who changes guid and words between two polls has made another item
    stored: ParsedEntry | None = None  # as it was polled last

    def looks_like(self, other: Item) -> bool:
        return likeness(other.entry) in [likeness(entry) for entry in (self.entry, self.stored) if entry]


class Publisher(RuleBasedStateMachine):
    items = Bundle("items")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "listener.db")
        self.store.feeds.sync([FeedSpec(url="https://news.test/feed")], START)
        self.now = START
        self.numbers = itertools.count()
        self.published: list[Item] = []
        self.seen: set[int] = set()  # which of them were in a document that was polled
        self.judged: list[int] = []

    @rule(target=items, link=LINKS, date=DATES)
    def publish(self, link: str | None, date: datetime | None) -> Item:
        number = next(self.numbers)
        entry = ParsedEntry(
            uid=f"guid {number}", url=link, canonical_url=link, title=f"Title {number}", text="Text.", publisher=None,
            lang=None, published_at=date,
        )  # fmt: skip
        self.published.append(Item(entry))
        return self.published[-1]

    @rule(target=items, original=items)
    def publish_one_that_looks_the_same(self, original: Item) -> Item:
        for item in self.published:  # they are told apart by being seen beside each other
            item.shown |= item.looks_like(original)
        self.poll()
        twin = Item(replace(original.entry, uid=f"guid {next(self.numbers)}"))
        self.published.append(twin)
        self.poll()
        return twin

    @rule(item=items, what=st.sampled_from(["title", "text"]))
    def edit(self, item: Item, what: str) -> None:
        if item.polled:
            item.entry = replace(item.entry, **{what: f"Edited {next(self.numbers)}"})
            item.polled = False

    @rule(item=items)
    def drop(self, item: Item) -> None:
        item.shown = item.polled = False

    @rule(item=items)
    def return_(self, item: Item) -> None:
        item.shown = True

    @rule(item=items)
    def give_a_new_guid(self, item: Item) -> None:
        if item.polled and item.entry.canonical_url:
            item.entry = replace(item.entry, uid=f"guid {next(self.numbers)}")
            item.polled = False

    @rule(item=consumes(items))
    def forget_it_exists(self, item: Item) -> None:
        """It stays as it is from now on."""

    @rule(shuffled=st.randoms(use_true_random=False))
    def reorder(self, shuffled) -> None:
        order = list(enumerate(self.published))
        shuffled.shuffle(order)
        self.poll(order)

    @rule()
    def poll(self, order: list[tuple[int, Item]] | None = None) -> None:
        document = [(n, item) for n, item in order or enumerate(self.published) if item.shown]
        self.now += timedelta(minutes=15)
        outcome = Fetched(
            feed_id=1, entries=tuple(item.entry for _, item in document), etag=None, last_modified=None,
            body_hash="", title=None,
        )  # fmt: skip
        new = self.store.feeds.record_fetched(outcome, next_poll_at=self.now, now=self.now)
        assert new == len({n for n, _ in document} - self.seen)
        self.seen |= {n for n, _ in document}
        for _, item in document:
            item.polled, item.stored = True, item.entry

    @rule()
    def judge(self) -> None:
        entries = self.store.entries.unjudged(limit=1000)
        self.store.entries.mark_judged(dict.fromkeys((entry.id for entry in entries), "en"), self.now)
        self.judged += [entry.id for entry in entries]

    @rule()
    def remove_texts(self) -> None:
        self.store.entries.remove_texts(before=self.now - timedelta(minutes=30), now=self.now)

    @invariant()
    def nothing_is_lost_or_repeated(self) -> None:
        assert self.store.entries.count() == len(self.seen)
        assert len(set(self.judged)) == len(self.judged)

    def teardown(self) -> None:
        self.judge()
        self.store.close()
        self.folder.cleanup()
        assert len(self.judged) == len(self.seen)


Publisher.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestPublisher = Publisher.TestCase
