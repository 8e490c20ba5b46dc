"""The candidate pass: which phrases may match where, told as cheaply as possible.

A `LanguageMatcher` holds the phrases of one language as `Runner`s and one Aho-Corasick automaton over all
their anchors. Three sieves follow each other, each dearer and finer than the one before: the anchors in
the folded text, the required words and typed slots of a sentence before it is tokenised (`plausible`), and its
words and marks after that (`possible`). None of them loses a match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from listener.core.lexicon import Lexicon
from listener.core.phrase import Phrase, Variant
from listener.core.rules import Rule, RuleSet

if TYPE_CHECKING:
    import ahocorasick
    from spacy.language import Language as Pipeline
    from spacy.matcher import Matcher as SpacyMatcher

LETTERS = re.compile(r"[^\W\d_]+")
"""A run of letters: what `Runner.plausible` takes for the words of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a sentence must hold for a variant of a phrase to match, in whatever order."""

    words: tuple[frozenset[str], ...]  # one of each set
    marks: frozenset[str]  # all of them

    def met(self, words: frozenset[str], marks: frozenset[str] | None) -> bool:
        """Whether the words, and the marks where they are known (None: not yet), are all there."""
        return (marks is None or self.marks <= marks) and all(not words.isdisjoint(forms) for forms in self.words)


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

    def plausible(self, letters: frozenset[str], typed: frozenset[str] | None = None) -> bool:
        """Whether some variant's words are among a text's runs of letters, and its amounts, roles ... were found."""
        return any(hint.met(letters, typed) for hint in self.hints)

    def possible(self, lower: frozenset[str], marks: frozenset[str]) -> bool:
        """Whether all that some variant requires is in the sentence."""
        return any(need.met(lower, marks) for need in self.needs)


class LanguageMatcher:
    """The phrases of one language, their automaton, and the tokeniser."""

    def __init__(self, rules: RuleSet, lang: str, pipeline: Pipeline, lexicon: Lexicon) -> None:
        self.pipeline = pipeline
        self.lang = lang
        self.lexicon = lexicon
        self.runners: list[Runner] = []
        self._inside_words = _contraction_parts(pipeline)
        for rule in rules.rules:
            if rule.trigger.lang == lang:
                for use, phrases in (("match", rule.phrases), ("unless", rule.unless), ("hedge", rule.hedge)):
                    self._add(phrases, rule, use)
        shared = rules.shared.get(lang)
        if shared is not None:
            for use in ("unless", "unless_title", "hedge"):
                self._add(getattr(shared, use), None, use)
        self.automaton, self.always = self._automaton()

    def _add(self, phrases: Sequence[Phrase], rule: Rule | None, use: str) -> None:
        from spacy.matcher import Matcher as SpacyMatcher

        for phrase in phrases:
            matcher = SpacyMatcher(self.pipeline.vocab)
            for number, variant in enumerate(phrase.variants):
                matcher.add(str(number), [list(variant.pattern)], greedy="LONGEST")
            needs = tuple(requirements(variant) for variant in phrase.variants)
            kinds = _kinds(rule.phrases if rule and use == "match" else (phrase,))
            hints = tuple(map(self._before_tokenising, needs))
            self.runners.append(
                Runner(phrase=phrase, rule=rule, use=use, matcher=matcher, needs=needs, hints=hints, kinds=kinds)
            )

    def _before_tokenising(self, need: Needs) -> Needs:
        """The words of plain letters, which the tokeniser cuts as `LETTERS` does, and the marks of typed slots."""
        words = tuple(
            forms
            for forms in need.words
            if all(form.isalpha() for form in forms) and forms.isdisjoint(self._inside_words)
        )
        return Needs(words=words, marks=need.marks - {"NAME", "MOD"})

    def _automaton(self) -> tuple[ahocorasick.Automaton | None, tuple[int, ...]]:
        import ahocorasick

        by_anchor: dict[str, list[int]] = {}
        for number, runner in enumerate(self.runners):
            for anchor in runner.phrase.anchors:
                by_anchor.setdefault(anchor, []).append(number)
        automaton = ahocorasick.Automaton()
        for anchor, numbers in by_anchor.items():
            automaton.add_word(anchor, (len(anchor), anchor in self._inside_words, tuple(numbers)))
        automaton.make_automaton()
        always = tuple(number for number, runner in enumerate(self.runners) if not runner.phrase.anchors)
        return (automaton if by_anchor else None), always

    def candidates(self, folded: str) -> Iterator[tuple[int, tuple[int, ...]]]:
        """The places of anchors in a folded text, each with the numbers of its phrases."""
        if self.automaton is None:
            return
        for last, (length, inside, numbers) in self.automaton.iter(folded):
            start = last - length + 1
            if inside or _is_whole_word(folded, start, last):
                yield start, numbers


def _is_whole_word(text: str, start: int, last: int) -> bool:
    return not (
        (start > 0 and text[start - 1].isalpha() and text[start].isalpha())
        or (last + 1 < len(text) and text[last + 1].isalpha() and text[last].isalpha())
    )


def _contraction_parts(pipeline: Pipeline) -> frozenset[str]:
    """Words that the tokeniser cuts out of longer ones ("can" of "cannot"): not to be held to word boundaries."""
    from spacy.attrs import ORTH

    exceptions: Mapping[str, list[dict[int, str]]] = getattr(pipeline.tokenizer, "rules", {})
    return frozenset(
        token[ORTH].lower() for tokens in exceptions.values() if len(tokens) > 1 for token in tokens if ORTH in token
    )


def requirements(variant: Variant) -> Needs:
    """What the token patterns that are not optional ask for."""
    words, marks = [], set()
    for token in variant.pattern:
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
