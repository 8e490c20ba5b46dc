"""How a lead is shown: a card that fits a terminal, and JSON with every field."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from store.conftest import NOW, Given

from listener.briefing import Briefing
from listener.cli.lead_views import lead_card, whole_card
from listener.core.as_json import lead_json
from listener.core.story import WENT_ON
from listener.model import Account, AccountHit, Lead, LeadEvent, LeadStatus, Reason, Segment, Source
from listener.store import Store

LONG = "Cobalt Freight, the carrier of Hamburg, raises $12M in its Series B from Oak Ventures to grow in the Nordics"
SECTIONS = ("Score", "Sources", "Who was told", "Also at this prospect", "History")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "listener.db")) as store:
        yield store


@pytest.fixture
def lead(store: Store) -> Lead:
    """A lead with everything that a card can show, each of it long."""
    account = Account(name="Cobalt Freight, Inc.", domain="cobalt.example", owner="Anna Meier", segment=Segment.TARGET,
                      territory="DACH", industry="Transportation and Logistics", size=1200)  # fmt: skip
    given = Given(store)
    lead = given.lead(
        title=LONG, quote=LONG, quote_end=len(LONG), why="New money is spent within two quarters, mostly on people.",
        account=AccountHit(account=account, certainty=0.95, how="the name and the domain cobalt.example in a link"),
        reasons=tuple(Reason(points=5, why=f"industry {LONG}") for _ in range(3)),
        slots={"company": "Cobalt", "money": "$12M", "amount": 12_000_000, "currency": "USD"},
    )  # fmt: skip
    store.deliveries.enqueue(lead.id, "anna-mail", f"to anna: {LONG}", due_at=NOW, now=NOW)
    store.leads.add_source(
        lead.id, given.source(given.entry("2", title=LONG, url=f"https://news.test/{'x' * 90}")), NOW
    )
    return store.leads.existing(lead.id)


def shown(store: Store, lead: Lead, *, width: int) -> str:
    briefing = Briefing(earlier=(lead,), mentions=(), ground={"anna": ("ETH Zürich",)})
    won = LeadEvent(lead_id=lead.id, at=NOW, who="anna", what=LeadStatus.WON, value=12500.0, note=LONG)
    out = io.StringIO()
    told = store.deliveries.of_leads([lead.id])[lead.id]
    Console(file=out, width=width).print(whole_card(lead, briefing, told, [won], UTC, "EUR"))
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_card_fits_the_terminal_and_loses_nothing(store: Store, lead: Lead, width: int) -> None:
    card = shown(store, lead, width=width)
    assert max(map(cell_len, card.splitlines())) <= width
    assert all(f"\n{section}\n" in card.replace(" \n", "\n") for section in SECTIONS)
    squeezed = "".join(card.split())
    for words in (LONG, "x" * 90, "ETH Zürich", "95% sure by the name", "won 12,500 EUR by anna"):
        assert "".join(words.split()) in squeezed


def test_a_card_shows_money_as_it_was_written(store: Store, lead: Lead) -> None:
    card = shown(store, lead, width=80)
    assert "money $12M" in card
    assert "12000000" not in card


def test_what_tells_an_event_once_more_is_called_a_duplicate_with_the_reason(store: Store, lead: Lead) -> None:
    one, other = lead.sources
    assert "Duplicate" not in shown(store, lead, width=120)
    joined = replace(lead, sources=(one, replace(other, how="the same event")))
    assert shown(store, joined, width=120).count("Duplicate: the same event, and nobody is told twice") == 1


def test_a_development_is_called_an_update(store: Store, lead: Lead) -> None:
    one, other = lead.sources
    went_on = replace(lead, sources=(one, replace(other, how=WENT_ON)))
    assert f"Update: {WENT_ON}" in shown(store, went_on, width=120)


def test_json_has_every_field_of_a_lead(lead: Lead) -> None:
    names = {"story_id": "story"}
    found = lead_json(lead)
    assert {names.get(field.name, field.name) for field in fields(Lead)} <= found.keys()
    (_, source) = found["sources"]
    assert {{"entry_id": "entry"}.get(field.name, field.name) for field in fields(Source)} <= source.keys()


def test_a_short_card_tells_the_days_of_a_snooze(store: Store, lead: Lead) -> None:
    until = NOW + timedelta(days=7)
    store.followup.mark(LeadEvent(lead_id=lead.id, at=NOW, who="anna", what=LeadStatus.SNOOZED, until=until))
    out = io.StringIO()
    Console(file=out, width=80).print(lead_card(store.leads.existing(lead.id)))
    assert f"snoozed until {until:%Y-%m-%d}" in out.getvalue()


def test_a_line_of_a_short_card_goes_on_under_its_beginning(lead: Lead) -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(lead_card(lead))
    head, *lines = out.getvalue().splitlines()
    assert head.startswith(f"{lead.score:>3} Cobalt Freight")
    assert all(line.startswith("    ") for line in lines if line.strip())
    assert max(map(cell_len, lines)) <= 80
