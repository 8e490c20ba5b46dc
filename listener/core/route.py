"""lead -> deliveries: who is told, where, and when.

Pure: `now` is an argument, the routes come as `listener.model.Routing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from listener.core.policy import timing
from listener.model import Rep, Route, Routing


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
    digest: str | None = None  # what goes out together has the same; None: alone
    rep: Rep | None = None  # for whom; None: the route leads straight to the destination


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyTold:
    """The lead goes nowhere."""

    reason: str  # in words, for the operator


def plan(facts: Facts, routing: Routing, now: datetime) -> tuple[Planned, ...] | NobodyTold:
    """Where a lead goes, each destination once and as early as any of its routes allows.

    With destinations but no routes every lead goes to every destination, at once: a first
    configuration of one feed and one destination works. When a rep is told is said by `core.policy`.
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
            when = timing(rep, facts.score, now)
            for name in rep.destinations:
                yield Planned(destination=name, route=words, due_at=when.due_at, digest=when.digest, rep=rep)


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
