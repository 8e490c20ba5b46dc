"""A lead -> a Message: plain text, Markdown and HTML from the templates beside this module.

Whatever comes from a feed is hostile. Every such text is cleaned once (`plain`), so that no form of the
message, and no chat that takes plain text for markup, finds a mention, a masked link or an invisible character
in it; after that each form escapes in its own way. Only http and https links of the sources are links.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from listener.core.money import in_words
from listener.model import Lead, LeadEvent, LeadStatus, Message, Reason, Source

if TYPE_CHECKING:
    from jinja2 import Environment

# Limits in characters. They keep the HTML of the longest lead under 32768, which is what mail services take.
_TITLE = 120
_LINE = 160
_QUOTE_SIDE = 200
_LIST_LINE = 400
MOST_IN_DIGEST = 100
_DIGEST_LINKS = 15_000
_URL = 1000
_SOURCES = 5
_REASONS = 6

_TITLE_SLOTS = ("money", "round", "person", "role", "product", "place", "number")
_NO_URLS: Mapping[int, str] = MappingProxyType({})
_RIGHT = (("useful", "Useful"), ("not_relevant", "Not relevant"), ("wrong_company", "Wrong company"))
_OUTCOME = (("contacted", "Contacted"), ("meeting", "Meeting"), ("lost", "Lost"))
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What one reader is told besides the lead."""

    ground: tuple[str, ...] = ()  # the reader's interests that the news names
    verdict_url: str | None = None  # where the reader says what became of it; None: nowhere


_NOTHING_PERSONAL = Personal()


def render(lead: Lead, *, zone: tzinfo = UTC, personal: Personal = _NOTHING_PERSONAL) -> Message:
    """The alert for a lead; dates are shown in `zone`. The title is one line that reads on its own."""
    card = _card(lead, zone, personal)
    forms = {
        form: _environment().get_template(f"alert.{form}").render(card=card).strip() for form in ("txt", "md", "html")
    }
    return Message(title=card.title, text=forms["txt"], markdown=forms["md"], html=forms["html"])


def render_digest(
    leads: Sequence[Lead], *, reason: str | None = None, verdict_urls: Mapping[int, str] = _NO_URLS
) -> Message:
    """One message for many leads, best first: a line and a link for each, `MOST_IN_DIGEST` at most.

    `reason` says why they come together ("there were more than ..."); None: because that is what the rep wants.
    Where their links would be too long for a mail, the last ones are left out. `verdict_urls` by the id of the lead.
    """
    best = sorted(leads, key=lambda lead: -lead.score)[:MOST_IN_DIGEST]
    lines = [(_title(lead), *links) for lead, links in zip(best, _links(best, verdict_urls), strict=True)]
    names = ", ".join(plain(lead.company, 40) for lead in best[:3])
    more = f" and {len(leads) - 3} more" if len(leads) > 3 else ""
    because = f"One message, because {reason}." if reason else ""
    head = f"{because}\n\n" if because else ""
    return Message(
        title=_title_line(f"{len(leads)} leads{' at once' if reason else ''}: {names}{more}"),
        text=head
        + "\n".join(
            "\n  ".join(filter(None, (f"- {title}", url, say and f"Say what became of it: {say}")))
            for title, url, say in lines
        ),
        markdown=head
        + "\n".join(
            (f"- [{title}]({url})" if url else f"- {title}") + (f" ([your verdict]({say}))" if say else "")
            for title, url, say in lines
        ),
        html=(f"<p>{escape(because)}</p>" if because else "")
        + "<ul>"
        + "".join(f"<li>{_html_link(title, url)}{_html_verdict(say)}</li>" for title, url, say in lines)
        + "</ul>",
    )


def render_page(
    lead: Lead,
    *,
    history: Sequence[LeadEvent],
    earlier: Sequence[Lead],
    ground: Sequence[str],
    problem: str | None,
    zone: tzinfo,
    currency: str | None = None,
) -> str:
    """The page on which one reader says what became of a lead; `problem`: why that could not be saved just now."""
    said = next((event for event in reversed(history) if event.what in set(LeadStatus)), None)
    return _page(
        card=_card(lead, zone, Personal(ground=tuple(ground))),
        account=_account_line(lead),
        ground=[plain(word) for word in ground],
        problem=problem,
        said=_said(said, zone, currency) if said is not None and lead.status == said.what else None,
        now=lead.status.value,
        currency=currency,
        earlier=[
            {"title": plain(each.title), "label": plain(each.label), "status": _words(each.status),
             "date": _date(each.created_at, zone)}
            for each in earlier
        ],
    )  # fmt: skip


def render_page_note(note: str) -> str:
    """A page that says one thing, such as why there is nothing to see."""
    return _page(note=note)


