#!/usr/bin/env python3
"""What one match costs once the rules have found it: prospect, account, story, score and routes, with its commit.

benchmarks/README.md explains what is compared. Everything is generated; times are of the processor, in one process.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from listener.core.accounts import AccountBook
from listener.core.rules import Trigger
from listener.judge_stage import JudgeStage, Policy
from listener.model import Account, Entry, FeedSpec, Fetched, Judgement, Match, ParsedEntry, Routing, Segment
from listener.rulebook import RuleFiles, RulesInUse
from listener.store import Store

FEW, MANY = 1_000, 100_000
ACCOUNTS = 50_000
MEASURED = 2_000
START = datetime(2030, 1, 1, tzinfo=UTC)
HISTORY = timedelta(days=365)
TRIGGERS = ("funding", "acquisition", "executive_hire", "expansion", "partnership")


class Maker:
    """Makes up companies and their news, the same at each run."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._words = [self._word() for _ in range(8_000)]

    def _word(self) -> str:
        pairs = (
            "ba",
            "co",
            "du",
            "fe",
            "gi",
            "ha",
            "jo",
            "ka",
            "lu",
            "me",
            "ni",
            "or",
            "pa",
            "qui",
            "ro",
            "st",
            "ta",
            "ve",
        )
        return "".join(self.random.choices(pairs, k=self.random.randint(2, 4)))

    def company(self) -> str:
        kind = self.random.choice(("Freight", "Robotics", "Foods", "Energy", "Systems", "Labs", "Paints", "Capital"))
        return f"{self._word().title()}{self.random.randint(0, 99)} {kind}"

    def text(self) -> str:
        """Some ten sentences of words as unevenly common as those of a language."""
        return " ".join(self._words[int(len(self._words) ** self.random.random()) - 1] for _ in range(160)) + "."

    def match(self, company: str) -> tuple[str, Match]:
        """A headline with an event of the company."""
        trigger, money = self.random.choice(TRIGGERS), f"${self.random.randint(1, 400)}M"
        person, place = f"{self._word().title()} {self._word().title()}", self._word().title()
        title = {
            "funding": f"{company} raises {money} to grow in {place}",
            "acquisition": f"{company} acquires {self.company()} for {money}",
            "executive_hire": f"{company} names {person} chief executive",
            "expansion": f"{company} opens a plant in {place}",
            "partnership": f"{company} partners with {self.company()}",
        }[trigger]
        slots: dict[str, Any] = {"company": company}
        slots |= {"money": money} if money in title else {}
        slots |= {"person": person} if person in title else {}
        slots |= {"place": place} if place in title else {}
        match = Match(
            trigger=trigger, rule=f"{trigger}/x", lang="en", where="title", quote=title, start=0, end=len(title),
            slots=slots, company=company, confidence=0.9, hedged=None,
        )  # fmt: skip
        return title, match


class Prepared(Executor):
    """Gives the matches that were made with the entries."""

    def __init__(self) -> None:
        self.matches: dict[str, Match] = {}

    def submit(self, _fn: Any, /, _files: RuleFiles, entries: Sequence[Entry]) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        judged = (Judgement(entry_id=entry.id, matches=(self.matches[entry.uid],)) for entry in entries)
        future.set_result(tuple(judged))
        return future


class World:
    """A store with leads, and news to come."""

    def __init__(self, folder: Path, accounts: Sequence[Account]) -> None:
        self.maker = Maker(1)
        self.accounts = AccountBook(accounts)
        self.known = [account.name for account in accounts[:500]]
        self.now = START
        self.store = Store.open(folder / "listener.db")
        self.store.feeds.sync([FeedSpec(url=f"https://feed{number}.example/") for number in range(50)], START)
        self.prepared = Prepared()
        self.entries = 0
        triggers = tuple(
            Trigger(name=name, label=name, lang="en", weight=70, half_life=timedelta(days=30), why="")
            for name in TRIGGERS
        )
        rules = RulesInUse(files=RuleFiles(sources=()), triggers=triggers, rules=len(TRIGGERS))
        self.stage = JudgeStage(
            store=self.store,
            executor=self.prepared,
            policy=Policy(routing=Routing(destinations=("chat",)), alert_since=timedelta(days=2)),
            rules=lambda: rules,
            accounts=lambda: self.accounts,
            clock=lambda: self.now,
        )

    def take(self, count: int) -> None:
        """News of so many companies: some known, most new, one in five told by three outlets."""
        parsed: list[ParsedEntry] = []
        while len(parsed) < count:
            company = self.maker.random.choice(self.known) if self.maker.random.random() < 0.3 else self.maker.company()
            title, match = self.maker.match(company)
            for copy in range(3 if self.maker.random.random() < 0.2 else 1):
                uid = str(self.entries + len(parsed))
                self.prepared.matches[uid] = match
                parsed.append(self._entry(uid, title if not copy else f"{title}, it says"))
        self.entries += len(parsed)
        for number, feed in enumerate(self.store.feeds.all()):
            batch = tuple(parsed[number::50])
            fetched = Fetched(feed_id=feed.id, entries=batch, etag=None, last_modified=None, body_hash="", title=None)
            self.store.feeds.record_fetched(fetched, next_poll_at=self.now, now=self.now)

    def _entry(self, uid: str, title: str) -> ParsedEntry:
        url = f"https://news{int(uid) % 97}.example/{uid}"
        return ParsedEntry(
            uid=uid, url=url, canonical_url=url, title=title, text=self.maker.text(), publisher=None, lang="en",
            published_at=self.now,
        )  # fmt: skip

    def fill(self, leads: int) -> None:
        """A year of news that came to so many leads."""
        step = HISTORY / max(leads / 1_000, 1)
        while self._leads() < leads:
            self.now += step
            self.take(1_000)
            self.stage.run()

    def _leads(self) -> int:
        return len(self.store.leads.all(limit=1)) and self.store.leads.all(limit=1)[0].id

    def measure(self, repetitions: int) -> Iterator[float]:
        """Milliseconds a match."""
        for _ in range(repetitions):
            self.take(MEASURED)
            began = time.process_time()
            summary = self.stage.run()
            yield (time.process_time() - began) / summary.matches * 1000


def made_accounts(count: int) -> list[Account]:
    maker = Maker(2)
    names = list(dict.fromkeys(maker.company() for _ in range(count * 2)))[:count]
    return [
        Account(
            name=name, domain=f"{name.replace(' ', '').lower()}.example", owner="anna", segment=Segment.TARGET,
            territory="DACH", industry="Logistics", aliases=(f"{name.split()[0]} International",),
        )
        for name in names
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reps", type=int, default=5, help="repetitions, of which the median counts (default: 5)")
    options = parser.parse_args()
    began = time.process_time()
    accounts = made_accounts(ACCOUNTS)
    AccountBook(accounts)
    print(f"{len(accounts)} accounts made up and ready in {time.process_time() - began:.1f} s", flush=True)
    took: dict[int, float] = {}
    for leads in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), accounts)
            world.fill(leads)
            took[leads] = statistics.median(world.measure(options.reps))
            print(f"{leads:7} leads stored: {took[leads]:.2f} ms a match", flush=True)
    print(f"{took[MANY] / took[FEW]:.2f}x the time with {MANY // FEW}x the leads")


if __name__ == "__main__":
    main()
