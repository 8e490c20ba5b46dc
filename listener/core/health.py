"""Quiet or broken? Pure: what is known of a feed, and the time, are arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.model import FailureKind, Feed, Health

BROKEN_FAILURES = 5
BROKEN_FOR = timedelta(hours=6)
"""A server's restart, a night's maintenance and a deployment are over by then; five polls at the default interval,
with their growing pauses, take seven hours."""

_QUIET_AT_LEAST = timedelta(days=1)
_STALE_AT_LEAST = timedelta(days=7)  # weekends and holidays silence most newsrooms
_QUIET_UNKNOWN = timedelta(days=7)
_STALE_UNKNOWN = timedelta(days=60)  # a saved search may well find nothing for weeks

WORST_FIRST = (Health.BROKEN, Health.GONE, Health.FAILING, Health.STALE, Health.QUIET, Health.NEW, Health.OK)

_ASK_OR_WAIT = "Open the URL in a browser. If it works there, the server may be refusing us: ask its publisher"
_REMEDIES = {
    FailureKind.NETWORK: "Check the URL, and whether this machine reaches the internet",
    FailureKind.TIMEOUT: "Raise poll.deadline if the server is always that slow",
    FailureKind.HTTP_STATUS: _ASK_OR_WAIT,
    FailureKind.BUSY: "It is asked less often by itself. If that does not help, raise feeds.interval",
    FailureKind.GONE: "Take it out of the configuration, or look for the feed's new address",
    FailureKind.REDIRECT: "Open the URL in a browser and configure the address where it ends",
    FailureKind.FORBIDDEN_ADDRESS: "Set poll.allow_private_networks = true if the feed is meant to be in your network",
    FailureKind.TOO_LARGE: "Raise poll.max_bytes if it really is that feed",
    FailureKind.NOT_A_FEED: "Look on the site for the feed's own address, or set feeds.auth if it asks for a log-in",
    FailureKind.EMPTY: "Look on the site for the feed's own address",
    FailureKind.HOSTILE: "Ask the publisher, or take it out of the configuration: no feed needs what it declares",
    FailureKind.CRASHED: "Please report the feed's URL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How a feed is, in words."""

    health: Health
    reason: str
    remedy: str | None  # None: there is nothing to do


def diagnose(feed: Feed, now: datetime) -> Diagnosis:
    """Tell quiet from broken, from what the feed's own history makes plausible."""
    if feed.next_poll_at is None:
        return _troubled(feed, Health.GONE, "the server says that it is gone for good")
    if feed.failures:
        return _failing(feed, now)
    if feed.last_success_at is None:
        return Diagnosis(health=Health.NEW, reason="not polled yet", remedy=None)
    return _silent(feed, now)


def _failing(feed: Feed, now: datetime) -> Diagnosis:
    lasted = now - (feed.failing_since_at or now)
    times = "poll" if feed.failures == 1 else f"{feed.failures} polls"
    reason = f"the last {times} failed: {feed.last_error}"
    if feed.failures >= BROKEN_FAILURES and lasted >= BROKEN_FOR:
        return _troubled(feed, Health.BROKEN, f"{reason} (for {in_words(lasted)})")
    return _troubled(feed, Health.FAILING, reason)


def _troubled(feed: Feed, health: Health, reason: str) -> Diagnosis:
    remedy = _REMEDIES[feed.last_error_kind or FailureKind.GONE]
    return Diagnosis(health=health, reason=reason, remedy=remedy)


def _silent(feed: Feed, now: datetime) -> Diagnosis:
    since = feed.last_news_at or feed.first_success_at or now
    silence = now - since
    quiet_after, stale_after = _limits(feed)
    if silence < quiet_after:
        return Diagnosis(health=Health.OK, reason=f"news {in_words(silence)} ago" if feed.entries else "no news yet",
                         remedy=None)  # fmt: skip
    reason = f"nothing new for {in_words(silence)}"
    if feed.cadence is not None:
        reason += f", usually every {in_words(max(feed.cadence.gap, feed.cadence.silence))}"
    if silence < stale_after:
        return Diagnosis(health=Health.QUIET, reason=reason, remedy=None)
    remedy = "Look at the site: it may have a new feed and have left this one behind"
    return Diagnosis(health=Health.STALE, reason=reason, remedy=remedy)


def _limits(feed: Feed) -> tuple[timedelta, timedelta]:
    """After how much silence a feed is quiet, and stale: half as long again as usual, and three times as long."""
    usual = feed.cadence
    if usual is None:
        return _QUIET_UNKNOWN, _STALE_UNKNOWN
    return (
        max(_QUIET_AT_LEAST, 3 * usual.gap, 1.5 * usual.silence),
        max(_STALE_AT_LEAST, 10 * usual.gap, 3 * usual.silence),
    )


def in_words(duration: timedelta) -> str:
    """A duration for people: "3 days", "1 hour", "0 minutes"."""
    minutes = max(duration, timedelta()) // timedelta(minutes=1)
    for unit, length in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * length or minutes == length:
            return f"{minutes // length} {unit}{'s' * (minutes >= 2 * length)}"
    return f"{minutes} minute{'s' * (minutes != 1)}"
