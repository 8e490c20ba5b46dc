"""How much a lead is worth a call: 0 to 100, with the reasons in words.

score = weight of the trigger
        - 10 if it was found in the text only, not in the headline
        - 25 if it is hedged
        + 5 for each further outlet, up to 10
        - what age took: the weight halves every half-life of the trigger
"""

from __future__ import annotations

from datetime import datetime, timedelta

from listener.model import Reason

TEXT_ONLY = -10
"""News leads with the news: what only the text mentions is more often background."""
HEDGED = -25
"""A rumour is worth knowing, not worth interrupting somebody for: below the usual threshold of 50."""
OUTLET, OUTLETS_MAX = 5, 10
"""A second and third outlet confirm an event; more of them only repeat it."""
YOUNG = timedelta(days=1)
"""Below this age nothing is taken off: feeds and time zones are not more exact than that."""


def score(
    *,
    label: str,
    weight: int,
    half_life: timedelta,
    where: str,
    hedged: str | None,
    outlets: int,
    age: timedelta,
) -> tuple[int, tuple[Reason, ...]]:
    """The score of a lead and its reasons, in the order in which they count. Pure."""
    reasons = [Reason(points=weight, why=label)]
    if where == "text":
        reasons.append(Reason(points=TEXT_ONLY, why="in the text, not in the headline"))
    if hedged is not None:
        reasons.append(Reason(points=HEDGED, why=f'not certain: "{hedged}"'))
    if outlets > 1:
        reasons.append(Reason(points=min(OUTLETS_MAX, OUTLET * (outlets - 1)), why=f"told by {outlets} outlets"))
    if age >= YOUNG:
        lost = weight - round(weight * 0.5 ** (age / half_life))
        if lost:
            days = age // timedelta(days=1)
            reasons.append(Reason(points=-lost, why=f"{days} day{'s' * (days != 1)} old"))
    total = sum(reason.points for reason in reasons)
    return max(0, min(100, total)), tuple(reasons)


def age_of(published_at: datetime | None, first_seen_at: datetime, now: datetime) -> timedelta:
    """How old the news is: since it was published, else since it was first seen; never negative."""
    return max(timedelta(0), now - (published_at or first_seen_at))
