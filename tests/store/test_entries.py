from __future__ import annotations

from datetime import timedelta

import pytest

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
    assert (entry.text, entry.publisher, entry.usual_lang) == (parsed.text, "Reuters", "de")
    assert (entry.published_at, entry.first_seen_at) == (published_at, now)
    assert store.entries.get(entry.id) == entry


def test_an_entry_keeps_the_hosts_that_it_links(given):
    assert given.entry("1", hosts=("cobalt.example", "beta.example")).hosts == ("cobalt.example", "beta.example")
    assert given.entry("2").hosts == ()


def test_an_entry_keeps_the_facts_of_its_feed(given):
    facts = {"form": "8-K", "items": "1.01, 5.02", "company": "Größe AG"}
    assert given.entry("1", facts=facts).facts == facts
    assert given.entry("2").facts == {}


def test_an_entry_may_lack_almost_everything(given):
    entry = given.entry(url=None, canonical_url=None, title="", text="", published_at=None)
    assert (entry.url, entry.canonical_url, entry.title, entry.text, entry.published_at) == (None, None, "", "", None)


def test_the_language_that_the_configuration_gives_a_feed_is_that_of_its_entries(given):
    given.feed(lang="fr")
    assert given.entry("1", lang="de").lang == "fr"


def test_the_language_of_an_entry_is_kept_when_it_was_judged(store, given):
    entry = given.entry(lang="en")
    assert entry.lang is None
    store.entries.mark_judged({entry.id: "de"}, given.now)
    assert store.entries.get(entry.id).lang == "de"


def test_the_usual_language_is_what_the_feed_says_until_five_entries_show_another(store, given):
    for number in range(5):
        entry = given.entry(str(number), lang="en")
        assert entry.usual_lang == "en"
        store.entries.mark_judged({entry.id: "de"}, given.now)
    assert given.entry("next", lang="en").usual_lang == "de"


def test_the_usual_language_of_a_mixed_feed_is_that_of_most_entries(store, given):
    for number in range(11):
        store.entries.mark_judged({given.entry(str(number)).id: "de" if number % 2 else "en"}, given.now)
    assert given.entry("next").usual_lang == "en"


def test_an_entry_whose_language_could_not_be_told_is_judged_and_counts_for_none(store, given):
    for number in range(9):
        store.entries.mark_judged({given.entry(str(number)).id: None}, given.now)
    assert store.entries.unjudged(limit=10) == []
    assert given.entry("next").usual_lang is None


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
    store.entries.mark_judged({first.id: "en"}, now)
    assert store.entries.unjudged(limit=10) == [second]


def test_get_an_unknown_entry_is_none(store):
    assert store.entries.get(7) is None


def test_count_counts_judged_entries_too(store, given, now):
    entries = [given.entry(uid) for uid in "123"]
    store.entries.mark_judged({entries[0].id: "en"}, now)
    assert store.entries.count() == 3


# ------------------------------------------------------------------- what publishers do to their entries


def poll(store, given, *entries, hours=0):
    """Another poll of the only feed; returns the number of new entries."""
    (feed,) = store.feeds.all() or [given.feed()]
    now = given.after(hours=hours)
    return store.feeds.record_fetched(given.fetched(feed.id, *entries), next_poll_at=now, now=now)


def test_an_edited_entry_is_updated_in_place(store, given, now):
    poll(store, given, given.parsed("1"))
    edited = given.parsed("1", title="Cobalt Freight raises $13M", text="Corrected.", url="https://news.test/corrected")
    assert poll(store, given, edited, hours=1) == 0
    (entry,) = store.entries.unjudged(limit=10)
    assert (entry.title, entry.text, entry.url) == (edited.title, "Corrected.", "https://news.test/corrected")
    assert (entry.first_seen_at, entry.updated_at) == (now, given.after(hours=1))


def test_an_edited_entry_is_not_judged_again(store, given, now):
    entry = given.entry("1")
    store.entries.mark_judged({entry.id: "en"}, now)
    poll(store, given, given.parsed("1", title="Corrected"), hours=1)
    assert store.entries.unjudged(limit=10) == []


