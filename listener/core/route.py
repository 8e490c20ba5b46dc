"""lead -> deliveries: who is told, where, and when.

Pure: `now` is an argument, the routes come as `listener.model.Routing`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from listener.core.ground import named_in
from listener.core.policy import timing
from listener.model import OWNER, Account, Rep, Route, Routing, Segment, Takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the routes look at in a lead."""

    trigger: str
    score: int  # 0 to 100
    lang: str  # ISO 639-1
    tags: tuple[str, ...] = ()  # of the feeds that tell it
    account: Account | None = None  # None: the prospect is none
    hedged: str | None = None  # the words that make it uncertain; None: stated as a fact
    folded: str = ""  # titles and texts that tell it, as `core.company.fold` writes them


class Condition(StrEnum):
    """What a route may ask of a lead, in the words of config.toml."""

    TRIGGERS = "triggers"
    MIN_SCORE = "min_score"
    HEDGED = "hedged"
    ACCOUNTS = "accounts"
    OWNER = "owner"
    SEGMENT = "segment"
    TERRITORY = "territory"
    LANG = "lang"
    TAGS = "tags"
    KEYWORDS = "keywords"


QUALITY = frozenset({Condition.MIN_SCORE, Condition.HEDGED})
"""Conditions on how good a lead is."""
WHOSE = frozenset({Condition.ACCOUNTS, Condition.OWNER, Condition.SEGMENT, Condition.TERRITORY})
"""Conditions on whose business the prospect is."""


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


def plan(
    facts: Facts, routing: Routing, now: datetime, *, waived: Collection[Condition] = ()
) -> tuple[Planned, ...] | NobodyTold:
    """Where a lead goes, each destination once and as early as any of its routes allows.

    With destinations but no routes every lead goes to every destination, at once: a first
    configuration of one feed and one destination works. Routes to the owner of the account are asked first, the
    others in their order; behind one that takes the lead and has `stop` no other is asked. When a rep is told is said
    by `core.policy`. `waived` conditions count as met.
    """
    if not routing.destinations:
        return NobodyTold(reason="no destination is configured")
    if not routing.routes:
        words = "no routes: everyone"
        return tuple(Planned(destination=name, route=words, due_at=now) for name in routing.destinations)
    earliest: dict[str, Planned] = {}
    for planned in _all_planned(facts, routing, now, waived):
        known = earliest.get(planned.destination)
        if known is None or planned.due_at < known.due_at:
            earliest[planned.destination] = planned
    if earliest:
        return tuple(earliest.values())
    return NobodyTold(reason="no route takes it: " + "; ".join(_refusals(facts, routing, waived)))


def plan_rescue(facts: Facts, routing: Routing, now: datetime) -> tuple[Planned, ...] | NobodyTold:
    """Where a lead goes that somebody wants to be told in spite of what speaks against it.

    To whom the routes send it when its score and its uncertainty do not count; if that is nobody, when it does not
    count either whose account it is. What a route says of triggers, languages, feeds and keywords holds always.
    """
    by_whose = plan(facts, routing, now, waived=QUALITY)
    return plan(facts, routing, now, waived=QUALITY | WHOSE) if isinstance(by_whose, NobodyTold) else by_whose


def plan_for(name: str, routing: Routing, now: datetime, *, words: str, score: int) -> tuple[Planned, ...]:
    """Where and when a rep or destination of that name is told of a lead of this score; `words` say why.

    None: there is nobody of that name.
    """
    rep = next((rep for rep in routing.reps if rep.name == name), None)
    if rep is None:
        return tuple(
            Planned(destination=each, route=words, due_at=now) for each in routing.destinations if each == name
        )
    when = timing(rep, score, now)
    return tuple(
        Planned(destination=each, route=words, due_at=when.due_at, digest=when.digest, rep=rep)
        for each in rep.destinations
    )


def exclusion(account: Account | None) -> str | None:
    """Why nobody is to be told of anything about the account, in words; None: somebody may be."""
    if account is None or account.segment is not Segment.EXCLUDE:
        return None
    return f"the account {account.name} is excluded (segment exclude)"


def owner_of(account: Account | None, reps: Collection[Rep]) -> Rep | None:
    """The rep who owns the account; None: there is none, or none of the reps is known by that name."""
    if account is None or account.owner is None:
        return None
    name = _same(account.owner)
    return next((rep for rep in reps if name in map(_same, (rep.name, *rep.known_as))), None)


def _all_planned(facts: Facts, routing: Routing, now: datetime, waived: Collection[Condition]) -> Iterator[Planned]:
    for route in _in_order(routing.routes):
        if _refusal(facts, route, routing.reps, waived) is not None:
            continue
        owner = owner_of(facts.account, routing.reps) if route.to == OWNER else None
        yield from plan_for(
            owner.name if owner else route.to, routing, now, words=_words(route, owner), score=facts.score
        )
        if route.stop:
            return


def _in_order(routes: Collection[Route]) -> list[Route]:
    """The owner of an account is the first to know, wherever the route stands in the file."""
    return sorted(routes, key=lambda route: route.to != OWNER)


