"""The page of a lead, over real HTTP: looking changes nothing, a button is recorded with who and when."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

import pytest
from store.conftest import NOW, Given

from listener.core.links import LIFETIME, PATH, sign
from listener.model import Lead, LeadStatus, Rep, Routing
from listener.pulse import Pulse
from listener.store import Store
from listener.web.leads import LeadPages, with_lead_pages
from listener.web.server import serving
from listener.web.watch import Watched, watch_app

ANNA = Rep(name="anna", destinations=("anna-mail",), zone=UTC, interests=("rowing",))
BERT = Rep(name="bert", destinations=("bert-mail",), zone=UTC)
HOSTILE = "<script>alert(1)</script> & <img src=x onerror=alert(2)>"


@dataclass
class World:
    store: Store
    given: Given
    url: str
    key: bytes
    now: datetime = NOW

    def link(self, lead: Lead, reader: str = "anna") -> str:
        return f"{self.url}{PATH}{sign(self.key, lead.id, reader, NOW)}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        store = Store.open(tmp_path / "listener.db")
        stack.callback(store.close)
        world = World(store=store, given=Given(store), url="", key=store.secrets.key("verdict links"))
        watched = Watched(
            store=store,
            pulse=Pulse(),
            rules_in_use=lambda: True,
            rule_errors=lambda: (),
            free_bytes=lambda: 0,
            clock=lambda: world.now,
        )
        routing = Routing(destinations=("anna-mail", "bert-mail"), reps=(ANNA, BERT))
        pages = LeadPages(
            store=store, key=world.key, routing=routing, zone=UTC, currency="EUR", clock=lambda: world.now
        )
        site = with_lead_pages(watch_app(watched, token="secret"), pages)
        world.url = stack.enter_context(serving(site, host="127.0.0.1", port=0)) or ""
        yield world


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(url: str, form: dict[str, str] | None = None, method: str | None = None) -> tuple[int, str, Message]:
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data=data, method=method)
    try:
        with urllib.request.build_opener(_Stay).open(request) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


# --------------------------------------------------------------------------- looking


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(world: World, method: str) -> None:
    lead = world.given.lead()
    assert ask(world.link(lead), method=method)[0] == 200
    assert world.store.leads.existing(lead.id) == lead
    assert world.store.followup.history(lead.id) == []


def test_the_page_shows_the_lead(world: World) -> None:
    _, page, _ = ask(world.link(world.given.lead()))
    for words in ("Cobalt Freight", "Funding round", "raises $12M", "Why now"):
        assert words in page


def test_whatever_a_feed_says_is_text(world: World) -> None:
    entry = world.given.entry(title=HOSTILE, publisher=HOSTILE, url="javascript:alert(3)")
    lead = world.given.lead(
        entry, company=HOSTILE, title=HOSTILE, quote=HOSTILE, quote_start=0, quote_end=8, why=HOSTILE, url=None
    )
    _, page, _ = ask(world.link(lead))
    assert "<script" not in page
    assert "<img" not in page
    assert "javascript:" not in page


def test_common_ground_is_for_the_reader_alone(world: World) -> None:
    lead = world.given.lead(world.given.entry(text="Its founder met her partners while rowing."))
    assert "In common with you" in ask(world.link(lead))[1]
    assert "rowing" not in ask(world.link(lead, "bert"))[1]


def test_the_page_is_told_to_nobody_and_loads_nothing(world: World) -> None:
    _, page, headers = ask(world.link(world.given.lead()))
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-\S{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        headers["Content-Security-Policy"],
    )
    assert not re.search(r"<(script|img|link|iframe)|\bsrc=|\bstyle=|url\(|@import", page)


# --------------------------------------------------------------------------- saying


@pytest.mark.parametrize("status", ["useful", "wrong_company", "not_relevant", "contacted", "meeting", "won", "lost"])
def test_a_button_is_recorded_with_who_and_when(world: World, status: str) -> None:
    lead = world.given.lead()
    world.now = NOW + timedelta(days=1)
    answer, _, headers = ask(world.link(lead), {"verdict": status})
    assert (answer, headers["Location"]) == (303, world.link(lead).rpartition("/")[2])
    (event,) = world.store.followup.history(lead.id)
    assert (event.what, event.who, event.at) == (status, "anna", world.now)
    assert world.store.leads.existing(lead.id).status == status


def test_the_page_says_what_was_saved(world: World) -> None:
    lead = world.given.lead()
    ask(world.link(lead), {"verdict": "won", "value": "12'500"})
    assert "Saved: won 12,500 EUR" in ask(world.link(lead, "bert"))[1]
    assert world.store.leads.existing(lead.id).value == 12500


def test_a_lead_is_put_off(world: World) -> None:
    lead = world.given.lead()
    ask(world.link(lead), {"verdict": "snoozed", "days": "30"})
    assert world.store.leads.existing(lead.id).snoozed_until == NOW + timedelta(days=30)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"verdict": "alerted"},
        {"verdict": "rescued"},
        {"verdict": "snoozed", "days": "4000"},
        {"verdict": "won", "value": "much"},
        {"verdict": "won", "value": "nan"},
        {"verdict": "won", "value": "-1"},
    ],
)
def test_what_no_button_says_is_refused(world: World, form: dict[str, str]) -> None:
    lead = world.given.lead()
    assert ask(world.link(lead), form or {"x": ""})[0] == 400
    assert world.store.leads.existing(lead.id).status is LeadStatus.NEW


def test_more_than_a_form_is_refused(world: World) -> None:
    assert ask(world.link(world.given.lead()), {"verdict": "x" * 5000})[0] == 413


# --------------------------------------------------------------------------- links


def test_a_link_that_is_cut_off_or_expired_says_so_and_does_nothing(world: World) -> None:
    lead = world.given.lead()
    assert ask(world.link(lead)[:-1])[0] == 404
    assert ask(world.link(lead)[:-1], {"verdict": "useful"})[0] == 404
    world.now = NOW + LIFETIME
    status, page, _ = ask(world.link(lead), {"verdict": "useful"})
    assert (status, "has expired" in page) == (410, True)
    assert world.store.followup.history(lead.id) == []


def test_a_lead_that_is_gone(world: World) -> None:
    lead = world.given.lead()
    other = f"{world.url}{PATH}{sign(world.key, lead.id + 1, 'anna', NOW)}"
    assert ask(other)[0] == 410
    assert ask(other, {"verdict": "useful"})[0] == 410


def test_a_link_opens_nothing_but_its_lead(world: World) -> None:
    assert ask(f"{world.url}/metrics")[0] == 401
    assert ask(f"{world.url}/healthz")[0] == 200
