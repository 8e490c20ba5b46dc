"""`listener rules backtest`: what an edit of the rules would have changed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    console,
    indented,
    print_json,
    print_table,
    printable,
    read_config,
)
from listener.cli.rulebooks import progress_bar
from listener.core.as_json import when_json
from listener.core.comparison import RIGHT, WRONG

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from listener.backtest import Backtest
    from listener.config import Config
    from listener.core.comparison import Counts, FoundLead, Story, Verdicts
    from listener.rulebook import RulesInUse

_HEADINGS = {
    "lost": "Lost: found now, and no more by the candidate rules",
    "added": "Added: found by the candidate rules alone",
    "renamed": "Renamed: the same news, another prospect",
}


def backtest_rules(
    since: Annotated[str, typer.Option(metavar="DURATION", help="How far to look back: 30d, 12h ...")] = "30d",
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules",
            help="A folder of candidate rules. Without it the configured ones are compared with "
            "the leads that are stored.",
        ),
    ] = None,
    samples: Annotated[int, typer.Option(min=0, max=100, help="How many leads of each kind to show.")] = 5,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Try candidate rules on stored entries: leads added and lost, alerts a week, precision. Writes nothing.

    Exit code 1 where a candidate file has a mistake, and nothing was compared.
    """
    settings = read_config(config)
    result = _run(settings, rules, _duration(since))
    if as_json:
        print_json(_as_json(result))
    else:
        _print(result, against="the rules in use" if rules else "the leads that are stored", samples=samples)


def _duration(text: str) -> timedelta:
    from listener.config_values import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from error


def _run(settings: Config, folders: list[Path] | None, span: timedelta) -> Backtest:
    import os

    from listener import clock
    from listener.accountbook import AccountKeeper
    from listener.backtest import backtest
    from listener.executor import make_executor
    from listener.judge_stage import Policy
    from listener.store import Store

    now, cores = clock.now(), os.cpu_count() or 1
    executor = make_executor(cores)
    try:
        candidate = _checked(folders or settings.rules, executor, must_hold=True)
        in_use = _checked(settings.rules, executor, must_hold=False) if folders else None
        with contextlib.closing(Store.open_for_reading(settings.database)) as store, progress_bar("Judging") as show:
            return backtest(
                store,
                executor,
                candidate=candidate,
                in_use=in_use,
                accounts=AccountKeeper(settings.accounts, executor, lambda: _languages(candidate)).in_use(),
                policy=Policy(
                    routing=settings.routing, alert_since=settings.poll.alert_since, profile=settings.profile
                ),
                since=now - span,
                until=now,
                in_flight=2 * cores,
                progress=show,
            )
    finally:
        executor.kill()


def _languages(rules: RulesInUse) -> set[str]:
    return {trigger.lang for trigger in rules.triggers}


def _checked(folders: Sequence[Path], executor: Executor, *, must_hold: bool) -> RulesInUse:
    """Rules whose examples hold. Mistakes are said; those of a candidate end the command."""
    from listener.rulebook import check_rules, read_rule_files

    check = check_rules(read_rule_files(folders), executor)
    for error in check.errors:
        typer.echo(error, err=True)
    if check.errors and must_hold:
        typer.echo("Nothing was compared: mend the candidate rules first, as `listener rules test` says.", err=True)
        raise typer.Exit(1)
    return check.good


# --------------------------------------------------------------------------- for programs


def _as_json(result: Backtest) -> dict[str, Any]:
    comparison = result.comparison
    people = sorted(comparison.alerts_before | comparison.alerts_after)
    return {
        "since": when_json(result.since),
        "until": when_json(result.until),
        "entries": comparison.entries,
        "failed": result.failed,
        "leads": _counts_json(comparison.all),
        "triggers": {name: _counts_json(counts) for name, counts in sorted(comparison.triggers.items())},
        "alerts_per_week": {
            name: {
                "before": round(comparison.alerts_before[name] / result.weeks, 1),
                "after": round(comparison.alerts_after[name] / result.weeks, 1),
            }
            for name in people
        },
        **{kind: [_story_json(story) for story in some.stories] for kind, some in comparison.samples.items()},
    }


def _counts_json(counts: Counts) -> dict[str, Any]:
    return {
        "before": counts.before,
        "after": counts.after,
        **{kind: counts.kinds[kind] for kind in ("kept", "added", "lost", "renamed")},
        "verdicts": {
            "before": _verdicts_json(counts.verdicts_before),
            "after": _verdicts_json(counts.verdicts_after),
            "lost": _verdicts_json(counts.verdicts_lost),
        },
    }


