from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.model import LeadEvent, LeadStatus

DAY = timedelta(days=1)


@pytest.fixture
def followup(store):
    return store.followup


@pytest.fixture
def say(followup, now):
    """Mark a lead."""

    def say(lead, what, **fields):
        return followup.mark(LeadEvent(**{"lead_id": lead.id, "at": now, "who": "anna", "what": what, **fields}))

    return say


def test_a_verdict_becomes_the_status_and_is_remembered(store, followup, given, say, now):
    lead = given.lead()
    assert say(lead, "won", value=1200.5, note="signed", at=now + DAY)
    assert store.leads.get(lead.id) == replace(lead, status=LeadStatus.WON, value=1200.5, updated_at=now + DAY)
    assert followup.history(lead.id) == [
        LeadEvent(lead_id=lead.id, at=now + DAY, who="anna", what="won", value=1200.5, note="signed")
    ]


def test_the_same_verdict_again_adds_nothing(followup, given, say, now):
    lead = given.lead()
    say(lead, "useful")
    assert not say(lead, "useful", who="bert", at=now + DAY)
    assert len(followup.history(lead.id)) == 1


def test_another_verdict_takes_the_place_of_a_snooze(store, given, say, now):
    lead = given.lead()
    say(lead, "snoozed", until=now + DAY)
    assert store.leads.get(lead.id).snoozed_until == now + DAY
    say(lead, "lost")
    assert store.leads.get(lead.id).snoozed_until is None
    assert store.followup.due(now + 2 * DAY) == []


def test_an_unknown_lead_and_an_unknown_status_are_refused(followup, given, say, now):
    with pytest.raises(LookupError):
        followup.mark(LeadEvent(lead_id=7, at=now, who="anna", what="useful"))
    with pytest.raises(ValueError, match="rescued"):
        say(given.lead(), "rescued")


def test_a_snooze_ends_once(store, followup, given, say, now):
    lead = given.lead()
    say(lead, "snoozed", until=now + DAY)
    assert followup.due(now) == []
    assert followup.due(now + DAY) == [lead.id]
    assert not followup.wake(lead.id, now)
    assert followup.wake(lead.id, now + DAY)
    assert not followup.wake(lead.id, now + DAY)
    assert store.leads.get(lead.id).status is LeadStatus.NEW


def rates(followup, by):
    return {rate.name: (rate.leads, rate.right, rate.wrong, rate.won, rate.value) for rate in followup.hit_rates(by)}


def test_the_hit_rate_by_trigger_and_rule(followup, given, say):
    for what, value in (("useful", None), ("won", 100.0), ("wrong_company", None), ("alerted", None)):
        say(given.lead(), what, value=value)
    given.lead(trigger="hire", rule="hire/x", suppressed="low")
    assert rates(followup, "trigger") == {"funding": (4, 2, 1, 1, 100.0), "hire": (1, 0, 0, 0, 0)}
    assert rates(followup, "rule") == {"funding/raises-money": (4, 2, 1, 1, 100.0), "hire/x": (1, 0, 0, 0, 0)}
    funding, hire = followup.hit_rates("trigger")
    assert funding.precision == pytest.approx(2 / 3)
    assert (hire.precision, hire.suppressed) == (None, 1)


def test_the_hit_rate_of_a_rule_is_that_of_its_language(followup, given, say):
    say(given.lead(lang="en"), "useful")
    say(given.lead(lang="de"), "not_relevant")
    assert {(rate.name, rate.lang): rate.precision for rate in followup.hit_rates("rule")} == {
        ("funding/raises-money", "en"): 1.0,
        ("funding/raises-money", "de"): 0.0,
    }
    assert [rate.lang for rate in followup.hit_rates("trigger")] == [None]


def test_the_last_verdict_counts_and_a_snooze_is_none(followup, given, say, now):
    lead = given.lead()
    say(lead, "not_relevant")
    say(lead, "useful")
    say(lead, "snoozed", until=now + DAY)
    assert rates(followup, "trigger") == {"funding": (1, 1, 0, 0, 0)}


def test_the_hit_rate_of_a_feed_counts_a_lead_for_each_feed_that_tells_it_once(store, followup, given, say, now):
    lead = given.lead(given.entry("1"))
    store.leads.add_source(lead.id, given.source(given.entry("2")), now)
    say(lead, "useful")
    (rate,) = followup.hit_rates("feed")
    assert (rate.leads, rate.right) == (1, 1)


def test_a_key_is_made_once_and_is_another_for_another_use(store):
    key = store.secrets.key("links")
    assert len(key) == 32
    assert store.secrets.key("links") == key
    assert store.secrets.key("other") != key
