#!/usr/bin/env python3
"""How well tellings of one event are recognised by their text alone: precision and recall on real headlines.

benchmarks/README.md explains what is compared. Half of each collection, drawn by its names, was left unread until the
end; both halves are shown.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from listener.core.telling import SAME, Telling, index_words, likeness, telling

EVAL = Path(__file__).resolve().parents[2] / "shared" / "eval"
NEWEST, LIKELIEST = 20, 8
"""As the store looks: so many of the newest tellings with a word, and so many of those that share most words."""

Row = dict[str, Any]


def read(name: str) -> list[Row]:
    return [json.loads(line) for line in (EVAL / name).read_text(encoding="utf-8").splitlines()]


# --------------------------------------------------------------------------- headlines in order of time


def cluster(titles: Sequence[str]) -> list[int]:
    """The story of each headline, from one to the next, as they come."""
    tellings: list[Telling] = []
    stories: list[int] = []
    index: defaultdict[int, list[int]] = defaultdict(list)
    for number, title in enumerate(titles):
        told = telling(title, "")
        words = index_words(told, "")
        shared = Counter(other for word in words for other in index[word][-NEWEST:])
        near = [other for other, count in shared.most_common(LIKELIEST) if count > 1]
        alike = max(((likeness(told, tellings[other]), other) for other in near), default=(0.0, -1))
        stories.append(stories[alike[1]] if alike[0] >= SAME else number)
        tellings.append(told)
        for word in words:
            index[word].append(number)
    return stories


def pairwise(found: Sequence[int], labelled: Sequence[str]) -> tuple[int, int, int]:
    """Pairs found and right, pairs found, pairs labelled."""

    def pairs(groups: Iterable[object]) -> int:
        return sum(size * (size - 1) // 2 for size in Counter(groups).values())

    return pairs(zip(found, labelled, strict=True)), pairs(found), pairs(labelled)


def headlines(rows: Sequence[Row]) -> str:
    ordered = sorted(rows, key=lambda row: row["published_ms"])
    found = cluster([row["title"] for row in ordered])
    right, all_found, labelled = pairwise(found, [row["story"] for row in ordered])
    return figures(right, all_found, labelled) + f"; {len(rows)} headlines, {len(set(found))} stories found"


# --------------------------------------------------------------------------- pairs of articles


def is_same(row: Row) -> bool:
    first, second = (telling(row[f"{side}_title"], row[f"{side}_text"]) for side in ("first", "second"))
    return likeness(first, second) >= SAME


def pairs(rows: Sequence[Row]) -> str:
    found = [row["same_story"] for row in rows if is_same(row)]
    return figures(sum(found), len(found), sum(row["same_story"] for row in rows)) + f"; {len(rows)} pairs"


def figures(right: int, found: int, labelled: int) -> str:
    return f"precision {right / max(found, 1):.3f} ({right} of {found}), recall {right / max(labelled, 1):.3f}"


def by_half(name: str, rows: Sequence[Row], is_open: Callable[[int, Row], bool], measure: Callable[..., str]) -> None:
    numbered = list(enumerate(rows))
    halves = {
        "developed on": [row for number, row in numbered if is_open(number, row)],
        "held back": [row for number, row in numbered if not is_open(number, row)],
        "all": list(rows),
    }
    print(name)
    for half, chosen in halves.items():
        if half == "developed on" or "--all" in sys.argv:
            print(f"  {half:14}{measure(chosen)}", flush=True)


def main() -> None:
    if not EVAL.is_dir():
        sys.exit(f"benchmarks/stories.py needs the shared texts: {EVAL} is not there")
    by_half(
        "headlines of stories, in order of time",
        read("stories_en.jsonl"),
        lambda _, row: zlib.crc32(row["story"].encode()) % 2 == 0,
        headlines,
    )
    by_half("pairs of articles", read("story_pairs.jsonl"), lambda number, _: number % 2 == 0, pairs)


if __name__ == "__main__":
    main()
