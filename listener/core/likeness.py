"""Recognising an entry whose guid changed. Pure."""

from __future__ import annotations

import hashlib

from listener.model import ParsedEntry


def likeness(entry: ParsedEntry) -> int | None:
    """What an entry is recognised by when its guid is not known: link, title and date, as one number.

    Some feeds make new guids when a site is rebuilt or a cache expires; the item behind them keeps its link,
    title and date. Without a date its text has to be the same. Link and title alone do not tell: "Weekly update"
    with a link to the same page is a new entry each week. Without a link nothing does (None).
    """
    if entry.canonical_url is None:
        return None
    when = entry.published_at.isoformat() if entry.published_at else entry.text
    parts = "\0".join((entry.canonical_url, entry.title, when))
    digest = hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
