"""What two sets of rules find in the same entries: leads kept, added, lost and renamed.

Fed with entries in the order in which they came, it remembers the stories that are still open and a bounded number of
samples, so that its memory does not grow with the history.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

from listener.core.company import is_same_name
from listener.core.story import WINDOW
from listener.model import Entry

RIGHT = frozenset({"useful", "contacted", "meeting", "won"})
"""Verdicts of a lead that was worth having."""
WRONG = frozenset({"wrong_company", "not_relevant"})
"""Verdicts of one that should not have been there."""

_SAMPLES = 100
"""Of each kind: more than anybody reads, and a few hundred kilobytes."""
_SWEEP = 5_000
"""Entries after which stories that are over are put away: seldom enough to cost nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLead:
    """A lead that a set of rules finds in an entry."""

    trigger: str
    company: str
    company_key: str  # folded, to compare
    rule: str
    quote: str
    score: int  # 0 to 100, at the time
    told: frozenset[str] = frozenset()  # reps and destinations that would get an alert


@dataclass(slots=True, kw_only=True)
class Story:
    """One event, and which set finds it."""

    trigger: str
    opened_at: datetime
    entry: Entry | None  # the first that tells it; None where both sets find the same: nobody asks to see it
    before: FoundLead | None = None  # by the rules in use; None: they miss it
    after: FoundLead | None = None  # by the candidate rules; None: they miss it
    told_before: set[str] = field(default_factory=set)
    told_after: set[str] = field(default_factory=set)
    verdict: str | None = None  # status of the stored lead of the story; None: there is none
    keys: set[tuple[str, str]] = field(default_factory=set)  # trigger and company keys that it is known under

    @property
    def renamed(self) -> bool:
        """Both find it, about different companies."""
        before, after = self.before, self.after
        return bool(before and after and not is_same_name(before.company_key, after.company_key))

    @property
    def kind(self) -> str:
        """ "added", "lost", "renamed" or "kept"."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "lost"
        return "renamed" if self.renamed else "kept"


@dataclass(slots=True)
class Verdicts:
    """What reps said of the leads that a set finds."""

    right: int = 0
    wrong: int = 0

    def add(self, verdict: str | None) -> None:
        """Count a verdict; what is none says nothing."""
        self.right += verdict in RIGHT
        self.wrong += verdict in WRONG

    @property
    def precision(self) -> float | None:
        """Right ones of those with a verdict; None: there is none."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None


@dataclass(slots=True)
class Counts:
    """Leads of one trigger, or of all."""

    kinds: Counter[str] = field(default_factory=Counter)
    verdicts_before: Verdicts = field(default_factory=Verdicts)
    verdicts_after: Verdicts = field(default_factory=Verdicts)
    verdicts_lost: Verdicts = field(default_factory=Verdicts)

    @property
    def before(self) -> int:
        """Leads by the rules in use."""
        return self.kinds.total() - self.kinds["added"]

    @property
    def after(self) -> int:
        """Leads by the candidate rules."""
        return self.kinds.total() - self.kinds["lost"]

    def add(self, story: Story) -> None:
        """Count a story."""
        self.kinds[story.kind] += 1
        if story.before is not None:
            self.verdicts_before.add(story.verdict)
        if story.after is not None and not (story.renamed and story.verdict == "wrong_company"):
            self.verdicts_after.add(story.verdict)
        if story.kind == "lost":
            self.verdicts_lost.add(story.verdict)


class Samples:
    """Some of many stories, spread evenly over all of them, whatever their number."""

    def __init__(self, most: int = _SAMPLES) -> None:
        self._most = most
        self._stride = 1
        self._seen = 0
        self.stories: list[Story] = []

    def add(self, story: Story) -> None:
        """Keep it, if it is its turn."""
        if self._seen % self._stride == 0:
            self.stories.append(story)
        self._seen += 1
        if len(self.stories) > self._most:
            self._stride *= 2
            del self.stories[1::2]


class Comparison:
    """Takes entries with what both sets find in them, in order; `finish` counts the stories that are still open.

    A story is a trigger about a prospect within two weeks, for both sets alike. That is simpler than `core.story`,
    which also compares slots and words: the judge stage would make somewhat fewer leads.
    """

    def __init__(self) -> None:
        self.all = Counts()
        self.triggers: defaultdict[str, Counts] = defaultdict(Counts)
        self.alerts_before: Counter[str] = Counter()
        self.alerts_after: Counter[str] = Counter()
        self.samples = {kind: Samples() for kind in ("added", "lost", "renamed")}
        self.entries = 0
        self._open: dict[tuple[str, str], Story] = {}

    def add(
        self,
        entry: Entry,
        before: Iterable[FoundLead],
        after: Iterable[FoundLead],
        verdicts: Mapping[tuple[str, str], str],
    ) -> None:
        """Take one entry; `verdicts` are those of its stored leads, by trigger and company key."""
        self.entries += 1
        for found_before, found_after in _pairs(before, after):
            both = [found for found in (found_before, found_after) if found is not None]
            story = self._story(entry, both)
            story.before, story.after = story.before or found_before, story.after or found_after
            story.told_before |= found_before.told if found_before else frozenset()
            story.told_after |= found_after.told if found_after else frozenset()
            for found in both:
                story.verdict = verdicts.get((found.trigger, found.company_key), story.verdict)
            if story.kind == "kept":
                story.entry = None
        if self.entries % _SWEEP == 0:
            self._close(entry.first_seen_at)

    def finish(self) -> None:
        """There are no more entries."""
        self._close(None)

    def _story(self, entry: Entry, found: Iterable[FoundLead]) -> Story:
        """The open story of what was found, under the names of both sets, or a new one."""
        keys = [(each.trigger, each.company_key) for each in found]
        for key in keys:
            if key in self._open and self._open[key].opened_at < entry.first_seen_at - WINDOW:
                self._put_away(self._open[key])
        known = next((self._open[key] for key in keys if key in self._open), None)
        story = known or Story(trigger=keys[0][0], opened_at=entry.first_seen_at, entry=entry)
        for key in keys:
            if self._open.setdefault(key, story) is story:
                story.keys.add(key)
        return story

    def _close(self, now: datetime | None) -> None:
        """Put away the stories that are over by `now`; None: all."""
        over = [s for s in self._open.values() if now is None or s.opened_at < now - WINDOW]
        for story in {id(story): story for story in over}.values():
            self._put_away(story)

    def _put_away(self, story: Story) -> None:
        """Count the story and forget it."""
        for key in story.keys:
            del self._open[key]
        self.all.add(story)
        self.triggers[story.trigger].add(story)
        self.alerts_before.update(story.told_before)
        self.alerts_after.update(story.told_after)
        if story.kind in self.samples:
            self.samples[story.kind].add(story)


def _pairs(
    before: Iterable[FoundLead], after: Iterable[FoundLead]
) -> Iterator[tuple[FoundLead | None, FoundLead | None]]:
    """What both sets find in an entry, side by side: first by company, what is left by trigger, in order."""
    olds = {(found.trigger, found.company_key): found for found in before}
    news = {(found.trigger, found.company_key): found for found in after}
    for key in [key for key in olds if key in news]:
        yield olds.pop(key), news.pop(key)
    for trigger in dict.fromkeys(found.trigger for found in (*olds.values(), *news.values())):
        yield from zip_longest(
            (found for found in olds.values() if found.trigger == trigger),
            (found for found in news.values() if found.trigger == trigger),
        )
