"""What services ask for is heard, whichever way they say it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from service_world import Answer, Request, Services

from listener.model import Message, SendFailed, Sent
from listener.notify import Notifier

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
MESSAGE = Message(title="t", text="text", markdown="text", html="text")


def failure(url: str) -> SendFailed:
    outcome = Notifier({"there": url}, clock=lambda: NOW).send("there", MESSAGE)
    assert isinstance(outcome, SendFailed)
    return outcome


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 06 May 2030 07:13:09 GMT", timedelta(minutes=5)),
        ("Mon, 06 May 2030 07:00:00 GMT", None),
        ("99999999", timedelta(hours=24)),
        ("soon", None),
    ],
)
def test_retry_after_is_kept(services: Services, status: int, value: str, pause: timedelta | None) -> None:
    services.answer = lambda _: Answer(status, headers={"Retry-After": value})
    assert failure(services.url("json", "hook")).retry_after == pause


def test_another_status_asks_for_nothing(services: Services) -> None:
    services.answer = lambda _: Answer(500, headers={"Retry-After": "120"})
    assert failure(services.url("json", "hook")).retry_after is None


@pytest.mark.parametrize(
    "body",
    [
        {"message": "You are being rate limited.", "retry_after": 64.5, "global": False},
        {"ok": False, "error_code": 429, "parameters": {"retry_after": 64.5}},
        {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 64500},
    ],
    ids=["discord", "telegram", "matrix"],
)
def test_a_pause_that_stands_in_the_body_is_kept(services: Services, body: Any) -> None:
    services.answer = lambda _: Answer(429, body)
    assert failure(services.url("json", "hook")).retry_after == timedelta(seconds=64.5)


@pytest.mark.parametrize("body", ["[1]", "no json", '{"retry_after": "x"}', '{"parameters": 1}', '{"retry_after": -1}'])
def test_an_odd_body_asks_for_nothing(services: Services, body: str) -> None:
    services.answer = lambda _: Answer(429, body)
    assert failure(services.url("json", "hook")).retry_after is None


def test_each_destination_hears_its_own(services: Services) -> None:
    """Side by side, and all are under way before the first is answered."""
    together = threading.Barrier(8)

    def answer(request: Request) -> Answer:
        together.wait(30)
        return Answer(429, headers={"Retry-After": request.path.strip("/")})

    services.answer = answer
    notifier = Notifier({str(seconds): services.url("json", str(seconds)) for seconds in range(10, 18)})
    heard: dict[str, timedelta | None] = {}

    def send(name: str) -> None:
        outcome = notifier.send(name, MESSAGE)
        assert isinstance(outcome, SendFailed)
        heard[name] = outcome.retry_after

    threads = [threading.Thread(target=send, args=(name,)) for name in notifier.names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {name: timedelta(seconds=int(name)) for name in notifier.names}


def test_what_was_asked_for_earlier_means_nothing_later(services: Services) -> None:
    notifier = Notifier({"there": services.url("json", "hook")})
    services.answer = lambda _: Answer(429, headers={"Retry-After": "120"})
    notifier.send("there", MESSAGE)
    services.answer = lambda _: Answer(500)
    assert notifier.send("there", MESSAGE) == SendFailed(error="HTTP 500 Internal Server Error")
    services.answer = lambda _: Answer()
    assert notifier.send("there", MESSAGE) == Sent()
