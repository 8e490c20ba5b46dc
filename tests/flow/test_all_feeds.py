"""One `once` over every document of the collection of feeds from the wild, with hostile ones beside them."""

from __future__ import annotations

import csv
import json
import mimetypes
import shutil
import sqlite3
import subprocess
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from world import PATIENCE_SECONDS, Project, Site, rss, site_handler

from listener.rulebook import shipped_rules

COLLECTION = Path(__file__).parents[3] / "shared" / "feeds"
MANIFEST = COLLECTION / "MANIFEST.tsv"
MOST_MEMORY_MB = 700
BOMB_MB = 2_000  # decompressed: far more than the memory that is allowed
SECRET = "s3cret-of-the-operator"

REPORTED = {
    "bomb": "too_large",
    "drip": "timeout",
    "loop": "redirect",
    "gone": "gone",
    "login": "not_a_feed",
    "laughs": "hostile",
    "laughs-in-a-feed": "hostile",
    "file-entity": "hostile",
    "file-entity-in-a-feed": "hostile",
    "file-parameter-entity": "hostile",
    "web-entity": "hostile",
}

pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="the collection of feeds is not there")


# --------------------------------------------------------------------------- what is served


def gzip_bomb() -> bytes:
    """A feed whose title does not end: one megabyte, compressed once and repeated."""
    press = zlib.compressobj(9, wbits=31)
    head = press.compress(b"<rss><channel><title>") + press.flush(zlib.Z_FULL_FLUSH)
    megabyte = press.compress(b"x" * 2**20) + press.flush(zlib.Z_FULL_FLUSH)
    return head + megabyte * BOMB_MB


def with_dtd(dtd: str, document: bytes) -> bytes:
    return f"<?xml version='1.0'?><!DOCTYPE x [{dtd}]>".encode() + document


def feed_about(entity: str) -> bytes:
    return rss("Good").replace(b"<title>Good</title>", f"<title>Read: {entity}</title>".encode())


def xml_of(entity: str) -> bytes:
    return f"<x>{entity}</x>".encode()


LAUGHS = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
"""The last one is a billion times the first."""


def add_documents(site: Site) -> None:
    for path in sorted(path for path in COLLECTION.rglob("*") if path.is_file() and path != MANIFEST):
        place = quote(path.relative_to(COLLECTION).as_posix())
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        site.pages[place] = path.read_bytes()
        site.headers[place] = {"Content-Type": kind}


def add_hostile(site: Site, secret: Path) -> None:
    files = f'<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY p SYSTEM "file:///etc/passwd">'
    site.pages |= {
        "bomb": gzip_bomb(),
        "drip": b"",
        "loop": b"",
        "gone": b"",
        "login": b"<!doctype html><html><head><title>Please log in</title></head><body>Hello</body></html>",
        "laughs": with_dtd(LAUGHS, xml_of("&l9;")),
        "laughs-in-a-feed": with_dtd(LAUGHS, feed_about("&l9;")),
        "file-entity": with_dtd(files, xml_of("&f;&p;")),
        "file-entity-in-a-feed": with_dtd(files, feed_about("&f;&p;")),
        "file-parameter-entity": with_dtd(f'<!ENTITY % f SYSTEM "{secret.as_uri()}"> %f;', feed_about("&f;")),
        "web-entity": with_dtd(f'<!ENTITY w SYSTEM "{site.url("stolen")}">', feed_about("&w;")),
    }
    site.statuses |= {"loop": 302, "gone": 410}
    site.headers |= {"loop": {"Location": "/loop"}, "bomb": {"Content-Encoding": "gzip"}}


def dripping(site: Site, over: threading.Event) -> type[BaseHTTPRequestHandler]:
    """The site; of "drip" it sends a byte now and then, for ever."""

    class Handler(site_handler(site)):
        def do_GET(self) -> None:
            if self.path != "/drip":
                return super().do_GET()
            self.send_response(200)
            self.end_headers()
            try:
                while not over.wait(0.2):
                    self.wfile.write(b" ")
            except OSError:
                pass

    return Handler


@contextmanager
def served(site: Site) -> Iterator[None]:
    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), dripping(site, over))
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


# --------------------------------------------------------------------------- memory


