from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from listener.model import Cadence, FailureKind, FeedSpec, FetchFailed, NotModified, PollHints

HOUR = timedelta(hours=1)
A, B = FeedSpec(url="https://a.test/feed"), FeedSpec(url="https://b.test/feed")


@pytest.fixture
def feeds(store):
    return store.feeds


@pytest.fixture
def feed(given):
    return given.feed()


def claim(feeds, now, **options):
    return [feed.url for feed in feeds.claim_due(now, **{"limit": 10, "lease": HOUR, **options})]


def failed(feed, kind=FailureKind.NETWORK, **fields):
    return FetchFailed(feed_id=feed.id, kind=kind, message="no route to host", **fields)


# ------------------------------------------------------------------- sync


def test_a_new_feed_is_stored_as_named_and_due_at_once(feeds, now):
    feeds.sync([FeedSpec(url=A.url, name="Offices", tags=("de", "news"), interval=HOUR, lang="de")], now)
    (feed,) = feeds.all()
    assert (feed.url, feed.name, feed.tags, feed.interval, feed.lang) == (A.url, "Offices", ("de", "news"), HOUR, "de")
    assert feed.next_poll_at == now
    assert (feed.last_polled_at, feed.first_success_at, feed.cadence) == (None, None, None)
    assert feed.entries == 0


def test_sync_updates_what_changed_and_keeps_the_state(feeds, given, now):
    feed = given.feed(A.url)
    feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now + HOUR, now=now)
    feeds.sync([FeedSpec(url=A.url, name="New name", tags=("x",), lang="fr")], now)
    (changed,) = feeds.all()
    assert (changed.name, changed.tags, changed.lang) == ("New name", ("x",), "fr")
    assert (changed.id, changed.etag, changed.entries, changed.next_poll_at) == (feed.id, '"e1"', 1, now + HOUR)


def test_a_feed_that_is_not_named_any_more_is_not_polled(feeds, now):
    feeds.sync([A, B], now)
    feeds.sync([B], now)
    assert [feed.url for feed in feeds.all()] == [B.url]
    assert claim(feeds, now) == [B.url]


def test_a_feed_that_is_named_again_keeps_its_entries_and_is_due_at_once(feeds, given, now):
    feed = given.feed(A.url)
    feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now + HOUR, now=now)
    feeds.sync([], now)
    feeds.sync([A], now)
    assert feeds.all()[0].id == feed.id
    assert claim(feeds, now) == [A.url]
    assert feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now, now=now) == 0


def test_a_gone_feed_stays_gone_until_it_is_removed_and_named_again(feeds, given, now):
    feed = given.feed(A.url)
    feeds.record_failed(failed(feed, FailureKind.GONE), next_poll_at=None, now=now)
    feeds.sync([FeedSpec(url=A.url, interval=HOUR)], now)
    assert claim(feeds, now) == []
    feeds.sync([], now)
    feeds.sync([A], now)
    assert claim(feeds, now) == [A.url]


def test_a_feed_that_is_named_again_waits_out_the_pause_its_server_asked_for(feeds, given, now):
    feed = given.feed(A.url)
    feeds.record_failed(failed(feed, retry_after=HOUR), next_poll_at=now + HOUR, now=now)
    feeds.sync([], now)
    feeds.sync([A], now)
    assert feeds.get(feed.id).next_poll_at == now + HOUR


def test_a_changed_interval_counts_from_now(feeds, given, now):
    feed = given.feed(A.url)
    feeds.record_not_modified(NotModified(feed_id=feed.id), next_poll_at=now + 24 * HOUR, now=now)
    feeds.sync([FeedSpec(url=A.url, interval=HOUR)], now)
    assert feeds.get(feed.id).next_poll_at == now


def test_a_changed_interval_does_not_end_the_pause_of_a_failing_feed(feeds, given, now):
    feed = given.feed(A.url)
    feeds.record_failed(failed(feed), next_poll_at=now + HOUR, now=now)
    feeds.sync([FeedSpec(url=A.url, interval=HOUR)], now)
    assert feeds.get(feed.id).next_poll_at == now + HOUR


