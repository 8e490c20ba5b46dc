"""Why a service took no message, in words of ours: what its library says may hold the URL, and so the key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import unquote

from listener.model import SendFailed

# What the exceptions of requests, urllib3 and smtplib say; ours; whether the message may have arrived.
_KNOWN = (
    (r"ProxyError|connect to proxy", "no way through the proxy", False),
    (r"connect timeout|ConnectTimeout", "no connection in time", False),
    (r"timed out", "no answer in time", True),
    (r"connection refused", "connection refused", False),
    (r"getaddrinfo|name resolution|not known", "the host name is not known", False),
    (r"certificate", "its TLS certificate is not trusted", False),
    (r"aborted|reset by peer|disconnected|unexpectedly closed|EOF occurred", "the connection broke off", True),
)


class Unusable(Exception):
    """Why a URL cannot be used, with the remedy, without the URL."""


def unknown(what: str) -> SendFailed:
    """Nobody knows whether it took the message."""
    return SendFailed(error=f"{what}; the message may have arrived", may_have_arrived=True)


def of_exceptions(texts: Sequence[str]) -> SendFailed | None:
    """What exceptions with these texts mean; None: nothing that is known."""
    for pattern, words, may_have_arrived in _KNOWN:
        if any(re.search(pattern, text, re.IGNORECASE) for text in texts):
            return unknown(words) if may_have_arrived else SendFailed(error=words)
    return None


def of_status(status: int, retry_after: timedelta | None = None) -> SendFailed:
    """What an HTTP status means that is not the one of success."""
    return SendFailed(error=_status_words(status), retry_after=retry_after)


def _status_words(status: int) -> str:
    if 200 <= status < 300:
        return f"it answered with HTTP {status}, but not as it does when it takes a message"
    if 300 <= status < 400:
        return f"HTTP {status}: it moved. Use the URL that it redirects to"
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def strike_out(text: str, url: str) -> str:
    """`text` without anything that stands in the URL: any part of it may be the key."""
    parts = {part for form in (url, unquote(url)) for part in re.split(r"[^\w.~-]+", form) if len(part) > 3}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "***")
    return text
