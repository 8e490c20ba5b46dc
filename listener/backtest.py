"""Candidate rules on stored history: what they would have found, against the rules in use. Writes nothing."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from listener.core import score as scoring
from listener.core import story
from listener.core.accounts import AccountBook
from listener.core.company import company_key, fold, outlet_keys
from listener.core.comparison import Comparison, FoundLead
from listener.core.page import Page, page_of
from listener.core.route import Facts, NobodyTold, exclusion, plan
from listener.core.rules import Trigger
from listener.judge_stage import BATCH, Policy, judge_batch
from listener.model import AccountHit, Entry, Judgement, Match, PastLead, Routing
from listener.rulebook import RulesInUse
from listener.store import Store

Triggers = Mapping[tuple[str, str], Trigger]
"""By name and language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a backtest came to."""

    since: datetime
    until: datetime
    comparison: Comparison
    failed: int  # entries that could not be judged by one of the sets

    @property
    def weeks(self) -> float:
        """Of history; at least a day, so that an hour of it is not made out to be a flood."""
        return max(self.until - self.since, timedelta(days=1)) / timedelta(weeks=1)


@dataclass(slots=True)
class _Page:
    """Entries under judgement."""

    entries: Sequence[Entry]
    past: Sequence[PastLead]
    after: Future[tuple[Judgement, ...]]
    before: Future[tuple[Judgement, ...]] | None  # None: the leads that are stored are compared with


def backtest(
    store: Store,
    executor: Executor,
    *,
    candidate: RulesInUse,
    in_use: RulesInUse | None,
    policy: Policy,
    accounts: AccountBook,
    since: datetime,
    until: datetime,
    in_flight: int,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Judge the entries first seen since then by the candidate rules and by those in use, and compare the leads.

    `in_use` None: compares with the leads that are stored, which other rules may have found at the time. `in_flight`
    pages are judged at a time; memory holds these, and the stories of two weeks. `progress` is told how many entries
    of how many are done. Entries come in the order in which they were stored; nothing is written.
    """
    total, pages = store.entries.seen_since(since, size=BATCH)
    new = _Reader.of(candidate, policy, accounts)
    old = None if in_use is None else _Reader.of(in_use, policy, accounts)
    result, failed, first_seen_at = Comparison(), 0, None
    for page in _judged(pages, store, executor, candidate, in_use, in_flight):
        failed += _compare(page, result, new, old)
        first_seen_at = first_seen_at or page.entries[0].first_seen_at
        if progress is not None:
            progress(result.entries, total)
    result.finish()
    return Backtest(since=max(since, first_seen_at or since), until=until, comparison=result, failed=failed)


def _judged(
    pages: Iterator[list[Entry]],
    store: Store,
    executor: Executor,
    candidate: RulesInUse,
    in_use: RulesInUse | None,
    in_flight: int,
) -> Iterator[_Page]:
    """Pages with their judgements under way, in order, at most so many at a time."""
    waiting: deque[_Page] = deque()
    for entries in pages:
        waiting.append(
            _Page(
                entries=entries,
                past=store.leads.told_by(entry.id for entry in entries),
                after=executor.submit(judge_batch, candidate.files, tuple(entries)),
                before=None if in_use is None else executor.submit(judge_batch, in_use.files, tuple(entries)),
            )
        )
        if len(waiting) >= in_flight:
            yield waiting.popleft()
    yield from waiting


def _compare(page: _Page, result: Comparison, candidate: _Reader, in_use: _Reader | None) -> int:
    """Add a page to the comparison; returns how many of its entries could not be judged."""
    past: defaultdict[int, list[PastLead]] = defaultdict(list)
    for lead in page.past:
        past[lead.entry_id].append(lead)
    after = _judgements(page.after, page.entries)
    before = after if page.before is None else _judgements(page.before, page.entries)
    for entry, new, old in zip(page.entries, after, before, strict=True):
        stored = past[entry.id]
        result.add(
            entry,
            candidate.stored(entry, stored) if in_use is None else in_use.found(entry, old),
            candidate.found(entry, new),
            {(lead.trigger, lead.company_key): lead.status for lead in stored},
        )
    return sum(bool(new.error or old.error) for new, old in zip(after, before, strict=True))


