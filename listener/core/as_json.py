"""Leads and accounts as JSON: what `--json` prints and signed webhooks bring. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from listener.model import Account, AccountHit, Delivery, Duplicate, Lead, Source


def lead_json(lead: Lead, deliveries: Iterable[Delivery] = (), currency: str | None = None) -> dict[str, Any]:
    """A lead: every field, and who was told by which route; what was won is in `currency`, None: not said."""
    return {
        "id": lead.id,
        "story": lead.story_id,
        "trigger": lead.trigger,
        "label": lead.label,
        "rule": lead.rule,
        "lang": lead.lang,
        "company": lead.company,
        "company_key": lead.company_key,
        "account": _account_json(lead.account),
        "title": lead.title,
        "quote": lead.quote,
        "quote_start": lead.quote_start,
        "quote_end": lead.quote_end,
        "where": lead.where,
        "why": lead.why,
        "url": lead.url,
        "sources": [_source_json(source) for source in lead.sources],
        "score": lead.score,
        "reasons": [f"{reason.points:+d} {reason.why}" for reason in lead.reasons],
        "confidence": lead.confidence,
        "slots": dict(lead.slots),
        "hedged": lead.hedged,
        "suppressed": lead.suppressed,
        "duplicate_of": None,
        "untold": lead.untold,
        "told": [_told_json(delivery) for delivery in deliveries],
        "status": lead.status.value,
        "snoozed_until": when_json(lead.snoozed_until),
        "value": lead.value,
        "currency": None if lead.value is None else currency,
        "created_at": when_json(lead.created_at),
        "updated_at": when_json(lead.updated_at),
    }


def duplicate_json(duplicate: Duplicate, currency: str | None = None) -> dict[str, Any]:
    """An entry that told a known lead once more, with the fields of a lead: those of the lead, told by the entry."""
    lead, source = duplicate.lead, duplicate.source
    return {
        **lead_json(lead, currency=currency),
        "title": source.title,
        "quote": source.quote,
        "quote_start": 0,
        "quote_end": len(source.quote),
        "url": source.url,
        "sources": [_source_json(source)],
        "suppressed": duplicate.reason,
        "duplicate_of": lead.id,
    }


def _source_json(source: Source) -> dict[str, Any]:
    return {
        "url": source.url,
        "canonical_url": source.canonical_url,
        "publisher": source.publisher,
        "feed": source.feed,
        "title": source.title,
        "entry": source.entry_id,
        "outlet": source.outlet,
        "quote": source.quote,
        "how": source.how,
        "published_at": when_json(source.published_at),
    }


def _told_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "destination": delivery.destination,
        "rep": delivery.rep,
        "route": delivery.route,
        "digest": delivery.digest is not None,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "last_error": delivery.last_error,
        "due_at": when_json(delivery.due_at),
        "sent_at": when_json(delivery.sent_at),
    }


def account_json(account: Account) -> dict[str, Any]:
    """An account as JSON shows it."""
    return {
        "name": account.name,
        "domain": account.domain,
        "aliases": list(account.aliases),
        "owner": account.owner,
        "segment": account.segment,
        "territory": account.territory,
        "industry": account.industry,
        "size": account.size,
    }


def _account_json(hit: AccountHit | None) -> dict[str, Any] | None:
    if hit is None:
        return None
    return {**account_json(hit.account), "certainty": round(hit.certainty, 2), "how": hit.how}


def when_json(moment: datetime | None) -> str | None:
    """A moment for JSON."""
    return moment.isoformat(timespec="seconds") if moment else None
