"""`listener leads`: what was found, what people say of it, and how often the rules were right."""

from __future__ import annotations

import csv
import io
import sys
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LimitOption,
    console,
    counted,
    open_store,
    print_json,
    print_table,
    printable,
    read_config,
)
from listener.cli.lead_views import (
    briefing_json,
    duplicate_card,
    event_json,
    lead_card,
    rate_json,
    whole_card,
)
from listener.core.as_json import duplicate_json, lead_json
from listener.core.lead_export import Layout, table
from listener.core.money import in_words
from listener.model import LeadStatus

if TYPE_CHECKING:
    from listener.model import HitRate, Lead
    from listener.store import Store

app = typer.Typer(help="The leads, newest first; see `listener leads --help` for what can be done with them.")

LeadId = Annotated[int, typer.Argument(help="The lead, as `listener leads` numbers them.")]
ByOption = Annotated[str, typer.Option("--by", help="Who says so, for the history.")]
NoteOption = Annotated[str | None, typer.Option(help="Words for the history.")]
SuppressedOption = Annotated[bool, typer.Option(help="What nobody was told of, with the reason; duplicates last.")]
StatusOption = Annotated[LeadStatus | None, typer.Option(help="Only those of this status.")]
_BY = "command line"


@app.callback(invoke_without_command=True)
def leads(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    limit: LimitOption = 50,
    suppressed: SuppressedOption = False,
    status: StatusOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show leads, newest first."""
    if context.invoked_subcommand is not None:
        return
    settings = read_config(config)
    with open_store(settings) as store:
        found = store.leads.all(limit=limit, suppressed=suppressed, status=status)
        told = store.deliveries.of_leads(lead.id for lead in found) if as_json else {}
        again = store.leads.duplicates(limit=limit) if suppressed and status is None else []
    if as_json:
        shown = [lead_json(lead, told.get(lead.id, ()), settings.currency) for lead in found]
        print_json(shown + [duplicate_json(each, settings.currency) for each in again])
        return
    out = console()
    for lead in found:
        out.print(lead_card(lead, settings.currency))
    for duplicate in again:
        out.print(duplicate_card(duplicate))
    if not found and not again:
        out.print("No suppressed leads." if suppressed else "No leads yet.")


@app.command("show")
def show(lead_id: LeadId, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show one lead with all that is known: why now, the prospect's history, who was told and why."""
    from listener.briefing import briefing

    settings = read_config(config)
    with open_store(settings) as store:
        lead = _existing(store, lead_id)
        context = briefing(store, lead, settings.routing)
        told = store.deliveries.of_leads([lead_id]).get(lead_id, [])
        history = store.followup.history(lead_id)
    if as_json:
        more = {"history": [event_json(event) for event in history], **briefing_json(context)}
        print_json({**lead_json(lead, told, settings.currency), **more})
        return
    console().print(whole_card(lead, context, told, history, settings.timezone, settings.currency))


@app.command("mark")
def mark(
    lead_id: LeadId,
    status: Annotated[LeadStatus, typer.Argument(help="What became of it.")],
    value: Annotated[float | None, typer.Option(help="What was won, in `listener.currency`.")] = None,
    note: NoteOption = None,
    by: ByOption = _BY,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say what became of a lead: useful, wrong_company, not_relevant, contacted, meeting, won, lost."""
    from listener import clock
    from listener.followup import verdict

    settings = read_config(config)
    with open_store(settings) as store:
        changed = verdict(store, lead_id, status, who=by, now=clock.now(), value=value, note=note)
    worth = "" if value is None else f", {in_words(value, settings.currency)}"
    typer.echo(f"lead {lead_id}: {status.value}{worth}" + ("" if changed else ", as it was"))


@app.command("snooze")
def snooze(
    lead_id: LeadId,
    until: Annotated[str, typer.Argument(help="For how long, such as 14d; or a day, such as 2027-01-31.")],
    note: NoteOption = None,
    by: ByOption = _BY,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Put a lead off: its alert comes once more when the time has come."""
    from listener import clock
    from listener.followup import verdict

    settings, now = read_config(config), clock.now()
    ends = _moment(until, now, settings.timezone)
    with open_store(settings) as store:
        verdict(store, lead_id, LeadStatus.SNOOZED, who=by, now=now, until=ends, note=note)
    typer.echo(f"lead {lead_id}: snoozed until {ends.astimezone(settings.timezone):%Y-%m-%d %H:%M}")


@app.command("rescue")
def rescue(
    lead_id: LeadId,
    to: Annotated[str | None, typer.Option(help="A rep or destination, in spite of the routes.")] = None,
    by: ByOption = _BY,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Send a suppressed lead as if it had passed."""
    from listener import clock
    from listener.followup import rescue as let_go

    settings = read_config(config)
    with open_store(settings) as store:
        planned = let_go(store, settings.routing, lead_id, who=by, to=to, now=clock.now())
    for each in planned:
        typer.echo(f"lead {lead_id}: queued for {each.destination} ({each.route})")


@app.command("export")
def export(
    layout: Annotated[Layout, typer.Option("--for", help="Whose columns.")] = Layout.CSV,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, the terminal.")] = None,
    limit: LimitOption = 1_000_000,
    suppressed: SuppressedOption = False,
    status: StatusOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write leads as CSV: every field, or the columns that Salesforce and HubSpot import."""
    settings = read_config(config)
    with open_store(settings) as store:
        found = store.leads.all(limit=limit, suppressed=suppressed, status=status)
    rows = table(found, layout, settings.currency)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n" if output else "\n").writerows(rows)
    if output is None:
        sys.stdout.write(text.getvalue())
        return
    output.write_text(text.getvalue(), encoding="utf-8-sig", newline="")  # with the mark that Excel tells UTF-8 by
    typer.echo(f"{output}: {counted(len(rows) - 1, 'lead')}")


@app.command("stats")
def stats(
    by: Annotated[str, typer.Option("--by", help="trigger, rule or feed.")] = "trigger",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show how often leads were right, by what people said of them, through to what was won."""
    if by not in ("trigger", "rule", "feed"):
        raise typer.BadParameter("choose trigger, rule or feed", param_hint="--by")
    settings = read_config(config)
    with open_store(settings) as store:
        rates = store.followup.hit_rates(by)
    if as_json:
        print_json([{"name": rate.name, "lang": rate.lang, **rate_json(rate, settings.currency)} for rate in rates])
        return
    headings = (by, "leads", "suppressed", "right", "wrong", "precision", "won", "value")
    print_table(headings, [_rate_row(rate, settings.currency) for rate in rates])
    if not any(rate.precision is not None for rate in rates):
        console().print("Nobody has said anything of a lead yet: `listener leads mark ID useful`.")


def _rate_row(rate: HitRate, currency: str | None) -> tuple[object, ...]:
    name = f"{rate.name} ({rate.lang})" if rate.lang else rate.name
    precision = "" if rate.precision is None else f"{rate.precision:.0%}"
    value = in_words(rate.value, currency) if rate.won else ""
    counts = (rate.leads, rate.suppressed, rate.right, rate.wrong)
    return (printable(name), *counts, precision, rate.won, value)


def _existing(store: Store, lead_id: int) -> Lead:
    from listener.errors import LeadError

    lead = store.leads.get(lead_id)
    if lead is None:
        raise LeadError(f"there is no lead {lead_id}. `listener leads` shows them")
    return lead


def _moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The end of a snooze: a duration from now, or the morning of a day. Raises typer.BadParameter."""
    from listener.config_values import parse_duration

    try:
        return datetime.combine(date.fromisoformat(text), time(8), tzinfo=zone).astimezone(UTC)
    except ValueError:
        pass
    try:
        return now + parse_duration(text)
    except ValueError:
        raise typer.BadParameter("write for how long, such as 14d, or a day, such as 2027-01-31") from None
