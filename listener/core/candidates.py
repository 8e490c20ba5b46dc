"""The candidate pass: which phrases may match where, told as cheaply as possible.

Each variant of a phrase becomes a `Trial`: the words that must be there, and its pattern as a few steps over bit
masks. Three sieves follow each other, each dearer and finer than the one before:

1. `LanguageMatcher.candidates`: a sentence must hold a word of each set that a variant requires.
2. `Reading.may_hold`: they must stand in the pattern's order and not too far apart (`listener.core.steps`).
3. The same again with the marks of names, amounts and roles, which cost more to find.

None of the sieves loses a match.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from listener.core.lexicon import LOWER_CASE_FORMS, Lexicon
from listener.core.marks import TYPED_MARKS, TypedSpan, mark, plain_mark, typed_expressions, typed_spans
from listener.core.needles import fold, heads_in, needle_test
from listener.core.phrase import TYPED_SLOTS, Phrase, Variant, how_often, marks_of, words_of
from listener.core.rules import Rule, RuleSet, Shared
from listener.core.sentence import Sentence
from listener.core.steps import Masks, Sets, Span, Step, reach, spans, step_of
from listener.core.tokens import Chunk, Chunks, Marks, lower_words_in, unmarked, words_in

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.matcher import Matcher as SpacyMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

_LETTERS = re.compile(r"[^\W\d_]+")
TYPED_BITS = {each: 1 << number for number, each in enumerate(TYPED_MARKS)}
PLACE_BITS = {each: 1 << len(TYPED_BITS) + number for number, each in enumerate(("title", "text"))}
_FIRST_SET_BIT = len(TYPED_BITS) + len(PLACE_BITS)
SET_BITS = 4096
"""Of 2,500 sets (the shipped English rules) each has its own bit. With one for each of 24,000 (1,000 rules) the numbers
are so long that a sentence costs twice as much, and all of them 100 MB; with 4,096, a third more phrases are looked at
closer."""


# --------------------------------------------------------------------------- phrases made ready


TEXTS_TO_LEARN_FROM = 2000
"""Texts whose words are counted. With the counts of half as many, a generated entry had 47 variants of the shipped
English rules to look at instead of 161; the examples of the rules, which may come first, are a small part of them."""


@dataclass(slots=True, kw_only=True, eq=False)
class Runner:
    """A phrase made ready to run."""

    phrase: Phrase
    use: str  # "match", "unless", "unless_title" or "hedge"
    number: int  # the order in which phrases are tried
    steps: tuple[tuple[Step, ...], ...]  # of each variant
    rules: tuple[Rule, ...] = ()  # that have the phrase; empty: all of the language
    place: str = "both"  # where it may match: "title", "text" or "both"
    typed_slots: frozenset[str] = frozenset()  # the kinds of them that its rule's phrases name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A variant of a phrase, and what tells cheaply whether it may match."""

    runner: Runner
    number: tuple[int, int]  # of the phrase, and of the variant within it
    variant: Variant
    steps: tuple[Step, ...]
    led: bool  # a name stands directly in front of it
    typed: frozenset[str]  # the marks of amounts, roles ... that it needs


def trials_of(runner: Runner) -> list[Trial]:
    """The variants of a phrase."""
    led = runner.phrase.lead is not None and not runner.phrase.lead_gap
    found = []
    for number, (variant, steps) in enumerate(zip(runner.phrase.variants, runner.steps, strict=True)):
        needed = [marks_of(token) or frozenset() for token in variant.pattern if how_often(token)[0]]
        typed = frozenset().union(*(marks for marks in needed if len(marks) == 1)).intersection(TYPED_MARKS)
        place = (runner.number, number)
        found.append(Trial(runner=runner, number=place, variant=variant, steps=steps, led=led, typed=typed))
    return found


Entry = tuple[int, int, Trial]
"""A trial in an index: the bits of all that it requires, the bit of the words behind the name that leads it (0: no name
does, or the words are not known), and itself."""