def family(pid: int) -> Iterator[int]:
    """A process and those that it started, and so on."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def memory_kb(pid: int) -> int:
    """Of a process; of what it shares with others, its part."""
    return next(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )


class MemoryWatch(threading.Thread):
    """Looks at the memory of a process and its children until `over` is set."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self._pid = pid
        self.over = threading.Event()
        self.most_mb = 0.0

    def run(self) -> None:
        while not self.over.wait(0.05):
            self.most_mb = max(self.most_mb, sum(self._of_each()) / 1024)

    def _of_each(self) -> Iterator[int]:
        try:
            for pid in family(self._pid):
                yield memory_kb(pid)
        except (OSError, StopIteration):
            return  # one ended meanwhile


# --------------------------------------------------------------------------- the run


@dataclass(frozen=True)
class Run:
    site: Site
    code: int
    summary: dict[str, Any]
    log: str
    feeds: dict[str, dict[str, Any]]  # by path
    dump: str  # of the database
    most_memory_mb: float


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    project = Project(tmp_path_factory.mktemp("all-feeds"))
    secret = project.folder / "secret.txt"
    secret.write_text(SECRET)
    shutil.copytree(shipped_rules(), project.folder / "rules")
    site = Site()
    with served(site):
        add_documents(site)
        add_hostile(site, secret)
        project.configure([site.url(path) for path in site.pages], workers=2, poll='deadline = "3s"\nper_host = 16\n')
        yield watched(project, site)


def watched(project: Project, site: Site) -> Run:
    with project.start("once", "--json") as process:
        watch = MemoryWatch(process.pid)
        watch.start()
        try:
            summary, log = process.communicate(timeout=2 * PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            watch.over.set()
            watch.join()
    with closing(sqlite3.connect(project.folder / "listener.db")) as db:
        dump = "\n".join(db.iterdump())
    listed = project.json("feeds", "list")
    feeds = {feed["url"].removeprefix(site.url("")): feed for feed in listed}
    return Run(site, process.returncode, json.loads(summary), log, feeds, dump, watch.most_mb)


def documents() -> Iterator[tuple[str, dict[str, str]]]:
    """Path on the site and line of the manifest of each document of the collection."""
    with MANIFEST.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines, delimiter="\t"):
            yield quote(line["file"]), line


# --------------------------------------------------------------------------- what came of it


def test_it_ends_well_and_asks_every_feed(run: Run) -> None:
    assert run.code == 0, run.log
    assert run.summary["feeds"]["polled"] == len(run.feeds) == len(run.site.pages)
    assert not [path for path, feed in run.feeds.items() if feed["health"] == "new"]
    assert "Traceback" not in run.log


@pytest.mark.parametrize(("path", "kind"), REPORTED.items())
def test_a_hostile_feed_is_reported_with_what_it_did(run: Run, path: str, kind: str) -> None:
    assert run.feeds[path]["last_error_kind"] == kind
    assert run.feeds[path]["entries"] == 0


def test_every_feed_that_failed_is_named_in_the_log(run: Run) -> None:
    failed = [feed for feed in run.feeds.values() if feed["last_error"]]
    assert len(failed) == run.summary["feeds"]["failed"]
    for feed in failed:
        assert f"url={feed['url']} kind={feed['last_error_kind']} " in run.log


def test_no_entity_is_followed_or_multiplied(run: Run) -> None:
    assert "stolen" not in run.site.asked
    assert "lollol" not in run.dump


def test_no_file_of_the_machine_gets_into_the_database(run: Run) -> None:
    assert SECRET not in run.dump
    assert "etc/passwd" not in run.dump
    assert Path("/etc/passwd").read_text(encoding="utf-8").partition("\n")[0] not in run.dump


def test_every_real_feed_is_read(run: Run) -> None:
    real = [
        path
        for path, line in documents()
        if line["class"] == "real" and (int(line["entries_feedparser"] or 0) or line["kind"] == "jsonfeed")
    ]
    assert len(real) > 100
    assert [path for path in real if not run.feeds[path]["entries"]] == []


def test_no_document_with_an_entry_fails(run: Run) -> None:
    failed = {path: run.feeds[path]["last_error"] for path, line in documents() if int(line["entries_feedparser"] or 0)}
    assert {path: error for path, error in failed.items() if error} == {}


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell the memory")
def test_all_processes_together_stay_small(run: Run) -> None:
    assert 0 < run.most_memory_mb < MOST_MEMORY_MB
