"""The metrics, the dashboard that shows them, and the page that explains them agree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from listener.model import FeedSpec, StagePulse
from listener.store import Store
from listener.web.metrics import Machine, exposition

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "listener.db")) as store:
        yield store


def text_of(store: Store, *stages: StagePulse) -> str:
    machine = Machine(rule_errors=2, free_bytes=5_000)
    return exposition(store.status.read(NOW), store.feeds.all(), stages, machine, NOW).decode()


def names(text: str) -> set[str]:
    """Of all series that there can be, also of those that have none yet."""
    found = re.findall(r"^# TYPE (\S+) (\S+)", text, re.MULTILINE)
    ends = {"summary": ("_sum", "_count")}
    return {name + end for name, kind in found for end in ends.get(kind, ("",))}


def shown() -> set[str]:
    """The metrics that the dashboard names."""
    dashboard = json.loads((DOCS / "grafana.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    queries += [variable["definition"] for variable in dashboard["templating"]["list"] if "definition" in variable]
    return set(re.findall(r"\b(?:listener|process)_\w+", " ".join(queries)))


def test_the_dashboard_shows_what_there_is_and_nothing_else(store: Store) -> None:
    known = names(text_of(store))
    assert shown() - known == set()
    assert {name for name in known if name.startswith("listener_")} - shown() == set()


def test_every_metric_is_documented(store: Store) -> None:
    page = (DOCS / "operations.md").read_text()
    missing = [name for name in names(text_of(store)) if name.startswith("listener_") and f"`{name}`" not in page]
    assert missing == []


def test_a_scraper_can_read_it(store: Store) -> None:
    store.feeds.sync([FeedSpec(url='https://news.test/"quoted"')], NOW)
    families = {family.name for family in text_string_to_metric_families(text_of(store))}
    assert {"listener_feeds", "listener_entries", "process_resident_memory_bytes"} <= families


def test_what_became_of_rules_and_messages_is_counted(store: Store) -> None:
    store.rule_state.taken(rules=34, triggers=8, refused=(), now=NOW)
    store.rule_state.refused(["funding.toml:8: wrong"], NOW)
    store.destinations.record_sent("chat", NOW)
    store.destinations.record_failed("chat", "HTTP 503", failures=1, rest_until=NOW, now=NOW)
    lines = text_of(store).splitlines()
    for line in (
        'listener_rule_reloads_total{outcome="taken"} 1.0',
        'listener_rule_reloads_total{outcome="refused"} 1.0',
        "listener_rules 34.0",
        "listener_rule_errors 2.0",
        'listener_messages_total{destination="chat",outcome="sent"} 1.0',
        'listener_messages_total{destination="chat",outcome="failed"} 1.0',
        "listener_disk_free_bytes 5000.0",
    ):
        assert line in lines


def test_what_a_stage_did_is_counted(store: Store) -> None:
    stage = StagePulse(name="poll", runs=3, failures=1, seconds=1.5, last_ok_at=NOW - timedelta(seconds=5))
    lines = text_of(store, stage).splitlines()
    for line in (
        'listener_stage_seconds_count{stage="poll"} 3.0',
        'listener_stage_seconds_sum{stage="poll"} 1.5',
        'listener_stage_failures_total{stage="poll"} 1.0',
        'listener_stage_in_trouble{stage="poll"} 0.0',
    ):
        assert line in lines
