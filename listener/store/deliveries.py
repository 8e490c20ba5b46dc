"""The deliveries table: one row a lead and destination. Its open rows are the deliver queue.

    queued ─┬─> sending ─┬─> sent
    retrying┘    ^  │    ├─> retrying ─> (due again)
                 └──┘    └─> dead
                 lease ran out: a crash; the message may have arrived

A release takes `sending` back to where it came from; `drop` takes all but `sending` and `sent` to `dropped`;
`revive` takes `dead`, `dropped` and `retrying` to `queued`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.model import Delivery, DeliveryState
from listener.store.columns import from_ms, from_ms_or_none, to_json, to_ms
from listener.store.connection import Connection

_INTERRUPTED = "interrupted while sending; the message may have arrived"

_ENQUEUE = """
    INSERT INTO deliveries
        (lead_id, destination, route, rep, digest, state, planned_at, due_at, created_at, updated_at)
    VALUES (:lead_id, :destination, :route, :rep, :digest, 'queued', :due_at, :due_at, :now, :now)
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
# `+state`: by the index on leads, and not by that on all that is queued.
_BUNDLE = """
    UPDATE deliveries SET digest = :digest, digest_reason = :reason
    WHERE lead_id IN (SELECT value FROM json_each(:leads))
        AND created_at = :now AND +state = 'queued' AND digest IS NULL
"""
_ALONE = """
    SELECT count(*) AS deliveries FROM deliveries
    WHERE rep = :rep AND planned_at >= :since AND planned_at < :until AND destination = :destination
        AND digest IS NULL
"""
# `+state`: by the index on what is due, which is little, and not by that on all that waits for a later digest.
_CROWDED = """
    SELECT destination, count(*) AS alerts FROM deliveries
    WHERE ready_at <= :now AND digest IS NULL AND +state IN ('queued', 'retrying')
        AND destination NOT IN (SELECT value FROM json_each(:exclude))
    GROUP BY destination
"""
_TRAFFIC = """
    SELECT count(DISTINCT coalesce(digest, id)) AS messages,
        max(sent_at) FILTER (WHERE digest GLOB 'storm *') AS last_digest_at
    FROM deliveries WHERE destination = :destination AND sent_at > :since
"""
_HELD = """
    SELECT digest, count(*) AS deliveries FROM deliveries
    WHERE state IN ('queued', 'retrying') AND destination = :destination AND digest GLOB 'storm *'
    GROUP BY digest ORDER BY min(id) DESC LIMIT 1
"""
# What waits for a retry goes along: the rep should have had it.
_ALERTS = """
    SELECT id FROM deliveries
    WHERE state IN ('queued', 'retrying') AND destination = :destination AND digest IS NULL AND planned_at <= :now
    ORDER BY created_at, id
"""
_HOLD = """
    UPDATE deliveries SET digest = :digest, digest_reason = :reason, updated_at = :now WHERE id = :id
"""
_HOLD_UNTIL = """
    UPDATE deliveries SET due_at = :until, updated_at = :now
    WHERE state IN ('queued', 'retrying') AND destination = :destination AND digest GLOB 'storm *'
"""
_HASTEN = """
    UPDATE deliveries SET due_at = :now, updated_at = :now
    WHERE state = 'retrying' AND destination = :destination AND due_at > :now
"""
_DROP = """
    UPDATE deliveries SET state = 'dropped', updated_at = :now WHERE state IN ('queued', 'retrying', 'dead')
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
_WAKE = """
    UPDATE destinations SET rest_until_at = NULL
    WHERE name IN (SELECT destination FROM deliveries WHERE {where})
"""

_OF_LEADS = "SELECT * FROM deliveries WHERE lead_id IN (SELECT value FROM json_each(?)) ORDER BY id"
_SEND_AGAIN = """
    UPDATE deliveries SET
        state = 'queued', due_at = :due_at, attempts = 0, first_attempt_at = NULL, sent_at = NULL, digest = :digest,
        digest_reason = NULL, updated_at = :now
    WHERE lead_id = :lead_id AND destination = :destination AND state = 'sent'
