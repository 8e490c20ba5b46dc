"""The documents say what there is: every command, every key, every health, every word of the phrase language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from listener.cli import app
from listener.config import known_keys
from listener.core.phrase import SLOT_KINDS
from listener.core.rules import RuleSource
from listener.model import DeliveryState, Health
from listener.rulebook import Rulebook, RuleFiles, compile_rulebook

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
RULES = (ROOT / "docs" / "rules.md").read_text()


def commands(group: Any, path: str = "listener") -> Iterator[str]:
    if isinstance(group, TyperGroup):
        for name, command in group.commands.items():
            yield from commands(command, f"{path} {name}")
    else:
        yield path


@pytest.mark.parametrize("command", list(commands(typer.main.get_command(app))))
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"`{command}[`\s]", OPERATIONS)


@pytest.mark.parametrize(
    "document", sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]), ids=lambda path: path.name
)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    named = re.findall(r"`(?:\.venv/bin/)?listener ([a-z]+)(?: ([a-z]+)\b(?!\.))?", document.read_text())
    known = [command.split()[1:] for command in commands(typer.main.get_command(app))]
    groups = {names[0] for names in known if len(names) > 1}
    for first, second in named:
        assert [first] in known or first in groups, f"listener {first}"
        assert first not in groups or not second or [first, second] in known, f"listener {first} {second}"


@pytest.mark.parametrize("key", known_keys())
def test_every_configuration_key_is_documented(key: str) -> None:
    assert f"`{key}`" in OPERATIONS


@pytest.mark.parametrize("state", [*Health, *DeliveryState])
def test_every_state_is_documented(state: str) -> None:
    assert f"**{state}**" in OPERATIONS


@pytest.mark.parametrize("kind", SLOT_KINDS)
def test_every_slot_is_documented(kind: str) -> None:
    assert f"`{{{kind}}}`" in RULES


@pytest.mark.parametrize("document", sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]))
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), target


# --------------------------------------------------------------------------- the reference of the phrase language


def phrases(lang: str, section: str) -> list[tuple[str, str, str, str]]:
    """Language, phrase, a text that it finds and one that it does not, from the table of a section."""
    table = RULES.partition(f"## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(.*)` \| (.*) \| (.*) \|$", table, re.MULTILINE)
    return [(lang, phrase.replace(r"\|", "|"), finds, not_) for phrase, finds, not_ in rows]


def slots() -> list[tuple[str, str, str, str]]:
    """Slot, phrase, text and what the slot takes of it, from the table."""
    table = RULES.partition("## Slots")[2].partition("## Languages")[0]
    return re.findall(r"^\| `\{(\w+)\}` \| `(.*)` \| (.*) \| (.*) \|$", table, re.MULTILINE)


def book_of(rule: str, lang: str = "en") -> Rulebook:
    """A rule of these lines, compiled. It must be a good one."""
    source = f"trigger = 'example'\nlang = '{lang}'\n[[rule]]\nid = 'x'\n{rule}\n"
    book = compile_rulebook(RuleFiles(sources=(RuleSource(path="example.toml", text=source),)))
    assert book.errors == ()
    return book


@pytest.mark.parametrize(
    ("lang", "phrase", "finds", "does_not_find"), [*phrases("en", "Phrases"), *phrases("de", "German phrases")]
)
def test_every_phrase_of_the_reference_does_what_it_says(
    lang: str, phrase: str, finds: str, does_not_find: str
) -> None:
    book = book_of(f"match = ['{phrase}']", lang)
    assert book.matcher.match(finds, "", lang)
    assert not book.matcher.match(does_not_find, "", lang)


@pytest.mark.parametrize(("slot", "phrase", "text", "takes"), slots())
def test_every_slot_of_the_reference_takes_what_it_says(slot: str, phrase: str, text: str, takes: str) -> None:
    (match,) = book_of(f"match = ['{phrase}']").matcher.match(text, "", "en")
    assert match.slots[slot] == takes


def refused() -> list[tuple[str, str]]:
    """Phrase and unless of the table of phrases that are refused."""
    table = RULES.partition("### Phrases that are refused")[2].partition("## For those")[0]
    return re.findall(r"^\| `(.*?)`(?: with the unless `(.*?)`)? \|", table, re.MULTILINE)


@pytest.mark.parametrize(("phrase", "unless"), refused())
def test_every_phrase_that_the_reference_calls_refused_is(phrase: str, unless: str) -> None:
    rule = f"match = ['{phrase}']\nunless = {[unless] if unless else []}"
    source = f"trigger = 'example'\nlang = 'en'\n[[rule]]\nid = 'x'\n{rule}\n"
    (error,) = compile_rulebook(RuleFiles(sources=(RuleSource(path="example.toml", text=source),))).errors
    assert (error.line, error.column is not None, bool(error.remedy)) == (5, True, True)


def test_a_slot_is_what_the_reference_says_or_missing() -> None:
    assert not book_of("match = ['enter {place}']").matcher.match("Acme enters March", "", "en")
    assert not book_of("match = ['sell to {company:buyer}']").matcher.match("Acme sells to investors", "", "en")
    helped = book_of("match = ['{company} move [with {company:helper}] to {place}']").matcher
    (match,) = helped.match("Acme moves with Growth to Bern", "", "en")
    assert match.slots == {"company": "Acme", "place": "Bern"}


def test_the_pattern_of_the_reference_is_a_good_one() -> None:
    (pattern,) = re.findall(r"^`(patterns = .*?)`", RULES, re.MULTILINE)
    assert book_of(pattern).matcher.match("Acme raises 12 goats", "", "en")


def test_the_file_of_the_reference_is_a_good_one() -> None:
    source = re.findall(r"```toml\n(.*?)```", RULES, re.DOTALL)[0]
    book = compile_rulebook(RuleFiles(sources=(RuleSource(path="funding.toml", text=source),)))
    assert book.errors == ()
