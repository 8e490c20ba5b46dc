"""The leads of which docs/alerts.md shows the messages. Companies and outlets are fictional."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from listener.message import Personal
from listener.model import Account, AccountHit, Lead, LeadStatus, Reason, Segment, Source

_FOUND = datetime(2030, 5, 6, 9, 0, tzinfo=UTC)


def _source(outlet: str, title: str, url: str, hours: int = 0) -> Source:
    published_at = _FOUND + timedelta(hours=hours)
    return Source(
        entry_id=1,
        url=url,
        canonical_url=None,
        title=title,
        feed=outlet,
        publisher=outlet,
        published_at=published_at,
        quote=title,
    )


def _lead(number: int, company: str, label: str, quote: str, marked: str, **fields: Any) -> Lead:
    defaults = {
        "id": number,
        "story_id": number,
        "trigger": label.lower().replace(" ", "_"),
        "label": label,
        "rule": "sample/sample",
        "company": company,
        "company_key": company.casefold(),
        "title": quote,
        "where": "title",
        "quote": quote,
        "quote_start": quote.index(marked),
        "quote_end": quote.index(marked) + len(marked),
        "why": "It decides and buys anew.",
        "url": None,
        "slots": {},
        "hedged": None,
        "lang": "en",
        "score": 70,
        "reasons": (Reason(points=70, why=label),),
        "suppressed": None,
        "status": LeadStatus.NEW,
        "created_at": _FOUND,
        "updated_at": _FOUND,
        "sources": (_source("Harbor News", quote, f"https://harbor.example/{number}"),),
    }
    return Lead(**{**defaults, **fields})


LARKSPUR = _lead(
    4,
    "Larkspur Robotics",
    "Funding round",
    "Larkspur Robotics raises $42 million in Series B funding led by Northwind Partners to automate cold-storage "
    "warehouses across the Nordics.",
    "raises $42 million in Series B",
    title="Cold-storage start-up lands fresh money",
    why="New money is spent within two quarters, mostly on people, tools and new markets.",
    slots={"money": "$42 million", "round": "Series B"},
    score=90,
    reasons=(
        Reason(points=70, why="Funding round"),
        Reason(points=15, why="Larkspur Robotics is a target account"),
        Reason(points=5, why="told by 2 outlets"),
    ),
    account=AccountHit(
        account=Account(
            name="Larkspur Robotics", segment=Segment.TARGET, territory="Nordics", industry="Logistics", size=240
        ),
        certainty=1.0,
        how="the name",
    ),
    sources=(
        _source("Ledgerline", "Larkspur Robotics Raises $42 Million Series B", "https://ledgerline.example/larkspur"),
        _source("Stackwire", "Cold-storage start-up lands fresh money", "https://stackwire.example/larkspur", 5),
    ),
)
"""The lead of the card."""

READER = Personal(ground=("KTH Stockholm",), verdict_url="https://leads.example.com/l/4.1904.YW5uYQ.q8Zr")
"""What its reader is told besides."""

MORNING = (
    LARKSPUR,
    _lead(
        5,
        "Vesper Foods",
        "New office",
        "Vesper Foods will open a distribution centre in Rotterdam next spring, its first outside Denmark.",
        "open a distribution centre in Rotterdam",
        slots={"place": "Rotterdam"},
        score=75,
    ),
    _lead(
        6,
        "Halden Optics",
        "Executive hire",
        "Halden Optics appoints Maren Solberg as chief information officer.",
        "appoints Maren Solberg as chief information officer",
        slots={"person": "Maren Solberg", "role": "CIO"},
    ),
    _lead(
        7,
        "Brightwater Energy",
        "Acquisition",
        "Brightwater Energy is in talks to acquire grid specialist Fennel Systems, people familiar with it say.",
        "to acquire grid specialist Fennel Systems",
        hedged="in talks",
        score=45,
    ),
)
"""The leads of the digest."""