class Index:
    """Trials by the words that they require. Each set of words that one requires is a bit, each typed mark, and each
    place. Sets share bits when there are many: numbers stay short, and few texts have all of another trial's bits."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self.bits_of: dict[str, int] = {}  # of the sets that a word is in
        self.anchored_by: dict[str, tuple[Entry, ...]] = {}  # those whose rarest set has a word
        self._bits: dict[frozenset[str], int] = {}
        for words in dict.fromkeys(words for trial in trials for words in trial.variant.required):
            bit = self._bits[words] = 1 << _FIRST_SET_BIT + len(self._bits) % SET_BITS
            for word in words:
                self.bits_of[word] = self.bits_of.get(word, 0) | bit
        self.shares_bits = len(self._bits) > SET_BITS
        self.entries = list(map(self._entry, trials))
        self.anchor({})

    def anchor(self, counts: Mapping[str, int]) -> None:
        """Look for each trial by the rarest of its sets, by how often words were seen in texts; by `required_words`
        where that tells nothing."""
        anchored_by: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for word in min(entry[2].variant.required, key=lambda words: sum(counts.get(word, 0) for word in words)):
                anchored_by[word].append(entry)
        self.anchored_by = {word: tuple(entries) for word, entries in anchored_by.items()}

    def _entry(self, trial: Trial) -> Entry:
        first = trial.variant.pattern[0]
        lead = self._bits[words] if trial.led and how_often(first)[0] and (words := words_of(first)) else 0
        needed = PLACE_BITS.get(trial.runner.place, 0)
        for bit in (*map(self._bits.__getitem__, trial.variant.required), *map(TYPED_BITS.__getitem__, trial.typed)):
            needed |= bit
        return needed, lead, trial

    def entries_of(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """The trials that words of a chunk anchor."""
        if len(words) == 1:
            return self.anchored_by.get(words[0], ())
        return tuple(entry for word in words for entry in self.anchored_by.get(word, ()))


class _Evidence:
    """Tells what the rules ask for and a chunk has: sets that one of its words is in, marks that it may be part of."""

    def __init__(self, index: Index, expressions: Mapping[str, re.Pattern[str]]) -> None:
        self._bits_of = index.bits_of.get
        self._has_any = needle_test(*expressions.values())
        self._tests = [(TYPED_BITS[each], needle_test(expression)) for each, expression in expressions.items()]

    def of(self, text: str, lower: Sequence[str]) -> int:
        """As bits."""
        bits, folded = 0, fold(text)
        if self._has_any(folded):
            for bit, has_needle in self._tests:
                if has_needle(folded):
                    bits |= bit
        for word in lower:
            bits |= self._bits_of(word, 0)
        return bits


def evidence_in(chunks: Iterable[Chunk]) -> int:
    """The bits of what chunks have."""
    return functools.reduce(operator.or_, [chunk.evidence for chunk in chunks if chunk.evidence], 0)


def evidence_behind_subjects(chunks: Sequence[Chunk]) -> int:
    """The same without the words in front of which `find_subject` finds nothing: the first, and those behind a common
    noun."""
    bits, behind_common_noun = 0, True
    for number, chunk in enumerate(chunks):
        if not behind_common_noun or len(chunk.words) > 1:
            bits |= chunk.evidence
        behind_common_noun = number > 0 and chunk.common_noun
    return bits


# --------------------------------------------------------------------------- a sentence on its way


class Reading:
    """A sentence that is read as far as somebody asks."""

    def __init__(self, text: str, chunks: Sequence[Chunk], language: LanguageMatcher) -> None:
        self.text = text
        self.chunks = chunks
        self.masks = Masks(lower_words_in(chunks), lambda: words_in(chunks), language.sets)
        self._language = language
        self._evidence: int | None = None
        self._sentence: Sentence | None = None
        self._starts: int | None = None
        self._doc: Doc | None = None
        self._marks: list[Marks] | None = None
        self._typed_spans: dict[str, list[TypedSpan]] = {}
        self.stops: list[Trial] | None = None  # what `LanguageMatcher` keeps here; None: it was not asked yet

    def may_hold(self, trial: Trial, *, led: bool = True) -> bool:
        """Whether the trial's steps fit here somewhere, as far as is known: where it is led by a name, behind one,
        unless `led` is False."""
        starts = self._behind_subjects() if trial.led and led else self.masks.all
        return reach(trial.steps, self.masks, starts) != 0

    def has_typed(self, trial: Trial) -> bool:
        """Whether there is an amount, a role ... for each that the trial needs."""
        return all(self._typed(each) for each in trial.typed)

    @property
    def sentence(self) -> Sentence:
        """The tokens with their marks."""
        return self._sentence or self.read_marks()

    def read_marks(self) -> Sentence:
        """Find the marks, which count in `may_hold` from now on."""
        if self._sentence is None:
            found = [span for each in TYPED_MARKS for span in self._typed(each)]
            sentence = unmarked(self.text, self.chunks, self._chunk_marks())
            self._sentence = mark(sentence, self._language.lexicon, found)
            self.masks.learn(self._sentence.marks)
        return self._sentence

    def spans(self, trials: Iterable[Trial]) -> list[tuple[Variant, Span]]:
        """Where variants of a phrase match, of each the longest spans first."""
        self.read_marks()
        return [(trial.variant, span) for trial in trials for span in self._spans_of(trial.variant, trial.steps)]

    def _spans_of(self, variant: Variant, steps: Sequence[Step]) -> list[Span]:
        return spans(steps, self.masks) if variant.is_plain else self._spans_by_spacy(variant)

    def _spans_by_spacy(self, variant: Variant) -> list[Span]:
        """Where spaCy finds a pattern that asks for more than words and marks."""
        if self._doc is None:
            self._doc = _doc(self.sentence, self._language.pipeline.vocab)
        matcher: Any = self._language.matcher(variant)
        return [Span(start, end, tuple(took)) for _, start, end, took in matcher(self._doc, with_alignments=True)]

    def _typed(self, mark_: str) -> list[TypedSpan]:
        if self._evidence is None:
            self._evidence = evidence_in(self.chunks)
        if not self._evidence & TYPED_BITS[mark_]:
            return []
        if mark_ not in self._typed_spans:
            self._typed_spans[mark_] = typed_spans(self.text, self._language.lexicon, (mark_,), self._heads(mark_))
        return self._typed_spans[mark_]

    def _heads(self, mark_: str) -> Iterator[int]:
        """Where an amount, role ... may begin."""
        at = 0
        for marks in self._chunk_marks():
            for offset in marks.heads[mark_]:
                yield at + offset
            at += marks.chars + 1

    def _chunk_marks(self) -> list[Marks]:
        if self._marks is None:
            self._marks = self._language.chunks.marks_of(self.chunks)
        return self._marks

    def _behind_subjects(self) -> int:
        """The tokens in front of which `find_subject` may find a name: not the first, and none behind a common noun."""
        if self._starts is None:
            starts, at = self.masks.all & ~1, 0
            for number, chunk in enumerate(self.chunks):
                at += len(chunk.words)
                if chunk.common_noun and number:
                    starts &= ~(1 << at)
            self._starts = starts
        return self._starts


def _doc(sentence: Sentence, vocab: Vocab) -> Doc:
    import numpy
    from spacy.attrs import ENT_TYPE
    from spacy.tokens import Doc

    words, starts, marks = sentence.words, sentence.starts, sentence.marks
    spaces = [start + len(word) < after for start, word, after in zip(starts, words, [*starts[1:], 0], strict=False)]
    doc = Doc(vocab, words=words, spaces=spaces)
    numbers = {each: vocab.strings.add(each) if each else 0 for each in set(marks)}
    column: Any = numpy.array([numbers[each] for each in marks], dtype="uint64").reshape(-1, 1)
    doc.from_array([ENT_TYPE], column)
    return doc


# --------------------------------------------------------------------------- a language


class LanguageMatcher:
    """The phrases of one language, and its sentences read for them."""

    def __init__(self, rules: RuleSet, lang: str, pipeline: Pipeline, lexicon: Lexicon) -> None:
        self.lang = lang
        self.pipeline = pipeline
        self.lexicon = lexicon
        self.triggers = {trigger.name: trigger for trigger in rules.triggers if trigger.lang == lang}
        self.sets = Sets()
        runners = _runners(rules, lang, self.sets)
        self.index = self._index([runner for runner in runners if runner.use == "match"])
        self.stops = self._index([runner for runner in runners if runner.use != "match"])
        expressions = typed_expressions(lexicon)
        self.chunks = Chunks(
            split=lambda text: [token.text for token in pipeline.make_doc(text)],
            exceptions=getattr(pipeline.tokenizer, "rules", {}).keys(),
            plain_mark=lambda word: plain_mark(word, lexicon),
            heads_in={each: heads_in(expression) for each, expression in expressions.items()},
            evidence_of=_Evidence(self.index, expressions).of,
            entries_of=self.index.entries_of,
            is_common_noun=_CommonNouns(lexicon).has,
        )
        self._matchers: dict[int, SpacyMatcher] = {}  # by the id of a variant
        self._texts_to_learn_from = TEXTS_TO_LEARN_FROM
        self._counts: Counter[str] = Counter()

    def learn_from(self, text: str) -> None:
        """Count the words of a text. When there were enough, the index looks for phrases by what is rare in such texts:
        it finds the same from then on, in less time."""
        if not self._texts_to_learn_from:
            return
        self._counts.update(lower_words_in(self.chunks.of(text)))
        self._texts_to_learn_from -= 1
        if not self._texts_to_learn_from:
            self.index.anchor(self._counts)
            self._counts.clear()
            self.chunks.forget()

    def _index(self, runners: Iterable[Runner]) -> Index:
        return Index([trial for runner in runners for trial in trials_of(runner)])

    def candidates(self, chunks: Sequence[Chunk], place: str) -> list[Trial]:
        """The variants of which a sentence has all words."""
        anchored = [chunk.entries for chunk in chunks if chunk.entries]
        if not anchored:
            return []
        present = evidence_in(chunks) | PLACE_BITS[place]
        entries: list[Entry] = [entry for some in anchored for entry in some if entry[0] & present == entry[0]]
        if not entries:
            return []
        free = evidence_behind_subjects(chunks)
        trials = dict.fromkeys([trial for _, lead, trial in entries if lead & free == lead])
        return self._with_all_words(trials, chunks) if self.index.shares_bits else list(trials)

    @staticmethod
    def _with_all_words(trials: Iterable[Trial], chunks: Sequence[Chunk]) -> list[Trial]:
        words = frozenset(lower_words_in(chunks))
        return [trial for trial in trials if not any(map(words.isdisjoint, trial.variant.required))]

    def near(self, chunks: Sequence[Chunk], place: str) -> list[Trial]:
        """The variants of which a sentence has a word of the set that they name first. Slow; for people."""
        words = frozenset(lower_words_in(chunks))
        trials = (trial for _, _, trial in self.index.entries if trial.runner.place in (place, "both"))
        return [trial for trial in trials if not words.isdisjoint(trial.variant.required[0])]

    def read(self, text: str, chunks: Sequence[Chunk] | None = None) -> Reading:
        """A sentence, of these chunks, to be read."""
        return Reading(text, self.chunks.of(text) if chunks is None else chunks, self)

    def matcher(self, variant: Variant) -> SpacyMatcher:
        """A variant as a pattern of spaCy; made at the first call."""
        if id(variant) not in self._matchers:
            from spacy.matcher import Matcher

            self._matchers[id(variant)] = Matcher(self.pipeline.vocab)
            self._matchers[id(variant)].add(1, [list(variant.pattern)], greedy="LONGEST")
        return self._matchers[id(variant)]

    def stopping(self, reading: Reading, use: str, rule: Rule | None) -> list[list[Trial]]:
        """The phrases of a use, the language's and the rule's, that may match in a sentence; first the rule's, in the
        files' order."""
        trials = [trial for trial in self._stops_in(reading) if trial.runner.use == use]
        shared = rule is None or use in rule.trigger.inherit
        trials = [t for t in trials if (any(rule is r for r in t.runner.rules) if t.runner.rules else shared)]
        return [variants for variants in in_order(trials).values() if any(map(reading.may_hold, variants))]

    def _stops_in(self, reading: Reading) -> list[Trial]:
        """The variants of `unless` and `hedge` of which a sentence has all words."""
        if reading.stops is None:
            words = self.stops.bits_of.keys() & reading.masks.lower.keys()
            typed = evidence_in(reading.chunks) & sum(TYPED_BITS.values())
            present = functools.reduce(operator.or_, (self.stops.bits_of[word] for word in words), typed)
            anchored = [self.stops.anchored_by[word] for word in words if word in self.stops.anchored_by]
            entries = itertools.chain.from_iterable(anchored)
            found = dict.fromkeys(trial for needed, _, trial in entries if needed & present == needed)
            reading.stops = list(found)
        return reading.stops


