"""`listener feeds` on a real site and a real config.toml."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
from world import PATIENCE_SECONDS, Project, Site, command, rss

from listener.config import load_config
from listener.model import FeedSpec
from listener.store import lock_database

SEARCH = """
[[searches]]
query = '"opens new office" Zürich'
on = ["reddit", "hackernews"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.configure()
    return project


def serve(site: Site, path: str, *titles: str) -> str:
    site.pages[path] = rss(*titles)
    return site.url(path)


def serve_page_with_two_feeds(site: Site) -> tuple[str, str, str]:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}.xml">' for name in "ab")
    site.pages["page"] = f"<html><head>{links}</head>".encode()
    return site.url("page"), serve(site, "a.xml", "a"), serve(site, "b.xml", "b")


def feeds(project: Project) -> tuple[FeedSpec, ...]:
    return load_config(project.config, {}).feeds


# --------------------------------------------------------------------------- add


def test_a_feed_is_added_with_what_is_said_of_it(project: Project, site: Site) -> None:
    url = serve(site, "feed.xml", "x", "y")
    before = project.config.read_bytes()
    options = ["--name", "Büro", "--tag", "x", "--tag", "y", "--interval", "90m", "--lang", "de"]
    done = project.run("feeds", "add", url, *options)
    table = f'url      = "{url}"\nname     = "Büro"\ntags     = ["x", "y"]\ninterval = "90m"\nlang     = "de"\n'
    assert project.config.read_bytes() == before + f"\n[[feeds]]\n{table}".encode()
    assert f'Added to config.toml: {url} "News", 2 entries.' in done.stdout


def test_the_feed_of_a_page_is_added(project: Project, site: Site) -> None:
    url = serve(site, "feed", "x")
    site.pages["about"] = b"<html><p>us"
    project.run("feeds", "add", site.url("about"))
    assert feeds(project) == (FeedSpec(url=url),)


def test_a_feed_that_is_there_changes_nothing(project: Project, site: Site) -> None:
    url = serve(site, "feed", "x")
    site.pages["about"] = b"<html><p>us"
    project.run("feeds", "add", url)
    before = project.config.read_bytes()
    for address in (url, site.url("about")):
        assert project.run("feeds", "add", address).stdout == f"{url} is in config.toml already. Nothing was changed.\n"
    assert project.config.read_bytes() == before


def test_of_several_feeds_one_has_to_be_named(project: Project, site: Site) -> None:
    page, a, b = serve_page_with_two_feeds(site)
    before = project.config.read_bytes()
    done = project.run("feeds", "add", page, check=1)
    assert done.stdout == f"There are 2 feeds:\n  1  {a}  News (1 entry)\n  2  {b}  News (1 entry)\n"
    assert "--first" in done.stderr
    assert project.config.read_bytes() == before


def test_of_several_feeds_the_first_can_be_taken(project: Project, site: Site) -> None:
    page, a, _ = serve_page_with_two_feeds(site)
    project.run("feeds", "add", page, "--first")
    assert feeds(project) == (FeedSpec(url=a),)


