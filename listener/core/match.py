"""Entry + rules -> matches with slots.

How a match is found, and why it costs so little:

1. The words of a sentence name the phrases that may match in it. Most sentences lack words of every phrase, and are
   done.
2. What remains must hold them in the phrase's order and not too far apart, with the amounts, rounds and roles that the
   phrase names (`listener.core.candidates`).
3. Only such sentences are marked in full and matched. What is found is read closely: slots filled, the subject looked
   for, `unless` and `hedge` tried.

The candidate pass loses nothing: a property test compares it with running every phrase everywhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from listener.core.background import insertion_before, opens_background, without_boilerplate
from listener.core.candidates import LanguageMatcher, Reading, Runner, Trial, in_order
from listener.core.company import clean_company
from listener.core.events import surest
from listener.core.full_name import full_name
from listener.core.lexicon import LEXICONS, Lexicon
from listener.core.marks import first_run, marked_span, whole_run
from listener.core.names import Found, NotFound, name_text, person_span, place_span, trailing_name
from listener.core.nouns import with_what_a_gap_took
from listener.core.phrase import NAME_SLOTS, TYPED_SLOTS, Slot, Variant, how_often, marks_of, words_of
from listener.core.rules import Rule, RuleSet
from listener.core.sentence import Sentence
from listener.core.steps import Span
from listener.core.subjects import SameAsEntry, find_subject, first_name
from listener.core.text import normalise, sentences
from listener.core.tokens import Chunk
from listener.model import Match

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline

IN_TITLE, IN_TEXT = 0.9, 0.8
"""Confidence of a plain match: a headline states the news; the text also tells history and background."""
SAME_AS_ENTRY = 0.9
"""Factor where the company is not named in the sentence but taken from the entry ("the company", "it")."""
HEDGED = 0.5
"""Factor for rumours and plans: as likely to come to nothing as to come true. A guess, to be measured by verdicts."""
FURTHER_DOWN = 0.5
"""Factor for what stands behind the first paragraphs of a text: of 30 such matches in the texts of real feeds 27 were
history, examples or no event, of 30 further up 11 were. The size is a guess, to be measured by verdicts."""
FIRST_PARAGRAPHS_CHARS = 1200
MAX_SENTENCE_CHARS = 1000
"""A longer sentence is a list or a table that lost its breaks; only its beginning is read."""

_WIRE = re.compile(
    r"^(?:.{0,120}?(?:\([\w .-]*wire[\w .]*\)|/[\w-]*(?:newswire|pressrelease)[\w-]*/)"
    r"|[^.!?\n]{0,60}?\((?:dpa|awp|apa|afp|sda|ots|reuters)\b[\w/ -]*\)"
    r"|[А-ЯЁ][\w -]{1,30}[,.] \d{1,2} \w+\.?\s?[–—-]?\s?(?:РИА Новости\.|/ТАСС/\.?|INTERFAX\.RU|\(Рейтер\)))[\s–—-]*",
    re.IGNORECASE,
)
"""Where a text comes from: "NEW YORK, May 3 /PRNewswire/ --", "ULM (dpa) -". No part of its first sentence."""
_PLACE = r"(?:[A-ZÄÖÜ][\w.'’&-]*,?\s){1,6}(?:(?:[-–—/|]|--)\s)?"
_SENDER = r"(?:\([^()\n]{2,40}\)\s|/\s?[\w .]{2,30}\s?/\s)?"
_DAY = (
    r"\(?(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s)?(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[A-Za-z]*\.?\s"
    r"\d{1,2}(?:st|nd|rd|th)?(?:,?\s\d{4})?(?:\s@[^—–\n]{1,50}?)?\)?"
)
_DATED = re.compile(rf"^(?:{_PLACE}{_SENDER})?{_DAY}\s?(?:--|[-–—/|]|:(?!\d))[-–—/|\s]*(?:{_PLACE}(?:--|[–—])\s)?")
"""Where and when a text was sent: "HAMILTON, Bermuda - November 8, 2024 - ", "Potomac, MD (Newsworthy) Tuesday Oct 15,
2024 @ 11:00 AM Eastern — ", "April 29, 2025 - DALLAS — ". No part of its first sentence."""
_DATELINE = re.compile(r"^.{0,160}?(?:--|[—–])[\s–—-]*", re.DOTALL)
"""The place and day in front of a text: "LONDON, May 3 --". The company that the entry is about comes behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A rule that came near: what it found and what stopped it, for `rules explain`."""

    rule: str
    phrase: str
    quote: str
    why: str
    lacking: int = 0  # how many parts of the phrase are not there; 0: all are, and something else stopped it
    stopped_by: str | None = None  # the phrase of `unless` or `unless_title` that stopped it; None: none did


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that the rules say of a text."""

    matches: tuple[Match, ...]
    misses: tuple[Miss, ...]  # of rules that did not fire, each once, the nearest first


class _Unfilled(Exception):
    """A slot that a phrase needs is not there; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class _Stop:
    """An `unless` or `hedge` that stands in a sentence."""

    words: str
    phrase: str


