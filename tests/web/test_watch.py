"""What a probe and a monitor get, over real HTTP."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from listener.model import FeedSpec
from listener.pulse import Pulse
from listener.store import Store
from listener.web.server import serving
from listener.web.watch import Watched, watch_app

NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)


class World:
    """A watched daemon whose clock stands still."""

    def __init__(self, store: Store, stack: ExitStack) -> None:
        self.store, self.pulse, self.now = store, Pulse(), NOW
        self.rules_in_use, self.rule_errors = True, ()
        self._stack = stack

    def watched(self) -> Watched:
        return Watched(
            store=self.store,
            pulse=self.pulse,
            rules_in_use=lambda: self.rules_in_use,
            rule_errors=lambda: self.rule_errors,
            free_bytes=lambda: 5_000,
            clock=lambda: self.now,
        )

    def serve(self, token: str | None = None) -> str:
        url = self._stack.enter_context(serving(watch_app(self.watched(), token=token), host="127.0.0.1", port=0))
        assert url is not None
        return url


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    with ExitStack() as stack:
        store = Store.open(tmp_path / "listener.db")
        stack.callback(store.close)
        yield World(store, stack)


def ask(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def ready(url: str) -> tuple[int, Any]:
    status, body = ask(f"{url}/readyz")
    return status, json.loads(body)


def test_a_daemon_with_nothing_to_do_is_ready(world):
    assert ready(world.serve()) == (200, {"ready": True, "problems": [], "notes": []})


def test_work_that_nobody_does_makes_it_not_ready(world):
    world.store.feeds.sync([FeedSpec(url="https://news.test/feed")], NOW)
    world.now = NOW + timedelta(minutes=10)
    status, body = ready(world.serve())
    assert status == 503
    assert body["problems"] == ["poll: 1 due since 10 minutes, and nothing was done for 5"]


def test_a_failing_stage_makes_it_not_ready_until_it_recovers(world):
    url = world.serve()
    world.pulse.failed("judge", "the disk is full")
    assert ready(url) == (503, {"ready": False, "problems": ["judge: the disk is full"], "notes": []})
    world.pulse.ended("judge", timedelta(seconds=1), NOW)
    assert ready(url)[0] == 200


def test_a_daemon_whose_rules_are_not_in_use_yet_is_not_ready(world):
    url = world.serve()
    world.rules_in_use = False
    status, body = ready(url)
    assert status == 503
    assert body["problems"] == ["rules: none are in use yet, they are being compiled; feeds are polled meanwhile"]
    world.rules_in_use = True
    assert ready(url)[0] == 200


def test_refused_rules_are_a_note_for_the_set_before_is_in_use(world):
    world.rule_errors = ("funding.toml:8: no slot is called 'mony'",)
    assert ready(world.serve()) == (200, {"ready": True, "problems": [], "notes": [f"rules: {world.rule_errors[0]}"]})


def test_a_database_that_cannot_be_read_makes_it_not_ready_and_is_said(world):
    url = world.serve()
    world.store.close()
    status, body = ready(url)
    assert status == 503
    assert body["problems"][0].startswith("database: it cannot be read (")
    assert ask(f"{url}/metrics")[0] == 503
    assert ask(f"{url}/healthz")[0] == 200


def test_metrics_tell_how_much_there_is(world):
    world.store.feeds.sync([FeedSpec(url="https://news.test/feed")], NOW)
    world.pulse.ended("poll", timedelta(seconds=2.5), NOW)
    status, text = ask(f"{world.serve()}/metrics")
    assert status == 200
    for line in (
        'listener_feeds{health="new"} 1.0',
        'listener_queue_depth{stage="poll"} 1.0',
        'listener_stage_seconds_sum{stage="poll"} 2.5',
        'listener_stage_in_trouble{stage="poll"} 0.0',
        "listener_rule_errors 0.0",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("page", ["readyz", "metrics"])
def test_with_a_token_only_its_bearer_is_answered(world, page):
    url = world.serve(token="s3cret")
    assert ask(f"{url}/{page}")[0] == 401
    assert ask(f"{url}/{page}", Authorization="Bearer wrong")[0] == 401
    assert ask(f"{url}/{page}", Authorization="Bearer s3cret")[0] == 200


def test_whether_the_process_answers_is_no_secret(world):
    assert ask(f"{world.serve(token='s3cret')}/healthz") == (200, "ok\n")


def test_a_page_that_calls_this_machine_by_another_name_is_refused(world):
    assert ask(f"{world.serve()}/metrics", Host="rebound.example")[0] == 400


def test_a_port_that_is_taken_is_said_and_stops_nothing(world, caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(watch_app(world.watched(), token=None), host="127.0.0.1", port=port) as url:
            assert url is None
    assert f"web.failed listen=127.0.0.1:{port}" in caplog.text
