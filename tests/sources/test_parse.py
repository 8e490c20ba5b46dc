from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.model import FailureKind, ParsedEntry
from listener.sources.parse import ParsedFeed, ParseProblem, parse

MEDIA = "http://search.yahoo.com/mrss/"
REAL_FEEDS = Path(__file__).parents[3] / "shared" / "feeds"


def rss(*items: str, channel: str = "", head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>News</title>{channel}{listed}</channel></rss>'


def atom(*entries: str, attributes: str = "") -> str:
    listed = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>News</title>{listed}</feed>'


def read(document: str | bytes, **fields: Any) -> ParsedFeed | ParseProblem:
    body = document.encode() if isinstance(document, str) else document
    return parse(body, **{"content_type": None, "url": "https://example.com/dir/feed", "feed_lang": None, **fields})


def feed(document: str | bytes, **fields: Any) -> ParsedFeed:
    found = read(document, **fields)
    assert isinstance(found, ParsedFeed), found
    return found


def entry(document: str | bytes, **fields: Any) -> ParsedEntry:
    (found,) = feed(document, **fields).entries
    return found


def problem(document: str | bytes, **fields: Any) -> ParseProblem:
    found = read(document, **fields)
    assert isinstance(found, ParseProblem), found
    return found


class TestFormats:
    @pytest.mark.parametrize(
        "document",
        [
            rss("<title>T</title><link>https://example.com/1</link><description>D</description>"),
            rss("<title>T</title><link>https://example.com/1</link><description>D</description>", head=""),
            '<rss version="0.91"><channel><title>News</title><item><title>T</title><link>https://example.com/1</link>'
            "<description>D</description></item></channel></rss>",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
            '<channel><title>News</title></channel><item rdf:about="https://example.com/1"><title>T</title>'
            "<link>https://example.com/1</link><description>D</description></item></rdf:RDF>",
            atom('<title>T</title><link href="https://example.com/1"/><summary>D</summary>'),
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>News</title><entry><title>T</title>'
            '<link rel="alternate" type="text/html" href="https://example.com/1"/><summary>D</summary></entry></feed>',
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1",
                    "title": "News",
                    "items": [{"title": "T", "url": "https://example.com/1", "content_text": "D"}],
                }
            ),
        ],
    )
    def test_all_are_read_alike(self, document):
        found = feed(document)
        assert (found.title, found.complete) == ("News", True)
        (only,) = found.entries
        assert only == ParsedEntry(
            uid="https://example.com/1",
            url="https://example.com/1",
            canonical_url="https://example.com/1",
            title="T",
            text="D",
            publisher=None,
            lang=None,
            published_at=None,
        )

    def test_json_feed_in_full(self):
        item = {
            "id": 7,
            "external_url": "/out",
            "content_html": "<p>one</p><p>two &amp; three</p>",
            "summary": "one",
            "date_published": "2030-05-06T09:00:00+02:00",
            "language": "de-CH",
        }
        document = {"version": "https://jsonfeed.org/version/1.1", "language": "en", "items": [item, "junk", None]}
        only = entry(json.dumps(document))
        assert (only.uid, only.url, only.text, only.lang) == ("7", "https://example.com/out", "one\ntwo & three", "de")
        assert only.published_at == datetime(2030, 5, 6, 7, tzinfo=UTC)

    @pytest.mark.parametrize("items", [5, {"a": 1}, "x", None, True])
    def test_json_without_a_list_of_items_has_none(self, items):
        assert feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items})).entries == ()

    @pytest.mark.parametrize(
        "item", [{"id": []}, {"title": 5}, {"url": {}}, {"date_published": 1}, {"content_html": None}]
    )
    def test_json_of_the_wrong_types_is_skipped(self, item):
        document = {"version": "https://jsonfeed.org/version/1.1", "items": [item | {"summary": "x \ud800"}]}
        assert entry(json.dumps(document)).text == "x"


