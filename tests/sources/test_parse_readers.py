"""The fast reader and the tolerant one give the same entries, wherever the fast one does not pass."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from dataclasses import fields
from io import BytesIO
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.core.text import html_to_text, normalise, web_url
from listener.sources import fast_reader
from listener.sources.encoding import decode
from listener.sources.parse import ParsedFeed, ParseProblem, entries_of, parse, without_prolog
from listener.sources.tolerant_reader import read_tolerantly

REAL_FEEDS = Path(__file__).parents[3] / "shared" / "feeds"
URL = "https://example.com/dir/feed"

# Where the two may differ in an entry: file -> reason. There is no such place.
ALLOWED: dict[str, str] = {}

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "media": "http://search.yahoo.com/mrss/",
        "atom": "http://www.w3.org/2005/Atom",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "x": "urn:something:else",
        "News": "https://www.bing.com/news/search?q=x",
    }.items()
)

# Each says something that the readers have to agree on; all are well-formed.
PIECES = [
    "<title>Acme &amp;amp; Co raises $5M</title>",
    "<title><![CDATA[<b>Acme</b> & Co]]></title>",
    "<title/>",
    '<title type="html">Acme &lt;i&gt;x&lt;/i&gt;</title>',
    '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Acme <b>&amp; Co</b> x</div></title>',
    "<title>Ã¼ber \u0093x\u0094</title>",
    '<title xml:lang="de-CH">Zürich</title>',
    "<dc:title>DC</dc:title>",
    "<media:title>M</media:title>",
    "<media:group><media:title>G</media:title><media:description>shown</media:description></media:group>",
    "<media:content url='x'><media:title>C</media:title><media:description>more</media:description></media:content>",
    "<link>https://x.test/1?a=1&amp;b=2</link>",
    "<link> /relative </link>",
    "<link/>",
    '<link href="https://x.test/2"/>',
    '<link rel="alternate" type="application/json" href="/json"/>',
    '<link rel="Related" href="/related"/>',
    '<link rel="self" href="/self"/>',
    '<atom:link href="https://x.test/3" rel="alternate" type="text/html"/>',
    '<link xml:base="https://b.test/sub/" href="page"/>',
    '<link xml:base="http://[b/" href="https://b.test/page"/>',
    "<guid>https://x.test/4</guid>",
    '<guid isPermaLink="false"> g </guid>',
    "<id>tag:x.test,2030:1</id>",
    "<description>plain</description>",
    "<description>&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two &amp;amp; three</description>",
    "<description>inline <b>markup</b></description>",
    "<summary>sum</summary>",
    "<itunes:summary>pod</itunes:summary>",
    "<dc:description>dcd</dc:description>",
    "<content:encoded><![CDATA[<p>the whole story</p>]]></content:encoded>",
    '<content type="html">&lt;p&gt;the story&lt;/p&gt;</content>',
    '<content type="xhtml" xml:lang="ru"><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p><p>b<br/>c</p></div></content>',
    '<content type="image/png">aGVsbG8=</content>',
    '<content type="text" xml:base="https://c.test/">c</content>',
    "<author>jane@x.test (Jane Doe)</author>",
    "<author>Jane &lt;jane@x.test&gt;</author>",
    "<author><name>/u/jane</name><uri>https://x.test/user/jane</uri></author>",
    "<author><name>Jane</name><name>Joe</name></author>",
    "<author/>",
    "<dc:creator><![CDATA[Jane Doe]]></dc:creator>",
    "<itunes:author>Pod</itunes:author>",
    "<pubDate>Mon, 06 May 2030 09:00:00 +0200</pubDate>",
    "<pubDate>soon</pubDate>",
    "<pubDate/>",
    "<published>2030-05-06T09:00:00Z</published>",
    "<updated>2030-05-07T09:00:00</updated>",
    "<dc:date>2030-05-08</dc:date>",
    "<dcterms:created>2030-05-09T09:00:00Z</dcterms:created>",
    "<author><name>A</name><uri>https://a.test</uri></author>",
    "<dc:creator>A</dc:creator>",
    "<dc:publisher>P</dc:publisher>",
    "<News:Source>N</News:Source>",
    '<source url="https://d.test">The Daily</source>',
    "<source><title>Planet</title><id>p</id></source>",
    "<source><title>A</title><title>B</title></source>",
    "<image>https://x.test/i.png</image>",
    "<image><title>I</title><url>u</url></image>",
    "<x:box><title>inner</title><link>https://x.test/inner</link></x:box>",
    "<x:note>n</x:note>",
    '<post-id xmlns="com-wordpress:feed-additions:1">7</post-id>',
    '<title xmlns="urn:other">other</title>',
    "<language>fr</language>",
    "<comments>https://x.test/c</comments>",
    '<enclosure url="https://x.test/e.mp3" type="audio/mpeg"/>',
    "<category>c</category>",
    "<publisher>odd</publisher>",
    "<!-- a comment --><?pi?>",
    " text between ",
]
AROUND = [
    "<title>Feed</title>",
    "<language>de</language>",
    "<dc:language>ru</dc:language>",
    "<lastBuildDate>Mon, 06 May 2030 12:00:00 EST</lastBuildDate>",
    "<description>about</description>",
    "<itunes:summary>about</itunes:summary>",
    "<content:encoded>about</content:encoded>",
    "<image><title>I</title><url>u</url><link>l</link></image>",
    "<itunes:owner><itunes:name>n</itunes:name></itunes:owner>",
    "<x:box><title>inner</title></x:box>",
    '<atom:link rel="self" href="/f"/>',
]
ITEMS = st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=3)
ROOTS = {
    "rss": (
        f'<rss version="2.0" {NAMESPACES}><channel>{{}}<item>{{}}</item>{{}}</channel></rss>',
        "</item><item>",
    ),
    "rss with a language": (
        f'<rss version="0.92" xml:lang="it" {NAMESPACES}><channel>{{}}<item>{{}}</item>{{}}</channel></rss>',
        "</item><item>",
    ),
    "atom": (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>{{}}<entry>{{}}</entry>{{}}</feed>',
        "</entry><entry>",
    ),
    "atom with a base": (
        f'<feed xmlns="http://purl.org/atom/ns#" version="0.3" xml:base="/b/" xml:lang="en" {NAMESPACES}>'
        "{}<entry>{}</entry>{}</feed>",
        "</entry><entry>",
    ),
    "rdf": (
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" {NAMESPACES}><channel rdf:about="/">{{}}</channel>'
        '<item rdf:about="https://x.test/about">{}</item>{}</rdf:RDF>',
        "</item><item>",
    ),
}


def both(document: str) -> tuple[ParsedFeed, ParsedFeed] | None:
    """A document by the fast reader and by the tolerant one; None: the fast one leaves it to the other."""
    fast = fast_reader.read_fast(document)
    if fast is None:
        return None
    tolerant = read_tolerantly(document)
    assert not isinstance(tolerant, ParseProblem), tolerant
    return entries_of(fast, url=URL, feed_lang=None), entries_of(tolerant, url=URL, feed_lang=None)


def differences(fast: ParsedFeed, tolerant: ParsedFeed) -> Iterator[str]:
    if fast.title != tolerant.title:
        yield f"title of the feed: {fast.title!r}, {tolerant.title!r}"
    if len(fast.entries) != len(tolerant.entries):
        yield f"{len(fast.entries)} and {len(tolerant.entries)} entries"
    for one, other in zip(fast.entries, tolerant.entries, strict=False):
        for field in fields(one):
            values = getattr(one, field.name), getattr(other, field.name)
            if values[0] != values[1]:
                yield f"{one.uid}: {field.name} {values[0]!r}, {values[1]!r}"


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("root", ROOTS)
def test_the_readers_agree_on_every_construct(root: str, piece: str) -> None:
    document, between = ROOTS[root]
    item = f"<guid>1</guid><title>T</title>{piece}"
    found = both(document.format("<title>Feed</title>", f"{item}{between}{piece}<title>T</title>", ""))
    assert found is None or not list(differences(*found))


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(list(ROOTS)), ITEMS, st.lists(st.sampled_from(AROUND), max_size=3).map("".join), st.booleans())
def test_the_readers_agree_on_any_mixture(root: str, items: list[str], around: str, behind: bool) -> None:
    document, between = ROOTS[root]
    found = both(document.format("" if behind else around, between.join(items), around if behind else ""))
    assert found is None or not list(differences(*found))


@pytest.mark.parametrize("root", ["rss", "atom", "rdf"])
def test_the_fast_reader_takes_what_most_feeds_are_made_of(root: str) -> None:
    document, between = ROOTS[root]
    item = (
        "<title>Acme &amp;amp; Co</title><link>https://x.test/1</link><guid>g</guid><author><name>A</name></author>"
        "<pubDate>Mon, 06 May 2030 09:00:00 +0200</pubDate><category>c</category><dc:creator>A</dc:creator>"
        '<description>&lt;p&gt;one</description><content:encoded>x</content:encoded><media:content url="u"/>'
        '<source url="https://d.test">The Daily</source><post-id xmlns="com-wordpress:feed-additions:1">7</post-id>'
    )
    assert fast_reader.read_fast(document.format("".join(AROUND[:5]), item + between + item, "")) is not None


@pytest.mark.parametrize(
    "document",
    [
        "<rss><channel><item><title>AT&T</title></item></channel></rss>",
        "<rss><channel><item><title>a&nbsp;b</title></item></channel></rss>",
        "<rss><channel><item><title>a</title></item></channel></rss><script>",
        "<rss><channel><item><media:title>a</media:title></item></channel></rss>",
        "<rss><channel><item><title>a\x08</title></item></channel></rss>",
        f"<rss><channel><item>{'<x>' * 300}{'</x>' * 300}</item></channel></rss>",
        "<opml><body/></opml>",
    ],
)
def test_the_fast_reader_leaves_the_rest_alone(document: str) -> None:
    assert fast_reader.read_fast(document) is None


# --------------------------------------------------------------------------- real feeds


def real_rows() -> list[dict[str, str]]:
    if not REAL_FEEDS.is_dir():
        return []
    with (REAL_FEEDS / "MANIFEST.tsv").open(newline="") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    return [row for row in rows if Path(row["file"]).suffix not in (".eml", ".txt", ".json")]


@pytest.mark.skipif(not REAL_FEEDS.is_dir(), reason="no collection of real feeds here")
class TestRealFeeds:
    def test_the_readers_agree(self) -> None:
        taken, unlike = 0, {}
        for row in real_rows():
            found = both(without_prolog(decode((REAL_FEEDS / row["file"]).read_bytes(), None)))
            if found is not None:
                taken += row["class"] == "real"
                if row["file"] not in ALLOWED and (differing := list(differences(*found))):
                    unlike[row["file"]] = differing
        assert not unlike
        assert taken >= 0.85 * sum(row["class"] == "real" for row in real_rows())

    def test_what_feedparser_finds_is_found(self) -> None:
        """With the same link and title, but for what is meant to differ: the article instead of Reddit's comments,
        a web address from the guid of a torrent, and items that hold nothing at all."""
        wanted = found = 0
        for row in real_rows():
            if row["class"] == "real":
                body = (REAL_FEEDS / row["file"]).read_bytes()
                theirs, ours = feedparser_entries(body), our_entries(body)
                wanted += len(theirs)
                found += sum(entry in ours for entry in theirs)
        assert found >= 0.995 * wanted


def feedparser_entries(body: bytes) -> list[tuple[str | None, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        entries = feedparser.parse(BytesIO(body), sanitize_html=False)["entries"]
    return [(web_url(entry.get("link") or ""), one_line(entry.get("title", ""))) for entry in entries]


def our_entries(body: bytes) -> set[tuple[str | None, str]]:
    found = parse(body, content_type=None, url="", feed_lang=None)
    return {(entry.url, entry.title) for entry in found.entries} if isinstance(found, ParsedFeed) else set()


def one_line(html: str) -> str:
    return normalise(html_to_text(html)).replace("\n", " ")[:1000].rstrip()
