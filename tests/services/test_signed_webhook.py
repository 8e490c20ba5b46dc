"""The signed webhook, with the receiver that the documentation shows."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
from service_world import Answer, Services
from test_message import lead
from test_notify import closed_port

from listener import clock
from listener.message import render, render_digest, render_list
from listener.model import Message, SendFailed, Sent
from listener.notify import Notifier

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
SECRET = "hunter2S3CRET-of-32-characters-x"
ALERT = replace(render(lead(company="Zürich Re")), key="k-1")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "alerts.md"


def url(services: Services, path: str = "leads", secret: str = SECRET) -> str:
    return services.url("signed+http", f"{path}{'&' if '?' in path else '?'}secret={secret}")


def send(url: str, message: Message = ALERT) -> Sent | SendFailed:
    return Notifier({"crm": url}, clock=lambda: NOW).send("crm", message)


# --------------------------------------------------------------------------- what arrives


def test_the_signature_is_that_of_time_and_body(services: Services) -> None:
    assert send(url(services)) == Sent()
    at = str(int(NOW.timestamp()))
    expected = hmac.new(SECRET.encode(), at.encode() + b"." + services.last.body, hashlib.sha256).hexdigest()
    assert services.last.headers["X-Listener-Signature"] == f"t={at},v1={expected}"


def test_the_secret_stays_here(services: Services) -> None:
    send(url(services, "leads?a=1"))
    assert services.last.path == "/leads?a=1"
    assert SECRET not in f"{services.last.headers} {services.last.body!r}"


def test_an_alert_brings_every_field_of_its_lead(services: Services) -> None:
    send(url(services))
    assert services.last.headers["Content-Type"] == "application/json"
    sent = services.last.json
    assert (sent["id"], sent["kind"], sent["title"], sent["text"]) == ("k-1", "lead", ALERT.title, ALERT.text)
    (told,) = sent["leads"]
    assert (told["id"], told["company"], told["trigger"], told["score"]) == (1, "Zürich Re", "funding", 82)
    assert told["slots"] == {"company": "Cobalt Freight", "money": "$12M", "round": "Series B"}
    assert told["sources"][0]["outlet"] == "Logistics Daily"
    assert set(told) > {"quote", "why", "reasons", "account", "hedged", "status", "created_at", "url", "lang", "rule"}


def test_a_digest_brings_all_its_leads(services: Services) -> None:
    send(url(services), render_digest([lead(id=1), lead(id=2, score=90)]))
    assert services.last.json["kind"] == "digest"
    assert [told["id"] for told in services.last.json["leads"]] == [2, 1]


def test_a_lead_that_cannot_be_shown_does_not_hold_back_its_digest(services: Services) -> None:
    assert send(url(services), render_digest([lead(id=1, slots=[1]), lead(id=2)])) == Sent()
    first, second = sorted(services.last.json["leads"], key=lambda told: told["id"])
    assert first == {"id": 1, "company": "Cobalt Freight", "trigger": "funding", "score": 82}
    assert second["slots"]


def test_a_notice_brings_none(services: Services) -> None:
    send(url(services), render_list("Nothing today", ["12 entries read"]))
    assert (services.last.json["kind"], services.last.json["leads"]) == ("notice", [])


def test_a_message_that_is_tried_again_has_the_same_key(services: Services) -> None:
    send(url(services))
    send(url(services), replace(ALERT, text="the text may differ"))
    send(url(services), replace(ALERT, key="k-2"))
    keys = [request.headers["Idempotency-Key"] for request in services.requests]
    assert keys == ["k-1", "k-1", "k-2"]
    assert [request.json["id"] for request in services.requests] == keys


def test_a_message_without_a_key_has_one_of_its_own_words(services: Services) -> None:
    for message in (ALERT, ALERT, replace(ALERT, text="other")):
        send(url(services), replace(message, key=None))
    first, second, third = (request.headers["Idempotency-Key"] for request in services.requests)
    assert first == second != third


def test_https_and_a_proxy_are_spoken(anywhere: Services) -> None:
    assert send(f"signed+https://crm.example/leads?secret={SECRET}") == Sent()
    assert anywhere.last.host == "crm.example"


# --------------------------------------------------------------------------- what does not


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, "HTTP 500 Internal Server Error"), (401, "HTTP 401 Unauthorized"), (410, "HTTP 410 Gone")],
)
def test_a_refusal(services: Services, status: int, error: str) -> None:
    services.answer = lambda _: Answer(status)
    assert send(url(services)) == SendFailed(error=error)


def test_no_redirect_is_followed(services: Services) -> None:
    services.answer = lambda _: Answer(307, headers={"Location": "/elsewhere"})
    assert send(url(services)) == SendFailed(error="HTTP 307: it moved. Use the URL that it redirects to")
    assert len(services.requests) == 1


def test_a_pause_that_it_asks_for_is_kept(services: Services) -> None:
    services.answer = lambda _: Answer(503, headers={"Retry-After": "120"})
    outcome = send(url(services))
    assert isinstance(outcome, SendFailed)
    assert outcome.retry_after == timedelta(minutes=2)


def test_a_receiver_that_is_down() -> None:
    down = f"signed+http://127.0.0.1:{closed_port()}/?secret={SECRET}"
    assert send(down) == SendFailed(error="connection refused")


def test_a_receiver_whose_certificate_nobody_trusts(anywhere: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert send(f"signed+https://crm.example/?secret={SECRET}") == SendFailed(
        error="its TLS certificate is not trusted"
    )
    assert anywhere.requests == []


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("signed+https://crm.example/leads", "has no secret. Add ?secret=env:NAME"),
        ("signed+https://crm.example/leads?secret=", "its secret is shorter than 16 characters"),
        ("signed+https://crm.example/leads?secret=hunter2", "its secret is shorter than 16 characters"),
        (f"signed+https:///leads?secret={SECRET}", "its URL has no host"),
        (f"signed+https://[/leads?secret={SECRET}", "its URL has no host"),
    ],
)
def test_a_url_that_cannot_be_used_is_told_without_the_secret(bad: str, problem: str) -> None:
    shown = Notifier({"crm": bad}).validate()["crm"]
    assert shown is not None
    assert shown.startswith(f"destination crm: {problem}")
    assert "hunter2" not in shown


def test_the_secret_is_in_no_log_and_no_outcome(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    services.answer = lambda _: Answer(500)
    shown = [repr(send(url(services))), repr(send(f"signed+http://127.0.0.1:1/?secret={SECRET}"))]
    assert SECRET not in f"{shown} {caplog.text}"


# --------------------------------------------------------------------------- the receiver of the documentation


@contextmanager
def documented_receiver() -> Iterator[tuple[int, list[Any]]]:
    """The port of the server that the document shows, and what it took."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    taken: list[Any] = []
    names: dict[str, Any] = {"SECRET": SECRET.encode(), "use": taken.append}
    exec(code, names)
    server = HTTPServer(("127.0.0.1", 0), names["Receiver"])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port, taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_receiver_of_the_documentation_takes_what_is_signed_once() -> None:
    with documented_receiver() as (port, taken):
        notifier = Notifier({"crm": f"signed+http://127.0.0.1:{port}/?secret={SECRET}"}, clock=clock.now)
        assert [notifier.send("crm", ALERT), notifier.send("crm", ALERT)] == [Sent(), Sent()]
    assert [told["leads"][0]["company"] for told in taken] == ["Zürich Re"]


@pytest.mark.parametrize(
    ("secret", "now"), [("another-secret-altogether", clock.now), (SECRET, lambda: NOW)], ids=["forged", "old"]
)
def test_the_receiver_of_the_documentation_refuses_what_is_forged_or_old(secret: str, now: Any) -> None:
    with documented_receiver() as (port, taken):
        outcome = Notifier({"crm": f"signed+http://127.0.0.1:{port}/?secret={secret}"}, clock=now).send("crm", ALERT)
    assert outcome == SendFailed(error="HTTP 401 Unauthorized")
    assert taken == []