class TestIdentity:
    def test_the_guid(self):
        assert entry(rss("<guid>abc</guid><link>https://x.test/1</link>")).uid == "abc"

    def test_a_guid_does_not_depend_on_where_the_feed_is(self):
        document = rss("<guid>1</guid><title>T</title>")
        assert entry(document, url="https://a.test/x").uid == entry(document, url="https://b.test/").uid == "1"

    def test_else_the_link(self):
        assert entry(rss("<link>https://x.test/1</link><title>T</title>")).uid == "https://x.test/1"

    def test_else_a_hash_of_what_it_says_whatever_its_date(self):
        first = entry(rss("<title>T</title><pubDate>Mon, 06 May 2030 07:00:00 GMT</pubDate>"))
        second = entry(rss("<title>T</title><pubDate>Tue, 07 May 2030 07:00:00 GMT</pubDate>"))
        assert first.uid == second.uid
        assert first.uid.startswith("sha256:")
        assert entry(rss("<title>U</title>")).uid != first.uid

    def test_a_guid_of_enormous_length_is_hashed(self):
        assert entry(rss(f"<guid>{'x' * 10_000}</guid>")).uid.startswith("sha256:")

    def test_the_same_item_twice_is_one_entry(self):
        item = "<guid>1</guid><link>https://x.test/1</link><title>T</title>"
        assert len(feed(rss(item, item)).entries) == 1

    def test_the_newer_of_two_versions_is_taken(self):
        versions = feed(rss("<guid>1</guid><title>edited</title>", "<guid>1</guid><title>first</title>"))
        assert [each.title for each in versions.entries] == ["edited"]

    def test_a_guid_for_several_pages_is_no_identity(self):
        items = [f"<guid>g</guid><link>https://x.test/{n}</link>" for n in range(3)]
        assert len({each.uid for each in feed(rss(*items)).entries}) == 3

    def test_a_link_for_several_items_is_no_identity(self):
        items = [f"<link>https://x.test/news</link><title>{n}</title>" for n in range(3)]
        assert len({each.uid for each in feed(rss(*items)).entries}) == 3

    def test_a_filing_is_an_entry_for_each_of_its_parties(self):
        item = (
            "<id>urn:tag:sec.gov,2008:accession-number=1-2-3</id><title>8-K</title><link href='https://sec.test/{}'/>"
        )
        one, both = entry(atom(item.format("a"))), feed(atom(item.format("a"), item.format("b")))
        assert [one.uid] == [each.uid for each in both.entries[:1]]
        assert len(both.entries) == 2

    def test_an_empty_item_is_none(self):
        assert feed(rss("", "<title> </title>", "<pubDate>Mon, 06 May 2030 07:00:00 GMT</pubDate>")).entries == ()


class TestLinks:
    @pytest.mark.parametrize(
        ("item", "url"),
        [
            ("<link>/a?b=1&amp;c=2</link>", "https://example.com/a?b=1&c=2"),
            ("<link>/a?b=1&copy=2</link>", "https://example.com/a?b=1&copy=2"),
            ("<link>  https://x.test/1\n </link>", "https://x.test/1"),
            ("<link>page</link>", "https://example.com/dir/page"),
            ("<guid>https://x.test/2</guid>", "https://x.test/2"),
            ("<guid>1</guid>", None),
            ('<guid isPermaLink="true">1</guid>', None),
            ("<link>javascript:alert(1)</link><title>T</title>", None),
            ("<link>mailto:a@b.c</link><title>T</title>", None),
            ("<link>http://[::1</link><title>T</title>", None),
            ("<link>https://www.google.com/url?sa=t&amp;url=https://x.test/3&amp;ct=ga</link>", "https://x.test/3"),
            (f"<link>https://x.test/{'y' * 5000}</link><title>T</title>", None),
        ],
    )
    def test_of_rss(self, item, url):
        assert entry(rss(item)).url == url

    @pytest.mark.parametrize(
        ("links", "url"),
        [
            ('<link rel="self" href="/self"/><link rel="edit" href="/e"/><link href="/page"/>', "https://example.com/page"),
            ('<link rel="alternate" type="application/json" href="/j"/><link type="text/html" href="/h"/>',
             "https://example.com/h"),
            ('<link rel="enclosure" href="/x.mp3"/>', None),
            ('<link rel="related" href="/r"/>', "https://example.com/r"),
            ('<link xml:base="https://b.test/sub/" href="page"/>', "https://b.test/sub/page"),
        ],
    )  # fmt: skip
    def test_of_atom(self, links, url):
        assert entry(atom(f"<title>T</title>{links}")).url == url

    def test_a_base_that_is_no_address_spoils_no_other(self):
        document = atom('<title>A & B</title><link href="https://a.test/page"/>', attributes='xml:base="http://[x/"')
        assert entry(document).url == "https://a.test/page"

    def test_a_relative_base_counts_from_the_feed(self):
        document = atom('<title>T</title><link href="page"/>', attributes='xml:base="/sub/"')
        assert entry(document).url == "https://example.com/sub/page"

    def test_the_canonical_one_is_for_comparison(self):
        only = entry(rss("<link>https://www.x.test/a/?utm_source=rss</link>"))
        assert (only.url, only.canonical_url) == ("https://www.x.test/a/?utm_source=rss", "https://x.test/a")


