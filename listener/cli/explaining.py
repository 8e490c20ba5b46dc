"""`listener rules explain`: what the rules find in a text, which came near, and what stopped them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from listener.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    console,
    indented,
    open_store,
    print_json,
    printable,
    read_config,
)
from listener.cli.rulebooks import RulesOption, load

if TYPE_CHECKING:
    from listener.core.match import Miss
    from listener.model import Match, Reason
    from listener.rulebook import Rulebook

_MISSES_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What is explained."""

    title: str
    text: str
    lang: str
    told_by: str  # how the language is known, in words
    age: timedelta
    entry_id: int | None = None  # None: it is no stored entry
    feed: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)  # slots that the feed filled itself

    @property
    def headline(self) -> str:
        """What stands for it in one line."""
        return self.title or self.text.partition("\n")[0]


def explain(
    text: Annotated[str, typer.Argument(metavar="TEXT|ENTRY-ID", help="A headline, any text, or an entry's number.")],
    summary: Annotated[str, typer.Option(help="The text below the headline.")] = "",
    lang: Annotated[str | None, typer.Option(help="Its language; without it, it is told from the words.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the rules find in a text or a stored entry, and which came near and why they did not fire."""
    from listener.core.judge import complete

    subject = _entry(config, int(text), lang) if text.isdecimal() else _headline(text, summary, lang)
    book = load(config, rules)
    explanation = book.matcher.explain(subject.title, subject.text, subject.lang)
    matches = [
        complete(match, book.matcher, facts=subject.facts, headline=subject.headline) for match in explanation.matches
    ]
    scored = [(match, *_score(match, book, subject.age)) for match in matches]
    if as_json:
        print_json(
            {
                "lang": subject.lang,
                "entry": subject.entry_id,
                "matches": [_match_json(*each) for each in scored],
                "misses": [_miss_json(miss, book) for miss in explanation.misses],
            }
        )
        return
    _print_subject(subject)
    for match, score, reasons in scored:
        _print_match(match, score, reasons, book)
    if not scored:
        has_rules = subject.lang in book.matcher.languages
        console().print("Nothing fires." if has_rules else f"Nothing fires: there are no rules for {subject.lang!r}.")
    _print_misses(explanation.misses, book)


def _headline(title: str, summary: str, lang: str | None) -> _Subject:
    from listener.core.language import detect_language

    told_by = "as you say" if lang else "told from the words"
    lang = lang or detect_language(title, summary)
    return _Subject(title=title, text=summary, lang=lang, told_by=told_by, age=timedelta(0))


def _entry(config: Path, entry_id: int, lang: str | None) -> _Subject:
    """A stored entry. Raises BadParameter where there is none of that number."""
    from listener import clock
    from listener.core.judge import language_of
    from listener.core.score import age_of

    with open_store(read_config(config)) as store:
        entry = store.entries.get(entry_id)
    if entry is None:
        raise typer.BadParameter(f"there is no entry {entry_id}. `listener leads --json` has the numbers of entries")
    return _Subject(
        title=entry.title,
        text=entry.text,
        lang=lang or language_of(entry),
        told_by="as you say" if lang else "by its feed or its words",
        age=age_of(entry.published_at, entry.first_seen_at, clock.now()),
        entry_id=entry.id,
        feed=entry.feed_name,
        facts=entry.facts,
    )


def _score(match: Match, book: Rulebook, age: timedelta) -> tuple[int, tuple[Reason, ...]]:
    """What a lead from this match would score now."""
    from listener.core.score import evidence_of, score

    trigger = next(t for t in book.rules.triggers if (t.name, t.lang) == (match.trigger, match.lang))
    return score(evidence_of(match, trigger, age))


# --------------------------------------------------------------------------- where things are written


def _rule_place(rule_id: str, book: Rulebook) -> str:
    """File and line of a rule."""
    return next((f"{rule.path}:{rule.line}" for rule in book.rules.rules if rule.id == rule_id), "")


def _stop_place(miss: Miss, book: Rulebook) -> str:
    """File and line of the phrase that stopped a rule: its own file first, then what every rule inherits."""
    own = _rule_place(miss.rule, book).rpartition(":")[0]
    sources = sorted(book.files.sources, key=lambda source: source.path != own)
    wanted = (json.dumps(miss.stopped_by, ensure_ascii=False), f"'{miss.stopped_by}'")
    places = (
        f"{source.path}:{number}"
        for source in sources
        for number, line in enumerate(source.text.splitlines(), start=1)
        if any(each in line for each in wanted) and not re.match(r"\s*#", line)
    )
    return next(places, "")


# --------------------------------------------------------------------------- for programs


def _match_json(match: Match, score: int, reasons: Sequence[Reason]) -> dict[str, Any]:
    return {
        "trigger": match.trigger,
        "rule": match.rule,
        "company": match.company,
        "slots": dict(match.slots),
        "where": match.where,
        "quote": match.quote,
        "start": match.start,
        "end": match.end,
        "confidence": match.confidence,
        "hedged": match.hedged,
        "score": score,
        "reasons": [f"{reason.points:+d} {reason.why}" for reason in reasons],
    }


def _miss_json(miss: Miss, book: Rulebook) -> dict[str, Any]:
    return {
        "rule": miss.rule,
        "phrase": miss.phrase,
        "quote": miss.quote,
        "why": miss.why,
        "stopped_by": miss.stopped_by,
        "at": _stop_place(miss, book) if miss.stopped_by else _rule_place(miss.rule, book),
    }


# --------------------------------------------------------------------------- for people


def _print_subject(subject: _Subject) -> None:
    from rich.text import Text

    out = console()
    if subject.entry_id is not None:
        out.print(Text(f"entry {subject.entry_id} of {printable(subject.feed or '')}", "dim"))
        out.print(Text(printable(subject.title), "bold"))
    out.print(Text(f"language: {subject.lang}, {subject.told_by}\n", "dim"))


def _print_match(match: Match, score: int, reasons: Sequence[Reason], book: Rulebook) -> None:
    from rich.text import Text

    head = Text("FIRES  ", "bold green").append(match.rule, "bold cyan")
    console().print(head.append(f"  {_rule_place(match.rule, book)}", "dim"))
    console().print(_marked(match))
    for name, words in _facts(match, score, reasons):
        console().print(indented(Text(f"{name:<11}", "dim").append(printable(words)), by=7))
    console().print()


def _marked(match: Match) -> Any:
    """The sentence, the words of the match underlined."""
    from rich.text import Text

    quote = Text(printable(match.quote))
    quote.stylize("bold underline", match.start, match.end)
    return indented(quote, by=7)


def _facts(match: Match, score: int, reasons: Sequence[Reason]) -> Iterator[tuple[str, str]]:
    yield "prospect", match.company or "none is named, so there is no lead"
    yield from ((name, str(value)) for name, value in match.slots.items() if name != "company")
    yield "score", f"{score} = " + " ".join(f"{reason.points:+d} {reason.why}" for reason in reasons).lstrip("+")
    hedge = f', uncertain because of "{match.hedged}"' if match.hedged else ""
    yield "confidence", f"{match.confidence:.2f}, in the {match.where}{hedge}"


def _print_misses(misses: Sequence[Miss], book: Rulebook) -> None:
    from rich.text import Text

    out = console()
    if not misses:
        out.print("No other rule came near: the words that they need are not in the text.")
        return
    out.print(Text("Came near:", "bold"))
    for miss in misses[:_MISSES_SHOWN]:
        out.print(Text(f"  {miss.rule}", "cyan").append(f"  {_rule_place(miss.rule, book)}", "dim"))
        out.print(indented(Text(printable(miss.why)), by=4))
        if miss.phrase:
            out.print(indented(Text(f"in  {miss.phrase}", "dim"), by=4))
        if miss.stopped_by:
            out.print(indented(Text(f"by  {miss.stopped_by}  {_stop_place(miss, book)}", "dim"), by=4))
    if len(misses) > _MISSES_SHOWN:
        out.print(Text(f"  and {len(misses) - _MISSES_SHOWN} others, less near (--json has them)", "dim"))
