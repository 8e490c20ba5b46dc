from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from listener.model import FeedRequest, FeedSpec
from listener.poll_queue import BATCH, Batch, PollQueue
from listener.store import Store

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)


def queue_of(folder, hosts, *, per_host=4, batches=4, domain=".test", **options):
    """A queue of feeds of these hosts."""
    store = Store.open(folder / "listener.db")
    store.feeds.sync([FeedSpec(url=f"http://{host}{domain}/{n}") for n, host in enumerate(hosts)], NOW)
    return PollQueue(
        store,
        lambda feed: FeedRequest(feed_id=feed.id, url=feed.url),
        clock=lambda: NOW,
        per_host=per_host,
        batches=batches,
        **options,
    )


def take_all(queue, running=0):
    batches = []
    while batch := queue.take(running=running + len(batches), look_again=False):
        batches.append(batch)
    return batches


def hosts_of(batch):
    return Counter(job.host.removesuffix(".test") for job in batch.jobs)


def test_hosts_come_together(tmp_path):
    (batch,) = take_all(queue_of(tmp_path, "abcabc"))
    assert hosts_of(batch) == {"a": 2, "b": 2, "c": 2}
    assert batch.per_host == 4


def test_a_host_with_many_feeds_shares_its_places_out(tmp_path):
    queue = queue_of(tmp_path, "a" * 6 * BATCH)
    batches = take_all(queue)
    assert [(len(batch.jobs), batch.per_host) for batch in batches] == [(BATCH, 1)] * 4


def test_the_own_machine_is_asked_as_much_as_batches_hold(tmp_path):
    batches = take_all(queue_of(tmp_path, ["127.0.0.1"] * 6 * BATCH, domain=""))
    assert [(len(batch.jobs), batch.per_host) for batch in batches] == [(BATCH, BATCH)] * 4


def test_who_waits_for_a_host_does_not_keep_others_waiting(tmp_path):
    queue = queue_of(tmp_path, "a" * (BATCH + 1) + "b", per_host=1)
    first, second = take_all(queue)
    assert (hosts_of(first), hosts_of(second)) == ({"a": BATCH}, {"b": 1})
    queue.leave(first)
    (third,) = take_all(queue)
    assert hosts_of(third) == {"a": 1}


def test_a_slow_feed_takes_a_place_at_its_host(tmp_path):
    queue = queue_of(tmp_path, "aa", per_host=1, slow=[1])
    (other,) = take_all(queue)
    assert queue.take_slow() is None
    queue.leave(other)
    slow = queue.take_slow()
    assert slow is not None
    assert slow.feed.id == 1


def test_one_that_broke_a_worker_runs_alone(tmp_path):
    queue = queue_of(tmp_path, "ab")
    (batch,) = take_all(queue)
    queue.leave(batch)
    queue.suspect(batch.jobs)
    assert queue.take(running=1, look_again=False) is None
    alone = queue.take(running=0, look_again=False)
    assert alone is not None
    assert (len(alone.jobs), alone.alone) == (1, True)


@settings(deadline=None, max_examples=30)
@given(
    hosts=st.lists(st.sampled_from("abcdefgh"), max_size=300),
    per_host=st.integers(1, 6),
    batches=st.integers(1, 4),
    slow=st.sets(st.integers(1, 300), max_size=20),
    data=st.data(),
)
def test_every_feed_is_given_out_once_and_no_host_is_asked_too_often(
    tmp_path_factory, hosts, per_host, batches, slow, data
):
    queue = queue_of(tmp_path_factory.mktemp("db"), hosts, per_host=per_host, batches=batches, slow=slow)
    running: list[Batch] = []
    given_out: list[int] = []
    while True:
        while len(running) < batches and (batch := queue.take(running=len(running), look_again=False)):
            running.append(batch)
            given_out += [job.feed.id for job in batch.jobs]
        while job := queue.take_slow():
            running.append(Batch(jobs=(job,), per_host=1))
            given_out.append(job.feed.id)
        if not running:
            break
        asked = sum((batch.places() for batch in running), Counter())
        assert all(count <= per_host for count in asked.values())
        over = running.pop(data.draw(st.integers(0, len(running) - 1)))
        queue.leave(over)
    assert sorted(given_out) == list(range(1, len(hosts) + 1))
