"""A lead -> a Message: plain text, Markdown and HTML from templates.

Whatever comes from a feed is hostile. Every such text is cleaned once (`plain`), so that no form of the
message, and no chat that takes plain text for markup, finds a mention, a masked link or an invisible character
in it; after that the template of each form makes it harmless in its own way (`templating`). Only http and https links
of the sources are links.

A message has a brief form besides, for services that take little: what is cut there is chosen, not what stands last.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from listener.core.money import in_words
from listener.logs import Event
from listener.model import Lead, LeadEvent, LeadStatus, Message, Reason, Source
from listener.templating import FORMS, SHIPPED, Raw, Templates, in_markdown

log = logging.getLogger("listener.message")

MOST_IN_DIGEST = 100

# Limits in characters.
_TITLE = 120
_LINE = 160
_LIST_LINE = 400
_URL = 1000
_SHORT_URL = 100

_TITLE_SLOTS = ("money", "round", "person", "role", "product", "place", "number")
_RIGHT = (("useful", "Useful"), ("not_relevant", "Not relevant"), ("wrong_company", "Wrong company"))
_OUTCOME = (("contacted", "Contacted"), ("meeting", "Meeting"), ("lost", "Lost"))
_LIST_STYLE = "font:16px/24px -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What one reader is told besides the lead."""

    ground: tuple[str, ...] = ()  # the reader's interests that the news names
    verdict_url: str | None = None  # where the reader says what became of it; None: nowhere


_NOTHING_PERSONAL = Personal()
_NOBODYS: Mapping[int, Personal] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much of a lead is shown."""

    quote_side: int  # characters before, within and after the words of the trigger
    sources: int
    reasons: int
    headline: bool = True


# Ample: the HTML of the longest lead stays under 32768 characters, a third of what mail programs show.
# Brief: fits into the 1000 characters of the most frugal chats, unless the link is long. In digests, too.
_AMPLE = _Room(quote_side=200, sources=5, reasons=6)
_BRIEF = _Room(quote_side=80, sources=1, reasons=0, headline=False)


def render(
    lead: Lead, *, zone: tzinfo = UTC, personal: Personal = _NOTHING_PERSONAL, templates: Templates = SHIPPED
) -> Message:
    """The alert for a lead; dates are shown in `zone`. The title is one line that reads on its own."""
    whole, brief = (_card(lead, zone, personal, room) for room in (_AMPLE, _BRIEF))
    message = _made("alert", whole.title, (lead,), templates, card=whole)
    return replace(message, brief=_made("alert", whole.title, (lead,), templates, card=brief))


def render_plainly(lead: Lead) -> Message:
    """The alert for a lead that `render` fails on, of what cannot be wrong with it."""
    title = _title_line(f"{lead.company}: {lead.trigger}")
    return replace(
        render_list(title, [f"The lead cannot be shown in full: listener leads show {lead.id}"]), leads=(lead,)
    )


def render_digest(
    leads: Sequence[Lead],
    *,
    reason: str | None = None,
    personal: Mapping[int, Personal] = _NOBODYS,
    zone: tzinfo = UTC,
    templates: Templates = SHIPPED,
) -> Message:
    """One message for many leads, best first, `MOST_IN_DIGEST` at most.

    `reason` says why they come together ("there were more than ..."); None: because that is what the rep wants.
    `personal` by the id of the lead. A lead that cannot be rendered is told as `render_plainly` does. In the brief form
    a lead is a line, with a link where a short one leads to it.
    """
    best = sorted(leads, key=lambda lead: -lead.score)[:MOST_IN_DIGEST]
    cards = tuple(_card_in_digest(lead, zone, personal.get(lead.id, _NOTHING_PERSONAL)) for lead in best)
    names = ", ".join(shorten(card.company, 40) for card in cards[:3])
    more = f" and {len(leads) - 3} more" if len(leads) > 3 else ""
    title = _title_line(f"{len(leads)} leads{' at once' if reason else ''}: {names}{more}")
    digest = _Digest(title=title, reason=reason, brief=False, cards=cards, more=len(leads) - len(cards))
    brief = replace(digest, brief=True, cards=tuple(map(_line, cards)))
    message = _made("digest", title, best, templates, digest=digest)
    return replace(message, brief=_made("digest", title, best, templates, digest=brief))


def template_problems(templates: Templates) -> list[str]:
    """Every mistake in the operator's templates, with file and line, a line each; tried on leads of all kinds."""
    return list(templates.problems(_samples))


