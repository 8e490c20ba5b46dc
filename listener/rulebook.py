"""The rules on disk: reads the folders, compiles them, and keeps the last good set.

Also the place where a language's tokeniser and lookup tables are loaded, which is slow the first
time (spaCy's import alone takes half a second) and cached for the process.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import logging
import re
import threading
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from listener import __version__
from listener.core.inflect import common_nouns, inflections, wanted_forms, with_folded_yo
from listener.core.lexicon import LEXICONS, Lexicon
from listener.core.match import RuleMatcher
from listener.core.phrase import Language
from listener.core.rules import SHARED_FILE, CheckedRules, Example, RuleSet, RuleSource, Trigger, compile_rules
from listener.errors import RuleError
from listener.logs import Event
from listener.model import Match

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline

log = logging.getLogger("listener.rules")
_LETTERS = re.compile(r"[^\W\d_]+")
_PAIR = re.compile(r'"([^"\\]*)": ?"([^"\\]*)"')
_BLOCK_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """The text of all rule files and lists: small, hashable, and can be pickled to a worker process."""

    sources: tuple[RuleSource, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()  # names and their lines

    def by_language(self) -> dict[str, RuleFiles]:
        """The files of each language by itself: rules of different languages have nothing in common."""
        parts: dict[str, list[RuleSource]] = {}
        for source in self.sources:
            parts.setdefault(_declared_language(source), []).append(source)
        return {lang: replace(self, sources=tuple(sources)) for lang, sources in parts.items()}


def _declared_language(source: RuleSource) -> str:
    try:
        return str(tomllib.loads(source.text).get("lang", "en"))
    except tomllib.TOMLDecodeError:
        return "en"  # where its mistake is said does not matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Compiled rules, ready to match, and the mistakes of the files that were refused."""

    files: RuleFiles  # the good ones
    matcher: RuleMatcher
    errors: tuple[RuleError, ...]

    @property
    def rules(self) -> RuleSet:
        """The good rules."""
        return self.matcher.rules


def read_rule_files(folders: Sequence[Path]) -> RuleFiles:
    """Read `<folder>/<lang>/*.toml`, `<folder>/*.toml` and `<folder>/lists/*.txt`.

    Raises RuleError for a folder that is not there, a file that cannot be read, and where there is no rule at all.
    """
    sources: list[RuleSource] = []
    lists: list[tuple[str, tuple[str, ...]]] = []
    for folder in folders:
        if not folder.is_dir():
            raise RuleError("there is no such folder", path=str(folder), remedy="Correct [listener] rules")
        sources += [RuleSource(path=_shown(path), text=_read(path)) for path in sorted(folder.glob("**/*.toml"))]
        for path in sorted(folder.glob("lists/*.txt")):
            lines = (line.split("#", 1)[0].strip() for line in _read(path).splitlines())
            lists.append((path.stem, tuple(line for line in lines if line)))
    if not sources:
        raise RuleError("no rule file in it", path=", ".join(map(str, folders)), remedy="Add <lang>/<trigger>.toml")
    return RuleFiles(sources=tuple(sources), lists=tuple(lists))


def shipped_rules() -> Path:
    """The folder of rules that comes with listener: beside the package, or installed within it."""
    package = Path(__file__).parent
    return next((path for path in (package.parent / "rules", package / "rules") if path.is_dir()), package / "rules")


def _shown(path: Path) -> str:
    """The path as an operator would type it: relative to the working folder where it is below it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
        raise RuleError(f"cannot be read: {reason}", path=str(path), remedy="Save it as UTF-8, readable") from error


def compile_files(files: RuleFiles) -> RuleMatcher:
    """Compile files, without a look at their examples. Never raises: the matcher's rules have the mistakes."""
    lists = dict(files.lists)
    texts = (*(source.text for source in files.sources), *("\n".join(lines) for lines in lists.values()))
    written = frozenset(word for text in texts for word in _LETTERS.findall(text.lower()))
    rules = compile_rules(files.sources, functools.cache(lambda lang: language(lang, lists, written)))
    languages = list(dict.fromkeys(trigger.lang for trigger in rules.triggers))
    return RuleMatcher(
        rules, {lang: load_pipeline(lang) for lang in languages}, {lang: load_lexicon(lang) for lang in languages}
    )


def compile_rulebook(files: RuleFiles, compile_: Callable[[RuleFiles], RuleMatcher] = compile_files) -> Rulebook:
    """Compile files and run their examples. Never raises: a file with a mistake, or with an example that
    does not come out, is left out whole and its mistakes are in `errors`."""
    matcher = compile_(files)
    failed = check_examples(matcher)
    errors = (*matcher.rules.errors, *failed)
    good = _without_mistakes(files, matcher.rules, failed)
    return Rulebook(files=good, matcher=compile_(good) if failed else matcher, errors=errors)


