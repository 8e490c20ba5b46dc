from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from listener.model import DeliveryState

MINUTE = timedelta(minutes=1)


@pytest.fixture
def deliveries(store):
    return store.deliveries


@pytest.fixture
def queue(deliveries, given, now):
    """Queue a new lead for each destination; returns the ids."""

    def queue(*destinations, due_at=now, now=now):
        for destination in destinations:
            deliveries.enqueue(given.lead().id, destination, "all", due_at=due_at, now=now)
        return [delivery.id for delivery in deliveries.all(limit=len(destinations))][::-1]

    return queue


@pytest.fixture
def claim(deliveries, now):
    def claim(now=now, **options):
        claimed = deliveries.claim_due(now, **{"limit_per_destination": 10, "lease": MINUTE, **options})
        return [delivery.id for delivery in claimed]

    return claim


@pytest.fixture
def get(deliveries):
    return lambda delivery_id: next(each for each in deliveries.all() if each.id == delivery_id)


def test_a_queued_delivery_has_not_been_tried(deliveries, given, now):
    lead = given.lead()
    assert deliveries.enqueue(lead.id, "chat", "funding to chat", due_at=now + MINUTE, now=now) is True
    (delivery,) = deliveries.all()
    assert (delivery.lead_id, delivery.destination, delivery.route) == (lead.id, "chat", "funding to chat")
    assert (delivery.state, delivery.attempts, delivery.first_attempt_at) == (DeliveryState.QUEUED, 0, None)
    assert (delivery.due_at, delivery.created_at) == (now + MINUTE, now)
    assert (delivery.last_error, delivery.sent_at) == (None, None)


def test_a_lead_is_queued_once_for_a_destination(deliveries, given, now):
    lead = given.lead()
    assert deliveries.enqueue(lead.id, "chat", "a", due_at=now, now=now) is True
    assert deliveries.enqueue(lead.id, "chat", "b", due_at=now, now=now) is False
    assert deliveries.enqueue(lead.id, "mail", "b", due_at=now, now=now) is True


def test_a_sent_delivery_is_not_queued_again(deliveries, given, claim, now):
    lead = given.lead()
    deliveries.enqueue(lead.id, "chat", "a", due_at=now, now=now)
    deliveries.record_sent(claim()[0], now)
    assert deliveries.enqueue(lead.id, "chat", "a", due_at=now, now=now) is False
    assert claim() == []


def test_a_claim_leases_and_counts_an_attempt(deliveries, queue, now):
    queue("chat")
    (claimed,) = deliveries.claim_due(now, limit_per_destination=1, lease=MINUTE)
    assert (claimed.state, claimed.attempts, claimed.first_attempt_at) == (DeliveryState.SENDING, 1, now)
    assert deliveries.claim_due(now + MINUTE / 2, limit_per_destination=1, lease=MINUTE) == []


def test_a_delivery_is_not_claimed_before_it_is_due(queue, claim, now):
    ids = queue("chat", due_at=now + MINUTE)
    assert claim(now) == []
    assert claim(now + MINUTE) == ids


def test_each_destination_gets_its_oldest_first_up_to_the_limit(queue, claim, now):
    young = queue("chat", "chat", "mail")
    old = queue("chat", now=now - MINUTE)
    assert claim(limit_per_destination=2) == [*old, young[0], young[2]]
    assert claim(limit_per_destination=2) == [young[1]]


def test_the_turn_depends_on_the_creation_not_on_when_it_is_due(queue, claim, now):
    (first,) = queue("chat", due_at=now)
    (second,) = queue("chat", due_at=now - MINUTE)
    assert claim(limit_per_destination=1) == [first]
    assert claim(limit_per_destination=1) == [second]


def test_excluded_destinations_are_left_alone(queue, claim):
    chat, mail = queue("chat", "mail")
    assert claim(exclude={"chat"}) == [mail]
    assert claim() == [chat]


def test_a_sent_delivery_is_done(deliveries, queue, claim, get, now):
    queue("chat")
    (delivery,) = claim()
    deliveries.record_sent(delivery, now)
    assert (get(delivery).state, get(delivery).sent_at) == (DeliveryState.SENT, now)
    assert claim(now + 1000 * MINUTE) == []


def test_a_failed_delivery_is_tried_again_when_it_is_due(deliveries, queue, claim, get, now):
    queue("chat")
    (delivery,) = claim()
    deliveries.record_retry(delivery, "503", due_at=now + 5 * MINUTE, now=now)
    assert (get(delivery).state, get(delivery).last_error) == (DeliveryState.RETRYING, "503")
    assert claim(now + 4 * MINUTE) == []
    assert claim(now + 5 * MINUTE) == [delivery]
    assert (get(delivery).attempts, get(delivery).first_attempt_at) == (2, now)


def test_a_delivery_that_waits_for_its_retry_does_not_hold_up_younger_ones(deliveries, queue, claim, now):
    first, second = queue("chat", "chat")
    assert claim(limit_per_destination=1) == [first]
    deliveries.record_retry(first, "503", due_at=now + MINUTE, now=now)
    assert claim(limit_per_destination=1) == [second]


def test_a_dead_delivery_is_not_tried_again(deliveries, queue, claim, get, now):
    queue("chat")
    (delivery,) = claim()
    deliveries.record_dead(delivery, "404", now)
    assert (get(delivery).state, get(delivery).last_error) == (DeliveryState.DEAD, "404")
    assert claim(now + 1000 * MINUTE) == []


