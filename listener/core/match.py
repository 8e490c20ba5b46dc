"""Entry + rules -> matches with slots.

How a match is found, and why it costs so little:

1. One Aho-Corasick pass over the folded entry finds the anchors of all phrases of its language. Most
   entries hold none and are done.
2. Only the sentences with an anchor are tokenised and marked (`listener.core.slots`), and only the
   phrases whose anchors, required words and marks are all there run as spaCy patterns.
3. What is left is read closely: slots filled, the subject looked for, `unless` and `hedge` tried.

The candidate pass loses nothing: a property test compares it with running every phrase everywhere.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from listener.core.candidates import Hit, LanguageMatcher, Runner, requirements_of
from listener.core.company import clean_company, company_key
from listener.core.lexicon import LEXICONS
from listener.core.phrase import TYPED_SLOTS, Slot, Variant
from listener.core.rules import Rule, RuleSet
from listener.core.sentence import Sentence
from listener.core.slots import (
    Found,
    NotFound,
    SameAsEntry,
    find_subject,
    first_name,
    mark,
    marked_span,
    name_text,
    person_span,
    trailing_name,
    typed_spans,
    whole_run,
)
from listener.core.text import normalise, sentences
from listener.model import Match

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc

IN_TITLE, IN_TEXT = 0.9, 0.8
"""Confidence of a plain match: a headline states the news; the text also tells history and background."""
SAME_AS_ENTRY = 0.9
"""Factor where the company is not named in the sentence but taken from the entry ("the company", "it")."""
HEDGED = 0.5
"""Factor for rumours and plans: as likely to come to nothing as to come true. A guess, to be measured by verdicts."""
MAX_SENTENCE_CHARS = 1000
"""A longer sentence is a list or a table that lost its breaks; only its beginning is read."""

_WIRE = re.compile(
    r"^(?:.{0,120}?(?:\([\w .-]*wire[\w .]*\)|/[\w-]*(?:newswire|pressrelease)[\w-]*/)"
    r"|[А-ЯЁ][\w -]{1,30}[,.] \d{1,2} \w+\.?\s?[–—-]?\s?(?:РИА Новости\.|/ТАСС/\.?|INTERFAX\.RU|\(Рейтер\)))[\s–—-]*",
    re.IGNORECASE,
)
"""Where a press release comes from: "NEW YORK, May 3 /PRNewswire/ --". No part of its first sentence."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that the rules say of a text."""

    matches: tuple[Match, ...]
    misses: tuple[Miss, ...]  # of rules that did not fire, each once, the nearest first


class _Unfilled(Exception):
    """A slot that a phrase needs is not there; the message says why, for people."""


@dataclass(slots=True)
class _Read:
    """A sentence that was tokenised, with what the tests before a pattern need."""

    doc: Doc
    sentence: Sentence
    lower: frozenset[str]
    marks: frozenset[str]