def test_on_a_terminal_one_of_several_feeds_is_chosen_by_number(project: Project, site: Site) -> None:
    page, _, b = serve_page_with_two_feeds(site)
    ours, theirs = pty.openpty()
    os.write(ours, b"7\n2\n")
    done = subprocess.run(
        command("feeds", "add", page),
        cwd=project.folder,
        stdin=theirs,
        stdout=theirs,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "Choose from 1 to 2." in shown
    assert feeds(project) == (FeedSpec(url=b),)


def test_where_nothing_is_found_the_reason_is_said(project: Project, site: Site) -> None:
    before = project.config.read_bytes()
    done = project.run("feeds", "add", site.url("nothing"), check=1)
    assert done.stderr == (
        f"listener: {site.url('nothing')}: the server answered 404, there is nothing at this URL: check it. "
        "Nothing was changed.\n"
    )
    assert project.config.read_bytes() == before


def test_a_private_address_is_refused_unless_the_configuration_allows_it(project: Project, site: Site) -> None:
    url = serve(site, "feed", "x")
    project.config.write_text("")
    assert "is not a public address" in project.run("feeds", "add", url, check=1).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (["ftp://x.example/"], 1, "url: is not an http, https or demo: URL"),
        (["https://anna:hunter2@x.example/"], 1, "url: has a login in it"),
        (["https://x.example/", "--lang", "deutsch"], 1, "lang: expected a language as two small letters"),
        (["https://x.example/", "--interval", "soon"], 2, "expected a number above 0 with s, m, h or d"),
        (["demo:nope"], 1, "there is no such demo feed"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(
    project: Project, arguments: list[str], code: int, problem: str
) -> None:
    before = project.config.read_bytes()
    done = project.run("feeds", "add", *arguments, check=code)
    assert problem in done.stderr
    assert "hunter2" not in done.stderr
    assert project.config.read_bytes() == before


# --------------------------------------------------------------------------- import, export


def test_what_is_exported_can_be_imported(project: Project, tmp_path: Path) -> None:
    project.configure(["https://a.example/", "demo:press"], more=SEARCH)
    list_file = tmp_path / "feeds.opml"
    list_file.write_text(project.run("feeds", "export").stdout)
    project.configure(["https://a.example/"])

    done = project.run("feeds", "import", str(list_file))

    assert done.stdout.startswith("2 feeds added to config.toml, 1 were there already, 0 not taken.")
    assert [feed.name for feed in feeds(project)] == [
        None,
        '"opens new office" Zürich (Reddit)',
        '"opens new office" Zürich (Hacker News)',
    ]


def test_folders_become_tags_and_what_cannot_be_a_feed_is_told_by_its_line(project: Project, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text(
        '<opml version="2.0"><body>\n<outline text="Press">\n<outline text="A" xmlUrl="https://a.example/"/>\n'
        '<outline text="B" xmlUrl="ftp://b.example/"/>\n<outline text="C" xmlUrl="https://u:hunter2@c.example/"/>\n'
        "</outline></body></opml>"
    )
    done = project.run("feeds", "import", "feeds.opml", check=1)
    assert done.stderr.splitlines() == [
        "feeds.opml:4: B: is not an http or https URL",
        "feeds.opml:5: C: has a login in it, which would be logged and stored",
    ]
    assert done.stdout.startswith("1 feed added to config.toml, 0 were there already, 2 not taken.")
    assert feeds(project) == (FeedSpec(url="https://a.example/", name="A", tags=("Press",)),)


def test_a_file_that_is_no_list(project: Project, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>")
    assert "page.html: is no OPML file" in project.run("feeds", "import", "page.html", check=1).stderr


# --------------------------------------------------------------------------- list, poll


def test_feeds_of_a_search_are_listed_under_it(project: Project, site: Site) -> None:
    url = serve(site, "feed", "x")
    project.configure([url], more=SEARCH)
    project.run("feeds", "poll", url)

    listed = {feed["url"]: feed["search"] for feed in project.json("feeds", "list")}
    alone, under_it = project.run("feeds", "list").stdout.split('\nSearch: "opens new office" Zürich\n')

    query = "%22opens%20new%20office%22%20Z%C3%BCrich"
    assert listed == {
        url: None,
        f"https://www.reddit.com/search.rss?q={query}&sort=new": '"opens new office" Zürich',
        f"https://hnrss.org/newest?q={query}": '"opens new office" Zürich',
    }
    assert "News" in alone
    rows = [line.removeprefix("new").strip() for line in under_it.splitlines()[1:]]
    assert [row.split("  ")[0] for row in rows] == ["Reddit", "Hacker News"]


def test_a_feed_that_is_not_polled_yet_is_mentioned(project: Project, site: Site) -> None:
    url = serve(site, "feed", "x")
    project.configure([url])
    project.run("feeds", "poll")
    project.run("feeds", "add", serve(site, "other", "y"))
    listed = project.run("feeds", "list").stdout
    assert site.url("other") in listed
    assert "1 new in config.toml: polled from the next start" in listed


def test_before_the_first_start_all_feeds_are_listed_and_nothing_is_made(project: Project, site: Site) -> None:
    project.configure([site.url("feed")], more=SEARCH)
    listed = project.json("feeds", "list")
    assert [(feed["name"], feed["health"]) for feed in listed] == [
        ("127.0.0.1", "new"),
        ('"opens new office" Zürich (Reddit)', "new"),
        ('"opens new office" Zürich (Hacker News)', "new"),
    ]
    assert "Search: " in project.run("feeds", "list").stdout
    assert not list(project.folder.glob("listener.db*"))


def test_where_a_feed_has_moved_to_is_shown(project: Project, site: Site) -> None:
    url, new = site.url("old"), serve(site, "new", "x")
    site.statuses["old"], site.headers["old"] = 301, {"Location": new}
    project.configure([url])
    project.run("feeds", "poll")
    assert [(feed["url"], feed["moved_to"]) for feed in project.json("feeds", "list")] == [(url, new)]
    assert f"{url} (moved to {new})" in project.run("feeds", "list").stdout


def test_named_feeds_are_polled_and_the_others_left_alone(project: Project, site: Site) -> None:
    named, other = serve(site, "named", "x", "y"), serve(site, "other", "z")
    project.configure([named, other])

    assert "2 new entries" in project.run("feeds", "poll", named).stdout
    polled = {feed["url"]: feed["last_polled_at"] is not None for feed in project.json("feeds", "list")}
    assert polled == {named: True, other: False}
    assert "nothing new" in project.run("feeds", "poll", "News").stdout

    assert "1 new entries" in project.run("feeds", "poll").stdout


def test_a_feed_in_trouble_is_shown_with_it(project: Project, site: Site) -> None:
    project.configure([site.url("gone")])
    site.statuses["gone"] = 410
    assert "410, the feed is gone for good" in project.run("feeds", "poll", check=1).stdout
    assert "not asked: it is gone" in project.run("feeds", "poll", check=1).stdout


def test_an_unknown_name_polls_nothing(project: Project, site: Site) -> None:
    project.configure([serve(site, "feed", "x")])
    assert "no feed or search is called nope" in project.run("feeds", "poll", "nope", check=1).stderr


def test_beside_a_daemon_nothing_is_polled(project: Project, site: Site) -> None:
    project.configure([serve(site, "feed", "x")])
    project.run("feeds", "poll")
    with lock_database(project.folder / "listener.db"):
        assert "another listener daemon runs on this database" in project.run("feeds", "poll", check=1).stderr
