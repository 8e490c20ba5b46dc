"""`listener doctor`: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, print_json, printable, read_config

if TYPE_CHECKING:
    from listener.cli.examining import Finding

_MARKS = {"ok": "ok   ", "look": "look ", "wrong": "WRONG"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no feed and no destination.")] = False,
) -> None:
    """Look for what is wrong and say what to do. Sends no message, writes nothing; may run beside the daemon.

    Exit code 1 when something is wrong.
    """
    found = []
    for finding in _findings(config, offline=offline):
        found.append(finding)
        if not as_json:
            typer.echo(printable(f"{_MARKS[finding.severity]}  {finding.check}: {finding.what}"))
            if finding.remedy:
                typer.echo(printable(f"         {finding.remedy}"))
    wrong = any(finding.severity == "wrong" for finding in found)
    if as_json:
        print_json({"ok": not wrong, "findings": [_as_json(finding) for finding in found]})
    raise typer.Exit(1 if wrong else 0)


def _findings(config: Path, *, offline: bool) -> Iterator[Finding]:
    from listener import clock
    from listener.cli.examining import examine, wrong
    from listener.cli.reaching import reach
    from listener.errors import ConfigError, InvalidConfig

    try:
        settings = read_config(config)
    except ConfigError as error:
        mistakes = error.problems if isinstance(error, InvalidConfig) else (error,)
        yield from (wrong("configuration", str(mistake), None) for mistake in mistakes)
        return
    yield from examine(settings, clock.now())
    if not offline:
        yield from reach(settings, clock.now())


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "what": finding.what,
        "remedy": finding.remedy,
    }
