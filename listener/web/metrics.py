"""The numbers for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from listener import __version__
from listener.core.health import diagnose
from listener.model import Backlog, DestinationHealth, Feed, Health, StagePulse, Status

if TYPE_CHECKING:
    from prometheus_client.core import Metric


def exposition(
    status: Status, feeds: Sequence[Feed], stages: Sequence[StagePulse], rule_errors: int, now: datetime
) -> bytes:
    """All metrics in Prometheus' text format. What is counted in the database survives restarts, what a stage
    took begins anew."""
    from prometheus_client import CollectorRegistry, generate_latest

    class Collector:
        def collect(self) -> Iterator[Metric]:
            yield from _of_feeds(feeds, now)
            yield from _of_status(status)
            yield from _of_backlogs(status.backlogs, now)
            yield from _of_stages(stages, rule_errors)

    registry = CollectorRegistry()
    registry.register(Collector())
    return generate_latest(registry)


def _of_feeds(feeds: Sequence[Feed], now: datetime) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

    yield InfoMetricFamily("listener", "The running version", value={"version": __version__})
    found = Counter(diagnose(feed, now).health for feed in feeds)
    by_health = GaugeMetricFamily("listener_feeds", "Feeds by health", labels=["health"])
    for health in Health:
        by_health.add_metric([health], found[health])
    yield by_health


def _of_status(status: Status) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    yield CounterMetricFamily("listener_entries", "Entries taken from feeds", value=status.entries)
    for name, words, numbers in (
        ("listener_matches", "Matches of rules", status.matches),
        ("listener_leads", "Leads, also suppressed ones", status.leads),
    ):
        by_trigger = CounterMetricFamily(name, f"{words} by trigger", labels=["trigger"])
        for trigger, number in sorted(numbers.items()):
            by_trigger.add_metric([trigger], number)
        yield by_trigger
    deliveries = GaugeMetricFamily(
        "listener_deliveries", "Deliveries by destination and state", labels=["destination", "state"]
    )
    for (destination, state), number in sorted(status.deliveries.items()):
        deliveries.add_metric([destination, state], number)
    yield deliveries
    up = GaugeMetricFamily("listener_destination_up", "Whether it is not taken to be down", labels=["destination"])
    failures = GaugeMetricFamily(
        "listener_destination_failures", "Messages that failed in a row", labels=["destination"]
    )
    for each in status.destinations:
        up.add_metric([each.name], each.health is not DestinationHealth.DOWN)
        failures.add_metric([each.name], each.failures)
    yield from (up, failures)
    yield GaugeMetricFamily("listener_database_bytes", "Size of the database", value=status.database_bytes)


def _of_backlogs(backlogs: Sequence[Backlog], now: datetime) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    waiting = GaugeMetricFamily("listener_queue_depth", "What is due and waits for a stage", labels=["stage"])
    age = GaugeMetricFamily("listener_queue_age_seconds", "How long the first of it waits", labels=["stage"])
    for backlog in backlogs:
        waiting.add_metric([backlog.stage], backlog.waiting)
        seconds = (now - backlog.oldest_at).total_seconds() if backlog.oldest_at else 0.0
        age.add_metric([backlog.stage], seconds)
    yield waiting
    yield age


def _of_stages(stages: Sequence[StagePulse], rule_errors: int) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily

    took = SummaryMetricFamily("listener_stage_seconds", "What the runs of a job took", labels=["stage"])
    last = GaugeMetricFamily("listener_stage_last_success_timestamp_seconds", "Its last good run", labels=["stage"])
    trouble = GaugeMetricFamily("listener_stage_in_trouble", "Whether its last run failed", labels=["stage"])
    for stage in stages:
        took.add_metric([stage.name], count_value=stage.runs, sum_value=stage.seconds)
        last.add_metric([stage.name], stage.last_ok_at.timestamp() if stage.last_ok_at else 0)
        trouble.add_metric([stage.name], stage.trouble is not None)
    yield from (took, last, trouble)
    yield GaugeMetricFamily("listener_rule_errors", "Mistakes in the rule files as they are now", value=rule_errors)
