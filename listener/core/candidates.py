"""The candidate pass: which phrases may match where, told as cheaply as possible.

A `LanguageMatcher` holds the phrases of one language as `Runner`s and one Aho-Corasick automaton over all
their anchors. Three sieves follow each other, each dearer and finer than the one before: the anchors in
the folded text, the required words of a sentence in their order before it is tokenised (`Words.hold`), and its words
and marks after that (`Runner.possible`). None of them loses a match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from listener.core.lexicon import Lexicon
from listener.core.phrase import Phrase, TokenPattern, Variant
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
    kinds: frozenset[str]  # typed slots that the variants test

    def possible(self, lower: frozenset[str], marks: frozenset[str]) -> bool:
        """Whether all that some variant requires is in the sentence."""
        return any(need.met(lower, marks) for need in self.needs)


class Words:
    """The runs of letters of a sentence, which the tokeniser will keep, in their order."""

    def __init__(self, text: str, before_verbs: frozenset[str], adverb_ending: str) -> None:
        self._text = text
        self._before_verbs, self._adverb_ending = before_verbs, adverb_ending
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
        if not stands_alone or self._text[begin:end] != word or word in self._before_verbs:
            return True
        return bool(self._adverb_ending) and word.endswith(self._adverb_ending)


class LanguageMatcher:
    """The phrases of one language, their automaton, and the tokeniser."""

    def __init__(self, rules: RuleSet, lang: str, pipeline: Pipeline, lexicon: Lexicon) -> None:
        self.pipeline = pipeline
        self.lang = lang
        self.lexicon = lexicon
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
        self.automaton = self._automaton()
        self.always = tuple(number for number, runner in enumerate(self.runners) if not runner.phrase.anchors)

    def _add(self, phrases: Sequence[Phrase], rule: Rule | None, use: str) -> None:
        from spacy.matcher import Matcher as SpacyMatcher

        for phrase in phrases:
            matcher = SpacyMatcher(self.pipeline.vocab)
            for number, variant in enumerate(phrase.variants):
                matcher.add(str(number), [list(variant.pattern)], greedy="LONGEST")
            needs = tuple(requirements_of(variant.pattern) for variant in phrase.variants)
            kinds = _kinds(rule.phrases if rule and use == "match" else (phrase,))
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

    def _automaton(self) -> ahocorasick.Automaton:
        """Over all anchors; each knows its length, on which sides it must end a word, and the phrases it stands for."""
        import ahocorasick

        by_anchor: dict[str, list[int]] = {}
        for number, runner in enumerate(self.runners):
            for anchor in runner.phrase.anchors:
                by_anchor.setdefault(anchor, []).append(number)
        automaton = ahocorasick.Automaton()
        for anchor, numbers in by_anchor.items():
            inside = anchor in self._inside_words
            left, right = not inside and anchor[0].isalpha(), not inside and anchor[-1].isalpha()
            automaton.add_word(anchor, (len(anchor), left, right, tuple(numbers)))
        automaton.make_automaton()
        return automaton

    def candidates(self, folded: str) -> list[tuple[int, tuple[int, ...]]]:
        """The places of anchors in a folded text, each with the numbers of its phrases."""
        if not self.automaton:
            return []
        last_place = len(folded) - 1
        found = []
        for last, (length, left, right, numbers) in self.automaton.iter(folded):
            start = last - length + 1
            if left and start and folded[start - 1].isalpha():
                continue
            if right and last < last_place and folded[last + 1].isalpha():
                continue
            found.append((start, numbers))
        return found

    def words_of(self, sentence: str) -> Words:
        """The words of a sentence as it stands."""
        return Words(sentence, self._before_verbs, self.lexicon.adverb_ending)


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
        if str(token.get("OP", "1"))[:2] in ("?", "*", "!", "{0"):
            continue
        lower, kind = token.get("LOWER"), token.get("ENT_TYPE")
        if isinstance(lower, str):
            words.append(frozenset({lower}))
        elif isinstance(lower, dict) and set(lower) == {"IN"}:
            words.append(frozenset(lower["IN"]))
        if isinstance(kind, str):
            marks.add(kind)
    return Needs(words=tuple(words), marks=frozenset(marks))


def _kinds(phrases: Sequence[Phrase]) -> frozenset[str]:
    """The typed slots that must be marked for phrases; names end where a role begins, so they need roles too."""
    tokens = [token for phrase in phrases for variant in phrase.variants for token in variant.pattern]
    marks = {mark_ for token in tokens for mark_ in _entity_types(token)}
    names = "NAME" in marks or any(phrase.lead for phrase in phrases)
    return frozenset({mark_.lower() for mark_ in marks} - {"name", "mod"} | ({"role"} if names else set()))


def _entity_types(token: Mapping[str, Any]) -> list[str]:
    value = token.get("ENT_TYPE")
    return [value] if isinstance(value, str) else value.get("IN", []) if isinstance(value, dict) else []