def _refusals(facts: Facts, routing: Routing, waived: Collection[Condition]) -> Iterator[str]:
    for route in _in_order(routing.routes):
        if refusal := _refusal(facts, route, routing.reps, waived):
            yield f"{_to(route)} {refusal}"


def _to(route: Route) -> str:
    return "the owner" if route.to == OWNER else route.to


def _refusal(facts: Facts, route: Route, reps: Collection[Rep], waived: Collection[Condition]) -> str | None:
    """The first condition of the route that the lead does not meet, in words; None: the route takes it."""
    refusals = (refuse(facts, route) for name, refuse in _CONDITIONS.items() if name not in waived)
    first = next(filter(None, refusals), None)
    if first is None and route.to == OWNER and owner_of(facts.account, reps) is None:
        return f"is not known: {_no_owner(facts.account)}"
    return first


def _no_owner(account: Account | None) -> str:
    if account is None:
        return "the prospect is no account"
    return f"no rep is called {account.owner}" if account.owner else f"the account {account.name} has no owner"


def _wrong_trigger(facts: Facts, route: Route) -> str | None:
    if not route.triggers or facts.trigger in route.triggers:
        return None
    return f"takes {_either(route.triggers)}, not {facts.trigger}"


def _low_score(facts: Facts, route: Route) -> str | None:
    if facts.score >= route.min_score:
        return None
    return f"takes a score of {route.min_score} or more, not {facts.score}"


def _wrong_certainty(facts: Facts, route: Route) -> str | None:
    if route.hedged is Takes.EXCLUDE and facts.hedged is not None:
        return f'takes what is certain, not "{facts.hedged}"'
    if route.hedged is Takes.ONLY and facts.hedged is None:
        return "takes rumours only"
    return None


def _no_account(facts: Facts, route: Route) -> str | None:
    if route.accounts is Takes.ONLY and facts.account is None:
        return "takes accounts only, and the prospect is none"
    if route.accounts is Takes.EXCLUDE and facts.account is not None:
        return f"takes no accounts, and {facts.account.name} is one"
    return None


def _wrong_owner(facts: Facts, route: Route) -> str | None:
    return _not_among(route.owner, facts.account.owner if facts.account else None, "owner", facts.account)


def _wrong_segment(facts: Facts, route: Route) -> str | None:
    return _not_among(route.segment, facts.account.segment if facts.account else None, "segment", facts.account)


def _wrong_territory(facts: Facts, route: Route) -> str | None:
    return _not_among(route.territory, facts.account.territory if facts.account else None, "territory", facts.account)


def _not_among(wanted: Collection[str], value: str | None, what: str, account: Account | None) -> str | None:
    if not wanted or (value is not None and _same(value) in map(_same, wanted)):
        return None
    if account is None:
        return f"takes the {what} {_either(wanted)}, and the prospect is no account"
    return f"takes the {what} {_either(wanted)}, not {value or f'an account without {what}'}"


def _wrong_language(facts: Facts, route: Route) -> str | None:
    if not route.lang or facts.lang in route.lang:
        return None
    return f"takes entries in {_either(route.lang)}, not {facts.lang}"


def _wrong_feed(facts: Facts, route: Route) -> str | None:
    if not route.tags or set(route.tags) & set(facts.tags):
        return None
    return f"takes feeds tagged {_either(route.tags)}"


def _no_keyword(facts: Facts, route: Route) -> str | None:
    if not route.keywords or named_in(route.keywords, facts.folded):
        return None
    return f"takes entries that name {_either(route.keywords)}"


_CONDITIONS: dict[Condition, Callable[[Facts, Route], str | None]] = {
    Condition.TRIGGERS: _wrong_trigger,
    Condition.MIN_SCORE: _low_score,
    Condition.HEDGED: _wrong_certainty,
    Condition.ACCOUNTS: _no_account,
    Condition.OWNER: _wrong_owner,
    Condition.SEGMENT: _wrong_segment,
    Condition.TERRITORY: _wrong_territory,
    Condition.LANG: _wrong_language,
    Condition.TAGS: _wrong_feed,
    Condition.KEYWORDS: _no_keyword,
}


def _words(route: Route, owner: Rep | None) -> str:
    to = f"{owner.name}, who owns the account" if owner else route.to
    return f"to {to}: " + (", ".join(_wishes(route)) or "every lead")


def _wishes(route: Route) -> Iterator[str]:
    """What the route asks for, in words."""
    if route.triggers:
        yield _either(route.triggers)
    if route.min_score:
        yield f"score {route.min_score} or more"
    if route.hedged is not Takes.ANY:
        yield "rumours only" if route.hedged is Takes.ONLY else "no rumours"
    if route.accounts is not Takes.ANY:
        yield "accounts only" if route.accounts is Takes.ONLY else "no accounts"
    for what, values in (("owner", route.owner), ("segment", route.segment), ("territory", route.territory)):
        if values:
            yield f"{what} {_either(values)}"
    if route.lang:
        yield f"in {_either(route.lang)}"
    if route.tags:
        yield f"tagged {_either(route.tags)}"
    if route.keywords:
        yield f"naming {_either(route.keywords)}"


def _either(words: Collection[str]) -> str:
    return " or ".join(words)


def _same(word: str) -> str:
    """Names of owners and territories are compared whatever their case."""
    return " ".join(word.casefold().split())
