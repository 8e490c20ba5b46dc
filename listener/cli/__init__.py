"""The command line: a thin shell over `listener.app`.

Exit codes: 0 fine, 1 something wrong was found, 2 wrong usage. Every command imports what it needs when
it runs, so that help is instant.
"""

from __future__ import annotations

import sys

import typer

from listener import __version__
from listener.cli import alerts, feeds, leads, rules, running
from listener.errors import ListenerError

app = typer.Typer(
    name="listener",
    help="Tells sales reps the moment a prospect changes: feeds in, trigger events found, leads out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"listener {__version__}")
        raise typer.Exit


@app.callback()
def _root(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show it.")) -> None:
    """Tells sales reps the moment a prospect changes: feeds in, trigger events found, leads out."""


running.register(app)
leads.register(app)
app.add_typer(feeds.app, name="feeds")
app.add_typer(alerts.app, name="alerts")
app.add_typer(rules.app, name="rules")


def main() -> None:
    """The console script. An expected error is one line on stderr and exit code 1."""
    try:
        app()
    except ListenerError as error:
        typer.echo(f"listener: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
