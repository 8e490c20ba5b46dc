"""`listener alerts`: what an operator sees and does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result
from world import Project

from listener.cli import app
from listener.model import DeliveryState, FeedSpec, Fetched, NewLead, NewSource, ParsedEntry
from listener.store import Store

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)


class World:
    """A database with three deliveries: sent, dead and queued."""

    def __init__(self, folder: Path) -> None:
        project = Project(folder)
        self.config = project.configure(["https://news.example/feed"], {"chat": "json://127.0.0.1:1/hook"})
        self.store = Store.open(folder / "listener.db")
        self.store.feeds.sync([FeedSpec(url="https://news.example/feed")], NOW)
        for company in ("Acme", "Bolt", "Cobalt"):
            self.queue(company)
        self.store.deliveries.claim_due(NOW, limit_per_destination=2, lease=timedelta(minutes=1))
        self.store.deliveries.record_sent(1, NOW)
        self.store.deliveries.record_dead(2, "HTTP 404 Not Found", NOW)

    def queue(self, company: str) -> None:
        entry = ParsedEntry(
            uid=company, url=None, canonical_url=None, title="", text="", publisher=None, lang=None, published_at=None
        )
        fetched = Fetched(feed_id=1, entries=(entry,), etag=None, last_modified=None, body_hash="", title=None)
        self.store.feeds.record_fetched(fetched, next_poll_at=NOW, now=NOW)
        entry_id = self.store.entries.unjudged(limit=100)[-1].id
        lead = self.store.leads.add(new_lead(company), NewSource(entry_id=entry_id, quote=""), NOW)
        self.store.deliveries.enqueue(lead.id, "chat", "to chat: every lead", due_at=NOW, now=NOW)

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["alerts", *arguments, "--config", str(self.config)])

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def states(self) -> list[str]:
        return [each.state.value for each in self.store.deliveries.all()[::-1]]


def new_lead(company: str) -> NewLead:
    return NewLead(
        trigger="funding", label="Funding round", rule="funding/x", company=company, company_key=company.casefold(),
        title="", quote="", quote_start=0, quote_end=0, where="title", why="", url=None, slots={}, hedged=None,
        lang="en", score=70, reasons=(), suppressed=None,
    )  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.store.close()


def test_show_tells_the_lead_the_route_and_what_came_of_it(world: World) -> None:
    shown = world.run("show", "2").stdout
    assert "2 to chat: dead" in shown
    assert "Bolt: Funding round, score 70" in shown
    assert "to chat: every lead" in shown
    assert "HTTP 404 Not Found" in shown


def test_show_of_what_is_not_there_ends_with_1(world: World) -> None:
    done = world.run("show", "99")
    assert done.exit_code == 1
    assert "there is no delivery 99" in done.stderr


def test_show_as_json(world: World) -> None:
    shown = world.json("show", "1")
    assert (shown["id"], shown["state"], shown["destination_health"]) == (1, "sent", "ok")


def test_drop_takes_what_waits_and_what_was_given_up(world: World) -> None:
    assert world.run("drop", "2", "3").stdout == "2 dropped\n"
    assert world.states() == ["sent", "dropped", "dropped"]


def test_what_was_sent_cannot_be_dropped(world: World) -> None:
    done = world.run("drop", "1", "3")
    assert (done.exit_code, done.stdout) == (1, "1 dropped\n")
    assert world.states() == ["sent", "dead", "dropped"]


def test_drop_of_all_for_a_destination(world: World) -> None:
    assert world.run("drop", "--to", "mail").stdout == "0 dropped\n"
    assert world.run("drop", "--to", "chat").stdout == "2 dropped\n"


@pytest.mark.parametrize("arguments", [[], ["1", "--to", "chat"]])
def test_drop_wants_to_know_what(world: World, arguments: list[str]) -> None:
    assert world.run("drop", *arguments).exit_code == 2


def test_what_was_dropped_is_revived_by_name_only(world: World) -> None:
    world.run("drop", "3")
    assert world.run("retry").stdout == "1 queued again\n"
    assert world.states() == ["sent", "queued", "dropped"]
    assert world.run("retry", "3").stdout == "1 queued again\n"
    assert world.store.deliveries.all(state=DeliveryState.DROPPED) == []


def test_list_tells_which_destinations_are_in_trouble_and_until_when(world: World) -> None:
    later = NOW + timedelta(minutes=10)
    world.store.destinations.record_failed("chat", "connection refused", failures=7, rest_until=later, now=NOW)
    listed = " ".join(world.run("list").stdout.split())
    assert "chat is down: the last 7 messages failed, since 2030-05-06 07:08 UTC (connection refused)" in listed
    assert "next message at 2030-05-06 07:18 UTC" in listed
    assert {each["destination_health"] for each in world.json("list")} == {"down"}


def test_list_of_one_destination(world: World) -> None:
    assert len(world.json("list", "--to", "chat")) == 3
    assert world.json("list", "--to", "mail") == []
