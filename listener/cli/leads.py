"""`listener leads`: what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.accounts import account_json
from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LimitOption,
    console,
    open_store,
    print_json,
    printable,
    read_config,
    when_json,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from listener.model import AccountHit, Lead


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("leads")(leads)


def leads(
    config: ConfigOption = DEFAULT_CONFIG,
    limit: LimitOption = 50,
    suppressed: Annotated[bool, typer.Option(help="Those that nobody was told of, with the reason.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show leads, newest first."""
    with open_store(read_config(config)) as store:
        found = store.leads.all(limit=limit, suppressed=suppressed)
    if as_json:
        print_json([lead_json(lead) for lead in found])
        return
    out = console()
    for lead in found:
        out.print(lead_card(lead))
    if not found:
        out.print("No suppressed leads." if suppressed else "No leads yet.")


def lead_json(lead: Lead) -> dict[str, Any]:
    """A lead as `leads --json` prints it."""
    return {
        "id": lead.id,
        "trigger": lead.trigger,
        "rule": lead.rule,
        "company": lead.company,
        "account": _account_json(lead.account),
        "title": lead.title,
        "quote": lead.quote,
        "url": lead.url,
        "sources": [
            {"url": source.url, "feed": source.feed, "title": source.title, "entry": source.entry_id}
            for source in lead.sources
        ],
        "score": lead.score,
        "reasons": [f"{reason.points:+d} {reason.why}" for reason in lead.reasons],
        "slots": dict(lead.slots),
        "hedged": lead.hedged,
        "suppressed": lead.suppressed,
        "status": lead.status.value,
        "created_at": when_json(lead.created_at),
        "updated_at": when_json(lead.updated_at),
    }


def _account_json(hit: AccountHit | None) -> dict[str, Any] | None:
    if hit is None:
        return None
    return {**account_json(hit.account), "certainty": round(hit.certainty, 2), "how": hit.how}


def lead_card(lead: Lead) -> RenderableType:
    """A lead for the terminal: what happened to whom, the words, why now, where it stands."""
    from rich.text import Text

    from listener.message import plain

    card = Text()
    card.append(f"{lead.score:>3} ", style="bold green" if lead.score >= 60 else "bold yellow")
    card.append(plain(lead.company), style="bold")
    card.append(f"  {plain(lead.label)}", style="cyan")
    if lead.hedged:
        card.append("  unconfirmed", style="yellow")
    card.append(f"  #{lead.id}\n", style="dim")
    card.append("    “" + printable(lead.quote[: lead.quote_start]))
    card.append(printable(lead.quote[lead.quote_start : lead.quote_end]), style="bold underline")
    card.append(printable(lead.quote[lead.quote_end :]) + "”\n")
    if lead.why:
        card.append(f"    {plain(lead.why)}\n", style="italic")
    if lead.account:
        sure = f"{lead.account.certainty:.0%} sure by {plain(lead.account.how)}"
        card.append(f"    account {plain(lead.account.account.name)}: {sure}\n", style="dim")
    reasons = ", ".join(f"{reason.points:+d} {plain(reason.why)}" for reason in lead.reasons)
    card.append(f"    {reasons}\n", style="dim")
    if lead.suppressed:
        card.append(f"    nobody was told: {plain(lead.suppressed)}\n", style="yellow")
    for source in lead.sources[:3]:
        card.append(f"    {printable(source.url or source.title)}", style="blue")
        card.append(f"  {printable(source.feed)}\n", style="dim")
    if len(lead.sources) > 3:
        card.append(f"    and {len(lead.sources) - 3} more\n", style="dim")
    return card
