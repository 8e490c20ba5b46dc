"""The judge stage: unjudged entries -> matches -> leads -> deliveries to send.

The rules run on an executor, over batches of entries. What comes of a batch is recorded in one
transaction with the mark that its entries are judged: a crash before it repeats the batch, one after it
does not.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from listener.core import score as scoring
from listener.core import story
from listener.core.accounts import AccountBook
from listener.core.agreement import OTHER_COMPANIES, Told
from listener.core.company import company_key, fold, outlet_keys, shorter_forms
from listener.core.judge import MatcherFor, judge
from listener.core.match import RuleMatcher
from listener.core.page import Page, page_of
from listener.core.policy import day_of, in_next_digest
from listener.core.route import Facts, NobodyTold, Planned, exclusion, plan
from listener.core.rules import Trigger
from listener.core.telling import Telling, index_words, telling
from listener.logs import Event
from listener.message import MOST_IN_DIGEST
from listener.model import (
    AccountHit,
    Entry,
    Judgement,
    Lead,
    Match,
    NewLead,
    NewSource,
    Profile,
    Reason,
    Routing,
)
from listener.rulebook import RuleFiles, RulesInUse, matcher_of
from listener.store import Store

log = logging.getLogger("listener.judge")

BATCH = 250
"""Entries in one piece of work: large enough to hide the cost of sending it to a worker, about 0.1 s of work."""
_MOST = 2_000  # with those that came in the same poll: a feed may publish its whole archive at once


@dataclass(slots=True)
class JudgeSummary:
    """What one run of the stage did."""

    entries: int = 0
    matches: int = 0
    new: int = 0
    updated: int = 0
    suppressed: int = 0
    queued: int = 0  # deliveries
    failed: int = 0  # entries that could not be judged

    def __iadd__(self, other: JudgeSummary) -> JudgeSummary:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def judge_batch(files: Mapping[str, RuleFiles], entries: tuple[Entry, ...]) -> tuple[Judgement, ...]:
    """Judge entries with the rules of each language's files. Pure work that can be pickled to a worker process.

    The rules of a language are compiled when its first entry comes. An entry that breaks the matcher yields a
    judgement with an error and does not harm the others.
    """
    with contextlib.ExitStack() as zones:

        @functools.cache
        def matcher_for(lang: str) -> RuleMatcher | None:
            matcher = matcher_of(lang, files[lang]) if lang in files else None
            if matcher is not None:
                zones.enter_context(matcher.memory_zone())
            return matcher

        return tuple(_judge_safely(entry, matcher_for) for entry in entries)


def _judge_safely(entry: Entry, matcher_for: MatcherFor) -> Judgement:
    try:
        return judge(entry, matcher_for)
    except Exception as error:
        return Judgement(entry_id=entry.id, matches=(), error=f"{type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What turns matches into leads and deliveries, besides the rules."""

    routing: Routing
    alert_since: timedelta  # entries of a feed's first poll that are older are not alerted
    profile: Profile | None = None  # None: there is no ideal customer
    burst: int = 10  # leads to tell of from one poll of a feed: more go out as a digest

    @property
    def reads_tellings(self) -> bool:
        """Whether anything asks for the words or the feeds of earlier tellings."""
        by_routes = any(route.tags or route.keywords for route in self.routing.routes)
        return by_routes or bool(self.profile and self.profile.keywords)