class RuleMatcher:
    """A RuleSet made ready to run. Building it is slow (tens of milliseconds); running it is not.

    Not thread-safe: spaCy's memory zones are not. Use one a process. `memory_zone` bounds what spaCy
    keeps of new words and must surround a batch of calls.
    """

    def __init__(self, rules: RuleSet, pipelines: Mapping[str, Pipeline]) -> None:
        self.rules = rules
        self._languages = {
            lang: LanguageMatcher(rules, lang, pipeline, LEXICONS[lang])
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
        found = [hit for hit in _EntryMatcher(language, title, text).run() if isinstance(hit, Match)]
        return _surest(found)

    def explain(self, title: str, text: str, lang: str) -> Explanation:
        """The matches and the rules that came near. Slower than `match`; for people."""
        language = self._languages.get(lang)
        if language is None:
            return Explanation(matches=(), misses=())
        outcomes = list(_EntryMatcher(language, title, text, explain=True).run())
        matches = _surest([outcome for outcome in outcomes if isinstance(outcome, Match)])
        fired = {match.rule for match in matches}
        nearest: dict[str, Miss] = {}
        for miss in (outcome for outcome in outcomes if isinstance(outcome, Miss) and outcome.rule not in fired):
            if miss.rule not in nearest or miss.lacking < nearest[miss.rule].lacking:
                nearest[miss.rule] = miss
        return Explanation(matches=matches, misses=tuple(sorted(nearest.values(), key=lambda miss: miss.lacking)))


def _surest(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The surest match of each trigger and company. One about a person only counts where none names the company."""
    people = {match.slots["person"] for match in matches if "person" in match.slots}
    named = {match.trigger for match in matches if match.company and match.company not in people}
    best: dict[tuple[str, str], Match] = {}
    for match in matches:
        if match.trigger in named and (not match.company or match.company in people):
            continue
        key = (match.trigger, company_key(match.company) if match.company else "")
        if key not in best or match.confidence > best[key].confidence:
            best[key] = match
    return tuple(best.values())


# --------------------------------------------------------------------------- one entry


class _EntryMatcher:
    """The work on one entry."""

    def __init__(self, language: LanguageMatcher, title: str, text: str, *, explain: bool = False) -> None:
        self.language = language
        self.title = normalise(title)
        self.body = _WIRE.sub("", normalise(text), count=1)
        self.explain = explain
        self._company: str | None = None
        self._company_known = False
        self._title_stop: str | None = None  # None: not looked for yet
        self.spans: list[tuple[int, int]] = []

    def run(self) -> Iterator[Match | Miss]:
        by_sentence = self._candidates()
        for number in sorted(by_sentence):
            start, end = self.spans[number]
            quote = self.whole[start:end]
            for outcome in self._sentence(quote, by_sentence[number], in_title=number == 0 and bool(self.title)):
                yield self._stopped_by_title(outcome) if isinstance(outcome, Match) else outcome

    def _candidates(self) -> dict[int, list[int]]:
        """The numbers of the sentences with a candidate (the title is 0) and the phrases to run on each."""
        self.whole = f"{self.title}\n{self.body}"
        hits = self.language.hits(self.whole, all_phrases=self.explain)
        if not any(hit.phrases for hit in hits) and not self.language.always:
            return {}
        offset = len(self.title) + 1
        self.spans = [
            (0, len(self.title)),
            *((offset + start, offset + min(end, start + MAX_SENTENCE_CHARS)) for start, end in sentences(self.body)),
        ]
        starts = [start for start, _ in self.spans]
        by_sentence: dict[int, list[Hit]] = {number: [] for number in range(len(starts) if self.language.always else 0)}
        for hit in hits:
            by_sentence.setdefault(bisect.bisect_right(starts, hit.start) - 1, []).append(hit)
        found = {n: self.language.candidates(group, all_phrases=self.explain) for n, group in by_sentence.items()}
        return {number: phrases for number, phrases in found.items() if phrases}

    def _stopped_by_title(self, match: Match) -> Match | Miss:
        """The match, unless the title makes the whole entry no news: a how-to, a ranking, a market report."""
        if self._title_stop is None:
            read = self._read(self.title)
            self._title_stop = (read and self._first_hit(read, "unless_title", None)) or ""
        return _stopped(match, f"the title says {self._title_stop!r}") if self._title_stop else match

    def _read(self, quote: str) -> _Read | None:
        """The sentence tokenised and marked; None: it is empty."""
        import numpy
        from spacy.attrs import ENT_TYPE

        doc = self.language.pipeline.make_doc(quote)
        if not len(doc):
            return None
        lexicon = self.language.lexicon
        sentence = mark(quote, doc, lexicon, typed_spans(quote, lexicon))
        marks = frozenset(sentence.marks)
        numbers = {m: self.language.pipeline.vocab.strings.add(m) if m else 0 for m in marks}
        column: Any = numpy.array([[numbers[m]] for m in sentence.marks], dtype="uint64")
        doc.from_array([ENT_TYPE], column)
        return _Read(doc, sentence, frozenset(sentence.lower), marks)

    def _sentence(self, quote: str, numbers: Sequence[int], *, in_title: bool) -> Iterator[Match | Miss]:
        wanted = ("title", "both") if in_title else ("text", "both")
        runners = [self.language.runners[n] for n in numbers]
        runners = [runner for runner in runners if runner.rule is not None and runner.rule.where in wanted]
        if not self.explain:
            runners = self._plausible(quote, runners)
        read = self._read(quote) if runners else None
        if read is None:
            return
        for runner in runners:
            if not runner.possible(read.lower, read.marks):
                if self.explain:
                    yield self._near_miss(runner, read)
                continue
            yield from self._run_phrase(runner, read, in_title)

    def _plausible(self, quote: str, runners: Sequence[Runner]) -> list[Runner]:
        """The runners that may match a sentence, told before tokenising it."""
        words = self.language.words_of(quote)
        hinted = [(runner, [hint for hint in runner.hints if words.hold(hint)]) for runner in runners]
        worded = [(runner, hints) for runner, hints in hinted if hints]
        wanted = frozenset().union(*(hint.marks for _, hints in worded for hint in hints))
        typed = frozenset(span.mark for span in typed_spans(quote, self.language.lexicon, wanted)) if wanted else wanted
        return [runner for runner, hints in worded if any(hint.marks <= typed for hint in hints)]

    def _run_phrase(self, runner: Runner, read: _Read, in_title: bool) -> Iterator[Match | Miss]:
        spans: Any = runner.matcher(read.doc, with_alignments=True)
        if not spans and self.explain:
            yield self._near_miss(runner, read)
        strings = read.doc.vocab.strings
        for key, start, end, alignment in sorted(spans, key=lambda span: (span[1], span[1] - span[2])):
            variant = runner.phrase.variants[int(strings[key])]
            outcome = self._fill(runner, variant, read.sentence, start, end, alignment, in_title)
            if isinstance(outcome, Match):
                outcome = self._unless_and_hedge(outcome, runner, read)
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
        start: int,
        end: int,
        alignment: Sequence[int],
        in_title: bool,
    ) -> Match | Miss:
        """Fill the slots of a pattern that matched tokens [start, end)."""
        rule, phrase = runner.rule, runner.phrase
        assert rule is not None
        slots: dict[str, str] = {}
        first, confidence = start, IN_TITLE if in_title else IN_TEXT
        try:
            if phrase.lead is not None:
                subject = self._lead(phrase.lead, sentence, start, phrase.lead_gap)
                slots[phrase.lead.name] = self._lead_text(phrase.lead, subject, sentence)
                first = subject.start if isinstance(subject, Found) else start
                confidence *= 1.0 if isinstance(subject, Found) else SAME_AS_ENTRY
            for slot, span in _slot_spans(variant, start, alignment).items():
                slots[slot.name] = self._slot_text(slot, sentence, *span)
        except _Unfilled as unfilled:
            return Miss(rule=rule.id, phrase=phrase.text, quote=sentence.slice(first, end), why=str(unfilled))
        slots |= _other_slots(runner.kinds.difference(slots), sentence, start)
        if "company" not in slots:
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
            company=slots.get("company") or self._entry_company(),
            confidence=round(confidence, 3),
            hedged=None,
        )

    def _unless_and_hedge(self, match: Match, runner: Runner, read: _Read) -> Match | Miss:
        unless = self._first_hit(read, "unless", runner.rule)
        if unless is not None:
            return _stopped(match, f"stopped by unless {unless!r}", phrase=runner.phrase.text)
        hedge = self._first_hit(read, "hedge", runner.rule)
        if hedge is None:
            return match
        return replace(match, hedged=hedge, confidence=round(match.confidence * HEDGED, 3))

    def _first_hit(self, read: _Read, use: str, rule: Rule | None) -> str | None:
        """The words of the first `unless` or `hedge` that stands in the sentence: the language's or this rule's."""
        for runner in self.language.stopping(read.sentence.text, use, rule):
            if runner.possible(read.lower, read.marks):
                for _, start, end in runner.matcher(read.doc):
                    return read.sentence.slice(start, end)
        return None

    def _lead(self, slot: Slot, sentence: Sentence, before: int, gap: int) -> Found | SameAsEntry:
        subject = find_subject(sentence, before, self.language.lexicon, gap=gap, person=slot.kind == "person")
        if isinstance(subject, NotFound):
            raise _Unfilled(f"no {{{slot.name}}}: {subject.why}")
        return subject

    def _lead_text(self, slot: Slot, subject: Found | SameAsEntry, sentence: Sentence) -> str:
        if isinstance(subject, Found):
            return _clean(slot, name_text(sentence, subject, self.language.lexicon))
        company = self._entry_company()
        if company is None:
            raise _Unfilled(f"{subject.word!r} stands for a company that the entry does not name before")
        return company

    def _slot_text(self, slot: Slot, sentence: Sentence, start: int, end: int) -> str:
        lexicon = self.language.lexicon
        if slot.kind in ("company", "product", "person"):
            find = person_span if slot.kind == "person" else trailing_name
            span = find(sentence, start, end, lexicon)
            if isinstance(span, NotFound):
                raise _Unfilled(f"no {{{slot.name}}}: {span.why}")
            if slot.kind == "company":
                return _clean(slot, name_text(sentence, span, lexicon))
            start, end = span.start, span.end
        elif slot.kind in TYPED_SLOTS:
            start, end = whole_run(sentence, start, end)
        return _clean(slot, sentence.slice(start, end))

    def _entry_company(self) -> str | None:
        """The company that the entry is about: the first name of its title, else of its text behind the dateline."""
        if not self._company_known:
            self._company_known = True
            body = _DATELINE.sub("", self.body, count=1)
            first_sentence = next((body[start:end] for start, end in sentences(body[:MAX_SENTENCE_CHARS])), "")
            for part in (self.title, first_sentence):
                if self._company is None and part:
                    self._company = self._first_company(part)
        return self._company

    def _first_company(self, part: str) -> str | None:
        lexicon = self.language.lexicon
        spans = typed_spans(part, lexicon)
        sentence = mark(part, self.language.pipeline.make_doc(part), lexicon, spans)
        found = first_name(sentence, lexicon)
        return clean_company(name_text(sentence, found, lexicon)) if found else None

    # ----------------------------------------------------------------- explaining

    def _near_miss(self, runner: Runner, read: _Read) -> Miss:
        """What a phrase lacks in a sentence that has its anchor."""
        assert runner.rule is not None
        lacking = min((_lacking(variant, read) for variant in runner.phrase.variants), key=len)
        why = (
            "missing: " + ", ".join(lacking)
            if lacking
            else "its words are there, but not in this order or too far apart"
        )
        quote = read.sentence.text
        return Miss(rule=runner.rule.id, phrase=runner.phrase.text, quote=quote, why=why, lacking=len(lacking))


def _lacking(variant: Variant, read: _Read) -> list[str]:
    lacking = []
    for token, shown in zip(variant.pattern, variant.words, strict=True):
        if not requirements_of((token,)).met(read.lower, read.marks):
            lacking.append(shown)
    return lacking


def _stopped(match: Match, why: str, *, phrase: str = "") -> Miss:
    return Miss(rule=match.rule, phrase=phrase, quote=match.quote[match.start : match.end], why=why)


def _slot_spans(variant: Variant, start: int, alignment: Sequence[int]) -> dict[Slot, tuple[int, int]]:
    spans: dict[Slot, tuple[int, int]] = {}
    for offset, number in enumerate(alignment):
        slot = variant.slots[number]
        if slot is not None:
            first = spans[slot][0] if slot in spans else start + offset
            spans[slot] = (first, start + offset + 1)
    return spans


def _other_slots(kinds: Iterable[str], sentence: Sentence, after: int) -> dict[str, str]:
    """What the sentence tells besides the phrase: the round of a rule that knows rounds, say."""
    spans = {kind: marked_span(sentence, kind.upper(), after) for kind in sorted(kinds)}
    return {kind: sentence.slice(*span) for kind, span in spans.items() if span is not None}


def _clean(slot: Slot, text: str) -> str:
    return clean_company(text) if slot.kind == "company" else text.strip(" ,;:\"'“”")
