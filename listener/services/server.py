"""Where a service listens."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a service listens."""

    scheme: str  # "https", "http" or "smtp"
    host: str  # not to be shown: it is a part of the destination's URL
    port: int


def server_of(url: str) -> Server | None:
    """The server of an address in HTTP; None: it names none."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return None
    return Server(scheme=parts.scheme, host=parts.hostname, port=parts.port or (443 if parts.scheme == "https" else 80))
