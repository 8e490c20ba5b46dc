"""What there is and what waits, counted: for those who watch."""

from __future__ import annotations

from datetime import datetime

from listener.model import Backlog, DeliveryState, Status
from listener.store.columns import from_ms_or_none, to_ms
from listener.store.connection import Connection
from listener.store.destinations import DestinationTable
from listener.store.rule_state import RuleStateTable

# When the stage last did something is read from the newest row that it touched: entries are judged in their order.
_BACKLOGS = {
    "poll": """
        SELECT count(*) FILTER (WHERE ready_at <= :now) AS waiting,
            min(ready_at) FILTER (WHERE ready_at <= :now) AS oldest_at, max(last_polled_at) AS last_done_at
        FROM feeds
    """,
    "judge": """
        SELECT count(*) AS waiting, min(first_seen_at) AS oldest_at,
            (SELECT judged_at FROM entries WHERE judged_at IS NOT NULL ORDER BY id DESC LIMIT 1) AS last_done_at
        FROM entries WHERE judged_at IS NULL
    """,
    "deliver": """
        SELECT count(*) AS waiting, min(ready_at) AS oldest_at,
            (SELECT max(updated_at) FROM deliveries WHERE attempts) AS last_done_at
        FROM deliveries WHERE ready_at <= :now
    """,
}
_BY_TRIGGER = "SELECT trigger, count(*) AS number FROM {table} GROUP BY trigger"
_DELIVERIES = "SELECT destination, state, count(*) AS number FROM deliveries GROUP BY destination, state"
_BYTES = """
    SELECT (page_count - freelist_count) * page_size AS number
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size
"""


class StatusQueries:
    """Reads only. A reading takes some milliseconds for each 100,000 rows of matches and deliveries."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def read(self, now: datetime) -> Status:
        """Everything that is counted, as of now."""
        return Status(
            backlogs=self.backlogs(now),
            entries=self._number("SELECT coalesce(sum(entries), 0) AS number FROM feeds"),
            matches=self._by_trigger("matches"),
            leads=self._by_trigger("leads"),
            deliveries={
                (row["destination"], DeliveryState(row["state"])): row["number"] for row in self._db.rows(_DELIVERIES)
            },
            destinations=tuple(DestinationTable(self._db).all()),
            rules=RuleStateTable(self._db).get(),
            database_bytes=self._number(_BYTES),
        )

    def backlogs(self, now: datetime) -> tuple[Backlog, ...]:
        """What waits for each stage, in the order of the stages."""
        return tuple(self._backlog(stage, now) for stage in _BACKLOGS)

    def _backlog(self, stage: str, now: datetime) -> Backlog:
        row = self._db.rows(_BACKLOGS[stage], {"now": to_ms(now)})[0]
        return Backlog(
            stage=stage,
            waiting=row["waiting"],
            oldest_at=from_ms_or_none(row["oldest_at"]),
            last_done_at=from_ms_or_none(row["last_done_at"]),
        )

    def _by_trigger(self, table: str) -> dict[str, int]:
        return {row["trigger"]: row["number"] for row in self._db.rows(_BY_TRIGGER.format(table=table))}

    def _number(self, query: str) -> int:
        return int(self._db.rows(query)[0]["number"])
