"""Candidate rules on stored history: a real database, the rules of two folders, nothing written."""

from __future__ import annotations

import functools
import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from listener.backtest import Backtest, backtest
from listener.core.accounts import AccountBook
from listener.core.rules import RuleSource
from listener.executor import InlineExecutor
from listener.judge_stage import JudgeStage, Policy
from listener.model import FeedSpec, ParsedEntry, Rep, Route, Routing
from listener.rulebook import RuleFiles, RulesInUse, check_rules
from listener.store import Store

NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)
ANNA = Rep(name="anna", destinations=("mail", "phone"), zone=ZoneInfo("UTC"))
ROUTING = Routing(
    destinations=("mail", "phone", "chat"), reps=(ANNA,), routes=(Route(to="anna", min_score=60), Route(to="chat"))
)
RAISE, RAISE_OR_GET = "{company} raise {money}", "{company} raise|get {money}"
POLICY = Policy(routing=ROUTING, alert_since=timedelta(hours=48))


@functools.cache
def rules(*phrases: str, trigger: str = "funding", weight: int = 70) -> RulesInUse:
    text = f"trigger = '{trigger}'\nlang = 'en'\nweight = {weight}\n[[rule]]\nid = 'x'\nmatch = {list(phrases)}\n"
    files = RuleFiles(sources=(RuleSource(path=f"{trigger}.toml", text=text),))
    check = check_rules(files, InlineExecutor())
    assert check.errors == ()
    return check.good


class History:
    """A database that was filled over some days."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = Store.open(path)
        self.store.feeds.sync([FeedSpec(url="https://news.example/feed")], NOW - timedelta(days=90))
        (self.feed,) = self.store.feeds.all()

    def has(self, *titles: str, days_ago: float = 1, judged_by: RulesInUse | None = None) -> None:
        """Entries that came in one poll, and were judged if rules are given."""
        at = NOW - timedelta(days=days_ago)
        entries = [
            ParsedEntry(
                uid=title,
                url=None,
                canonical_url=None,
                title=title,
                text="",
                publisher=None,
                lang="en",
                published_at=at,
            )
            for title in titles
        ]
        self.store.entries.take(self.feed.id, entries, at)
        if judged_by is not None:
            stage = JudgeStage(
                store=self.store,
                executor=InlineExecutor(),
                policy=POLICY,
                rules=lambda: judged_by,
                clock=lambda: at,
            )
            stage.run()

    def compare(self, candidate: RulesInUse, in_use: RulesInUse | None, *, days: float = 30) -> Backtest:
        self.store.close()
        store = Store.open_for_reading(self.path)
        try:
            return backtest(
                store, InlineExecutor(), candidate=candidate, in_use=in_use, policy=POLICY, accounts=AccountBook(),
                since=NOW - timedelta(days=days), until=NOW, in_flight=2,
            )  # fmt: skip
        finally:
            store.close()


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    history = History(tmp_path / "listener.db")
    yield history
    history.store.close()


def test_leads_added_and_lost_are_told_with_the_entry(history: History) -> None:
    history.has("Acme raises $12M", "Beta gets $13M", "Gamma sleeps")

    added = history.compare(rules(RAISE_OR_GET), rules(RAISE)).comparison

    assert (added.entries, added.all.before, added.all.after) == (3, 1, 2)
    (story,) = added.samples["added"].stories
    assert story.entry is not None
    assert (story.entry.title, story.after and story.after.company) == ("Beta gets $13M", "Beta")
    lost = history.compare(rules(RAISE), rules(RAISE_OR_GET)).comparison
    assert lost.all.kinds == {"kept": 1, "lost": 1}


def test_without_rules_in_use_the_stored_leads_are_compared_with(history: History) -> None:
    history.has("Acme raises $12M", "Beta gets $13M", judged_by=rules(RAISE))
    assert history.compare(rules(RAISE_OR_GET), None).comparison.all.kinds == {"kept": 1, "added": 1}
    assert history.compare(rules("{company} get {money}"), None).comparison.all.kinds == {"lost": 1, "added": 1}


def test_entries_before_the_time_are_left_out(history: History) -> None:
    history.has("Old Acme raises $12M", days_ago=31)
    history.has("Acme raises $12M", days_ago=29)
    assert history.compare(rules(RAISE_OR_GET), rules(RAISE)).comparison.entries == 1


def test_more_entries_than_a_page_are_compared_each_once(history: History) -> None:
    history.has(*(f"Company{number} raises $12M" for number in range(700)))
    assert history.compare(rules(RAISE_OR_GET), rules(RAISE)).comparison.all.kinds == {"kept": 700}


def test_an_empty_history_is_no_error(history: History) -> None:
    assert history.compare(rules(RAISE), rules(RAISE)).comparison.entries == 0


def test_alerts_a_week_follow_the_routes(history: History) -> None:
    history.has("Acme raises $12M", days_ago=7)
    history.has("Beta gets $13M", days_ago=1)
    result = history.compare(rules(RAISE_OR_GET), rules(RAISE))
    assert result.weeks == pytest.approx(1)
    assert dict(result.comparison.alerts_before) == {"anna": 1, "chat": 1}
    assert dict(result.comparison.alerts_after) == {"anna": 2, "chat": 2}
    weak = history.compare(rules(RAISE, weight=50), rules(RAISE)).comparison
    assert dict(weak.alerts_after) == {"chat": 1}


def test_precision_comes_from_the_status_of_stored_leads(history: History) -> None:
    history.has("Acme raises $12M", "Beta raises $13M", "Gamma raises $1M", judged_by=rules(RAISE))
    with sqlite3.connect(history.path) as raw:
        raw.execute("UPDATE leads SET status = 'useful' WHERE company = 'Acme'")
        raw.execute("UPDATE leads SET status = 'not_relevant' WHERE company = 'Beta'")
    raw.close()
    strict = rules("Acme raise {money}")
    counts = history.compare(strict, rules(RAISE)).comparison.all
    assert (counts.verdicts_before.precision, counts.verdicts_after.precision) == (0.5, 1.0)
    assert (counts.verdicts_lost.right, counts.verdicts_lost.wrong) == (0, 1)


def test_only_rules_of_the_language_of_an_entry_run(history: History) -> None:
    history.has("Nordwind raises $12M, und das ist auch für die Stadt nicht schlecht")
    assert history.compare(rules(RAISE), rules(RAISE)).comparison.all.after == 0


def test_nothing_is_written(history: History) -> None:
    history.has("Acme raises $12M", judged_by=rules(RAISE))
    history.store.close()
    before = contents(history.path)
    history.compare(rules(RAISE_OR_GET), rules(RAISE))
    assert contents(history.path) == before


def test_the_database_refuses_to_be_written_by_who_reads(history: History) -> None:
    history.has("Acme raises $12M", judged_by=rules(RAISE))
    store = Store.open_for_reading(history.path)
    (lead,) = store.leads.all()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.leads.mark_alerted(lead.id, NOW)
    store.close()


def contents(path: Path) -> str:
    """A hash of the database file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
