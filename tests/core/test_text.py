from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.core.text import (
    canonical_url,
    display_url,
    html_to_text,
    language_code,
    linked_hosts,
    normalise,
    sentences,
    web_url,
)

# Any string, lone surrogates included: JSON can hold them.
anything = st.text(st.characters(), max_size=200)
markup = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b", "<", ">", "&", "&amp;", "&#0;", "<!--", "-->", "<script>", "x ", '"', "\n", "ü"]
    )
).map("".join)


class TestHtmlToText:
    @pytest.mark.parametrize(
        "text",
        ["profit < 5% at AT&T", "x<y", "R&D", "1 < 2 > 0", "q&a&copy", "<3", "if <you> say so", ""],
    )
    def test_plain_text_survives(self, text):
        assert html_to_text(text) == text

    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ("<b>Acme</b> raises <i>$5M</i>", "Acme raises $5M"),
            ("AT&T buys <b>x</b> &amp; R&D", "AT&T buys x & R&D"),
            ("AT&amp;T", "AT&T"),
            ("&lt;b&gt; is a tag", "<b> is a tag"),
            ("caf&eacute; &#8364;5 &#x20AC;6", "café €5 €6"),
            ("<b>x<y</b>", "x<y"),
            ("a<!-- hidden -->b", "ab"),
            ("<p>a<script>var b='<p>';</script><style>c{}</style></p>", "a"),
            ("<noscript>on</noscript><iframe>x</iframe>text<br>", "text"),
            ("<head><title>x</title></head><body><p>text</p></body>", "text"),
            ("<?xml version='1.0' encoding='utf-8'?><b>x</b>", "x"),
            ("<o:p>office</o:p> <my-tag>x</my-tag>", "office x"),
            ("<a title='a > b' href=\"x\">link</a>", "link"),
            ("<b>unclosed", "unclosed"),
            ("\ud800<b>x</b>", "x"),
        ],
    )
    def test_markup_is_read_as_a_browser_does(self, html, text):
        assert html_to_text(html) == text

    def test_entities_are_decoded_once(self):
        assert html_to_text("&amp;lt;b&amp;gt;") == "&lt;b&gt;"
        assert html_to_text("<i>&amp;amp;</i>") == "&amp;"

    @pytest.mark.parametrize(
        "html", ["<p>one</p><p>two</p>", "one<br>two", "<ul><li>one<li>two</ul>", "<div>one</div>two"]
    )
    def test_blocks_become_lines(self, html):
        assert [line for line in html_to_text(html).split("\n") if line] == ["one", "two"]

    def test_a_wrapped_line_of_markup_is_no_break(self):
        assert html_to_text("<p>one\ntwo</p>") == "one two"

    def test_in_plain_text_only_a_blank_line_breaks(self):
        assert html_to_text("one\ntwo\n \nthree") == "one two\nthree"

    def test_what_is_nested_without_end_is_no_danger(self):
        assert html_to_text("<div>" * 100_000) == ""

    @given(anything | markup)
    def test_it_takes_anything(self, html):
        assert isinstance(html_to_text(html), str)


