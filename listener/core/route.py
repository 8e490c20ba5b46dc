"""lead -> deliveries: who is told, where, and when.

Pure: `now` is an argument, the routes come as `listener.model.Routing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from listener.model import QuietHours, Rep, Route, Routing


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the routes look at in a lead."""

    trigger: str
    score: int  # 0 to 100
    lang: str  # ISO 639-1
    tags: tuple[str, ...] = ()  # of the feeds that tell it


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A lead is to go to one destination."""

    destination: str
    route: str  # which route sends it there, in words
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyTold:
    """The lead goes nowhere."""

    reason: str  # in words, for the operator


def plan(facts: Facts, routing: Routing, now: datetime) -> tuple[Planned, ...] | NobodyTold:
    """Where a lead goes, each destination once and as early as any of its routes allows.

    With destinations but no routes every lead goes to every destination, at once: a first
    configuration of one feed and one destination works. A rep's quiet hours put the delivery off to
    their end; nothing is ever dropped for them.
    """
    if not routing.destinations:
        return NobodyTold(reason="no destination is configured")
    if not routing.routes:
        words = "no routes: everyone"
        return tuple(Planned(destination=name, route=words, due_at=now) for name in routing.destinations)
    earliest: dict[str, Planned] = {}
    for planned in _all_planned(facts, routing, now):
        known = earliest.get(planned.destination)
        if known is None or planned.due_at < known.due_at:
            earliest[planned.destination] = planned
    if earliest:
        return tuple(earliest.values())
    return NobodyTold(reason="no route takes it: " + "; ".join(_refusals(facts, routing.routes)))


def quiet_until(now: datetime, quiet: QuietHours, zone: tzinfo) -> datetime | None:
    """The end of the quiet hours that `now` is in, in UTC; None outside of them.

    An end that the clock shows twice (autumn) is the first one still ahead; an end that the clock skips
    (spring) is as long after the change as it would have been without it.
    """
    local = now.astimezone(zone)
    wall = local.time()
    begun, over = wall >= quiet.start, wall >= quiet.end
    spans_midnight = quiet.end < quiet.start
    is_quiet = (begun or not over) if spans_midnight else (begun and not over)
    if not is_quiet:
        return None
    ends_tomorrow = spans_midnight and begun
    day = local.date() + timedelta(days=ends_tomorrow)
    end = datetime.combine(day, quiet.end, tzinfo=zone)
    first = end.astimezone(UTC)
    return first if first > now else end.replace(fold=1).astimezone(UTC)


def _all_planned(facts: Facts, routing: Routing, now: datetime) -> Iterator[Planned]:
    reps = {rep.name: rep for rep in routing.reps}
    for route in routing.routes:
        if _refusal(facts, route) is not None:
            continue
        words = _words(route)
        rep = reps.get(route.to)
        if rep is None:
            yield Planned(destination=route.to, route=words, due_at=now)
        else:
            due_at = _due_at(rep, now)
            for destination in rep.destinations:
                yield Planned(destination=destination, route=words, due_at=due_at)


def _due_at(rep: Rep, now: datetime) -> datetime:
    quiet_end = quiet_until(now, rep.quiet_hours, rep.zone) if rep.quiet_hours else None
    return quiet_end or now


def _refusals(facts: Facts, routes: Collection[Route]) -> Iterator[str]:
    for route in routes:
        if refusal := _refusal(facts, route):
            yield f"{route.to} {refusal}"


def _refusal(facts: Facts, route: Route) -> str | None:
    """The first condition of the route that the lead does not meet, in words; None: the route takes it."""
    if route.triggers and facts.trigger not in route.triggers:
        return f"takes {_either(route.triggers)}, not {facts.trigger}"
    if facts.score < route.min_score:
        return f"takes a score of {route.min_score} or more, not {facts.score}"
    if route.lang and facts.lang not in route.lang:
        return f"takes entries in {_either(route.lang)}, not {facts.lang}"
    if route.tags and not set(route.tags) & set(facts.tags):
        return f"takes feeds tagged {_either(route.tags)}"
    return None


def _words(route: Route) -> str:
    conditions = [_either(route.triggers)] if route.triggers else []
    if route.min_score:
        conditions.append(f"score {route.min_score} or more")
    if route.lang:
        conditions.append(f"in {_either(route.lang)}")
    if route.tags:
        conditions.append(f"tagged {_either(route.tags)}")
    return f"to {route.to}: " + (", ".join(conditions) or "every lead")


def _either(words: Collection[str]) -> str:
    return " or ".join(words)
