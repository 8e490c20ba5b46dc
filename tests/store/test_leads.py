from __future__ import annotations

import json
import sqlite3
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from listener.model import Account, AccountHit, LeadEvent, LeadStatus, NewLead, NewSource, Reason, Segment
from listener.store.leads import MOST_KNOWN

DAY = timedelta(days=1)
NEW_LEAD_FIELDS = [field.name for field in fields(NewLead)]


@pytest.fixture
def leads(store):
    return store.leads


@pytest.fixture
def known(leads, given, now):
    """The leads that an entry of another feed may belong to, by default one with a link of its own."""
    elsewhere = given.entry("elsewhere")

    def known(entry=elsewhere, **wanted):
        defaults = {
            "trigger": "funding",
            "keys": ["cobalt freight"],
            "words": (),
            "since": now - DAY,
            "recent": now - DAY,
        }
        return leads.known(replace(entry, feed_id=99), **{**defaults, **wanted})

    return known


def ids(known):
    return [each.lead_id for each in known]


# ------------------------------------------------------------------- matches


def test_matches_are_stored_with_all_they_know(store, connection, given):
    entry = given.entry()
    match = given.match(hedged="in talks")
    store.leads.add_matches(entry.id, [match])
    row = dict(connection.row("SELECT * FROM matches"))
    assert json.loads(row.pop("slots")) == match.slots
    assert row.pop("id") == 1
    assert row == {
        "entry_id": entry.id,
        "lead_id": None,
        "trigger": "funding",
        "rule": "funding/raises-money",
        "lang": "en",
        "where": "title",
        "quote": "Cobalt Freight raises $12M",
        "start": 15,
        "end": 26,
        "company": "Cobalt Freight",
        "confidence": 0.9,
        "hedged": "in talks",
    }


def test_matches_are_attached_to_the_lead_they_became(leads, connection, given):
    entry = given.entry()
    added = leads.add_matches(entry.id, [given.match(), given.match(rule="funding/closes-round"), given.match()])
    lead = given.lead(entry)
    leads.attach_matches(added[:2], lead.id)
    assert [row["lead_id"] for row in connection.rows("SELECT lead_id FROM matches ORDER BY id")] == [
        lead.id,
        lead.id,
        None,
    ]


# ------------------------------------------------------------------- leads


def test_a_lead_comes_back_as_it_was_added(leads, given, now):
    entry = given.entry(publisher="Reuters", published_at=now - DAY)
    new = given.new_lead(hedged="may", suppressed="hedged", reasons=(Reason(points=70, why="funding"),))
    lead = leads.add(new, given.source(entry), now)
    assert {name: getattr(lead, name) for name in NEW_LEAD_FIELDS} == {
        name: getattr(new, name) for name in NEW_LEAD_FIELDS
    }
    assert (lead.status, lead.created_at, lead.updated_at) == (LeadStatus.NEW, now, now)
    (source,) = lead.sources
    assert (source.entry_id, source.url, source.canonical_url) == (entry.id, entry.url, entry.canonical_url)
    assert (source.title, source.feed, source.publisher) == (entry.title, entry.feed_name, "Reuters")
    assert (source.published_at, source.quote) == (now - DAY, "Cobalt Freight raises $12M")
    assert leads.get(lead.id) == lead


def test_leads_about_one_prospect_share_it(leads, connection, given):
    given.lead(company="Cobalt Freight")
    given.lead(company="Cobalt Freight Inc.")
    assert [tuple(row) for row in connection.rows("SELECT key, name FROM prospects")] == [
        ("cobalt freight", "Cobalt Freight")
    ]
    assert [lead.company for lead in leads.all()] == ["Cobalt Freight Inc.", "Cobalt Freight"]


def test_a_lead_of_an_unknown_entry_is_refused_whole(leads, connection, given, now):
    with pytest.raises(sqlite3.IntegrityError):
        leads.add(given.new_lead(), NewSource(entry_id=7, quote=""), now)
    assert connection.rows("SELECT 1 FROM stories UNION SELECT 1 FROM prospects UNION SELECT 1 FROM leads") == []


def test_get_an_unknown_lead_is_none(leads):
    assert leads.get(7) is None


def test_all_is_newest_first_up_to_the_limit(leads, given):
    first, second, third = given.lead(), given.lead(), given.lead()
    assert leads.all() == [third, second, first]
    assert leads.all(limit=2) == [third, second]


def test_suppressed_leads_are_listed_apart(leads, given):
    told, kept = given.lead(), given.lead(suppressed="below the score")
    assert leads.all() == [told]
    assert leads.all(suppressed=True) == [kept]


def test_all_needs_as_many_queries_for_many_leads_as_for_one(leads, statements, given):
    def queries():
        statements.clear()
        leads.all()
        return len(statements)

    given.lead()
    for_one = queries()
    for _ in range(10):
        given.lead()
    assert queries() == for_one


