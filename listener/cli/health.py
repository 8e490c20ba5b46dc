"""`listener feeds health`: quiet or broken?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    console,
    open_store,
    print_json,
    printable,
    read_config,
    when,
)
from listener.core.as_json import when_json

if TYPE_CHECKING:
    from listener.core.health import Diagnosis
    from listener.model import Feed, RuleState


def health(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show how the feeds are, worst first, with what to do, and the rules in use.

    Exit code 1 when a feed is broken or gone, or a rule file was refused.
    """
    from listener import clock
    from listener.core.health import WORST_FIRST, diagnose
    from listener.model import Health

    with open_store(read_config(config)) as store:
        feeds, rules = store.feeds.all(), store.rule_state.get()
    found = [(feed, diagnose(feed, clock.now())) for feed in feeds]
    found.sort(key=lambda each: (WORST_FIRST.index(each[1].health), each[0].name.casefold()))
    if as_json:
        print_json([_as_json(feed, diagnosis) for feed, diagnosis in found])
    else:
        for state in WORST_FIRST:
            _show(state, [each for each in found if each[1].health is state])
        _show_rules(rules)
    refused = rules.refused if rules is not None else ()
    for error in refused:
        typer.echo(f"rules refused: {error}", err=True)
    broken = any(diagnosis.health in (Health.BROKEN, Health.GONE) for _, diagnosis in found)
    raise typer.Exit(broken or bool(refused))


def _show(state: str, found: Sequence[tuple[Feed, Diagnosis]]) -> None:
    """One group; nothing where it is empty."""
    if not found:
        return
    from rich.text import Text

    out = console()
    out.print(Text(f"{state}: {len(found)}", "bold"))
    for feed, diagnosis in found:
        out.print(Text(printable(f"  {feed.name}: {diagnosis.reason}")))
        if diagnosis.remedy:
            out.print(Text(printable(f"    {diagnosis.remedy}. {feed.url}"), "dim"))


def _show_rules(state: RuleState | None) -> None:
    """What the daemon last said of its rules."""
    from rich.text import Text

    if state is None:
        return
    words = f"  {state.rules} in use since {when(state.in_use_at)} UTC"
    if state.refused:
        words += f"; files with a mistake since {when(state.refused_at)} UTC: mend them, then they are taken"
    console().print(Text("rules", "bold"))
    console().print(Text(words))


def _as_json(feed: Feed, diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "url": feed.url,
        "name": feed.name,
        "health": diagnosis.health.value,
        "reason": diagnosis.reason,
        "remedy": diagnosis.remedy,
        "failures": feed.failures,
        "failing_since_at": when_json(feed.failing_since_at),
        "last_success_at": when_json(feed.last_success_at),
        "last_news_at": when_json(feed.last_news_at),
    }
