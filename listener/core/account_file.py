"""A CSV file of accounts as text -> accounts, and the rows that are wrong.

Reads our own columns, and those of account and company exports of Salesforce (reports and Data Loader) and HubSpot.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from listener.core.company import company_key
from listener.model import Account, Segment

MAX_CELL_CHARS = 10_000
"""A longer cell is the rest of the file behind a quote that was never closed."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "account name", "company name", "company", "account"),
    "domain": ("domain", "company domain name", "website", "website url", "web site"),
    "aliases": ("aliases", "alias", "also known as"),
    "owner": ("owner", "account owner", "company owner", "owner name", "hubspot owner"),
    "segment": ("segment",),
    "type": ("type", "account type", "lifecycle stage"),
    "territory": (
        *("territory", "sales territory", "region", "billing country", "billing state province"),
        *("billingcountry", "country region", "country", "state region"),
    ),
    "industry": ("industry",),
    "size": ("size", "employees", "number of employees", "numberofemployees"),
}
"""The names of columns, as they are once `_heading` has folded them; of several in a file the first that is filled."""
_SEGMENT_WORDS = (
    (Segment.EXCLUDE, ("exclude", "do not contact", "blocked", "inactive")),
    (Segment.COMPETITOR, ("competitor", "competition")),
    (Segment.PARTNER, ("partner", "reseller", "integrator", "vendor")),
    (Segment.CUSTOMER, ("customer", "client", "evangelist")),
    (Segment.TARGET, ("target", "prospect", "lead", "opportunity", "qualified", "subscriber")),
)
"""What the picklists of both systems call a segment: "Customer - Direct", "Channel Partner / Reseller"."""
_NOTHING = frozenset(("", "-", "n/a", "na", "none", "null", "unknown", "other", "(no value)"))
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_NUMBER = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongRow:
    """A row that was skipped, or what keeps a whole file from being read."""

    line: int  # from 1
    problem: str  # with the remedy


def read_accounts(text: str) -> tuple[list[Account], list[WrongRow]]:
    """The accounts of a file. Cells are separated by comma, semicolon or tab, as its first line says. Never raises."""
    accounts: list[Account] = []
    wrong: list[WrongRow] = []
    seen: dict[tuple[str, str | None], int] = {}
    try:
        for line, cells in _rows(text, wrong):
            account = _account(cells)
            if isinstance(account, str):
                wrong.append(WrongRow(line=line, problem=account))
                continue
            first = seen.setdefault((company_key(account.name), account.domain), line)
            if first == line:
                accounts.append(account)
            else:
                wrong.append(WrongRow(line=line, problem=f"{account.name} is in line {first} already. Remove one"))
    except csv.Error as error:
        wrong.append(WrongRow(line=1, problem=f"it is no CSV file ({error}). Save it as CSV, UTF-8"))
    return accounts, wrong


def _rows(text: str, wrong: list[WrongRow]) -> Iterator[tuple[int, dict[str, str]]]:
    """The line number and the cells by field of each row that is not empty."""
    text, skipped = _without_separator_line(text.replace("\r\n", "\n").replace("\r", "\n"))
    reader = csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=_delimiter(text))
    fields = _fields(next(reader, []))
    if "name" not in fields:
        problem = 'no column is called "name", "Account Name" or "Company name". Add a first line with the names'
        wrong.append(WrongRow(line=1 + skipped, problem=problem))
        return
    line = reader.line_num
    for row in reader:
        began, line = line + 1, reader.line_num
        if any(len(cell) > MAX_CELL_CHARS for cell in row):
            wrong.append(WrongRow(line=began + skipped, problem="a quotation mark is opened and not closed. Close it"))
        elif any(cell.strip() for cell in row):
            yield began + skipped, {field: _cell(row, places) for field, places in fields.items()}


def _cell(row: Sequence[str], places: Sequence[int]) -> str:
    return next((cell for at in places if at < len(row) and (cell := row[at].strip())), "")


def _without_separator_line(text: str) -> tuple[str, int]:
    """Excel writes and wants a line "sep=;" in front."""
    first, _, rest = text.partition("\n")
    return (rest, 1) if re.fullmatch(r'"?sep=.{1,2}"?\s*', first) else (text, 0)


def _delimiter(text: str) -> str:
    header = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    return max(",;\t", key=header.count)


def _fields(header: Sequence[str]) -> dict[str, list[int]]:
    """Where each field may stand."""
    headings = [_heading(cell) for cell in header]
    places = {field: [headings.index(name) for name in names if name in headings] for field, names in _COLUMNS.items()}
    return {field: found for field, found in places.items() if found}


def _heading(cell: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", cell.lower()))


def _account(cells: Mapping[str, str]) -> Account | str:
    """The account of a row, or what is wrong with it, in words."""
    name = " ".join(cells.get("name", "").split())
    if not company_key(name).strip():
        return "it has no name. Fill in the name of the company"
    domain = _domain(cells.get("domain", ""))
    if domain == "":
        return f"{cells['domain']!r} is no domain. Write it like cobalt.example, or leave it empty"
    size = _size(cells.get("size", ""))
    if size == -1:
        return f"{cells['size']!r} is no number of employees. Write a number, or leave it empty"
    if (segment := _said(cells.get("segment", ""))) and _segment(segment) is None:
        return f"{segment!r} is no segment. Write one of {', '.join(Segment)}, or leave it empty"
    return Account(
        name=name,
        domain=domain,
        aliases=_aliases(cells.get("aliases", ""), name),
        owner=_said(cells.get("owner", "")),
        segment=_segment(cells.get("segment", "")) or _segment(cells.get("type", "")),
        territory=_said(cells.get("territory", "")),
        industry=_said(cells.get("industry", "")),
        size=size,
    )


def _said(cell: str) -> str | None:
    return None if cell.lower() in _NOTHING else cell


def _domain(cell: str) -> str | None:
    """The host of a domain or web address; None: not said; "": it is none."""
    if _said(cell) is None:
        return None
    try:
        host = urlsplit(cell if "//" in cell else f"//{cell}").hostname or ""
    except ValueError:
        return ""
    host = host.removeprefix("www.").rstrip(".")
    return host if _HOST.fullmatch(host) else ""


def _aliases(cell: str, name: str) -> tuple[str, ...]:
    """Separated by semicolons or bars; commas belong to names ("Cobalt Freight, Inc.")."""
    found = (" ".join(alias.split()) for alias in re.split(r"[;|\n]", cell))
    return tuple(dict.fromkeys(alias for alias in found if _said(alias) and alias != name))


def _segment(cell: str) -> Segment | None:
    """What a picklist value says, as far as it says one of ours."""
    lower = cell.lower()
    return next((segment for segment, words in _SEGMENT_WORDS if any(word in lower for word in words)), None)


def _size(cell: str) -> int | None:
    """Employees, of a range ("501-1,000") the lower end; None: not said; -1: no number."""
    if _said(cell) is None:
        return None
    found = _NUMBER.search(cell)
    return int(re.sub(r"\D", "", found[0])[:9]) if found else -1
