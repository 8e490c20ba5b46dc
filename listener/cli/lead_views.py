"""How leads are shown: as a short card in a list, and as a whole one; what is known besides them as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from listener.cli.common import indented, printable
from listener.core.as_json import when_json
from listener.core.money import in_words
from listener.core.story import WENT_ON

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

    from listener.briefing import Briefing
    from listener.model import AccountHit, Delivery, Duplicate, HitRate, Lead, LeadEvent, Source

_CARD_WIDTH = 100
"""Characters: longer lines are hard to read."""
_LABEL_WIDTH = 10
_INDENT = 4
_MOST_SOURCES = 3
"""In a list; the card of one lead shows all."""
_UNSEEN = frozenset(("company", "amount", "currency"))
"""Slots that a card leaves out: the company is its heading, and the money is shown as it was written."""


def event_json(event: LeadEvent) -> dict[str, Any]:
    """A line of a lead's history."""
    return {
        "at": when_json(event.at),
        "who": event.who,
        "what": event.what,
        "until": when_json(event.until),
        "value": event.value,
        "note": event.note,
    }


def rate_json(rate: HitRate, currency: str | None) -> dict[str, Any]:
    """How often leads were right, and what came of them."""
    return {
        "leads": rate.leads,
        "suppressed": rate.suppressed,
        "right": rate.right,
        "wrong": rate.wrong,
        "precision": None if rate.precision is None else round(rate.precision, 3),
        "won": rate.won,
        "value": rate.value,
        "currency": currency,
    }


def briefing_json(briefing: Briefing) -> dict[str, Any]:
    """What is known about the prospect besides the lead."""
    return {
        "earlier": [
            {"id": lead.id, "label": lead.label, "title": lead.title, "score": lead.score, "status": lead.status.value,
             "created_at": when_json(lead.created_at)}
            for lead in briefing.earlier
        ],
        "mentions": [
            {"title": each.title, "quote": each.quote, "url": each.url, "at": when_json(each.created_at)}
            for each in briefing.mentions
        ],
        "common_ground": {rep: list(words) for rep, words in briefing.ground.items()},
    }  # fmt: skip


# --------------------------------------------------------------------------- a card in a list


def lead_card(lead: Lead, currency: str | None = None) -> RenderableType:
    """A lead for the terminal: what happened to whom, the words, why now, where it stands."""
    from rich.console import Group
    from rich.text import Text

    from listener.message import plain

    head = Text(f"{lead.score:>3} ", style=_colour(lead.score)).append(
        plain(lead.company, is_name=True), style="default bold"
    )
    head.append(f"  {plain(lead.label)}", style="default not bold cyan")
    if lead.hedged:
        head.append("  unconfirmed", style="default not bold yellow")
    head.append(f"  #{lead.id}  {_status(lead, currency)}", style="default not bold dim")
    lines = (_quote(lead), *_card_lines(lead), *_card_sources(lead))
    return Group(head, *(indented(line, by=_INDENT) for line in lines), "")


def _card_lines(lead: Lead) -> Iterator[Text]:
    from rich.text import Text

    from listener.message import plain

    if lead.why:
        yield Text(plain(lead.why), style="italic")
    if lead.account:
        sure = f"{lead.account.certainty:.0%} sure by {plain(lead.account.how)}"
        yield Text(f"account {plain(lead.account.account.name, is_name=True)}: {sure}", style="dim")
    yield Text(", ".join(f"{reason.points:+d} {plain(reason.why)}" for reason in lead.reasons), style="dim")
    if lead.suppressed:
        yield Text(f"nobody was told: {plain(lead.suppressed, is_name=True)}", style="yellow")


def _card_sources(lead: Lead) -> Iterator[Text]:
    from rich.text import Text

    for source in lead.sources[:_MOST_SOURCES]:
        yield _address(source)
    if len(lead.sources) > _MOST_SOURCES:
        yield Text(f"and {len(lead.sources) - _MOST_SOURCES} more", style="dim")


def _address(source: Source) -> Text:
    from rich.text import Text

    address = Text(printable(source.url or source.title), style="blue")
    return address.append(f"  {printable(source.feed)}", style="default dim")


def duplicate_card(duplicate: Duplicate) -> RenderableType:
    """An entry that told a known lead once more, for the terminal."""
    from rich.console import Group
    from rich.text import Text

    from listener.message import plain

    lead, source = duplicate.lead, duplicate.source
    head = Text(plain(lead.company, is_name=True), style="bold").append(
        f"  {plain(lead.label)}", style="default not bold cyan"
    )
    lines = (head, Text(printable(source.title)), Text(duplicate.reason, style="yellow"), _address(source))
    return Group(*(indented(line, by=_INDENT) for line in lines), "")


def _colour(score: int) -> str:
    return "bold green" if score >= 60 else "bold yellow"


def _status(lead: Lead, currency: str | None) -> str:
    words = lead.status.value.replace("_", " ")
    if lead.snoozed_until:
        return f"{words} until {lead.snoozed_until:%Y-%m-%d}"
    return f"{words}, {in_words(lead.value, currency)}" if lead.value is not None else words


def _quote(lead: Lead) -> Text:
    from rich.text import Text

    quote = Text("“" + printable(lead.quote[: lead.quote_start]))
    quote.append(printable(lead.quote[lead.quote_start : lead.quote_end]), style="bold underline")
    return quote.append(printable(lead.quote[lead.quote_end :]) + "”")


