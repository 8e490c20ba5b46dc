"""A lead as a person reads it, and what hostile feed text cannot do to it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from listener.message import (
    MOST_IN_DIGEST,
    Personal,
    plain,
    render,
    render_digest,
    render_list,
    shorten,
)
from listener.model import Lead, LeadStatus, Reason, Source

NOW = datetime(2030, 5, 6, 22, 30, tzinfo=UTC)
QUOTE = "Cobalt Freight raises $12M Series B led by Northwind to open depots in Lyon."


def source(**fields: Any) -> Source:
    defaults = {
        "entry_id": 1,
        "url": "https://logistics.example/cobalt?id=7&p=1",
        "canonical_url": None,
        "title": "Cobalt Freight raises $12M",
        "feed": "funding news",
        "publisher": "Logistics Daily",
        "published_at": NOW,
        "quote": QUOTE,
    }
    return Source(**{**defaults, **fields})


def lead(**fields: Any) -> Lead:
    defaults = {
        "id": 1,
        "story_id": 1,
        "trigger": "funding",
        "label": "Funding round",
        "rule": "funding/raises-money",
        "company": "Cobalt Freight",
        "company_key": "cobalt freight",
        "title": "Rail upstart lands fresh money",
        "where": "title",
        "quote": QUOTE,
        "quote_start": 15,
        "quote_end": 35,
        "why": "New money is spent within two quarters.",
        "url": "https://logistics.example/cobalt",
        "slots": {"company": "Cobalt Freight", "money": "$12M", "round": "Series B"},
        "hedged": None,
        "lang": "en",
        "score": 82,
        "reasons": (Reason(points=70, why="funding round"), Reason(points=-5, why="small sum")),
        "suppressed": None,
        "status": LeadStatus.NEW,
        "created_at": NOW,
        "updated_at": NOW,
        "sources": (source(),),
    }
    return Lead(**{**defaults, **fields})


# --------------------------------------------------------------------------- what is said


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "Cobalt Freight: funding round ($12M, Series B)"),
        ({"slots": {}}, "Cobalt Freight: funding round"),
        ({"hedged": "in talks"}, "Cobalt Freight: funding round ($12M, Series B), unconfirmed"),
        ({"label": "IPO", "slots": {"company": "Cobalt Freight"}}, "Cobalt Freight: IPO"),
        (
            {"label": "Executive hire", "slots": {"role": "CFO", "person": "Ada Lund", "place": "Lyon"}},
            "Cobalt Freight: executive hire (Ada Lund, CFO)",
        ),
    ],
)
def test_the_title_says_who_and_what(fields: dict[str, Any], title: str) -> None:
    assert render(lead(**fields)).title == title


def test_the_text() -> None:
    assert render(lead()).text == (
        "Rail upstart lands fresh money\n"
        "\n"
        "“Cobalt Freight *raises $12M Series B* led by Northwind to open depots in Lyon.”\n"
        "\n"
        "Why now: New money is spent within two quarters.\n"
        "\n"
        "Sources\n"
        "- Logistics Daily, 6 May 2030: Cobalt Freight raises $12M\n"
        "  https://logistics.example/cobalt?id=7&p=1\n"
        "\n"
        "Score 82 of 100\n"
        "+70 funding round\n"
        "-5 small sum"
    )


def test_the_markdown() -> None:
    assert render(lead(hedged="in talks")).markdown == (
        "**Rail upstart lands fresh money**\n"
        "\n"
        "> Cobalt Freight **raises $12M Series B** led by Northwind to open depots in Lyon.\n"
        "\n"
        "Not confirmed: the text says “in talks”.\n"
        "\n"
        "**Why now:** New money is spent within two quarters.\n"
        "\n"
        "- [Logistics Daily](https://logistics.example/cobalt?id=7&p=1), 6 May 2030: Cobalt Freight raises $12M\n"
        "\n"
        "**Score 82** of 100: +70 funding round, -5 small sum"
    )


def test_the_html_marks_the_words_of_the_trigger_and_links_the_source() -> None:
    page = lxml_html.fromstring(render(lead()).html)
    assert page.xpath("//h1")[0].text_content() == "Cobalt Freight"
    assert "raises $12M Series B" in [strong.text_content() for strong in page.xpath("//strong")]
    assert page.xpath("//a/@href") == ["https://logistics.example/cobalt?id=7&p=1"]


def test_what_a_mail_program_shows_under_the_subject_is_the_quote() -> None:
    page = lxml_html.fromstring(render(lead()).html)
    assert page.xpath("//body/div[1]")[0].text_content() == QUOTE


def test_a_headline_that_the_quote_repeats_is_left_out() -> None:
    message = render(lead(title="cobalt freight raises $12M Series B"))
    assert message.text.startswith("“Cobalt Freight")


def test_dates_are_those_of_the_readers_zone() -> None:
    assert "7 May 2030" in render(lead(), zone=ZoneInfo("Europe/Berlin")).text


@pytest.mark.parametrize(
    ("fields", "outlet"),
    [
        ({}, "Logistics Daily"),
        ({"publisher": None}, "logistics.example"),
        ({"publisher": None, "url": "https://www.rail.example/x"}, "rail.example"),
        ({"publisher": None, "url": None}, "funding news"),
    ],
)
def test_a_source_is_named_by_outlet_host_or_feed(fields: dict[str, Any], outlet: str) -> None:
    assert f"- {outlet}" in render(lead(sources=(source(published_at=None, **fields),))).text


def test_many_sources_are_counted() -> None:
    message = render(lead(sources=tuple(source(entry_id=i) for i in range(8))))
    assert message.text.count("Logistics Daily") == 5
    assert "and 3 more" in message.text
    assert "and 3 more" in message.html


def test_a_long_quote_is_cut_around_the_words_of_the_trigger() -> None:
    quote = "before " * 100 + "raises $12M" + " after" * 100
    text = render(lead(quote=quote, quote_start=700, quote_end=711)).text
    assert "…before" in text.replace(" ", "")
    assert " before *raises $12M* after " in text
    assert "after…”" in text


@pytest.mark.parametrize(("start", "end"), [(0, 0), (14, 36), (-5, 9999), (35, 15), (9999, 99999)])
def test_a_span_at_odd_places_loses_no_word_of_the_quote(start: int, end: int) -> None:
    text = render(lead(quote_start=start, quote_end=end)).text
    assert "".join(QUOTE.split()) in "".join(text.replace("*", "").split())


# --------------------------------------------------------------------------- helpers


def test_shorten_cuts_between_words() -> None:
    assert shorten("one two three", 10) == "one two…"
    assert shorten("one two", 7) == "one two"
    assert shorten("abcdefghij", 5) == "abcd…"


@given(st.text(), st.integers(1, 50))
def test_shorten_keeps_the_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


# --------------------------------------------------------------------------- what hostile text cannot do


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("@channel buy", "@\u200bchannel buy"),
        ("(@everyone)", "(@\u200beveryone)"),
        ("sales@acme.example", "sales@acme.\u200bexample"),
        ("go to evil.example/x, or raise $1.5M in the U.S.", "go to evil.\u200bexample/x, or raise $1.5M in the U.S."),
        ("look@everyone", "look@\u200beveryone"),
        ("<!here> <@U1> <b>", "‹!here> ‹@\u200bU1> ‹b>"),
        ("margin < 5 %", "margin < 5 %"),
        ("[win](http://evil.example)", "[win]\u200b(http:\u200b//evil.\u200bexample)"),
        ("www.evil.example", "www\u200b.\u200bevil.\u200bexample"),
        ("a\r\nBcc: x\x00y", "a Bcc: xy"),
        ("\u202eright\u200f to left\u00ad", "right to left"),
    ],
)
def test_plain_text_is_readable_and_does_nothing(text: str, harmless: str) -> None:
    assert plain(text) == harmless


def test_the_name_of_a_company_can_be_copied() -> None:
    message = render(lead(company="Booking.com"))
    assert message.title.startswith("Booking.com: ")
    assert "Booking.com</h1>" in message.html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user:secret@evil.example/",
        "https://google.example@evil.example/",
        "//evil.example/",
        "https://",
        "https://evil.example:99999/",
        "https://" + "a" * 2000 + ".example/",
        "https://evil.example/" + "a" * 2000,
    ],
)
def test_a_url_that_is_no_plain_web_address_is_no_link(url: str) -> None:
    message = render(lead(url=url, sources=(source(url=url),)))
    assert url not in message.text
    assert "](" not in message.markdown
    assert "<a " not in message.html


def test_a_url_cannot_end_its_link() -> None:
    message = render(lead(sources=(source(url='https://x.example/a)[b](https://evil.example/"><script>'),)))
    assert "(https://x.example/a%29%5Bb%5D%28https://evil.example/%22%3E%3Cscript%3E)" in message.markdown
    assert "<script" not in message.html


MENTIONS = ["@channel", "<!here>", "<@U123>"]
LINKS = ["www.x.y", "https://evil.example/", "[x](http://evil.example)", "![i](http://evil.example/i.png)", "]("]
TAGS = ["<script>alert(1)</script>", '" onload="x', "<", ">", "&lt;", "{{7*7}}", "{%"]
MARKS = ["`", "**", "__", "~~", "|", "\\", "\n# ", "\n\n- ", "\r\nBcc: a@b.example", "\u202e", " ", "Acme", "a" * 300]
HOSTILE_PARTS = [*MENTIONS, *LINKS, *TAGS, *MARKS]
HOSTILE = st.lists(st.sampled_from(HOSTILE_PARTS) | st.text(max_size=20), max_size=8).map("".join)


@given(company=HOSTILE, title=HOSTILE, quote=HOSTILE, slot=HOSTILE, start=st.integers(0, 50), end=st.integers(0, 50))
def test_no_text_of_a_feed_becomes_more_than_text(
    company: str, title: str, quote: str, slot: str, start: int, end: int
) -> None:
    hostile = source(title=title, publisher=company or None, feed=slot, quote=quote)
    message = render(
        lead(
            company=company,
            title=title,
            quote=quote,
            quote_start=start,
            quote_end=end,
            slots={"money": slot},
            hedged=title or None,
            reasons=(Reason(points=1, why=slot),),
            sources=(hostile,),
        )
    )
    assert_one_harmless_line(message.title)
    for text in (message.text, message.markdown):
        assert not re.search(r"(?<!\w)@\w|<[!@a-z/]", text, re.IGNORECASE)
        assert set(re.findall(r"https?://[^/)\s]+", text)) <= {"https://logistics.example"}
    assert_links_and_tags(message.html, page=True)
    assert_links_and_tags(markdown.markdown(message.markdown), page=False)


@given(title=HOSTILE, quote=HOSTILE, start=st.integers(0, 50), end=st.integers(0, 50))
def test_no_domain_in_the_words_of_a_feed_is_one_that_chats_make_a_link_of(
    title: str, quote: str, start: int, end: int
) -> None:
    named = {"title": title, "quote": quote, "quote_start": start, "quote_end": end, "slots": {"money": title}}
    message = render(lead(**named, hedged=title or None, sources=(source(title=title),)))
    for text in (message.title, message.text, message.markdown):
        assert not re.search(r"evil\.(?=\w)", text)


def assert_one_harmless_line(title: str) -> None:
    assert all(unicodedata.category(char) not in ("Cc", "Zl", "Zp") for char in title)
    assert not re.search(r"[\[\]`*|<>]|://", title)
    assert len(title) <= 120


def assert_links_and_tags(markup: str, *, page: bool) -> None:
    tree = lxml_html.fromstring(markup)
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    both = {"p", "a", "strong", "div"}
    assert tags <= both | (
        {"html", "head", "meta", "title", "body", "table", "tr", "td", "h1", "span", "br"}
        if page
        else {"blockquote", "ul", "li", "em"}
    )
    assert {urlsplit(url).hostname for url in tree.xpath("//@href | //@src")} <= {"logistics.example"}
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]


def test_the_longest_lead_fits_a_mail() -> None:
    long = "<&\"'" * 10_000
    sources = tuple(
        source(entry_id=i, title=long, publisher=long, url="https://x.example/" + "a&" * 480) for i in range(99)
    )
    reasons = tuple(Reason(points=1, why=long) for _ in range(99))
    message = render(
        lead(company=long, title=long, quote=long, why=long, hedged=long, label=long, reasons=reasons, sources=sources)
    )
    assert len(message.html) < 32768


# --------------------------------------------------------------------------- digests and lists


def test_a_digest_has_each_lead_with_its_link_best_first() -> None:
    message = render_digest([lead(score=60), lead(company="Acme", score=90)])
    assert message.title == "2 leads: Acme, Cobalt Freight"
    assert message.text == (
        "- Acme: funding round ($12M, Series B), score 90\n"
        "  “Cobalt Freight *raises $12M Series B* led by Northwind to open depots in Lyon.”\n"
        "  New money is spent within two quarters.\n"
        "  https://logistics.example/cobalt?id=7&p=1\n"
        "\n"
        "- Cobalt Freight: funding round ($12M, Series B), score 60\n"
        "  “Cobalt Freight *raises $12M Series B* led by Northwind to open depots in Lyon.”\n"
        "  New money is spent within two quarters.\n"
        "  https://logistics.example/cobalt?id=7&p=1"
    )
    assert message.markdown == (
        "- [Acme: funding round ($12M, Series B)](https://logistics.example/cobalt?id=7&p=1), **90**\n"
        "  “Cobalt Freight **raises $12M Series B** led by Northwind to open depots in Lyon.”\n"
        "- [Cobalt Freight: funding round ($12M, Series B)](https://logistics.example/cobalt?id=7&p=1), **60**\n"
        "  “Cobalt Freight **raises $12M Series B** led by Northwind to open depots in Lyon.”"
    )
    page = lxml_html.fromstring(message.html)
    assert [link.text for link in page.xpath("//a")] == ["Logistics Daily"] * 2
    assert page.xpath("//h1")[0].text == "2 leads"


def test_a_digest_says_in_every_form_what_its_reader_has_in_common() -> None:
    message = render_digest([lead(id=7), lead()], personal={7: PERSONAL})
    for form in (message.text, message.markdown, message.html):
        assert "In common with you:" in form


def test_a_digest_that_nobody_asked_for_is_a_line_for_each_lead_in_a_chat() -> None:
    assert "“" not in render_digest([lead(), lead()], reason="there were many").markdown


def test_a_digest_in_brief_has_a_line_for_each_lead() -> None:
    far = source(url="https://logistics.example/" + "x" * 300)
    brief = render_digest([lead(score=90), lead(company="Acme", sources=(far,))]).brief
    assert brief is not None
    assert brief.markdown == (
        "- [Cobalt Freight: funding round ($12M, Series B)](https://logistics.example/cobalt?id=7&p=1)\n"
        "- Acme: funding round ($12M, Series B)"
    )


def test_a_digest_in_brief_leads_to_the_page_of_the_lead_where_the_news_is_far() -> None:
    far = lead(id=7, sources=(source(url="https://logistics.example/" + "x" * 300),))
    brief = render_digest([far, lead()], personal={7: PERSONAL}).brief
    assert brief is not None
    assert f"]({PERSONAL.verdict_url})" in brief.markdown


def test_a_lead_that_cannot_be_shown_is_told_plainly_in_its_digest() -> None:
    broken = lead(id=7, company="Acme", slots=[1])
    message = render_digest([broken, lead()])
    assert message.title == "2 leads: Acme, Cobalt Freight"
    assert "listener leads show 7" in message.text
    assert "listener leads show 7" in message.html
    assert "- [Cobalt Freight" in message.markdown


def test_a_lead_in_brief_has_no_more_than_what_matters_most() -> None:
    brief = render(lead(sources=tuple(source(entry_id=i) for i in range(8))), personal=PERSONAL).brief
    assert brief is not None
    assert brief.markdown == (
        "> Cobalt Freight **raises $12M Series B** led by Northwind to open depots in Lyon.\n"
        "\n"
        "**Why now:** New money is spent within two quarters.\n"
        "\n"
        "**In common with you:** ETH Zürich, ‹b>rowing‹/b>\n"
        "\n"
        "- [Logistics Daily](https://logistics.example/cobalt?id=7&p=1), 6 May 2030: Cobalt Freight raises $12M\n"
        "- and 7 more\n"
        "\n"
        "**Score 82** of 100\n"
        "\n"
        "[Say what became of it](https://leads.example/l/1.2.3.4)"
    )


def test_a_lead_of_a_digest_may_have_no_link() -> None:
    message = render_digest([lead(sources=(source(url="javascript:alert(1)"),))])
    assert "(javascript" not in message.markdown
    assert "<a" not in message.html


def test_the_link_of_a_digest_is_named_after_the_source_that_it_leads_to() -> None:
    sources = (source(url=None, publisher="Wire"), source(publisher="Rail Wire", url="https://rail.example/x"))
    (link,) = lxml_html.fromstring(render_digest([lead(sources=sources)]).html).xpath("//a")
    assert (link.text, link.get("href")) == ("Rail Wire", "https://rail.example/x")


def test_a_digest_that_nobody_asked_for_says_why() -> None:
    message = render_digest([lead(), lead(company="Acme")], reason="there were <many>")
    assert message.title.startswith("2 leads at once: ")
    assert message.text.startswith("One message, because there were <many>.\n\n- ")
    assert "One message, because there were &lt;many&gt;." in message.html


def test_the_largest_digest_in_brief_fits_into_a_mail() -> None:
    long = lead(company="C" * 500, sources=(source(url="https://logistics.example/" + "x" * 300),))
    brief = render_digest([long] * MOST_IN_DIGEST).brief
    assert brief is not None
    assert len(brief.html) < 95_000


IMAGE = "<img src=x onerror=alert(1)> @everyone [click](https://evil.test) \u202e&amp; `x`"


def test_nothing_in_a_digest_or_a_list_is_more_than_text() -> None:
    digest = render_digest([lead(company=IMAGE)])
    notice = render_list(IMAGE, [IMAGE])
    for message in (digest, notice):
        assert_one_harmless_line(message.title)
        assert "<img" not in message.html
        assert "@everyone" not in message.text
    assert not lxml_html.fromstring(notice.html).xpath("//a")
    assert "](https://evil" not in notice.markdown


def test_a_list_says_how_many_it_leaves_out() -> None:
    assert render_list("Title", ["one", "two"], more=3).text == "- one\n- two\n- and 3 more"


PERSONAL = Personal(ground=("ETH Zürich", "<b>rowing</b>"), verdict_url="https://leads.example/l/1.2.3.4")


def test_the_reader_is_told_of_common_ground_and_where_to_say_what_became_of_it() -> None:
    message = render(lead(), personal=PERSONAL)
    assert "In common with you: ETH Zürich" in message.text
    assert "https://leads.example/l/1.2.3.4" in message.text
    assert "[Say what became of it](https://leads.example/l/1.2.3.4)" in message.markdown
    assert 'href="https://leads.example/l/1.2.3.4"' in message.html
    assert "<b>rowing" not in message.html + message.markdown


def test_without_anything_personal_nothing_is_said_of_it() -> None:
    message = render(lead())
    for form in (message.text, message.markdown, message.html):
        assert "In common" not in form
        assert "what became of it" not in form


def test_each_lead_of_a_digest_has_its_own_link() -> None:
    told = {number: Personal(verdict_url=f"https://leads.example/l/{number}") for number in (1, 2)}
    message = render_digest([lead(id=1), lead(id=2)], personal=told)
    for number in told:
        for form in (message.text, message.markdown, message.html):
            assert f"https://leads.example/l/{number}" in form
