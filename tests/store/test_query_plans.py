"""The queries that run at every tick or for every entry use an index, however large the tables grow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listener.model import FailureKind, FetchFailed, NotModified, ParsedEntry

LEASE = timedelta(minutes=5)
UNCHANGED = NotModified(feed_id=1)
BUSY = FetchFailed(feed_id=1, kind=FailureKind.HTTP_STATUS, message="429", retry_after=LEASE)
ENTRY = ParsedEntry(
    uid="1", url="https://news.test/", canonical_url="https://news.test/", title="Edited", text="", publisher=None,
    lang=None, published_at=None,
)  # fmt: skip

QUERIES = {
    "claim feeds": lambda store, now: store.feeds.claim_due(now, limit=10, lease=LEASE),
    "record a feed": lambda store, now: store.feeds.record_not_modified(UNCHANGED, next_poll_at=now, now=now),
    "record a failure": lambda store, now: store.feeds.record_failed(BUSY, next_poll_at=now, now=now),
    "pause a host": lambda store, now: store.feeds.pause_host_if_it_asked(1, retry_after=LEASE, now=now),
    "next due feed": lambda store, _: store.feeds.next_due_at(),
    "take entries": lambda store, now: store.entries.take(1, [ENTRY], now),
    "remove texts": lambda store, now: store.entries.remove_texts(before=now + LEASE, now=now),
    "remove texts beyond": lambda store, now: store.entries.remove_texts_beyond(1, now=now),
    "unjudged entries": lambda store, _: store.entries.unjudged(after_id=1, limit=10),
    "mark entries": lambda store, now: store.entries.mark_judged({1: "en"}, now),
    "known leads": lambda store, now: store.leads.known(
        store.entries.get(1), trigger="funding", keys=["cobalt"], words=(1, 2), since=now, recent=now
    ),
    "mentions": lambda store, _: store.mentions.of_account("cobalt freight", limit=5),
    "other triggers": lambda store, now: store.leads.other_labels(
        "cobalt freight", trigger="hire", besides_entry=1, since=now
    ),
    "what a lead was told in": lambda store, _: store.leads.told_in(1),
    "other leads": lambda store, _: store.leads.of_prospect("cobalt freight", besides=2, limit=5),
    "history of a lead": lambda store, _: store.followup.history(1),
    "snoozed leads": lambda store, now: store.followup.due(now),
    "deliveries of a lead": lambda store, _: store.deliveries.of_leads([1]),
    "read a lead": lambda store, _: store.leads.get(1),
    "claim deliveries": lambda store, now: store.deliveries.claim_due(
        now, limit_per_destination=10, lease=LEASE, exclude=["mail"]
    ),
    "crowds of deliveries": lambda store, now: store.deliveries.crowds(now, window=LEASE, exclude=["mail"]),
    "hold deliveries": lambda store, now: store.deliveries.hold("chat", until=now, reason="x", most=10, now=now),
    "hasten deliveries": lambda store, now: store.deliveries.hasten("chat", now),
    "bundle deliveries": lambda store, now: store.deliveries.bundle([1], "d", reason="x", now=now),
    "deliveries of a day": lambda store, now: store.deliveries.alone("anna", "chat", since=now, until=now),
    "deliveries since a digest": lambda store, now: store.deliveries.planned_between("anna", now, now),
    "a destination": lambda store, _: store.destinations.get("chat"),
    "a notice": lambda store, _: store.notices.told_at("disk"),
    "next due delivery": lambda store, _: store.deliveries.next_due_at(),
    "count waiting deliveries": lambda store, _: store.deliveries.waiting(),
    "count deliveries": lambda store, _: store.deliveries.counts(),
    "dead deliveries": lambda store, now: store.deliveries.revive(delivery_ids=None, now=now),
}


@pytest.mark.parametrize("query", QUERIES)
def test_query_uses_an_index(store, raw, statements, given, now, query):
    lead = given.lead()
    store.deliveries.enqueue(lead.id, "chat", "all", due_at=now, now=now)
    statements.clear()
    QUERIES[query](store, now)
    ran = [statement for statement in statements if statement.split()[0] in ("SELECT", "UPDATE", "INSERT")]
    assert ran
    for statement in ran:
        for step in raw.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall():
            assert uses_an_index(step["detail"]), f"{step['detail']} in {statement}"


def uses_an_index(step: str) -> bool:
    """Of tables only: what a subquery or a JSON list holds is small."""
    return not step.startswith("SCAN") or " INDEX " in step or " VIRTUAL TABLE " in step or step.startswith("SCAN (")


PLANS = {
    "claim feeds": "SEARCH feeds USING INDEX feeds_ready (ready_at<?)",
    "unjudged entries": "SEARCH entries USING INDEX entries_unjudged (judged_at=? AND rowid>?)",
    "claim deliveries": "SEARCH deliveries USING INDEX deliveries_ready (ready_at<?)",
}


@pytest.mark.parametrize("query", PLANS)
def test_what_is_not_ready_is_not_even_read(store, raw, statements, now, query):
    QUERIES[query](store, now)
    find = next(statement for statement in statements if statement.split()[0] == "SELECT")
    steps = [step["detail"] for step in raw.execute(f"EXPLAIN QUERY PLAN {find}").fetchall()]
    assert PLANS[query] in steps


def test_a_digest_is_bundled_by_its_leads_however_much_is_queued(store, raw, statements, now):
    QUERIES["bundle deliveries"](store, now)
    update = next(statement for statement in statements if statement.split()[0] == "UPDATE")
    steps = [step["detail"] for step in raw.execute(f"EXPLAIN QUERY PLAN {update}").fetchall()]
    assert "SEARCH deliveries USING INDEX sqlite_autoindex_deliveries_1 (lead_id=?)" in steps
