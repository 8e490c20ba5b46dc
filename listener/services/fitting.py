"""A message in the form that a service of Apprise takes, within what it takes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from listener.message import shorten
from listener.model import Message
from listener.templating import in_markdown

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

# What a service renders as Markdown though Apprise hands it text as it is.
_MARKDOWN_AS_TEXT = frozenset({"mattermost", "zulip"})
_MAIL_CHARACTERS = 95_000  # Gmail hides what is behind the first 102 kB; Apprise's own limit is none of mail
# What is longer arrives as a file to download: beyond its server's message-size-limit, or where Apprise's JSON (in
# which a letter that is not ASCII is six characters) has more than 8000 with all that stands around the message.
_NTFY_BYTES = 4096
_NTFY_JSON = 7000


def fit(plugin: NotifyBase, message: Message) -> tuple[str, str, str]:
    """Title, body and format, within what the service takes: whole, else in brief, else cut."""
    form = _form(plugin)
    versions = [each for each in (message, message.brief) if each is not None]
    for version in versions:
        title, body = _laid_out(plugin, version, form)
        if _excess(plugin, title, body) <= 0:
            return title, body, _as_told(plugin, form)
    form = "text" if form == "html" else form
    title, body = _laid_out(plugin, versions[-1], form)
    while (excess := _excess(plugin, title, body)) > 0 and len(body) > 1:
        limit = max(1, len(body) - excess)
        cut = _cut(body, limit, form)
        body = cut if len(cut) < len(body) else body[:limit]
    return title, body, _as_told(plugin, form)


def _form(plugin: NotifyBase) -> str:
    """ "html", "markdown" or "text".

    The URL's own `format=` wins. Services that take all three are webhooks and relays: their receivers
    expect text. Others get Markdown where they take it, else what they take first (mail: HTML).
    """
    from apprise.common import NotifyFormat

    taken = {plugin.resolve_format(form) for form in NotifyFormat}
    if len(taken) == len(NotifyFormat):
        chosen = NotifyFormat.TEXT
    elif NotifyFormat.MARKDOWN in taken or _kind(plugin) in _MARKDOWN_AS_TEXT:
        chosen = NotifyFormat.MARKDOWN
    else:
        chosen = plugin.resolve_format()
    return str(chosen.value)


def _kind(plugin: NotifyBase) -> str:
    """The name of the service: that of Apprise's module, or of its package."""
    return type(plugin).__module__.removeprefix("apprise.plugins.").partition(".")[0]


def _as_told(plugin: NotifyBase, form: str) -> str:
    """What Apprise is told that the body is; for a service that it knows as one of text it would undo Markdown."""
    return "text" if _kind(plugin) in _MARKDOWN_AS_TEXT else form


def _laid_out(plugin: NotifyBase, message: Message, form: str) -> tuple[str, str]:
    """Title and body; a service without titles gets it as the first line."""
    body = {"html": message.html, "markdown": message.markdown, "text": message.text}[form]
    if plugin.title_maxlen > 0 or form == "html":
        return shorten(message.title, plugin.title_maxlen) if plugin.title_maxlen > 0 else "", body
    heading = f"**{in_markdown(message.title)}**" if form == "markdown" else message.title
    return "", f"{heading}\n\n{body}"


def _excess(plugin: NotifyBase, title: str, body: str) -> int:
    """By how many characters they are too long; 0 or less: they are not."""
    if _kind(plugin) == "email":
        return len(body) - _MAIL_CHARACTERS
    if _kind(plugin) == "ntfy":
        return len(body) - _ntfy_takes(body)
    beside = len(title) + len("\r\n") if title and plugin.overflow_amalgamate_title else 0
    return len(body) + beside - plugin.body_maxlen


def _ntfy_takes(text: str) -> int:
    """How many of the characters ntfy takes as a message."""
    room, json_room = _NTFY_BYTES, _NTFY_JSON
    for number, char in enumerate(text):
        room -= len(char.encode())
        json_room -= len(json.dumps(char)) - 2
        if min(room, json_room) < 0:
            return number
    return len(text)


def _cut(body: str, limit: int, form: str) -> str:
    """Shorter: by lines; text by words, where whole lines would leave too little. An open mark is none of text."""
    by_lines = _by_lines(body, limit)
    return _by_words(body, limit) if form == "text" and len(by_lines) < limit // 2 else by_lines


def _by_lines(text: str, limit: int) -> str:
    """The lines that fit; where only items of a list are lost, it says how many."""
    room = max(0, limit - len("\n- and 100 more"))
    kept = text[:room].rpartition("\n")[0].rstrip()
    lost = [line for line in text[len(kept) :].splitlines() if line.strip()]
    items = sum(line.startswith("- ") for line in lost)
    is_list = items and all(line.startswith(("- ", "  ")) for line in lost)
    return f"{kept}\n" + (f"- and {items} more" if is_list else "…")


def _by_words(text: str, limit: int) -> str:
    """The words that fit, for services that take a line or two; half a link is none."""
    return re.sub(r"\s*\S*://\S*…$", "…", shorten(text, limit))
