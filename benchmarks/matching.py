#!/usr/bin/env python3
"""How fast the rules read, against spaCy's bare tokenisation of the same texts, in the same run.

benchmarks/README.md explains what is compared. Times are of the processor, in one process.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import itertools
import json
import random
import re
import resource
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
from listener.core.rules import SHARED_FILE, RuleSource
from listener.core.text import html_to_text, normalise
from listener.judge_stage import BATCH
from listener.rulebook import RuleFiles, compile_rulebook, language, load_pipeline, read_rule_files, shipped_rules

SHARED = Path(__file__).resolve().parents[2] / "shared"
BENCH = SHARED / "bench"
GOLD = SHARED / "eval" / "gold_en.jsonl"
OTHER_NEWS = SHARED / "eval" / "sentivent_en.jsonl"
LANG = "en"
FEW, MANY = 100, 1000  # shipped rules are among both
BLOCKS, BLOCK = 10, 50_000  # entries

Text = tuple[str, str]  # title and text of an entry, as they are stored


# --------------------------------------------------------------------------- texts


def generated(count: int) -> list[Text]:
    """Entries of the generated feeds, of which about 4 % carry a trigger."""
    sys.path.insert(0, str(BENCH))
    documents = importlib.import_module("bench_common").load_docs(count)
    return [(normalise(title), normalise(html_to_text(html))) for title, html, _ in documents]


def endless() -> Iterator[Text]:
    """The same one by one, without end."""
    sys.path.insert(0, str(BENCH))
    generator = importlib.import_module("gen_feeds").Gen(1)
    for feed, serial in ((feed, serial) for feed in itertools.count() for serial in range(20)):
        item = generator.item(feed, serial)
        yield normalise(item.title), normalise(html_to_text(item.html))


def gold() -> list[Text]:
    """Labelled headlines with summaries, about half of which are hits."""
    items = map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())
    return [(normalise(item["title"]), normalise(item["summary"])) for item in items]


# --------------------------------------------------------------------------- rules with other words

_REPLACEABLE = re.compile(
    r"\{[^}]*\}|\.\.\.\d*"  # slots and gaps stay
    r"|@(?P<list>[\w-]+)"
    r"|(?<![\w'&.-])(?P<word>[A-Za-z]{2,})(?![\w'&.-])"
)
_PHRASES = ("match", "unless", "unless_title", "hedge")


class OtherWords:
    """Replaces the words of a file's phrases by others, the same word always by the same one; function words, slots
    and gaps stay. So the rules have the shape of the shipped ones and are about something else."""

    def __init__(self, vocabulary: Sequence[str], name: str) -> None:
        self.lists: set[str] = set()  # that the phrases name
        self._name = name
        self._left = random.Random(name).sample(vocabulary, len(vocabulary))
        self._chosen: dict[str, str] = {}

    def phrase(self, phrase: str) -> str:
        return _REPLACEABLE.sub(self._replace, phrase)

    def list_name(self, name: str) -> str:
        return f"{name}-{self._name}"

    def _replace(self, found: re.Match[str]) -> str:
        if found["list"]:
            self.lists.add(found["list"])
            return f"@{self.list_name(found['list'])}"
        word = found["word"]
        if word is None or word.lower() in LEXICONS[LANG].function_words:
            return found[0]
        if word.lower() not in self._chosen:
            self._chosen[word.lower()] = self._left.pop()
        chosen = self._chosen[word.lower()]
        return chosen if word.islower() else chosen.capitalize()


def words_of_news() -> list[str]:
    """The words of other news of companies: the hard case, since every text has words of many rules."""
    return re.findall(r"\w+", OTHER_NEWS.read_text(encoding="utf-8"))


def words_of_english() -> list[str]:
    """The base forms of spaCy's lookup table: rules about other things."""
    from spacy.lookups import load_lookups

    return list(load_lookups(LANG, ["lemma_lookup"]).get_table("lemma_lookup").values())


def usable(words: Iterable[str], shipped: RuleFiles) -> list[str]:
    """Those that may stand in a phrase: no two have a form in common, and none stops every match."""
    english = language(LANG, {})
    assert english is not None
    chosen: list[str] = []
    shared = " ".join(source.text for source in shipped.sources if source.path.endswith(SHARED_FILE))
    kept = re.findall("[a-z]+(?=-)|(?<=-)[a-z]+", " ".join(source.text for source in shipped.sources))
    stopping = re.findall("[a-z]+", shared.lower())
    taken = set(LEXICONS[LANG].function_words).union(*map(english.inflections, kept + stopping))
    for word in sorted({word for word in words if re.fullmatch("[a-z]{4,12}", word)}):
        forms = english.inflections(word)
        if taken.isdisjoint(forms):
            chosen.append(word)
            taken |= forms
    return chosen