def _without_mistakes(files: RuleFiles, rules: RuleSet, failed: Sequence[RuleError]) -> RuleFiles:
    """The files that are good, with what their rules inherit."""
    bad = {error.path for error in (*rules.errors, *failed)}
    good = {rule.path for rule in rules.rules} - bad
    sources = tuple(
        source
        for source in files.sources
        if source.path in good or (source.path.endswith(SHARED_FILE) and source.path not in bad)
    )
    return files if sources == files.sources else replace(files, sources=sources)


def check_examples(matcher: RuleMatcher) -> tuple[RuleError, ...]:
    """Run every example of every file; the ones that do not come out, with what was found instead."""
    problems = []
    for example in matcher.rules.examples:
        found = matcher.match(example.text, example.summary, example.lang)
        problem = _example_problem(example, [match for match in found if match.trigger == example.trigger])
        if problem:
            problems.append(
                RuleError(
                    f"the example {example.text!r} {problem}",
                    path=example.path,
                    line=example.line,
                    remedy="See `listener rules explain` for the reason",
                )
            )
    return tuple(problems)


def _example_problem(example: Example, found: Sequence[Match]) -> str:
    if example.expect is None:
        return f"should find nothing, but {found[0].rule} finds {found[0].slots or 'it'}" if found else ""
    if example.rule:
        found = [match for match in found if match.rule == example.rule]
    if not found:
        return f"should find {example.rule or example.trigger}, but finds nothing"
    if any(_has(match, example.expect) for match in found):
        return ""
    return f"should find {dict(example.expect)}, but finds {_slots_of(found[0])}"


def _has(match: Match, expect: Mapping[str, str]) -> bool:
    slots = _slots_of(match)
    return all(slots.get(name) == value for name, value in expect.items())


def _slots_of(match: Match) -> dict[str, str]:
    return {**({"company": match.company} if match.company else {}), **match.slots}


# --------------------------------------------------------------------------- the set in use


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInUse:
    """The set that entries are judged by. Holds nothing of spaCy: matching happens in the workers."""

    files: Mapping[str, RuleFiles]  # the good ones by language: what `matcher_of` may be given
    triggers: tuple[Trigger, ...]
    rules: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCheck:
    """What compiling a set came to."""

    good: RulesInUse
    errors: tuple[str, ...]


def matcher_of(lang: str, files: RuleFiles) -> RuleMatcher:
    """The rules of a language's files that were found good, kept in the process until other ones come."""
    return _matchers_of(lang)(files)


@functools.cache
def _matchers_of(lang: str) -> Callable[[RuleFiles], RuleMatcher]:  # noqa: ARG001
    """Two are kept of each language: the set in use stays at hand while a candidate is compared with it."""
    return functools.lru_cache(maxsize=2)(_compile_to_stay)


def _compile_to_stay(files: RuleFiles) -> RuleMatcher:
    """Compiled rules that the collection of garbage passes over from now on: to look through all their objects takes a
    fifth of a second, every few thousand entries. They hold no cycle, so that they go with the last reference."""
    matcher = compile_files(files)
    gc.collect()
    gc.freeze()
    return matcher


class CheckMemory(Protocol):
    """Which files were found good, over restarts: to compile a language anew takes seconds and 100 MB."""

    def get(self, fingerprint: str) -> CheckedRules | None:
        """What was kept; None: nothing was."""

    def keep(self, checked: Mapping[str, CheckedRules]) -> None:
        """These by their fingerprints, and no others."""


class _LanguageCheck(NamedTuple):
    files: RuleFiles  # the good ones
    good: CheckedRules
    errors: tuple[str, ...] = ()


def check_rules(files: RuleFiles, executor: Executor) -> RuleCheck:
    """Compile a set and run its examples, the languages side by side."""
    return _together(_checks_of(files.by_language(), executor))


def _checks_of(parts: Mapping[str, RuleFiles], executor: Executor) -> dict[str, _LanguageCheck]:
    return dict(zip(parts, executor.map(_check_language, parts.keys(), parts.values()), strict=True))


def _check_language(lang: str, files: RuleFiles) -> _LanguageCheck:
    book = compile_rulebook(files, functools.partial(matcher_of, lang))
    good = CheckedRules(triggers=book.rules.triggers, rules=len(book.rules.rules))
    return _LanguageCheck(book.files, good, tuple(map(str, book.errors)))


def _fingerprint(files: RuleFiles) -> str:
    """Of all that a check's outcome depends on: the files, and the versions of what reads them."""
    readers = (__version__, version("spacy"), version("spacy-lookups-data"))
    return hashlib.sha256(repr((readers, files)).encode()).hexdigest()