class TestTexts:
    @pytest.mark.parametrize(
        ("written", "title"),
        [
            ("AT&T buys R&D", "AT&T buys R&D"),
            ("AT&amp;T", "AT&T"),
            ("AT&amp;amp;T", "AT&T"),
            ("<![CDATA[AT&T & <b>Co</b>]]>", "AT&T & Co"),
            ("&lt;b&gt;Acme&lt;/b&gt; raises", "Acme raises"),
            ("Acme <b>raises</b> $5M", "Acme raises $5M"),
            ("caf&eacute; &mdash; &#8364;5", "café — €5"),
            ("profit &lt; 5%", "profit < 5%"),
            ("5 &amp;lt; 6", "5 < 6"),
            ("one\n  two", "one two"),
            ("Acme&nbsp;&unknown; x", "Acme &unknown; x"),
            ("a&#0;b&#x1F;c", "abc"),
        ],
    )
    def test_titles_are_plain_and_decoded_once(self, written, title):
        assert entry(rss(f"<guid>1</guid><title>{written}</title>")).title == title

    def test_an_alerts_title_loses_its_marks(self):
        document = atom('<id>1</id><title type="html">Acme opens &lt;b&gt;new office&lt;/b&gt; in Bern</title>')
        assert entry(document).title == "Acme opens new office in Bern"

    def test_content_wins_over_a_shorter_summary(self):
        content = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>%s</p>]]></content:encoded>'
        item = "<title>T</title><description>short</description>" + content % "long and useful text"
        assert entry(rss(item)).text == "long and useful text"
        item = "<title>T</title><description>a long and useful text</description>" + content % "x"
        assert entry(rss(item)).text == "a long and useful text"

    @pytest.mark.parametrize(
        "content",
        [
            '<content type="html">Says &lt;a href="https://www.cobalt.example/"&gt;Cobalt&lt;/a&gt;</content>',
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Says '
            '<a class="x" href="https://www.cobalt.example/">Cobalt</a></div></content>',
        ],
    )
    def test_the_hosts_that_a_text_links_to_are_kept(self, content):
        found = entry(atom(f"<id>1</id><title>T</title>{content}"))
        assert (found.text, found.hosts) == ("Says Cobalt", ("cobalt.example",))

    def test_xhtml(self):
        content = (
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p><p>b<br/>c</p></div></content>'
        )
        assert entry(atom(f"<id>1</id>{content}")).text == "a\nb\nc"

    def test_what_is_not_text_is_left_out(self):
        assert entry(atom('<id>1</id><content type="image/png">aGVsbG8=</content>')).text == ""

    def test_a_text_is_capped(self):
        assert len(entry(rss(f"<title>T</title><description>{'word ' * 50_000}</description>")).text) <= 20_000

    def test_the_publisher_of_an_article(self):
        assert entry(rss('<title>T</title><source url="https://d.test">The Daily</source>')).publisher == "The Daily"
        source = "<source><id>x</id><title>The &amp;amp; Daily</title><updated>2030-05-06</updated></source>"
        assert entry(atom(f"<id>1</id>{source}")).publisher == "The & Daily"

    def test_the_description_of_a_film(self):
        group = "<media:group><media:title>M</media:title><media:description>What is shown</media:description>"
        found = entry(atom(f"<id>1</id><title>T</title>{group}</media:group>", attributes=f'xmlns:media="{MEDIA}"'))
        assert (found.title, found.text) == ("T", "What is shown")