@pytest.mark.parametrize(
    ("url", "given_name", "title", "name"),
    [
        ("https://a.test/feed", "Ours", "Theirs", "Ours"),
        ("https://a.test/feed", None, "Theirs", "Theirs"),
        ("https://a.test:8080/feed", None, None, "a.test"),
        ("https://user:secret@a.test/feed", None, None, "a.test"),
        ("demo:news", None, None, "demo:news"),
    ],
)
def test_a_feed_is_called_as_configured_else_by_its_title_else_by_its_host(
    feeds, given, now, url, given_name, title, name
):
    feeds.sync([FeedSpec(url=url, name=given_name)], now)
    feeds.record_fetched(given.fetched(feeds.all()[0].id, title=title), next_poll_at=now, now=now)
    assert feeds.all()[0].name == name


def test_a_name_taken_out_of_the_configuration_gives_way_to_the_title(feeds, given, now):
    feeds.sync([FeedSpec(url=A.url, name="Ours")], now)
    feeds.record_fetched(given.fetched(feeds.all()[0].id, title="Theirs"), next_poll_at=now, now=now)
    feeds.sync([A], now)
    assert feeds.all()[0].name == "Theirs"


def test_get_an_unknown_feed_raises(feeds):
    with pytest.raises(LookupError, match="no feed 7"):
        feeds.get(7)


# ------------------------------------------------------------------- claims


def test_due_feeds_are_claimed_longest_due_first_up_to_the_limit(feeds, now):
    feeds.sync([A], now)
    feeds.sync([B, A], now - HOUR)
    assert claim(feeds, now, limit=1) == [B.url]
    assert claim(feeds, now, limit=1) == [A.url]


def test_a_claimed_feed_is_not_claimed_again_before_its_lease_ends(feeds, feed, now):
    assert claim(feeds, now) == [feed.url]
    assert claim(feeds, now + HOUR / 2) == []
    assert claim(feeds, now + HOUR) == [feed.url]


def test_a_released_feed_is_due_again(feeds, feed, now):
    claim(feeds, now)
    feeds.release([feed.id])
    assert claim(feeds, now) == [feed.url]


def test_release_all_frees_what_a_crash_left(feeds, now):
    feeds.sync([A, B], now)
    claim(feeds, now)
    feeds.release_all()
    assert claim(feeds, now) == [A.url, B.url]


def test_a_feed_is_not_due_before_its_time(feeds, feed, now):
    feeds.record_not_modified(NotModified(feed_id=feed.id), next_poll_at=now + HOUR, now=now)
    assert claim(feeds, now) == []
    assert claim(feeds, now + HOUR) == [feed.url]


def test_force_ignores_the_interval_but_polls_once(feeds, feed, now):
    feeds.record_not_modified(NotModified(feed_id=feed.id), next_poll_at=now + HOUR, now=now - HOUR)
    assert claim(feeds, now, force=True) == [feed.url]
    feeds.record_not_modified(NotModified(feed_id=feed.id), next_poll_at=now + HOUR, now=now)
    assert claim(feeds, now, force=True) == []


def test_force_respects_leases(feeds, feed, now):
    assert claim(feeds, now) == [feed.url]
    assert claim(feeds, now, force=True) == []


def test_force_tries_a_failing_feed_but_respects_a_pause_that_the_server_asked_for(feeds, now):
    feeds.sync([A, B], now - HOUR)
    a, b = feeds.all()
    feeds.record_failed(failed(a), next_poll_at=now + HOUR, now=now - HOUR)
    feeds.record_failed(failed(b, retry_after=2 * HOUR), next_poll_at=now + HOUR, now=now - HOUR)
    assert claim(feeds, now, force=True) == [A.url]


def test_force_leaves_gone_feeds_alone(feeds, feed, now):
    feeds.record_failed(failed(feed, FailureKind.GONE), next_poll_at=None, now=now - HOUR)
    assert claim(feeds, now, force=True) == []