@dataclass(slots=True, kw_only=True)
class JudgeStage:
    """Runs the judge queue empty."""

    store: Store
    executor: Executor
    policy: Policy
    rules: Callable[[], RulesInUse]  # asked at each run: rules change while it lives
    clock: Callable[[], datetime]
    accounts: Callable[[], AccountBook] = AccountBook  # asked at each run: the files change while it lives
    on_lead: Callable[[Lead], None] | None = None  # told of each new lead once it is stored
    in_flight: int = 4  # batches at a time

    def run(self, *, stop: threading.Event | None = None) -> JudgeSummary:
        """Judge until no unjudged entry is left, or `stop` is set; what is under way then is left unjudged.

        The rules are read only when there is something to judge: a cycle that brought nothing is over at once.
        Raises RuleError when there are none.
        """
        if not self.store.entries.unjudged(limit=1):
            return JudgeSummary()
        rules = self.rules()
        triggers = {(trigger.name, trigger.lang): trigger for trigger in rules.triggers}
        recorder = _Recorder(self.store, self.policy, triggers, self.accounts(), self.clock)
        summary = JudgeSummary()
        running: dict[Future[tuple[Judgement, ...]], tuple[Entry, ...]] = {}
        last_id, exhausted = 0, False
        while not exhausted or running:
            if stop is not None and stop.is_set():
                break
            while not exhausted and len(running) < self.in_flight:
                batch = tuple(self.store.entries.unjudged_polls(after_id=last_id, limit=BATCH, most=_MOST))
                exhausted = len(batch) < BATCH
                if batch:
                    last_id = batch[-1].id
                    running[self.executor.submit(judge_batch, rules.files, batch)] = batch
            done, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                if stop is not None and stop.is_set() and future.exception() is not None:
                    break  # the end took its worker away, the entries are not at fault
                summary += self._record(recorder, rules, running.pop(future), future)
        return summary

    def _record(
        self, recorder: _Recorder, rules: RulesInUse, batch: tuple[Entry, ...], future: Future[tuple[Judgement, ...]]
    ) -> JudgeSummary:
        error = future.exception()
        if error is None:
            judgements = future.result()
        else:
            kind = type(error).__name__
            log.error(Event("judge.broken", "each is judged alone now", entries=len(batch), error=kind))
            judgements = tuple(self._judge_alone(entry, rules) for entry in batch)
        summary, leads = recorder.record(batch, judgements)
        for lead in leads:
            self._show(lead)
        return summary

    def _judge_alone(self, entry: Entry, rules: RulesInUse) -> Judgement:
        """One entry of a batch that broke its worker: the one that breaks it again is at fault, and is given up."""
        future = self.executor.submit(judge_batch, rules.files, (entry,))
        error = future.exception()
        if error is None:
            return future.result()[0]
        return Judgement(entry_id=entry.id, matches=(), error=f"the worker broke on it ({type(error).__name__})")

    def _show(self, lead: Lead) -> None:
        """Tell of a lead. Whatever listens, its trouble (a closed terminal, say) is none of the stage's."""
        if self.on_lead is None:
            return
        try:
            self.on_lead(lead)
        except (Exception, SystemExit) as error:
            log.warning(Event("judge.not_shown", "leads are stored and sent, and shown no more", error=error))
            self.on_lead = None


TELLER = (
    "it is told by the company itself, or that is the name of the outlet: add it to the accounts if it is a prospect"
)


@dataclass(slots=True, kw_only=True)
class _Read:
    """An entry as its events are looked for in it."""

    entry: Entry
    telling: Telling
    tellers: frozenset[str]  # keys of those who tell it
    page: Page | None  # None: there are no accounts
    accounts_told: set[str]  # names of the accounts that an event of it is about

    @property
    def folded(self) -> str:
        """Its words in the letters of keys."""
        return self.page.folded if self.page else fold(f"{self.entry.title}\n{self.entry.text}")