def _judgements(future: Future[tuple[Judgement, ...]], entries: Sequence[Entry]) -> tuple[Judgement, ...]:
    """What a worker found; nothing where it broke."""
    error = future.exception()
    if error is None:
        return future.result()
    return tuple(Judgement(entry_id=entry.id, matches=(), error=type(error).__name__) for entry in entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Turns what a set of rules finds in an entry into leads, as the judge stage would."""

    triggers: Triggers
    policy: Policy
    accounts: AccountBook

    @classmethod
    def of(cls, rules: RulesInUse, policy: Policy, accounts: AccountBook) -> _Reader:
        return cls(triggers={(t.name, t.lang): t for t in rules.triggers}, policy=policy, accounts=accounts)

    def found(self, entry: Entry, judgement: Judgement) -> list[FoundLead]:
        """The leads of a judgement."""
        if not judgement.matches:
            return []
        tellers = outlet_keys((entry.publisher, entry.feed_name), entry.text)
        page = page_of(entry.title, entry.text, entry.url, entry.hosts) if self.accounts.accounts else None
        return [self._lead(entry, event, page) for event in story.events(judgement.matches, tellers)]

    def stored(self, entry: Entry, past: Sequence[PastLead]) -> list[FoundLead]:
        """The leads that were made of an entry."""
        return [
            FoundLead(
                trigger=lead.trigger,
                company=lead.company,
                company_key=lead.company_key,
                rule=lead.rule,
                quote=lead.quote,
                score=lead.score,
                told=frozenset() if lead.suppressed else self._told(entry, self._facts_of(entry, lead)),
            )
            for lead in past
        ]

    def _facts_of(self, entry: Entry, lead: PastLead) -> Facts:
        page = page_of(entry.title, entry.text, entry.url, entry.hosts) if self.accounts.accounts else None
        account = self.accounts.find([lead.company], page) if page else None
        return Facts(
            trigger=lead.trigger,
            score=lead.score,
            lang=lead.lang,
            tags=entry.feed_tags,
            account=account.account if account else None,
            folded=_folded(entry),
        )

    def _lead(self, entry: Entry, event: story.Event, page: Page | None) -> FoundLead:
        match, account = event.match, self.accounts.find(event.names, page) if page else None
        score = self._score(entry, match, account)
        suppressed = event.by_teller and account is None
        facts = Facts(
            trigger=match.trigger,
            score=score,
            lang=match.lang,
            tags=entry.feed_tags,
            account=account.account if account else None,
            hedged=match.hedged,
            folded=_folded(entry),
        )
        return FoundLead(
            trigger=match.trigger,
            company=event.names[0],
            company_key=company_key(account.account.name) if account else event.key,
            rule=match.rule,
            quote=match.quote,
            score=score,
            told=frozenset() if suppressed else self._told(entry, facts),
        )

    def _score(self, entry: Entry, match: Match, account: AccountHit | None) -> int:
        """As if the entry were the first and only telling; other triggers at the prospect are not looked up."""
        age = scoring.age_of(entry.published_at, entry.first_seen_at, entry.first_seen_at)
        evidence = scoring.evidence_of(match, self.triggers[match.trigger, match.lang], age)
        score, _ = scoring.score(replace(evidence, account=account, folded=_folded(entry)), self.policy.profile)
        return score

    def _told(self, entry: Entry, facts: Facts) -> frozenset[str]:
        """Who would get an alert: reps by name, destinations that are no rep's by theirs."""
        published_at = entry.published_at or entry.first_seen_at
        is_old = entry.first_sight and published_at < entry.first_seen_at - self.policy.alert_since
        if is_old or exclusion(facts.account):
            return frozenset()
        routing = self.policy.routing
        planned = plan(facts, routing, entry.first_seen_at)
        if isinstance(planned, NobodyTold):
            return frozenset()
        return frozenset(name for each in planned for name in _people(each.destination, routing))


def _folded(entry: Entry) -> str:
    return fold(f"{entry.title}\n{entry.text}")


def _people(destination: str, routing: Routing) -> list[str]:
    """The reps whom a destination reaches; itself where it is no rep's."""
    return [rep.name for rep in routing.reps if destination in rep.destinations] or [destination]