def page_styles() -> str:
    """What stands in the `style` element of the pages, for the policy that allows nothing else."""
    return _environment().get_template("lead.css").render().strip()


def _page(**shown: Any) -> str:
    from markupsafe import Markup

    defaults = {"card": None, "note": None, "right": _RIGHT, "outcome": _OUTCOME, "styles": Markup(page_styles())}
    return _environment().get_template("lead.html").render(**{**defaults, **shown})


def _account_line(lead: Lead) -> str | None:
    if lead.account is None:
        return None
    account = lead.account.account
    size = f"{account.size} people" if account.size is not None else None
    return plain(", ".join(filter(None, (account.name, account.segment, account.territory, account.industry, size))))


def _said(event: LeadEvent, zone: tzinfo, currency: str | None) -> dict[str, str | None]:
    value = f" {in_words(event.value, currency)}" if event.value is not None else ""
    until = f" until {_date(event.until, zone)}" if event.until else ""
    words = f"Saved: {_words(event.what)}{value}{until}"
    return {"words": words, "who": plain(event.who), "date": _date(event.at, zone)}


def _words(status: str) -> str:
    return status.replace("_", " ")


def render_list(title: str, lines: Sequence[str], *, more: int = 0) -> Message:
    """A message of a few lines, such as to the operator; `more`: how many are left out."""
    items = [plain(line, _LIST_LINE) for line in lines] + ([f"and {more} more"] if more else [])
    return Message(
        title=_title_line(title),
        text="\n".join(f"- {item}" for item in items),
        markdown="\n".join(f"- {escape_markdown(item)}" for item in items),
        html="<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>",
    )


def plain(text: str, limit: int = _LINE) -> str:
    """Feed text as one harmless line, cut at a word.

    - control, bidirectional and other invisible characters go, white space becomes one space
    - `@name` at the start of a word, `<!here>`, `<@id>` and tags are broken up: they stay readable and do nothing
    - `https://` and `[text](...)` are broken up: nobody but a source gets a link
    """
    return shorten(_defuse(_one_line(text)).strip(), limit)


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` characters, cut between words where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    head, space, _ = kept.rpartition(" ")
    return (head if space and len(head) > limit // 2 else kept).rstrip(" \n,;:.-") + "…"


def escape_markdown(text: str) -> str:
    """`text`, one line of `plain`, so that CommonMark shows it as it is.

    No more than needed is escaped: Slack, for one, shows the backslashes.
    """
    return _LINE_START.sub(r"\1\\\2", _INLINE.sub(r"\\\g<0>", text))


_INLINE = re.compile(
    r"""[\\`*\[\]]
      | (?<!\w)_ | _(?!\w)     # within a word it is a letter
      | ~(?=~) | (?<=~)~       # struck through
      | \|(?=\|) | (?<=\|)\|   # Discord's spoiler
      | &(?=\#?\w+;)           # an entity""",
    re.VERBOSE,
)
_LINE_START = re.compile(r"^(\s*\d*)([#>]|[+.)](?=\s|$)|-(?=[\s-]|$))")  # headings, quotes, lists, rules


# --------------------------------------------------------------------------- what the templates show


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """One source."""

    outlet: str
    title: str
    url: str | None  # None: it has none that is safe to follow
    date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """A lead in cleaned words, not escaped yet."""

    title: str
    company: str
    label: str
    headline: str | None  # None: the quote says it already
    before: str  # of the quote, up to the trigger's words
    marked: str  # the trigger's words
    after: str
    hedged: str | None
    why: str
    score: int
    reasons: tuple[Reason, ...]
    ground: str | None  # what the reader has in common with the prospect; None: nothing that is known
    verdict_url: str | None
    links: tuple[_Link, ...]
    more: int  # sources that are not listed


def _card(lead: Lead, zone: tzinfo, personal: Personal = _NOTHING_PERSONAL) -> _Card:
    before, marked, after = _quote(lead)
    headline = plain(lead.title)
    return _Card(
        title=_title(lead),
        company=plain(lead.company),
        label=plain(lead.label),
        headline=None if headline.casefold() in f"{before}{marked}{after}".casefold() else headline,
        before=before,
        marked=marked,
        after=after,
        hedged=plain(lead.hedged) if lead.hedged else None,
        why=plain(lead.why),
        score=lead.score,
        reasons=tuple(Reason(points=reason.points, why=plain(reason.why)) for reason in lead.reasons[:_REASONS]),
        ground=plain(", ".join(personal.ground)) if personal.ground else None,
        verdict_url=personal.verdict_url,
        links=tuple(_link(source, zone) for source in lead.sources[:_SOURCES]),
        more=max(0, len(lead.sources) - _SOURCES),
    )


