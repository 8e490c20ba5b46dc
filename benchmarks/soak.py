"""A day of listener in fast-forward: thousands of feeds, rule edits, outages, restarts and kills.

    python benchmarks/soak.py [--feeds 5000] [--step 2] [--workers 2] [--seed 1]

The clock is simulated, the rest is real: HTTP feeds and webhooks on loopback, SQLite, rule files, the stages in their
order every `--step` minutes. Two per cent of the feeds fail for hours, one per cent for ever; one destination refuses
every fourth message, two are down for hours, one rep wants digests; a rule file is added, broken and mended; listener
is restarted and killed. Prints a line of JSON and ends with 1 unless every entry is stored once and judged, every event
is one lead, every lead reached every destination, memory stayed, and every warning is of something planned.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import re
import signal
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiohttp import web

    from listener.app import App

START = datetime(2030, 1, 7, tzinfo=UTC)
DAY = 24 * 60  # all moments of the plan are minutes since the start
LAST_DIGEST = DAY + 9 * 60  # by then everything that a digest held back has gone
IN_DOCUMENT = 50  # entries: more than any feed publishes while it is left alone
EDITED_AFTER = 60  # every tenth entry is edited then, which is no news

HIRES_FROM, BROKEN_FROM, MENDED_FROM = 200, 700, 760  # the rule files; no life begins while one is broken
RESTARTS = (100, 500)
KILLS = (250, 350)
SETTLED = 600  # after it there is one life, in which memory is compared
OUTAGES = {"flaky": ((120, 300), (720, 780)), "steady": ((600, 630),), "dora": ()}
REFUSES_EVERY = 4  # messages to the flaky one

FUNDING = """\
trigger = "funding"
label   = "Funding round"
lang    = "en"
weight  = 70
[[rule]]
id    = "raises-money"
match = ["{company} raise {money}"]
[[example]]
text   = "Acme Robotics raises $12M"
expect = { company = "Acme Robotics" }
"""
HIRE = """\
trigger = "executive_hire"
lang    = "en"
weight  = 60
[[rule]]
id    = "appoints"
match = ["{company} appoint {person}"]
"""


_UNEXPLAINED = "unexplained.log"


# --------------------------------------------------------------------------- what is planned to happen


@dataclass(frozen=True, slots=True)
class Item:
    """What a feed publishes at a minute."""

    number: int
    at: float
    title: str

    def shown(self, minute: float) -> str:
        edited = self.number % 10 == 0 and minute >= self.at + EDITED_AFTER
        return f"Report {self.number}{', corrected' if edited else ''}."


@dataclass(frozen=True)
class Plan:
    """The day, the same in every process. Pure."""

    feeds: int
    seed: int

    @cached_property
    def items(self) -> list[list[Item]]:
        """By feed, in order of time. One entry in twenty is a funding round, which three times in ten is told twice."""
        chance, numbers = random.Random(self.seed), iter(range(10**9))
        found: list[list[Item]] = [[] for _ in range(self.feeds)]
        for feed in range(self.feeds):
            a_day = 0 if self.is_gone(feed) else chance.choices((2, 8, 20, 40), (4, 3, 2, 1))[0]
            for _ in range(a_day):
                number, at, kind = next(numbers), chance.uniform(0, DAY), chance.random()
                title = f"Weather of {number % 365} days"
                if kind < 0.05:
                    title = f"Company{number} raises ${number % 90 + 2}M"
                elif kind < 0.075:
                    title = f"Company{number} appoints Jane Doe"
                found[feed].append(Item(number, at, title))
                again = at + chance.uniform(5, 180)
                if kind < 0.015 and again < DAY and not self.is_gone((feed + 1) % self.feeds):
                    found[(feed + 1) % self.feeds].append(Item(next(numbers), again, title))
        return [sorted(items, key=lambda item: item.at) for items in found]

    @property
    def published(self) -> int:
        return sum(map(len, self.items))

    @property
    def funded(self) -> set[str]:
        """Companies that raise money."""
        return {item.title.split()[0] for items in self.items for item in items if " raises " in item.title}

    def is_gone(self, feed: int) -> bool:
        return feed % 100 == 13

    def is_failing(self, feed: int, minute: float) -> bool:
        begins = 60 + feed % 600
        return self.is_gone(feed) or (feed % 50 == 7 and begins <= minute < begins + 60 + feed % 180)

    def is_down(self, destination: str, minute: float) -> bool:
        return any(begins <= minute < ends for begins, ends in OUTAGES[destination])

    def rule_files(self, minute: float) -> Iterator[tuple[str, str]]:
        broken = BROKEN_FROM <= minute < MENDED_FROM
        yield "funding.toml", FUNDING.replace("{money}", "{mony}") if broken else FUNDING
        if minute >= HIRES_FROM:
            yield "executive_hire.toml", HIRE

    def is_explained(self, event: str, fields: dict[str, Any], minute: float) -> bool:
        """Whether a warning or an error is about something that was planned."""
        match event:
            case "poll.failed":
                return self.is_failing(int(fields["url"].rpartition("/")[2]), minute)
            case "deliver.failed" | "deliver.down":
                return fields["destination"] == "flaky" or self.is_down(fields["destination"], minute)
            case "rules.refused" | "rules.kept":
                return BROKEN_FROM <= minute < MENDED_FROM
        return event == "deliver.storm"


# --------------------------------------------------------------------------- the world around listener


@dataclass
class World:
    """Feeds and webhooks, which also keeps the time. `told` counts companies in the messages that it took."""

    plan: Plan
    minute: float = 0
    polls: int = 0
    posts: Counter[str] = field(default_factory=Counter)
    told: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def app(self) -> web.Application:
        from aiohttp import web

        app = web.Application()
        app.add_routes(
            [
                web.get("/feed/{number}", self.feed),
                web.post("/{destination}", self.take),
                web.get("/clock", self.tell_time),
            ]
        )
        return app

    async def feed(self, request: web.Request) -> web.Response:
        from aiohttp import web

        self.polls += 1
        number = int(request.match_info["number"])
        if self.plan.is_failing(number, self.minute):
            return web.Response(status=404 if self.plan.is_gone(number) else 500)
        visible = [item for item in self.plan.items[number] if item.at <= self.minute]
        edited = sum(item.at + EDITED_AFTER <= self.minute for item in visible)
        etag = f'"{len(visible)}-{edited}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        body = "".join(_xml(number, item, self.minute) for item in reversed(visible[-IN_DOCUMENT:]))
        text = f'<rss version="2.0"><channel><title>News {number}</title>{_OLD}{body}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": etag})

    async def take(self, request: web.Request) -> web.Response:
        from aiohttp import web

        destination, message = request.match_info["destination"], await request.json()
        self.posts[destination] += 1
        refused = destination == "flaky" and self.posts[destination] % REFUSES_EVERY == 0
        if refused or self.plan.is_down(destination, self.minute):
            return web.Response(status=503)
        self.told[destination].update(set(re.findall(r"Company\d+", f"{message['title']} {message['message']}")))
        return web.Response()

    async def tell_time(self, request: web.Request) -> web.Response:
        """Now; `?now=` sets it."""
        from aiohttp import web

        self.minute = float(request.query.get("now", self.minute))
        return web.Response(text=str(self.minute))


_OLD = (
    "<item><title>Old news</title><guid>old</guid><link>https://old.example/</link>"
    f"<pubDate>{format_datetime(START - timedelta(days=1))}</pubDate></item>"
)


def _xml(feed: int, item: Item, minute: float) -> str:
    return (
        f"<item><title>{item.title}</title><guid>{item.number}</guid>"
        f"<link>https://site{feed}.example/{item.number}</link><description>{item.shown(minute)}</description>"
        f"<pubDate>{format_datetime(START + timedelta(minutes=item.at))}</pubDate></item>"
    )


def write_config(folder: Path, url: str, plan: Plan, workers: int) -> Path:
    """The project of the operator. Feeds share one host, which has no limit of its own."""
    feeds = "".join(f'[[feeds]]\nurl = "{url}/feed/{number}"\n' for number in range(plan.feeds))
    hooks = url.replace("http://", "json://")
    path = folder / "config.toml"
    path.write_text(f"""
