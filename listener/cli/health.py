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
    when_json,
)

if TYPE_CHECKING:
    from listener.core.health import Diagnosis
    from listener.model import Feed


def health(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show how the feeds are, worst first, with what to do. Exit code 1 when one is broken or gone."""
    from listener import clock
    from listener.core.health import WORST_FIRST, diagnose
    from listener.model import Health

    with open_store(read_config(config)) as store:
        feeds = store.feeds.all()
    found = [(feed, diagnose(feed, clock.now())) for feed in feeds]
    found.sort(key=lambda each: (WORST_FIRST.index(each[1].health), each[0].name.casefold()))
    if as_json:
        print_json([_as_json(feed, diagnosis) for feed, diagnosis in found])
    else:
        for state in WORST_FIRST:
            _show(state, [each for each in found if each[1].health is state])
    raise typer.Exit(any(diagnosis.health in (Health.BROKEN, Health.GONE) for _, diagnosis in found))


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
