"""The rule_state table: what the daemon says of its rules, for other commands to show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from listener.model import RuleState
from listener.store.columns import from_ms, from_ms_or_none, to_json, to_ms
from listener.store.connection import Connection

_TAKEN = """
    INSERT INTO rule_state (id, in_use_at, rules, triggers, refused, refused_at, takings, refusals)
    VALUES (1, :now, :rules, :triggers, :refused, iif(:refused = '[]', NULL, :now), 1, 0)
    ON CONFLICT (id) DO UPDATE SET
        in_use_at = excluded.in_use_at, rules = excluded.rules, triggers = excluded.triggers,
        refused = excluded.refused, refused_at = excluded.refused_at,
        takings = takings + 1
"""
_REFUSED = """
    UPDATE rule_state SET refused = :refused, refused_at = coalesce(refused_at, :now), refusals = refusals + 1
"""


class RuleStateTable:
    """The rules that are in use, and the edits that were refused."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def taken(self, *, rules: int, triggers: int, refused: Sequence[str], now: datetime) -> None:
        """A set is in use from now on; `refused`: the mistakes of files that are left out of it."""
        row = {"rules": rules, "triggers": triggers, "refused": to_json(list(refused)), "now": to_ms(now)}
        self._db.write(_TAKEN, row)

    def refused(self, errors: Sequence[str], now: datetime) -> None:
        """The files have these mistakes now, so that the set in use stays."""
        self._db.write(_REFUSED, {"refused": to_json(list(errors)), "now": to_ms(now)})

    def get(self) -> RuleState | None:
        """What the daemon said last; None: none has run yet."""
        row = self._db.row("SELECT * FROM rule_state")
        if row is None:
            return None
        return RuleState(
            in_use_at=from_ms(row["in_use_at"]),
            rules=row["rules"],
            triggers=row["triggers"],
            refused=tuple(json.loads(row["refused"])),
            refused_at=from_ms_or_none(row["refused_at"]),
            takings=row["takings"],
            refusals=row["refusals"],
        )
