"""The numbers for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from listener import __version__
from listener.core.health import diagnose
from listener.model import Backlog, DestinationHealth, DestinationState, Feed, Health, RuleState, StagePulse, Status

if TYPE_CHECKING:
    from prometheus_client.core import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is not in the database."""

    rule_errors: int  # mistakes in the rule files as they are on disk now
    free_bytes: int  # beside the database


def exposition(
    status: Status, feeds: Sequence[Feed], stages: Sequence[StagePulse], machine: Machine, now: datetime
) -> bytes:
    """All metrics in Prometheus' text format. What is counted in the database survives restarts, what a stage
    took begins anew. The process is the main one; its workers are not in it."""
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
    from prometheus_client.core import GaugeMetricFamily

    class Collector:
        def collect(self) -> Iterator[Metric]:
            yield from _of_feeds(feeds, now)
            yield from _of_status(status)
            yield from _of_backlogs(status.backlogs, now)
            yield from _of_stages(stages)
            yield from _of_rules(status.rules, machine.rule_errors)
            yield GaugeMetricFamily("listener_disk_free_bytes", "Room beside the database", value=machine.free_bytes)

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
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
    yield from _of_destinations(status.destinations)
    yield GaugeMetricFamily("listener_database_bytes", "Size of the database", value=status.database_bytes)


def _of_destinations(destinations: Sequence[DestinationState]) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    messages = CounterMetricFamily(
        "listener_messages", "Messages by destination and outcome; a digest is one", labels=["destination", "outcome"]
    )
    up = GaugeMetricFamily("listener_destination_up", "Whether it is not taken to be down", labels=["destination"])
    failures = GaugeMetricFamily(
        "listener_destination_failures", "Messages that failed in a row", labels=["destination"]
    )
    for each in destinations:
        messages.add_metric([each.name, "sent"], each.sent)
        messages.add_metric([each.name, "failed"], each.failed)
        up.add_metric([each.name], each.health is not DestinationHealth.DOWN)
        failures.add_metric([each.name], each.failures)
    yield from (messages, up, failures)


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


def _of_stages(stages: Sequence[StagePulse]) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily

    took = SummaryMetricFamily("listener_stage_seconds", "What the runs of a job took", labels=["stage"])
    failures = CounterMetricFamily("listener_stage_failures", "Its runs that failed", labels=["stage"])
    last = GaugeMetricFamily("listener_stage_last_success_timestamp_seconds", "Its last good run", labels=["stage"])
    trouble = GaugeMetricFamily("listener_stage_in_trouble", "Whether its last run failed", labels=["stage"])
    for stage in stages:
        took.add_metric([stage.name], count_value=stage.runs, sum_value=stage.seconds)
        failures.add_metric([stage.name], stage.failures)
        last.add_metric([stage.name], stage.last_ok_at.timestamp() if stage.last_ok_at else 0)
        trouble.add_metric([stage.name], stage.trouble is not None)
    yield from (took, failures, last, trouble)


def _of_rules(state: RuleState | None, errors: int) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    reloads = CounterMetricFamily("listener_rule_reloads", "Rule sets by what became of them", labels=["outcome"])
    reloads.add_metric(["taken"], state.takings if state else 0)
    reloads.add_metric(["refused"], state.refusals if state else 0)
    yield reloads
    yield GaugeMetricFamily("listener_rules", "Rules in use", value=state.rules if state else 0)
    yield GaugeMetricFamily("listener_rule_errors", "Mistakes in the rule files as they are now", value=errors)