class TestNormalise:
    @pytest.mark.parametrize(
        ("text", "normal"),
        [
            ("a \t\xa0\u2009 b", "a b"),
            ("a\u200bb", "a b"),
            ("a\u200db\ufeff\u2060", "ab"),
            ("co\xadop", "coop"),
            ("a\x00\x07b\x1f", "ab"),
            ("“a” ‘b’ it’s „c‟ O´Brien", "\"a\" 'b' it's \"c\" O'Brien"),
            ("«Яндекс»", "«Яндекс»"),
            ("Ａｃｍｅ ﬁnds", "Acme finds"),
            ("u\u0308ber", "über"),
            ("Acme™ and Beta®", "Acme and Beta"),
            ("wait… what", "wait... what"),
            ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
            (" a \n\n \t\n b \n", "a\nb"),
            ("a\ud800b\udfff", "ab"),
            ("", ""),
        ],
    )
    def test_table(self, text, normal):
        assert normalise(text) == normal

    @given(anything)
    def test_twice_is_once(self, text):
        assert normalise(normalise(text)) == normalise(text)

    @given(anything)
    def test_what_is_left_can_be_stored_and_read(self, text):
        normal = normalise(text)
        normal.encode()
        assert normal == normal.strip()
        assert "  " not in normal
        assert not [c for c in normal if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
        assert all(c in " \n" for c in normal if c.isspace())


class TestLinkedHosts:
    def test_the_hosts_of_links_each_once_in_their_order(self):
        html = (
            '<p>By <a class="x" href="https://www.cobalt.example/about">Cobalt</a>, <a href=//Beta.example>Beta</a> '
            "<A HREF='http://cobalt.example'>again</A> <a href='/local'>me</a> <a href='mailto:a@b.example'>mail</a>"
        )
        assert linked_hosts(html) == ("cobalt.example", "beta.example")

    @pytest.mark.parametrize(
        "html",
        ["no markup", "<a href='https://share.example/sharer.php?u=1'>x</a>", "<img src='https://cobalt.example/x.png'>",
         "<a data-href='https://cobalt.example/' href='/x'>x</a>",
         "<a href='https://cobalt.example@evil.example/'>x</a>", "<a href='https://localhost/'>x</a>",
         "<a href='https://chat.example/intent/post'>x</a>"],
    )  # fmt: skip
    def test_what_is_no_link_to_somebody_is_left_out(self, html):
        assert linked_hosts(html) == ()

    def test_a_page_of_links_is_cut(self):
        assert len(linked_hosts("".join(f"<a href='https://n{number}.example'>" for number in range(100)))) == 20

    @given(anything)
    def test_anything_is_read(self, html):
        assert all("." in host and " " not in host for host in linked_hosts(f"<a href='//{html}"))


class TestCanonicalUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "https://example.com/a",
            "http://example.com/a",
            "HTTPS://Example.COM:443/a",
            "https://user:pw@example.com/a/",
            "https://www.example.com/a#part",
            "https://m.example.com/a",
            "https://amp.example.com/a",
            "https://example.com/a/amp/",
            "https://example.com/a.amp",
            "https://example.com/a?amp=1",
            "https://example.com/a?utm_source=x&utm_medium=y&gclid=1&fbclid=2&mc_cid=3&mc_eid=4",
            " https://example.com/a\n",
            "https://www.google.com/url?rct=j&sa=t&url=https://example.com/a%3Futm_source%3Dx&ct=ga&cd=x&usg=y",
            "https://www.google.co.uk/url?q=https://example.com/a",
            "https://www.m.example.com/a",
            "https://www.google.com/amp/s/amp.example.com/a/amp/",
            "https://www.google.de/amp/example.com/a",
            "https://example-com.cdn.ampproject.org/c/s/example.com/a?amp_js_v=0.1&usqp=x",
            "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.com%2fa&c=1",
        ],
    )
    def test_all_spellings_of_an_article_are_one(self, url):
        assert canonical_url(url) == "https://example.com/a"

    @pytest.mark.parametrize(
        ("url", "canonical"),
        [
            ("https://example.com/?b=2&a=1", "https://example.com?a=1&b=2"),
            ("https://example.com", "https://example.com"),
            ("https://example.com:8080/A?Q=1", "https://example.com:8080/A?Q=1"),
            ("https://m.com/x", "https://m.com/x"),
            ("https://team.example.com/x", "https://team.example.com/x"),
            ("https://www.google.com/amp/s/", "https://google.com/amp/s"),
            ("https://example.com/camp", "https://example.com/camp"),
            ("https://example.com/?campaign=1", "https://example.com?campaign=1"),
            ("https://google.com/search?q=https://x.com", "https://google.com/search?q=https://x.com"),
            ("https://[2001:db8::1]:8080/x", "https://[2001:db8::1]:8080/x"),
        ],
    )
    def test_what_makes_a_difference_stays(self, url, canonical):
        assert canonical_url(url) == canonical

    @pytest.mark.parametrize(
        "url",
        ["", "javascript:alert(1)", "mailto:a@b.c", "//x/y", "/a", "tag:x,2020:1", "http://", "http://[::1", "http://a:99999/",
         "http://a:b/", "https://www.google.com/url?url=javascript:alert(1)"],
    )  # fmt: skip
    def test_what_is_no_web_address_is_none(self, url):
        assert canonical_url(url) is None
        assert web_url(url) is None

    def test_wrappers_without_end_are_given_up(self):
        assert canonical_url("https://www.google.com/url?q=" * 5 + "https://example.com") is None

    @given(anything | anything.map("http://".__add__) | anything.map("https://example.com/".__add__))
    def test_it_takes_anything_and_is_stable(self, url):
        canonical = canonical_url(url)
        if canonical is not None:
            canonical.encode()
            assert canonical_url(canonical) is not None


