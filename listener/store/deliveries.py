"""The deliveries table: one row a lead and destination. Its open rows are the deliver queue.

    queued ─┬─> sending ─┬─> sent
    retrying┘    ^  │    ├─> retrying ─> (due again)
                 └──┘    └─> dead
                 lease ran out: a crash; the message may have arrived

A release takes `sending` back to where it came from; `revive` takes `dead` and `retrying` to `queued`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from listener.model import Delivery, DeliveryState
from listener.store.columns import from_ms, from_ms_or_none, to_json, to_ms
from listener.store.connection import Connection

_INTERRUPTED = "interrupted while sending; the message may have arrived"

_ENQUEUE = """
    INSERT INTO deliveries (lead_id, destination, route, state, due_at, created_at, updated_at)
    VALUES (:lead_id, :destination, :route, 'queued', :due_at, :now, :now)
    ON CONFLICT (lead_id, destination) DO NOTHING
"""
# A digest counts as one, and is as old as its oldest delivery.
_FIND_DUE = """
    SELECT id FROM (
        SELECT id, dense_rank() OVER (PARTITION BY destination ORDER BY began_at, first_id) AS place FROM (
            SELECT id, destination,
                iif(digest IS NULL, created_at, min(created_at) OVER digests) AS began_at,
                iif(digest IS NULL, id, min(id) OVER digests) AS first_id
            FROM deliveries
            WHERE ready_at <= :now AND destination NOT IN (SELECT value FROM json_each(:exclude))
            WINDOW digests AS (PARTITION BY destination, digest)
        )
    )
    WHERE place <= :limit
"""
_BUNDLE = """
    UPDATE deliveries SET digest = :digest
    WHERE lead_id IN (SELECT value FROM json_each(:leads)) AND created_at = :now AND state = 'queued'
"""
_CLAIM = """
    UPDATE deliveries SET
        state = 'sending', leased_until_at = :until, attempts = attempts + 1, updated_at = :now,
        claimed_from = iif(state = 'sending', 'retrying', state),
        last_error = iif(state = 'sending', :interrupted, last_error),
        first_attempt_at = coalesce(first_attempt_at, :now)
    WHERE id = :id
"""
_RECORD_SENT = """
    UPDATE deliveries SET state = 'sent', sent_at = :now, leased_until_at = NULL, updated_at = :now
    WHERE id = :id AND state = 'sending'
"""
_RECORD_RETRY = """
    UPDATE deliveries SET
        state = 'retrying', last_error = :error, due_at = :due_at, leased_until_at = NULL, updated_at = :now
    WHERE id = :id AND state = 'sending'
"""
_RECORD_DEAD = """
    UPDATE deliveries SET state = 'dead', last_error = :error, leased_until_at = NULL, updated_at = :now
    WHERE id = :id AND state = 'sending'
"""
_RELEASE = """
    UPDATE deliveries SET
        state = claimed_from, attempts = attempts - 1, leased_until_at = NULL,
        first_attempt_at = iif(claimed_from = 'queued', NULL, first_attempt_at)
    WHERE id = ? AND state = 'sending'
"""
_RELEASE_ALL = """
    UPDATE deliveries SET state = 'retrying', leased_until_at = NULL, last_error = ? WHERE state = 'sending'
"""
_REVIVE = "UPDATE deliveries SET state = 'queued', due_at = :now, first_attempt_at = NULL, updated_at = :now"

_OF_LEADS = "SELECT * FROM deliveries WHERE lead_id IN (SELECT value FROM json_each(?)) ORDER BY id"
_SEND_AGAIN = """
    UPDATE deliveries SET
        state = 'queued', due_at = :due_at, attempts = 0, first_attempt_at = NULL, sent_at = NULL, digest = NULL,
        updated_at = :now
    WHERE lead_id = :lead_id AND destination = :destination AND state = 'sent'