class RuleMatcher:
    """A RuleSet made ready to run. Building it is slow (tens of milliseconds); running it is not.

    Not thread-safe: spaCy's memory zones are not. Use one a process. `memory_zone` bounds what spaCy
    keeps of new words and must surround a batch of calls.
    """

    def __init__(
        self, rules: RuleSet, pipelines: Mapping[str, Pipeline], lexicons: Mapping[str, Lexicon] = LEXICONS
    ) -> None:
        self.rules = rules
        self._about_people = frozenset((t.name, t.lang) for t in rules.triggers if t.prospect == "person")
        self._languages = {
            lang: LanguageMatcher(rules, lang, pipeline, lexicons[lang])
            for lang, pipeline in pipelines.items()
            if any(rule.trigger.lang == lang for rule in rules.rules)
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have rules."""
        return tuple(self._languages)

    def memory_zone(self) -> Any:
        """A context in which spaCy forgets again the words that it sees."""
        import contextlib

        stack = contextlib.ExitStack()
        for language in self._languages.values():
            stack.enter_context(language.pipeline.memory_zone())
        return stack

    def match(self, title: str, text: str, lang: str) -> tuple[Match, ...]:
        """The matches in an entry, title first; each trigger once a company, the surest match of it."""
        language = self._languages.get(lang)
        if language is None:
            return ()
        entry = _EntryMatcher(language, title, text)
        found = [hit for hit in entry.run() if isinstance(hit, Match)]
        language.learn_from(f"{entry.title} {entry.body}")
        return surest(found, language.lexicon)

    def is_about_a_person(self, match: Match) -> bool:
        """Whether the prospect of the match's trigger is a person, whom the entry's author stands for if need be."""
        return (match.trigger, match.lang) in self._about_people

    def explain(self, title: str, text: str, lang: str) -> Explanation:
        """The matches and the rules that came near. Slower than `match`; for people."""
        language = self._languages.get(lang)
        if language is None:
            return Explanation(matches=(), misses=())
        outcomes = list(_EntryMatcher(language, title, text, explain=True).run())
        matches = surest([outcome for outcome in outcomes if isinstance(outcome, Match)], language.lexicon)
        fired = {match.rule for match in matches}
        nearest: dict[str, Miss] = {}
        for miss in (outcome for outcome in outcomes if isinstance(outcome, Miss) and outcome.rule not in fired):
            if miss.rule not in nearest or miss.lacking < nearest[miss.rule].lacking:
                nearest[miss.rule] = miss
        return Explanation(matches=matches, misses=tuple(sorted(nearest.values(), key=lambda miss: miss.lacking)))


# --------------------------------------------------------------------------- one entry


class _EntryMatcher:
    """The work on one entry."""

    def __init__(self, language: LanguageMatcher, title: str, text: str, *, explain: bool = False) -> None:
        self.language = language
        self.title = normalise(title).replace("\n", " ")
        self.body = without_boilerplate(_DATED.sub("", _WIRE.sub("", normalise(text), count=1), count=1))
        self.explain = explain
        self._company: str | None = None
        self._company_known = False
        self._full_names: dict[str, str] = {}  # by the names that were found
        self._title_stop: _Stop | None = None
        self._title_read = False

    def run(self) -> Iterator[Match | Miss]:
        for outcome in itertools.chain(self._in_title(), self._in_body()):
            yield self._finished(outcome) if isinstance(outcome, Match) else outcome

    def _in_title(self) -> Iterator[Match | Miss]:
        title = _beginning(self.title)
        chunks = self.language.chunks.of(title)
        if trials := self._candidates(chunks, "title"):
            yield from self._sentence(title, chunks, trials, in_title=True)

    def _in_body(self) -> Iterator[Match | Miss]:
        body = self.body
        chunks = self.language.chunks.of(body)
        first = 0
        for start, end in sentences(body):
            after = first + body.count(" ", start, end) + 1
            read = chunks[first:after]
            if end - start > MAX_SENTENCE_CHARS:
                end = start + len(_beginning(body[start:end]))
                read = self.language.chunks.of(body[start:end])
            if trials := self._candidates(read, "text"):
                found = self._sentence(body[start:end], read, trials, in_title=False)
                yield from found if start <= FIRST_PARAGRAPHS_CHARS else map(_further_down, found)
            first = after

    def _finished(self, match: Match) -> Match | Miss:
        trigger = self.language.triggers[match.trigger]
        outcome = self._stopped_by_title(match) if "unless_title" in trigger.inherit else match
        return outcome if trigger.prospect == "person" else self._with_full_name(outcome)

    def _with_full_name(self, outcome: Match | Miss) -> Match | Miss:
        """The match with its company as the text names it in full, where it does."""
        if isinstance(outcome, Miss) or not outcome.company or not self.body:
            return outcome
        if outcome.company not in self._full_names:
            stop_words = self.language.lexicon.headline_verbs
            self._full_names[outcome.company] = full_name(outcome.company, self.title, self.body, stop_words)
        name = self._full_names[outcome.company]
        slots = {**outcome.slots, "company": name} if "company" in outcome.slots else outcome.slots
        return replace(outcome, company=name, slots=slots)

    def _stopped_by_title(self, match: Match) -> Match | Miss:
        """The match, unless the title makes the whole entry no news: a how-to, a ranking, a market report."""
        if not self._title_read:
            self._title_read = True
            self._title_stop = self._first_hit(self.language.read(self.title), "unless_title", None)
        stop = self._title_stop
        return match if stop is None else _stopped(match, f"the title says {stop.words!r}", stop)

    def _candidates(self, chunks: Sequence[Chunk], place: str) -> list[Trial]:
        if not chunks:
            return []
        return self.language.near(chunks, place) if self.explain else self.language.candidates(chunks, place)

    def _sentence(
        self, quote: str, chunks: Sequence[Chunk], trials: Sequence[Trial], *, in_title: bool
    ) -> Iterator[Match | Miss]:
        reading = self.language.read(quote, chunks)
        possible = in_order(_possible(trials, reading, led=not self.explain))
        for runner in in_order(trials) if self.explain else possible:
            if runner in possible:
                yield from self._run_phrase(runner, possible[runner], reading, in_title)
            else:
                yield _near_miss(runner, reading.sentence)

    def _run_phrase(
        self, runner: Runner, trials: Sequence[Trial], reading: Reading, in_title: bool
    ) -> Iterator[Match | Miss]:
        found = reading.spans(trials)
        if not found and self.explain:
            yield _near_miss(runner, reading.sentence)
        for variant, span in sorted(found, key=lambda each: (each[1].start, -each[1].end)):
            outcome = self._fill(runner, variant, reading.sentence, span, in_title)
            if isinstance(outcome, Match):
                outcome = self._unless_and_hedge(outcome, runner, reading, span.start)
            if isinstance(outcome, Match):
                yield outcome
                return
            if self.explain:
                yield outcome

    def _fill(
        self,
        runner: Runner,
        variant: Variant,
        sentence: Sentence,
        span: Span,
        in_title: bool,
    ) -> Match | Miss:
        """Fill the slots of a pattern that matched at `span`."""
        rule, phrase = runner.rules[0], runner.phrase
        start, end = span.start, span.end
        slots: dict[str, str] = {}
        first, behind, confidence = start, start, IN_TITLE if in_title else IN_TEXT
        try:
            if phrase.lead is not None:
                subject = self._lead(phrase.lead, sentence, start, phrase.lead_gap)
                slots |= self._lead_slot(phrase.lead, subject, sentence)
                if isinstance(subject, Found):
                    first, behind = min(subject.start, start), subject.end
                confidence *= 1.0 if isinstance(subject, Found) else SAME_AS_ENTRY
            slots |= self._inner_slots(variant, span, sentence, behind)
        except _Unfilled as unfilled:
            return Miss(rule=rule.id, phrase=phrase.text, quote=sentence.slice(first, end), why=str(unfilled))
        slots |= _other_slots(runner.typed_slots.difference(slots), sentence, start)
        if "company" not in slots and rule.trigger.prospect == "company":
            confidence *= SAME_AS_ENTRY
        return Match(
            trigger=rule.trigger.name,
            rule=rule.id,
            lang=self.language.lang,
            where="title" if in_title else "text",
            quote=sentence.text,
            start=sentence.starts[first],
            end=sentence.starts[end - 1] + len(sentence.words[end - 1]),
            slots=slots,
            company=slots.get("company") or self._prospect_besides(rule, slots.get("person")),
            confidence=round(confidence, 3),
            hedged=None,
        )

    def _inner_slots(self, variant: Variant, span: Span, sentence: Sentence, behind: int) -> dict[str, str]:
        """The slots within a pattern, from token `behind` on. What the phrase has in [ ] may be missing, so one that is
        no name there is left out; any other that is none ends the match: "enters {place}" says no more without it."""
        slots, free = {}, span.start
        for slot, (start, end) in _slot_spans(variant, span).items():
            if slot.kind == "money":
                start, end = first_run(sentence, free, end)
            free = end
            start = max(with_what_a_gap_took(sentence, start, self.language.lexicon), behind)
            try:
                slots[slot.name] = self._slot_text(slot, sentence, start, end)
            except _Unfilled:
                if slot not in variant.extra:
                    raise
        return slots

    def _unless_and_hedge(self, match: Match, runner: Runner, reading: Reading, verb: int) -> Match | Miss:
        """The match, if no `unless` stops it, maybe hedged. What the sentence inserts to tell who the subject is stops
        nothing: "Acme, which launched its first app in 2012, has launched"."""
        led = runner.phrase.lead is not None
        aside = insertion_before(reading.sentence, verb, self.language.lexicon) if led else None
        unless = self._first_hit(reading, "unless", runner.rules[0], besides=aside)
        if unless is not None:
            return _stopped(match, f"stopped by unless {unless.words!r}", unless, phrase=runner.phrase.text)
        hedge = self._first_hit(reading, "hedge", runner.rules[0])
        if hedge is None:
            return match
        return replace(match, hedged=hedge.words, confidence=round(match.confidence * HEDGED, 3))

    def _first_hit(
        self, reading: Reading, use: str, rule: Rule | None, *, besides: tuple[int, int] | None = None
    ) -> _Stop | None:
        """The first `unless` or `hedge` that stands in the sentence, the language's or this rule's; not one within the
        tokens `besides`."""
        for trials in self.language.stopping(reading, use, rule):
            for _, span in reading.spans(trials):
                if besides is not None and besides[0] <= span.start and span.end <= besides[1]:
                    continue
                return _Stop(reading.sentence.slice(span.start, span.end), trials[0].runner.phrase.text)
        return None

    def _lead(self, slot: Slot, sentence: Sentence, before: int, gap: int) -> Found | SameAsEntry:
        lexicon = self.language.lexicon
        subject = find_subject(sentence, before, lexicon, gap=gap, person=slot.kind == "person")
        if isinstance(subject, NotFound):
            raise _Unfilled(f"no {{{slot.name}}}: {subject.why}")
        opener = opens_background(sentence, subject.start, before, lexicon)
        if opener is not None:
            raise _Unfilled(f"{opener!r} opens a clause that tells of the past")
        return subject

    def _lead_slot(self, slot: Slot, subject: Found | SameAsEntry, sentence: Sentence) -> dict[str, str]:
        """The slot that a phrase begins with. Empty for "a maker of pumps" and "the firm" of an entry that names none:
        the event is told all the same."""
        if isinstance(subject, Found):
            return {slot.name: _clean(slot, name_text(sentence, subject, self.language.lexicon))}
        company = self._entry_company()
        if company is not None:
            return {slot.name: company}
        if subject.word.lower() in self.language.lexicon.generic_subjects:
            return {}
        raise _Unfilled(f"{subject.word!r} stands for a company that the entry does not name before")

    def _slot_text(self, slot: Slot, sentence: Sentence, start: int, end: int) -> str:
        lexicon = self.language.lexicon
        if slot.kind in NAME_SLOTS:
            find = {"person": person_span, "place": place_span}.get(slot.kind, trailing_name)
            span = find(sentence, start, end, lexicon)
            if isinstance(span, NotFound):
                raise _Unfilled(f"no {{{slot.name}}}: {span.why}")
            if slot.kind == "company":
                return _clean(slot, name_text(sentence, span, lexicon))
            start, end = span.start, span.end
        elif slot.kind in TYPED_SLOTS:
            start, end = whole_run(sentence, start, end)
        return _clean(slot, sentence.slice(start, end))

    def _prospect_besides(self, rule: Rule, person: str | None) -> str | None:
        """Whom a match is about that names no company."""
        return person if rule.trigger.prospect == "person" else self._entry_company(besides=person)

    def _entry_company(self, *, besides: str | None = None) -> str | None:
        """The company that the entry is about: the first name of its title, else of its text behind the dateline. Where
        that is a person's, `besides`, the next."""
        if not self._company_known:
            self._company_known = True
            self._company = self._first_company()
        if besides and self._company and self._company in besides:
            return self._first_company(besides)
        return self._company

    def _first_company(self, besides: str = "") -> str | None:
        body = _DATELINE.sub("", self.body, count=1)
        first_sentence = next((body[start:end] for start, end in sentences(body[:MAX_SENTENCE_CHARS])), "")
        for part in filter(None, (self.title, first_sentence)):
            sentence = self.language.read(part).sentence
            found = first_name(sentence, self.language.lexicon, besides=besides)
            if found is None:
                continue
            name = clean_company(name_text(sentence, found, self.language.lexicon), possessive=False)
            if not (part is self.title and (self._is_a_topic(sentence, found) or self._is_home(name))):
                return name
        return None

    def _is_home(self, name: str) -> bool:
        """Whether the text tells of another that it is at home there: "Springfield-based Acme"."""
        return any(f"{name}-{end}" in self.body for end in self.language.lexicon.home_ends)

    def _is_a_topic(self, sentence: Sentence, found: Found) -> bool:
        """Whether the name in a title is all of the title, and the text below does not know it: "Defining Glaze
        Modules"."""
        whole = found.end - found.start == len(sentence.words) > 2
        return whole and bool(self.body) and sentence.slice(found.start, found.end) not in self.body


def _further_down(outcome: Match | Miss) -> Match | Miss:
    if isinstance(outcome, Miss):
        return outcome
    return replace(outcome, confidence=round(outcome.confidence * FURTHER_DOWN, 3))


def _beginning(sentence: str) -> str:
    """As many whole words of a sentence as are read."""
    if len(sentence) <= MAX_SENTENCE_CHARS:
        return sentence
    cut = sentence.rfind(" ", 0, MAX_SENTENCE_CHARS + 1)
    return sentence[: cut if cut > 0 else MAX_SENTENCE_CHARS]


def _possible(trials: Sequence[Trial], reading: Reading, *, led: bool) -> list[Trial]:
    """The trials that may match in a sentence, sifted by ever dearer tests."""
    trials = [trial for trial in trials if reading.may_hold(trial, led=led) and reading.has_typed(trial)]
    if trials:
        reading.read_marks()
    return [trial for trial in trials if reading.may_hold(trial, led=led)]


# --------------------------------------------------------------------------- explaining


def _near_miss(runner: Runner, sentence: Sentence) -> Miss:
    """What a phrase lacks in a sentence that has its rarest word."""
    lacking = min((_lacking(variant, sentence) for variant in runner.phrase.variants), key=len)
    why = "missing: " + ", ".join(lacking) if lacking else "its words are there, but not in this order or too far apart"
    return Miss(rule=runner.rules[0].id, phrase=runner.phrase.text, quote=sentence.text, why=why, lacking=len(lacking))


def _lacking(variant: Variant, sentence: Sentence) -> list[str]:
    lower, marks = frozenset(sentence.lower), frozenset(sentence.marks)
    return [
        shown
        for token, shown in zip(variant.pattern, variant.words, strict=True)
        if how_often(token)[0]
        and (lower.isdisjoint(words_of(token) or lower) or marks.isdisjoint(marks_of(token) or marks))
    ]


def _stopped(match: Match, why: str, stop: _Stop, *, phrase: str = "") -> Miss:
    quote = match.quote[match.start : match.end]
    return Miss(rule=match.rule, phrase=phrase, quote=quote, why=why, stopped_by=stop.phrase)


def _slot_spans(variant: Variant, span: Span) -> dict[Slot, tuple[int, int]]:
    spans: dict[Slot, tuple[int, int]] = {}
    for token, number in enumerate(span.alignment, start=span.start):
        slot = variant.slots[number]
        if slot is not None:
            spans[slot] = (spans[slot][0] if slot in spans else token, token + 1)
    return spans


def _other_slots(kinds: Iterable[str], sentence: Sentence, after: int) -> dict[str, str]:
    """What the sentence tells besides the phrase: the round of a rule that knows rounds, say."""
    spans = {kind: marked_span(sentence, kind.upper(), after) for kind in sorted(kinds)}
    return {kind: sentence.slice(*span) for kind, span in spans.items() if span is not None}


def _clean(slot: Slot, text: str) -> str:
    return clean_company(text, possessive=False) if slot.kind == "company" else text.strip(" ,;:\"'“”")
