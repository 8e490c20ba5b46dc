"""The candidate pass: which phrases may match where, told as cheaply as possible.

A `LanguageMatcher` holds the phrases of one language as `Runner`s and one Aho-Corasick automaton over all
their anchors. Three sieves follow each other, each dearer and finer than the one before: the anchors in
the folded text, the required words of a sentence in their order before it is tokenised (`Words.hold`), and its words
and marks after that (`Runner.possible`). None of them loses a match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from listener.core.lexicon import Lexicon
from listener.core.phrase import TYPED_SLOTS, Phrase, TokenPattern, Variant
from listener.core.rules import Rule, RuleSet

if TYPE_CHECKING:
    import ahocorasick
    from spacy.language import Language as Pipeline
    from spacy.matcher import Matcher as SpacyMatcher

_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a sentence must hold for a variant of a phrase to match."""

    words: tuple[frozenset[str], ...]  # one of each set, in this order
    marks: frozenset[str]  # all of them
    after_name: bool = False  # the first word must follow a company or person

    def met(self, words: frozenset[str], marks: frozenset[str]) -> bool:
        """Whether the words, in whatever order, and the marks are all there."""
        return self.marks <= marks and all(not words.isdisjoint(forms) for forms in self.words)


@dataclass(slots=True, kw_only=True)
class Runner:
    """A phrase made ready to run: one spaCy matcher, and the cheap tests that come before it."""

    phrase: Phrase
    rule: Rule | None  # None: an `unless` or `hedge` of the language
    use: str  # "match", "unless", "unless_title" or "hedge"
    matcher: SpacyMatcher
    needs: tuple[Needs, ...]  # of each variant
    hints: tuple[Needs, ...]  # what of `needs` shows in a text that is not tokenised
    kinds: frozenset[str]  # of typed slots that its rule names

    def possible(self, lower: frozenset[str], marks: frozenset[str]) -> bool:
        """Whether all that some variant requires is in the sentence."""
        return any(need.met(lower, marks) for need in self.needs)


class Words:
    """The runs of letters of a sentence, which the tokeniser will keep, in their order."""

    def __init__(self, text: str, may_stand_before_verbs: Callable[[str], bool]) -> None:
        self._text = text
        self._may_stand_before_verbs = may_stand_before_verbs
        self._words: list[str] = []
        self._starts: list[int] = []
        self._places: dict[str, list[int]] = {}
        for number, found in enumerate(_LETTERS.finditer(fold_keeping_length(text))):
            word = found[0]
            self._words.append(word)
            self._starts.append(found.start())
            self._places.setdefault(word, []).append(number)

    def hold(self, hint: Needs) -> bool:
        """Whether the hint's words stand here in their order, the first where it may have a subject."""
        place = -1
        for number, forms in enumerate(hint.words):
            places = (place for word in self._places.keys() & forms for place in self._places[word])
            after = [each for each in places if each > place]
            if number == 0 and hint.after_name:
                after = [each for each in after if self._may_follow_name(each)]
            if not after:
                return False
            place = min(after)
        return True

    def _may_follow_name(self, place: int) -> bool:
        """False where `find_subject` finds no name: behind a lower-case word that is neither filler nor pronoun."""
        start = self._starts[place]
        if start == 0:
            return False
        if place < 2:
            return True
        word, begin = self._words[place - 1], self._starts[place - 1]
        end = begin + len(word)
        stands_alone = self._text[begin - 1] == " " and self._text[end:start] == " "
        return not stands_alone or not self._text[begin:end].islower() or self._may_stand_before_verbs(word)


class Hit(NamedTuple):
    """A word of a text that phrases ask for."""

    start: int  # in characters
    phrases: tuple[int, ...]  # that it anchors and that may match there
    sets: tuple[int, ...]  # of words, that it is in


