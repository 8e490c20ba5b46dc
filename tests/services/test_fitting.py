"""Whatever is said fits into what the service takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from service_world import DISCORD, SLACK, TELEGRAM, shown_by_telegram
from test_message import HOSTILE, lead, source

from listener.message import render, render_digest
from listener.model import Message
from listener.services.apprise_service import AppriseService
from listener.services.fitting import fit

URLS = {
    "discord": DISCORD,
    "slack": SLACK,
    "telegram": TELEGRAM,
    "rocketchat": "rocket://a%2Fb@chat.example/?mode=webhook",
    "mattermost": "mmost://chat.example/" + "a" * 24,
    "zulip": "zulip://bot@corp/" + "a" * 32,
    "misskey": "misskey://token@social.example",
    "sms": "infobip://abcdefabcdef@api.example/41791234567",
    "signal": "signal://host.example/+41791234567/+41797654321",
    "ntfy": "ntfy://host.example/topic",
    "mail": "mailto://host.example?from=a@acme.example&to=b@acme.example",
}


@cache
def plugin(name: str) -> Any:
    return AppriseService(URLS[name])._apprise[0]


TEXTS = st.text(max_size=30) | st.integers(0, 9000).map("слово <b> ".__mul__).map(lambda text: text[:9000])


@settings(max_examples=30, deadline=None)  # the first one loads Apprise
@given(title=TEXTS, text=TEXTS, brief=TEXTS)
@pytest.mark.parametrize("name", sorted(set(URLS) - {"mail"}))
def test_title_and_body_are_within_the_limits(name: str, title: str, text: str, brief: str) -> None:
    short = Message(title=title, text=brief, markdown=brief, html=brief)
    service = plugin(name)
    told, body, _ = fit(service, Message(title=title, text=text, markdown=text, html=text, brief=short))
    assert len(told) <= service.title_maxlen
    beside = len(told) + 2 if told and service.overflow_amalgamate_title else 0
    assert len(body) + beside <= service.body_maxlen


@pytest.mark.parametrize("name", sorted(set(URLS) - {"sms", "misskey"}))  # a title with the number is all they take
def test_every_lead_of_a_digest_is_told_or_counted(name: str) -> None:
    far = source(url="https://logistics.example/" + "x" * 300)
    digest = render_digest([lead(id=number, company=f"Company {number}", sources=(far,)) for number in range(100)])
    _, body, _ = fit(plugin(name), digest)
    told = len(set(re.findall(r"Company (\d+)[:<]", body)))
    counted = re.search(r"^- and (\d+) more$", body, re.MULTILINE)
    assert told + int(counted[1] if counted else 0) == 100


@pytest.mark.parametrize("name", sorted(URLS))
def test_no_link_is_cut_in_the_middle(name: str) -> None:
    urls = {f"https://logistics.example/{'x' * number}/end" for number in range(0, 900, 30)}
    leads = [lead(id=number, sources=(source(url=url),)) for number, url in enumerate(urls)]
    for message in (render_digest(leads), *map(render, leads)):
        _, body, _ = fit(plugin(name), message)
        assert set(re.findall(r"https://logistics[^\s)<>\"]*", body)) <= urls


hostile = given(
    company=HOSTILE, title=HOSTILE, quote=HOSTILE, slot=HOSTILE, start=st.integers(0, 50), end=st.integers(0, 50)
)


def told_to(name: str, **words: Any) -> Iterator[str]:
    """An alert and a digest of a lead of these words, in the markup of the service."""
    from apprise.common import NotifyFormat

    hostile_source = source(title=words["title"], publisher=words["slot"] or None, feed=words["company"])
    told = lead(
        company=words["company"],
        title=words["title"],
        quote=words["quote"],
        quote_start=words["start"],
        quote_end=words["end"],
        slots={"money": words["slot"]},
        hedged=words["title"] or None,
        sources=(hostile_source,),
    )
    for message in (render(told), render_digest([told, told])):
        _, body, _ = fit(plugin(name), message)
        yield str(plugin(name).dialect_convert(body, NotifyFormat.MARKDOWN))


@settings(max_examples=60, deadline=None)
@hostile
def test_telegram_never_refuses_a_message_for_its_marks(**words: Any) -> None:
    for text in told_to("telegram", **words):
        shown_by_telegram(text)


@settings(max_examples=60, deadline=None)
@hostile
def test_slack_is_told_of_no_link_but_to_a_source_and_of_nobody(**words: Any) -> None:
    for text in told_to("slack", **words):
        for mark in re.findall(r"<([^>]*)>", text):
            assert re.match(r"https://logistics\.example/[^|]*\|", mark)


@settings(max_examples=60, deadline=None)
@hostile
def test_discord_is_told_of_no_link_but_to_a_source_and_of_nobody(**words: Any) -> None:
    for text in told_to("discord", **words):
        assert all(url.startswith("https://logistics.example/") for url in re.findall(r"\]\(([^)]*)\)", text))
        assert not re.search(r"@(everyone|here)|<(?:@|#|a?:)", text)
