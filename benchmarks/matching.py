#!/usr/bin/env python3
"""How fast the rules read, against spaCy's bare tokenisation of the same texts, in the same run.

benchmarks/README.md explains what is compared. Times are of the processor, in one process.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import random
import re
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from listener.core.lexicon import LEXICONS
from listener.core.match import RuleMatcher
from listener.core.rules import RuleSource
from listener.core.text import html_to_text, normalise
from listener.rulebook import RuleFiles, compile_rulebook, load_pipeline, read_rule_files, shipped_rules

SHARED = Path(__file__).resolve().parents[2] / "shared"
BENCH = SHARED / "bench"
GOLD = SHARED / "eval" / "gold_en.jsonl"
LANG = "en"
FEW, MANY = 100, 1000

Text = tuple[str, str]  # title and text of an entry, as they are stored


# --------------------------------------------------------------------------- texts


def generated(count: int) -> list[Text]:
    """Entries of the generated feeds, of which about 4 % carry a trigger."""
    sys.path.insert(0, str(BENCH))
    documents = importlib.import_module("bench_common").load_docs(count)
    return [(normalise(title), normalise(html_to_text(html))) for title, html, _ in documents]


def gold() -> list[Text]:
    """Labelled headlines with summaries, about half of which are hits."""
    items = map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())
    return [(normalise(item["title"]), normalise(item["summary"])) for item in items]


# --------------------------------------------------------------------------- rules with other words

_REPLACEABLE = re.compile(
    r"\{[^}]*\}|@\w+|\.\.\.\d*"  # slots, lists and gaps stay
    r"|(?<![\w'&.-])([a-z]{4,})(?![\w'&.-])"
)
_PHRASES = ("match", "unless", "unless_title", "hedge")


class OtherWords:
    """Replaces the words of phrases by others of the vocabulary, the same word always by the same one."""

    def __init__(self, vocabulary: Sequence[str], seed: int) -> None:
        self._vocabulary = vocabulary
        self._random = random.Random(seed)
        self._chosen: dict[str, str] = {}

    def phrase(self, phrase: str) -> str:
        return _REPLACEABLE.sub(self._replace, phrase)

    def _replace(self, found: re.Match[str]) -> str:
        word = found[1]
        if word is None or word in LEXICONS[LANG].function_words:
            return found[0]
        if word not in self._chosen:
            self._chosen[word] = self._random.choice(self._vocabulary)
        return self._chosen[word]


def words_of(texts: Sequence[Text]) -> list[str]:
    """The words of the texts themselves: the worst case, as every text then has words of hundreds of rules."""
    return usable(re.findall(r"\w+", " ".join(itertools.chain.from_iterable(texts))))


def words_of_english() -> list[str]:
    """The base forms of spaCy's lookup table: rules about other things."""
    from spacy.lookups import load_lookups

    table = load_lookups(LANG, ["lemma_lookup"]).get_table("lemma_lookup")
    return usable(table.values())


def usable(words: Iterable[str]) -> list[str]:
    return sorted({word for word in words if re.fullmatch("[a-z]{4,12}", word)} - LEXICONS[LANG].function_words)


def toml(table: Mapping[str, Any]) -> str:
    """Texts, numbers and lists of them are the same in TOML as in JSON."""
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())


def copy_of(document: Mapping[str, Any], number: int, words: OtherWords, at_most: int) -> str:
    """A rule file with other words, a trigger of its own, no examples and so many rules at most."""

    def reworded(table: Mapping[str, Any]) -> dict[str, Any]:
        plain = {key: value for key, value in table.items() if key not in ("rule", "example")}
        return {
            key: [words.phrase(phrase) for phrase in ([value] if isinstance(value, str) else value)]
            if key in _PHRASES
            else value
            for key, value in plain.items()
        }

    head = reworded(document) | {"trigger": f"{document['trigger']}-{number}"}
    rules = [f"[[rule]]\n{toml(reworded(rule))}" for rule in document["rule"][:at_most]]
    return toml(head) + "".join(rules)


