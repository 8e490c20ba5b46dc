"""What `listener doctor` looks at on this machine: what the operator wrote, the database, the disk, the daemon."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from listener.errors import StoreError

if TYPE_CHECKING:
    from listener.config import Config
    from listener.store import Store

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Signed requests of many services are refused beyond that. An unattended clock drifts by a minute a month."""


class Severity(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    LOOK = "look"  # somebody should know
    WRONG = "wrong"  # somebody has to do something


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one look came to."""

    check: str  # what was looked at
    severity: Severity
    what: str  # one line
    remedy: str | None = None  # what to do; None: nothing


def wrong(check: str, what: str, remedy: str | None) -> Finding:
    """A finding that fails the examination."""
    return Finding(check=check, severity=Severity.WRONG, what=what, remedy=remedy)


def look(check: str, what: str, remedy: str | None) -> Finding:
    """A finding to know of."""
    return Finding(check=check, severity=Severity.LOOK, what=what, remedy=remedy)


def fine(check: str, what: str) -> Finding:
    """A finding that asks for nothing."""
    return Finding(check=check, severity=Severity.OK, what=what)


def examine(config: Config, now: datetime) -> Iterator[Finding]:
    """Everything but the network, as it is found. Writes nothing."""
    yield from _configuration(config)
    yield from _disk(config)
    yield from _backups(config, now)
    yield from _database(config, now)


# --------------------------------------------------------------------------- what the operator wrote


def _configuration(config: Config) -> Iterator[Finding]:
    from listener.cli.checking import mistakes_in

    mistakes = mistakes_in(config)
    yield from (wrong("configuration", mistake, None) for mistake in mistakes)  # a mistake names its remedy
    if not mistakes:
        yield fine("configuration", f"{config.path}, its rules, accounts and destinations are in order")


# --------------------------------------------------------------------------- disk and backups


def _disk(config: Config) -> Iterator[Finding]:
    folder = _existing(config.database)
    free = shutil.disk_usage(folder).free
    words = f"{free / 1e6:.0f} MB are free in {folder}"
    if free < config.disk_reserve:
        remedy = "Free some space; set [retention] text or size, then `listener vacuum`"
        yield wrong("disk", f"{words}, less than listener.disk_reserve", remedy)
    else:
        yield fine("disk", words)


def _existing(path: Path) -> Path:
    return next(folder for folder in path.absolute().parents if folder.exists())


def _backups(config: Config, now: datetime) -> Iterator[Finding]:
    from listener.store.backup import newest

    folder, every = config.backup_folder, config.backup.every
    made = newest(folder)
    age = f"the newest in {folder} is of {made:%Y-%m-%d %H:%M} UTC" if made else f"there is none in {folder}"
    place = folder if folder.exists() else _existing(folder)
    if every is None:
        yield look("backups", f"none is made by itself; {age}", 'Set [backup] every = "24h"')
    elif not os.access(place, os.W_OK):
        yield wrong("backups", f"uid {os.getuid()} may not write to {place}", f"chown -R {os.getuid()} {place}")
    elif made is None or now - made > 2 * every:
        yield wrong("backups", age, "See `backup.failed` in the daemon's log, or make one: `listener backup`")
    else:
        yield fine("backups", age)


# --------------------------------------------------------------------------- the database


def _database(config: Config, now: datetime) -> Iterator[Finding]:
    from listener.store.opening import look as look_at

    path = config.database
    try:
        look_at(path)
        if not path.exists():
            yield fine("database", f"there is none at {path} yet; the first start makes it")
            return
        yield from _opened(config, now)
    except StoreError as error:
        yield wrong("database", str(error), None)
    except sqlite3.DatabaseError as error:
        yield _damaged(path, str(error))


def _opened(config: Config, now: datetime) -> Iterator[Finding]:
    from listener.store import Store, is_in_use

    store = Store.open_for_reading(config.database)
    try:
        damage = store.checkup.damage()
        if damage:
            yield _damaged(config.database, "; ".join(damage))
        else:
            yield fine("database", f"{config.database} is sound, {store.status.read(now).database_bytes / 1e6:.1f} MB")
        yield from _clock(store, now)
        yield from _work(config, store, now, runs=is_in_use(config.database))
        yield from _trouble(store, now)
    finally:
        store.close()


def _damaged(path: Path, how: str) -> Finding:
    remedy = f"End the daemon, keep a copy of {path}, then `listener restore` the newest backup"
    return wrong("database", f"{path} is damaged: {how}", remedy)


def _clock(store: Store, now: datetime) -> Iterator[Finding]:
    newest = store.checkup.newest()
    if newest is not None and newest > now + CLOCK_TOLERANCE:
        what = f"it is {now:%Y-%m-%d %H:%M} UTC here, but something was written at {newest:%Y-%m-%d %H:%M}"
        yield wrong("clock", what, "Set the clock (NTP); until it has caught up, what was put off waits too long")


def _work(config: Config, store: Store, now: datetime, *, runs: bool) -> Iterator[Finding]:
    """Does anybody work on what is due?"""
    from listener.core.readiness import stuck

    if not runs:
        waiting = sum(backlog.waiting for backlog in store.status.backlogs(now))
        held = store.checkup.under_way(now)
        what = f"none runs; {waiting} feeds, entries and deliveries are due, {held} were under way when it ended"
        yield look("daemon", what, "Start `listener run`: it goes on with them")
        return
    reasons = [f"{each.stage}: {why}" for each in store.status.backlogs(now) if (why := stuck(each, now))]
    reasons = list(dict.fromkeys([*reasons, *_told_by_daemon(config)]))
    yield from map(_not_at_work, reasons)
    if not reasons:
        yield fine("daemon", "it runs, and every stage does its work")


def _not_at_work(why: str) -> Finding:
    from listener.web.watch import STARTING

    if why == STARTING:
        return look("daemon", why, "After a minute at most it should be at work")
    return wrong("daemon", why, "See its log. It goes on by itself once the cause is gone; if not, start it again")


def _told_by_daemon(config: Config) -> list[str]:
    from listener.cli.ready import ask_daemon

    return list(ask_daemon(config)["problems"]) if config.web is not None and config.web.port else []


def _trouble(store: Store, now: datetime) -> Iterator[Finding]:
    """What has its own command, in a line each."""
    from listener.core.health import diagnose
    from listener.model import DeliveryState, DestinationHealth, Health

    feeds = [diagnose(feed, now).health for feed in store.feeds.all()]
    if bad := sum(health in (Health.BROKEN, Health.GONE) for health in feeds):
        yield look("feeds", f"{bad} of {len(feeds)} are broken or gone", "`listener feeds health` says which, and why")
    down = [each.name for each in store.destinations.all() if each.health is DestinationHealth.DOWN]
    if down:
        yield look("deliveries", f"{', '.join(down)}: no message goes through", "`listener alerts list`")
    if dead := store.deliveries.counts()[DeliveryState.DEAD]:
        yield look("deliveries", f"{dead} were given up", "`listener alerts list --state dead`, then `alerts retry`")
