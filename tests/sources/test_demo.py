"""The demo site over real HTTP, and what the shipped rules find in its articles."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest

from listener.core.company import company_key, is_same_name
from listener.core.text import canonical_url, html_to_text
from listener.errors import ListenerError
from listener.model import Match, Message, Sent
from listener.notify import Notifier
from listener.rulebook import compile_rulebook, read_rule_files
from listener.sources.demo import (
    MAX_MESSAGE_BYTES,
    MAX_MESSAGES,
    DemoData,
    DemoEntry,
    DemoSite,
    load_demo,
)

START = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
RULES = Path(__file__).parents[2] / "rules"
FEEDS = ("demo:press", "demo:tech", "demo:region", "demo:wirtschaft")
TRIGGERS = {
    "funding",
    "acquisition",
    "executive_hire",
    "executive_departure",
    "expansion",
    "contraction",
    "product_launch",
    "partnership",
}
MINUTE = timedelta(minutes=1)


class FakeClock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def site(clock: FakeClock) -> Iterator[DemoSite]:
    """All entries are there at once."""
    with DemoSite(clock) as site:
        yield site


@pytest.fixture
def growing(clock: FakeClock) -> Iterator[DemoSite]:
    """The entries come in over ten minutes."""
    with DemoSite(clock, reveal=10 * MINUTE) as site:
        yield site


@pytest.fixture(scope="module")
def data() -> DemoData:
    return load_demo()


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


def entries_of(site: DemoSite) -> dict[str, Any]:
    """What all feeds hold now, by id."""
    return {entry.id: entry for name in FEEDS for entry in feedparser.parse(get(site.url(name)).content).entries}


# --------------------------------------------------------------------------- feeds


@pytest.mark.parametrize(
    ("name", "version", "lang"),
    [
        ("demo:press", "rss20", "en"),
        ("demo:tech", "atom10", "en"),
        ("demo:region", "rss20", "en"),
        ("demo:wirtschaft", "rss20", "de"),
    ],
)
def test_each_feed_is_well_formed(site: DemoSite, name: str, version: str, lang: str) -> None:
    response = get(site.url(name))
    parsed = feedparser.parse(response.content, response_headers=dict(response.headers))
    assert (parsed.bozo, parsed.version, parsed.feed.language) == (False, version, lang)
    assert parsed.feed.title


def test_the_feeds_hold_every_entry_as_it_was_written(site: DemoSite, data: DemoData) -> None:
    served = [(entry.title, html_to_text(entry.summary)) for entry in entries_of(site).values()]
    assert sorted(served) == sorted((entry.title, html_to_text(entry.summary)) for entry in data.entries)


def test_a_link_keeps_its_tracking_parameters(site: DemoSite) -> None:
    shared = [entry.link for entry in entries_of(site).values() if "/fennimoor-pulse" in entry.link]
    assert len(shared) == 2
    assert any("?utm_source=patchbay&utm_medium=" in link for link in shared)
    assert len({canonical_url(link) for link in shared}) == 1


def test_dates_count_back_from_the_start(site: DemoSite, data: DemoData) -> None:
    ages = {entry.title: entry.age for entry in data.entries}
    for entry in entries_of(site).values():
        assert abs(START - ages[entry.title] - date_of(entry)) < timedelta(seconds=1)


def date_of(entry: Any) -> datetime:
    date = entry.get("published_parsed") or entry["updated_parsed"]
    return datetime(*date[:6], tzinfo=UTC)


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_begins_with_its_newest_entry(site: DemoSite, name: str) -> None:
    dates = [date_of(entry) for entry in feedparser.parse(get(site.url(name)).content).entries]
    assert dates == sorted(dates, reverse=True)


# --------------------------------------------------------------------------- over time


def test_a_third_is_there_at_once_and_the_rest_comes_in_evenly(
    growing: DemoSite, clock: FakeClock, data: DemoData
) -> None:
    counts = []
    for minutes in (0, 5, 10, 60):
        clock.now = START + minutes * MINUTE
        counts.append(len(entries_of(growing)))
    total = len(data.entries)
    assert counts == [pytest.approx(total / 3, abs=1), pytest.approx(total * 2 / 3, abs=1), total, total]


def test_what_is_there_stays_as_it_is(growing: DemoSite, clock: FakeClock) -> None:
    before = entries_of(growing)
    clock.now += 4 * MINUTE
    after = entries_of(growing)
    assert {id_: after[id_] for id_ in before} == before
    assert len(after) > len(before)


def test_each_feed_has_something_from_the_beginning(growing: DemoSite) -> None:
    assert all(feedparser.parse(get(growing.url(name)).content).entries for name in FEEDS)


def test_an_unchanged_feed_is_not_sent_again(site: DemoSite, clock: FakeClock) -> None:
    etag = get(site.url("demo:tech")).headers["etag"]
    clock.now += timedelta(days=1)
    again = get(site.url("demo:tech"), **{"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)


def test_a_new_entry_changes_the_etag(growing: DemoSite, clock: FakeClock) -> None:
    etag = get(growing.url("demo:tech")).headers["etag"]
    clock.now += 10 * MINUTE
    assert get(growing.url("demo:tech"), **{"If-None-Match": etag}).status_code == 200


# --------------------------------------------------------------------------- addresses


def test_an_unknown_feed_is_refused_with_the_known_ones(site: DemoSite) -> None:
    with pytest.raises(ListenerError, match=r"demo:sport.*demo:press, demo:tech"):
        site.url("demo:sport")


def test_there_is_no_address_outside_of_the_block(clock: FakeClock) -> None:
    site = DemoSite(clock)
    with pytest.raises(RuntimeError, match="with"):
        site.url("demo:press")


def test_the_site_ends_with_its_block(clock: FakeClock) -> None:
    with DemoSite(clock) as site:
        url = site.url("demo:press")
    with pytest.raises(httpx.ConnectError):
        get(url)


def test_any_other_path_is_not_found(site: DemoSite) -> None:
    base = site.url("demo:press").removesuffix("/press.xml")
    assert {get(base + path).status_code for path in ("/", "/press", "/sport.xml", "/../demo.py")} == {404}


# --------------------------------------------------------------------------- the inbox


def inbox(site: DemoSite) -> str:
    return site.url("demo:press").replace("/press.xml", "/inbox")


def post(url: str, **kwargs: Any) -> int:
    return httpx.post(url, trust_env=False, **kwargs).status_code


def test_the_inbox_keeps_what_apprise_sends(site: DemoSite, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    notifier = Notifier({"inbox": site.inbox_url})
    clock.now += MINUTE
    for number in range(25):
        message = Message(title=f"Lead {number}", text="Größe & “Ruhm”", markdown="*md*", html="<b>html</b>")
        assert notifier.send("inbox", message) == Sent()
    assert [message.title for message in site.inbox] == [f"Lead {number}" for number in range(25)]
    assert {(message.message, message.received_at) for message in site.inbox} == {("Größe & “Ruhm”", START + MINUTE)}


def test_the_inbox_takes_nothing_but_json_messages(site: DemoSite) -> None:
    url = inbox(site)
    assert post(url, content=b"{", headers={"Content-Type": "application/json"}) == 400
    assert post(url, json=["title", "message"]) == 400
    assert post(url, json={"title": "no message"}) == 400
    assert post(url, json={"title": 1, "message": "a number"}) == 400
    assert post(url, content=b"[" * 100_000, headers={"Content-Type": "application/json"}) == 400
    assert post(url, data={"title": "a form", "message": "of some web page"}) == 415
    assert site.inbox == []


def test_a_message_over_the_limit_is_refused(site: DemoSite) -> None:
    envelope = len(json.dumps({"title": "t", "message": ""}))
    headers = {"Content-Type": "application/json"}
    for excess, status in ((0, 204), (1, 413)):
        message = "x" * (MAX_MESSAGE_BYTES + excess - envelope)
        assert post(inbox(site), content=json.dumps({"title": "t", "message": message}), headers=headers) == status
    assert len(site.inbox) == 1


def test_a_message_of_unknown_length_is_refused(site: DemoSite) -> None:
    assert post(inbox(site), content=iter([b"{}"]), headers={"Content-Type": "application/json"}) == 411


def test_only_post_reaches_the_inbox_and_nothing_else_is_posted_to(site: DemoSite) -> None:
    message = {"title": "t", "message": "m"}
    assert get(inbox(site)).status_code == 405
    assert httpx.put(inbox(site), json=message, trust_env=False).status_code == 501
    assert post(inbox(site) + "/more", json=message) == 404
    assert post(site.url("demo:press"), json=message) == 404
    assert site.inbox == []


def test_a_full_inbox_forgets_the_oldest(site: DemoSite) -> None:
    for number in range(MAX_MESSAGES + 1):
        site.receive(str(number), "")
    assert (len(site.inbox), site.inbox[0].title) == (MAX_MESSAGES, "1")


def test_a_client_that_breaks_off_is_no_news(site: DemoSite, capfd: pytest.CaptureFixture[str]) -> None:
    address = httpx.URL(site.url("demo:press"))
    connection = http.client.HTTPConnection(address.host, address.port or 0)
    connection.putrequest("POST", "/inbox")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "100")
    connection.endheaders(b"{")
    connection.close()
    assert get(site.url("demo:press")).status_code == 200
    assert capfd.readouterr() == ("", "")


# --------------------------------------------------------------------------- the articles


def test_events_name_their_company_and_noise_does_not(data: DemoData) -> None:
    assert all((entry.expect is None) == (entry.company is None) for entry in data.entries)
    assert all(
        entry.company in entry.title + entry.summary.replace("&amp;", "&") for entry in data.entries if entry.company
    )
    assert all(not entry.hedged and not entry.story for entry in data.entries if not entry.expect)


def test_every_trigger_happens_at_least_twice_in_english(data: DemoData) -> None:
    events = Counter(entry.expect for entry in events_of(data))
    assert set(events) == TRIGGERS
    assert min(events.values()) >= 2


def test_the_same_story_is_told_in_several_feeds(data: DemoData) -> None:
    stories: dict[str, list[DemoEntry]] = {}
    for entry in data.entries:
        if entry.story:
            stories.setdefault(entry.story, []).append(entry)
    assert len(stories) >= 5
    for tellings in stories.values():
        assert len({entry.feed for entry in tellings}) == len(tellings) >= 2
        assert len({entry.title for entry in tellings}) == len(tellings)
        assert len({entry.expect for entry in tellings}) == 1


def test_entries_are_distinct_and_lead_nowhere(data: DemoData) -> None:
    assert len({entry.title for entry in data.entries}) == len(data.entries)
    assert len({(entry.feed, entry.slug) for entry in data.entries}) == len(data.entries)
    links = [entry.link for entry in data.entries if entry.link] + [feed.site for feed in data.feeds]
    assert all((httpx.URL(link).host or "").endswith(".example") for link in links)


def test_some_entries_are_too_old_for_an_alert(data: DemoData) -> None:
    old = sum(entry.age > timedelta(hours=48) for entry in data.entries)
    assert 2 <= old <= 6


# --------------------------------------------------------------------------- the articles and the rules


def events_of(data: DemoData) -> list[DemoEntry]:
    """English, and facts."""
    langs = {feed.name: feed.lang for feed in data.feeds}
    return [entry for entry in data.entries if langs[entry.feed] == "en" and entry.expect and not entry.hedged]


@pytest.fixture(scope="module")
def found(data: DemoData) -> dict[str, tuple[Match, ...]]:
    """By title, what the shipped rules find in the entries."""
    langs = {feed.name: feed.lang for feed in data.feeds}
    matcher = compile_rulebook(read_rule_files([RULES])).matcher
    with matcher.memory_zone():
        return {e.title: matcher.match(e.title, html_to_text(e.summary), langs[e.feed]) for e in data.entries}


def test_the_rules_find_the_events_with_their_companies(data: DemoData, found: dict[str, tuple[Match, ...]]) -> None:
    missed = [entry.title for entry in events_of(data) if not is_found(entry, found[entry.title])]
    assert len(events_of(data)) - len(missed) >= 25, missed


def is_found(entry: DemoEntry, matches: tuple[Match, ...]) -> bool:
    hits = [match for match in matches if match.trigger == entry.expect and not match.hedged]
    return any(is_about_its_company(match, entry) for match in hits)


def is_about_its_company(match: Match, entry: DemoEntry) -> bool:
    return is_same_name(company_key(match.company or "?"), company_key(entry.company or ""))


def test_nothing_fires_on_noise_or_beside_the_event(data: DemoData, found: dict[str, tuple[Match, ...]]) -> None:
    alarms = [
        (entry.title, match.rule, match.company)
        for entry in data.entries
        for match in found[entry.title]
        if match.trigger != entry.expect or not is_about_its_company(match, entry)
    ]
    assert alarms == []


def test_an_entry_tells_of_its_event_once(data: DemoData, found: dict[str, tuple[Match, ...]]) -> None:
    assert [entry.title for entry in data.entries if len(found[entry.title]) > 1] == []


def test_hearsay_is_never_taken_for_a_fact(data: DemoData, found: dict[str, tuple[Match, ...]]) -> None:
    hearsay = [entry for entry in data.entries if entry.hedged]
    assert hearsay
    assert all(match.hedged for entry in hearsay for match in found[entry.title])
