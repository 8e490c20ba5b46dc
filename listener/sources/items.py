"""What the readers of all formats give: a document and its items as written, texts still HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from listener.model import FailureKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item."""

    guid: str | None
    links: tuple[str, ...]  # best first, may be relative
    title: str
    texts: tuple[str, ...]  # of content and summary
    publisher: str | None
    author: str | None  # the first that it names
    lang: str | None
    published_at: datetime | None
    facts: Mapping[str, str] = field(default_factory=dict)  # see ParsedEntry; filled in by alert_feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A document."""

    title: str | None
    items: tuple[Item, ...]

    complete: bool = True  # False: the document breaks off; its last, partial item is not among the items


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseProblem:
    """Why a document is no feed, in words an operator can act on."""

    kind: FailureKind
    message: str


def no_feed(message: str) -> ParseProblem:
    """The document is something else."""
    return ParseProblem(kind=FailureKind.NOT_A_FEED, message=message)