"""


class DeliveryTable:
    """Deliveries and their states. What is recorded of a delivery that is not being sent is ignored."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def enqueue(self, lead_id: int, destination: str, route: str, *, due_at: datetime, now: datetime) -> bool:
        """Queue a lead for a destination; False: it was queued before, whatever came of it."""
        row = {
            "lead_id": lead_id,
            "destination": destination,
            "route": route,
            "due_at": to_ms(due_at),
            "now": to_ms(now),
        }
        return self._db.write(_ENQUEUE, row) == 1

    def bundle(self, lead_ids: Sequence[int], digest: str, *, now: datetime) -> None:
        """Let the deliveries of these leads that were queued at `now` go out as one message a destination."""
        self._db.write(_BUNDLE, {"leads": to_json(list(lead_ids)), "digest": digest, "now": to_ms(now)})

    def claim_due(
        self, now: datetime, *, limit_per_destination: int, lease: timedelta, exclude: Collection[str] = ()
    ) -> list[Delivery]:
        """Lease what is due until `now` + `lease` and count an attempt: oldest first, for each destination.

        Due is also what is still being sent when its lease has run out: whoever claimed it crashed, and the
        message may have arrived. A delivery that waits for its retry does not hold up younger ones. All that is
        due of a digest is claimed together and counts as one.
        """
        find = {"now": to_ms(now), "limit": limit_per_destination, "exclude": to_json(list(exclude))}
        claim = {"now": to_ms(now), "until": to_ms(now + lease), "interrupted": _INTERRUPTED}
        with self._db.transaction():
            ids = [row["id"] for row in self._db.rows(_FIND_DUE, find)]
            self._db.write_many(_CLAIM, [claim | {"id": each} for each in ids])
            claimed = self._db.rows(
                "SELECT * FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) ORDER BY created_at, id",
                (to_json(ids),),
            )
        return [_delivery(row) for row in claimed]

    def record_sent(self, delivery_id: int, now: datetime) -> None:
        """The service took it."""
        self._db.write(_RECORD_SENT, {"id": delivery_id, "now": to_ms(now)})

    def record_retry(self, delivery_id: int, error: str, *, due_at: datetime, now: datetime) -> None:
        """It failed and is tried again at `due_at`."""
        self._db.write(_RECORD_RETRY, {"id": delivery_id, "error": error, "due_at": to_ms(due_at), "now": to_ms(now)})

    def record_dead(self, delivery_id: int, error: str, now: datetime) -> None:
        """It failed for the last time."""
        self._db.write(_RECORD_DEAD, {"id": delivery_id, "error": error, "now": to_ms(now)})

    def release(self, delivery_ids: Iterable[int]) -> None:
        """Give back claimed deliveries that were not handed over, as if they had not been claimed."""
        self._db.write_many(_RELEASE, [(each,) for each in delivery_ids])

    def release_all(self) -> None:
        """Make due again what a crashed daemon was sending; the attempts count. Call it under `Store.lock`."""
        self._db.write(_RELEASE_ALL, (_INTERRUPTED,))

    def revive(self, *, delivery_ids: Sequence[int] | None, now: datetime) -> int:
        """Queue these dead or retrying deliveries anew, None: all dead ones; returns how many there were."""
        if delivery_ids is None:
            return self._db.write(f"{_REVIVE} WHERE state = 'dead'", {"now": to_ms(now)})
        return self._db.write(
            f"{_REVIVE} WHERE state IN ('dead', 'retrying') AND id IN (SELECT value FROM json_each(:ids))",
            {"now": to_ms(now), "ids": to_json(list(delivery_ids))},
        )

    def of_leads(self, lead_ids: Iterable[int]) -> dict[int, list[Delivery]]:
        """Who is told of each of these leads, in the order in which that was decided; nothing where nobody is."""
        found: defaultdict[int, list[Delivery]] = defaultdict(list)
        for row in self._db.rows(_OF_LEADS, (to_json(list(lead_ids)),)):
            found[row["lead_id"]].append(_delivery(row))
        return found

    def send_again(self, lead_id: int, destination: str, *, due_at: datetime, now: datetime) -> bool:
        """Queue once more what was sent; False: it was not, or waits already."""
        row = {"lead_id": lead_id, "destination": destination, "due_at": to_ms(due_at), "now": to_ms(now)}
        return self._db.write(_SEND_AGAIN, row) == 1

    def all(self, *, state: DeliveryState | None = None, limit: int | None = None) -> list[Delivery]:
        """Deliveries, newest first; `state` None: of any."""
        where = "" if state is None else "WHERE state = :state"
        rows = self._db.rows(
            f"SELECT * FROM deliveries {where} ORDER BY id DESC LIMIT :limit",
            {"state": state, "limit": -1 if limit is None else limit},
        )
        return [_delivery(row) for row in rows]

    def next_due_at(self) -> datetime | None:
        """When the next delivery can be claimed; None: nothing is open."""
        row = self._db.row("SELECT min(ready_at) AS at FROM deliveries WHERE ready_at IS NOT NULL")
        return None if row is None else from_ms_or_none(row["at"])

    def waiting(self) -> int:
        """How many are still to be sent: neither sent nor given up."""
        row = self._db.row("SELECT count(*) AS deliveries FROM deliveries WHERE ready_at IS NOT NULL")
        return 0 if row is None else int(row["deliveries"])

    def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state, those with none too."""
        rows = self._db.rows("SELECT state, count(*) AS deliveries FROM deliveries GROUP BY state")
        return dict.fromkeys(DeliveryState, 0) | {DeliveryState(row["state"]): row["deliveries"] for row in rows}


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        lead_id=row["lead_id"],
        destination=row["destination"],
        route=row["route"],
        digest=row["digest"],
        state=DeliveryState(row["state"]),
        due_at=from_ms(row["due_at"]),
        attempts=row["attempts"],
        first_attempt_at=from_ms_or_none(row["first_attempt_at"]),
        last_error=row["last_error"],
        sent_at=from_ms_or_none(row["sent_at"]),
        created_at=from_ms(row["created_at"]),
    )
