"""`listener backup`, `restore` and `vacuum`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from listener.cli.common import DEFAULT_CONFIG, ConfigOption, read_config


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (backup, restore, vacuum):
        app.command(command.__name__)(command)


def backup(
    folder: Annotated[Path | None, typer.Argument(help="Where to; [backup] folder if it is left out.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="How many backups stay there.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Copy the database, also while the daemon runs. The copy is verified; older ones beyond --keep are removed."""
    from listener import clock
    from listener.errors import StoreError
    from listener.store.backup import back_up

    settings = read_config(config)
    if not settings.database.exists():
        raise StoreError(
            f"{settings.database}: there is no database yet. Start `listener run` or `listener once` first"
        )
    target = folder or settings.backup_folder
    made = back_up(settings.database, target, now=clock.now(), keep=keep or settings.backup.keep)
    typer.echo(f"{made}: {made.stat().st_size / 1_000_000:.1f} MB, verified")


def restore(
    backup: Annotated[Path, typer.Argument(help="The file to put in the place of the database.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Put a backup in the place of the database. The daemon must not run; the database of now is kept beside it."""
    from listener import clock
    from listener.store import lock_database
    from listener.store.backup import restore

    database = read_config(config).database
    with lock_database(database):
        kept = restore(backup, database, now=clock.now())
    typer.echo(f"{database} is now {backup}." + (f" The one from before is kept as {kept}." if kept else ""))


def vacuum(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Give the room of removed texts back to the disk. The daemon must not run."""
    from listener.cli.common import open_store
    from listener.store import lock_database
    from listener.store.backup import vacuum

    settings = read_config(config)
    with lock_database(settings.database):
        with open_store(settings):
            pass  # says what is wrong with it, if anything
        saved = vacuum(settings.database)
    typer.echo(f"{settings.database}: {saved / 1_000_000:.1f} MB given back")
