"""docs/leads.md says what the code does: its tables and its configuration are run."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.config import Config, parse_config
from listener.core.agreement import Told
from listener.core.company import company_key, fold
from listener.core.route import Facts, NobodyTold, exclusion, plan
from listener.core.score import Evidence, score
from listener.core.story import Known, belongs_to
from listener.core.telling import telling
from listener.judge_stage import TELLER
from listener.model import Account, AccountHit, LeadStatus, Segment

ROOT = Path(__file__).resolve().parents[1]
LEADS = (ROOT / "docs" / "leads.md").read_text(encoding="utf-8")
NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under that line of headings."""
    table = LEADS.partition(heading)[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def config() -> Config:
    blocks = "\n".join(re.findall(r"```toml\n(.*?)```", LEADS, re.DOTALL))
    names = "".join(f'{name} = "json://h"\n' for name in ("anna-mail", "nordic-chat", "sales-chat"))
    text = f'[[feeds]]\nurl = "https://n.example/f"\n{blocks}\n[destinations]\n{names}'
    return parse_config(text.encode(), ROOT / "config.toml", {})


@pytest.mark.parametrize(("first", "then", "days", "same"), rows("| told first | told then | days later | one lead? |"))
def test_tellings_of_one_event(first: str, then: str, days: str, same: str) -> None:
    def told(title: str) -> Told:
        slots = {"money": found[0]} if (found := re.findall(r"\$\d+\S*(?: million)?", title)) else {}
        slots |= {"round": found[0]} if (found := re.findall(r"Series \w", title)) else {}
        company = re.split(r" raises| secures| closes", title)[0]
        return Told(key=company_key(company), slots=slots, title=title, text="")

    known = Known(
        lead_id=1,
        opened_at=NOW,
        same_article=False,
        **{f: getattr(told(first), f) for f in ("key", "slots", "title", "text")},
    )
    found = belongs_to(told(then), telling(then, ""), [known], first=True, now=NOW + timedelta(days=int(days)))
    assert (found is not None) == (same == "yes")


def account(lead: dict[str, Any]) -> Account | None:
    known = {name: lead[name] for name in ("owner", "territory") if name in lead}
    segment = Segment(lead["segment"]) if "segment" in lead else None
    return Account(name="Cobalt Freight", segment=segment, **known) if known or segment else None


@pytest.mark.parametrize(("given", "points", "reasons"), rows("| lead | score | reasons |"))
def test_what_a_lead_scores(given: str, points: str, reasons: str) -> None:
    lead = json.loads(given.strip("`"))
    found = account(lead)
    evidence = Evidence(
        label="Funding round",
        weight=70,
        half_life=timedelta(days=45),
        where=lead.get("where", "title"),
        hedged=lead.get("hedged"),
        outlets=lead.get("outlets", 1),
        age=timedelta(days=lead.get("days", 0)),
        account=AccountHit(account=found, certainty=1.0, how="the name") if found else None,
        others=tuple(lead.get("others", ())),
        folded=fold(lead.get("text", "")),
    )
    total, why = score(evidence, config().profile)
    assert total == int(points)
    assert ", ".join(f"{reason.points:+d} {reason.why}" for reason in why) == reasons


def facts(lead: dict[str, Any]) -> Facts:
    return Facts(
        trigger=lead.get("trigger", "funding"),
        score=lead.get("score", 70),
        lang="en",
        account=account(lead),
        hedged=lead.get("hedged"),
    )


@pytest.mark.parametrize(("given", "to", "because"), rows("| lead | goes to | or nobody, because |"))
def test_who_gets_a_lead(given: str, to: str, because: str) -> None:
    planned = plan(facts(json.loads(given.strip("`"))), config().routing, NOW)
    if isinstance(planned, NobodyTold):
        assert because
        assert because in planned.reason
    else:
        assert [each.destination for each in planned] == [to]


@pytest.mark.parametrize(("_what", "given", "reason"), rows("| what nobody was told of | lead | the reason says |"))
def test_why_nobody_was_told(_what: str, given: str, reason: str) -> None:
    lead = json.loads(given.strip("`"))
    if "duplicate_of" in lead or "teller" in lead:
        known = {*TELLER.split(": "), f"duplicate of lead {lead.get('duplicate_of')}: {same_event()}"}
        assert reason in known
        return
    planned = plan(facts(lead), config().routing, NOW)
    assert reason in (exclusion(account(lead)) or (planned.reason if isinstance(planned, NobodyTold) else ""))


def same_event() -> str:
    """What is said of a further telling."""
    event = Told(key="cobalt freight", slots={}, title="Cobalt Freight raises $12M", text="")
    known = Known(lead_id=12, opened_at=NOW, same_article=False, key=event.key, slots={}, title="", text="")
    joined = belongs_to(event, telling(event.title, ""), [known], first=True, now=NOW)
    assert joined is not None
    return joined.how


@pytest.mark.parametrize("status", LeadStatus)
def test_every_status_is_documented(status: str) -> None:
    assert f"| **{status}** |" in LEADS