def _made(name: str, title: str, leads: Sequence[Lead], templates: Templates, **shown: Any) -> Message:
    text, markdown, html = (templates.render(f"{name}.{form}", **shown) for form in FORMS)
    return Message(title=title, text=text, markdown=markdown, html=html, leads=tuple(leads))


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
        card=_card(lead, zone, Personal(ground=tuple(ground)), _AMPLE),
        account=_account_line(lead),
        ground=[plain(word, is_name=True) for word in ground],
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
    return SHIPPED.render("lead.css")


def _page(**shown: Any) -> str:
    from markupsafe import Markup

    defaults = {"card": None, "note": None, "right": _RIGHT, "outcome": _OUTCOME, "styles": Markup(page_styles())}
    return SHIPPED.render("lead.html", **{**defaults, **shown})


def _account_line(lead: Lead) -> str | None:
    if lead.account is None:
        return None
    account = lead.account.account
    size = f"{account.size} people" if account.size is not None else None
    known = (account.name, account.segment, account.territory, account.industry, size)
    return plain(", ".join(filter(None, known)), is_name=True)


def _said(event: LeadEvent, zone: tzinfo, currency: str | None) -> dict[str, str | None]:
    value = f" {in_words(event.value, currency)}" if event.value is not None else ""
    until = f" until {_date(event.until, zone)}" if event.until else ""
    words = f"Saved: {_words(event.what)}{value}{until}"
    return {"words": words, "who": plain(event.who, is_name=True), "date": _date(event.at, zone)}


def _words(status: str) -> str:
    return status.replace("_", " ")


def render_list(title: str, lines: Sequence[str], *, more: int = 0) -> Message:
    """A message of a few lines, such as to the operator; `more`: how many are left out."""
    items = [plain(line, _LIST_LINE, is_name=True) for line in lines] + ([f"and {more} more"] if more else [])
    return Message(
        title=_title_line(title),
        text="\n".join(f"- {item}" for item in items),
        markdown="\n".join(f"- {in_markdown(item)}" for item in items),
        html=f'<ul style="{_LIST_STYLE}">' + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>",
    )


def plain(text: str, limit: int = _LINE, *, is_name: bool = False) -> str:
    """Feed text as one harmless line, cut at a word.

    - control, bidirectional and other invisible characters go, white space becomes one space
    - `@name` at the start of a word, `<!here>`, `<@id>` and tags are broken up: they stay readable and do nothing
    - `https://`, `[text](...)` and `name.com` are broken up: nobody but a source gets a link. A name (of a company, an
      outlet) keeps its dot, because it is copied into a CRM, where "Booking.com" with a break would not be found
    """
    line = _one_line(text)
    return shorten(_defuse(line if is_name else _DOMAIN.sub(f".{_BREAK}", line)).strip(), limit)


