"""The candidate pass: which phrases may match where, told as cheaply as possible.

Each variant of a phrase becomes a `Trial`: the words that must be there, and its pattern as a few steps over bit
masks. Three sieves follow each other, each dearer and finer than the one before:

1. `Index.candidates`: a text must hold a word of each set that a variant requires.
2. `Reading.may_hold`: they must stand in the pattern's order and not too far apart. A step's mask has a bit for each token
   that it may take; a variant is tried at all places of a sentence at once by shifting and masking whole numbers.
3. The same again with the marks of names, amounts and roles, which cost more to find.

What passes is given to spaCy, whose answer counts. None of the sieves loses a match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from listener.core.lexicon import Lexicon
from listener.core.phrase import TYPED_SLOTS, Phrase, TokenPattern, how_often, marks_of, words_of
from listener.core.rules import Rule, RuleSet, Shared
from listener.core.slots import TYPED_MARKS, Sentence, TypedSpan, mark, plain_mark, typed_spans
from listener.core.tokens import Chunk, Chunks, lower_words, unmarked

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.matcher import Matcher as SpacyMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

_LETTERS = re.compile(r"[^\W\d_]+")


# --------------------------------------------------------------------------- patterns as steps over bit masks


class Step(NamedTuple):
    """A token pattern: what it takes, and how often."""

    takes: int  # the number of a set of words (above 0) or of marks (below 0) in `Sets`; 0: any token
    least: int
    most: int


@dataclass(slots=True)
class Sets:
    """Numbers for the sets of words and of marks that patterns ask for, equal ones the same."""

    words: dict[frozenset[str], int] = field(default_factory=dict)  # from 1 up
    marks: dict[frozenset[str], int] = field(default_factory=dict)  # from -1 down
    members: dict[int, frozenset[str]] = field(default_factory=dict)

    def of_words(self, words: frozenset[str]) -> int:
        number = self.words.setdefault(words, len(self.words) + 1)
        self.members[number] = words
        return number

    def of_marks(self, marks: frozenset[str]) -> int:
        number = self.marks.setdefault(marks, -len(self.marks) - 1)
        self.members[number] = marks
        return number


def step_of(token: TokenPattern, sets: Sets) -> Step:
    """A token pattern as a step, which takes what the pattern takes or more."""
    words, marks = words_of(token), marks_of(token)
    takes = sets.of_words(words) if words is not None else sets.of_marks(marks) if marks is not None else 0
    return Step(takes, *how_often(token))


def reach(steps: Iterable[Step], masks: Mapping[int, int], starts: int) -> int:
    """Where the steps can end, one after the other, that begin at one of the `starts`: bits of token numbers."""
    at = starts
    for takes, least, most in steps:
        mask = masks[takes]
        for _ in range(least):
            at = (at & mask) << 1
        for _ in range(most - least):
            further = at | (at & mask) << 1
            if further == at:
                break
            at = further
        if not at:
            return 0
    return at


# --------------------------------------------------------------------------- phrases made ready


@dataclass(slots=True, kw_only=True, eq=False)
class Runner:
    """A phrase made ready to run."""

    phrase: Phrase
    use: str  # "match", "unless", "unless_title" or "hedge"
    number: int  # the order in which phrases are tried
    rules: tuple[Rule, ...] = ()  # that have the phrase; empty: all of the language
    typed_slots: frozenset[str] = frozenset()  # the kinds of them that its rule's phrases name
    _matcher: SpacyMatcher | None = None

    def matcher(self, vocab: Vocab) -> SpacyMatcher:
        """Its variants as patterns of spaCy, numbered from 1; made at the first call."""
        if self._matcher is None:
            from spacy.matcher import Matcher

            self._matcher = Matcher(vocab)
            for number, variant in enumerate(self.phrase.variants, start=1):
                self._matcher.add(number, [list(variant.pattern)], greedy="LONGEST")
        return self._matcher


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A variant of a phrase, and what tells cheaply whether it may match."""

    runner: Runner
    steps: tuple[Step, ...]
    required: tuple[int, ...]  # word sets that a text must have one word of each of, the rarest first; empty: unknown
    typed: frozenset[str]  # the marks of amounts, roles ... that it needs
    led: bool  # a name stands directly in front of it


def trials_of(runner: Runner, sets: Sets) -> list[Trial]:
    """The variants of a phrase."""
    lead = runner.phrase.lead is not None and not runner.phrase.lead_gap
    found = []
    for variant in runner.phrase.variants:
        needed = [marks_of(token) or frozenset() for token in variant.pattern if how_often(token)[0]]
        found.append(
            Trial(
                runner=runner,
                steps=tuple(step_of(token, sets) for token in variant.pattern),
                required=tuple(map(sets.of_words, variant.required)),
                typed=frozenset().union(*(marks for marks in needed if len(marks) == 1)).intersection(TYPED_MARKS),
                led=lead,
            )
        )
    return found


