"""`listener rules`: what the rules are, whether they hold, and a file to begin a new one with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.backtesting import backtest_rules
from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    console,
    counted,
    indented,
    open_store,
    print_json,
    print_table,
    read_config,
)
from listener.cli.evaluating import evaluate
from listener.cli.explaining import explain
from listener.cli.lead_views import rate_json
from listener.cli.rulebooks import RulesOption, load, say_mistakes
from listener.core.money import in_words
from listener.errors import StoreError

if TYPE_CHECKING:
    from listener.core.rules import Rule, Trigger
    from listener.errors import RuleError
    from listener.model import HitRate
    from listener.rulebook import Rulebook

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _rules() -> None:
    """The rules: what they are, whether they hold, why they fired or did not."""


@app.command("list")
def list_rules(
    triggers: Annotated[list[str] | None, typer.Argument(help="Show the phrases of these triggers.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the triggers with their rules and how often they were right; with names, the phrases of these."""
    book = load(config, rules)
    known = {trigger.name for trigger in book.rules.triggers}
    for name in triggers or ():
        if name not in known:
            raise typer.BadParameter(f"there is no trigger {name!r}. There are {', '.join(sorted(known))}")
    shown = [rule for rule in book.rules.rules if not triggers or rule.trigger.name in triggers]
    hits = _hits(config, rules)
    if as_json:
        print_json([_rule_json(rule, hits) for rule in shown])
    elif triggers:
        _print_phrases(shown, hits)
    else:
        _print_triggers(book, hits)
    raise typer.Exit(1 if book.errors else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hits:
    """How often the leads of each rule were right."""

    by_rule: Mapping[tuple[str, str], HitRate]  # by id and language; a rule that found nothing has none
    currency: str | None

    def of(self, rules: Iterable[Rule]) -> str:
        """Of all these rules together, in words: "80% of 10"; "" where nobody has said anything."""
        known = [self.by_rule[key] for rule in rules if (key := (rule.id, rule.trigger.lang)) in self.by_rule]
        right, judged = sum(rate.right for rate in known), sum(rate.right + rate.wrong for rate in known)
        return f"{right / judged:.0%} of {judged}" if judged else ""


def _hits(config: Path, folders: list[Path] | None) -> _Hits:
    """Those of the configured rules, where there is a database; what is wrong with it is said on stderr."""
    settings = None if folders else read_config(config)
    if settings is None or not settings.database.exists():
        return _Hits(by_rule={}, currency=None)
    try:
        with open_store(settings) as store:
            rates = store.followup.hit_rates("rule")
    except StoreError as error:
        typer.echo(f"without hit rates: {error}", err=True)
        rates = []
    return _Hits(by_rule={(rate.name, rate.lang or ""): rate for rate in rates}, currency=settings.currency)


def _rule_json(rule: Rule, hits: _Hits) -> dict[str, Any]:
    rate = hits.by_rule.get((rule.id, rule.trigger.lang))
    return {
        "id": rule.id,
        "trigger": rule.trigger.name,
        "lang": rule.trigger.lang,
        "weight": rule.trigger.weight,
        "where": rule.where,
        "phrases": [phrase.text for phrase in rule.phrases],
        "file": rule.path,
        "line": rule.line,
        "hits": rate_json(rate, hits.currency) if rate else None,
    }


def _print_triggers(book: Rulebook, hits: _Hits) -> None:
    """A line a trigger and language: narrow enough for any terminal."""
    rows = []
    for trigger in book.rules.triggers:
        rules = [rule for rule in book.rules.rules if rule.trigger == trigger]
        phrases = sum(len(rule.phrases) for rule in rules)
        examples = [e for e in book.rules.examples if (e.trigger, e.lang) == (trigger.name, trigger.lang)]
        rows.append((trigger.name, trigger.lang, trigger.weight, len(rules), phrases, len(examples), hits.of(rules)))
    headings = ("trigger", "lang", "weight", "rules", "phrases", "examples", "right")
    print_table(headings, rows, narrow=True)


def _print_phrases(rules: list[Rule], hits: _Hits) -> None:
    from rich.text import Text

    out = console()
    for rule in rules:
        head = Text(rule.id, "bold cyan").append(f"  {rule.trigger.lang}", "default")
        head.append(f"  {rule.path}:{rule.line}", "dim")
        if rate := hits.by_rule.get((rule.id, rule.trigger.lang)):
            head.append(f"  {_in_words(rate, hits)}", "green")
        out.print(head)
        for phrase in rule.phrases:
            out.print(indented(Text(phrase.text), by=4))


def _in_words(rate: HitRate, hits: _Hits) -> str:
    judged = rate.right + rate.wrong
    right = f"{rate.precision:.0%} of {judged} right" if rate.precision is not None else "no verdict yet"
    won = f", {rate.won} won, {in_words(rate.value, hits.currency)}" if rate.won else ""
    return f"{rate.leads} lead{'s' * (rate.leads != 1)}, {right}{won}"


@app.command("test")
def run_examples(config: ConfigOption = DEFAULT_CONFIG, rules: RulesOption = None, as_json: JsonOption = False) -> None:
    """Check every rule file and run its examples."""
    from listener.rulebook import compile_rulebook, read_rule_files

    files = read_rule_files(rules or read_config(config).rules)
    book = compile_rulebook(files)
    good, errors = book.rules, book.errors
    if as_json:
        sizes = {"rules": len(good.rules), "examples": len(good.examples), "files": len(files.sources)}
        print_json({**sizes, "errors": [_error_json(error) for error in errors]})
    else:
        say_mistakes(errors, files)
        bad = len({error.path for error in errors})
        of_files = f"{counted(len(files.sources) - bad, 'file')}, {counted(len(good.rules), 'rule')}"
        counts = f"{of_files} and {counted(len(good.examples), 'example')}"
        refused = f"; {bad} refused" if bad else ""
        typer.echo(f"{counts} hold{refused}, {counted(len(errors), 'mistake')}")
    raise typer.Exit(1 if errors else 0)


def _error_json(error: RuleError) -> dict[str, Any]:
    return {
        "file": error.path,
        "line": error.line,
        "column": error.column,
        "problem": error.problem,
        "remedy": error.remedy,
    }


@app.command("new")
def new_file(
    trigger: Annotated[str, typer.Argument(help="The kind of event: lower-case letters and '_'.")],
    lang: Annotated[str, typer.Option(help="The language of its phrases: en, de or ru.")] = "en",
    config: ConfigOption = DEFAULT_CONFIG,
    rules: Annotated[Path | None, typer.Option("--rules", help="The folder to write it into.")] = None,
) -> None:
    """Write a commented rule file to begin with. It holds as it is: change it bit by bit."""
    from listener.core.rules import RuleSource
    from listener.core.skeleton import skeleton
    from listener.rulebook import RuleFiles, compile_rulebook

    folder = rules or read_config(config).rules[0]
    path = folder / lang / f"{trigger}.toml"
    source = RuleSource(path=str(path), text=skeleton(trigger, lang, like=_siblings(folder, trigger)))
    for error in compile_rulebook(RuleFiles(sources=(source,))).errors:
        raise typer.BadParameter(f"{error.problem}. {error.remedy}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(source.text)
    except FileExistsError:
        typer.echo(f"{path} is there already, and is left as it is. Edit it, or choose another name.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{path} is written. Edit it, then: listener rules test" + (f" --rules {rules}" if rules else ""))


def _siblings(folder: Path, trigger: str) -> Trigger | None:
    """The trigger as another language has it; None: it is new."""
    from listener.rulebook import compile_rulebook, read_rule_files

    if not any(folder.glob(f"*/{trigger}.toml")):
        return None
    book = compile_rulebook(read_rule_files([folder]))
    return next((known for known in book.rules.triggers if known.name == trigger), None)


app.command("explain")(explain)
app.command("eval")(evaluate)
app.command("backtest")(backtest_rules)