def _title(lead: Lead) -> str:
    """For example "Cobalt Freight: funding round ($12M, Series B)". Has no character that any markup needs."""
    details = ", ".join(_details(lead))
    label = lead.label if lead.label[1:2].isupper() else lead.label[:1].lower() + lead.label[1:]
    words = f"{lead.company}: {label}" + (f" ({details})" if details else "") + (", unconfirmed" if lead.hedged else "")
    return _title_line(words)


def _title_line(words: str) -> str:
    """One line without any character that markup needs: not all services escape titles."""
    return plain(words.translate(str.maketrans("[]{}<>", "()()‹›", "*`|\\")), _TITLE)


def _details(lead: Lead) -> Iterator[str]:
    """The two slots that tell most, shortened."""
    named = [str(lead.slots[name]) for name in _TITLE_SLOTS if lead.slots.get(name)]
    return (shorten(value, _TITLE // 4) for value in named[:2])


def _quote(lead: Lead) -> tuple[str, str, str]:
    """Before, the trigger's words, after: each cleaned and shortened on the side that is far from them."""
    start, end = sorted((max(0, lead.quote_start), max(0, lead.quote_end)))
    words = lead.quote[start:end]
    if not words.strip():
        start = end = len(lead.quote)
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    before, marked, after = (
        _defuse(_one_line(part)) for part in (lead.quote[:start], lead.quote[start:end], lead.quote[end:])
    )
    tail = shorten(before[::-1], _QUOTE_SIDE)[::-1]
    return tail.lstrip(), shorten(marked, _QUOTE_SIDE), shorten(after.rstrip(), _QUOTE_SIDE)


def _first_link(lead: Lead) -> str | None:
    """Where the lead can be read; None: no source has a link that is safe to follow."""
    return next((url for source in lead.sources if (url := _safe_url(source.url))), None)


def _links(leads: Sequence[Lead], verdict_urls: Mapping[int, str]) -> Iterator[tuple[str | None, str | None]]:
    """The links of a digest to the news and for a verdict, as far as there is room for them."""
    room = _DIGEST_LINKS
    for lead in leads:
        url, verdict_url = _first_link(lead), verdict_urls.get(lead.id)
        room -= len(url or "") + len(verdict_url or "")
        yield (url, verdict_url) if room >= 0 else (None, None)


def _html_link(title: str, url: str | None) -> str:
    return f'<a href="{escape(url)}">{escape(title)}</a>' if url else escape(title)


def _html_verdict(url: str | None) -> str:
    return f' (<a href="{escape(url)}">your verdict</a>)' if url else ""


def _link(source: Source, zone: tzinfo) -> _Link:
    url = _safe_url(source.url)
    return _Link(
        outlet=plain(source.outlet, 80),
        title=plain(source.title),
        url=url,
        date=_date(source.published_at, zone) if source.published_at else None,
    )


def _date(moment: datetime, zone: tzinfo) -> str | None:
    """The day, by the clock of `zone`; None: a feed's nonsense, at the edge of what a calendar can hold."""
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        return None
    return f"{local.day} {local:%b %Y}"


# --------------------------------------------------------------------------- cleaning

_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # letters of Persian and Hindi, families of emoji
_ACTIVE = re.compile(
    r"""(?<!\w)@(?!\s)           # a mention
      | (?P<tag><(?!\s))         # a tag, or a mention in Slack and Discord
      | :(?=//|/?$)             # a URL
      | \](?=\(|$)              # a masked link
      | (?<![\w.])www(?=\.|$)   # what most chats take for a URL""",
    re.VERBOSE | re.IGNORECASE,
)  # `$` because a quote is cleaned in three parts: what one begins, the next may end


def _one_line(text: str) -> str:
    """White space as single spaces (at the ends too), nothing invisible."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(char for char in spaced if char in _JOINERS or unicodedata.category(char) not in _INVISIBLE)


def _defuse(text: str) -> str:
    return _ACTIVE.sub(lambda found: "‹" if found["tag"] else found[0] + _BREAK, text)


def _safe_url(url: str | None) -> str | None:
    """The URL if it can be a link: http(s), no login in it, of sane length, with every odd character escaped."""
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.-]+", host) or "@" in parts.netloc:
        return None
    path, query, fragment = (quote(part, safe="/:@!$&+,;=?%~") for part in (parts.path, parts.query, parts.fragment))
    safe = urlunsplit((parts.scheme, host + port, path, query, fragment))
    return safe if len(safe) <= _URL else None


# --------------------------------------------------------------------------- templates


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("listener"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {"md": escape_markdown}
    environment.filters.update(filters)
    return environment