def test_an_entry_that_is_as_it_was_is_not_updated(store, given):
    poll(store, given, given.parsed("1"))
    poll(store, given, given.parsed("1"), hours=1)
    assert store.entries.unjudged(limit=1)[0].updated_at is None


def test_the_first_date_of_an_entry_counts(store, given, now):
    poll(store, given, given.parsed("1", published_at=now))
    poll(store, given, given.parsed("1", title="Edited", published_at=given.after(hours=1)), hours=1)
    assert store.entries.unjudged(limit=1)[0].published_at == now


def test_a_date_that_moves_is_no_edit(store, given, now):
    link = {"url": "https://news.test/1", "canonical_url": "https://news.test/1"}
    poll(store, given, given.parsed("1", published_at=now, **link))
    moved = given.after(hours=1)
    poll(store, given, given.parsed("1", published_at=moved, **link), hours=1)
    assert store.entries.unjudged(limit=1)[0].updated_at is None
    assert poll(store, given, given.parsed("2", published_at=moved, **link), hours=2) == 0


def test_a_date_that_was_missing_is_taken_with_an_edit(store, given, now):
    poll(store, given, given.parsed("1"))
    poll(store, given, given.parsed("1", title="Edited", published_at=now), hours=1)
    assert store.entries.unjudged(limit=1)[0].published_at == now


def test_an_entry_that_vanishes_and_returns_is_not_new(store, given):
    poll(store, given, given.parsed("1"), given.parsed("2"))
    poll(store, given, given.parsed("2"), hours=1)
    assert poll(store, given, given.parsed("1"), given.parsed("2"), hours=10_000) == 0


def test_an_entry_with_a_new_guid_is_the_same(store, given):
    first = given.entry("old")
    renamed = given.parsed("new", url=first.url, canonical_url=first.canonical_url)
    assert poll(store, given, renamed, hours=1) == 0
    assert store.entries.get(first.id).uid == "new"
    edited = given.parsed("new", url=first.url, canonical_url=first.canonical_url, title="Edited")
    assert poll(store, given, edited, hours=2) == 0
    assert store.entries.get(first.id).title == "Edited"


def test_two_entries_of_one_document_are_two_however_alike(store, given):
    page = {"url": "https://news.test/", "canonical_url": "https://news.test/"}
    assert poll(store, given, given.parsed("1", **page), given.parsed("2", **page)) == 2
    assert poll(store, given, given.parsed("2", **page), given.parsed("3", **page), given.parsed("1", **page)) == 1


def test_a_weekly_entry_with_the_same_title_and_page_is_new_each_week(store, given):
    page = {"title": "Weekly update", "url": "https://news.test/", "canonical_url": "https://news.test/"}
    weeks = [given.parsed(f"{week}", published_at=given.after(weeks=week), **page) for week in range(3)]
    assert [poll(store, given, entry) for entry in weeks] == [1, 1, 1]


def test_entries_without_a_link_are_known_by_their_uid_alone(store, given):
    bare = {"url": None, "canonical_url": None}
    assert [poll(store, given, given.parsed(uid, **bare)) for uid in "12"] == [1, 1]


def test_the_same_item_in_another_feed_is_another_entry(store, given, now):
    one, two = given.feed("https://one.test/feed"), given.feed("https://two.test/feed")
    page = {"url": "https://news.test/", "canonical_url": "https://news.test/"}
    outcomes = [given.fetched(one.id, given.parsed("a", **page)), given.fetched(two.id, given.parsed("b", **page))]
    assert [store.feeds.record_fetched(outcome, next_poll_at=now, now=now) for outcome in outcomes] == [1, 1]


# ------------------------------------------------------------------- retention


def test_the_texts_of_old_entries_are_removed_and_nothing_else(store, given):
    entry = given.entry("1")
    store.entries.mark_judged({entry.id: "en"}, given.now)
    assert store.entries.remove_texts(before=given.after(days=1), now=given.after(days=30)) == 1
    kept = store.entries.get(entry.id)
    assert (kept.text, kept.title, kept.uid, kept.url) == ("", entry.title, entry.uid, entry.url)
    assert store.entries.remove_texts(before=given.after(days=1), now=given.after(days=31)) == 0


