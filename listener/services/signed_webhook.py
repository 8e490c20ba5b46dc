"""A webhook for one's own systems: JSON with every field of the leads, signed.

    signed+https://crm.example/leads?secret=...

The receiver knows by `X-Listener-Signature: t=TIME,v1=HEX` that the message is ours and new: HMAC-SHA256 with the
secret over `TIME.BODY`, TIME in seconds since 1970. A message that is tried again has the same `Idempotency-Key`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlsplit

from listener import __version__
from listener.core.as_json import lead_json
from listener.logs import Event
from listener.model import Lead, Message, SendOutcome, Sent
from listener.services import failures
from listener.services.failures import Unusable
from listener.services.pauses import pause_of
from listener.services.server import Server, server_of

if TYPE_CHECKING:
    import requests

log = logging.getLogger("listener.signed_webhook")

SCHEMES = ("signed+https://", "signed+http://")
_SECRET = re.compile(r"(?<=[?&])secret=([^&#]*)&?")
_SHORTEST_SECRET = 16
_TIMEOUTS_SECONDS = (
    5.0,
    20.0,
)  # to connect, and between two bytes of the answer; the notifier has a deadline of its own


class SignedWebhook:
    """One receiver. Raises Unusable when it cannot be one."""

    def __init__(self, url: str) -> None:
        found = _SECRET.search(url)
        self._secret = unquote_plus(found[1]).encode() if found else b""
        self._url = _SECRET.sub("", url).removeprefix("signed+").rstrip("?&")
        if not found:
            raise Unusable("has no secret. Add ?secret=env:NAME to its URL")
        if len(self._secret) < _SHORTEST_SECRET:
            raise Unusable(f"its secret is shorter than {_SHORTEST_SECRET} characters. Take 32 random ones")
        if not _has_host(self._url):
            raise Unusable("its URL has no host. Write signed+https://HOST/PATH?secret=env:NAME")

    def deliver(self, message: Message, clock: Callable[[], datetime]) -> SendOutcome:
        """Hand the message over. No redirect is followed: it would turn the POST into a GET."""
        import requests

        body, now = body_of(message), clock()
        try:
            with requests.post(
                self._url,
                data=body,
                headers=self._headers(body, message, now),
                timeout=_TIMEOUTS_SECONDS,
                allow_redirects=False,
                stream=True,  # what it says besides the status is of no interest, and may be long
            ) as response:
                return _outcome(response, now)
        except requests.RequestException as error:
            words = f"{type(error).__name__}: {error}"
            return failures.of_exceptions([words]) or failures.unknown(f"requests failed with {type(error).__name__}")

    def server(self) -> Server | None:
        """Where the receiver listens."""
        return server_of(self._url)

    def _headers(self, body: bytes, message: Message, now: datetime) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "User-Agent": f"listener/{__version__}",
            "Idempotency-Key": key_of(message),
            "X-Listener-Signature": signature(self._secret, body, now),
        }


def body_of(message: Message) -> bytes:
    """The message as JSON: what it says, and every field of the leads that it tells of."""
    kind = {0: "notice", 1: "lead"}.get(len(message.leads), "digest")
    content: dict[str, Any] = {
        "id": key_of(message),
        "kind": kind,
        "title": message.title,
        "text": message.text,
        "leads": [_lead(lead) for lead in message.leads],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _lead(lead: Lead) -> dict[str, Any]:
    """All of it; of one that cannot be shown, what it is found by: the others of its digest must not wait for it."""
    try:
        return lead_json(lead)
    except Exception as error:
        log.error(Event("webhook.lead_not_shown", lead=lead.id, error=f"{type(error).__name__}: {error}"))
        return {"id": lead.id, "company": lead.company, "trigger": lead.trigger, "score": lead.score}


def key_of(message: Message) -> str:
    """What tells a message that is tried again from another one."""
    return message.key or hashlib.sha256(f"{message.title}\n{message.text}".encode()).hexdigest()[:32]


def signature(secret: bytes, body: bytes, now: datetime) -> str:
    """The value of `X-Listener-Signature`."""
    at = str(int(now.timestamp()))
    return f"t={at},v1={hmac.new(secret, at.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def _outcome(response: requests.Response, now: datetime) -> SendOutcome:
    if 200 <= response.status_code < 300:
        return Sent()
    return failures.of_status(response.status_code, pause_of(response, now))


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