def shorten(text: str, limit: int) -> str:
    """`text` within `limit` characters, cut between words where there is one, with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    head, space, _ = kept.rpartition(" ")
    return (head if space and len(head) > limit // 2 else kept).rstrip(" \n,;:.-") + "…"


# --------------------------------------------------------------------------- what the templates show


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """One source."""

    outlet: str
    title: str
    url: Raw | None  # None: it has none that is safe to follow
    date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """A lead in cleaned words, not escaped yet."""

    id: int
    title: str  # who and what in one line
    company: str
    account: str | None  # what is known of it; None: the company is none
    label: str  # of the trigger
    headline: str | None  # None: the quote says it already, or there is no room
    before: str  # of the quote, up to the trigger's words
    marked: str  # the trigger's words
    after: str
    hedged: str | None  # the words that make it uncertain; None: stated as a fact
    why: str  # now
    score: int  # 0 to 100
    reasons: tuple[Reason, ...]  # points and why; none where there is no room
    ground: str | None  # what the reader has in common with the prospect; None: nothing that is known
    url: Raw | None  # where it can be read; None: no source has a link that is safe to follow
    verdict_url: Raw | None  # where the reader says what became of it; None: nowhere
    links: tuple[_Link, ...]  # to the sources, in the order of time
    more: int  # sources that are not listed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digest:
    """Many leads."""

    title: str
    reason: str | None  # why they come together; None: that is what the reader wants
    brief: bool  # whether a lead is to be one line
    cards: tuple[_Card, ...]  # best first
    more: int  # leads that are not shown


def _card(lead: Lead, zone: tzinfo, personal: Personal, room: _Room) -> _Card:
    before, marked, after = _quote(lead, room.quote_side)
    links = [_link(source, zone) for source in lead.sources]
    headline = plain(lead.title)
    said = headline.casefold() in f"{before}{marked}{after}".casefold()
    return _Card(
        id=lead.id,
        title=_title(lead),
        company=plain(lead.company, is_name=True),
        account=_account_line(lead),
        label=plain(lead.label),
        headline=headline if room.headline and not said else None,
        before=before,
        marked=marked,
        after=after,
        hedged=plain(lead.hedged) if lead.hedged else None,
        why=plain(lead.why),
        score=lead.score,
        reasons=tuple(Reason(points=reason.points, why=plain(reason.why)) for reason in lead.reasons[: room.reasons]),
        ground=plain(", ".join(personal.ground), is_name=True) if personal.ground else None,
        url=next((link.url for link in links if link.url), None),
        verdict_url=Raw(personal.verdict_url) if personal.verdict_url else None,
        links=_shown_links(links, room.sources),
        more=max(0, len(lead.sources) - room.sources),
    )


def _card_in_digest(lead: Lead, zone: tzinfo, personal: Personal) -> _Card:
    """Its card; one that cannot be made must not hold back the others."""
    try:
        return _card(lead, zone, personal, _BRIEF)
    except Exception as error:
        log.error(Event("messages.lead_not_shown", lead=lead.id, error=f"{type(error).__name__}: {error}"))
        return _plain_card(lead)


def _plain_card(lead: Lead) -> _Card:
    """Of what cannot be wrong with a lead."""
    return _Card(
        id=lead.id,
        title=_title_line(f"{lead.company}: {lead.trigger}"),
        company=plain(lead.company, is_name=True),
        account=None,
        label=plain(lead.trigger),
        headline=None,
        before="",
        marked="",
        after="",
        hedged=None,
        why=f"It cannot be shown in full. See: listener leads show {lead.id}",
        score=lead.score,
        reasons=(),
        ground=None,
        url=None,
        verdict_url=None,
        links=(),
        more=0,
    )


def _line(card: _Card) -> _Card:
    """The card as one line of a digest, with a link where there is a short one."""
    url = next((url for url in (card.url, card.verdict_url) if url and len(url) <= _SHORT_URL), None)
    return replace(card, url=url, verdict_url=None)


def _title(lead: Lead) -> str:
    """For example "Cobalt Freight: funding round ($12M, Series B)". Has no character that any markup needs."""
    details = ", ".join(_details(lead))
    label = lead.label if lead.label[1:2].isupper() else lead.label[:1].lower() + lead.label[1:]
    what = f": {label}" + (f" ({details})" if details else "") + (", unconfirmed" if lead.hedged else "")
    return shorten(_title_line(lead.company) + _title_line(what, is_name=False), _TITLE)


def _title_line(words: str, *, is_name: bool = True) -> str:
    """One line without any character that markup needs: not all services escape titles."""
    return in_markdown(plain(words.translate(str.maketrans("[]{}<>", "()()‹›", "*`|\\")), _TITLE, is_name=is_name))


def _details(lead: Lead) -> Iterator[str]:
    """The two slots that tell most, shortened."""
    named = [str(lead.slots[name]) for name in _TITLE_SLOTS if lead.slots.get(name)]
    return (shorten(value, _TITLE // 4) for value in named[:2])


def _quote(lead: Lead, side: int) -> tuple[str, str, str]:
    """Before, the trigger's words, after: each cleaned and shortened to `side` where it is far from them."""
    start, end = sorted((max(0, lead.quote_start), max(0, lead.quote_end)))
    words = lead.quote[start:end]
    if not words.strip():
        start = end = len(lead.quote)
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    before, marked, after = (
        _defuse(_DOMAIN.sub(f".{_BREAK}", _one_line(part)))
        for part in (lead.quote[:start], lead.quote[start:end], lead.quote[end:])
    )
    tail = shorten(before[::-1], side)[::-1]
    return tail.lstrip(), shorten(marked, side), shorten(after.rstrip(), side)


