"""`listener accounts`: the companies that leads are wanted of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    LimitOption,
    console,
    counted,
    print_json,
    print_table,
    printable,
    read_config,
)
from listener.core.as_json import account_json

if TYPE_CHECKING:
    from listener.accountbook import AccountFiles
    from listener.model import Account

app = typer.Typer(help="The accounts.", no_args_is_help=True)


@app.command("list")
def list_accounts(config: ConfigOption = DEFAULT_CONFIG, limit: LimitOption = 50, as_json: JsonOption = False) -> None:
    """Show the accounts, in the order of their files."""
    files = _files(config)
    accounts = files.accounts[:limit]
    if as_json:
        print_json([account_json(account) for account in accounts])
        return
    if not accounts:
        console().print("No accounts. Name their CSV files in config.toml: [accounts] files")
        return
    headings = ("name", "domain", "aliases", "owner", "segment", "territory", "industry", "employees")
    print_table(headings, [_row(account) for account in accounts])
    if len(files.accounts) > limit:
        console().print(f"and {len(files.accounts) - limit} more: --limit {len(files.accounts)} shows all")


@app.command("check")
def check_accounts(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Read the account files and show every row that is skipped; exit code 1 when there is one."""
    files = _files(config)
    if as_json:
        print_json({"accounts": len(files.accounts), "problems": list(files.problems)})
    else:
        out = console()
        for problem in files.problems:
            out.print(printable(problem))
        skipped = f", {counted(len(files.problems), 'problem')}" if files.problems else ""
        out.print(f"{counted(len(files.accounts), 'account')}{skipped}")
    raise typer.Exit(bool(files.problems))


def _files(config: ConfigOption) -> AccountFiles:
    from listener.accountbook import read_account_files

    return read_account_files(read_config(config).accounts)


def _row(account: Account) -> tuple[object, ...]:
    shown = account_json(account) | {"aliases": "; ".join(account.aliases)}
    return tuple("" if value is None else value for value in shown.values())
