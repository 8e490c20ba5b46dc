from __future__ import annotations

from datetime import timedelta

from listener.model import FailureKind, FetchFailed


def test_an_entry_comes_back_as_it_was_read(store, given, now):
    feed = given.feed(name="Offices", tags=("de", "local"))
    published_at = now - timedelta(days=1)
    parsed = given.parsed("tag:1", title="Größe 🚚", publisher="Reuters", lang="de", published_at=published_at)
    store.feeds.record_fetched(given.fetched(feed.id, parsed), next_poll_at=now, now=now)
    (entry,) = store.entries.unjudged(limit=10)
    assert (entry.feed_id, entry.feed_name, entry.uid, entry.title) == (feed.id, "Offices", "tag:1", "Größe 🚚")
    assert entry.feed_tags == ("de", "local")
    assert (entry.url, entry.canonical_url) == (parsed.url, parsed.canonical_url)
    assert (entry.text, entry.publisher, entry.lang) == (parsed.text, "Reuters", "de")
    assert (entry.published_at, entry.first_seen_at) == (published_at, now)
    assert store.entries.get(entry.id) == entry


def test_an_entry_keeps_the_facts_of_its_feed(given):
    facts = {"form": "8-K", "items": "1.01, 5.02", "company": "Größe AG"}
    assert given.entry("1", facts=facts).facts == facts
    assert given.entry("2").facts == {}


def test_an_entry_may_lack_almost_everything(given):
    entry = given.entry(url=None, canonical_url=None, title="", text="", published_at=None)
    assert (entry.url, entry.canonical_url, entry.title, entry.text, entry.published_at) == (None, None, "", "", None)


def test_an_entry_without_a_language_has_that_of_its_feed(given):
    given.feed(lang="fr")
    assert given.entry("1").lang == "fr"
    assert given.entry("2", lang="de").lang == "de"


def test_first_sight_are_the_entries_of_the_first_poll_that_succeeded(store, given, now):
    feed = given.feed()
    failure = FetchFailed(feed_id=feed.id, kind=FailureKind.NETWORK, message="no route to host")
    store.feeds.record_failed(failure, next_poll_at=now, now=now)
    for hours, uids in enumerate([("1", "2"), ("1", "2", "3")]):
        outcome = given.fetched(feed.id, *[given.parsed(uid) for uid in uids])
        store.feeds.record_fetched(outcome, next_poll_at=now, now=given.after(hours=hours))
    assert [(entry.uid, entry.first_sight) for entry in store.entries.unjudged(limit=10)] == [
        ("1", True),
        ("2", True),
        ("3", False),
    ]


def test_entries_keep_the_order_of_their_document(store, given, now):
    feed = given.feed()
    uids = ["c", "a", "b"]
    outcome = given.fetched(feed.id, *[given.parsed(uid) for uid in uids])
    store.feeds.record_fetched(outcome, next_poll_at=now, now=now)
    assert [entry.uid for entry in store.entries.unjudged(limit=10)] == uids


def test_unjudged_goes_on_behind_an_id(store, given):
    first, second, third = (given.entry(uid) for uid in "123")
    assert store.entries.unjudged(limit=2) == [first, second]
    assert store.entries.unjudged(after_id=second.id, limit=2) == [third]


def test_a_judged_entry_is_not_judged_again(store, given, now):
    first, second = (given.entry(uid) for uid in "12")
    store.entries.mark_judged([first.id], now)
    assert store.entries.unjudged(limit=10) == [second]


def test_get_an_unknown_entry_is_none(store):
    assert store.entries.get(7) is None


def test_count_counts_judged_entries_too(store, given, now):
    entries = [given.entry(uid) for uid in "123"]
    store.entries.mark_judged([entries[0].id], now)
    assert store.entries.count() == 3
