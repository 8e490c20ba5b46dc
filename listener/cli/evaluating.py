"""`listener rules eval`: the rules measured on labelled text."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption, console, print_json, print_table
from listener.cli.rulebooks import RulesOption, load, progress_bar

if TYPE_CHECKING:
    from listener.evaluate import Evaluation
    from listener.model import Match


def evaluate(
    file: Annotated[Path, typer.Argument(help="Labelled text, one JSON object a line.", exists=True, dir_okay=False)],
    predictions: Annotated[Path | None, typer.Option(help="Write what was found, one JSON object a line.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the rules on labelled text: precision and recall a trigger, and the company."""
    from listener.evaluate import evaluate as run
    from listener.evaluate import prediction, read_rows

    book = load(config, rules)
    rows = list(read_rows(file))
    with (
        predictions.open("w", encoding="utf-8") if predictions else nullcontext() as out,
        progress_bar("Judging") as progress,
    ):

        def on_row(row: dict[str, Any], matches: tuple[Match, ...]) -> None:
            if out is not None:
                out.write(json.dumps(prediction(row, matches), ensure_ascii=False) + "\n")

        result = run(rows, book.matcher, on_row=on_row, progress=lambda done: progress(done, len(rows)))
    if as_json:
        print_json(result.as_json())
    else:
        _print_evaluation(result)
    raise typer.Exit(1 if book.errors else 0)


def _print_evaluation(result: Evaluation) -> None:
    figures = result.as_json()
    out = console()
    if result.labelled:
        every = [*figures["triggers"].items(), ("all", figures["micro"])]
        rows = [
            (
                name,
                *(f"{rates[key]:.3f}" for key in ("precision", "recall", "f1")),
                rates["tp"],
                rates["fp"],
                rates["fn"],
            )
            for name, rates in every
        ]
        print_table(("trigger", "precision", "recall", "F1", "right", "wrong", "missed"), rows, narrow=True)
        company = figures["company"]
        if company["total"]:
            out.print(f"company right: {company['correct']} of {company['total']} ({company['accuracy']:.1%})")
    else:
        out.print("No line has labels, so there is nothing to compare with.")
    out.print(f"{result.documents} documents, {figures['docs_per_second'] or 0:,.0f} a second")
