"""The command line: a thin shell over `listener.app`.

Exit codes: 0 fine, 1 something wrong was found, 2 wrong usage. Every command imports what it needs when
it runs, so that help is instant.
"""

from __future__ import annotations

import io
import os
import sqlite3
import sys

import typer

from listener import __version__
from listener.cli import accounts, alerts, data, doctor, feeds, leads, ready, rules, running
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
app.add_typer(leads.app, name="leads")
data.register(app)
ready.register(app)
doctor.register(app)
app.add_typer(feeds.app, name="feeds")
app.add_typer(accounts.app, name="accounts")
app.add_typer(alerts.app, name="alerts")
app.add_typer(rules.app, name="rules")


def main() -> None:
    """The console script. An expected error is one line on stderr and exit code 1."""
    _prepare_output()
    try:
        app()
    except ListenerError as error:
        _end(str(error))
    except sqlite3.OperationalError as error:
        _end(f"the database: {error}. Nothing is lost: make room, or end what holds it, and try again")
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - what is left in the old one cannot be written any more
        sys.exit(1)
    except OSError as error:
        _end(f"{error.filename or 'output'}: {error.strerror or error}")


def _end(message: str) -> None:
    print(f"listener: {message}", file=sys.stderr)
    sys.exit(1)


def _prepare_output() -> None:
    """A closed stdout is one that nobody reads; a terminal that lacks a letter shows another."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for the life of the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