def rules_of(count: int, shipped: RuleFiles, words: Sequence[str]) -> RuleMatcher:
    """The shipped English rules, and copies of them with other words until there are `count`."""
    sources = [source for source in shipped.sources if tomllib.loads(source.text)["lang"] == LANG]
    documents = [tomllib.loads(source.text) for source in sources]
    triggers = [document for document in documents if "rule" in document]
    have = sum(len(document["rule"]) for document in triggers)
    for number in itertools.count():
        for document in triggers:
            if have >= count:
                return compiled(RuleFiles(sources=tuple(sources), lists=shipped.lists))
            other = OtherWords(words, seed=number)
            text = copy_of(document, number, other, count - have)
            sources.append(RuleSource(path=f"{document['trigger']}-{number}.toml", text=text))
            have += len(document["rule"][: count - have])
    raise AssertionError("unreachable")


def compiled(files: RuleFiles) -> RuleMatcher:
    book = compile_rulebook(files)
    if book.errors:
        sys.exit("benchmarks/matching.py: rules that do not compile\n" + "\n".join(map(str, book.errors[:10])))
    return book.matcher


# --------------------------------------------------------------------------- measuring


def tokenise(texts: Sequence[Text]) -> int:
    pipeline = load_pipeline(LANG)
    with pipeline.memory_zone():
        return sum(len(pipeline.make_doc(part)) for text in texts for part in text if part)


def match(matcher: RuleMatcher, texts: Sequence[Text]) -> int:
    with matcher.memory_zone():
        return sum(bool(matcher.match(title, text, LANG)) for title, text in texts)


def seconds(work: Callable[[], int]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def medians(works: Mapping[str, Callable[[], int]], reps: int) -> dict[str, float]:
    """Seconds of each; they take turns, so that a machine that slows down hits all alike."""
    for work in works.values():
        work()
    times = [{name: seconds(work) for name, work in works.items()} for _ in range(reps)]
    return {name: statistics.median(each[name] for each in times) for name in works}


def compare(name: str, texts: Sequence[Text], shipped: RuleFiles, english: Sequence[str], reps: int) -> Iterator[str]:
    ours = compiled(shipped)
    works = {"tokenisation": lambda: tokenise(texts), "shipped rules": partial(match, ours, texts)}
    for kind, words in (("English", english), ("these texts", words_of(texts))):
        for count in (FEW, MANY):
            works[f"{count} rules of {kind}"] = partial(match, rules_of(count, shipped, words), texts)
    times = medians(works, reps)
    hits = match(ours, texts)
    yield f"{name}: {len(texts)} texts, {hits} of them with a match ({hits / len(texts):.0%})"
    for what, took in times.items():
        yield f"  {what:24}{len(texts) / took:10.0f} docs/s"
    yield f"  shipped rules: {times['tokenisation'] / times['shipped rules']:.2f}x as fast as the tokenisation alone"
    for kind in ("English", "these texts"):
        ratio = times[f"{MANY} rules of {kind}"] / times[f"{FEW} rules of {kind}"]
        yield f"  {MANY} rules take {ratio:.2f}x the time of {FEW}, with words of {kind}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=int, default=4000, help="generated texts (default: 4000)")
    parser.add_argument("--reps", type=int, default=5, help="repetitions, of which the median counts (default: 5)")
    parser.add_argument(
        "--rules", type=Path, default=shipped_rules(), help="the folder of rules (default: the shipped ones)"
    )
    options = parser.parse_args()
    if not BENCH.is_dir() or not GOLD.exists():
        sys.exit(f"benchmarks/matching.py needs the shared texts: {BENCH} and {GOLD} are not there")
    shipped, english = read_rule_files([options.rules]), words_of_english()
    for name, texts in (("generated feeds", generated(options.docs)), ("labelled headlines", gold())):
        for line in compare(name, texts, shipped, english, options.reps):
            print(line, flush=True)


if __name__ == "__main__":
    main()
