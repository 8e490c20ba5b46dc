"""How the daemon's jobs are doing: kept by the daemon, read by whoever watches it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

from listener.model import StagePulse


class Pulse:
    """Remembers for each job how its runs went. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stages: dict[str, StagePulse] = {}

    def ended(self, name: str, took: timedelta, now: datetime) -> bool:
        """A run ended well; returns whether there was trouble before."""
        with self._lock:
            before = self._stages.get(name, StagePulse(name=name))
            seconds = before.seconds + took.total_seconds()
            self._stages[name] = replace(before, runs=before.runs + 1, seconds=seconds, last_ok_at=now, trouble=None)
            return before.trouble is not None

    def failed(self, name: str, trouble: str) -> bool:
        """A run failed of `trouble`; returns whether that is news."""
        with self._lock:
            before = self._stages.get(name, StagePulse(name=name))
            self._stages[name] = replace(before, failures=before.failures + 1, trouble=trouble)
            return before.trouble != trouble

    def in_trouble(self, name: str) -> bool:
        """Whether the last run failed."""
        with self._lock:
            return name in self._stages and self._stages[name].trouble is not None

    def stages(self) -> tuple[StagePulse, ...]:
        """Of every job that ran, by name."""
        with self._lock:
            return tuple(self._stages[name] for name in sorted(self._stages))
