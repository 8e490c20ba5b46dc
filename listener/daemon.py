"""The daemon: a handful of scheduled ticks, and an orderly end.

What is due is a question to the database, so the ticks are only how often it is asked: a restart
forgets nothing, and a tick that takes long makes the next one find more.
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING

from listener.app import App, back_up_if_due, free_bytes, link_key, tidy
from listener.errors import ListenerError, RuleError
from listener.logs import Event
from listener.pulse import Pulse
from listener.store.opening import unusable
from listener.web.leads import LeadPages, with_lead_pages
from listener.web.server import serving
from listener.web.watch import Watched, watch_app

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("listener.daemon")

TICK_SECONDS = 0.5
"""How long something due may lie before it is noticed. Three indexed queries a tick cost nothing."""
RULES_SECONDS = 2.0
"""How soon an edited rule or account file is noticed. Read again, not watched: that works on any mount."""
NOTICES_SECONDS = 10.0
"""How soon the operator hears of trouble, and a rep that a digest has nothing to tell."""
SNOOZES_SECONDS = 10.0
"""How late a snoozed lead may come back; snoozes are meant in days."""
BACKUP_SECONDS = 60.0
"""How soon a backup that is due is made."""
RETENTION_SECONDS = 86_400.0
"""A day more or less does not matter to what is kept for months."""
STOP_GRACE = timedelta(seconds=8)
"""For what is under way when the end is asked for; containers get 10 s before they are killed."""


class Daemon:
    """Runs the stages until `stop` is set."""

    def __init__(self, app: App, stop: threading.Event) -> None:
        self._app = app
        self._stop = stop
        self._reload = threading.Event()
        self._no_rules: RuleError | None = None  # why the start came to nothing
        self.pulse = Pulse()

    def run(self, *, on_start: Callable[[], None] | None = None) -> None:
        """Run until the end is asked for; SIGHUP reads the rules again.

        Feeds are polled at once, while the rules are compiled; calls `on_start` when they are in use. Raises
        RuleError at the start, when there are no rules to judge by. What is under way at the end is finished, or given
        back for the next start, within `STOP_GRACE`.
        """
        signal.signal(signal.SIGHUP, lambda *_: self._reload.set())
        with self._watched():
            scheduler = self._schedule()
            config = self._app.config
            log.info(Event("daemon.started", feeds=len(config.feeds), database=config.database))
            scheduler.start()
            try:
                self._wait(scheduler, on_start)
            finally:
                self._wind_up(scheduler)
        if self._no_rules is not None:
            raise self._no_rules

    def _wait(self, scheduler: BackgroundScheduler, on_start: Callable[[], None] | None) -> None:
        """Until the end is asked for."""
        while not self._stop.wait(TICK_SECONDS):
            if on_start is not None and self._app.rules.are_in_use:
                on_start()
                on_start = None
            if self._reload.is_set():
                self._reload.clear()
                scheduler.modify_job("rules", next_run_time=self._app.clock())

    def _watched(self) -> AbstractContextManager[object]:
        """Health and metrics over HTTP, if they are wanted."""
        config, app = self._app.config, self._app
        if config.web is None:
            return nullcontext()
        watched = Watched(
            store=app.store,
            pulse=self.pulse,
            rules_in_use=lambda: app.rules.are_in_use,
            rule_errors=lambda: app.rules.errors,
            free_bytes=lambda: free_bytes(config),
            clock=app.clock,
        )
        token = config.web_token.get_secret_value() if config.web_token else None
        site = watch_app(watched, token=token)
        if config.public_url is not None:
            pages = LeadPages(
                store=app.store,
                key=link_key(app.store),
                routing=config.routing,
                zone=config.timezone,
                currency=config.currency,
                clock=app.clock,
            )
            site = with_lead_pages(site, pages)
        return serving(site, host=config.web.host, port=config.web.port)

    def _schedule(self) -> BackgroundScheduler:
        """One job a stage. A job that runs late runs all the same, once, and never beside itself."""
        from apscheduler.schedulers.background import BackgroundScheduler

        scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        for logger in ("apscheduler.scheduler", "apscheduler.executors.default"):
            logging.getLogger(logger).setLevel(logging.ERROR)  # "maximum number of running instances" is the plan here

        def hurry(name: str) -> None:
            """Run a job now, since there is work for it."""
            if not self._stop.is_set():
                scheduler.modify_job(name, next_run_time=self._app.clock())

        def poll() -> None:
            self._app.poll.run(stop=self._stop, progress=lambda done: hurry("judge") if done.new_entries else None)

        def judge() -> None:
            if self._app.rules.are_in_use and self._app.judge.run(stop=self._stop).queued:
                hurry("deliver")

        def accounts() -> None:
            if self._app.rules.are_in_use:  # their languages say which dictionaries are asked
                self._app.accounts.reload()

        jobs: dict[str, tuple[Callable[[], object], float]] = {
            "poll": (poll, TICK_SECONDS),
            "judge": (judge, TICK_SECONDS),
            "deliver": (lambda: self._app.deliver.run(stop=self._stop), TICK_SECONDS),
            "digests": (self._app.empty_digests.run, NOTICES_SECONDS),
            "snoozes": (self._app.snoozes.run, SNOOZES_SECONDS),
            "notices": (self._app.notices.run, NOTICES_SECONDS),
            "rules": (self._read_rules, RULES_SECONDS),
            "accounts": (accounts, RULES_SECONDS),
            "backup": (lambda: back_up_if_due(self._app), BACKUP_SECONDS),
            "retention": (lambda: tidy(self._app), RETENTION_SECONDS),
        }
        for name, (work, seconds) in jobs.items():
            scheduler.add_job(
                self._tick, "interval", (name, work), id=name, seconds=seconds, next_run_time=self._app.clock()
            )
        return scheduler

    def _read_rules(self) -> None:
        """Without any rules the daemon ends; trouble of the disk it survives, as all jobs do."""
        try:
            self._app.rules.reload()
        except RuleError as error:
            self._no_rules = error
            self._stop.set()

    def _tick(self, name: str, work: Callable[[], object]) -> None:
        """One run of a job. Trouble is told once, when it begins, and again when it is over."""
        if self._stop.is_set():
            return
        began = self._app.clock()
        try:
            work()
            if self.pulse.in_trouble(name):
                self._app.store.probe()  # a run that found nothing to do proves nothing
        except sqlite3.Error as error:
            self._trouble(name, f"{unusable(self._app.config.database, error)} Nothing is lost; it is tried again.")
        except (ListenerError, OSError) as error:
            self._trouble(name, f"{error}. It is tried again.")
        except Exception as error:
            if self._stop.is_set():
                return
            log.exception(Event(f"{name}.broken"))
            self.pulse.failed(name, f"{type(error).__name__}: see the log")
        else:
            now = self._app.clock()
            if self.pulse.ended(name, now - began, now):
                log.info(Event(f"{name}.recovered"))

    def _trouble(self, name: str, trouble: str) -> None:
        """What fails once the end was asked for is due again at the next start, and no news."""
        if self._stop.is_set():
            return
        if self.pulse.failed(name, trouble):
            log.error(Event(f"{name}.failed", trouble))

    def _wind_up(self, scheduler: BackgroundScheduler) -> None:
        self._stop.set()
        log.info(Event("daemon.stopping"))
        self._app.executor.kill_apart()
        ending = threading.Thread(target=scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(STOP_GRACE.total_seconds())
        if ending.is_alive():
            log.warning(Event("daemon.cut_short", "what was under way is due again at the next start"))
            self._app.notifier.abandon()
            self._app.executor.kill()
            if self._no_rules is not None:
                log.error(Event("rules.failed", str(self._no_rules)))
            logging.shutdown()
            os._exit(0 if self._no_rules is None else 1)
        log.info(Event("daemon.stopped"))
