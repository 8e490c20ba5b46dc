"""Leads as rows for a spreadsheet or a CRM's import. Pure.

What comes from a feed is hostile: a cell that a spreadsheet would take for a formula gets an apostrophe in front
(OWASP, "CSV Injection"), and every cell is one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from listener.model import Lead

_FORMULA = re.compile(r"^[\s'\"]*[=+\-@＝＋－＠|%]")
_NOBODY = "[not provided]"
"""Salesforce refuses a lead without last name, and writes this itself where it knows none."""
_SOURCE = "listener"


class Layout(StrEnum):
    """Whose columns."""

    CSV = "csv"  # every field, under our names
    SALESFORCE = "salesforce"  # Data Import Wizard, leads
    HUBSPOT_COMPANIES = "hubspot-companies"
    HUBSPOT_CONTACTS = "hubspot-contacts"  # those leads that name a person


def table(leads: Iterable[Lead], layout: Layout, currency: str | None = None) -> list[list[str]]:
    """The headings and a row a lead, safe to open in a spreadsheet; values are in `currency`, None: not said."""
    columns = _LAYOUTS[layout]
    if layout is Layout.CSV:
        columns = {**columns, "currency": lambda lead: currency if lead.value is not None else None}
    wanted = (lead for lead in leads if layout is not Layout.HUBSPOT_CONTACTS or _person(lead))
    return [list(columns), *([safe_cell(read(lead)) for read in columns.values()] for lead in wanted)]


def safe_cell(value: object) -> str:
    """One line that no spreadsheet runs. Our own numbers stay numbers; None is empty."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value:.15g}"
    text = " ".join("".join(char if char.isprintable() else " " for char in str(value)).split())
    return f"'{text}" if _FORMULA.match(text) else text


def _person(lead: Lead) -> str:
    return str(lead.slots.get("person") or "")


def _first_name(lead: Lead) -> str:
    return _person(lead).rpartition(" ")[0]


def _last_name(lead: Lead) -> str:
    return _person(lead).rpartition(" ")[2]


def _name(lead: Lead) -> str:
    return lead.account.account.name if lead.account else lead.company


def _domain(lead: Lead) -> str | None:
    return lead.account.account.domain if lead.account else None


def _story(lead: Lead) -> str:
    """What happened, why it is worth a call, and where it stands."""
    unsure = f' Not certain: "{lead.hedged}".' if lead.hedged else ""
    return f"{lead.label}: {lead.quote}{unsure} {lead.why} {lead.url or ''}"


def _rating(lead: Lead) -> str:
    """Salesforce's three words; 50 and 75 are where alerts usually begin and where they are worth an interruption."""
    return "Hot" if lead.score >= 75 else "Warm" if lead.score >= 50 else "Cold"


def _of_account(field: str) -> Callable[[Lead], object]:
    return lambda lead: getattr(lead.account.account, field) if lead.account else None


_LAYOUTS: dict[Layout, dict[str, Callable[[Lead], object]]] = {
    Layout.CSV: {
        "id": lambda lead: lead.id,
        "found": lambda lead: lead.created_at.isoformat(timespec="seconds"),
        "company": lambda lead: lead.company,
        "trigger": lambda lead: lead.trigger,
        "label": lambda lead: lead.label,
        "score": lambda lead: lead.score,
        "status": lambda lead: lead.status.value,
        "value": lambda lead: lead.value,
        "suppressed": lambda lead: lead.suppressed,
        "hedged": lambda lead: lead.hedged,
        "quote": lambda lead: lead.quote,
        "why": lambda lead: lead.why,
        "title": lambda lead: lead.title,
        "url": lambda lead: lead.url,
        "sources": lambda lead: len(lead.sources),
        "outlets": lambda lead: "; ".join(dict.fromkeys(source.outlet for source in lead.sources)),
        "slots": lambda lead: "; ".join(f"{name}: {value}" for name, value in lead.slots.items()),
        "reasons": lambda lead: "; ".join(f"{reason.why} ({reason.points:+d})" for reason in lead.reasons),
        "account": _of_account("name"),
        "domain": _domain,
        "owner": _of_account("owner"),
        "segment": _of_account("segment"),
        "territory": _of_account("territory"),
        "industry": _of_account("industry"),
        "employees": _of_account("size"),
        "rule": lambda lead: lead.rule,
        "lang": lambda lead: lead.lang,
    },
    Layout.SALESFORCE: {
        "First Name": _first_name,
        "Last Name": lambda lead: _last_name(lead) or _NOBODY,
        "Title": lambda lead: lead.slots.get("role"),
        "Company": _name,
        "Website": _domain,
        "Industry": _of_account("industry"),
        "No. of Employees": _of_account("size"),
        "Lead Source": lambda _: _SOURCE,
        "Rating": _rating,
        "Description": _story,
    },
    Layout.HUBSPOT_COMPANIES: {
        "Company name": _name,
        "Company Domain Name": _domain,
        "Number of Employees": _of_account("size"),
        "Description": _story,
    },
    Layout.HUBSPOT_CONTACTS: {
        "First Name": _first_name,
        "Last Name": _last_name,
        "Job Title": lambda lead: lead.slots.get("role"),
        "Company Name": _name,
        "Website URL": _domain,
        "Message": _story,
    },
}