def test_next_due_is_the_earliest_claim_that_could_succeed(feeds, now):
    assert feeds.next_due_at() is None
    feeds.sync([A, B], now)
    a, b = feeds.all()
    feeds.record_not_modified(NotModified(feed_id=a.id), next_poll_at=now + 3 * HOUR, now=now)
    assert feeds.next_due_at() == now
    claim(feeds, now, lease=2 * HOUR)
    assert feeds.next_due_at() == now + 2 * HOUR
    feeds.record_failed(failed(b, FailureKind.GONE), next_poll_at=None, now=now)
    assert feeds.next_due_at() == now + 3 * HOUR
    feeds.sync([], now)
    assert feeds.next_due_at() is None


# ------------------------------------------------------------------- outcomes


def test_a_fetched_feed_has_new_entries_and_state(feeds, store, feed, given, now):
    outcome = given.fetched(feed.id, given.parsed("1"), given.parsed("2"))
    assert feeds.record_fetched(outcome, next_poll_at=now + HOUR, now=now) == 2
    polled = feeds.get(feed.id)
    assert (polled.etag, polled.last_modified, polled.body_hash) == ('"e1"', "Mon, 06 May 2030 07:00:00 GMT", "abc")
    assert (polled.last_polled_at, polled.last_success_at, polled.last_entry_at) == (now, now, now)
    assert (polled.next_poll_at, polled.entries, polled.failures) == (now + HOUR, 2, 0)
    assert store.entries.count() == 2


def test_a_known_entry_is_never_new_again_whatever_changed(feeds, store, feed, given, now):
    feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now, now=now)
    edited = given.parsed("1", title="Edited", url=None, canonical_url=None, published_at=now)
    again = given.fetched(feed.id, edited, given.parsed("2"))
    assert feeds.record_fetched(again, next_poll_at=now, now=now + HOUR) == 1
    assert [entry.uid for entry in store.entries.unjudged(limit=10)] == ["1", "2"]


def test_the_same_uid_in_another_feed_is_another_entry(feeds, given, now):
    feeds.sync([A, B], now)
    assert [
        feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now, now=now)
        for feed in feeds.all()
    ] == [1, 1]


def test_a_poll_without_new_entries_keeps_the_time_of_the_last_one(feeds, feed, given, now):
    feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now, now=now)
    feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now, now=now + HOUR)
    polled = feeds.get(feed.id)
    assert (polled.last_entry_at, polled.last_success_at, polled.entries) == (now, now + HOUR, 1)


def test_not_modified_is_a_success_that_keeps_what_is_known(feeds, feed, given, now):
    feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now, now=now)
    feeds.record_not_modified(NotModified(feed_id=feed.id), next_poll_at=now + 2 * HOUR, now=now + HOUR)
    polled = feeds.get(feed.id)
    assert (polled.etag, polled.entries, polled.last_success_at) == ('"e1"', 1, now + HOUR)
    assert polled.next_poll_at == now + 2 * HOUR


def test_failures_are_counted_and_named(feeds, feed, now):
    feeds.record_failed(failed(feed), next_poll_at=now + HOUR, now=now)
    feeds.record_failed(failed(feed, FailureKind.TIMEOUT), next_poll_at=now + 2 * HOUR, now=now)
    polled = feeds.get(feed.id)
    assert (polled.failures, polled.last_error, polled.last_error_kind) == (2, "no route to host", FailureKind.TIMEOUT)
    assert (polled.failing_since_at, polled.last_success_at) == (now, None)


def test_a_success_ends_the_failures(feeds, feed, given, now):
    feeds.record_failed(failed(feed, retry_after=HOUR), next_poll_at=now, now=now - HOUR)
    feeds.record_fetched(given.fetched(feed.id), next_poll_at=now + HOUR, now=now)
    polled = feeds.get(feed.id)
    assert (polled.failures, polled.last_error, polled.last_error_kind, polled.failing_since_at) == (
        0,
        None,
        None,
        None,
    )


