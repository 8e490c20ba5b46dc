"""Rule files: TOML text in, validated and compiled rules out.

A file is good as a whole or refused as a whole, with every mistake that was found. Matching is in
`listener.core.match`; reading the files from disk in `listener.rulebook`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from listener.core.phrase import (
    Language,
    Phrase,
    PhraseError,
    always_stopped,
    compile_pattern,
    compile_phrase,
    is_too_common,
    nearest,
)
from listener.errors import RuleError

SHARED_FILE = "shared.toml"
WHERE = ("title", "text", "both")
PROSPECTS = ("company", "person")
INHERITED = ("unless", "unless_title", "hedge")
_FILE_KEYS = (
    *("trigger", "label", "lang", "weight", "half_life", "why", "prospect", "inherit", "unless", "hedge", "rule"),
    "example",
)
_RULE_KEYS = ("id", "match", "patterns", "unless", "hedge", "where")
_EXAMPLE_KEYS = ("text", "summary", "expect", "rule")
_SHARED_KEYS = ("lang", "unless", "unless_title", "hedge")
_PATTERN_REMEDY = 'As in patterns = [[{LOWER = "raises"}, {LIKE_NUM = true}]]'
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_HEAD = re.compile(r"\s*\[\[\s*([\w-]+)\s*\]\]")
_SPAN = re.compile(r"(\d+)([dhw])")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSource:
    """A rule file's text, or that of `shared.toml`, and where it stands."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A kind of event, as one rule file defines it for one language."""

    name: str
    lang: str
    label: str  # for people: "Funding round"
    weight: int  # score of a plain match, 0 to 100
    half_life: timedelta  # how fast a lead cools
    why: str  # why a call is worth it now
    prospect: str = "company"  # or "person": whom {person} names, else who wrote the entry
    inherit: tuple[str, ...] = INHERITED  # the lists of shared.toml that count for its rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Phrases that flag a trigger."""

    id: str  # "funding/raises-money"
    trigger: Trigger
    where: str  # "title", "text" or "both"
    phrases: tuple[Phrase, ...]  # those of `match`, then those of `patterns`
    unless: tuple[Phrase, ...]
    hedge: tuple[Phrase, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text with what its file's rules must find in it."""

    trigger: str
    lang: str
    text: str  # taken as a title
    summary: str
    expect: Mapping[str, str] | None  # slots by name; None: the trigger must not fire
    rule: str | None  # the rule that must fire; None: any of the file
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Phrases that every rule of a language inherits."""

    unless: tuple[Phrase, ...] = ()
    unless_title: tuple[Phrase, ...] = ()  # in the title: nothing in the entry counts
    hedge: tuple[Phrase, ...] = ()

    def __add__(self, other: Shared) -> Shared:
        return Shared(
            unless=self.unless + other.unless,
            unless_title=self.unless_title + other.unless_title,
            hedge=self.hedge + other.hedge,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Everything that the files of a set define. Only good files are in it; `errors` has the others' mistakes."""

    rules: tuple[Rule, ...] = ()
    examples: tuple[Example, ...] = ()
    shared: Mapping[str, Shared] = field(default_factory=dict)  # by language
    errors: tuple[RuleError, ...] = ()

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """The triggers, each language of each once, in the order of the files."""
        return tuple(dict.fromkeys(rule.trigger for rule in self.rules))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRules:
    """What the files of a language define that were found without a mistake."""

    triggers: tuple[Trigger, ...]
    rules: int


LanguageFor = Callable[[str], Language | None]
"""The language data for a code such as "en"; None where listener has none."""


def compile_rules(sources: Sequence[RuleSource], language_for: LanguageFor) -> RuleSet:
    """Compile files. Never raises for a mistake in a file: it is in `errors` and that file left out.

    Without its `shared.toml` a language's rules would fire where they must not: a mistake there leaves out all of
    them.
    """
    rules: list[Rule] = []
    examples: list[Example] = []
    shared: dict[str, Shared] = {}
    errors: list[RuleError] = []
    unprotected: set[str] = set()
    for source in sources:
        reader = _FileReader(source, language_for)
        parsed = reader.read()
        errors += reader.errors
        if reader.errors and reader.is_shared:
            unprotected.add(reader.lang)
        elif isinstance(parsed, tuple):
            rules += parsed[0]
            examples += parsed[1]
        elif parsed is not None:
            shared[reader.lang] = shared.get(reader.lang, Shared()) + parsed
    errors += _duplicates(rules)
    errors += [error for rule in rules for error in _stopped_by_all(rule, shared.get(rule.trigger.lang, Shared()))]
    bad = {error.path for error in errors}
    return RuleSet(
        rules=tuple(rule for rule in rules if rule.path not in bad and rule.trigger.lang not in unprotected),
        examples=tuple(each for each in examples if each.path not in bad and each.lang not in unprotected),
        shared=shared,
        errors=tuple(errors),
    )


def _duplicates(rules: Sequence[Rule]) -> list[RuleError]:
    seen: dict[tuple[str, str], Rule] = {}
    errors = []
    for rule in rules:
        first = seen.setdefault((rule.trigger.lang, rule.id), rule)
        if first is not rule:
            problem = f"the rule {rule.id!r} exists already in {first.path}:{first.line}"
            errors.append(RuleError(problem, path=rule.path, line=rule.line, remedy="Give it another id"))
    return errors


def _stopped_by_all(rule: Rule, shared: Shared) -> Iterator[RuleError]:
    """The phrases of a rule that can never match, because of what all rules of the language inherit."""
    for phrase in rule.phrases:
        for stop in shared.unless if "unless" in rule.trigger.inherit else ():
            if always_stopped(phrase, stop):
                problem = f"{phrase.text!r} can never match, since the unless {stop.text!r} of {SHARED_FILE} stops it"
                yield RuleError(problem, path=rule.path, line=rule.line, remedy="Take one of the two away")


@dataclass(frozen=True, slots=True)
class _Place:
    """A table of a file: the nth [[section]], counted from 0, or the file itself."""

    section: str = ""
    nth: int = 0


_FILE = _Place()


class _FileReader:
    """Reads one file and collects its mistakes."""

    def __init__(self, source: RuleSource, language_for: LanguageFor) -> None:
        self.source = source
        self.language_for = language_for
        self.errors: list[RuleError] = []
        self.lang = "en"
        self.is_shared = re.split(r"[/\\]", source.path)[-1] == SHARED_FILE
        self.lines = source.text.splitlines()
        self._heads: dict[str, list[int]] = {}  # the lines where the tables of each section begin
        for number, line in enumerate(self.lines):
            if head := _HEAD.match(line):
                self._heads.setdefault(head[1], []).append(number)

    def read(self) -> tuple[list[Rule], list[Example]] | Shared | None:
        try:
            data = tomllib.loads(self.source.text)
        except tomllib.TOMLDecodeError as error:
            self._toml_error(error)
            return None
        self.lang = str(data.get("lang", "en"))
        language = self.language_for(self.lang)
        if language is None:
            self.fail(f"no language {self.lang!r}", key="lang", remedy='Write one that is known, such as lang = "en"')
            return None
        if self.is_shared:
            return self._shared(data, language)
        return self._trigger_file(data, language)

    # ----------------------------------------------------------------- where things stand

    def fail(self, problem: str, *, key: str = "", at: _Place = _FILE, remedy: str = "") -> None:
        line = self.line_of(key, at)
        self.errors.append(RuleError(problem, path=self.source.path, line=line, remedy=remedy))

    def _toml_error(self, error: tomllib.TOMLDecodeError) -> None:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (len(self.lines) or 1, None)
        problem = "not valid TOML: " + re.sub(r"\s*\(at .*\)$", "", str(error)).lower()
        remedy = "Look for a missing quote, comma or bracket on this line or the one above"
        self.errors.append(RuleError(problem, path=self.source.path, line=line, column=column, remedy=remedy))

    def line_of(self, key: str, at: _Place = _FILE) -> int:
        """The line of a key in a table, or of the table's head, or 1."""
        start = self._section_start(at) if at.section else 0
        for number in range(start + bool(at.section), len(self.lines)):
            stripped = self.lines[number].strip()
            if stripped.startswith("[[") and at.section:
                break
            if key and re.match(rf"{re.escape(key)}\s*=", stripped):
                return number + 1
        return start + 1

    def _section_start(self, at: _Place) -> int:
        heads = self._heads.get(at.section, [])
        return heads[at.nth] if at.nth < len(heads) else 0

    def _phrase_position(self, phrase: str, first_line: int) -> tuple[int, int]:
        """Line and column (of its first character) of a phrase as it is written in the file."""
        escaped = phrase.replace("\\", "\\\\").replace('"', '\\"')
        for number in range(first_line - 1, len(self.lines)):
            for written in (f'"{escaped}"', f"'{phrase}'"):
                column = self.lines[number].find(written)
                if column >= 0:
                    return number + 1, column + 2
        return first_line, 1

    # ----------------------------------------------------------------- values

    def _unknown_keys(self, table: Mapping[str, Any], known: Sequence[str], at: _Place = _FILE) -> None:
        for key in table:
            if key not in known:
                remedy = nearest(key, known) or f"The keys here are {', '.join(known)}"
                self.fail(f"unknown key {key!r}", key=key, at=at, remedy=remedy)

    def _text(self, table: Mapping[str, Any], key: str, default: str | None, at: _Place = _FILE) -> str:
        value = table.get(key, default)
        if isinstance(value, str) and value.strip():
            return value.strip()
        problem = f"{key!r} is missing" if value is None else f"{key!r} must be a text"
        self.fail(problem, key=key, at=at, remedy=f'Write {key} = "..."')
        return ""

    def _phrases(
        self, table: Mapping[str, Any], key: str, language: Language, at: _Place = _FILE
    ) -> tuple[Phrase, ...]:
        values = table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.fail(
                f"{key!r} must be a list of phrases", key=key, at=at, remedy=f'Write {key} = ["one phrase", "another"]'
            )
            return ()
        compiled = []
        for value in values:
            try:
                compiled.append(compile_phrase(value, language))
            except PhraseError as error:
                self._refuse(value, error, key=key, at=at)
        return tuple(compiled)

    def _refuse(self, phrase: str, error: PhraseError, *, key: str, at: _Place) -> None:
        line, column = self._phrase_position(phrase, self.line_of(key, at))
        problem = f"in the phrase {phrase!r}: {error.problem}"
        column += error.column - 1
        self.errors.append(RuleError(problem, path=self.source.path, line=line, column=column, remedy=error.remedy))

    def _lint(self, phrase: Phrase, unless: Sequence[Phrase], common: frozenset[str], at: _Place) -> None:
        """Refuse a phrase of `match` that costs too much, or that can never match."""
        words = is_too_common(phrase, common)
        if words is not None:
            shown = "|".join(sorted(words & common))
            problem = (
                f"all that it asks for is {shown}, which stands in every other sentence: each would have to be read"
            )
            self._refuse(phrase.text, PhraseError(problem, 1, "Add a rarer word"), key="match", at=at)
        for stop in unless:
            if always_stopped(phrase, stop):
                problem = f"it can never match, since the unless {stop.text!r} stops it wherever it stands"
                error = PhraseError(problem, 1, "Take one of the two away, or make the unless longer")
                self._refuse(phrase.text, error, key="match", at=at)

    # ----------------------------------------------------------------- the kinds of file

    def _shared(self, data: Mapping[str, Any], language: Language) -> Shared:
        self._unknown_keys(data, _SHARED_KEYS)
        return Shared(**{key: self._phrases(data, key, language) for key in _SHARED_KEYS[1:]})

    def _trigger_file(self, data: Mapping[str, Any], language: Language) -> tuple[list[Rule], list[Example]]:
        self._unknown_keys(data, _FILE_KEYS)
        trigger = self._trigger(data)
        unless, hedge = self._phrases(data, "unless", language), self._phrases(data, "hedge", language)
        tables = self._tables(data, "rule")
        if not tables:
            self.fail("there is no [[rule]]", remedy='Add a [[rule]] with an id and match = ["..."]')
        rules = [self._rule(table, n, trigger, language, unless, hedge) for n, table in enumerate(tables)]
        examples = [self._example(table, n, trigger) for n, table in enumerate(self._tables(data, "example"))]
        return rules, examples

    def _tables(self, data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        tables = data.get(name, [])
        if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
            return tables
        self.fail(f"{name!r} must be written as [[{name}]]", key=name, remedy="Use two brackets on each side")
        return []

    def _trigger(self, data: Mapping[str, Any]) -> Trigger:
        name = self._text(data, "trigger", None)
        if name and not _NAME.fullmatch(name):
            self.fail(
                f"{name!r} is no name for a trigger",
                key="trigger",
                remedy="Use lower-case letters, digits and '_', as in executive_hire",
            )
        weight = data.get("weight", 50)
        if not isinstance(weight, int) or isinstance(weight, bool) or not 0 <= weight <= 100:
            self.fail(f"the weight {weight!r} is no number from 0 to 100", key="weight", remedy="Write weight = 50")
            weight = 50
        return Trigger(
            name=name,
            lang=self.lang,
            label=self._text(data, "label", name.replace("_", " ").capitalize() or "?"),
            weight=weight,
            half_life=self._half_life(data.get("half_life", "30d")),
            why=str(data.get("why", "")).strip(),
            prospect=self._prospect(data.get("prospect", PROSPECTS[0])),
            inherit=self._inherited(data.get("inherit", list(INHERITED))),
        )

    def _prospect(self, value: Any) -> str:
        if value not in PROSPECTS:
            self.fail(f"prospect = {value!r}", key="prospect", remedy=f"It may be {' or '.join(PROSPECTS)}")
        return str(value)

    def _inherited(self, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and all(name in INHERITED for name in value):
            return tuple(value)
        known = ", ".join(f'"{name}"' for name in INHERITED)
        self.fail(f"inherit = {value!r}", key="inherit", remedy=f"Write a list of some of {known}")
        return INHERITED

    def _half_life(self, value: Any) -> timedelta:
        found = _SPAN.fullmatch(value) if isinstance(value, str) else None
        if found is not None and 0 < int(found[1]) < 10_000:
            return int(found[1]) * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[found[2]]
        self.fail(f"{value!r} is no time span", key="half_life", remedy='Write half_life = "45d"')
        return timedelta(days=30)

    def _rule(
        self,
        table: Mapping[str, Any],
        nth: int,
        trigger: Trigger,
        language: Language,
        unless: tuple[Phrase, ...],
        hedge: tuple[Phrase, ...],
    ) -> Rule:
        at = _Place("rule", nth)
        self._unknown_keys(table, _RULE_KEYS, at)
        rule_id = self._text(table, "id", None, at)
        where = table.get("where", "both")
        if where not in WHERE:
            self.fail(f"where = {where!r}", key="where", remedy=f"It may be {', '.join(WHERE)}", at=at)
        if not table.get("match") and not table.get("patterns"):
            self.fail("the rule matches nothing", remedy='Add match = ["..."]', at=at)
        phrases = self._phrases(table, "match", language, at)
        unless += self._phrases(table, "unless", language, at)
        for phrase in phrases:
            self._lint(phrase, unless, language.common, at)
        return Rule(
            id=f"{trigger.name}/{rule_id}",
            trigger=trigger,
            where=where,
            phrases=phrases + self._patterns(table, nth, language),
            unless=unless,
            hedge=hedge + self._phrases(table, "hedge", language, at),
            path=self.source.path,
            line=self.line_of("", at),
        )

    def _patterns(self, table: Mapping[str, Any], nth: int, language: Language) -> tuple[Phrase, ...]:
        at = _Place("rule", nth)
        values = table.get("patterns", [])
        if not isinstance(values, list):
            self.fail(
                "'patterns' must be a list of spaCy token patterns", key="patterns", at=at, remedy=_PATTERN_REMEDY
            )
            return ()
        compiled = []
        for number, value in enumerate(values, start=1):
            try:
                compiled.append(compile_pattern(value, language, name=f"pattern {number}"))
            except PhraseError as error:
                self.fail(
                    f"in pattern {number}: {error.problem}",
                    key="patterns",
                    at=at,
                    remedy=error.remedy or _PATTERN_REMEDY,
                )
        return tuple(compiled)

    def _example(self, table: Mapping[str, Any], nth: int, trigger: Trigger) -> Example:
        at = _Place("example", nth)
        self._unknown_keys(table, _EXAMPLE_KEYS, at)
        rule = table.get("rule")
        return Example(
            trigger=trigger.name,
            lang=self.lang,
            text=self._text(table, "text", None, at),
            summary=str(table.get("summary", "")),
            expect=self._expect(table.get("expect"), at),
            rule=f"{trigger.name}/{rule}" if rule else None,
            path=self.source.path,
            line=self.line_of("", at),
        )

    def _expect(self, expect: object, at: _Place) -> dict[str, str] | None:
        if isinstance(expect, dict):
            return {name: str(value) for name, value in expect.items()}
        if expect != "nothing":
            remedy = 'Write expect = "nothing" or expect = { company = "..." }'
            self.fail("'expect' is missing or wrong", key="expect", at=at, remedy=remedy)
        return None
