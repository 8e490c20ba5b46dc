"""Broken documents for a minute: `make fuzz`. Elsewhere each property gets a second or two."""

from __future__ import annotations

import os
import random
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.model import FailureKind, ParsedEntry
from listener.sources.fast_reader import read_fast
from listener.sources.items import Channel
from listener.sources.parse import ParsedFeed, entries_of, parse
from listener.sources.tolerant_reader import read_tolerantly

EXAMPLES = int(os.environ.get("LISTENER_FUZZ_EXAMPLES", "150"))
URL = "https://example.com/feed"

SAMPLES = [
    """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE rss [<!ENTITY a "b">]>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>News &amp; more</title><link>https://news.test/</link><language>de-CH</language>
<item><title><![CDATA[Acme <b>raises</b> $5M]]></title><link>https://news.test/1?utm_source=x&amp;y=%20</link>
<guid isPermaLink="false">1</guid><pubDate>Mon, 06 May 2030 09:00:00 +0200</pubDate>
<description>&lt;p&gt;Zürich &#8364;5&lt;br/&gt;&amp;nbsp;x&lt;/p&gt;</description>
<content:encoded><![CDATA[<div>The <a href="/x">whole</a> story</div>]]></content:encoded></item>
<item><title>Beta hires</title><guid>https://news.test/2</guid><dc:date>2030-05-06T24:00:00Z</dc:date>
<source url="https://d.test">The Daily</source></item></channel></rss>""",
    """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://a.test/"><title>Alerts</title>
<entry><id>tag:google.com,2013:googlealerts/feed:1</id><title type="html">Acme &lt;b&gt;opens&lt;/b&gt; - Daily</title>
<link href="https://www.google.com/url?rct=j&amp;url=https://daily.test/a&amp;ct=ga"/><published>2030-05-06T09:00:00Z</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>one</p><p>two</p></div></content></entry>
<entry><id>urn:tag:sec.gov,2008:accession-number=1</id><title>8-K - ACME CORP (0001234567) (Filer)</title>
<link href="https://www.sec.gov/a"/>
<summary type="html">&lt;br&gt;Item 5.02: Departure of Directors</summary></entry>
</feed>""",
    """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://r.test/"><title>RDF</title></channel>
<item rdf:about="https://r.test/1"><title>Один</title><link>https://r.test/1</link></item></rdf:RDF>""",
    """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1", "url": "https://j.test/1",
"title": "T", "content_html": "<p>x</p>", "date_published": "2030-05-06T09:00:00+02:00"},
{"id": 2, "summary": "s"}]}""",
]
JUNK = [
    *("<", ">", "&", "]]>", "<![CDATA[", "<!--", "-->", "<item>", "</item>", "<entry>", "</entry>", "<title>", "<b>"),
    *("</channel>", "&#x0;", "&#xD800;", "&#8206;", "&a;", "&lt;", "\0", "\x1b", "\u202e", "\ud800", "\ufffe", "\x85"),
    *(
        '"',
        "'",
        "=",
        "xml:base='//'",
        " xml:base='http://[x'",
        "xml:lang='x'",
        " type='xhtml'",
        "<?x",
        "<!DOCTYPE x [",
        "99999999999",
        "é" * 300,
    ),
    *("https://", "http://[", "<link/>", "<guid>1</guid>", "<content type='base64'>", "<source>", "<image>", "</rss>"),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real-looking document with pieces doubled, moved, taken out, and junk put in."""
    text = draw(st.sampled_from(SAMPLES))
    chance = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(0, 12))):
        start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        end = min(end, start + chance.choice((1, 10, 100, 1_000)))
        into = chance.randrange(len(text) + 1)
        text = chance.choice(
            (
                text[:start] + text[end:],
                text[:into] + text[start:end] + text[into:],
                text[:into] + chance.choice(JUNK) + text[into:],
                text[:into] + chance.choice(JUNK) * chance.choice((2, 50)) + text[into:],
            )
        )
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16", "latin-1", "koi8-r"]))
    return text.encode(encoding, "surrogatepass" if encoding == "utf-8" else "ignore")


fuzzed = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))


def check(feed: ParsedFeed) -> None:
    uids = [entry.uid for entry in feed.entries]
    assert len(set(uids)) == len(uids)
    assert len(feed.title or "") <= 1_000
    for entry in feed.entries:
        check_entry(entry)


def check_entry(entry: ParsedEntry) -> None:
    assert 0 < len(entry.uid) <= 500
    assert len(entry.title) <= 1_000
    assert len(entry.text) <= 20_000
    assert len(entry.url or "") <= 4_000
    for text in (entry.title, entry.text, entry.publisher or "", entry.url or "", *entry.facts.values()):
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"], text
        text.encode()
    if entry.published_at is not None:
        assert entry.published_at.utcoffset() is not None


@pytest.mark.fuzz
@fuzzed
@given(damaged())
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    found = parse(body, content_type=None, url=URL, feed_lang=None)
    if isinstance(found, ParsedFeed):
        check(found)
    else:
        assert found.kind is not FailureKind.CRASHED, found


@pytest.mark.fuzz
@fuzzed
@given(damaged())
def test_each_reader_alone_keeps_the_rules(body: bytes) -> None:
    document = body.decode("utf-8", "ignore")
    document = document[max(0, document.find("<", document.find("]>") + 1)) :]
    readings = [read_tolerantly(document), read_fast(document)]
    feeds = [entries_of(found, url=URL, feed_lang=None) for found in readings if isinstance(found, Channel)]
    for feed in feeds:
        check(feed)
    if len(feeds) == 2:
        assert feeds[0] == feeds[1]
