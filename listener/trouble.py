"""What the operator has to know besides the feeds: refused rules, dead destinations, a full disk, silence, storms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.model import DestinationHealth, DestinationState
from listener.store import Store

_SPACE_AGAIN = 1.2  # of the reserve must be free before a full disk is over: else each file that goes is news
_STORM_REMEMBERED = timedelta(days=1)  # a storm is told once; another one within that time not again


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that somebody has to look at."""

    key: str  # the same as long as it is the same trouble
    title: str  # in few words
    line: str  # with the remedy
    over: str | None  # what is told when it is over; None: nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookout:
    """Sees trouble. What it is given is asked at each look."""

    store: Store
    destinations: frozenset[str]  # those that are configured
    rule_errors: Callable[[], tuple[str, ...]]  # of the rule files as they are on disk now
    free_bytes: Callable[[], int]  # beside the database
    disk_reserve: int  # bytes; less free is trouble
    silence: timedelta | None  # without a new entry from any feed is trouble; None: never
    since: datetime  # when listening began: nothing was heard before, and that is no trouble

    def troubles(self, now: datetime, *, told_of: str, told: Collection[str]) -> Iterator[Trouble]:
        """All that there is; nothing about the destination `told_of`, which hears of it. `told`: what it knows.

        Raises OSError when the disk cannot be asked.
        """
        yield from self._refused_rules()
        for state in self.store.destinations.all():
            if state.name in self.destinations and state.name != told_of:
                yield from _of_destination(state, now)
        yield from self._full_disk(was_full=any(key.endswith("disk") for key in told))
        yield from self._silence(now)

    def _refused_rules(self) -> Iterator[Trouble]:
        """One a file, whatever becomes of its mistakes meanwhile."""
        by_file = {error.partition(":")[0]: error for error in reversed(self.rule_errors())}
        for file, error in by_file.items():
            yield Trouble(
                key=f"rules {file}",
                title=f"rule file {file} is refused",
                line=f"{error}. Its rules from before stay in use; at a start they are left out",
                over=f"rule file {file} is in use again",
            )

    def _full_disk(self, *, was_full: bool) -> Iterator[Trouble]:
        free = self.free_bytes()
        if free < self.disk_reserve * (_SPACE_AGAIN if was_full else 1):
            yield Trouble(
                key="disk",
                title="the disk is nearly full",
                line=f"{free / 1e6:.0f} MB are left beside the database. Free some space, or lower retention.text",
                over="there is space on the disk again",
            )

    def _silence(self, now: datetime) -> Iterator[Trouble]:
        last = self.store.feeds.last_news_at()
        if self.silence is None or last is None:
            return
        silent_for = now - max(last, self.since)
        if silent_for >= self.silence:
            hours = self.silence.total_seconds() / 3600
            yield Trouble(
                key="silence",
                title=f"no feed brought anything new for {hours:g} hours",
                line=f"The last one came at {last:%Y-%m-%d %H:%M} UTC. See `listener feeds health`, and the proxy",
                over="feeds bring new entries again",
            )


def _of_destination(state: DestinationState, now: datetime) -> Iterator[Trouble]:
    if state.health is DestinationHealth.DOWN:
        yield Trouble(
            key=f"destination {state.name}",
            title=f"destination {state.name} takes no messages",
            line=f"The last {state.failures} failed ({state.last_error}). Nothing is lost; one is tried now and then. "
            f"`listener alerts test {state.name}` shows whether it is mended",
            over=f"destination {state.name} takes messages again",
        )
    if state.storm_at is not None and now - state.storm_at < _STORM_REMEMBERED:
        yield Trouble(
            key=f"storm {state.name}",
            title=f"too many alerts for {state.name} became a digest",
            line=f"It began at {state.storm_at:%Y-%m-%d %H:%M} UTC. If that is often so, raise the min_score of its "
            "routes, or deliver.storm_after",
            over=None,
        )