class TestDates:
    @pytest.mark.parametrize(
        ("written", "hour"),
        [
            ("Mon, 06 May 2030 09:00:00 GMT", 9),
            ("Mon, 06 May 2030 09:00:00 +0200", 7),
            ("06 May 2030 09:00:00 EST", 14),
            ("Mon, 06 May 2030 09:00:00 CEST", 7),
            ("Mon, 06 May 2030 09:00:00 MSK", 6),
            ("Mon, 06 May 2030 09:00:00", 9),
            ("2030-05-06T09:00:00Z", 9),
            ("2030-05-06T09:00:00.123456789+02:00", 7),
            ("2030-05-06 09:00:00", 9),
            ("2030-05-06 09:00:00 +0200", 7),
            ("2030-05-06", 0),
            ("20300506T090000Z", 9),
            ("2030/05/06 09:00", 9),
            ("2030-05-06T09:00Z", 9),
            ("2030-5-6T9:00:00+2:00", 7),
            ("2030-05-05T24:00:00Z", 0),
            ("Sun, 05 May 2030 24:00:00 GMT", 0),
            ("Mon, 06 May 30 09:00 PDT", 16),
            ("Mon, 06 May 2030 09:00:00 CET", 8),
            ("Mon, 06 May 2030 09:00:00 IST", 3.5),
            ("Mon, 06 May 2030 09:00:00 GMT+0200", 7),
            ("Mon, 06 May 2030 09:00:00 +0200 (CEST)", 7),
            ("Mon, 06 May 2030 09:00:00 XYZ", 9),
            ("Mon May  6 09:00:00 2030", 9),
            ("Mo, 06. Mai 2030 09:00:00 MESZ", 7),
            ("lun., 06 mai 2030 09:00:00 +0000", 9),
            ("Пн, 06 мая 2030 09:00:00 MSK", 6),
            ("May 6, 2030", 0),
            ("Monday, May 6th, 2030 at 9:00 am", 9),
            ("May 6, 2030 9:00 PM EST", 26),
            ("Mon, 06 May 2030 12:00 AM GMT", 0),
            ("Mon, 06 May 2030 12:30:00 p.m. +0200", 10.5),
            ("2030-05-06 15:00 PM", 15),
        ],
    )
    def test_in_the_wild(self, written, hour):
        published_at = entry(rss(f"<title>T</title><pubDate>{written}</pubDate>")).published_at
        assert published_at is not None
        assert published_at.replace(microsecond=0) == datetime(2030, 5, 6, tzinfo=UTC) + timedelta(hours=hour)

    def test_without_a_zone_it_is_in_that_of_the_feed(self):
        channel = "<lastBuildDate>Mon, 06 May 2030 12:00:00 +0200</lastBuildDate>"
        only = entry(rss("<title>T</title><pubDate>06 May 2030 09:00:00</pubDate>", channel=channel))
        assert only.published_at == datetime(2030, 5, 6, 7, tzinfo=UTC)

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "soon",
            "0001-01-01T00:00:00Z",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "9999-12-31T23:59:59-23:59",
        ],
    )
    def test_an_unusable_one_is_none(self, written):
        assert entry(rss(f"<title>T</title><pubDate>{written}</pubDate>")).published_at is None

    def test_published_before_updated(self):
        dates = "<updated>2030-05-07T00:00:00Z</updated><published>2030-05-06T00:00:00Z</published>"
        assert entry(atom(f"<id>1</id>{dates}")).published_at == datetime(2030, 5, 6, tzinfo=UTC)

    def test_updated_where_it_is_all_there_is(self):
        updated = "<updated>2030-05-07T00:00:00Z</updated>"
        assert entry(atom(f"<id>1</id>{updated}")).published_at == datetime(2030, 5, 7, tzinfo=UTC)
        date = '<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2030-05-07T00:00:00Z</dc:date>'
        assert entry(rss(f"<title>T</title>{date}")).published_at == datetime(2030, 5, 7, tzinfo=UTC)


