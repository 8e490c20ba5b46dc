"""Templates of the operator's own, and what no template can let through."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from test_message import lead

from listener.message import render, render_digest, template_problems
from listener.templating import OVERRIDABLE, Templates, in_markdown


def own(folder: Path, **texts: str) -> Templates:
    """Templates by name with an underscore for the dot: alert_md."""
    for name, text in texts.items():
        (folder / name.replace("_", ".")).write_text(text)
    return Templates(folder)


# --------------------------------------------------------------------------- the operator's own


def test_a_template_of_the_operator_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    message = render(lead(), templates=own(tmp_path, alert_txt="{{ card.company }} it is!\n"))
    assert message.text == "Cobalt Freight it is!"
    assert message.markdown == render(lead()).markdown


def test_a_digest_can_have_a_template_of_its_own(tmp_path: Path) -> None:
    templates = own(tmp_path, digest_md="{% for card in digest.cards %}{{ card.score }} {% endfor %}")
    assert render_digest([lead(), lead(score=5)], templates=templates).markdown == "82 5"


def test_an_edit_is_taken_at_once(tmp_path: Path) -> None:
    templates = own(tmp_path, alert_txt="one")
    assert render(lead(), templates=templates).text == "one"
    own(tmp_path, alert_txt="two, and longer")
    assert render(lead(), templates=templates).text == "two, and longer"


def test_a_template_can_include_a_part(tmp_path: Path) -> None:
    (tmp_path / "_foot.txt").write_text("Yours, {{ card.company }}")
    templates = own(tmp_path, alert_txt="{% include '_foot.txt' %}")
    assert render(lead(), templates=templates).text == "Yours, Cobalt Freight"
    assert template_problems(templates) == []


@pytest.mark.parametrize("mistake", ["{{ card.compny }}", "{% if %}", "{{ 1 / 0 }}", "{% include 'nothing.txt' %}"])
def test_a_template_that_fails_costs_no_message(tmp_path: Path, mistake: str, caplog: pytest.LogCaptureFixture) -> None:
    templates = own(tmp_path, alert_txt=f"first line\n{mistake}")
    with caplog.at_level(logging.WARNING, "listener"):
        assert render(lead(), templates=templates) == render(lead())
    assert f"template={tmp_path}/alert.txt:2" in caplog.records[0].getMessage()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("one\n{{ card.compny }}", "alert.txt:2: card has no attribute 'compny'"),
        ("one\ntwo\n{% if card.why %}", "alert.txt:3: Unexpected end of template"),
        ("{{ card.why | shout }}", "alert.txt:1: No filter named 'shout'"),
        ("{{ card.headline.upper() }}", "alert.txt:1: 'None' has no attribute 'upper'"),
        ("{% if card.hedged %}{{ oops }}{% endif %}", "alert.txt:1: 'oops' is undefined"),
        ("{{ ''.__class__ }}", "alert.txt:1: access to attribute '__class__' of 'str' object is unsafe"),
        ("{% include '_no.txt' %}", "alert.txt:1: there is no template _no.txt"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    (told,) = template_problems(own(tmp_path, alert_txt=text))
    assert told.startswith(f"{tmp_path}/{problem}")
    assert told.endswith("Until it is mended the shipped template is used")


def test_a_mistake_in_a_part_names_the_part(tmp_path: Path) -> None:
    (tmp_path / "_foot.txt").write_text("\n\n{{ nobody }}")
    (told,) = template_problems(own(tmp_path, alert_txt="{% include '_foot.txt' %}"))
    assert told.startswith(f"{tmp_path}/_foot.txt:3: 'nobody' is undefined")


def test_bytes_that_are_no_text_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "alert.txt").write_bytes(b"\xff")
    assert template_problems(Templates(tmp_path))[0].startswith(f"{tmp_path}/alert.txt: it is not UTF-8 text")


def test_a_file_that_no_message_uses_is_a_mistake(tmp_path: Path) -> None:
    (told,) = template_problems(own(tmp_path, allert_txt="x"))
    assert told == f"{tmp_path}/allert.txt: is no template of a message. There are {', '.join(OVERRIDABLE)}"


@pytest.mark.parametrize("name", OVERRIDABLE)
def test_the_shipped_templates_can_be_copied_and_are_good(tmp_path: Path, name: str) -> None:
    shipped = Path(__file__).resolve().parents[1] / "listener" / "templates" / name
    (tmp_path / name).write_text(shipped.read_text())
    templates = Templates(tmp_path)
    assert template_problems(templates) == []
    assert render_digest([lead(), lead()], templates=templates) == render_digest([lead(), lead()])


def test_without_a_folder_there_is_no_mistake() -> None:
    assert template_problems(Templates()) == []


# --------------------------------------------------------------------------- what no template lets through


def test_the_words_of_a_feed_are_escaped_in_templates_that_do_not_think_of_it(tmp_path: Path) -> None:
    templates = own(tmp_path, alert_md="{{ card.company }}", alert_html="<p>{{ card.company }}</p>")
    message = render(lead(company="*A* & [b](c) <i> _d_"), templates=templates)
    assert message.markdown == "∗A∗ & (b)\u200b(c) ‹i> ＿d＿"
    assert message.html == "<p>*A* &amp; [b]\u200b(c) ‹i&gt; _d_</p>"


def test_a_link_stays_a_link_in_markdown(tmp_path: Path) -> None:
    templates = own(tmp_path, alert_md="[{{ card.company }}]({{ card.url }})")
    expected = "[Cobalt Freight](https://logistics.example/cobalt?id=7&p=1)"
    assert render(lead(), templates=templates).markdown == expected


MARKUP = [
    "*",
    "**",
    "_",
    "__",
    "~~",
    "`",
    "```",
    "[x](y)",
    "![i](j)",
    "\\",
    "||",
    "&lt;",
    "# ",
    "> ",
    "- ",
    "1. ",
    "--- ",
]
TEXTS = st.lists(st.sampled_from(MARKUP) | st.text("abc 1.-", max_size=5), max_size=8).map("".join)


@given(TEXTS)
def test_text_in_markdown_is_text_and_nothing_else(text: str) -> None:
    tree: Any = lxml_html.fromstring(f"<div>{markdown.markdown(in_markdown(text.strip()))}</div>")
    assert {element.tag for element in tree.iter()} <= {"div", "p"}


@given(TEXTS)
def test_no_backslash_and_no_open_mark_is_left_that_telegram_or_slack_would_stumble_over(text: str) -> None:
    shown = in_markdown(text)
    assert not set(shown) & set("*`~\\[]")
    assert len(shown.replace("\u200b", "")) == len(text)


@pytest.mark.parametrize("text", ["snake_case", "R&D", "AT&T", "a | b", "5 - 3", "$12M.", "C#", "1.5"])
def test_what_is_no_markup_stays_as_it_is(text: str) -> None:
    assert in_markdown(text) == text
