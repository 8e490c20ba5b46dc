"""The composition root: one configuration, everything wired together."""

from __future__ import annotations

import contextlib
import logging
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from listener import __version__
from listener.accountbook import AccountKeeper
from listener.briefing import common_ground, reader_of
from listener.config import Config
from listener.core import story
from listener.core.links import PATH, sign
from listener.deliver import DeliverStage
from listener.empty_digests import EmptyDigestStage
from listener.executor import InlineExecutor, WorkerPool, make_executor
from listener.followup import SnoozeStage
from listener.judge_stage import JudgeStage, JudgeSummary, Policy
from listener.logs import Event
from listener.message import Personal
from listener.model import Delivery, Feed, FeedRequest, Lead
from listener.notices import NoticeStage
from listener.notify import Notifier
from listener.poll import PollStage, PollSummary, Schedule
from listener.rulebook import RuleKeeper, RulesInUse
from listener.sources.http import FetchLimits
from listener.store import Store, lock_database
from listener.store.backup import back_up, newest
from listener.templating import Templates
from listener.trouble import Lookout

if TYPE_CHECKING:
    from listener.sources.demo import DemoSite

log = logging.getLogger("listener.app")


@dataclass(slots=True, kw_only=True)
class App:
    """The stages of a running listener, and what they share."""

    config: Config
    store: Store
    executor: WorkerPool | InlineExecutor
    rules: RuleKeeper
    accounts: AccountKeeper
    notifier: Notifier
    poll: PollStage
    judge: JudgeStage
    deliver: DeliverStage
    snoozes: SnoozeStage
    notices: NoticeStage
    empty_digests: EmptyDigestStage
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSummary:
    """What one full cycle did."""

    poll: PollSummary
    judge: JudgeSummary
    sent: int
    failed: int  # attempts that failed; all but the dead ones are made again
    queued: int  # deliveries that wait, now or for a retry
    took: timedelta

    def as_json(self) -> dict[str, Any]:
        """The summary, as `once --json` prints it."""
        poll, judge = self.poll, self.judge
        return {
            "feeds": {
                "polled": poll.polled,
                "changed": poll.changed,
                "not_modified": poll.not_modified,
                "failed": poll.failed,
            },
            "entries": {"new": poll.new_entries},
            "matches": judge.matches,
            "leads": {"new": judge.new, "updated": judge.updated, "suppressed": judge.suppressed},
            "deliveries": {"sent": self.sent, "queued": self.queued, "failed": self.failed},
            "seconds": round(self.took.total_seconds(), 3),
        }