class TestLanguage:
    def test_of_the_channel(self):
        assert entry(rss("<title>T</title>", channel="<language>de-CH</language>")).lang == "de"

    def test_of_the_entry(self):
        document = atom('<id>1</id><title xml:lang="ru">T</title>', attributes='xml:lang="en"')
        assert entry(document).lang == "ru"

    def test_the_configuration_wins(self):
        assert entry(rss("<title>T</title>", channel="<language>de</language>"), feed_lang="en").lang == "en"


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "windows-1251", "koi8-r", "iso-8859-5"]
    )
    def test_as_declared(self, encoding):
        head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
        assert entry(rss("<title>Яндекс</title>", head=head).encode(encoding)).title == "Яндекс"

    def test_as_the_server_says(self):
        body = rss("<title>Яндекс</title>", head="").encode("windows-1251")
        assert entry(body, content_type="text/xml; charset=windows-1251").title == "Яндекс"

    @pytest.mark.parametrize("declared", ["iso-8859-1", "us-ascii", "nonsense", "punycode", "zlib"])
    def test_utf_8_under_a_wrong_name(self, declared):
        head = f'<?xml version="1.0" encoding="{declared}"?>'
        assert entry(rss("<title>Zürich</title>", head=head)).title == "Zürich"

    def test_windows_1252_under_no_name(self):
        assert entry(rss("<title>Zürich “x”</title>", head="").encode("cp1252")).title == 'Zürich "x"'

    def test_a_broken_byte_spoils_only_itself(self):
        body = rss("<title>Zürich Genève</title><description>\x00BAD</description>").encode().replace(b"\x00", b"\xff")
        assert entry(body).title == "Zürich Genève"

    def test_control_characters_are_no_obstacle(self):
        assert entry(rss("<title>a\x08b\x0cc</title>")).title == "abc"