def _together(checks: Mapping[str, _LanguageCheck]) -> RuleCheck:
    good = RulesInUse(
        files={lang: check.files for lang, check in checks.items()},
        triggers=tuple(trigger for check in checks.values() for trigger in check.good.triggers),
        rules=sum(check.good.rules for check in checks.values()),
    )
    return RuleCheck(good=good, errors=tuple(error for check in checks.values() for error in check.errors))


class RuleKeeper:
    """Keeps the set in use: reads the folders again when asked to, and swaps only to a set without a mistake."""

    def __init__(
        self,
        folders: Sequence[Path],
        workers: Callable[[], AbstractContextManager[Executor]],
        *,
        on_change: Callable[[RulesInUse | None, tuple[str, ...]], None] | None = None,
        memory: CheckMemory | None = None,
    ) -> None:
        """`workers` are asked for at each check, and end with it: compiling all languages takes much memory.
        Files that are in `memory` are not checked again.

        `on_change` is told of a set that is taken (None: the one in use stays) and of the files' mistakes. What it
        raises goes on to who reads the rules: nothing has changed then, and the next reading tries again.
        """
        self._folders = folders
        self._workers = workers
        self._on_change = on_change
        self._memory = memory
        self._lock = threading.Lock()
        self._seen: RuleFiles | None = None
        self._checks: dict[str, _LanguageCheck] = {}  # of the languages as they were seen, by fingerprint
        self._in_use: RulesInUse | None = None
        self.errors: tuple[str, ...] = ()  # of the files as they are on disk now

    @property
    def are_in_use(self) -> bool:
        """Whether a set is in use: not until the first reading has ended well."""
        return self._in_use is not None

    def in_use(self) -> RulesInUse:
        """The set in use; read at the first call, when files with mistakes are left out.

        Raises RuleError when there is no folder, or no rule without a mistake.
        """
        if self._in_use is None:
            self.reload()
        assert self._in_use is not None
        return self._in_use

    def reload(self) -> bool:
        """Read the folders; whether a new set is in use now. One with a mistake leaves the old one in use.

        Raises RuleError only while no set is in use.
        """
        with self._lock:
            try:
                files = read_rule_files(self._folders)
                if files == self._seen:
                    return False
                taken = self._take(files)
            except RuleError as error:
                if self._in_use is None:
                    raise
                self._seen = None
                self._refuse((str(error),))
                return False
            self._seen = files
            return taken

    def _take(self, files: RuleFiles) -> bool:
        check = self._check(files)
        if check.errors and self._in_use is not None:
            self._refuse(check.errors)
            return False
        if not check.good.rules:
            self._log(check.errors)
            raise RuleError(
                "no rule is without a mistake", path=", ".join(map(str, self._folders)), remedy="See `listener check`"
            )
        self._change(check.good, check.errors)
        self._in_use = check.good
        self._log(check.errors)
        log.info(Event("rules.in_use", rules=check.good.rules, triggers=len(check.good.triggers)))
        return True

    def _check(self, files: RuleFiles) -> RuleCheck:
        """Check the languages that changed."""
        parts = files.by_language()
        prints = {lang: _fingerprint(part) for lang, part in parts.items()}
        known = {lang: self._known(prints[lang], part) for lang, part in parts.items()}
        changed = {lang: part for lang, part in parts.items() if known[lang] is None}
        checked = self._checked(changed) if changed else {}
        checks = {lang: known[lang] or checked[lang] for lang in parts}
        self._checks = {prints[lang]: check for lang, check in checks.items()}
        if changed and self._memory is not None:
            self._memory.keep({each: check.good for each, check in self._checks.items() if not check.errors})
        return _together(checks)

    def _known(self, fingerprint: str, files: RuleFiles) -> _LanguageCheck | None:
        if fingerprint in self._checks:
            return self._checks[fingerprint]
        good = self._memory.get(fingerprint) if self._memory else None
        return _LanguageCheck(files, good) if good else None

    def _checked(self, parts: Mapping[str, RuleFiles]) -> dict[str, _LanguageCheck]:
        try:
            with self._workers() as workers:
                return _checks_of(parts, workers)
        except BrokenProcessPool as error:
            raise RuleError(
                "the process that compiled them died",
                path=", ".join(map(str, self._folders)),
                remedy="Give listener more memory: compiling takes 250 MB",
            ) from error

    def _refuse(self, errors: tuple[str, ...]) -> None:
        """The set in use stays. Said once, however often the same files are looked at."""
        assert self._in_use is not None
        if errors != self.errors:
            self._change(None, errors)
            self._log(errors)
            log.error(Event("rules.kept", "the set from before stays in use", rules=self._in_use.rules))

    def _log(self, errors: tuple[str, ...]) -> None:
        for error in errors:
            log.error(Event("rules.refused", error))

    def _change(self, taken: RulesInUse | None, errors: tuple[str, ...]) -> None:
        if self._on_change is not None:
            self._on_change(taken, errors)
        self.errors = errors


