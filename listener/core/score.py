"""How much a lead is worth a call: 0 to 100, with the reasons in words.

The weight of the trigger, less what makes the event doubtful or old, more what makes the prospect ours. docs/leads.md
explains it with examples. The constants are set by judgement, to be measured by verdicts (`listener leads stats`):
one is small beside a trigger's weight (60 to 80), and only a hedge or a competitor takes a plain match below 50.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.core.ground import named_in
from listener.core.rules import Trigger
from listener.model import Account, AccountHit, Match, Profile, Reason, Segment

PLAIN = {"title": 0.9, "text": 0.8}
"""Confidence of a rule that found all it looks for, by where it matched."""
PLAIN_HEDGED = 0.5
"""Factor of the confidence of what is hedged: the hedge is counted by itself."""
TEXT_ONLY = -10
"""News leads with the news: what only the text mentions is more often background."""
HEDGED = -25
"""A rumour is worth knowing, not worth interrupting somebody for: below the usual threshold of 50."""
OUTLET, OUTLETS_MAX = 5, 10
"""A second and third outlet confirm an event; more of them only repeat it."""
YOUNG = timedelta(days=1)
"""Below this age nothing is taken off: feeds and time zones are not more exact than that."""
ACCOUNT = 10
"""Somebody chose this company: as much as two more outlets."""
SEGMENTS = {Segment.TARGET: 15, Segment.CUSTOMER: 10, Segment.PARTNER: 0, Segment.COMPETITOR: -30, Segment.EXCLUDE: 0}
"""A target is what the list is for; a customer buys more easily than a stranger, and somebody talks to it already; news
of a competitor is worth knowing, not a call. What is excluded is suppressed, whatever its score."""
FITS, MISFITS = 5, -10
"""For each of industry, territory and size that is known. What does not fit costs more than what fits gains: one wrong
territory ends a call, three right ones do not make it."""
KEYWORD, KEYWORDS_MAX = 5, 10
"""The news itself names what we sell into. A long text names many words, so two are enough."""
ANOTHER_TRIGGER, ANOTHER_TRIGGER_MAX = 5, 15
"""A company with new money, a new head and a new site buys now; each is told by its own entries."""
TOGETHER = timedelta(days=90)
"""Triggers at one prospect belong together for a quarter, in which budgets are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the score looks at."""

    label: str  # of the trigger
    weight: int  # of the trigger, 0 to 100
    half_life: timedelta  # of the trigger
    where: str  # "title" or "text": the best place in any source
    hedged: str | None  # None: stated as a fact
    outlets: int  # that tell it
    age: timedelta  # of the news
    confidence: float = 1.0  # as `confidence_of` has it, of the surest telling
    account: AccountHit | None = None  # None: the prospect is none
    others: tuple[str, ...] = ()  # labels of other triggers at the prospect within `TOGETHER`, told by other entries
    folded: str = ""  # titles and texts, as `core.company.fold` writes them


def score(evidence: Evidence, profile: Profile | None = None) -> tuple[int, tuple[Reason, ...]]:
    """The score of a lead and its reasons, in the order in which they count; without `profile` nothing fits or not."""
    reasons = (
        *_of_match(evidence),
        *_of_account(evidence.account),
        *_of_profile(evidence, profile or Profile()),
        *_of_story(evidence),
    )
    total = sum(reason.points for reason in reasons)
    return max(0, min(100, total)), reasons


def evidence_of(match: Match, trigger: Trigger, age: timedelta) -> Evidence:
    """What one match tells by itself."""
    return Evidence(
        label=trigger.label,
        weight=trigger.weight,
        half_life=trigger.half_life,
        where=match.where,
        hedged=match.hedged,
        outlets=1,
        age=age,
        confidence=confidence_of(match),
    )


def confidence_of(match: Match) -> float:
    """The rule's confidence in what it found, 0 to 1, place and hedge aside: they are counted by themselves."""
    plain = PLAIN.get(match.where, PLAIN["text"]) * (PLAIN_HEDGED if match.hedged is not None else 1.0)
    return round(min(1.0, match.confidence / plain), 2)


def age_of(published_at: datetime | None, first_seen_at: datetime, now: datetime) -> timedelta:
    """How old the news is: since it was published, else since it was first seen; never negative."""
    return max(timedelta(0), now - (published_at or first_seen_at))


def _of_match(evidence: Evidence) -> Iterator[Reason]:
    yield Reason(points=evidence.weight, why=evidence.label)
    if evidence.where == "text":
        yield Reason(points=TEXT_ONLY, why="in the text, not in the headline")
    if evidence.hedged is not None:
        yield Reason(points=HEDGED, why=f'not certain: "{evidence.hedged}"')
    if doubt := round(evidence.weight * (1 - evidence.confidence)):
        yield Reason(points=-doubt, why="the sentence does not name the company, or stands far down in the text")


def _of_account(hit: AccountHit | None) -> Iterator[Reason]:
    """An account counts by how sure it is that the company is the account."""
    if hit is None:
        return
    segment = hit.account.segment
    points = round((ACCOUNT if segment is None else SEGMENTS[segment]) * hit.certainty)
    if points:
        yield Reason(points=points, why=f"{hit.account.name} is {_ARTICLES[segment]}")


_ARTICLES: dict[Segment | None, str] = {
    None: "an account",
    Segment.TARGET: "a target account",
    Segment.CUSTOMER: "a customer",
    Segment.COMPETITOR: "a competitor",
}


def _of_profile(evidence: Evidence, profile: Profile) -> Iterator[Reason]:
    if evidence.account is not None:
        yield from _of_fit(evidence.account.account, profile)
    if words := named_in(profile.keywords, evidence.folded):
        yield Reason(points=min(KEYWORDS_MAX, KEYWORD * len(words)), why=f"the news names {', '.join(words[:3])}")


def _of_fit(account: Account, profile: Profile) -> Iterator[Reason]:
    """Of the profile; what is not known of the account counts neither way."""
    for what, value, wanted in (
        ("industry", account.industry, profile.industries),
        ("territory", account.territory, profile.territories),
    ):
        if value and wanted:
            yield _fit(value.casefold() in {each.casefold() for each in wanted}, f"{what} {value}")
    if account.size is not None and profile.sizes:
        size = account.size
        fits = any(low <= size and (high is None or size <= high) for low, high in profile.sizes)
        yield _fit(fits, f"size: {size} people")


def _fit(fits: bool, what: str) -> Reason:
    return Reason(points=FITS if fits else MISFITS, why=f"{what}{'' if fits else ', not of the profile'}")


def _of_story(evidence: Evidence) -> Iterator[Reason]:
    if evidence.others:
        points = min(ANOTHER_TRIGGER_MAX, ANOTHER_TRIGGER * len(evidence.others))
        yield Reason(points=points, why=f"also at this prospect: {', '.join(evidence.others)}")
    if evidence.outlets > 1:
        points = min(OUTLETS_MAX, OUTLET * (evidence.outlets - 1))
        yield Reason(points=points, why=f"told by {evidence.outlets} outlets")
    if evidence.age >= YOUNG:
        lost = evidence.weight - round(evidence.weight * 0.5 ** (evidence.age / evidence.half_life))
        if lost:
            days = evidence.age // timedelta(days=1)
            yield Reason(points=-lost, why=f"{days} day{'s' * (days != 1)} old")
