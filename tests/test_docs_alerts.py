"""docs/alerts.md shows what is really sent, and every setting on it works."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from samples import LARKSPUR, MORNING, READER

from listener import message, notices, trouble
from listener.message import render, render_digest, render_list, template_problems
from listener.model import DestinationHealth, DestinationState
from listener.notify import Notifier
from listener.templating import OVERRIDABLE, Templates

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "alerts.md").read_text()
NOW = datetime(2030, 5, 6, tzinfo=UTC)
ALERT = render(LARKSPUR, personal=READER)
DIGEST = render_digest(MORNING, personal={LARKSPUR.id: READER})
STORM = render_digest(MORNING, reason="there were more than 10 in 10 minutes", personal={LARKSPUR.id: READER})


def blocks(language: str) -> list[str]:
    return [block.rstrip("\n") for block in re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)]


def test_the_messages_are_those_that_are_sent() -> None:
    assert blocks("text")[:2] == [ALERT.title, ALERT.text]
    assert blocks("markdown") == [ALERT.markdown, DIGEST.markdown, STORM.markdown]


def test_the_messages_to_the_operator_are_those_that_are_sent() -> None:
    down = DestinationState(
        name="sales-chat",
        health=DestinationHealth.DOWN,
        failures=5,
        failing_since_at=NOW,
        rest_until_at=NOW,
        last_error="HTTP 503 Service Unavailable",
        last_sent_at=None,
        storm_at=None,
        sent=0,
        failed=5,
    )
    nothing = render_list("Nothing today", ["412 entries read", "all 38 feeds fine"])
    shown = [f"{told.title}\n\n{told.text}" for told in (nothing, notices._new([*trouble._of_destination(down, NOW)]))]
    assert blocks("text")[2:] == shown


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").iterdir()))
def test_every_picture_is_shown_and_small(picture: Path) -> None:
    assert f"(pictures/{picture.name})" in DOCUMENT
    assert picture.stat().st_size < 150_000


def test_every_destination_can_be_used(tmp_path: Path) -> None:
    pytest.importorskip("paho.mqtt.client")
    (destinations,) = (tomllib.loads(block)["destinations"] for block in blocks("toml"))
    (tmp_path / "apprise.yml").write_text(blocks("yaml")[0])
    destinations["sales"] = destinations["sales"].replace(":", f":{tmp_path}/")
    destinations["crm"] = destinations["crm"].replace("env:CRM_SECRET", "x" * 16)
    assert {name: problem for name, problem in Notifier(destinations).validate().items() if problem} == {}


def test_the_template_is_a_good_one(tmp_path: Path) -> None:
    (tmp_path / "alert.txt").write_text(blocks("jinja")[0])
    assert template_problems(Templates(tmp_path)) == []
    assert render(LARKSPUR, templates=Templates(tmp_path)).text.startswith("Larkspur Robotics: Funding round\n")


@pytest.mark.parametrize("name", OVERRIDABLE)
def test_every_template_is_named(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


def test_everything_that_a_template_may_show_is_named() -> None:
    shown = {"card": message._Card, "digest": message._Digest}
    names = {f"{name}.{field.name}" for name, record in shown.items() for field in dataclasses.fields(record)}
    assert names <= set(re.findall(r"`((?:card|digest)\.\w+)`", DOCUMENT))
    for field in dataclasses.fields(message._Link):
        assert f"`{field.name}`" in DOCUMENT
