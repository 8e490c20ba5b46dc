"""`listener rules`: what the rules are, whether they hold, and why they did or did not fire."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    console,
    print_json,
    print_table,
    printable,
    read_config,
)

if TYPE_CHECKING:
    from listener.core.match import Explanation
    from listener.evaluate import Evaluation
    from listener.model import Match
    from listener.rulebook import Rulebook

RulesOption = Annotated[
    list[Path] | None, typer.Option("--rules", help="A folder of rules instead of the configured ones.")
]

_MISSES_SHOWN = 8

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _rules() -> None:
    """The rules: what they are, whether they hold, why they fired or did not."""


def _load(config: Path, folders: list[Path] | None) -> Rulebook:
    """The compiled rules; the mistakes of files that were refused are said on stderr."""
    from listener.rulebook import compile_rulebook, read_rule_files

    book = compile_rulebook(read_rule_files(folders or read_config(config).rules))
    for error in book.errors:
        typer.echo(f"refused: {error}", err=True)
    return book


@app.command("list")
def list_rules(config: ConfigOption = DEFAULT_CONFIG, rules: RulesOption = None, as_json: JsonOption = False) -> None:
    """Show the rules with their triggers and phrases."""
    book = _load(config, rules)
    found = [
        {
            "id": rule.id,
            "trigger": rule.trigger.name,
            "lang": rule.trigger.lang,
            "weight": rule.trigger.weight,
            "where": rule.where,
            "phrases": [phrase.text for phrase in rule.phrases],
            "file": rule.path,
            "line": rule.line,
        }
        for rule in book.rules.rules
    ]
    if as_json:
        print_json(found)
    else:
        rows = [
            (r.id, r.trigger.lang, r.trigger.weight, len(r.phrases), f"{r.path}:{r.line}") for r in book.rules.rules
        ]
        print_table(("rule", "lang", "weight", "phrases", "file"), rows)
    raise typer.Exit(1 if book.errors else 0)


@app.command("test")
def run_examples(config: ConfigOption = DEFAULT_CONFIG, rules: RulesOption = None, as_json: JsonOption = False) -> None:
    """Check every rule file and run its examples."""
    from listener.rulebook import compile_rulebook, read_rule_files

    files = read_rule_files(rules or read_config(config).rules)
    book = compile_rulebook(files)
    good = book.rules
    if as_json:
        errors = [
            {
                "file": error.path,
                "line": error.line,
                "column": error.column,
                "problem": error.problem,
                "remedy": error.remedy,
            }
            for error in book.errors
        ]
        print_json(
            {"rules": len(good.rules), "examples": len(good.examples), "files": len(files.sources), "errors": errors}
        )
    else:
        for error in book.errors:
            typer.echo(str(error), err=True)
        counts = f"{len(files.sources)} files, {len(good.rules)} rules and {len(good.examples)} examples"
        typer.echo(f"{counts} hold, {len(book.errors)} mistakes")
    raise typer.Exit(1 if book.errors else 0)


@app.command("explain")
def explain(
    text: Annotated[str, typer.Argument(help="A headline, or any text.")],
    summary: Annotated[str, typer.Option(help="The text below the headline.")] = "",
    lang: Annotated[str, typer.Option(help="Its language.")] = "en",
    config: ConfigOption = DEFAULT_CONFIG,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the rules find in a text, and which came near and why they did not fire."""
    book = _load(config, rules)
    explanation = book.matcher.explain(text, summary, lang)
    scores = {id(match): _score(match, book) for match in explanation.matches}
    if as_json:
        print_json(
            {
                "matches": [_match_json(match, *scores[id(match)]) for match in explanation.matches],
                "misses": [
                    {"rule": miss.rule, "phrase": miss.phrase, "quote": miss.quote, "why": miss.why}
                    for miss in explanation.misses
                ],
            }
        )
        return
    _print_explanation(explanation, scores, lang in book.matcher.languages, lang)


def _score(match: Match, book: Rulebook) -> tuple[int, list[str]]:
    """What a lead from this match would score if it were published now."""
    from datetime import timedelta

    from listener.core.score import Evidence, confidence_of, score

    trigger = next(t for t in book.rules.triggers if (t.name, t.lang) == (match.trigger, match.lang))
    points, reasons = score(
        Evidence(
            label=trigger.label,
            weight=trigger.weight,
            half_life=trigger.half_life,
            where=match.where,
            hedged=match.hedged,
            outlets=1,
            age=timedelta(0),
            confidence=confidence_of(match),
        )
    )
    return points, [f"{reason.points:+d} {reason.why}" for reason in reasons]


