"""Links that let whoever has one say what became of one lead: signed, for one reader, for a time. Pure.

A token is `lead.expiry.reader.signature`: numbers, the reader's name in base64url, and an HMAC-SHA256 over them, cut to
128 bits, which nobody guesses.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

LIFETIME = timedelta(days=90)
"""A verdict is given within days, what was won within a quarter."""
PATH = "/l/"
"""Below `web.public_url`; short, because text alerts show it."""
_SIGNATURE_BYTES = 16
_TOKEN = re.compile(r"(\d{1,15})\.(\d{1,12})\.([\w-]{1,200})\.([\w-]{22})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a token allows."""

    lead_id: int
    reader: str  # a rep, or a destination that several read
    expires_at: datetime


class Refused(Enum):
    """Why a token allows nothing."""

    FORGED = auto()  # or cut off by a mail program
    EXPIRED = auto()


def sign(key: bytes, lead_id: int, reader: str, now: datetime) -> str:
    """The token for a lead and a reader, of the letters that URLs leave alone."""
    expires = int((now + LIFETIME).timestamp())
    signed = f"{lead_id}.{expires}.{_encoded(reader.encode())}"
    return f"{signed}.{_signature(key, signed)}"


def verify(key: bytes, token: str, now: datetime) -> Link | Refused:
    """What the token allows. Takes as long for a wrong signature as for a right one."""
    found = _TOKEN.fullmatch(token)
    if found is None or not hmac.compare_digest(_signature(key, token.rpartition(".")[0]), found[4]):
        return Refused.FORGED
    expires_at = datetime.fromtimestamp(int(found[2]), UTC)
    if now >= expires_at:
        return Refused.EXPIRED
    try:
        reader = base64.urlsafe_b64decode(found[3] + "=" * (-len(found[3]) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return Refused.FORGED
    return Link(lead_id=int(found[1]), reader=reader, expires_at=expires_at)


def _signature(key: bytes, signed: str) -> str:
    return _encoded(hmac.new(key, signed.encode(), hashlib.sha256).digest()[:_SIGNATURE_BYTES])


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
