"""What a rep should know besides the lead itself: the prospect's history with us, and common ground."""

from __future__ import annotations

from dataclasses import dataclass

from listener.core.company import company_key, fold
from listener.core.ground import named_in
from listener.model import Lead, Rep, Routing, StoredMention
from listener.store import Store

MOST_EARLIER = 5
"""Earlier leads and mentions that are told: enough to see what is going on, few enough to be read before a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The context of a lead."""

    earlier: tuple[Lead, ...]  # other leads of the prospect, newest first
    mentions: tuple[StoredMention, ...]  # of the account, newest first
    ground: dict[str, tuple[str, ...]]  # by rep: interests of the rep that the news names; for nobody else's eyes


def briefing(store: Store, lead: Lead, routing: Routing) -> Briefing:
    """All that is known about the prospect of a lead."""
    key = company_key(lead.account.account.name) if lead.account else lead.company_key
    return Briefing(
        earlier=tuple(store.leads.of_prospect(lead.company_key, besides=lead.id, limit=MOST_EARLIER)),
        mentions=tuple(store.mentions.of_account(key, limit=MOST_EARLIER)),
        ground={rep.name: words for rep in routing.reps if (words := common_ground(store, lead, rep))},
    )


def common_ground(store: Store, lead: Lead, rep: Rep | None) -> tuple[str, ...]:
    """The rep's interests that the entries of a lead name; None: nobody in particular, who has none."""
    if rep is None or not rep.interests:
        return ()
    return named_in(rep.interests, fold(store.leads.told_in(lead.id).text))


def reader_of(destination: str, routing: Routing) -> Rep | None:
    """The rep who alone reads a destination; None: nobody does, or several, whose common ground is nobody else's."""
    readers = [rep for rep in routing.reps if destination in rep.destinations]
    return readers[0] if len(readers) == 1 else None