def in_order(trials: Iterable[Trial]) -> dict[Runner, list[Trial]]:
    """The phrases that these are variants of, in the files' order."""
    phrases: dict[Runner, list[Trial]] = {}
    for trial in sorted(trials, key=lambda trial: trial.number):
        phrases.setdefault(trial.runner, []).append(trial)
    return phrases


def _runners(rules: RuleSet, lang: str, sets: Sets) -> list[Runner]:
    """The phrases of a language: those of its rules, then those that all rules share. What a file says for all its
    rules is one phrase."""
    found: dict[tuple[str, int], Runner] = {}  # by use and phrase

    def add(use: str, phrases: Iterable[Phrase], rules: tuple[Rule, ...]) -> None:
        typed = _typed_slots(rules[0]) if use == "match" else frozenset[str]()
        for phrase in phrases:
            if (use, id(phrase)) not in found:
                steps = tuple(tuple(step_of(token, sets) for token in each.pattern) for each in phrase.variants)
                place = rules[0].where if use == "match" else "both"
                found[use, id(phrase)] = Runner(
                    phrase=phrase, use=use, number=len(found), steps=steps, place=place, typed_slots=typed
                )
            found[use, id(phrase)].rules += rules

    for rule in rules.rules:
        if rule.trigger.lang == lang:
            add("match", rule.phrases, (rule,))
            add("unless", rule.unless, (rule,))
            add("hedge", rule.hedge, (rule,))
    shared = rules.shared.get(lang, Shared())
    for use in ("unless", "unless_title", "hedge"):
        add(use, getattr(shared, use), ())
    return list(found.values())