def test_young_and_unjudged_entries_keep_their_texts(store, given):
    old, young = given.entry("old"), given.entry("young")
    store.entries.mark_judged({young.id: "en"}, given.now)
    assert store.entries.remove_texts(before=given.now, now=given.after(days=1)) == 0
    assert store.entries.remove_texts(before=given.after(days=1), now=given.after(days=1)) == 1
    assert store.entries.get(old.id).text


def test_an_entry_without_its_text_is_still_known(store, given):
    entry = given.entry("1")
    store.entries.mark_judged({entry.id: "en"}, given.now)
    store.entries.remove_texts(before=given.after(days=1), now=given.after(days=1))
    assert poll(store, given, given.parsed("1", title="Edited"), hours=48) == 0
    assert (store.entries.get(entry.id).text, store.entries.get(entry.id).title) == ("", "Edited")
    renamed = given.parsed("2", title="Edited", url=entry.url, canonical_url=entry.canonical_url)
    assert poll(store, given, renamed, hours=49) == 0


def test_many_texts_are_removed_in_several_steps(store, given, monkeypatch):
    monkeypatch.setattr("listener.store.entries._CHUNK", 2)
    entries = [given.entry(str(n)) for n in range(5)]
    store.entries.mark_judged(dict.fromkeys((entry.id for entry in entries), "en"), given.now)
    assert store.entries.remove_texts(before=given.after(days=1), now=given.after(days=1)) == 5


@pytest.mark.parametrize("chunk", [2, 5_000])
@pytest.mark.parametrize(("size", "kept"), [(0, []), (9, []), (10, [5]), (35, [3, 4, 5]), (50, [1, 2, 3, 4, 5])])
def test_the_newest_texts_that_there_is_room_for_are_kept(store, given, monkeypatch, chunk, size, kept):
    monkeypatch.setattr("listener.store.entries._CHUNK", chunk)
    entries = [given.entry(str(n), text="ten bytes!") for n in range(5)]
    store.entries.mark_judged(dict.fromkeys((entry.id for entry in entries), "en"), given.now)
    assert store.entries.remove_texts_beyond(size, now=given.now) == 5 - len(kept)
    assert [entry.id for entry in entries if store.entries.get(entry.id).text] == kept
    assert store.entries.remove_texts_beyond(size, now=given.now) == 0


def test_the_size_of_texts_is_that_in_bytes(store, given):
    entry = given.entry(text="Zürich")
    store.entries.mark_judged({entry.id: "de"}, given.now)
    assert store.entries.remove_texts_beyond(7, now=given.now) == 0
    assert store.entries.remove_texts_beyond(6, now=given.now) == 1


def test_an_unjudged_entry_keeps_its_text_whatever_its_size(store, given):
    entry = given.entry()
    assert store.entries.remove_texts_beyond(0, now=given.now) == 0
    assert store.entries.get(entry.id).text


def test_history_is_read_in_pages_from_a_moment_on(store, given):
    feed = given.feed()
    for number in range(7):
        store.entries.take(feed.id, [given.parsed(str(number))], given.after(days=number))
    total, pages = store.entries.seen_since(given.after(days=2), size=2)
    assert total == 5
    assert [[entry.uid for entry in page] for page in pages] == [["2", "3"], ["4", "5"], ["6"]]


def test_history_ends_where_it_did_when_it_was_asked_for(store, given):
    feed = given.feed()
    store.entries.take(feed.id, [given.parsed("1")], given.now)
    _, pages = store.entries.seen_since(given.now, size=10)
    store.entries.take(feed.id, [given.parsed("2")], given.now)
    assert [entry.uid for page in pages for entry in page] == ["1"]


def test_an_empty_history_has_no_pages(store, given):
    total, pages = store.entries.seen_since(given.now, size=10)
    assert (total, list(pages)) == (0, [])