class TestWebUrl:
    def test_the_link_itself_is_kept_as_it_is(self):
        assert web_url("https://www.Example.com/a/?utm_source=x#y") == "https://www.Example.com/a/?utm_source=x#y"

    def test_it_comes_out_of_its_wrapper(self):
        assert (
            web_url("https://www.google.com/url?sa=t&url=https://example.com/a%3Fb%3D1&ct=ga")
            == "https://example.com/a?b=1"
        )


class TestDisplayUrl:
    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("https://user:s3cret@Example.com:8443/f?key=s3cret#x", "https://example.com:8443/f?..."),
            ("https://example.com/f", "https://example.com/f"),
            ("demo:funding", "demo:funding"),
            ("ftp://user:s3cret@host/", "(not a web address)"),
            ("https://x/a\nb", "https://x/ab"),
        ],
    )
    def test_no_secret_is_shown(self, url, shown):
        assert display_url(url) == shown


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "en"), ("en-US", "en"), ("de_CH", "de"), (" RU ", "ru"), ("rus", "ru"), ("en-usde", "en"), ("xyz", None),
     ("", None), (None, None), ("-", None), ("12", None)],
)  # fmt: skip
def test_language_code(tag, code):
    assert language_code(tag) == code


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


class TestSentences:
    @pytest.mark.parametrize(
        "text",
        [
            "One sentence without an end",
            "Acme Inc. raised $5.2 million.",
            "Acme Corp. Chairman Jane Doe left.",
            "Foo Ltd. Partners with Bar Co. Holdings.",
            "Mr. Smith and Dr. Jones met J. R. Ewing.",
            "Founded by J. Smith of St. Louis.",
            "The U.S. Federal Reserve met.",
            "It ranks No. 5 vs. Others.",
            "Yahoo! Inc. bought Yum! Group.",
            "Tools, e.g. Excel, are out.",
            "Muster GmbH & Co. KG wächst.",
            "Nr. 5 lebt, z.B. Muster AG in St. Gallen.",
            "Am 3. Mai eröffnet die 2. Filiale.",
            "Привлекла 5 млн. руб. от г. Москва.",
            "Деньги, акции и т.д. Банка выросли.",
            "She asked: is it? and left.",
        ],
    )
    def test_stays_whole(self, text):
        assert cut(text) == [text]

    @pytest.mark.parametrize(
        "parts",
        [
            ["Acme raised $5M.", "Beta did not."],
            ["He left Acme Inc.", "The shares fell."],
            ["It is in the U.S.", "In Europe it is not."],
            ["It closed a Series B.", "The round was led by Index."],
            ["Is it true?", "Yes!", "Surely."],
            ['"We are glad."', "He smiled."],
            ["(See below.)", "Then go."],
            ["Wait...", "What?"],
            ["Revenue fell.", "iRobot rose.", "eBay did, too."],
            ["It grew to 2024.", "Analysts agree."],
            ["Sie kaufte die Muster AG.", "Die Aktie stieg."],
            ["Привлекла 5 млн. руб.", "Это много."],
            ["Компания выросла.", "Она рада."],
        ],
    )
    def test_is_cut(self, parts):
        assert cut(" ".join(parts)) == parts

    def test_a_line_break_always_cuts(self):
        assert cut("Acme Inc.\nraises money\nNo. 5") == ["Acme Inc.", "raises money", "No. 5"]

    def test_nothing_in_nothing(self):
        assert sentences("") == []

    @given(
        anything.map(normalise)
        | st.lists(st.sampled_from(["Acme ", "Inc. ", "U.S. ", "B! ", "\n", "x?", '"', " "])).map("".join)
    )
    def test_the_spans_hold_all_but_white_space_in_order(self, text):
        spans = sentences(text)
        covered = "".join(text[start:end] for start, end in spans)
        assert "".join(covered.split()) == "".join(text.split())
        assert all(start < end for start, end in spans)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
