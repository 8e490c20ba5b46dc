"""The checked_rules table: rule files that were found without a mistake, so that a start need not check them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from listener.core.rules import CheckedRules, Trigger
from listener.store.columns import duration_to_ms, to_json
from listener.store.connection import Connection


class CheckedRulesTable:
    """What files define, by fingerprints of them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, fingerprint: str) -> CheckedRules | None:
        """What the files of that fingerprint define; None: they are not known."""
        row = self._db.row("SELECT rules, triggers FROM checked_rules WHERE fingerprint = ?", (fingerprint,))
        if row is None:
            return None
        return CheckedRules(triggers=tuple(map(_trigger, json.loads(row["triggers"]))), rules=row["rules"])

    def keep(self, checked: Mapping[str, CheckedRules]) -> None:
        """Know these, and no others."""
        rows = [
            (fingerprint, each.rules, to_json(list(map(_row, each.triggers)))) for fingerprint, each in checked.items()
        ]
        with self._db.transaction():
            self._db.write("DELETE FROM checked_rules")
            self._db.write_many("INSERT INTO checked_rules (fingerprint, rules, triggers) VALUES (?, ?, ?)", rows)


def _row(trigger: Trigger) -> dict[str, Any]:
    return {**asdict(trigger), "half_life": duration_to_ms(trigger.half_life)}


def _trigger(row: dict[str, Any]) -> Trigger:
    half_life = timedelta(milliseconds=row["half_life"])
    return Trigger(**{**row, "half_life": half_life, "inherit": tuple(row["inherit"])})