# --------------------------------------------------------------------------- languages


def language(lang: str, lists: Mapping[str, tuple[str, ...]], written: frozenset[str] | None = None) -> Language | None:
    """What compiling phrases needs of a language; None for one that listener does not know.

    `written` are the words that the phrases may have, in lower case: of the tables only what they need is kept. None:
    any word.
    """
    if lang not in LEXICONS:
        return None
    pipeline = load_pipeline(lang)
    tokenize = functools.lru_cache(maxsize=None)(
        lambda text: [token.text for chunk in text.split() for token in pipeline.make_doc(chunk)]
    )
    forms, lemmas = _lemma_forms(lang, written)
    return Language(
        tokenize=tokenize,
        inflections=functools.lru_cache(maxsize=None)(lambda word: inflections(word, lang, forms, lemmas)),
        lists=lists,
        common=LEXICONS[lang].function_words,
    )


def ordinary_words(words: Collection[str], languages: Collection[str]) -> frozenset[str]:
    """Those of `words`, in lower case, that a dictionary of one of the languages has. Can be pickled to a worker."""
    wanted, found = frozenset(words), set[str]()
    for lang in languages:
        for block in _lemma_table(lang) if lang in LEXICONS else ():
            for spelled in (block.lower(), _without_yo(block.lower())):
                found |= wanted.intersection(chain.from_iterable(_pairs(spelled)))
    return frozenset(found)


@functools.cache
def load_pipeline(lang: str) -> Pipeline:
    """spaCy's blank pipeline of a language: its tokeniser, no trained model."""
    from listener.lean.spacy import spacy

    pipeline = spacy.blank(lang)
    if lang == "de":
        _split_at_hyphens(pipeline)
    return pipeline


def _split_at_hyphens(pipeline: Pipeline) -> None:
    """Make "Acme-Tochter" three tokens, as spaCy's English does: its German keeps the whole, and so hides the name."""
    from spacy.lang.char_classes import ALPHA
    from spacy.util import compile_infix_regex

    infixes = [*(pipeline.Defaults.infixes or ()), rf"(?<=[{ALPHA}\d])-(?=[{ALPHA}])"]
    tokenizer: Any = pipeline.tokenizer
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer


@functools.cache
def load_lexicon(lang: str) -> Lexicon:
    """The word lists of a language; German with the nouns of its tables, for it writes them all with a capital."""
    lexicon = LEXICONS[lang]
    if not lexicon.verb_second:
        return lexicon
    return replace(lexicon, common_nouns=common_nouns(chain.from_iterable(map(_pairs, _lemma_table(lang)))))


def _lemma_forms(lang: str, written: frozenset[str] | None) -> tuple[Mapping[str, Sequence[str]], Mapping[str, str]]:
    """spaCy's lemma lookup table, backwards and forwards, of these words and their ends (None: of all words, which
    takes more memory than the rest of a process)."""
    wanted = None if written is None else _and_their_bases(lang, written)
    table: dict[str, str] = {}
    for block in _lemma_table(lang):
        lower = block.lower()
        bases = (base for _, base in _pairs(_without_yo(lower)))
        table.update(pair for pair, base in zip(_pairs(lower), bases, strict=True) if wanted is None or base in wanted)
    table = with_folded_yo(table)
    return wanted_forms(table.items()), table


def _and_their_bases(lang: str, written: frozenset[str]) -> set[str]:
    """Words, their ends, and the base forms of all these, without "ё"."""
    words = {_without_yo(word[cut:]) for word in written for cut in range(len(word))}
    blocks = (_pairs(_without_yo(block.lower())) for block in _lemma_table(lang))
    return words.union(base for pairs in blocks for form, base in pairs if form in words)


def _without_yo(text: str) -> str:
    return text.replace("ё", "е")


def _lemma_table(lang: str) -> Iterator[str]:
    """The file of spaCy's lemma lookup table, in blocks of whole lines: read at once, the Russian one takes 300 MB."""
    import gzip

    from spacy.util import registry

    with gzip.open(f"{registry.lookups.get(lang)['lemma_lookup']}.gz") as file:
        while block := file.read(_BLOCK_BYTES):
            yield (block + file.readline()).decode()


def _pairs(block: str) -> list[tuple[str, str]]:
    """The forms of a part of the table with their base forms."""
    return _PAIR.findall(block)