"""


class DeliveryTable:
    """Deliveries and their states. What is recorded of a delivery that is not being sent is ignored."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def enqueue(
        self,
        lead_id: int,
        destination: str,
        route: str,
        *,
        due_at: datetime,
        now: datetime,
        rep: str | None = None,
        digest: str | None = None,
    ) -> bool:
        """Queue a lead for a destination; False: it was queued before, whatever came of it."""
        row = {
            "lead_id": lead_id,
            "destination": destination,
            "route": route,
            "rep": rep,
            "digest": digest,
            "due_at": to_ms(due_at),
            "now": to_ms(now),
        }
        return self._db.write(_ENQUEUE, row) == 1

    def bundle(self, lead_ids: Sequence[int], digest: str, *, reason: str, now: datetime) -> None:
        """Let the deliveries of these leads that were queued at `now` go out as one message a destination.

        Those that wait for another digest stay there.
        """
        leads = to_json(list(lead_ids))
        self._db.write(_BUNDLE, {"leads": leads, "digest": digest, "reason": reason, "now": to_ms(now)})

    def alone(self, rep: str, destination: str, *, since: datetime, until: datetime) -> int:
        """How many deliveries of the rep were first due from `since` and before `until`, in no digest."""
        day = {"rep": rep, "destination": destination, "since": to_ms(since), "until": to_ms(until)}
        row = self._db.row(_ALONE, day)
        return 0 if row is None else int(row["deliveries"])

    def crowds(self, now: datetime, *, window: timedelta, exclude: Collection[str] = ()) -> list[Crowd]:
        """Of each destination with due deliveries that are in no digest: what waits, and what it got of late."""
        due = self._db.rows(_CROWDED, {"now": to_ms(now), "exclude": to_json(list(exclude))})
        return [self._crowd(row["destination"], row["alerts"], now - window) for row in due]

    def _crowd(self, destination: str, alerts: int, since: datetime) -> Crowd:
        traffic = self._db.rows(_TRAFFIC, {"destination": destination, "since": to_ms(since)})[0]
        return Crowd(
            destination=destination,
            alerts=alerts,
            sent=traffic["messages"],
            held=self._held(destination) is not None,
            last_digest_at=from_ms_or_none(traffic["last_digest_at"]),
        )

    def _held(self, destination: str) -> sqlite3.Row | None:
        return self._db.row(_HELD, {"destination": destination})

    def hold(self, destination: str, *, until: datetime, reason: str, most: int, now: datetime) -> None:
        """Put all that waits for the destination and is in no digest into one that is due at `until`.

        With what was put there before, as far as that was not sent. A digest has `most` deliveries, then the next
        one begins. What is not due for the first time yet is left alone.
        """
        with self._db.transaction():
            ids = [row["id"] for row in self._db.rows(_ALERTS, {"destination": destination, "now": to_ms(now)})]
            held = self._held(destination)
            room = most - held["deliveries"] if held else 0
            groups = [(held["digest"], ids[:room])] if held else []
            rest = ids[room:]
            chunks = (rest[start : start + most] for start in range(0, len(rest), most))
            groups += [(f"storm {chunk[0]}", chunk) for chunk in chunks]
            common = {"reason": reason, "now": to_ms(now)}
            rows = [common | {"id": each, "digest": digest} for digest, chunk in groups for each in chunk]
            self._db.write_many(_HOLD, rows)
            self._db.write(_HOLD_UNTIL, {"until": to_ms(until), "destination": destination, "now": to_ms(now)})

    def hasten(self, destination: str, now: datetime) -> None:
        """Make due what waits for a retry: the destination is well again."""
        self._db.write(_HASTEN, {"destination": destination, "now": to_ms(now)})

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
        """Queue these dead, dropped or retrying deliveries anew, None: all dead ones; returns how many there were.

        Their destinations rest no more: whoever asks for this has mended them.
        """
        which = "state IN ('dead', 'dropped', 'retrying') AND id IN (SELECT value FROM json_each(:ids))"
        where = "state = 'dead'" if delivery_ids is None else which
        parameters = {"now": to_ms(now), "ids": to_json(list(delivery_ids or ()))}
        with self._db.transaction():
            self._db.write(_WAKE.format(where=where), parameters)
            return self._db.write(f"{_REVIVE} WHERE {where}", parameters)

    def drop(self, delivery_ids: Sequence[int], now: datetime) -> int:
        """Take these out of the queue, or out of the dead; returns how many there were. What is being sent stays."""
        ids = to_json(list(delivery_ids))
        return self._db.write(f"{_DROP} AND id IN (SELECT value FROM json_each(:ids))", {"ids": ids, "now": to_ms(now)})

    def drop_all(self, destination: str, now: datetime) -> int:
        """Take all that waits for a destination, or died there, out of the queue; returns how many there were."""
        return self._db.write(f"{_DROP} AND destination = :name", {"name": destination, "now": to_ms(now)})

    def get(self, delivery_id: int) -> Delivery | None:
        """The delivery with the id; None: there is none."""
        row = self._db.row("SELECT * FROM deliveries WHERE id = ?", (delivery_id,))
        return None if row is None else _delivery(row)

    def all(
        self, *, state: DeliveryState | None = None, destination: str | None = None, limit: int | None = None
    ) -> list[Delivery]:
        """Deliveries, newest first; `state` None: of any; `destination` None: to any."""
        conditions = {"state": state, "destination": destination}
        given = [f"{column} = :{column}" for column, value in conditions.items() if value is not None]
        where = f"WHERE {' AND '.join(given)}" if given else ""
        rows = self._db.rows(
            f"SELECT * FROM deliveries {where} ORDER BY id DESC LIMIT :limit",
            {**conditions, "limit": -1 if limit is None else limit},
        )
        return [_delivery(row) for row in rows]

    def of_leads(self, lead_ids: Iterable[int]) -> dict[int, list[Delivery]]:
        """Who is told of each of these leads, in the order in which that was decided; nothing where nobody is."""
        found: defaultdict[int, list[Delivery]] = defaultdict(list)
        for row in self._db.rows(_OF_LEADS, (to_json(list(lead_ids)),)):
            found[row["lead_id"]].append(_delivery(row))
        return found

    def send_again(
        self, lead_id: int, destination: str, *, due_at: datetime, now: datetime, digest: str | None = None
    ) -> bool:
        """Queue once more what was sent; False: it was not, or waits already."""
        row = {"lead_id": lead_id, "destination": destination, "due_at": to_ms(due_at), "now": to_ms(now)}
        return self._db.write(_SEND_AGAIN, {**row, "digest": digest}) == 1

    def planned_between(self, rep: str, since: datetime, until: datetime) -> int:
        """How many deliveries of the rep were first due after `since` and not after `until`."""
        row = self._db.row(
            "SELECT count(*) AS deliveries FROM deliveries WHERE rep = ? AND planned_at > ? AND planned_at <= ?",
            (rep, to_ms(since), to_ms(until)),
        )
        return 0 if row is None else int(row["deliveries"])

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What waits for a destination one by one, and what it got within a window."""

    destination: str
    alerts: int  # that are due and in no digest
    sent: int  # messages, a digest counts as one
    held: bool  # whether others wait in a digest of the storm brake already
    last_digest_at: datetime | None  # when the last one of those was sent; None: none within the window


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        lead_id=row["lead_id"],
        destination=row["destination"],
        route=row["route"],
        rep=row["rep"],
        digest=row["digest"],
        digest_reason=row["digest_reason"],
        state=DeliveryState(row["state"]),
        planned_at=from_ms(row["planned_at"]),
        due_at=from_ms(row["due_at"]),
        attempts=row["attempts"],
        first_attempt_at=from_ms_or_none(row["first_attempt_at"]),
        last_error=row["last_error"],
        sent_at=from_ms_or_none(row["sent_at"]),
        created_at=from_ms(row["created_at"]),
    )