def test_what_a_crash_left_in_sending_is_claimed_when_its_lease_ends(queue, claim, get, now):
    queue("chat")
    (delivery,) = claim()
    assert claim(now + MINUTE) == [delivery]
    assert (get(delivery).attempts, get(delivery).first_attempt_at) == (2, now)
    assert "may have arrived" in get(delivery).last_error


def test_release_gives_back_as_if_it_had_not_been_claimed(deliveries, queue, claim, now):
    queued, retrying = queue("chat", "mail")
    claim(exclude={"chat"})
    deliveries.record_retry(retrying, "503", due_at=now, now=now)
    before = deliveries.all()
    claim(now + MINUTE)
    deliveries.release([queued, retrying])
    assert deliveries.all() == before


def test_release_makes_due_again_what_was_claimed_after_a_crash(deliveries, queue, claim, get, now):
    (delivery,) = queue("chat")
    claim(now)
    claim(now + MINUTE)
    deliveries.release([delivery])
    assert (get(delivery).state, get(delivery).attempts) == (DeliveryState.RETRYING, 1)
    assert claim(now + MINUTE) == [delivery]


def test_release_leaves_alone_what_is_not_being_sent(deliveries, queue):
    (delivery,) = queue("chat")
    before = deliveries.all()
    deliveries.release([delivery])
    assert deliveries.all() == before


def test_release_all_makes_due_what_a_crash_left_and_keeps_the_attempt(deliveries, queue, claim, get):
    queue("chat")
    (delivery,) = claim()
    deliveries.release_all()
    assert (get(delivery).state, get(delivery).attempts) == (DeliveryState.RETRYING, 1)
    assert "may have arrived" in get(delivery).last_error
    assert claim() == [delivery]


@pytest.mark.parametrize("record", ["record_sent", "record_retry", "record_dead"])
def test_a_record_of_a_delivery_that_is_not_being_sent_is_ignored(deliveries, queue, now, record):
    (delivery,) = queue("chat")
    before = deliveries.all()
    if record == "record_sent":
        deliveries.record_sent(delivery, now)
    elif record == "record_retry":
        deliveries.record_retry(delivery, "503", due_at=now, now=now)
    else:
        deliveries.record_dead(delivery, "404", now)
    assert deliveries.all() == before


def test_revive_queues_dead_and_retrying_deliveries_anew(deliveries, queue, claim, get, now):
    dead, retrying, sent = queue("a", "b", "c")
    claim()
    deliveries.record_dead(dead, "404", now)
    deliveries.record_retry(retrying, "503", due_at=now + 100 * MINUTE, now=now)
    deliveries.record_sent(sent, now)
    assert deliveries.revive(delivery_ids=[dead, retrying, sent], now=now + MINUTE) == 2
    for revived in (dead, retrying):
        assert (get(revived).state, get(revived).due_at) == (DeliveryState.QUEUED, now + MINUTE)
        assert (get(revived).attempts, get(revived).first_attempt_at) == (1, None)
    assert claim(now + MINUTE) == [dead, retrying]


def test_revive_without_ids_takes_all_dead_ones(deliveries, queue, claim, get, now):
    dead, retrying = queue("a", "b")
    claim()
    deliveries.record_dead(dead, "404", now)
    deliveries.record_retry(retrying, "503", due_at=now + MINUTE, now=now)
    assert deliveries.revive(delivery_ids=None, now=now) == 1
    assert (get(dead).state, get(retrying).state) == (DeliveryState.QUEUED, DeliveryState.RETRYING)


def test_all_is_newest_first_by_state_and_up_to_the_limit(deliveries, queue, claim, now):
    first, second, third = queue("a", "b", "c")
    claim(exclude={"b"})
    deliveries.record_sent(first, now)
    deliveries.record_sent(third, now)
    assert [delivery.id for delivery in deliveries.all()] == [third, second, first]
    assert [delivery.id for delivery in deliveries.all(state=DeliveryState.SENT)] == [third, first]
    assert [delivery.id for delivery in deliveries.all(state=DeliveryState.SENT, limit=1)] == [third]


def test_next_due_is_the_earliest_claim_that_could_succeed(deliveries, queue, claim, now):
    assert deliveries.next_due_at() is None
    (first,) = queue("a")
    queue("b", due_at=now + 10 * MINUTE)
    assert deliveries.next_due_at() == now
    claim()
    assert deliveries.next_due_at() == now + MINUTE
    deliveries.record_sent(first, now)
    assert deliveries.next_due_at() == now + 10 * MINUTE


def test_counts_has_every_state(deliveries, queue, claim, now):
    queue("a", "a", "b")
    deliveries.record_sent(claim(exclude={"a"})[0], now)
    assert deliveries.counts() == dict.fromkeys(DeliveryState, 0) | {DeliveryState.QUEUED: 2, DeliveryState.SENT: 1}


def test_waiting_is_what_was_neither_sent_nor_given_up(deliveries, queue, claim, now):
    queue("mail", "mail", "mail", due_at=now + MINUTE)
    sent, dead, retrying, sending = queue("chat", "chat", "chat", "chat")
    assert claim() == [sent, dead, retrying, sending]
    deliveries.record_sent(sent, now)
    deliveries.record_dead(dead, "404", now)
    deliveries.record_retry(retrying, "503", due_at=now + MINUTE, now=now)
    assert deliveries.waiting() == 5


def test_a_delivery_is_queued_with_its_lead_or_not_at_all(store, given, now):
    with suppress(ZeroDivisionError), store.transaction():
        store.deliveries.enqueue(given.lead().id, "chat", "all", due_at=now, now=now)
        raise ZeroDivisionError
    assert store.deliveries.all() == []
    assert store.leads.all() == []