def _match_json(match: Match, score: int, reasons: list[str]) -> dict[str, Any]:
    return {
        "trigger": match.trigger,
        "rule": match.rule,
        "company": match.company,
        "slots": dict(match.slots),
        "where": match.where,
        "quote": match.quote,
        "start": match.start,
        "end": match.end,
        "confidence": match.confidence,
        "hedged": match.hedged,
        "score": score,
        "reasons": reasons,
    }


def _print_explanation(
    explanation: Explanation, scores: dict[int, tuple[int, list[str]]], has_rules: bool, lang: str
) -> None:
    from rich.text import Text

    out = console()
    for match in explanation.matches:
        score, reasons = scores[id(match)]
        quote = Text("  ").append(printable(match.quote))
        quote.stylize("bold underline", 2 + match.start, 2 + match.end)
        out.print(Text(match.trigger, style="bold green").append(f"  {match.rule}", style="cyan"))
        out.print(quote)
        out.print(Text("  prospect    " + (match.company or "none found: no lead")))
        for name, value in match.slots.items():
            out.print(Text(f"  {name:<11} {printable(str(value))}"))
        out.print(Text(f"  score       {score}  ({', '.join(reasons)})"))
        hedge = f', hedged by "{printable(match.hedged)}"' if match.hedged else ""
        out.print(Text(f"  confidence  {match.confidence:.2f}, in the {match.where}{hedge}"))
    if not explanation.matches:
        out.print(
            Text("Nothing fires." if has_rules else f"Nothing fires: there are no rules for {lang!r}.", style="bold")
        )
    if explanation.misses:
        out.print(Text("Came near:", style="bold"))
    for miss in explanation.misses[:_MISSES_SHOWN]:
        out.print(Text(f"  {miss.rule}", style="cyan").append(f"  {printable(miss.why)}"))
        out.print(Text(f"      {miss.phrase}", style="dim"))
    if len(explanation.misses) > _MISSES_SHOWN:
        out.print(
            Text(f"  and {len(explanation.misses) - _MISSES_SHOWN} others, less near (--json has them)", style="dim")
        )
    if not explanation.matches and not explanation.misses and has_rules:
        out.print("No rule came near: none of their words is in the text.")


@app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled text, one JSON object a line.", exists=True, dir_okay=False)],
    predictions: Annotated[Path | None, typer.Option(help="Write what was found, one JSON object a line.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the rules on labelled text: precision and recall a trigger, and the company."""
    from contextlib import nullcontext

    from rich.progress import track

    from listener.evaluate import evaluate as run
    from listener.evaluate import prediction, read_rows

    book = _load(config, rules)
    rows = list(read_rows(file))
    shown = track(rows, "Judging", console=_progress_console(), transient=True) if sys.stderr.isatty() else rows
    with predictions.open("w", encoding="utf-8") if predictions else nullcontext() as out:

        def write(row: dict[str, Any], matches: tuple[Match, ...]) -> None:
            if out is not None:
                out.write(json.dumps(prediction(row, matches), ensure_ascii=False) + "\n")

        result = run(shown, book.matcher, on_row=write)
    if as_json:
        print_json(result.as_json())
    else:
        _print_evaluation(result)
    raise typer.Exit(1 if book.errors else 0)


def _progress_console() -> Any:
    from rich.console import Console

    return Console(stderr=True)


def _print_evaluation(result: Evaluation) -> None:
    figures = result.as_json()
    out = console()
    if result.labelled:
        every = [*figures["triggers"].items(), ("all", figures["micro"])]
        names = ("precision", "recall", "f1", "tp", "fp", "fn")
        rows = [(name, *(rates[key] for key in names)) for name, rates in every]
        print_table(("trigger", "precision", "recall", "F1", "right", "wrong", "missed"), rows)
        company = figures["company"]
        if company["total"]:
            out.print(f"company right: {company['correct']} of {company['total']} ({company['accuracy']:.1%})")
    else:
        out.print("No line has labels, so there is nothing to compare with.")
    out.print(f"{result.documents} documents, {figures['docs_per_second'] or 0:,.0f} a second")
