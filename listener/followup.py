"""What happens to a lead after it was found: verdicts, snoozes that end, and leads that somebody wants in spite of all.

Each step is one transaction; what it queues is sent by the deliver stage.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.core.company import fold
from listener.core.route import Facts, NobodyTold, Planned, plan_for, plan_rescue
from listener.errors import LeadError
from listener.logs import Event
from listener.model import Lead, LeadEvent, LeadStatus, Routing
from listener.store import Store

log = logging.getLogger("listener.followup")

LONGEST_SNOOZE = timedelta(days=366)
"""What is put off for longer is not meant to come back."""
_MOST_VALUE = 1e12
RESCUED, BACK = "rescued", "back"
"""What the history says besides statuses."""


def verdict(
    store: Store,
    lead_id: int,
    status: LeadStatus,
    *,
    who: str,
    now: datetime,
    until: datetime | None = None,
    value: float | None = None,
    note: str | None = None,
) -> bool:
    """Record what somebody says of a lead; False: just that was said last. Raises LeadError in words.

    `until` belongs to a snooze and lies ahead, `value` to what was won.
    """
    if (status is LeadStatus.SNOOZED) != (until is not None):
        raise LeadError("a snooze has a time at which it ends, and nothing else has")
    if until is not None and not now < until <= now + LONGEST_SNOOZE:
        raise LeadError(f"a snooze ends in the future, within {LONGEST_SNOOZE.days} days")
    if value is not None and (
        status is not LeadStatus.WON or not math.isfinite(value) or not 0 <= value <= _MOST_VALUE
    ):
        raise LeadError("a value is a number from 0, and belongs to a lead that was won")
    event = LeadEvent(lead_id=lead_id, at=now, who=who, what=status.value, until=until, value=value, note=note)
    try:
        changed = store.followup.mark(event)
    except LookupError:
        raise LeadError(f"there is no lead {lead_id}. `listener leads` shows them") from None
    if changed:
        log.info(Event("lead.marked", lead=lead_id, status=status.value, who=who))
    return changed


def rescue(store: Store, routing: Routing, lead_id: int, *, who: str, to: str | None, now: datetime) -> list[Planned]:
    """Let a suppressed lead go out, as if it had passed, or `to` a rep or destination; returns who is told.

    Raises LeadError when there is no such lead, it is not suppressed, or nobody would be told all the same.
    """
    lead = store.leads.get(lead_id)
    if lead is None:
        raise LeadError(f"there is no lead {lead_id}. `listener leads --suppressed` shows those that can be rescued")
    if lead.suppressed is None:
        raise LeadError(f"lead {lead_id} is not suppressed: there is nothing to rescue it from")
    planned = _planned(store, routing, lead, to, now)
    with store.transaction():
        store.leads.release(lead_id, now)
        for each in planned:
            words = f"rescued by {who}, {each.route}"
            rep = each.rep.name if each.rep else None
            store.deliveries.enqueue(
                lead_id, each.destination, words, due_at=each.due_at, now=now, rep=rep, digest=each.digest
            )
        note = f"was suppressed: {lead.suppressed}"
        store.followup.note(LeadEvent(lead_id=lead_id, at=now, who=who, what=RESCUED, note=note))
    log.info(Event("lead.rescued", lead=lead_id, who=who))
    return list(planned)


def _planned(store: Store, routing: Routing, lead: Lead, to: str | None, now: datetime) -> tuple[Planned, ...]:
    if to is not None:
        named = plan_for(to, routing, now, words=f"to {to}", score=lead.score)
        if not named:
            known = ", ".join([*(rep.name for rep in routing.reps), *routing.destinations])
            raise LeadError(f"neither a rep nor a destination is called {to}. Known are: {known}")
        return named
    planned = plan_rescue(_facts(store, lead), routing, now)
    if isinstance(planned, NobodyTold):
        raise LeadError(f"{planned.reason}. Name somebody with --to")
    return planned


def _facts(store: Store, lead: Lead) -> Facts:
    told = store.leads.told_in(lead.id)
    return Facts(
        trigger=lead.trigger,
        score=lead.score,
        lang=lead.lang,
        tags=told.tags,
        account=lead.account.account if lead.account else None,
        hedged=lead.hedged,
        folded=fold(told.text),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeStage:
    """Brings snoozed leads back."""

    store: Store
    routing: Routing
    clock: Callable[[], datetime]

    def run(self) -> int:
        """Queue the alert of every lead whose snooze is over, once more and once; returns for how many leads.

        Who snoozed it is told, and where that cannot be said everybody who was. Quiet hours put it off as they do
        any alert.
        """
        now = self.clock()
        return sum(self._wake(lead_id, now) for lead_id in self.store.followup.due(now))

    def _wake(self, lead_id: int, now: datetime) -> bool:
        with self.store.transaction():
            if not self.store.followup.wake(lead_id, now):
                return False
            snoozed = [each for each in self.store.followup.history(lead_id) if each.what == LeadStatus.SNOOZED]
            self._tell(lead_id, snoozed[-1].who if snoozed else "", now)
            self.store.followup.note(LeadEvent(lead_id=lead_id, at=now, who="listener", what=BACK))
        log.info(Event("lead.back", "its snooze is over", lead=lead_id))
        return True

    def _tell(self, lead_id: int, who: str, now: datetime) -> None:
        told = {delivery.destination for delivery in self.store.deliveries.of_leads([lead_id])[lead_id]}
        lead = self.store.leads.get(lead_id)
        score = lead.score if lead else 0
        own = [each for each in plan_for(who, self.routing, now, words="", score=score) if each.destination in told]
        for each in own or [self._as_planned(name, score, now) for name in sorted(told)]:
            self.store.deliveries.send_again(lead_id, each.destination, due_at=each.due_at, now=now, digest=each.digest)

    def _as_planned(self, destination: str, score: int, now: datetime) -> Planned:
        """When a destination may be used: as the first rep wants it who has it."""
        rep = next((rep for rep in self.routing.reps if destination in rep.destinations), None)
        plans = plan_for(rep.name if rep else destination, self.routing, now, words="", score=score)
        return next(
            (each for each in plans if each.destination == destination),
            Planned(destination=destination, route="", due_at=now),
        )