class TestDamage:
    @pytest.mark.parametrize("kept", range(0, 60, 7))
    def test_a_truncated_document_gives_its_complete_items(self, kept):
        whole = rss("<guid>1</guid><title>ünö</title>", "<guid>2</guid><title>two</title>")
        body = whole.encode()[: whole.encode().index(b"<guid>2") + kept]
        found = feed(body[: body.rfind(b"</item>") + 7] if body.count(b"</item>") > 1 else body)
        assert not found.complete
        assert found.entries[0].title == "ünö"
        assert len(found.entries) == body.count(b"</item>")

    def test_one_without_a_complete_item_is_a_problem(self):
        assert "breaks off" in problem(rss("<title>one</title>")[:-40]).message

    def test_a_truncated_atom_feed(self):
        found = feed(atom("<id>1</id><title>one</title>", "<id>2</id><title>two</title>")[:-30])
        assert ([each.uid for each in found.entries], found.complete) == (["1"], False)

    @pytest.mark.parametrize("cut", [r', "title": "tw', r'{"id": "2"', r'"id": "2"', ', {"id', "]}", "}"])
    def test_a_truncated_json_feed(self, cut):
        items = '[{"id": "1", "title": "one"}, {"id": "2", "title": "two"}]'
        whole = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": {items}}}'
        found = feed(whole[: whole.rindex(cut)])
        assert not found.complete
        assert found.title == "News"
        assert [each.title for each in found.entries] == ["one", "two"][: 1 + (cut in "]}")]

    @pytest.mark.parametrize("rest", ["", "[", '[{"id": "1"'])
    def test_a_json_feed_without_a_complete_item_is_a_problem(self, rest):
        start = '{"version": "https://jsonfeed.org/version/1.1", "items": '
        assert problem(start + rest).kind is FailureKind.NOT_A_FEED
        assert rest == "" or "breaks off" in problem(start + rest).message

    @pytest.mark.parametrize(
        "document",
        [
            "<br />\n<b>Warning</b>: mysql\n" + rss("<title>T</title>"),
            "\n\n  " + rss("<title>T</title>"),
            rss("<title>T</title>") + "<script>track()</script><!-- cached -->",
            "<!-- <rss> --><?xml-stylesheet href='x'?>" + rss("<title>T</title>", head=""),
            rss("<title>T</title><media:title>M</media:title>"),
            rss("<title>T</title><description>a <br> b <p>c</description>"),
        ],
    )
    def test_junk_around_and_within_is_passed_over(self, document):
        assert entry(document).title == "T"

    @pytest.mark.parametrize(
        "document",
        [
            "<!DOCTYPE html><html><head><title>Log in &amp; go</title></head></html>",
            "<HTML><title>Log in &amp; go</title>",
        ],
    )
    def test_a_web_page(self, document):
        found = problem(document)
        assert found.kind is FailureKind.NOT_A_FEED
        assert found.message == 'the server answered with a web page ("Log in & go"): check the URL or the log-in'

    @pytest.mark.parametrize("document", ["", " \n", b"\xef\xbb\xbf", '<?xml version="1.0"?><!-- nothing -->'])
    def test_nothing(self, document):
        assert problem(document).kind is FailureKind.EMPTY

    @pytest.mark.parametrize(
        ("document", "named"),
        [
            ("<opml><body/></opml>", "<opml>"),
            ("hello <there>", '"hello <there>"'),
            ('{"items": []}', "JSON"),
            ('{"version": "https://jsonfeed.org/version/1", "ite', "JSON"),
            ("{" * 10_000, "JSON"),
            ("%PDF-1.7", "%PDF"),
            (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        ],
    )
    def test_anything_else_is_named(self, document, named):
        found = problem(document)
        assert found.kind is FailureKind.NOT_A_FEED
        assert named in found.message

    def test_a_feed_without_items_is_a_feed(self):
        assert feed(rss()).entries == ()
        assert feed('<feed xmlns="http://www.w3.org/2005/Atom"/>').entries == ()


PIECES = [
    *("<rss>", "</rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<guid>"),
    *("<feed>", "<entry>", "</entry>", "<link href='", "'>", "<![CDATA[", "]]>", "<!DOCTYPE x [", "]>", "<html>"),
    *("&amp;", "&#x", ";", "&", "http://[", "<pubDate>", "9999-99-99", "\ud800", "\0", "é", " ", "=", '"'),
    *("xml:base='", "<?xml encoding='utf-16'?>", "<content type='base64'>"),
    '{"version":"jsonfeed.org/version/1","items":[{"id":',
]


class TestHostility:
    @pytest.mark.parametrize(
        ("declared", "what"),
        [
            ('<!ENTITY a "lol"><!ENTITY b "&a;&a;">', "explodes"),
            ("<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>", "explodes"),
            ('<!ENTITY % a "lol"><!ENTITY % b "%a;%a;">', "explodes"),
            ('<!ENTITY x SYSTEM "file:///etc/passwd">', "a file or another server"),
            ('<!entity x system "file:///etc/passwd">', "a file or another server"),
            ('<!ENTITY x PUBLIC "x" "https://example.com/x">', "a file or another server"),
            ('<!ENTITY % x SYSTEM "https://example.com/x"> %x;', "a file or another server"),
        ],
    )
    def test_a_document_with_hostile_entities_is_refused_by_name(self, declared, what):
        found = problem(f"<!DOCTYPE rss [{declared}]>" + rss("<title>T</title>", head=""))
        assert found.kind is FailureKind.HOSTILE
        assert what in found.message

    @pytest.mark.parametrize(
        "declared",
        [
            '<!ENTITY nbsp "&#160;">',
            '<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "xhtml-lat1.ent"> %HTMLlat1;',
        ],
    )
    def test_a_feed_may_declare_characters(self, declared):
        assert entry(f"<!DOCTYPE rss [{declared}]>" + rss("<title>T</title>", head="")).title == "T"

    @pytest.mark.parametrize(
        "piece",
        ["<", "&", "<!", "<!--", "<![CDATA[", "<item>", "<i>", "<a x='", '<a b="1" ', "</", "<title>", "&a;", "]]>"],
    )
    def test_repeated_pieces_end(self, piece):
        assert read(rss("<title>T</title>" + piece * 5_000)) == read(rss("<title>T</title>" + piece * 5_000))

    def test_a_tag_with_thousands_of_attributes_is_passed_over_or_refused(self):
        attributes = " ".join(f'a{n}="1"' for n in range(50_000))
        assert entry(rss(f"<title>T</title><x {attributes}/>")).title == "T"
        assert problem(rss(f"<x {attributes}/><br>")).kind is FailureKind.NOT_A_FEED

    @settings(deadline=None, max_examples=300)
    @given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
    def test_it_never_raises_and_what_it_finds_can_be_stored(self, document):
        found = read(document.encode("utf-8", "surrogatepass"))
        repr(found).encode()
        assert not (isinstance(found, ParseProblem) and found.kind is FailureKind.CRASHED), found

    @settings(deadline=None, max_examples=300)
    @given(
        st.binary(max_size=300), st.sampled_from([b"", b"<rss><item><title>", b"<feed>", b"{", b"\xff\xfe", b"<?xml"])
    )
    def test_nor_on_any_bytes(self, body, start):
        found = read(start + body)
        assert found == read(start + body)
        assert not (isinstance(found, ParseProblem) and found.kind is FailureKind.CRASHED), found


@pytest.mark.skipif(not REAL_FEEDS.is_dir(), reason="no collection of real feeds here")
class TestRealFeeds:
    def test_their_entries_are_found(self):
        with (REAL_FEEDS / "MANIFEST.tsv").open(newline="") as manifest:
            rows = [row for row in csv.DictReader(manifest, delimiter="\t") if row["kind"] in ("rss", "atom", "rdf")]
        real = {row["file"]: int(row["entries_feedparser"]) for row in rows if row["class"] == "real"}
        found = {file: len(feed((REAL_FEEDS / file).read_bytes()).entries) for file in real}
        assert not [file for file in real if real[file] and not found[file]]
        assert sum(found.values()) >= 0.99 * sum(real.values())  # some list an entry twice

    def test_no_document_breaks_the_reader(self):
        for file in REAL_FEEDS.rglob("*.*"):
            answer = read(file.read_bytes())
            assert not (isinstance(answer, ParseProblem) and answer.kind is FailureKind.CRASHED), file


class TestAuthors:
    @pytest.mark.parametrize(
        ("written", "author"),
        [
            ("<author>jane@x.test (Jane Doe)</author>", "Jane Doe"),
            ("<author>jane@x.test</author>", "jane@x.test"),
            ("<author><name>/u/jane</name><uri>https://x.test</uri></author>", "jane"),
            ("<dc:creator><![CDATA[Jane &amp; Joe]]></dc:creator>", "Jane & Joe"),
            ("<author>Jane</author><dc:creator>Joe</dc:creator>", "Jane"),
        ],
    )
    def test_who_wrote_an_item_is_a_fact(self, written, author):
        item = f"<guid>1</guid><title>T</title>{written.replace('dc:creator>', 'c:creator>')}"
        document = rss(item).replace("<rss ", '<rss xmlns:c="http://purl.org/dc/elements/1.1/" ')
        assert entry(document).facts == {"author": author}

    @pytest.mark.parametrize("written", ["", "<author/>", "<author> </author>"])
    def test_nobody_is_no_fact(self, written):
        assert entry(rss(f"<guid>1</guid><title>T</title>{written}")).facts == {}

    @staticmethod
    def json_entry(**authors):
        item = {"id": "1", "title": "T", **authors}
        return entry(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}))

    @pytest.mark.parametrize("authors", [{"authors": [{"name": "Jane"}]}, {"author": {"name": "Jane"}}])
    def test_json_feeds_name_them_in_two_ways(self, authors):
        assert self.json_entry(**authors).facts == {"author": "Jane"}

    @pytest.mark.parametrize("authors", ["Jane", [1, {}], ["Jane"], None])
    def test_authors_of_the_wrong_type_are_passed_over(self, authors):
        assert self.json_entry(authors=authors).facts == {}


class TestTooManyItems:
    def test_the_newest_are_taken_in_their_order(self):
        dates = [datetime(2030, 1, 1, tzinfo=UTC) + timedelta(minutes=n) for n in range(5_002)]
        found = feed(
            rss(*(f"<guid>{n}</guid><pubDate>{format_datetime(date)}</pubDate>" for n, date in enumerate(dates)))
        )
        assert [entry.uid for entry in found.entries] == [str(n) for n in range(2, 5_002)]
        assert found.left_out == 2

    def test_without_dates_the_first_are_taken(self):
        found = feed(rss(*(f"<guid>{n}</guid>" for n in range(5_001))))
        assert [entry.uid for entry in found.entries] == [str(n) for n in range(5_000)]

    def test_as_many_as_that_are_not_too_many(self):
        found = feed(rss(*(f"<guid>{n}</guid>" for n in range(5_000))))
        assert (len(found.entries), found.left_out) == (5_000, 0)