def toml(table: Mapping[str, Any]) -> str:
    """Texts, numbers and lists of them are the same in TOML as in JSON."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in table.items())


def copy_of(document: Mapping[str, Any], name: str, words: OtherWords, at_most: int) -> str:
    """A rule file with other words, a trigger of its own, no examples and so many rules at most."""

    def reworded(table: Mapping[str, Any]) -> dict[str, Any]:
        plain = {key: value for key, value in table.items() if key not in ("rule", "example")}
        return {
            key: [words.phrase(phrase) for phrase in ([value] if isinstance(value, str) else value)]
            if key in _PHRASES
            else value
            for key, value in plain.items()
        }

    head = reworded(document) | {"trigger": name}
    rules = [f"[[rule]]\n{toml(reworded(rule))}" for rule in document["rule"][:at_most]]
    return toml(head) + "".join(rules)


def rules_of(count: int, shipped: RuleFiles, words: Sequence[str]) -> RuleMatcher:
    """The shipped English rules, and copies of them and of their lists with other words until there are `count`."""
    sources = [source for source in shipped.sources if tomllib.loads(source.text).get("lang", LANG) == LANG]
    documents = [tomllib.loads(source.text) for source in sources]
    triggers = [document for document in documents if "rule" in document]
    lists = list(shipped.lists)
    have = sum(len(document["rule"]) for document in triggers)
    for number, document in ((number, each) for number in itertools.count() for each in triggers):
        if have >= count:
            return compiled(RuleFiles(sources=tuple(sources), lists=tuple(lists)))
        name = f"{document['trigger']}-{number}"
        other = OtherWords(words, name)
        sources.append(RuleSource(path=f"{name}.toml", text=copy_of(document, name, other, count - have)))
        lists += [
            (other.list_name(listed), tuple(map(other.phrase, lines)))
            for listed, lines in shipped.lists
            if listed in other.lists
        ]
        have += len(document["rule"][: count - have])
    raise AssertionError("unreachable")


def compiled(files: RuleFiles) -> RuleMatcher:
    book = compile_rulebook(files)
    if book.errors:
        sys.exit("benchmarks/matching.py: rules that do not compile\n" + "\n".join(map(str, book.errors[:10])))
    gc.collect()
    gc.freeze()  # as the workers do it with the rules in use
    return book.matcher


# --------------------------------------------------------------------------- measuring


def tokenise(texts: Sequence[Text]) -> int:
    pipeline = load_pipeline(LANG)
    with pipeline.memory_zone():
        return sum(len(pipeline.make_doc(part)) for text in texts for part in text if part)


def match(matcher: RuleMatcher, texts: Sequence[Text]) -> int:
    with matcher.memory_zone():
        return sum(bool(matcher.match(title, text, LANG)) for title, text in texts)


def seconds(work: Callable[[Sequence[Text]], int], texts: Sequence[Text]) -> float:
    began = time.process_time()
    work(texts)
    return time.process_time() - began


def medians(works: Mapping[str, Callable[[Sequence[Text]], int]], runs: Sequence[Sequence[Text]]) -> dict[str, float]:
    """Seconds of each over the texts of a run, of which the first only warms up; they take turns, so that a machine
    that slows down hits all alike."""
    for work in works.values():
        work(runs[0])
    times = [{name: seconds(work, texts) for name, work in works.items()} for texts in runs[1:]]
    return {name: statistics.median(each[name] for each in times) for name in works}


def compare(
    name: str, runs: Sequence[Sequence[Text]], shipped: RuleFiles, vocabularies: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    ours = compiled(shipped)
    works: dict[str, Callable[[Sequence[Text]], int]] = {
        "tokenisation": tokenise,
        "shipped rules": partial(match, ours),
    }
    for kind, words in vocabularies.items():
        for count in (FEW, MANY):
            works[f"{count} rules of {kind}"] = partial(match, rules_of(count, shipped, words))
    times = medians(works, runs)
    count = len(runs[0])
    hits = match(ours, runs[0])
    yield f"{name}: {count} texts a run, {hits} of the first with a match ({hits / count:.0%})"
    for what, took in times.items():
        yield f"  {what:24}{count / took:10.0f} docs/s"
    yield f"  shipped rules: {times['tokenisation'] / times['shipped rules']:.2f}x as fast as the tokenisation alone"
    for kind in vocabularies:
        ratio = times[f"{MANY} rules of {kind}"] / times[f"{FEW} rules of {kind}"]
        yield f"  {MANY} rules take {ratio:.2f}x the time of {FEW}, with words of {kind}"


def memory(shipped: RuleFiles) -> Iterator[str]:
    """What a process holds that matches one batch of new entries after the other."""
    ours, entries = compiled(shipped), endless()
    yield f"{0:8} entries: {resident_mb():6.1f} MB"
    for block in range(BLOCKS):
        for _ in range(BLOCK // BATCH):
            match(ours, list(itertools.islice(entries, BATCH)))
        yield f"{(block + 1) * BLOCK:8} entries: {resident_mb():6.1f} MB"


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=int, default=2000, help="generated texts of a run (default: 2000)")
    parser.add_argument("--reps", type=int, default=5, help="runs, of which the median counts (default: 5)")
    parser.add_argument(
        "--rules", type=Path, default=shipped_rules(), help="the folder of rules (default: the shipped ones)"
    )
    parser.add_argument(
        "--memory", action="store_true", help="the memory of a process over 500,000 entries, instead of the speed"
    )
    options = parser.parse_args()
    if not BENCH.is_dir() or not GOLD.exists():
        sys.exit(f"benchmarks/matching.py needs the shared texts: {BENCH} and {GOLD} are not there")
    shipped = read_rule_files([options.rules])
    if options.memory:
        for line in memory(shipped):
            print(line, flush=True)
        return
    stream, headlines = generated(options.docs * (options.reps + 1)), gold()
    vocabularies = {
        "English": usable(words_of_english(), shipped),
        "such news": usable(words_of_news(), shipped),
    }
    new_each_run = [stream[start : start + options.docs] for start in range(0, len(stream), options.docs)]
    for name, runs in (("generated feeds", new_each_run), ("labelled headlines", [headlines] * (options.reps + 1))):
        for line in compare(name, runs, shipped, vocabularies):
            print(line, flush=True)


if __name__ == "__main__":
    main()
