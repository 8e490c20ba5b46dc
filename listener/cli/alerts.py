"""`listener alerts`: what was sent, what waits, what was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LimitOption,
    open_store,
    print_json,
    print_table,
    read_config,
    when,
    when_json,
)
from listener.model import DeliveryState

if TYPE_CHECKING:
    from listener.model import Delivery, Message

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _alerts() -> None:
    """The alerts: what was sent, what waits, what was given up."""


@app.command("list")
def list_alerts(
    config: ConfigOption = DEFAULT_CONFIG,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
) -> None:
    """Show the deliveries, newest first."""
    with open_store(read_config(config)) as store:
        deliveries = store.deliveries.all(state=state, limit=limit)
    if as_json:
        print_json([delivery_json(delivery) for delivery in deliveries])
        return
    rows = [
        (d.id, d.lead_id, d.destination, d.state.value, d.attempts, when(d.due_at), d.last_error or "")
        for d in deliveries
    ]
    print_table(("id", "lead", "to", "state", "tries", "due (UTC)", "trouble"), rows)


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery as `alerts list --json` prints it."""
    return {
        "id": delivery.id,
        "lead": delivery.lead_id,
        "destination": delivery.destination,
        "route": delivery.route,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "due_at": when_json(delivery.due_at),
        "sent_at": when_json(delivery.sent_at),
        "last_error": delivery.last_error,
        "created_at": when_json(delivery.created_at),
    }


@app.command("retry")
def retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Deliveries by id; none: all that were given up.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Send again what was given up or waits for a retry: it is due at once."""
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
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Send a test message to a destination and say what came of it."""
    from listener.config import nearest_name
    from listener.errors import DestinationError
    from listener.model import Sent
    from listener.notify import Notifier

    destinations = read_config(config).destinations
    if name not in destinations:
        raise DestinationError(
            f"no destination is called {name!r}. {nearest_name(name, destinations, '[destinations]')}"
        )
    outcome = Notifier({name: destinations[name].get_secret_value()}).send(name, _test_message())
    if isinstance(outcome, Sent):
        typer.echo(f"{name}: sent. Look whether it arrived.")
        return
    typer.echo(f"{name}: {outcome.error}", err=True)
    raise typer.Exit(1)


def _test_message() -> Message:
    from listener.model import Message

    text = "A test from listener. If you can read this, alerts will arrive here."
    return Message(title="Test from listener", text=text, markdown=text, html=f"<p>{text}</p>")