def _typed_slots(rule: Rule) -> frozenset[str]:
    """The kinds of typed slots that the phrases of a rule name."""
    slots = (slot for phrase in rule.phrases for variant in phrase.variants for slot in variant.slots)
    return frozenset(slot.kind for slot in slots if slot is not None and slot.kind in TYPED_SLOTS)


class _CommonNouns:
    """Tells the lower-case words behind which no verb has a subject."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._others = _before_verbs(lexicon)
        spelled = _LETTERS.findall(f"{lexicon.numbers.pattern} {lexicon.dates.pattern}".lower())
        self._dates_and_numbers = tuple({word for word in spelled if len(word) > 2})
        self._adverb_ending = lexicon.adverb_ending
        self._verb_second = lexicon.verb_second  # the subject may stand behind the verb, whatever is in front of it

    def has(self, word: str) -> bool:
        """False for words over which `find_subject` goes on, at which it stops with a company, and what may be part of
        a date or number."""
        if self._verb_second or word in self._others or word.startswith(self._dates_and_numbers):
            return False
        return not (self._adverb_ending and word.endswith(self._adverb_ending))


def _before_verbs(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.auxiliaries.union(
        lexicon.adverbs,
        lexicon.reporting,
        lexicon.pronouns,
        lexicon.generic_subjects,
        lexicon.clause_joints,
        lexicon.trailing,
        lexicon.name_joiners,
        lexicon.owned_nouns,
        lexicon.units,
        LOWER_CASE_FORMS,
    )
