"""What people say of leads and do with them, and how often the rules were right by that."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from listener.model import RIGHT_VERDICTS, VERDICTS, WRONG_VERDICTS, HitRate, LeadEvent, LeadStatus
from listener.store.columns import from_ms, from_ms_or_none, to_json, to_ms, to_ms_or_none
from listener.store.connection import Connection

_ADD = """
    INSERT INTO lead_history (lead_id, at, who, what, until_at, value, note)
    VALUES (:lead_id, :at, :who, :what, :until_at, :value, :note)
"""
_SET = """
    UPDATE leads SET status = :what, snoozed_until_at = :until_at, value = :value, updated_at = :at
    WHERE id = :lead_id AND (status <> :what OR snoozed_until_at IS NOT :until_at OR value IS NOT :value)
"""
_BACK = """
    UPDATE leads SET status = :status, snoozed_until_at = NULL, updated_at = :now
    WHERE id = :id AND snoozed_until_at <= :now
"""
# The verdict that counts is the last one: a snooze or a return says nothing of whether the lead was right.
_HIT_RATES = """
    WITH judged AS (
        SELECT leads.id, leads.rule, leads.lang, leads.trigger, leads.story_id, leads.suppressed, leads.value,
            (
                SELECT what FROM lead_history
                WHERE lead_id = leads.id AND what IN (SELECT value FROM json_each(:verdicts))
                ORDER BY id DESC LIMIT 1
            ) AS verdict
        FROM leads
    )
    SELECT {name} AS name, {lang} AS lang, count(*) AS leads,
        count(*) FILTER (WHERE suppressed IS NOT NULL) AS suppressed,
        count(*) FILTER (WHERE verdict IN (SELECT value FROM json_each(:right))) AS right,
        count(*) FILTER (WHERE verdict IN (SELECT value FROM json_each(:wrong))) AS wrong,
        count(*) FILTER (WHERE verdict = 'won') AS won,
        coalesce(sum(value) FILTER (WHERE verdict = 'won'), 0) AS value
    FROM judged {joined} GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2
"""
_BY = {
    "trigger": ("judged.trigger", "NULL", ""),
    "rule": ("judged.rule", "judged.lang", ""),
    "feed": (
        "feeds.name",
        "NULL",
        "JOIN (SELECT DISTINCT sources.story_id, entries.feed_id FROM sources JOIN entries ON entries.id = entry_id)"
        " AS told ON told.story_id = judged.story_id JOIN feeds ON feeds.id = told.feed_id",
    ),
}


class FollowupTable:
    """The history of leads, with the status that it leads to."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def mark(self, event: LeadEvent) -> bool:
        """Give a lead the status `event.what` and remember who did; False: it has just that already, nothing is added.

        Raises LookupError when there is no such lead, ValueError when `event.what` is no status.
        """
        row = _event_row(event) | {"what": LeadStatus(event.what)}
        with self._db.transaction():
            if self._db.row("SELECT 1 FROM leads WHERE id = ?", (event.lead_id,)) is None:
                raise LookupError(f"no lead {event.lead_id}")
            if self._db.write(_SET, row) == 0:
                return False
            self._db.write(_ADD, row)
            return True

    def note(self, event: LeadEvent) -> None:
        """Remember something that leaves the status as it is."""
        self._db.write(_ADD, _event_row(event))

    def history(self, lead_id: int) -> list[LeadEvent]:
        """What was done with the lead, the oldest first."""
        return [
            _event(row) for row in self._db.rows("SELECT * FROM lead_history WHERE lead_id = ? ORDER BY id", (lead_id,))
        ]

    def due(self, now: datetime) -> list[int]:
        """The snoozed leads whose time has come."""
        rows = self._db.rows(
            "SELECT id FROM leads WHERE snoozed_until_at <= ? ORDER BY snoozed_until_at", (to_ms(now),)
        )
        return [row["id"] for row in rows]

    def wake(self, lead_id: int, now: datetime) -> bool:
        """End a snooze whose time has come; False: it was ended before, or put off."""
        return self._db.write(_BACK, {"id": lead_id, "status": LeadStatus.NEW, "now": to_ms(now)}) == 1

    def hit_rates(self, by: str) -> list[HitRate]:
        """Leads and verdicts by "trigger", "rule" (and language) or "feed" (a lead counts for each that tells it)."""
        name, lang, joined = _BY[by]
        sets: dict[str, Collection[LeadStatus]] = {
            "verdicts": VERDICTS, "right": RIGHT_VERDICTS, "wrong": WRONG_VERDICTS
        }  # fmt: skip
        rows = self._db.rows(
            _HIT_RATES.format(name=name, lang=lang, joined=joined),
            {key: to_json(sorted(value)) for key, value in sets.items()},
        )
        return [HitRate(**{key: row[key] for key in row.keys()}) for row in rows]  # noqa: SIM118 - a Row, no mapping


def _event_row(event: LeadEvent) -> dict[str, object]:
    return {
        "lead_id": event.lead_id,
        "at": to_ms(event.at),
        "who": event.who,
        "what": event.what,
        "until_at": to_ms_or_none(event.until),
        "value": event.value,
        "note": event.note,
    }


def _event(row: sqlite3.Row) -> LeadEvent:
    return LeadEvent(
        lead_id=row["lead_id"],
        at=from_ms(row["at"]),
        who=row["who"],
        what=row["what"],
        until=from_ms_or_none(row["until_at"]),
        value=row["value"],
        note=row["note"],
    )