def _read(entry: Entry, *, with_events: bool, with_accounts: bool) -> _Read:
    """No more than is needed: most entries tell no event."""
    tellers = outlet_keys((entry.publisher, entry.feed_name), entry.text) if with_events else frozenset()
    return _Read(
        entry=entry,
        telling=telling(entry.title, entry.text) if with_events else telling("", ""),
        tellers=tellers,
        page=page_of(entry.title, entry.text, entry.url, entry.hosts) if with_accounts else None,
        accounts_told=set(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An event with whom it is about and what is known of it."""

    read: _Read
    event: story.Event
    key: str  # of the prospect
    account: AccountHit | None  # None: the prospect is no account
    joined: story.Joined | None  # the lead whose story it belongs to; None: it is news
    words: tuple[int, ...]  # what other tellings of it are found by

    @property
    def source(self) -> NewSource:
        how = self.joined.how if self.joined else None
        return NewSource(entry_id=self.read.entry.id, quote=self.event.match.quote, words=self.words, how=how)

    @property
    def is_about_its_teller(self) -> bool:
        """Whether nothing but its own name says that the outlet is a prospect."""
        return self.event.by_teller and self.account is None


@dataclass(slots=True)
class _Recorder:
    """Writes what the rules found."""

    store: Store
    policy: Policy
    triggers: dict[tuple[str, str], Trigger]
    accounts: AccountBook
    clock: Callable[[], datetime]

    def record(self, batch: Sequence[Entry], judgements: Sequence[Judgement]) -> tuple[JudgeSummary, list[Lead]]:
        """Store a batch in one transaction; returns what it came to and the leads that are new."""
        now = self.clock()
        summary = JudgeSummary(entries=len(batch))
        leads: list[Lead] = []
        told: defaultdict[tuple[int, datetime], list[int]] = defaultdict(list)  # leads by poll: feed and moment
        with self.store.transaction():
            for entry, judgement in zip(batch, judgements, strict=True):
                if judgement.error is not None:
                    log.error(Event("judge.entry_failed", entry=entry.id, feed=entry.feed_name, error=judgement.error))
                    summary.failed += 1
                summary.matches += len(judgement.matches)
                queued = self._record_entry(entry, judgement.matches, now, summary, leads)
                told[entry.feed_id, entry.first_seen_at] += queued
            self._bundle_bursts(told, now)
            self.store.entries.mark_judged({each.entry_id: each.lang for each in judgements}, now)
        return summary, leads

    def _bundle_bursts(self, told: Mapping[tuple[int, datetime], Sequence[int]], now: datetime) -> None:
        """A poll that brings many leads at once, such as a feed's first one, makes a few long messages."""
        for (feed_id, polled_at), lead_ids in told.items():
            if len(lead_ids) > self.policy.burst:
                reason = f"one poll of a feed brought more than {self.policy.burst}"
                for number, start in enumerate(range(0, len(lead_ids), MOST_IN_DIGEST)):
                    digest = f"feed {feed_id}, {polled_at.isoformat()}, {lead_ids[0]}, {number}"
                    bundled = lead_ids[start : start + MOST_IN_DIGEST]
                    self.store.deliveries.bundle(bundled, digest, reason=reason, now=now)

    def _record_entry(
        self, entry: Entry, matches: Sequence[Match], now: datetime, summary: JudgeSummary, leads: list[Lead]
    ) -> list[int]:
        """Store an entry's matches and what becomes of them; returns the leads that somebody is to be told of."""
        told: list[int] = []
        if not matches and not self.accounts.accounts:
            return told
        ids = dict(zip(map(id, matches), self.store.leads.add_matches(entry.id, matches), strict=True))
        read = _read(entry, with_events=bool(matches), with_accounts=bool(self.accounts.accounts))
        for event in story.events(matches, read.tellers):
            found = self._find(read, event, now)
            joined = found.joined
            lead, rating = self._open(found, now) if joined is None else self._join(found, joined.known.lead_id, now)
            self.store.leads.attach_matches([ids[id(event.match)]], lead.id)
            queued = self._enqueue(entry, lead, rating, now)
            summary.queued += queued
            told += [lead.id] * bool(queued)
            read.accounts_told.update([found.account.account.name] if found.account else [])
            if joined is not None:
                summary.updated += 1
            elif lead.suppressed is not None:
                summary.suppressed += 1
            else:
                summary.new += 1
                leads.append(lead)
        self._note_mentions(read, now)
        return told

    def _find(self, read: _Read, event: story.Event, now: datetime) -> _Found:
        """Whose event it is, and the lead that it belongs to."""
        match, entry = event.match, read.entry
        account = self.accounts.find(event.names, read.page) if read.page else None
        told = Told(
            key=company_key(account.account.name) if account else event.key,
            slots=match.slots,
            title=entry.title,
            text=entry.text,
        )
        others = [company_key(str(match.slots[name])) for name in OTHER_COMPANIES if name in match.slots]
        words = index_words(read.telling, match.trigger)
        known = self.store.leads.known(
            entry,
            trigger=match.trigger,
            keys=[told.key, event.key, *shorter_forms(told.key), *others],
            words=words,
            since=story.opened_since(now),
            recent=now - story.WINDOW,
        )
        joined = story.belongs_to(told, read.telling, known, first=event.first, now=now)
        return _Found(read=read, event=event, key=told.key, account=account, joined=joined, words=words)

    def _note_mentions(self, read: _Read, now: datetime) -> None:
        """Remember which accounts the entry names without an event of theirs."""
        if read.page is not None:
            mentions = self.accounts.mentions(read.page, besides=read.accounts_told)
            if mentions:
                self.store.mentions.add(read.entry.id, mentions, now)

    def _open(self, found: _Found, now: datetime) -> tuple[Lead, _Rating]:
        """A new story with its lead."""
        entry, match = found.read.entry, found.event.match
        trigger = self.triggers[match.trigger, match.lang]
        evidence = replace(
            scoring.evidence_of(match, trigger, scoring.age_of(entry.published_at, entry.first_seen_at, now)),
            account=found.account,
            others=self._others(found, match.trigger, now),
            folded=found.read.folded if self.policy.reads_tellings else "",
        )
        rating = self._rate(trigger, evidence, entry.feed_tags, now)
        if found.is_about_its_teller:
            rating = replace(rating, suppressed=TELLER, planned=())
        lead = NewLead(
            trigger=match.trigger,
            label=trigger.label,
            rule=match.rule,
            company=found.event.names[0],
            company_key=found.key,
            title=entry.title,
            quote=match.quote,
            quote_start=match.start,
            quote_end=match.end,
            where=match.where,
            why=trigger.why,
            url=entry.url,
            slots=match.slots,
            hedged=match.hedged,
            lang=match.lang,
            score=rating.score,
            reasons=rating.reasons,
            suppressed=rating.suppressed,
            untold=self._untold(entry, rating),
            account=found.account,
            confidence=evidence.confidence,
        )
        return self.store.leads.add(lead, found.source, now), rating

    def _join(self, found: _Found, lead_id: int, now: datetime) -> tuple[Lead, _Rating]:
        """One more telling of a story: it may raise the score, turn a rumour into news, and add details."""
        match = found.event.match
        self.store.leads.add_source(lead_id, found.source, now)
        lead = self._learn(found, self.store.leads.existing(lead_id))
        evidence = self._evidence(found, lead, now)
        trigger = self.triggers.get((lead.trigger, lead.lang), self.triggers[match.trigger, match.lang])
        folded, tags = self._told_in(lead_id) if self.policy.reads_tellings else ("", ())
        rating = self._rate(trigger, replace(evidence, folded=folded), tags, now)
        if found.is_about_its_teller:
            rating = replace(rating, suppressed=lead.suppressed, planned=())
        self.store.leads.rate(
            lead.id,
            score=rating.score,
            reasons=rating.reasons,
            suppressed=lead.suppressed and rating.suppressed,
            where=evidence.where,
            hedged=evidence.hedged,
            confidence=evidence.confidence,
            now=now,
        )
        return lead, rating

    def _told_in(self, lead_id: int) -> tuple[str, tuple[str, ...]]:
        """The words of all tellings, folded, and the tags of their feeds."""
        told = self.store.leads.told_in(lead_id)
        return fold(told.text), told.tags

    def _evidence(self, found: _Found, lead: Lead, now: datetime) -> scoring.Evidence:
        """What all tellings of a lead say, with the one that just came."""
        match = found.event.match
        trigger = self.triggers.get((lead.trigger, lead.lang), self.triggers[match.trigger, match.lang])
        oldest = min(source.published_at or lead.created_at for source in lead.sources)
        return scoring.Evidence(
            label=trigger.label,
            weight=trigger.weight,
            half_life=trigger.half_life,
            where="title" if "title" in (match.where, lead.where) else "text",
            hedged=lead.hedged and match.hedged,
            outlets=len({source.outlet for source in lead.sources}),
            age=scoring.age_of(oldest, lead.created_at, now),
            confidence=max(lead.confidence, scoring.confidence_of(match)),
            account=lead.account,
            others=self._others(found, lead.trigger, now),
        )

    def _others(self, found: _Found, trigger: str, now: datetime) -> tuple[str, ...]:
        return self.store.leads.other_labels(
            found.key, trigger=trigger, besides_entry=found.read.entry.id, since=now - scoring.TOGETHER
        )

    def _learn(self, found: _Found, lead: Lead) -> Lead:
        """Add to a lead what another telling says: slots, and which account it is about."""
        slots = story.merged_slots(lead.slots, found.event.match.slots)
        if slots != lead.slots:
            self.store.leads.fill_slots(lead.id, slots)
        account = max(filter(None, (lead.account, found.account)), key=lambda hit: hit.certainty, default=None)
        if account is not None and account != lead.account:
            self.store.leads.set_account(lead.id, account)
        return replace(lead, slots=slots, account=account)

    def _rate(self, trigger: Trigger, evidence: scoring.Evidence, tags: tuple[str, ...], now: datetime) -> _Rating:
        score, reasons = scoring.score(evidence, self.policy.profile)
        account = evidence.account.account if evidence.account else None
        if excluded := exclusion(account):
            return _Rating(score=score, reasons=reasons, suppressed=excluded, planned=())
        facts = Facts(
            trigger=trigger.name,
            score=score,
            lang=trigger.lang,
            tags=tags,
            account=account,
            hedged=evidence.hedged,
            folded=evidence.folded,
        )
        planned = plan(facts, self.policy.routing, now) if self.policy.routing.destinations else ()
        if isinstance(planned, NobodyTold):
            return _Rating(score=score, reasons=reasons, suppressed=planned.reason, planned=())
        return _Rating(score=score, reasons=reasons, suppressed=None, planned=planned)

    def _untold(self, entry: Entry, rating: _Rating) -> str | None:
        """Why nobody is told of what may go out; None: somebody is, or it may not."""
        if rating.suppressed is not None:
            return None
        if not rating.planned:
            return "no destination is configured"
        return "it was old news when its feed was first polled (poll.alert_since)" if self._is_old(entry) else None

    def _is_old(self, entry: Entry) -> bool:
        published_at = entry.published_at or entry.first_seen_at
        return entry.first_sight and published_at < entry.first_seen_at - self.policy.alert_since

    def _enqueue(self, entry: Entry, lead: Lead, rating: _Rating, now: datetime) -> int:
        """Queue the lead for everybody who is to be told and was not yet; returns for how many."""
        if self._is_old(entry):
            return 0
        return sum(self._queue(lead.id, planned, now) for planned in rating.planned)

    def _queue(self, lead_id: int, planned: Planned, now: datetime) -> bool:
        """Queue a lead for one destination, in the next digest where the rep's day is full."""
        rep, due_at, digest = planned.rep, planned.due_at, planned.digest
        if rep is not None and rep.daily_cap is not None and digest is None:
            begin, end = day_of(rep, due_at)
            if self.store.deliveries.alone(rep.name, planned.destination, since=begin, until=end) >= rep.daily_cap:
                later = in_next_digest(rep, due_at)
                due_at, digest = later.due_at, later.digest
        return self.store.deliveries.enqueue(
            lead_id,
            planned.destination,
            planned.route,
            due_at=due_at,
            now=now,
            rep=rep.name if rep else None,
            digest=digest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rating:
    """What a lead is worth and who is told of it."""

    score: int
    reasons: tuple[Reason, ...]
    suppressed: str | None  # why nobody is told; None: somebody is, or nobody is configured
    planned: tuple[Planned, ...]
