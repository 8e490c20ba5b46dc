"""What services add to the news is gone; what they know of it is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import pytest

from listener.core.judge import judge
from listener.core.rules import RuleSource
from listener.model import Entry, ParsedEntry
from listener.rulebook import RuleFiles, compile_rulebook
from listener.sources.parse import ParsedFeed, parse

MEDIA = "http://search.yahoo.com/mrss/"


def rss(item: str, title: str = "News") -> str:
    return f'<rss version="2.0"><channel><title>{title}</title><item>{item}</item></channel></rss>'


def atom(entry: str, title: str = "News") -> str:
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="{MEDIA}"><title>{title}</title>'
        f"<entry>{entry}</entry></feed>"
    )


def entry(document: str, url: str = "https://proxy.test/feed") -> ParsedEntry:
    """By default the feed comes through somebody else: its content tells what it is."""
    found = parse(document.encode(), content_type=None, url=url, feed_lang=None)
    assert isinstance(found, ParsedFeed), found
    (only,) = found.entries
    return only


class TestGoogleAlerts:
    @staticmethod
    def alert(title: str, link: str) -> ParsedEntry:
        wrapped = f"https://www.google.com/url?rct=j&amp;sa=t&amp;url={link}&amp;ct=ga&amp;cd=C&amp;usg=A"
        return entry(
            atom(
                f'<id>tag:google.com,2013:googlealerts/feed:1</id><title type="html">{escape(title)}</title>'
                f'<link href="{wrapped}"/><content type="html">It &lt;b&gt;opens&lt;/b&gt; a&amp;nbsp;...</content>'
            )
        )

    def test_links_are_unwrapped_and_marks_gone(self) -> None:
        only = self.alert("Acme opens <b>new office</b> in Bern", "https://news.test/a?b=1")
        assert (only.url, only.title, only.text) == (
            "https://news.test/a?b=1",
            "Acme opens new office in Bern",
            "It opens a ...",
        )
        assert only.publisher is None

    @pytest.mark.parametrize(
        ("tail", "link", "publisher"),
        [
            ("Daily Robot", "https://www.dailyrobot.test/a", "Daily Robot"),
            ("The Daily Robot", "https://dailyrobot.test/a", "The Daily Robot"),
            ("Yahoo Finance", "https://finance.yahoo.com/a", "Yahoo Finance"),
            ("Wall Street Journal", "https://www.wsj.com/a", "Wall Street Journal"),
            ("John Smith Takes Over", "https://dailyrobot.test/a", None),
            ("daily robot", "https://dailyrobot.test/a", None),
        ],
    )
    def test_the_publisher_is_kept_where_the_host_agrees(self, tail: str, link: str, publisher: str | None) -> None:
        only = self.alert(f"Acme opens new office - {tail}", link)
        assert (only.title, only.publisher) == (f"Acme opens new office - {tail}", publisher)


class TestGoogleNews:
    LINK = "https://news.google.com/rss/articles/CBMi1?oc=5"

    def test_the_publisher_is_split_off_the_title(self) -> None:
        anchor = escape(f'<a href="{self.LINK}">Acme raises $5M</a>&nbsp;&nbsp;<font color="#6f6f6f">The Daily</font>')
        only = entry(
            rss(
                f"<title>Acme raises $5M - The Daily</title><link>{self.LINK}</link><guid>CBMi1</guid>"
                f'<description>{anchor}</description><source url="https://d.test">The Daily</source>'
            )
        )
        assert (only.title, only.publisher, only.text, only.url) == ("Acme raises $5M", "The Daily", "", self.LINK)

    def test_other_feeds_keep_their_titles(self) -> None:
        item = '<title>Acme raises - The Daily</title><guid>1</guid><source url="https://d.test">The Daily</source>'
        assert entry(rss(item)).title == "Acme raises - The Daily"


def test_bing_news() -> None:
    document = rss(
        "<title>Acme raises $5M</title><link>http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;aid=&amp;"
        "url=https%3a%2f%2fnews.test%2fa&amp;c=1&amp;mkt=en-us</link><description>It did.</description>"
        '<News:Source xmlns:News="https://www.bing.com/news/search?q=acme&amp;format=rss">Daily Mail</News:Source>'
    )
    only = entry(document)
    assert (only.url, only.publisher, only.uid) == ("https://news.test/a", "Daily Mail", "https://news.test/a")


class TestReddit:
    COMMENTS = "https://www.reddit.com/r/startups/comments/1abc/acme/"

    def post(self, linked: str, text: str = "") -> ParsedEntry:
        content = (
            f'{text}&#32; submitted by &#32; <a href="https://www.reddit.com/user/jane_d"> /u/jane_d </a> <br/> '
            f'<span><a href="{linked}">[link]</a></span> &#32; <span><a href="{self.COMMENTS}">[comments]</a></span>'
        )
        return entry(
            atom(
                f'<id>t3_1abc</id><title>Acme raises $5M</title><link href="{self.COMMENTS}"/>'
                f'<content type="html">{escape(content)}</content>'
            )
        )

    def test_the_link_leads_to_the_article(self) -> None:
        only = self.post("https://news.test/a?b=1&amp;c=2")
        assert (only.uid, only.url, only.text) == ("t3_1abc", "https://news.test/a?b=1&c=2", "")
        assert only.facts == {"author": "jane_d", "comments": self.COMMENTS}

    @pytest.mark.parametrize(
        "linked", [COMMENTS, "https://i.redd.it/x.jpeg", "https://i.imgur.com/x.gifv", "https://x.test/y.png"]
    )
    def test_a_post_without_an_article_leads_to_itself(self, linked: str) -> None:
        only = self.post(linked, "<!-- SC_OFF --><div class='md'><p>We were submitted by law.</p></div><!-- SC_ON -->")
        assert (only.url, only.text) == (self.COMMENTS, "We were submitted by law.")
        assert only.facts == {"author": "jane_d"}


class TestHackerNews:
    COMMENTS = "https://news.ycombinator.com/item?id=1"

    def test_hnrss(self) -> None:
        boilerplate = (
            f'<p>Article URL: <a href="https://news.test/a">https://news.test/a</a></p>\n<p>Comments URL: '
            f'<a href="{self.COMMENTS}">{self.COMMENTS}</a></p>\n<p>Points: 12</p>\n<p># Comments: 3</p>'
        )
        only = entry(
            rss(
                "<title>Show HN: Acme</title>"
                f"<description><![CDATA[<p>We built it.</p><hr>{boilerplate}]]></description>"
                f'<link>{self.COMMENTS}</link><guid isPermaLink="false">{self.COMMENTS}</guid>'
            )
        )
        assert (only.uid, only.url, only.text) == (self.COMMENTS, "https://news.test/a", "We built it.")
        assert only.facts == {"comments": self.COMMENTS}

    def test_the_official_feed(self) -> None:
        item = (
            "<title>Acme</title><link>https://news.test/a</link>"
            f'<description><![CDATA[<a href="{self.COMMENTS}">Comments</a>]]></description>'
        )
        only = entry(rss(item), "https://news.ycombinator.com/rss")
        assert (only.url, only.text, only.facts) == ("https://news.test/a", "", {"comments": self.COMMENTS})


@pytest.mark.parametrize("url", ["https://proxy.test/feed", "https://social.test/tags/hiring.rss"])
def test_a_toot_has_its_first_sentence_as_title(url: str) -> None:
    toot = (
        '<p>Acme &amp; Co is <a href="https://social.test/tags/hiring" rel="tag">#<span>hiring</span></a> in Bern! '
        "Tell your friends.</p>"
    )
    link = "https://social.test/@acme/1100"
    only = entry(rss(f"<guid>{link}</guid><link>{link}</link><description>{escape(toot)}</description>"), url)
    assert only.title == "Acme & Co is #hiring in Bern!"
    assert only.text == "Acme & Co is #hiring in Bern! Tell your friends."


def test_youtube() -> None:
    only = entry(
        atom(
            "<id>yt:video:1</id><title>Acme keynote</title><link rel='alternate' href='https://www.youtube.com/watch?v=1'/>"
            "<media:group><media:title>Acme keynote</media:title><media:description>We launch.</media:description>"
            "</media:group>"
        )
    )
    assert (only.title, only.text) == ("Acme keynote", "We launch.")


class TestSecFilings:
    LINK = "https://www.sec.gov/Archives/edgar/data/1234567/000123456730000001/0001234567-30-000001-index.htm"

    def filing(self, title: str, summary: str = "", feed_title: str = "Latest Filings") -> ParsedEntry:
        text = f"<b>Filed:</b> 2030-05-06 <b>AccNo:</b> 0001234567-30-000001 <b>Size:</b> 12 KB\n{summary}"
        return entry(
            atom(
                f'<title>{escape(title)}</title><link href="{self.LINK}"/><summary type="html">{escape(text)}</summary>'
                "<id>urn:tag:sec.gov,2008:accession-number=0001234567-30-000001</id>",
                feed_title,
            )
        )

    def test_items_are_facts_and_their_words_the_text(self) -> None:
        only = self.filing(
            "8-K - ACME & SONS CORP /DE/ (0001234567) (Filer)",
            "<br>Item 5.02: Departure of Directors or Certain Officers; Election of Directors\n"
            "<br>Item 9.01: Financial Statements and Exhibits",
        )
        assert only.facts == {"form": "8-K", "items": "5.02, 9.01", "company": "ACME & SONS CORP"}
        assert only.text == (
            "ACME & SONS CORP files Form 8-K: Current Report\n"
            "Item 5.02: Departure of Directors or Certain Officers; Election of Directors\n"
            "Item 9.01: Financial Statements and Exhibits"
        )

    def test_a_notice_of_an_offering(self) -> None:
        only = self.filing("D/A - Acme Fund I, L.P. (0001234567) (Filer)", "<br>Item 06b: Rule 506(b)")
        assert only.facts == {"form": "D/A", "items": "06b", "company": "Acme Fund I, L.P."}
        assert "Notice of Exempt Offering of Securities" in only.text

    def test_a_company_has_a_feed_of_its_own_with_item_numbers_only(self) -> None:
        only = self.filing("8-K  - Current report", "items 2.01 and 5.02", "ACME CORP  (0001234567)")
        assert (only.facts["company"], only.facts["items"]) == ("ACME CORP", "2.01, 5.02")
        assert "Item 2.01: Completion of Acquisition or Disposition of Assets" in only.text

    def test_another_party_is_not_the_company(self) -> None:
        only = self.filing("4 - Doe Jane (0001234567) (Reporting)")
        assert (only.facts, only.text) == ({"form": "4"}, "")

    def test_each_party_and_role_is_an_entry(self) -> None:
        title = "8-K - ACME CORP (0001234567) ({})"
        assert self.filing(title.format("Filer")).uid != self.filing(title.format("Depositor")).uid

    def test_rules_match_the_words_and_get_the_facts(self) -> None:
        rule = 'trigger = "departure"\nlang = "en"\n[[rule]]\nid = "item"\nmatch = ["departure of directors"]\n'
        book = compile_rulebook(RuleFiles(sources=(RuleSource(path="rules/en/departure.toml", text=rule),)))
        parsed = self.filing(
            "8-K - 1 800 ACME COM INC (0001234567) (Filer)", "<br>Item 5.02: Departure of Directors or Certain Officers"
        )
        (match,) = judge(stored(parsed), lambda _: book.matcher).matches
        assert match.company == "1 800 ACME COM INC"
        assert match.slots == {"form": "8-K", "items": "5.02", "company": "1 800 ACME COM INC"}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/alerts/feeds/1/2",
        "https://news.google.com/rss/search?q=x",
        "https://www.bing.com/news/search?q=x&format=rss",
        "https://www.reddit.com/r/x/.rss",
        "https://hnrss.org/newest",
        "https://social.test/@x.rss",
        "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent",
    ],
)
@pytest.mark.parametrize(
    "piece",
    [
        *(" ", "&#32;", "submitted by ", '<a href="', "<font ", " - ", "(", "Item 5.02: x\n", "items 5.02, ", "#x. "),
        *('<p>Article URL: <a href="x">', "submitted by <a href='/user/", "/user/", "<hr>", "Item 5", "(0001234567) "),
    ],
)
def test_repeated_pieces_end(url: str, piece: str) -> None:
    text = escape(piece * 20_000)
    item = f"<guid>1</guid><title>{text}</title><link>https://x.test</link><description>{text}</description>"
    assert len(entry(rss(item, text), url).text) <= 20_000


def stored(parsed: ParsedEntry) -> Entry:
    return Entry(
        id=1,
        feed_id=1,
        feed_name="filings",
        feed_tags=(),
        first_seen_at=datetime(2030, 5, 6, tzinfo=UTC),
        first_sight=False,
        **{name: getattr(parsed, name) for name in ParsedEntry.__slots__},
    )