class LanguageMatcher:
    """The phrases of one language, their automaton, and the tokeniser."""

    def __init__(self, rules: RuleSet, lang: str, pipeline: Pipeline, lexicon: Lexicon) -> None:
        self.pipeline = pipeline
        self.lang = lang
        self.lexicon = lexicon
        self.triggers = {trigger.name: trigger for trigger in rules.triggers if trigger.lang == lang}
        self.runners: list[Runner] = []
        self._inside_words = _contraction_parts(pipeline)
        self._before_verbs = _before_verbs(lexicon)
        for rule in rules.rules:
            if rule.trigger.lang == lang:
                for use, phrases in (("match", rule.phrases), ("unless", rule.unless), ("hedge", rule.hedge)):
                    self._add(phrases, rule, use)
        shared = rules.shared.get(lang)
        if shared is not None:
            for use in ("unless", "unless_title", "hedge"):
                self._add(getattr(shared, use), None, use)
        self._word_sets, self._evidence = self._index_evidence()
        self._automaton = self._make_automaton(("match",))
        self._stopping = self._make_automaton(("unless", "unless_title", "hedge"))
        self.always = tuple(
            number for number, runner in enumerate(self.runners) if runner.use == "match" and not runner.phrase.anchors
        )

    def _add(self, phrases: Sequence[Phrase], rule: Rule | None, use: str) -> None:
        from spacy.matcher import Matcher as SpacyMatcher

        for phrase in phrases:
            matcher = SpacyMatcher(self.pipeline.vocab)
            for number, variant in enumerate(phrase.variants):
                matcher.add(str(number), [list(variant.pattern)], greedy="LONGEST")
            needs = tuple(requirements_of(variant.pattern) for variant in phrase.variants)
            kinds = _typed_slots(rule)
            hints = tuple(self._before_tokenising(phrase, *each) for each in zip(phrase.variants, needs, strict=True))
            self.runners.append(
                Runner(phrase=phrase, rule=rule, use=use, matcher=matcher, needs=needs, hints=hints, kinds=kinds)
            )

    def _before_tokenising(self, phrase: Phrase, variant: Variant, need: Needs) -> Needs:
        """Of what a variant needs, the words of plain letters and the marks of typed slots."""
        words = tuple(forms for forms in need.words if self._is_plain(forms))
        first = requirements_of((variant.pattern[0],)).words
        led = phrase.lead is not None and not phrase.lead_gap and len(first) == 1 and self._is_plain(first[0])
        return Needs(words=words, marks=need.marks - {"NAME", "MOD"}, after_name=led)

    def _is_plain(self, forms: frozenset[str]) -> bool:
        """Whether the tokeniser leaves these words whole: letters only, and no part of a contraction."""
        return all(form.isalpha() for form in forms) and forms.isdisjoint(self._inside_words)

    def _make_automaton(self, uses: Sequence[str]) -> ahocorasick.Automaton:
        """Over the anchors of the phrases of these uses.

        Each knows its length, on which sides it must end a word, and the phrases that it stands for: all of them, and
        those that remain behind a common noun.
        """
        import ahocorasick

        by_anchor: dict[str, list[int]] = {}
        for number, runner in enumerate(self.runners):
            for anchor in runner.phrase.anchors if runner.use in uses else ():
                by_anchor.setdefault(anchor, []).append(number)
        led = {number for number, runner in enumerate(self.runners) if _is_led_by_anchors(runner)}
        automaton = ahocorasick.Automaton()
        for anchor in {*by_anchor, *(self._word_sets if "match" in uses else ())}:
            numbers, sets = by_anchor.get(anchor, []), self._word_sets.get(anchor, ())
            inside = anchor in self._inside_words
            left, right = not inside and anchor[0].isalpha(), not inside and anchor[-1].isalpha()
            free = tuple(number for number in numbers if number not in led)
            automaton.add_word(anchor, (len(anchor), left, right, tuple(numbers), free, sets))
        automaton.make_automaton()
        return automaton

    def _index_evidence(self) -> tuple[dict[str, tuple[int, ...]], list[tuple[frozenset[int], ...]]]:
        """Numbers the sets of words that phrases ask for, but for common words: the sets that a word is in, and for
        each phrase what sets each of its variants asks for."""
        numbers: dict[frozenset[str], int] = {}
        evidence = []
        for runner in self.runners:
            rare = [
                [forms for forms in hint.words if forms.isdisjoint(self.lexicon.function_words)]
                for hint in runner.hints
            ]
            evidence.append(tuple(frozenset(numbers.setdefault(f, len(numbers)) for f in sets) for sets in rare))
        by_word: dict[str, tuple[int, ...]] = {}
        for forms, number in numbers.items():
            for word in forms:
                by_word[word] = (*by_word.get(word, ()), number)
        return by_word, evidence

    def hits(self, text: str, *, all_phrases: bool = False) -> list[Hit]:
        """The words in a text that phrases ask for, each with the phrases that it anchors and that may match there."""
        found = []
        for start, numbers, free, sets in _anchors_in(fold_keeping_length(text), self._automaton):
            if not all_phrases and len(free) < len(numbers) and self._is_behind_a_common_noun(text, start):
                numbers = free
            found.append(Hit(start, numbers, sets))
        return found

    def candidates(self, hits: Sequence[Hit], *, all_phrases: bool = False) -> list[int]:
        """The numbers of the phrases that may match a sentence with these hits: it holds their anchor and all their
        rare words (`all_phrases`: their anchor)."""
        anchored = {number for hit in hits for number in hit.phrases}.union(self.always)
        if all_phrases:
            return sorted(anchored)
        sets = {number for hit in hits for number in hit.sets}
        return sorted(number for number in anchored if any(each <= sets for each in self._evidence[number]))

    def stopping(self, sentence: str, use: str, rule: Rule | None) -> list[Runner]:
        """The phrases of a use, the language's and the rule's, that may match in a sentence, in the files' order."""
        hits = _anchors_in(fold_keeping_length(sentence), self._stopping)
        found = sorted({number for _, numbers, _, _ in hits for number in numbers})
        runners = [self.runners[number] for number in found]
        shared = rule is None or use in rule.trigger.inherit
        return [each for each in runners if each.use == use and (each.rule is rule if each.rule else shared)]

    def _is_behind_a_common_noun(self, text: str, start: int) -> bool:
        """Whether `find_subject` finds no name: the word before is lower case, no filler, and opens no sentence."""
        begin = text.rfind(" ", 0, max(0, start - 1)) + 1
        word = text[begin : start - 1]
        if begin < 2 or text[start - 1] != " " or not text[begin - 2].isalnum() or not word.isalpha():
            return False
        return word.islower() and not self._may_stand_before_verbs(word)

    def _may_stand_before_verbs(self, word: str) -> bool:
        ending = self.lexicon.adverb_ending
        return word in self._before_verbs or (bool(ending) and word.endswith(ending))

    def words_of(self, sentence: str) -> Words:
        """The words of a sentence as it stands."""
        return Words(sentence, self._may_stand_before_verbs)