def test_a_gone_feed_is_never_due(feeds, feed, now):
    feeds.record_failed(failed(feed, FailureKind.GONE), next_poll_at=None, now=now)
    assert feeds.get(feed.id).next_poll_at is None
    assert claim(feeds, now + 1000 * HOUR) == []


@pytest.mark.parametrize("outcome", ["fetched", "not modified", "failed"])
def test_an_outcome_ends_the_lease(feeds, feed, given, now, outcome):
    claim(feeds, now)
    if outcome == "fetched":
        feeds.record_fetched(given.fetched(feed.id), next_poll_at=now, now=now)
    elif outcome == "not modified":
        feeds.record_not_modified(NotModified(feed_id=feed.id), next_poll_at=now, now=now)
    else:
        feeds.record_failed(failed(feed), next_poll_at=now, now=now)
    assert claim(feeds, now) == [feed.url]


def test_a_permanent_move_is_remembered_and_the_feed_keeps_its_identity(feeds, feed, given, now):
    feeds.record_fetched(given.fetched(feed.id, moved_to="https://new.test/feed"), next_poll_at=now, now=now)
    feeds.record_fetched(given.fetched(feed.id), next_poll_at=now, now=now)
    polled = feeds.get(feed.id)
    assert (polled.url, polled.moved_to) == (feed.url, "https://new.test/feed")


def test_the_outcomes_of_a_batch_can_share_a_transaction(feeds, store, given, now):
    feeds.sync([A, B], now)
    a, b = feeds.all()
    with suppress(ZeroDivisionError), store.transaction():
        feeds.record_fetched(given.fetched(a.id, given.parsed("1")), next_poll_at=now, now=now)
        feeds.record_not_modified(NotModified(feed_id=b.id), next_poll_at=now, now=now)
        raise ZeroDivisionError
    assert feeds.all() == [a, b]
    assert store.entries.count() == 0


def test_an_outcome_that_cannot_be_stored_leaves_the_others_of_its_batch(feeds, store, given, now):
    feeds.sync([A, B], now)
    a, b = feeds.all()
    with store.transaction():
        feeds.record_fetched(given.fetched(a.id, given.parsed("1")), next_poll_at=now, now=now)
        with pytest.raises(UnicodeEncodeError):
            feeds.record_fetched(
                given.fetched(b.id, given.parsed("2"), given.parsed("\ud800")), next_poll_at=now, now=now
            )
    assert [feed.entries for feed in feeds.all()] == [1, 0]
    assert store.entries.count() == 1


# ------------------------------------------------------------------- what health is told from


def test_news_of_a_first_poll_is_as_old_as_its_newest_entry(feeds, feed, given, now):
    old, older = (given.parsed(str(days), published_at=now - days * 24 * HOUR) for days in (30, 400))
    feeds.record_fetched(given.fetched(feed.id, older, old), next_poll_at=now, now=now)
    assert feeds.get(feed.id).last_news_at == now - 30 * 24 * HOUR
    late = given.parsed("late", published_at=now - 50 * 24 * HOUR)
    feeds.record_fetched(given.fetched(feed.id, late), next_poll_at=now, now=now + HOUR)
    assert feeds.get(feed.id).last_news_at == now + HOUR


def test_an_entry_from_the_future_is_news_of_now(feeds, feed, given, now):
    event = given.parsed("1", published_at=now + 24 * HOUR)
    feeds.record_fetched(given.fetched(feed.id, event), next_poll_at=now, now=now)
    assert feeds.get(feed.id).last_news_at == now


def test_a_cadence_is_kept_until_there_is_another(feeds, feed, given, now):
    cadence = Cadence(gap=HOUR, silence=24 * HOUR)
    feeds.record_fetched(given.fetched(feed.id), next_poll_at=now, now=now, cadence=cadence)
    feeds.record_fetched(given.fetched(feed.id), next_poll_at=now, now=now)
    assert feeds.get(feed.id).cadence == cadence


