"""How long a service asks to be left alone.

Apprise keeps the responses of services to itself. Its plugins all go through `requests`, so it is there that they are
looked at: a wrapper around the one method that every request passes, which does nothing but for who listens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from listener.core.timing import pause_asked_for

if TYPE_CHECKING:
    from requests import Response

_BUSY = (429, 503)


@dataclass(slots=True)
class Heard:
    """What a service asked for while a message was sent."""

    clock: Callable[[], datetime]
    pause: timedelta | None = None  # the last one; None: it did not ask


_LISTENING: ContextVar[Heard | None] = ContextVar("listening", default=None)  # each send has its own, in any thread


@contextmanager
def listening(clock: Callable[[], datetime]) -> Iterator[Heard]:
    """Whatever `requests` does in this context is listened to."""
    _listen_to_requests()
    heard = Heard(clock)
    token = _LISTENING.set(heard)
    try:
        yield heard
    finally:
        _LISTENING.reset(token)


def pause_of(response: Response, now: datetime) -> timedelta | None:
    """What the response asks for: `Retry-After`, else what Discord, Telegram and Matrix write into the body."""
    if response.status_code not in _BUSY:
        return None
    return pause_asked_for(response.headers.get("Retry-After"), now) or _pause_in_body(response)


def _pause_in_body(response: Response) -> timedelta | None:
    try:
        said = json.loads(response.content)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    parameters = said.get("parameters")
    candidates = [said.get("retry_after"), parameters.get("retry_after") if isinstance(parameters, dict) else None]
    candidates += [said["retry_after_ms"] / 1000 if isinstance(said.get("retry_after_ms"), int) else None]
    seconds = next((value for value in candidates if isinstance(value, int | float) and 0 < value < 10**8), None)
    return None if seconds is None else timedelta(seconds=seconds)


def _listen_to_requests() -> None:
    """Put the wrapper around `requests.Session.send`, once."""
    from requests import Session

    if hasattr(Session.send, "listens"):
        return
    original = Session.send

    @wraps(original)
    def send(self: Session, *args: Any, **kwargs: Any) -> Response:
        response = original(self, *args, **kwargs)
        heard = _LISTENING.get()
        if heard is not None:
            heard.pause = pause_of(response, heard.clock()) or heard.pause
        return response

    send.listens = True  # type: ignore[attr-defined]
    Session.send = send  # type: ignore[method-assign]