[listener]
database = "listener.db"
workers = {workers}
[poll]
allow_private_networks = true
per_host = 64
[web]
listen = "off"
[backup]
folder = "backups"
every = "6h"
keep = 2
[destinations]
steady = "{hooks}/steady?rto=60"
flaky = "{hooks}/flaky?rto=60"
dora = "{hooks}/dora?rto=60"
[[reps]]
name = "dora-rep"
destinations = "dora"
delivery = "digest 08:00,20:00"
[[routes]]
to = "steady"
[[routes]]
to = "flaky"
[[routes]]
to = "dora-rep"
{feeds}""")
    return path


# --------------------------------------------------------------------------- a life of listener


class Clock:
    """Tells listener the time of the world, and moves it on."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/clock"
        self.minute = float(self._ask(""))

    def now(self) -> datetime:
        return START + timedelta(minutes=self.minute)

    def move_to(self, minute: float) -> None:
        self.minute = minute
        self._ask(f"?now={minute}")

    def _ask(self, query: str) -> str:
        with urllib.request.urlopen(self._url + query) as answer:
            return str(answer.read().decode())


class Unexplained(logging.Handler):
    """Keeps the warnings that the plan does not explain, in a file that outlives a kill."""

    def __init__(self, plan: Plan, clock: Clock, path: Path) -> None:
        super().__init__(logging.WARNING)
        self._plan, self._clock, self._path = plan, clock, path

    def emit(self, record: logging.LogRecord) -> None:
        event, fields = getattr(record.msg, "name", ""), getattr(record.msg, "fields", {})
        if record.exc_info or not self._plan.is_explained(event, fields, self._clock.minute):
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{self._clock.minute:g}: {str(record.msg)[:300]}\n")