def test_without_dates_the_cadence_is_told_from_arrivals(feeds, feed, given, now):
    feeds.record_fetched(given.fetched(feed.id, given.parsed("1")), next_poll_at=now, now=now)
    assert feeds.get(feed.id).cadence is None
    entries = [given.parsed("2"), given.parsed("3")]
    feeds.record_fetched(given.fetched(feed.id, *entries), next_poll_at=now, now=now + 4 * HOUR)
    assert feeds.get(feed.id).cadence == Cadence(gap=2 * HOUR, silence=4 * HOUR)


# ------------------------------------------------------------------- politeness


def test_new_validators_are_kept_though_nothing_else_is_new(feeds, feed, given, now):
    feeds.record_fetched(given.fetched(feed.id), next_poll_at=now, now=now)
    feeds.record_not_modified(NotModified(feed_id=feed.id, etag='"e2"'), next_poll_at=now, now=now)
    polled = feeds.get(feed.id)
    assert (polled.etag, polled.last_modified) == ('"e2"', "Mon, 06 May 2030 07:00:00 GMT")


def test_hints_are_those_of_the_last_document(feeds, feed, given, now):
    hints = PollHints(at_least=HOUR, skip_hours=(1, 2), skip_days=(6,))
    feeds.record_fetched(given.fetched(feed.id, hints=hints), next_poll_at=now, now=now)
    feeds.record_not_modified(NotModified(feed_id=feed.id), next_poll_at=now, now=now)
    assert feeds.get(feed.id).hints == hints
    feeds.record_fetched(given.fetched(feed.id), next_poll_at=now, now=now)
    assert feeds.get(feed.id).hints == PollHints()


@pytest.mark.parametrize(
    ("kinds", "there"),
    [
        ([FailureKind.NETWORK] * 2, True),
        ([FailureKind.NETWORK] * 3, False),
        ([FailureKind.GONE], False),
    ],
)
def test_a_feed_that_fails_where_it_moved_to_is_looked_for_where_it_was(feeds, feed, given, now, kinds, there):
    feeds.record_fetched(given.fetched(feed.id, moved_to="https://new.test/feed"), next_poll_at=now, now=now)
    for kind in kinds:
        feeds.record_failed(failed(feed, kind), next_poll_at=now, now=now)
    polled = feeds.get(feed.id)
    assert (polled.moved_to is not None, polled.etag is not None) == (there, there)


@pytest.fixture
def neighbours(feeds, now):
    """Three feeds of one host, and one of another."""
    urls = ["https://a.test/1", "https://a.test/2", "https://a.test/3", B.url]
    feeds.sync([FeedSpec(url=url) for url in urls], now)
    return feeds.all()


def busy(feeds, feed, now, retry_after=HOUR):
    feeds.record_failed(failed(feed, retry_after=retry_after), next_poll_at=now + retry_after, now=now)
    return feeds.pause_host_if_it_asked(feed.id, retry_after=retry_after, now=now)


def test_one_feed_that_is_told_to_wait_waits_alone(feeds, neighbours, now):
    assert busy(feeds, neighbours[0], now) == set()
    assert claim(feeds, now) == ["https://a.test/2", "https://a.test/3", B.url]


def test_a_second_one_of_its_host_means_the_host(feeds, neighbours, now):
    busy(feeds, neighbours[0], now)
    assert busy(feeds, neighbours[1], now, retry_after=HOUR / 2) == {feed.id for feed in neighbours[:3]}
    assert claim(feeds, now, force=True) == [B.url]
    assert feeds.get(neighbours[2].id).next_poll_at == now + HOUR / 2
    assert feeds.get(neighbours[0].id).next_poll_at == now + HOUR


def test_a_second_one_after_the_pause_means_itself(feeds, neighbours, now):
    busy(feeds, neighbours[0], now)
    assert busy(feeds, neighbours[1], now + 2 * HOUR) == set()


def test_a_host_waits_an_hour_at_most(feeds, neighbours, now):
    busy(feeds, neighbours[0], now, retry_after=24 * HOUR)
    busy(feeds, neighbours[1], now, retry_after=24 * HOUR)
    assert feeds.get(neighbours[2].id).next_poll_at == now + HOUR