def test_a_new_rating_replaces_the_old_one(leads, given, now):
    lead = given.lead(hedged="may", suppressed="hedged", where="text")
    reasons = (Reason(points=70, why="funding"), Reason(points=15, why="two outlets"))
    leads.rate(
        lead.id, score=85, reasons=reasons, suppressed=None, where="title", hedged=None, confidence=0.5, now=now + DAY
    )
    rated = replace(
        lead,
        score=85,
        reasons=reasons,
        suppressed=None,
        where="title",
        hedged=None,
        confidence=0.5,
        updated_at=now + DAY,
    )
    assert leads.get(lead.id) == rated


def test_a_lead_that_somebody_was_told_of_is_alerted(leads, given, now):
    lead = given.lead()
    leads.mark_alerted(lead.id, now + DAY)
    assert leads.get(lead.id) == replace(lead, status=LeadStatus.ALERTED, updated_at=now + DAY)


def test_an_alert_that_arrives_late_leaves_the_verdict(store, leads, given, now):
    lead = given.lead()
    store.followup.mark(LeadEvent(lead_id=lead.id, at=now, who="anna", what="useful"))
    leads.mark_alerted(lead.id, now + DAY)
    assert leads.get(lead.id).status is LeadStatus.USEFUL


def test_leads_of_one_status(store, leads, given, now):
    given.lead()
    lead = given.lead()
    store.followup.mark(LeadEvent(lead_id=lead.id, at=now, who="anna", what="won"))
    assert [each.id for each in leads.all(status=LeadStatus.WON)] == [lead.id]


def test_what_the_entries_of_a_lead_say(leads, given):
    given.feed(tags=("press",))
    lead = given.lead(given.entry("1", title="Cobalt raises", text="for Zürich"))
    told = leads.told_in(lead.id)
    assert (told.tags, told.text) == (("press",), "Cobalt raises\nfor Zürich")


def others(leads, now, **wanted):
    defaults = {"trigger": "funding", "besides_entry": 0, "since": now - DAY}
    return leads.other_labels("cobalt freight", **{**defaults, **wanted})


def test_other_triggers_at_the_prospect_are_told_each_once(leads, given, now):
    given.lead()
    given.lead(trigger="expansion", label="Expansion")
    given.lead(trigger="expansion", label="Expansion")
    given.lead(trigger="hire", label="Hire", company_key="other")
    assert others(leads, now) == ("Expansion",)


def test_another_trigger_in_the_same_entry_is_not_independent(leads, given, now):
    entry = given.entry()
    given.lead(entry, trigger="expansion", label="Expansion")
    assert others(leads, now, besides_entry=entry.id) == ()


def test_another_trigger_of_long_ago_is_not_told(leads, given, now):
    given.lead(trigger="expansion", label="Expansion", now=now - 2 * DAY)
    assert others(leads, now) == ()


def test_the_other_leads_of_a_prospect_are_newest_first(leads, given):
    first, second = given.lead(), given.lead(suppressed="low")
    given.lead(company_key="other")
    this = given.lead()
    assert [lead.id for lead in leads.of_prospect("cobalt freight", besides=this.id, limit=5)] == [second.id, first.id]


# ------------------------------------------------------------------- sources


def test_another_entry_becomes_a_source_once(leads, given, now):
    lead, entry = given.lead(), given.entry("another")
    assert leads.add_source(lead.id, given.source(entry, "They raised."), now + DAY) is True
    assert leads.add_source(lead.id, given.source(entry, "Again."), now + 2 * DAY) is False
    joined = leads.get(lead.id)
    assert [source.quote for source in joined.sources] == ["Cobalt Freight raises $12M", "They raised."]
    assert joined.updated_at == now + DAY


def test_sources_are_in_order_of_publication_else_of_arrival(leads, given, now):
    lead = given.lead(given.entry("undated"))
    leads.add_source(lead.id, given.source(given.entry("late", published_at=now + DAY)), now)
    leads.add_source(lead.id, given.source(given.entry("early", published_at=now - DAY)), now)
    assert [source.canonical_url.rpartition("/")[2] for source in leads.get(lead.id).sources] == [
        "early",
        "undated",
        "late",
    ]


def test_a_source_for_an_unknown_lead_raises(leads, given, now):
    with pytest.raises(LookupError, match="no lead 7"):
        leads.add_source(7, given.source(given.entry()), now)


# ------------------------------------------------------------------- what an event may belong to


def test_nothing_is_known_at_first(known):
    assert known() == []


def test_a_lead_is_known_by_trigger_and_prospect(known, given, now):
    given.lead(company_key="cobalt paints")
    lead = given.lead()
    given.lead(trigger="expansion")
    (found,) = known()
    assert (found.lead_id, found.key, found.slots, found.opened_at) == (lead.id, lead.company_key, lead.slots, now)
    assert (found.title, found.text, found.same_article) == (lead.title, "Cobalt Freight has raised $12M.", False)


def test_the_newest_are_known_first_and_not_without_end(known, given):
    all_leads = [given.lead().id for _ in range(MOST_KNOWN + 5)]
    assert ids(known()) == all_leads[::-1][:MOST_KNOWN]


def test_a_lead_is_known_once_however_many_tell_it(known, leads, given, now):
    lead = given.lead()
    leads.add_source(lead.id, given.source(given.entry("another")), now)
    assert ids(known()) == [lead.id]


