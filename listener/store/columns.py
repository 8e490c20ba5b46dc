"""How values stand in columns: times as unix milliseconds UTC, lists and mappings as JSON text."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Unix milliseconds, rounded down. A datetime without a zone raises TypeError."""
    return (moment - _EPOCH) // _MILLISECOND


def to_ms_or_none(moment: datetime | None) -> int | None:
    """`to_ms`, None stays None."""
    return None if moment is None else to_ms(moment)


def from_ms(milliseconds: int) -> datetime:
    """The moment that `to_ms` stored."""
    return _EPOCH + milliseconds * _MILLISECOND


def from_ms_or_none(milliseconds: int | None) -> datetime | None:
    """`from_ms`, None stays None."""
    return None if milliseconds is None else from_ms(milliseconds)


def duration_to_ms(duration: timedelta) -> int:
    """Whole milliseconds, rounded down."""
    return duration // _MILLISECOND


def to_json(value: Any) -> str:
    """Compact JSON that a person can read in the table."""
    return json.dumps(value, ensure_ascii=False)
