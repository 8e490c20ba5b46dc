from __future__ import annotations

import json
import sqlite3
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from listener.model import LeadStatus, NewLead, NewSource, Reason

DAY = timedelta(days=1)
NEW_LEAD_FIELDS = [field.name for field in fields(NewLead)]


@pytest.fixture
def leads(store):
    return store.leads


@pytest.fixture
def find(leads, given, now):
    """What an entry of another feed would find, by default one with a link of its own."""
    elsewhere = given.entry("elsewhere")

    def find(entry=elsewhere, **wanted):
        defaults = {"trigger": "funding", "company_key": "cobalt freight", "by_url": True, "since": now - DAY}
        return leads.find(replace(entry, feed_id=99), **{**defaults, **wanted})

    return find


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
    ids = leads.add_matches(entry.id, [given.match(), given.match(rule="funding/closes-round"), given.match()])
    lead = given.lead(entry)
    leads.attach_matches(ids[:2], lead.id)
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
    leads.rate(lead.id, score=85, reasons=reasons, suppressed=None, where="title", hedged=None, now=now + DAY)
    rated = replace(lead, score=85, reasons=reasons, suppressed=None, where="title", hedged=None, updated_at=now + DAY)
    assert leads.get(lead.id) == rated


def test_the_status_changes(leads, given, now):
    lead = given.lead()
    leads.set_status(lead.id, LeadStatus.ALERTED, now + DAY)
    assert leads.get(lead.id) == replace(lead, status=LeadStatus.ALERTED, updated_at=now + DAY)


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


# ------------------------------------------------------------------- find


def test_nothing_is_found_at_first(find):
    assert find() is None


def test_the_lead_of_trigger_and_prospect_is_found(find, given):
    given.lead(company_key="cobalt paints")
    lead = given.lead()
    given.lead(trigger="expansion")
    assert find() == lead


def test_the_newest_of_several_is_found(find, given):
    given.lead()
    newest = given.lead()
    assert find() == newest


def test_a_lead_that_was_quiet_for_too_long_is_not_found(find, given, now):
    given.lead(now=now - 2 * DAY)
    assert find(since=now - DAY) is None


def test_a_new_source_does_not_prolong_a_story(find, leads, given, now):
    lead = given.lead(now=now - 2 * DAY)
    leads.add_source(lead.id, given.source(given.entry("another")), now)
    assert find(since=now - DAY) is None


def test_a_new_rating_or_status_does_not_keep_a_lead_open(find, leads, given, now):
    lead = given.lead(now=now - 2 * DAY)
    leads.rate(lead.id, score=5, reasons=(), suppressed=None, where="title", hedged=None, now=now)
    leads.set_status(lead.id, LeadStatus.ALERTED, now)
    assert find(since=now - DAY) is None


def test_the_same_article_is_found_however_old_and_whatever_the_company_is_called(find, given, now):
    entry = given.entry("article")
    lead = given.lead(entry, now=now - 100 * DAY)
    assert find(entry, company_key="cobalt") == lead


def test_the_same_article_is_found_by_any_source(find, leads, given, now):
    lead = given.lead()
    entry = given.entry("article")
    leads.add_source(lead.id, given.source(entry), now)
    assert find(entry, company_key="cobalt").id == lead.id


def test_another_item_of_the_same_page_and_feed_is_another_story(leads, given, now):
    entry = given.entry("article")
    given.lead(entry)
    wanted = {"trigger": "funding", "company_key": "cobalt", "by_url": True, "since": now - DAY}
    assert leads.find(entry, **wanted) is not None
    assert leads.find(replace(entry, title="Another headline"), **wanted) is None


def test_the_same_article_is_another_lead_for_another_trigger(find, given):
    entry = given.entry("article")
    given.lead(entry)
    assert find(entry, trigger="expansion") is None


def test_of_an_article_about_several_prospects_the_right_one_is_found(find, given):
    entry = given.entry("article")
    right = given.lead(entry)
    given.lead(entry, company_key="cobalt paints")
    assert find(entry) == right