def _anchors_in(
    folded: str, automaton: ahocorasick.Automaton
) -> Iterator[tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Where words stand as wholes: the phrases anchored there, those of them not led by it, and the sets it is in."""
    if not automaton:
        return
    last_place = len(folded) - 1
    for last, (length, left, right, numbers, free, sets) in automaton.iter(folded):
        start = last - length + 1
        if left and start and folded[start - 1].isalpha():
            continue
        if right and last < last_place and folded[last + 1].isalpha():
            continue
        yield start, numbers, free, sets


def _is_led_by_anchors(runner: Runner) -> bool:
    """Whether the anchors of a phrase are the words that follow its leading name."""
    first = [hint.words[0] for hint in runner.hints if hint.after_name]
    return len(first) == len(runner.hints) and runner.phrase.anchors == frozenset().union(*first)


def _before_verbs(lexicon: Lexicon) -> frozenset[str]:
    """The lower-case words over which `find_subject` goes on, or at which it stops with a company."""
    spelled = _LETTERS.findall(f"{lexicon.numbers.pattern} {lexicon.dates.pattern}".lower())
    return frozenset(spelled).union(
        lexicon.auxiliaries,
        lexicon.adverbs,
        lexicon.reporting,
        lexicon.pronouns,
        lexicon.generic_subjects,
        lexicon.clause_joints,
        lexicon.trailing,
        lexicon.name_joiners,
        lexicon.owned_nouns,
    )


def fold_keeping_length(text: str) -> str:
    """Lower case, character by character where folding would change the length ('İ')."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _contraction_parts(pipeline: Pipeline) -> frozenset[str]:
    """Words that the tokeniser cuts out of longer ones ("can" of "cannot"): not to be held to word boundaries."""
    from spacy.attrs import ORTH

    exceptions: Mapping[str, list[dict[int, str]]] = getattr(pipeline.tokenizer, "rules", {})
    return frozenset(
        token[ORTH].lower() for tokens in exceptions.values() if len(tokens) > 1 for token in tokens if ORTH in token
    )


def requirements_of(tokens: Sequence[TokenPattern]) -> Needs:
    """What the token patterns that are not optional ask for."""
    words, marks = [], set()
    for token in tokens:
        if str(token.get("OP", "1"))[:2] in ("?", "*", "!", "{0", "{,"):
            continue
        lower, kind = token.get("LOWER"), token.get("ENT_TYPE")
        if isinstance(lower, str):
            words.append(frozenset({lower}))
        elif isinstance(lower, dict) and set(lower) == {"IN"}:
            words.append(frozenset(lower["IN"]))
        if isinstance(kind, str):
            marks.add(kind)
    return Needs(words=tuple(words), marks=frozenset(marks))


def _typed_slots(rule: Rule | None) -> frozenset[str]:
    """The kinds of typed slots that the phrases of a rule name."""
    slots = (slot for phrase in rule.phrases for variant in phrase.variants for slot in variant.slots) if rule else ()
    return frozenset(slot.kind for slot in slots if slot is not None and slot.kind in TYPED_SLOTS)