def test_a_lead_is_known_by_another_form_of_the_name(known, given):
    longer = given.lead(company_key="cobalt freight systems")
    shorter = given.lead(company_key="cobalt")
    given.lead(company_key="cobaltfreight")
    assert ids(known(keys=["cobalt freight", "cobalt"])) == [shorter.id, longer.id]


def test_a_lead_that_was_opened_too_long_ago_is_not_known(known, given, now):
    given.lead(now=now - 2 * DAY)
    assert known(since=now - DAY) == []


def test_further_sources_ratings_and_states_do_not_keep_a_story_open(known, leads, given, now):
    lead = given.lead(now=now - 2 * DAY)
    leads.add_source(lead.id, given.source(given.entry("another")), now)
    leads.rate(lead.id, score=5, reasons=(), suppressed=None, where="title", hedged=None, confidence=1.0, now=now)
    leads.mark_alerted(lead.id, now)
    assert known(since=now - DAY) == []


def test_the_same_article_is_known_however_old_and_whatever_the_company_is_called(known, given, now):
    entry = given.entry("article")
    lead = given.lead(entry, now=now - 100 * DAY)
    (found,) = known(entry, keys=["another"])
    assert (found.lead_id, found.same_article) == (lead.id, True)


def test_the_same_article_is_known_by_any_source(known, leads, given, now):
    lead = given.lead()
    entry = given.entry("article")
    leads.add_source(lead.id, given.source(entry), now)
    assert ids(known(entry, keys=["another"])) == [lead.id]


def test_another_item_of_the_same_page_and_feed_is_another_article(leads, given, now):
    entry = given.entry("article")
    given.lead(entry)
    wanted = {"trigger": "funding", "keys": ["another"], "words": (), "since": now - DAY, "recent": now - DAY}
    assert len(leads.known(entry, **wanted)) == 1
    assert leads.known(replace(entry, title="Another headline"), **wanted) == []


def test_the_same_article_is_another_lead_for_another_trigger(known, given):
    entry = given.entry("article")
    given.lead(entry)
    assert known(entry, trigger="expansion") == []


def test_a_lead_is_known_by_two_words_of_any_source(known, leads, given, now):
    lead = given.lead()
    entry = given.entry("another", title="Freight firm gets money")
    leads.add_source(lead.id, NewSource(entry_id=entry.id, quote="", words=(1, 2, 3)), now)
    (found,) = known(keys=["another"], words=(2, 3, 4))
    assert (found.lead_id, found.title) == (lead.id, "Freight firm gets money")
    assert known(keys=["another"], words=(3, 4, 5)) == []


def test_words_of_sources_that_were_added_too_long_ago_are_not_looked_at(known, leads, given, now):
    lead = given.lead()
    entry = given.entry("another")
    leads.add_source(lead.id, NewSource(entry_id=entry.id, quote="", words=(1, 2, 3)), now - 2 * DAY)
    assert known(keys=["another"], words=(1, 2), recent=now - DAY) == []


def test_forgotten_words_find_nothing(known, leads, given, now):
    lead = given.lead()
    entry = given.entry("another")
    leads.add_source(lead.id, NewSource(entry_id=entry.id, quote="", words=(1, 2, 3)), now)
    assert leads.forget_words(before=now) == 0
    assert leads.forget_words(before=now + DAY) == 3
    assert known(keys=["another"], words=(1, 2, 3)) == []


# ------------------------------------------------------------------- accounts and slots


COBALT = Account(
    name="Cobalt Freight",
    domain="cobalt.example",
    aliases=("CF",),
    owner="anna",
    segment=Segment.TARGET,
    territory="DACH",
    industry="Logistics",
    size=120,
)


def test_the_account_of_a_lead_comes_back_as_it_was(leads, given):
    hit = AccountHit(account=COBALT, certainty=0.95, how="the name")
    assert leads.get(given.lead(account=hit).id).account == hit


def test_the_account_of_a_lead_can_become_known_later(leads, given):
    lead = given.lead()
    hit = AccountHit(account=Account(name="Cobalt Freight"), certainty=0.5, how="the name")
    leads.set_account(lead.id, hit)
    assert (lead.account, leads.get(lead.id).account) == (None, hit)


def test_slots_can_be_filled_later(leads, given):
    lead = given.lead(slots={"money": "$12M"})
    leads.fill_slots(lead.id, {"money": "$12M", "round": "Series B"})
    assert leads.get(lead.id).slots == {"money": "$12M", "round": "Series B"}


def test_past_leads_are_those_of_every_entry_that_tells_the_story(store, given, now):
    first, second, other = given.entry("1"), given.entry("2"), given.entry("3")
    lead = given.lead(first)
    store.leads.add_source(lead.id, given.source(second), now)
    found = store.leads.told_by([first.id, second.id, other.id])
    assert [(each.entry_id, each.trigger, each.company_key) for each in found] == [
        (first.id, "funding", "cobalt freight"),
        (second.id, "funding", "cobalt freight"),
    ]
    assert (found[0].score, found[0].status, found[0].suppressed) == (70, "new", False)
