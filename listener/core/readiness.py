"""Does a stage do its work? Told from what waits and what was done, not from being alive."""

from __future__ import annotations

from datetime import datetime, timedelta

from listener.model import Backlog

PATIENCE = timedelta(minutes=5)
"""How long work may wait while nothing at all gets done. Stages look for work every half second, and the longest
single piece (a feed at its deadline, a message at a slow service) takes a minute."""


def stuck(backlog: Backlog, now: datetime) -> str | None:
    """Why the stage is not at work, in words; None: it is, or nothing waits.

    A long queue is no trouble while it is worked on. Known exception: deliveries behind one that failed wait for its
    destination; they count as stuck when no other destination has anything to do, which is trouble too.
    """
    if backlog.oldest_at is None or now - backlog.oldest_at < PATIENCE:
        return None
    if backlog.last_done_at is not None and now - backlog.last_done_at < PATIENCE:
        return None
    minutes = int((now - backlog.oldest_at) / timedelta(minutes=1))
    return f"{backlog.waiting} due since {minutes} minutes, and nothing was done for {PATIENCE.seconds // 60}"