def _verdicts_json(verdicts: Verdicts) -> dict[str, Any]:
    precision = None if verdicts.precision is None else round(verdicts.precision, 3)
    return {"right": verdicts.right, "wrong": verdicts.wrong, "precision": precision}


def _story_json(story: Story) -> dict[str, Any]:
    assert story.entry is not None
    return {
        "entry": story.entry.id,
        "trigger": story.trigger,
        "title": story.entry.title,
        "url": story.entry.url,
        "seen_at": when_json(story.entry.first_seen_at),
        "before": _lead_json(story.before),
        "after": _lead_json(story.after),
        "verdict": story.verdict,
    }


def _lead_json(lead: FoundLead | None) -> dict[str, Any] | None:
    if lead is None:
        return None
    return {"company": lead.company, "rule": lead.rule, "score": lead.score, "quote": lead.quote}


# --------------------------------------------------------------------------- for people


def _print(result: Backtest, *, against: str, samples: int) -> None:
    comparison, out = result.comparison, console()
    days = (result.until - result.since).total_seconds() / 86_400
    out.print(f"{comparison.entries} entries of {days:.0f} days, candidate rules against {against}:")
    if not comparison.entries:
        out.print("There is nothing to compare: no entry is that young. Look further back with --since.")
        return
    if result.failed:
        out.print(f"{result.failed} entries could not be judged.")
    out.print("")
    rows = [*sorted(comparison.triggers.items()), ("all", comparison.all)]
    headings = ("trigger", "before", "after", "added", "lost", "renamed", "precision")
    print_table(headings, [_row(name, counts) for name, counts in rows], narrow=True)
    _print_alerts(result)
    _print_verdicts(comparison.all)
    for kind in _HEADINGS:
        _print_samples(kind, comparison.samples[kind].stories, comparison.all.kinds[kind], samples)


def _row(name: str, counts: Counts) -> tuple[object, ...]:
    kinds = (counts.kinds[kind] or "" for kind in ("added", "lost", "renamed"))
    precisions = [each.precision for each in (counts.verdicts_before, counts.verdicts_after)]
    shown = ["-" if precision is None else f"{precision:.0%}" for precision in precisions]
    return name, counts.before, counts.after, *kinds, "" if shown == ["-", "-"] else " > ".join(shown)


def _print_alerts(result: Backtest) -> None:
    before, after = result.comparison.alerts_before, result.comparison.alerts_after
    if not before and not after:
        return
    console().print("\nAlerts a week:")
    weeks = result.weeks
    rows = [
        (f"  {name}", f"{before[name] / weeks:.1f}", f"{after[name] / weeks:.1f}") for name in sorted(before | after)
    ]
    print_table(("", "before", "after"), rows, narrow=True)


def _print_verdicts(counts: Counts) -> None:
    """How sure the precision is, and what was thrown out with the bad."""
    before, lost = counts.verdicts_before, counts.verdicts_lost
    if before.precision is None:
        console().print("\nNo lead of this time has a verdict, so precision is not known.")
        return
    words = f"\nPrecision is that of {before.right + before.wrong} leads with a verdict."
    if lost.right + lost.wrong:
        words += f" Of those lost, {lost.right} were right and {lost.wrong} wrong."
    console().print(words)


def _print_samples(kind: str, stories: Sequence[Story], total: int, most: int) -> None:
    from rich.text import Text

    if not total or not most:
        return
    step = max(1, len(stories) // most)
    shown = stories[::step][:most]
    out = console()
    out.print(Text(f"\n{_HEADINGS[kind]}", "bold").append(f" ({len(shown)} of {total})", "dim"))
    for story in shown:
        for line in _sample(story):
            out.print(line)


def _sample(story: Story) -> Iterator[Any]:
    from rich.text import Text

    found = story.after or story.before
    assert found is not None
    assert story.entry is not None
    who = found.company
    if story.before and story.after:
        who = f"{story.before.company} > {story.after.company}"
    head = Text(f"  {printable(who)}", "bold").append(f"  {found.rule}", "cyan").append(f"  {found.score}", "default")
    verdict = f"  {story.verdict}" if story.verdict in RIGHT | WRONG else ""
    yield head.append(verdict, "yellow").append(f"  entry {story.entry.id}", "dim")
    yield indented(Text(f"“{printable(found.quote)}”"), by=4)
