"""What the commands share: options, output, the database for a look."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from listener.config import Config
    from listener.store import Store

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000, help="At most so many, newest first.")]
_NARROW = 90
"""Below so many characters columns fold their words into unreadable strips."""
_WIDE = 400
"""Characters in a line of a file or a pipe: no cell is folded there."""
DEFAULT_CONFIG = Path("config.toml")


def read_config(path: Path) -> Config:
    """The configuration. Raises ConfigError."""
    from listener.config import environment, load_config

    return load_config(path, environment())


def ended_by_signals() -> threading.Event:
    """Set by SIGTERM and SIGINT from now on. As process 1 of a container, a program that asks for none gets none."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 feed", "2 feeds"; `many` where it is not `one` with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def console() -> Console:
    """Where people read: colours and width of the terminal, plain and wide elsewhere."""
    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    return Console(highlight=False, markup=False, soft_wrap=not is_terminal, width=None if is_terminal else _WIDE)


@contextlib.contextmanager
def open_store(config: Config) -> Iterator[Store]:
    """The database, beside a daemon that may be running. Raises StoreError where there is none yet."""
    from listener.errors import StoreError
    from listener.store import Store

    if not config.database.exists():
        raise StoreError(f"{config.database}: there is no database yet. Start `listener run` or `listener once` first")
    store = Store.open(config.database, migrate=False)
    try:
        yield store
    finally:
        store.close()


def printable(text: str) -> str:
    """Text from outside for a terminal: no control characters, which could rewrite the screen."""
    return "".join(char if char.isprintable() else " " for char in text)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, narrow: bool = False) -> None:
    """Columns without lines, or on a narrow terminal a block a row. Cells are shown as they are, harmless.

    `narrow`: the columns fit on 80 characters, so they stay columns.
    """
    out = console()
    if narrow or out.width >= _NARROW:
        out.print(_columns(headings, rows))
        return
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            if str(cell):
                out.print(f"{heading}: {printable(str(cell))}")
        out.print("")


def indented(text: Text, *, by: int) -> Padding:
    """So that a long line goes on under its beginning."""
    from rich.padding import Padding

    return Padding(text, (0, 0, 0, by), expand=False)


def _columns(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    columns = Table(box=None, pad_edge=False)
    for heading in headings:
        columns.add_column(heading)
    for row in rows:
        columns.add_row(*(Text(printable(str(cell))) for cell in row))
    return columns


def when(moment: datetime | None) -> str:
    """A moment for a table, in UTC; "never" where there is none."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"