@contextlib.contextmanager
def open_app(
    config: Config,
    *,
    clock: Callable[[], datetime],
    on_lead: Callable[[Lead], None] | None = None,
    demo: DemoSite | None = None,
) -> Iterator[App]:
    """Open the database as its one daemon and wire the stages.

    `demo` answers for feeds of the scheme "demo:". Raises StoreError when the database cannot be used or
    another daemon has it. What an earlier daemon had claimed and not finished is due again.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock_database(config.database))
        store = Store.open(config.database)
        stack.callback(store.close)
        store.feeds.release_all()
        store.deliveries.release_all()
        store.deliveries.hasten_all(clock())
        store.destinations.wake()
        store.feeds.sync(config.feeds, clock())
        executor = make_executor(config.workers)
        stack.callback(executor.kill)
        rules = RuleKeeper(
            config.rules, executor.apart, on_change=_rule_recorder(store, clock), memory=store.checked_rules
        )
        accounts = AccountKeeper(
            config.accounts, executor, lambda: {trigger.lang for trigger in rules.in_use().triggers}
        )
        notifier = Notifier({name: url.get_secret_value() for name, url in config.destinations.items()}, clock=clock)
        yield App(
            config=config,
            store=store,
            executor=executor,
            rules=rules,
            accounts=accounts,
            notifier=notifier,
            clock=clock,
            poll=PollStage(
                store,
                executor,
                limits=fetch_limits(config),
                request_for=_requests(config, demo),
                schedule=Schedule(interval=config.poll.interval, max_interval=config.poll.max_interval),
                jitter=random.random,
                clock=clock,
            ),
            judge=JudgeStage(
                store=store,
                executor=executor,
                policy=Policy(
                    routing=config.routing,
                    alert_since=config.poll.alert_since,
                    profile=config.profile,
                    burst=config.poll.burst,
                ),
                rules=rules.in_use,
                accounts=accounts.in_use,
                clock=clock,
                on_lead=on_lead,
            ),
            deliver=DeliverStage(
                store,
                notifier,
                retry_base=config.deliver.retry_base,
                retry_for=config.deliver.retry_for,
                clock=clock,
                jitter=random.random,
                zone=config.timezone,
                templates=Templates(config.templates),
                brake=config.deliver.brake,
                reps=config.routing.reps,
                personal=_personal(config, store, clock),
            ),
            snoozes=SnoozeStage(store=store, routing=config.routing, clock=clock),
            notices=NoticeStage(
                store,
                notifier,
                destination=config.operator,
                report_after=config.poll.report_after,
                retry_base=config.deliver.retry_base,
                clock=clock,
                jitter=random.random,
                lookout=Lookout(
                    store=store,
                    destinations=frozenset(config.destinations),
                    rule_errors=lambda: rules.errors,
                    free_bytes=lambda: free_bytes(config),
                    disk_reserve=config.disk_reserve,
                    silence=config.poll.silence,
                    since=clock(),
                ),
            ),
            empty_digests=EmptyDigestStage(
                store, notifier, reps=config.routing.reps, retry_base=config.deliver.retry_base, clock=clock
            ),
        )


def cycle(
    app: App, *, stop: threading.Event | None = None, on_poll: Callable[[PollSummary], None] | None = None
) -> CycleSummary:
    """Poll every feed, judge what is new, deliver what is due: once, and to the end unless `stop` is set."""
    began = app.clock()
    with ThreadPoolExecutor(max_workers=1) as beside:
        compiling: list[Future[RulesInUse]] = []

        def progress(summary: PollSummary) -> None:
            if summary.new_entries and not compiling:
                compiling.append(beside.submit(app.rules.in_use))  # a mistake in them is raised when they are used
            if on_poll is not None:
                on_poll(summary)

        polled = app.poll.run(force=True, stop=stop, progress=progress)
    judged = app.judge.run(stop=stop)
    app.snoozes.run()
    delivered = app.deliver.run(stop=stop)
    app.empty_digests.run()
    app.notices.run()
    return CycleSummary(
        poll=polled,
        judge=judged,
        sent=delivered.sent,
        failed=delivered.failed + delivered.dead,
        queued=app.store.deliveries.waiting(),
        took=app.clock() - began,
    )


def tidy(app: App) -> None:
    """Remove what is kept for a limited time only, or is more than there shall be."""
    now, limits = app.clock(), app.config.retention
    removed = app.store.entries.remove_texts(before=now - limits.text, now=now)
    if limits.size is not None:
        removed += app.store.entries.remove_texts_beyond(limits.size, now=now)
    app.store.leads.forget_words(before=now - story.WINDOW)
    if removed:
        log.info(Event("retention.texts_removed", entries=removed))


def free_bytes(config: Config) -> int:
    """How much room is left beside the database. Raises OSError."""
    return shutil.disk_usage(config.database.parent).free


def back_up_if_due(app: App) -> None:
    """Make a backup if one is wanted and the newest is old enough. Raises StoreError."""
    settings, folder, now = app.config.backup, app.config.backup_folder, app.clock()
    last = newest(folder)
    if settings.every is None or (last is not None and now - last < settings.every):
        return
    made = back_up(app.config.database, folder, now=now, keep=settings.keep)
    log.info(Event("backup.made", file=made))


def fetch_limits(config: Config) -> FetchLimits:
    """What the configuration allows a fetch, and who it says that we are."""
    contact = f"; {config.contact}" if config.contact else ""
    return FetchLimits(
        deadline=config.poll.deadline,
        max_bytes=config.poll.max_bytes,
        per_host=config.poll.per_host,
        host_pause=config.poll.host_pause,
        total=config.poll.concurrency,
        user_agent=f"listener/{__version__} (+feed reader{contact})",
        proxies=config.proxies,
    )


def link_key(store: Store) -> bytes:
    """What verdict links are signed with; made at the first start."""
    return store.secrets.key("verdict links")


def _personal(config: Config, store: Store, clock: Callable[[], datetime]) -> Callable[[Lead, Delivery], Personal]:
    key = link_key(store)

    def personal(lead: Lead, delivery: Delivery) -> Personal:
        rep = reader_of(delivery.destination, config.routing)
        token = sign(key, lead.id, rep.name if rep else delivery.destination, clock())
        url = f"{config.public_url}{PATH}{token}" if config.public_url else None
        return Personal(ground=common_ground(store, lead, rep), verdict_url=url)

    return personal


def _rule_recorder(store: Store, clock: Callable[[], datetime]) -> Callable[[RulesInUse | None, tuple[str, ...]], None]:
    """Keeps in the store what other commands show of the rules in use."""

    def record(taken: RulesInUse | None, errors: tuple[str, ...]) -> None:
        if taken is None:
            store.rule_state.refused(errors, clock())
        else:
            counts = {"rules": taken.rules, "triggers": len(taken.triggers)}
            store.rule_state.taken(**counts, refused=errors, now=clock())

    return record


def _requests(config: Config, demo: DemoSite | None) -> Callable[[Feed], FeedRequest]:
    def request_for(feed: Feed) -> FeedRequest:
        is_demo = demo is not None and feed.url.startswith("demo:")
        auth = config.feed_auth.get(feed.url)
        return FeedRequest(
            feed_id=feed.id,
            url=demo.url(feed.url) if demo is not None and is_demo else _address(feed, has_auth=auth is not None),
            etag=feed.etag,
            last_modified=feed.last_modified,
            body_hash=feed.body_hash,
            lang=feed.lang,
            auth=auth.get_secret_value() if auth else None,
            allow_private=is_demo or config.poll.allow_private_networks,
            direct=is_demo,
        )

    return request_for


def _address(feed: Feed, *, has_auth: bool) -> str:
    """Where the feed is now. One with a login stays where the operator put it: its login is for that host alone."""
    return feed.url if has_auth else feed.moved_to or feed.url
