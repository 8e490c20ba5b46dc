"""Lists of other feed readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.model import FeedSpec
from listener.sources.opml import Listed, read_opml, write_opml

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>mine</title></head><body>
<outline text="Büro"><outline type="rss" text="Zürich &amp; Co" xmlUrl="https://a.example/f?a=1&amp;b=2"/>
<outline text="deep, deeper"><outline title="B" xmlUrl='https://b.example/f' category="/x/y,z"/></outline></outline>
<outline text="Other"><outline type="rss" text="again" xmlUrl="https://b.example/f"/></outline>
<outline type="rss" text="page" xmlUrl="" htmlUrl="https://c.example/"/>
<outline type="include" text="list" url="https://d.example/list.opml"/>
</body></opml>"""


def test_feeds_come_with_their_folders_as_tags_and_their_lines() -> None:
    listed = read_opml(LIST.encode())
    assert listed is not None
    assert listed[:2] == (
        Listed(
            feed=FeedSpec(url="https://a.example/f?a=1&b=2", name="Zürich & Co", tags=("Büro",)), line=3, problem=None
        ),
        Listed(
            feed=FeedSpec(url="https://b.example/f", name="B", tags=("x", "y", "z", "Büro", "deep, deeper", "Other")),
            line=4,
            problem=None,
        ),
    )


def test_what_is_no_feed_is_told_with_its_line() -> None:
    listed = read_opml(LIST.encode())
    assert listed is not None
    assert [(one.feed.name, one.line, one.problem) for one in listed[2:]] == [
        ("page", 6, "names a web page and no feed; `listener feeds add` may find one there"),
        ("list", 7, "names another list; save that one and import it"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "utf-16"])
def test_the_encoding_is_the_one_that_is_declared(encoding: str) -> None:
    listed = read_opml(LIST.replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding))
    assert listed is not None
    assert listed[0].feed.name == "Zürich & Co"


@pytest.mark.parametrize("document", [b"", b"https://x.example/list.opml", b"<html><p>x", b"{}", b"\xff\xfe\x00"])
def test_what_is_no_opml(document: bytes) -> None:
    assert read_opml(document) is None


def test_a_list_has_a_folder_for_each_tag() -> None:
    feeds = [
        FeedSpec(url="https://a.example/?a&b", name='"A" <b>', tags=("two", "one")),
        FeedSpec(url="https://b.example/"),
    ]
    assert write_opml(feeds) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        "  <head>\n    <title>Feeds of listener</title>\n  </head>\n  <body>\n"
        '    <outline text="one">\n      <outline type="rss" text="&quot;A&quot; &lt;b&gt;" '
        'title="&quot;A&quot; &lt;b&gt;" xmlUrl="https://a.example/?a&amp;b" />\n    </outline>\n'
        '    <outline text="two">\n      <outline type="rss" text="&quot;A&quot; &lt;b&gt;" '
        'title="&quot;A&quot; &lt;b&gt;" xmlUrl="https://a.example/?a&amp;b" />\n    </outline>\n'
        '    <outline type="rss" text="https://b.example/" title="https://b.example/" xmlUrl="https://b.example/" />\n'
        "  </body>\n</opml>\n"
    )


WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1)


@given(st.lists(st.builds(FeedSpec, url=WORDS.map("https://x.example/?q={}".format), name=WORDS, tags=st.tuples(WORDS)),
                unique_by=lambda feed: feed.url))  # fmt: skip
def test_what_was_written_is_read(feeds: list[FeedSpec]) -> None:
    listed = read_opml(write_opml(feeds).encode())
    assert listed is not None
    assert {one.feed for one in listed} == set(feeds)
