"""Measures rules on labelled text: precision and recall a trigger, accuracy of the company.

A labelled line: {"id", "title", "summary", "lang", "labels": [trigger, ...], "company"}. Instead of
`labels` and `company` a line may have `expect`, `score_on`, `ignore`, `fp_as` and `company_any`, where a
source labels only some triggers or several answers are right.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from listener.core.company import company_key
from listener.core.language import detect_language
from listener.core.match import RuleMatcher
from listener.errors import ListenerError
from listener.model import Match

_TEXTS = ("title", "summary", "lang", "company")
BATCH = 500
"""Items in one memory zone: enough that opening one costs nothing."""


@dataclass(slots=True)
class Counts:
    """Right, wrong and missed, for one trigger or for all."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def rates(self) -> dict[str, float]:
        """The counts with precision, recall and F1; 0.0 where there is nothing to divide by."""
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        rounded = {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}
        return {"tp": self.tp, "fp": self.fp, "fn": self.fn, **rounded}


@dataclass(slots=True)
class Evaluation:
    """What the rules got right on labelled text."""

    triggers: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    company_correct: int = 0
    company_total: int = 0
    documents: int = 0
    seconds: float = 0.0  # spent matching only
    labelled: bool = False  # whether any line had labels

    def add(self, row: dict[str, Any], matches: Iterable[Match]) -> None:
        """Count one labelled line."""
        expected, score_on, ignored = _expectation(row)
        hits = [match for match in matches if score_on is None or match.trigger in score_on]
        found, wanted = {match.trigger for match in hits}, {name for _, names in expected for name in names}
        for name, accepted in expected:
            counts = self.triggers[name]
            counts.tp, counts.fn = (counts.tp + 1, counts.fn) if found & accepted else (counts.tp, counts.fn + 1)
        for trigger in found - wanted - ignored:
            self.triggers[row.get("fp_as", {}).get(trigger, trigger)].fp += 1
        companies = {company_key(name) for name in row.get("company_any") or [row.get("company") or ""] if name}
        if companies and found & wanted:
            self.company_total += 1
            self.company_correct += any(
                match.trigger in wanted and match.company and company_key(match.company) in companies for match in hits
            )

    def as_json(self) -> dict[str, Any]:
        """The figures, as `rules eval --json` prints them."""
        all_counts = self.triggers.values()
        micro = Counts(*(sum(getattr(counts, name) for counts in all_counts) for name in ("tp", "fp", "fn")))
        accuracy = round(self.company_correct / self.company_total, 3) if self.company_total else None
        return {
            "micro": micro.rates(),
            "triggers": {name: counts.rates() for name, counts in sorted(self.triggers.items())},
            "company": {"correct": self.company_correct, "total": self.company_total, "accuracy": accuracy},
            "docs_per_second": round(self.documents / self.seconds, 1) if self.seconds else None,
        }


def _expectation(row: dict[str, Any]) -> tuple[list[tuple[str, set[str]]], set[str] | None, set[str]]:
    """The expected events with the triggers that count for each; the triggers to score (None: all); those to ignore."""
    if "expect" in row:
        expected = [(event["name"], set(event["any"])) for event in row["expect"]]
    else:
        expected = [(label, {label}) for label in row.get("labels", [])]
    score_on = set(row["score_on"]) if "score_on" in row else None
    return expected, score_on, set(row.get("ignore", []))


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a JSONL file. Raises ListenerError with the line's number where one is not as it must be."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ListenerError(f"{path}:{number}: not valid JSON: {error}") from error
            if not _is_row(row):
                form = '{"id": ..., "title": "...", "summary": "...", "labels": ["..."], "company": "..."}'
                raise ListenerError(f"{path}:{number}: a line must look like {form}")
            yield row


def _is_row(row: Any) -> bool:
    """Whether the parts of a line that are read have their types; what is not there is not wrong."""
    if not isinstance(row, dict) or not all(isinstance(row.get(key) or "", str) for key in _TEXTS):
        return False
    events = row.get("expect", [])
    if not isinstance(events, list) or not all(isinstance(event, dict) and "name" in event for event in events):
        return False
    lists = [row.get(key, []) for key in ("labels", "score_on", "ignore", "company_any")]
    lists += [event.get("any") for event in events]
    return all(isinstance(each, list) and all(isinstance(text, str) for text in each) for each in lists)


def evaluate(
    rows: Iterable[dict[str, Any]],
    matcher: RuleMatcher,
    *,
    on_row: Callable[[dict[str, Any], tuple[Match, ...]], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Run the rules over labelled lines.

    `on_row` sees each line with what was found in it; `progress` now and then how many are done.
    """
    result = Evaluation()
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            _evaluate_batch(batch, matcher, result, on_row)
            batch.clear()
            if progress is not None:
                progress(result.documents)
    _evaluate_batch(batch, matcher, result, on_row)
    return result


def _evaluate_batch(
    batch: list[dict[str, Any]],
    matcher: RuleMatcher,
    result: Evaluation,
    on_row: Callable[[dict[str, Any], tuple[Match, ...]], None] | None,
) -> None:
    started = time.perf_counter()
    with matcher.memory_zone():
        found = [_match(row, matcher) for row in batch]
    result.seconds += time.perf_counter() - started
    for row, matches in zip(batch, found, strict=True):
        result.documents += 1
        if "labels" in row or "expect" in row:
            result.labelled = True
            result.add(row, matches)
        if on_row is not None:
            on_row(row, matches)


def _match(row: dict[str, Any], matcher: RuleMatcher) -> tuple[Match, ...]:
    title, summary = row.get("title") or "", row.get("summary") or ""
    return matcher.match(title, summary, row.get("lang") or detect_language(title, summary))


def prediction(row: dict[str, Any], matches: Iterable[Match]) -> dict[str, Any]:
    """One line of `--predictions`. The company has the apostrophe that the line has, so that others may compare it."""
    written = "\n".join(str(row.get(part) or "") for part in ("title", "summary"))
    triggers = [
        {
            "trigger": match.trigger,
            "rule": match.rule,
            "company": _as_written(match.company, written),
            "slots": dict(match.slots),
            "confidence": match.confidence,
            "hedged": match.hedged is not None,
            "quote": match.quote,
        }
        for match in matches
    ]
    return {"id": row.get("id"), "triggers": triggers}


def _as_written(company: str | None, text: str) -> str | None:
    curly = company.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}") if company else None
    return curly if curly and curly != company and curly in text else company