class Index:
    """Trials by the words that they require."""

    def __init__(self, trials: Iterable[Trial]) -> None:
        self.always: list[Trial] = []  # those that require no word that is known
        self._by_words: dict[int, dict[int, list[tuple[frozenset[int], Trial]]]] = {}
        for trial in trials:
            if not trial.required:
                self.always.append(trial)
                continue
            rarest, *others = trial.required
            second = others[0] if others else rarest
            place = self._by_words.setdefault(rarest, {}).setdefault(second, [])
            place.append((frozenset(trial.required), trial))
        self._rarest = frozenset(self._by_words)

    def word_sets(self) -> frozenset[int]:
        """The numbers of the word sets that decide."""
        return frozenset(
            number
            for seconds in self._by_words.values()
            for trials in seconds.values()
            for required, _ in trials
            for number in required
        )

    def candidates(self, present: set[int]) -> list[Trial]:
        """The trials that have all their words among these sets, and those of which no word is known."""
        found = list(self.always)
        for rarest in self._rarest & present:
            seconds = self._by_words[rarest]
            for second in seconds.keys() & present:
                found += [trial for required, trial in seconds[second] if required <= present]
        return found

    def anchored(self, present: set[int]) -> list[Trial]:
        """The trials of which the rarest word is there."""
        by_words = [self._by_words[rarest] for rarest in self._rarest & present]
        trials = [trial for seconds in by_words for each in seconds.values() for _, trial in each]
        return self.always + trials


# --------------------------------------------------------------------------- a sentence on its way


class _Masks(dict[int, int]):
    """The tokens of a sentence that a set takes, as bits; counted when first asked for. Before the marks are known,
    a set of marks takes any token."""

    def __init__(self, lower: Sequence[str], sets: Sets) -> None:
        self._members = sets.members
        self._places: dict[str, int] = {}
        bit = 1
        for word in lower:
            self._places[word] = self._places.get(word, 0) | bit
            bit <<= 1
        self.all = self[0] = bit - 1

    def __missing__(self, number: int) -> int:
        mask = self.all
        if number > 0:
            mask = 0
            for word in self._members[number] & self._places.keys():
                mask |= self._places[word]
        self[number] = mask
        return mask

    def learn(self, marks: Sequence[str]) -> None:
        """From now on sets of marks take only tokens that have one of them."""
        by_mark = dict.fromkeys(marks, 0)
        for i, each in enumerate(marks):
            by_mark[each] |= 1 << i
        for number in self._members:
            if number < 0:
                self[number] = sum(by_mark.get(each, 0) for each in self._members[number])

    @property
    def words(self) -> Mapping[str, int]:
        """The tokens in lower case."""
        return self._places


class Reading:
    """A sentence that is read as far as somebody asks."""

    def __init__(self, text: str, chunks: Sequence[Chunk], sets: Sets, lexicon: Lexicon) -> None:
        self.text = text
        self.masks = _Masks(lower_words(chunks), sets)
        self._chunks = chunks
        self._lexicon = lexicon
        self._sentence: Sentence | None = None
        self._starts: int | None = None
        self._doc: Doc | None = None
        self._spans: dict[str, list[TypedSpan]] = {}

    def may_hold(self, trial: Trial) -> bool:
        """Whether the trial's steps fit here somewhere, as far as is known."""
        starts = self._behind_subjects() if trial.led else self.masks.all
        return reach(trial.steps, self.masks, starts) != 0

    def has_typed(self, marks: frozenset[str]) -> bool:
        """Whether there is an amount, a role ... for each of these marks."""
        return all(self._typed(each) for each in marks)

    @property
    def sentence(self) -> Sentence:
        """The tokens with their marks."""
        if self._sentence is None:
            spans = [span for each in TYPED_MARKS for span in self._typed(each)]
            self._sentence = mark(unmarked(self.text, self._chunks), self._lexicon, spans)
            self.masks.learn(self._sentence.marks)
        return self._sentence

    def doc(self, vocab: Vocab) -> Doc:
        """The tokens as spaCy's matchers want them, with the marks as types of entities."""
        if self._doc is None:
            from spacy.tokens import Doc

            words, starts = self.sentence.words, self.sentence.starts
            ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
            spaces = [end < start for end, start in zip(ends, starts[1:], strict=False)]
            self._doc = Doc(vocab, words=words, spaces=[*spaces, False])
            self._set_marks(self._doc)
        return self._doc

    def _set_marks(self, doc: Doc) -> None:
        import numpy
        from spacy.attrs import ENT_TYPE

        marks = self.sentence.marks
        numbers = {each: doc.vocab.strings.add(each) if each else 0 for each in set(marks)}
        column: Any = numpy.array([[numbers[each]] for each in marks], dtype="uint64")
        doc.from_array([ENT_TYPE], column)

    def _typed(self, mark_: str) -> list[TypedSpan]:
        if mark_ not in self._spans:
            self._spans[mark_] = typed_spans(self.text, self._lexicon, (mark_,))
        return self._spans[mark_]

    def _behind_subjects(self) -> int:
        """The tokens in front of which `find_subject` may find a name: not the first, and none behind a common noun."""
        if self._starts is None:
            starts, at = self.masks.all & ~1, 0
            for number, chunk in enumerate(self._chunks):
                at += len(chunk.words)
                if chunk.common_noun and number:
                    starts &= ~(1 << at)
            self._starts = starts
        return self._starts


