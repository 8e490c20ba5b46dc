"""What there is and what waits."""

from __future__ import annotations

from datetime import timedelta

from listener.model import Backlog, DeliveryState


def backlogs(store, now):
    return {backlog.stage: backlog for backlog in store.status.backlogs(now)}


def test_an_empty_store_has_nothing_waiting(store, given):
    assert [(each.waiting, each.oldest_at) for each in store.status.backlogs(given.now)] == [(0, None)] * 3


def test_what_is_due_waits_for_its_stage(store, given):
    entry = given.entry()
    lead = given.lead(entry)
    store.deliveries.enqueue(lead.id, "chat", "route", due_at=given.now, now=given.now)
    found = backlogs(store, given.now + timedelta(minutes=1))
    assert found["poll"] == Backlog(stage="poll", waiting=1, oldest_at=given.now, last_done_at=given.now)
    assert found["judge"] == Backlog(stage="judge", waiting=1, oldest_at=given.now, last_done_at=None)
    assert found["deliver"] == Backlog(stage="deliver", waiting=1, oldest_at=given.now, last_done_at=None)


def test_what_was_done_no_longer_waits(store, given):
    entry = given.entry()
    later = given.now + timedelta(minutes=1)
    store.entries.mark_judged({entry.id: "en"}, later)
    lead = given.lead(entry)
    store.deliveries.enqueue(lead.id, "chat", "route", due_at=given.now, now=given.now)
    [delivery] = store.deliveries.claim_due(given.now, limit_per_destination=1, lease=timedelta(minutes=1))
    store.deliveries.record_sent(delivery.id, later)
    found = backlogs(store, given.now)
    assert found["judge"] == Backlog(stage="judge", waiting=0, oldest_at=None, last_done_at=later)
    assert found["deliver"] == Backlog(stage="deliver", waiting=0, oldest_at=None, last_done_at=later)


def test_leads_and_deliveries_are_counted(store, given):
    lead = given.lead(trigger="funding")
    for destination in ("chat", "mail"):
        store.deliveries.enqueue(lead.id, destination, "route", due_at=given.now, now=given.now)
    status = store.status.read(given.now)
    assert status.entries == 1
    assert status.leads == {"funding": 1}
    assert status.deliveries == {("chat", DeliveryState.QUEUED): 1, ("mail", DeliveryState.QUEUED): 1}
    assert status.database_bytes > 0