# --------------------------------------------------------------------------- the whole card


def whole_card(
    lead: Lead,
    briefing: Briefing,
    deliveries: Sequence[Delivery],
    history: Sequence[LeadEvent],
    zone: tzinfo,
    currency: str | None,
) -> RenderableType:
    """All that a rep wants to know before a call, and why the lead came or did not."""
    from rich.console import Group

    earlier = [(_day(each.created_at, zone), _earlier(each, currency)) for each in briefing.earlier]
    mentions = [(_day(each.created_at, zone), printable(each.title)) for each in briefing.mentions]
    return Group(
        _head(lead, zone, currency),
        "",
        _facts(lead, briefing),
        *_section("Score", [(f"{reason.points:+d}", printable(reason.why)) for reason in lead.reasons]),
        *_section("Sources", _sources(lead, zone)),
        *_section("Who was told", _told(lead, deliveries, zone)),
        *_section("Also at this prospect", earlier),
        *_section("Named elsewhere", mentions),
        *_section("History", [(_day(event.at, zone), _event(event, zone, currency)) for event in history]),
        "",
    )


def _head(lead: Lead, zone: tzinfo, currency: str | None) -> Text:
    from rich.text import Text

    head = Text(printable(lead.company), style="bold")
    head.append(f"  {lead.score} of 100", style=_colour(lead.score))
    head.append(f"  #{lead.id}\n", style="dim")
    head.append(printable(lead.label), style="cyan")
    if lead.hedged:
        head.append(f" · not confirmed: “{printable(lead.hedged)}”", style="yellow")
    return head.append(f" · {_status(lead, currency)} · found {_day(lead.created_at, zone)}", style="dim")


def _facts(lead: Lead, briefing: Briefing) -> Table:
    rows: list[tuple[str, str | Text]] = [("", _quote(lead))]
    if lead.title not in lead.quote:
        rows.insert(0, ("Headline", printable(lead.title)))
    if lead.why:
        rows.append(("Why now", printable(lead.why)))
    details = [f"{name} {value}" for name, value in lead.slots.items() if name not in _UNSEEN]
    if details:
        rows.append(("Details", printable(" · ".join(details))))
    if lead.account:
        rows.append(("Account", _account(lead.account)))
    for rep, words in briefing.ground.items():
        rows.append(("In common", f"{rep}: {printable(', '.join(words))}"))
    return _grid(rows)


def _account(hit: AccountHit) -> str:
    account = hit.account
    size = f"{account.size} people" if account.size is not None else None
    owner = f"owner {account.owner}" if account.owner else None
    known = filter(None, (account.segment, owner, account.territory, account.industry, size, account.domain))
    sure = printable(f"{hit.certainty:.0%} sure by {hit.how}")
    return f"{printable(account.name)}: {printable(', '.join(map(str, known)))}\n{sure}"


def _sources(lead: Lead, zone: tzinfo) -> list[tuple[str, str]]:
    """Those that joined are why an entry that the rules find may be no lead of its own."""
    return [(_day(source.published_at, zone), _told_by(source)) for source in lead.sources]


def _told_by(source: Source) -> str:
    address = f"\n{printable(source.url)}" if source.url else ""
    joined = f"\nDuplicate: {source.how}, and nobody is told twice" if source.how else ""
    if source.how == WENT_ON:
        joined = f"\nUpdate: {WENT_ON}"
    return f"{printable(source.outlet)}: {printable(source.title)}{address}{joined}"


def _told(lead: Lead, deliveries: Sequence[Delivery], zone: tzinfo) -> list[tuple[str, str]]:
    if lead.suppressed:
        return [("nobody", f"{printable(lead.suppressed)}\n`listener leads rescue {lead.id}` sends it all the same")]
    if not deliveries:
        return [("nobody", printable(lead.untold or "no route takes it now"))]
    return [(_day(each.sent_at or each.due_at, zone), _delivery(each)) for each in deliveries]


def _delivery(delivery: Delivery) -> str:
    trouble = f", {delivery.last_error}" if delivery.last_error else ""
    return printable(f"{delivery.destination}: {delivery.state}{trouble} ({delivery.route})")


def _earlier(lead: Lead, currency: str | None) -> str:
    return printable(f"{lead.label}, {lead.score}, {_status(lead, currency)} #{lead.id}: {lead.title}")


def _event(event: LeadEvent, zone: tzinfo, currency: str | None) -> str:
    words = event.what.replace("_", " ")
    until = f" until {_day(event.until, zone)}" if event.until else ""
    value = f" {in_words(event.value, currency)}" if event.value is not None else ""
    note = f": {event.note}" if event.note else ""
    return printable(f"{words}{until}{value} by {event.who}{note}")


def _section(title: str, rows: Sequence[tuple[str, str]]) -> list[RenderableType]:
    from rich.text import Text

    return [Text(f"\n{title}", style="bold"), _grid(rows)] if rows else []


def _grid(rows: Iterable[tuple[str, str | Text]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(min_width=_LABEL_WIDTH, style="dim", no_wrap=True)
    grid.add_column(overflow="fold", max_width=_CARD_WIDTH)
    for label, words in rows:
        grid.add_row(f"  {label}", Text(words) if isinstance(words, str) else words)
    return grid


def _day(moment: datetime | None, zone: tzinfo) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y}"