# --------------------------------------------------------------------------- a language


class LanguageMatcher:
    """The phrases of one language, and its sentences read for them."""

    def __init__(self, rules: RuleSet, lang: str, pipeline: Pipeline, lexicon: Lexicon) -> None:
        self.lang = lang
        self.pipeline = pipeline
        self.lexicon = lexicon
        self._sets = Sets()
        runners = _runners(rules, lang)
        self.index = self._index([runner for runner in runners if runner.use == "match"])
        self.stops = self._index([runner for runner in runners if runner.use != "match"])
        self.chunks = Chunks(
            split=lambda text: [token.text for token in pipeline.make_doc(text)],
            exceptions=getattr(pipeline.tokenizer, "rules", {}).keys(),
            plain_mark=lambda word: plain_mark(word, lexicon),
            sets_of=_by_word(self.index.word_sets(), self._sets),
            is_common_noun=_CommonNouns(lexicon).has,
        )
        self._stop_words = _by_word(self.stops.word_sets(), self._sets)

    def _index(self, runners: Iterable[Runner]) -> Index:
        return Index([trial for runner in runners for trial in trials_of(runner, self._sets)])

    def read(self, text: str, chunks: Sequence[Chunk] | None = None) -> Reading:
        """A sentence, of these chunks, to be read."""
        return Reading(text, self.chunks.of(text) if chunks is None else chunks, self._sets, self.lexicon)

    def stopping(self, reading: Reading, use: str, rule: Rule | None) -> list[Runner]:
        """The phrases of a use, the language's and the rule's, that may match in a sentence; first the rule's, in the
        files' order."""
        present = set[int]().union(*(self._stop_words[word] for word in self._stop_words.keys() & reading.masks.words))
        trials = [trial for trial in self.stops.candidates(present) if trial.runner.use == use]
        trials = [trial for trial in trials if not trial.runner.rules or rule in trial.runner.rules]
        return in_order(trial.runner for trial in trials if reading.may_hold(trial))


def in_order(runners: Iterable[Runner]) -> list[Runner]:
    """Each phrase once, in the files' order."""
    return sorted(set(runners), key=lambda runner: runner.number)


def _runners(rules: RuleSet, lang: str) -> list[Runner]:
    """The phrases of a language: those of its rules, then those that all rules share. What a file says for all its
    rules is one phrase."""
    found: dict[tuple[str, int], Runner] = {}  # by use and phrase

    def add(use: str, phrases: Iterable[Phrase], rules: tuple[Rule, ...]) -> None:
        typed = _typed_slots(rules[0]) if use == "match" else frozenset[str]()
        for phrase in phrases:
            new = Runner(phrase=phrase, use=use, number=len(found), typed_slots=typed)
            found.setdefault((use, id(phrase)), new).rules += rules

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


def _by_word(numbers: Iterable[int], sets: Sets) -> dict[str, frozenset[int]]:
    """The sets that a word is in."""
    found: dict[str, set[int]] = {}
    for number in numbers:
        for word in sets.members[number]:
            found.setdefault(word, set()).add(number)
    return {word: frozenset(those) for word, those in found.items()}


class _CommonNouns:
    """Tells the lower-case words behind which no verb has a subject."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._others = _before_verbs(lexicon)
        spelled = _LETTERS.findall(f"{lexicon.numbers.pattern} {lexicon.dates.pattern}".lower())
        self._dates_and_numbers = tuple({word for word in spelled if len(word) > 2})
        self._adverb_ending = lexicon.adverb_ending

    def has(self, word: str) -> bool:
        """False for words over which `find_subject` goes on, at which it stops with a company, and what may be part of
        a date or number."""
        if word in self._others or word.startswith(self._dates_and_numbers):
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
    )