def live(plan: Plan, config_path: Path, url: str, step: float) -> None:
    """Work to the end of the day, from where the last life ended; print what there is then."""
    from listener.app import open_app
    from listener.config import load_config

    clock = Clock(url)
    logging.getLogger("listener").addHandler(Unexplained(plan, clock, config_path.with_name(_UNEXPLAINED)))
    rules = config_path.parent / "rules" / "en"
    rules.mkdir(parents=True, exist_ok=True)
    _edit_rules(plan, rules, clock.minute)
    config, memory = load_config(config_path, {"NO_PROXY": "*"}), {}
    while True:
        end = min((minute for minute in RESTARTS if minute > clock.minute), default=DAY)
        with open_app(config, clock=clock.now) as app:
            while clock.minute < end:
                _edit_rules(plan, rules, clock.minute)
                _round(app)
                clock.move_to(clock.minute + step)
                memory[int(clock.minute // 60)] = _megabytes()
            if clock.minute >= DAY:
                _settle(app, clock, step)
                found = _account(app, plan)
                break
    print(json.dumps({**found, "memory_mb": memory}))


def _edit_rules(plan: Plan, folder: Path, minute: float) -> None:
    for name, text in plan.rule_files(minute):
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def _round(app: App) -> None:
    """What the daemon's jobs do, each in its turn."""
    from listener.app import back_up_if_due, tidy

    app.rules.reload()
    app.poll.run()
    app.judge.run()
    app.deliver.run()
    app.snoozes.run()
    app.empty_digests.run()
    app.notices.run()
    back_up_if_due(app)
    if app.clock().hour == 0:
        tidy(app)


def _settle(app: App, clock: Clock, step: float) -> None:
    """Ask every feed once more, then wait until all is delivered, or must have been."""
    app.poll.run(force=True)
    while clock.minute < LAST_DIGEST and (app.store.deliveries.waiting() or app.store.entries.unjudged(limit=1)):
        app.judge.run()
        app.deliver.run()
        clock.move_to(clock.minute + step)


def _account(app: App, plan: Plan) -> dict[str, Any]:
    """What became of everything."""
    from listener.model import DeliveryState

    store, rows = app.store, app.store._connection.rows
    stored = dict(rows("SELECT feed_id, count(*) - 1 FROM entries GROUP BY feed_id"))  # all but the old one
    stored = {feed.url.rpartition("/")[2]: stored.get(feed.id, 0) for feed in store.feeds.all()}
    wanted = {str(feed): len(items) for feed, items in enumerate(plan.items)}
    leads = Counter((lead.trigger, lead.company) for lead in store.leads.all())
    funded = {company for trigger, company in leads if trigger == "funding"}
    hires = rows(
        "SELECT count(*) FROM entries WHERE title LIKE '% appoints %' AND (judged_at >= ?) <> "
        "EXISTS (SELECT 1 FROM matches WHERE entry_id = entries.id)",
        (int((START + timedelta(minutes=HIRES_FROM)).timestamp() * 1000),),
    )
    deliveries = store.deliveries.counts()
    return {
        "published": plan.published,
        "stored": sum(stored.values()),
        "feeds_that_differ": [feed for feed in wanted if stored[feed] != wanted[feed] and not plan.is_gone(int(feed))],
        "unjudged": rows("SELECT count(*) FROM entries WHERE judged_at IS NULL")[0][0],
        "leads": leads.total(),
        "leads_lost": sorted(plan.funded - funded)[:10],
        "leads_doubled": sorted(company for (_, company), number in leads.items() if number > 1)[:10],
        "hires_against_the_rules": hires[0][0],
        "companies": sorted(company for _, company in leads),
        "deliveries": {state.value: number for state, number in deliveries.items() if number},
        "undelivered": 3 * leads.total() - deliveries[DeliveryState.SENT],
        "database_mb": round(store.status.read(app.clock()).database_bytes / 1e6, 1),
        "backups": len(list(app.config.backup_folder.glob("*.db"))),
    }


def _megabytes() -> float:
    """Memory of this process; 0 where the system does not say."""
    status = Path("/proc/self/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return round(int(found[1]) / 1000, 1) if found else 0


# --------------------------------------------------------------------------- the whole


async def measure(plan: Plan, step: float, workers: int) -> dict[str, Any]:
    """Let the day pass; what came of it, by name."""
    from aiohttp import web

    world, began = World(plan), time.monotonic()
    runner = web.AppRunner(world.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with tempfile.TemporaryDirectory(prefix="listener-soak-") as folder:
        config = write_config(Path(folder), url, plan, workers)
        arguments = ["--feeds", str(plan.feeds), "--seed", str(plan.seed), "--step", str(step)]
        arguments += ["--live", str(config), url]
        found = await _lives(world, arguments)
        unexplained = Path(folder) / _UNEXPLAINED
        lines = unexplained.read_text(encoding="utf-8").splitlines() if unexplained.exists() else []
    await runner.cleanup()
    companies = set(found.pop("companies"))
    return {
        "feeds": plan.feeds,
        "polls": world.polls,
        "kills": len(KILLS),
        **found,
        "unexplained": lines[:10],
        "messages": dict(world.posts),
        "untold": {name: len(companies - world.told[name].keys()) for name in OUTAGES},
        "repeated": {name: world.told[name].total() - len(world.told[name]) for name in OUTAGES},
        "seconds": round(time.monotonic() - began, 1),
    }


async def _lives(world: World, arguments: list[str]) -> dict[str, Any]:
    """One life after the other, all but the last ended by a SIGKILL in the midst of work."""
    chance, environ = random.Random(world.plan.seed), {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}
    for kill_at in (*KILLS, None):
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, *arguments, stdout=asyncio.subprocess.PIPE, env=environ
        )
        while kill_at is not None and world.minute < kill_at and process.returncode is None:
            await asyncio.sleep(0.01)
        if kill_at is not None:
            await asyncio.sleep(chance.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
        output, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"a life of listener ended with {process.returncode}")
    found: dict[str, Any] = json.loads(output)
    return found


def wrong(found: dict[str, Any]) -> list[str]:
    """Which of the results are not as they must be."""
    memory = {int(hour): megabytes for hour, megabytes in found["memory_mb"].items()}
    expected = {
        "entries are lost or doubled": found["published"] == found["stored"] and not found["feeds_that_differ"],
        "entries are not judged": found["unjudged"] == 0,
        "leads are lost": not found["leads_lost"],
        "leads are doubled": not found["leads_doubled"],
        "rules were not in use when they should": found["hires_against_the_rules"] == 0,
        "deliveries are not sent": found["undelivered"] == 0,
        "messages are lost": not any(found["untold"].values()),
        "messages are repeated": sum(found["repeated"].values()) <= _MOST_REPEATED * found["kills"],
        "memory grows": memory[24] <= memory[SETTLED // 60 + 1] * 1.1 + _CACHE_MB,
        "there is trouble that nobody planned": not found["unexplained"],
        "there are no backups": found["backups"] == 2,
    }
    return [problem for problem, holds in expected.items() if not holds]


_CACHE_MB = 20  # of SQLite, which fills as the database grows
_MOST_REPEATED = 3 * 100  # by a kill: one message a destination, of 100 leads at most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=5000)
    parser.add_argument("--step", type=float, default=2, help="minutes between two rounds")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--live", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    plan = Plan(options.feeds, options.seed)
    if options.live:
        live(plan, Path(options.live[0]), options.live[1], options.step)
        return
    found = asyncio.run(measure(plan, options.step, options.workers))
    problems = wrong(found)
    memory = found["memory_mb"]
    found["memory_mb"] = {hour: memory[hour] for hour in list(memory)[:: max(1, len(memory) // 4)]}
    print(json.dumps({**found, "wrong": problems}))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
