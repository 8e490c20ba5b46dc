"""Verdicts, rescue and snoozes, on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from store.conftest import NOW, Given

from listener.errors import LeadError
from listener.followup import SnoozeStage, rescue, verdict
from listener.model import (
    Account,
    AccountHit,
    Delivery,
    DeliveryState,
    Lead,
    LeadStatus,
    QuietHours,
    Rep,
    Route,
    Routing,
    Segment,
)
from listener.store import Store

DAY = timedelta(days=1)
ANNA = Rep(name="anna", destinations=("anna-mail",), zone=UTC)
BERT = Rep(name="bert", destinations=("bert-mail",), zone=UTC)
DESTINATIONS = ("anna-mail", "bert-mail", "chat")
ROUTING = Routing(
    destinations=DESTINATIONS,
    reps=(ANNA, BERT),
    routes=(Route(to="anna", min_score=80), Route(to="bert", territory=("Nordics",))),
)
NORDIC = AccountHit(
    account=Account(name="Cobalt", segment=Segment.EXCLUDE, territory="Nordics"), certainty=1.0, how="the name"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "listener.db")) as store:
        yield store


@pytest.fixture
def given(store: Store) -> Given:
    return Given(store)


def told(store: Store, lead: Lead) -> list[Delivery]:
    return store.deliveries.of_leads([lead.id]).get(lead.id, [])


def snooze(store: Store, lead: Lead, who: str) -> None:
    """Somebody puts the lead off for a day."""
    verdict(store, lead.id, LeadStatus.SNOOZED, who=who, now=NOW, until=NOW + DAY)


# --------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize(
    ("status", "fields", "words"),
    [
        (LeadStatus.SNOOZED, {}, "a snooze has a time"),
        (LeadStatus.USEFUL, {"until": NOW + DAY}, "a snooze has a time"),
        (LeadStatus.SNOOZED, {"until": NOW}, "ends in the future"),
        (LeadStatus.SNOOZED, {"until": NOW + 400 * DAY}, "within 366 days"),
        (LeadStatus.USEFUL, {"value": 5.0}, "belongs to a lead that was won"),
        (LeadStatus.WON, {"value": -1.0}, "a number from 0"),
        (LeadStatus.WON, {"value": float("nan")}, "a number from 0"),
    ],
)
def test_what_makes_no_sense_is_refused(
    store: Store, given: Given, status: LeadStatus, fields: dict[str, object], words: str
) -> None:
    lead = given.lead()
    with pytest.raises(LeadError, match=words):
        verdict(store, lead.id, status, who="anna", now=NOW, **fields)  # type: ignore[arg-type]
    assert store.followup.history(lead.id) == []


def test_a_verdict_of_a_lead_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(LeadError, match="there is no lead 7"):
        verdict(store, 7, LeadStatus.USEFUL, who="anna", now=NOW)


# --------------------------------------------------------------------------- rescue


def test_a_rescued_lead_is_queued_once_for_whom_the_routes_name(store: Store, given: Given) -> None:
    lead = given.lead(suppressed="no route takes it", score=30)
    rescue(store, ROUTING, lead.id, who="ann", to=None, now=NOW)
    assert [(each.destination, each.state) for each in told(store, lead)] == [("anna-mail", DeliveryState.QUEUED)]
    assert told(store, lead)[0].route == "rescued by ann, to anna: score 80 or more"
    assert store.leads.existing(lead.id).suppressed is None
    with pytest.raises(LeadError, match="is not suppressed"):
        rescue(store, ROUTING, lead.id, who="ann", to=None, now=NOW)
    assert len(told(store, lead)) == 1


def test_the_history_keeps_why_it_was_suppressed(store: Store, given: Given) -> None:
    lead = given.lead(suppressed="too low")
    rescue(store, ROUTING, lead.id, who="ann", to="chat", now=NOW)
    (event,) = store.followup.history(lead.id)
    assert (event.what, event.who, event.note) == ("rescued", "ann", "was suppressed: too low")
    assert [each.destination for each in told(store, lead)] == ["chat"]


def test_an_excluded_account_can_be_rescued(store: Store, given: Given) -> None:
    lead = given.lead(suppressed="excluded", account=NORDIC)
    rescue(store, ROUTING, lead.id, who="ann", to=None, now=NOW)
    assert [each.destination for each in told(store, lead)] == ["anna-mail", "bert-mail"]


def test_a_rescue_that_reaches_nobody_changes_nothing_and_says_why(store: Store, given: Given) -> None:
    lead = given.lead(suppressed="wrong trigger")
    routing = Routing(destinations=DESTINATIONS, routes=(Route(to="chat", triggers=("hire",)),))
    with pytest.raises(LeadError, match=r"chat takes hire, not funding\. Name somebody with --to"):
        rescue(store, routing, lead.id, who="ann", to=None, now=NOW)
    with pytest.raises(LeadError, match=r"is called zoe\. Known are: anna, bert, anna-mail"):
        rescue(store, ROUTING, lead.id, who="ann", to="zoe", now=NOW)
    assert store.leads.existing(lead.id) == lead


# --------------------------------------------------------------------------- snoozes


def sent(store: Store, given: Given) -> Lead:
    """A lead that two reps were told of."""
    lead = given.lead()
    for name in ("anna-mail", "bert-mail"):
        store.deliveries.enqueue(lead.id, name, "all", due_at=NOW, now=NOW)
    for delivery in store.deliveries.claim_due(NOW, limit_per_destination=9, lease=DAY):
        store.deliveries.record_sent(delivery.id, NOW)
    return lead


def wake(store: Store, now: datetime, routing: Routing = ROUTING) -> int:
    return SnoozeStage(store=store, routing=routing, clock=lambda: now).run()


def queued(store: Store, lead: Lead) -> list[tuple[str, datetime]]:
    return [(each.destination, each.due_at) for each in told(store, lead) if each.state is DeliveryState.QUEUED]


@pytest.mark.parametrize("who", ["anna", "anna-mail"])
def test_a_snoozed_lead_comes_back_once_to_who_snoozed_it(store: Store, given: Given, who: str) -> None:
    lead, later = sent(store, given), NOW + DAY
    snooze(store, lead, who)
    assert wake(store, NOW) == 0
    assert wake(store, later) == 1
    assert queued(store, lead) == [("anna-mail", later)]
    assert store.leads.existing(lead.id).status is LeadStatus.NEW
    assert wake(store, later) == 0
    assert [event.what for event in store.followup.history(lead.id)] == ["snoozed", "back"]


def test_what_one_rep_snoozed_still_reaches_another(store: Store, given: Given) -> None:
    lead = given.lead()
    for name in ("anna-mail", "bert-mail"):
        store.deliveries.enqueue(lead.id, name, "all", due_at=NOW, now=NOW)
    snooze(store, lead, "anna")
    claimed = store.deliveries.claim_due(NOW, limit_per_destination=9, lease=DAY)
    assert "bert-mail" in {delivery.destination for delivery in claimed}
    assert [each.id for each in store.leads.all()] == [lead.id]


def test_a_verdict_of_another_rep_ends_a_snooze(store: Store, given: Given) -> None:
    lead = sent(store, given)
    snooze(store, lead, "anna")
    verdict(store, lead.id, LeadStatus.CONTACTED, who="bert", now=NOW)
    assert wake(store, NOW + DAY) == 0
    assert queued(store, lead) == []


def test_who_snoozes_on_the_command_line_does_it_for_all(store: Store, given: Given) -> None:
    lead, later = sent(store, given), NOW + DAY
    snooze(store, lead, "command line")
    wake(store, later)
    assert queued(store, lead) == [("anna-mail", later), ("bert-mail", later)]


def test_a_lead_comes_back_after_the_quiet_hours(store: Store, given: Given) -> None:
    later = NOW + DAY
    quiet = QuietHours(start=time(0), end=time(9))
    routing = Routing(
        destinations=DESTINATIONS, reps=(Rep(name="anna", destinations=("anna-mail",), zone=UTC, quiet_hours=quiet),)
    )
    lead = sent(store, given)
    snooze(store, lead, "anna")
    wake(store, later, routing)
    assert queued(store, lead) == [("anna-mail", later.replace(hour=9, minute=0, second=0, microsecond=0))]


def test_a_lead_that_nobody_was_told_of_is_new_again(store: Store, given: Given) -> None:
    lead = given.lead()
    snooze(store, lead, "anna")
    assert wake(store, NOW + DAY) == 1
    assert told(store, lead) == []