def _shown_links(links: Sequence[_Link], most: int) -> tuple[_Link, ...]:
    """The first ones; where there is room for one only, the first that can be followed."""
    return tuple(links[:most]) if most > 1 else tuple([link for link in links if link.url] or links)[:1]


def _link(source: Source, zone: tzinfo) -> _Link:
    url = _safe_url(source.url)
    return _Link(
        outlet=plain(source.outlet, 80, is_name=True),
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
    r"""(?<![^\W_])@(?!\s)       # a mention
      | @(?=(?:everyone|here|channel|all|room)\b)  # which Discord sees within a word, too
      | (?P<tag><(?!\s))         # a tag, or a mention in Slack and Discord
      | :(?=//|/?$)             # a URL
      | \](?=\(|$)              # a masked link
      | (?<![\w.])www(?=\.|$)   # what most chats take for a URL""",
    re.VERBOSE | re.IGNORECASE,
)  # `$` because a quote is cleaned in three parts: what one begins, the next may end


_DOMAIN = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")


def _one_line(text: str) -> str:
    """White space as single spaces (at the ends too), nothing invisible."""
    spaced = re.sub(r"\s+", " ", text)
    return "".join(char for char in spaced if char in _JOINERS or unicodedata.category(char) not in _INVISIBLE)


def _defuse(text: str) -> str:
    return _ACTIVE.sub(lambda found: "‹" if found["tag"] else found[0] + _BREAK, text)


def _safe_url(url: str | None) -> Raw | None:
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
    return Raw(safe) if len(safe) <= _URL else None


# --------------------------------------------------------------------------- what templates are tried on


def _samples(name: str) -> Iterator[dict[str, Any]]:
    """What a template may have to show: all that there can be, and as little as there can be."""
    cards = (_SAMPLE, _BARE_SAMPLE)
    if name.startswith("alert"):
        yield from ({"card": card} for card in cards)
    else:
        whole = _Digest(title="2 leads", reason="there were many", brief=False, cards=cards, more=1)
        yield {"digest": whole}
        yield {"digest": replace(whole, reason=None, brief=True, more=0)}


_SAMPLE = _Card(
    id=1,
    title="Cobalt Freight: funding round ($12M, Series B)",
    company="Cobalt Freight",
    account="Cobalt Freight, target, DACH, Logistics, 120 people",
    label="Funding round",
    headline="Rail upstart lands fresh money",
    before="Cobalt Freight ",
    marked="raises $12M Series B",
    after=" led by Northwind to open depots in Lyon.",
    hedged="in talks",
    why="New money is spent within two quarters.",
    score=82,
    reasons=(Reason(points=70, why="Funding round"), Reason(points=-5, why="30 days old")),
    ground="rowing",
    url=Raw("https://logistics.example/cobalt"),
    verdict_url=Raw("https://leads.example/l/1.2.3.4"),
    links=(
        _Link(outlet="Logistics Daily", title="Fresh money", url=Raw("https://logistics.example/x"), date="6 May 2030"),
        _Link(outlet="Rail Wire", title="", url=None, date=None),
    ),
    more=3,
)
_BARE_SAMPLE = replace(
    _SAMPLE,
    account=None,
    headline=None,
    before="",
    marked="",
    hedged=None,
    reasons=(),
    ground=None,
    url=None,
    verdict_url=None,
    links=(),
    more=0,
)
