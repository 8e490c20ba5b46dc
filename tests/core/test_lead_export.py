"""Leads as rows: the columns of each layout, and that no cell is a formula."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.lead_export import Layout, safe_cell, table
from listener.model import Account, AccountHit, Lead, LeadStatus, Reason, Segment, Source

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
COBALT = Account(
    name="Cobalt Freight", domain="cobalt.example", industry="Logistics", size=120, segment=Segment.TARGET, owner="anna"
)
SOURCE = Source(
    entry_id=1, url="https://n.example/1", canonical_url=None, title="t", feed="News", publisher="Reuters",
    published_at=NOW, quote="q",
)  # fmt: skip


def lead(**fields: Any) -> Lead:
    defaults: dict[str, Any] = {
        "trigger": "executive_hire", "label": "New executive", "rule": "executive_hire/names", "company": "Cobalt",
        "company_key": "cobalt freight", "title": "Cobalt names Anna Maria Roth CFO", "quote": "Cobalt names a CFO",
        "quote_start": 0, "quote_end": 3, "where": "title", "why": "New people buy anew.", "url": "https://n.example/1",
        "slots": {"person": "Anna Maria Roth", "role": "CFO"}, "hedged": None, "lang": "en", "score": 80,
        "reasons": (Reason(points=80, why="New executive"),), "suppressed": None, "id": 7, "story_id": 7,
        "status": LeadStatus.WON, "value": 12000.0, "created_at": NOW, "updated_at": NOW, "sources": (SOURCE,),
        "account": AccountHit(account=COBALT, certainty=1.0, how="the name"),
    }  # fmt: skip
    return Lead(**{**defaults, **fields})


def row(layout: Layout, **fields: Any) -> dict[str, str]:
    headings, *rows = table([lead(**fields)], layout)
    return dict(zip(headings, rows[0], strict=True))


def test_every_field_under_our_names() -> None:
    found = row(Layout.CSV)
    assert {key: found[key] for key in ("id", "status", "value", "score", "outlets", "employees", "segment")} == {
        "id": "7", "status": "won", "value": "12000", "score": "80", "outlets": "Reuters", "employees": "120",
        "segment": "target",
    }  # fmt: skip
    assert found["reasons"] == "New executive (+80)"


def test_a_lead_for_salesforce_has_the_columns_of_its_wizard() -> None:
    assert row(Layout.SALESFORCE) == {
        "First Name": "Anna Maria",
        "Last Name": "Roth",
        "Title": "CFO",
        "Company": "Cobalt Freight",
        "Website": "cobalt.example",
        "Industry": "Logistics",
        "No. of Employees": "120",
        "Lead Source": "listener",
        "Rating": "Hot",
        "Description": "New executive: Cobalt names a CFO New people buy anew. https://n.example/1",
    }


def test_salesforce_gets_a_last_name_where_nobody_is_named() -> None:
    found = row(Layout.SALESFORCE, slots={}, account=None)
    assert (found["Last Name"], found["Company"], found["Website"]) == ("[not provided]", "Cobalt", "")


def test_a_company_for_hubspot() -> None:
    assert list(row(Layout.HUBSPOT_COMPANIES).values())[:3] == ["Cobalt Freight", "cobalt.example", "120"]


def test_contacts_for_hubspot_are_the_people_that_leads_name() -> None:
    _, *rows = table([lead(), lead(slots={})], Layout.HUBSPOT_CONTACTS)
    assert [each[:3] for each in rows] == [["Anna Maria", "Roth", "CFO"]]


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30", "-2", "@SUM(A1)", " =1", "\t=1", "＝1", "'=1", '"=1', "|calc", "%x"]
)
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (-5, "-5"), (12.5, "12.5"), ("Cobalt\r\nFreight", "Cobalt Freight")]
)
def test_other_cells_stay_what_they_are(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.text())
def test_no_text_becomes_a_formula_or_a_second_line(text: str) -> None:
    cell = safe_cell(text)
    assert not re.match(r"[=+\-@\t\r]", cell)
    assert cell.isprintable()
