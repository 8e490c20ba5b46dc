"""What the commands of `listener rules` share: the rules, their mistakes as an editor sees them, a progress bar."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from listener.cli.common import read_config

if TYPE_CHECKING:
    from listener.errors import RuleError
    from listener.rulebook import Rulebook, RuleFiles

RulesOption = Annotated[
    list[Path] | None, typer.Option("--rules", help="A folder of rules instead of the configured ones.")
]


def load(config: Path, folders: list[Path] | None) -> Rulebook:
    """The compiled rules; the mistakes of files that were refused are said on stderr."""
    from listener.rulebook import compile_rulebook, read_rule_files

    files = read_rule_files(folders or read_config(config).rules)
    book = compile_rulebook(files)
    say_mistakes(book.errors, files)
    return book


def say_mistakes(errors: Sequence[RuleError], files: RuleFiles) -> None:
    """Each mistake on stderr, with the line that it is in."""
    for error in errors:
        typer.echo(f"{error}\n{_line_of(error, files)}", err=True)


def _line_of(error: RuleError, files: RuleFiles) -> str:
    """The line of a mistake as it stands in the file, a mark under its column; "" where no line is to blame."""
    text = next((source.text for source in files.sources if source.path == error.path), "")
    lines = text.splitlines()
    if error.line is None or error.line > len(lines):
        return ""
    line = lines[error.line - 1].rstrip()
    shown = f"    {line}\n"
    if error.column is None or error.column > len(line) + 1:
        return shown
    margin = "".join("\t" if char == "\t" else " " for char in line[: error.column - 1])
    return f"{shown}    {margin}^\n"


@contextlib.contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """Takes (done, total): a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None  # noqa: ARG005 - nobody sees it
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(None), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
