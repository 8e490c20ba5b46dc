"""`listener alerts`: what was sent, what waits, what was given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LimitOption,
    console,
    open_store,
    print_json,
    print_table,
    printable,
    read_config,
    when,
)
from listener.core.as_json import when_json
from listener.model import DeliveryState, DestinationHealth

if TYPE_CHECKING:
    from listener.config import Config
    from listener.model import Delivery, DestinationState, Lead, Message

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _alerts() -> None:
    """The alerts: what was sent, what waits, what was given up."""


@app.command("list")
def list_alerts(
    config: ConfigOption = DEFAULT_CONFIG,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    to: Annotated[str | None, typer.Option(help="Only those to this destination.")] = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """Show the deliveries, newest first, and the destinations that are in trouble."""
    with open_store(read_config(config)) as store:
        deliveries = store.deliveries.all(state=state, destination=to, limit=limit)
        destinations = {each.name: each for each in store.destinations.all()}
    if as_json:
        print_json([delivery_json(each, destinations.get(each.destination)) for each in deliveries])
        return
    rows = [
        (d.id, d.lead_id, d.destination, d.state.value, d.attempts, when(d.due_at), d.last_error or "")
        for d in deliveries
    ]
    print_table(("id", "lead", "to", "state", "tries", "due (UTC)", "trouble"), rows)
    for destination in destinations.values():
        if destination.failures and to in (None, destination.name):
            console().print(printable(_trouble(destination)), markup=False, highlight=False)


def _trouble(destination: DestinationState) -> str:
    rest = f"; next message at {when(destination.rest_until_at)} UTC" if destination.rest_until_at else ""
    since = when(destination.failing_since_at)
    times = "message" if destination.failures == 1 else f"{destination.failures} messages"
    state = f"{destination.name} is {destination.health.value}: the last {times} failed, since {since} UTC"
    return f"{state} ({destination.last_error}){rest}"


def delivery_json(delivery: Delivery, destination: DestinationState | None = None) -> dict[str, Any]:
    """A delivery as `alerts list --json` prints it; `destination` None: it never got a message."""
    return {
        "id": delivery.id,
        "lead": delivery.lead_id,
        "destination": delivery.destination,
        "destination_health": destination.health.value if destination else DestinationHealth.OK.value,
        "rep": delivery.rep,
        "route": delivery.route,
        "digest": delivery.digest,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "planned_at": when_json(delivery.planned_at),
        "due_at": when_json(delivery.due_at),
        "sent_at": when_json(delivery.sent_at),
        "last_error": delivery.last_error,
        "created_at": when_json(delivery.created_at),
    }


@app.command("show")
def show(
    delivery_id: Annotated[int, typer.Argument(metavar="ID", help="The delivery, as `alerts list` numbers them.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show all that is known of a delivery: its lead, why it went there, when, and what came of it."""
    with open_store(read_config(config)) as store:
        delivery = store.deliveries.get(delivery_id)
        lead = store.leads.get(delivery.lead_id) if delivery else None
        destination = store.destinations.get(delivery.destination) if delivery else None
    if delivery is None:
        typer.echo(f"there is no delivery {delivery_id}: see `listener alerts list`", err=True)
        raise typer.Exit(1)
    if as_json:
        print_json(delivery_json(delivery, destination))
        return
    for name, value in _facts(delivery, lead):
        typer.echo(printable(f"{name + ':':14}{value}"))
    if destination and destination.failures:
        typer.echo(printable(f"{'destination:':14}{_trouble(destination)}"))


def _facts(delivery: Delivery, lead: Lead | None) -> Iterator[tuple[str, str]]:
    yield "delivery", f"{delivery.id} to {delivery.destination}: {delivery.state.value}"
    if lead is not None:
        yield "lead", f"{lead.id}, {lead.company}: {lead.label}, score {lead.score}"
    yield "why", delivery.route
    if delivery.digest is not None:
        because = f", because {delivery.digest_reason}" if delivery.digest_reason else ""
        yield "in a digest", f"{delivery.digest}{because}"
    yield "queued", f"{when(delivery.created_at)} UTC, for {when(delivery.planned_at)}"
    if delivery.state in (DeliveryState.QUEUED, DeliveryState.RETRYING):
        yield "due", f"{when(delivery.due_at)} UTC"
    if delivery.attempts:
        yield "tries", f"{delivery.attempts}, first at {when(delivery.first_attempt_at)} UTC"
    if delivery.sent_at is not None:
        yield "sent", f"{when(delivery.sent_at)} UTC"
    if delivery.last_error is not None:
        yield "trouble", delivery.last_error


@app.command("drop")
def drop(
    ids: Annotated[list[int] | None, typer.Argument(help="Deliveries by id.")] = None,
    to: Annotated[str | None, typer.Option(help="All that waits for this destination, or was given up.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take deliveries out of the queue for good. What is being sent, or was sent, stays."""
    from listener import clock

    if bool(ids) == (to is not None):
        raise typer.BadParameter("name deliveries by id, or a destination with --to")
    wanted = sorted(set(ids or ()))
    with open_store(read_config(config)) as store:
        now = clock.now()
        dropped = store.deliveries.drop(wanted, now) if to is None else store.deliveries.drop_all(to, now)
    typer.echo(f"{dropped} dropped")
    if dropped < len(wanted):
        typer.echo(
            f"{len(wanted) - dropped} of them are sent, being sent, dropped already, or unknown: "
            "see `listener alerts list`",
            err=True,
        )
        raise typer.Exit(1)


@app.command("retry")
def retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Deliveries by id; none: all that were given up.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Send again what was given up, dropped by hand, or waits for a retry: it is due at once."""
    from listener import clock

    with open_store(read_config(config)) as store:
        revived = store.deliveries.revive(delivery_ids=ids or None, now=clock.now())
    typer.echo(f"{revived} queued again")
    if ids and revived < len(set(ids)):
        typer.echo(
            f"{len(set(ids)) - revived} of them are sent, queued already, or unknown: see `listener alerts list`",
            err=True,
        )
        raise typer.Exit(1)


@app.command("test")
def send_test(
    name: Annotated[str, typer.Argument(help="The destination's name in [destinations].")],
    lead: Annotated[int | None, typer.Option(help="Send the alert of this lead, as your templates make it.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Send a test message to a destination and say what came of it."""
    from listener.config import nearest_name
    from listener.errors import DestinationError
    from listener.model import Sent
    from listener.notify import Notifier

    settings = read_config(config)
    if name not in settings.destinations:
        raise DestinationError(
            f"no destination is called {name!r}. {nearest_name(name, settings.destinations, '[destinations]')}"
        )
    message = _test_message() if lead is None else _alert(settings, lead)
    outcome = Notifier({name: settings.destinations[name].get_secret_value()}).send(name, message)
    if isinstance(outcome, Sent):
        typer.echo(f"{name}: sent. Look whether it arrived.")
        return
    typer.echo(f"{name}: {outcome.error}", err=True)
    raise typer.Exit(1)


def _alert(config: Config, lead_id: int) -> Message:
    """The alert of a lead, without what is for one reader."""
    from listener.errors import LeadError
    from listener.message import render
    from listener.templating import Templates

    with open_store(config) as store:
        lead = store.leads.get(lead_id)
    if lead is None:
        raise LeadError(f"there is no lead {lead_id}: see `listener leads`")
    return render(lead, zone=config.timezone, templates=Templates(config.templates))


def _test_message() -> Message:
    from listener.model import Message

    text = "A test from listener. If you can read this, alerts will arrive here."
    return Message(title="Test from listener", text=text, markdown=text, html=f"<p>{text}</p>")
