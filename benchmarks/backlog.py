"""What 10,000 messages that wait for a slow destination cost the others.

    python benchmarks/backlog.py [--queued 10000] [--others 200] [--delay 0.5]

The deliver stage alone, with a webhook that answers after `--delay` seconds and one that answers at once. Prints as
JSON how long the fast one's messages took beside the backlog and without it, and how much the memory grew meanwhile.
Storms are switched off: with them the backlog would be a hundred digests.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from listener import clock
from listener.deliver import DeliverStage
from listener.model import FeedSpec, Fetched, NewLead, NewSource, ParsedEntry
from listener.notify import Notifier
from listener.store import Store

START = datetime(2030, 1, 1, tzinfo=UTC)


class Webhooks:
    """Counts what came, by path; `/slow` answers late."""

    def __init__(self, delay_seconds: float) -> None:
        self.came: Counter[str] = Counter()
        webhooks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/slow":
                    time.sleep(delay_seconds)
                webhooks.came[self.path] += 1
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path: str) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/{path}"


def fill(store: Store, number: int, destination: str, first: int) -> None:
    """Queue so many leads, the first of them called after `first`."""
    store.feeds.sync([FeedSpec(url="https://news.example/feed")], START)
    now = clock.now()
    entry = ParsedEntry(
        uid="1", url=None, canonical_url=None, title="", text="", publisher=None, lang=None, published_at=None
    )
    fetched = Fetched(feed_id=1, entries=(entry,), etag=None, last_modified=None, body_hash="", title=None)
    with store.transaction():
        store.feeds.record_fetched(fetched, next_poll_at=START, now=START)
        for each in range(first, first + number):
            lead = store.leads.add(new_lead(each), NewSource(entry_id=1, quote=""), now)
            store.deliveries.enqueue(lead.id, destination, "all", due_at=now, now=now)


def new_lead(number: int) -> NewLead:
    return NewLead(
        trigger="funding",
        label="Funding round",
        rule="funding/raises-money",
        company=f"Company {number}",
        company_key=f"company {number}",
        title=f"Company {number} raises money",
        quote=f"Company {number} raises money",
        quote_start=0,
        quote_end=7,
        where="title",
        why="Money is spent.",
        url=None,
        slots={},
        hedged=None,
        lang="en",
        score=70,
        reasons=(),
        suppressed=None,
    )


def run(queued: int, others: int, delay_seconds: float) -> dict[str, float]:
    """Seconds until the fast destination had its messages, and megabytes that the process grew meanwhile."""
    webhooks = Webhooks(delay_seconds)
    with tempfile.TemporaryDirectory(prefix="listener-backlog-") as folder:
        store = Store.open(Path(folder) / "listener.db")
        fill(store, queued, "slow", 0)
        fill(store, others, "fast", queued)
        stage = DeliverStage(
            store,
            Notifier({name: webhooks.url(name) for name in ("slow", "fast")}),
            retry_base=timedelta(seconds=30),
            retry_for=timedelta(hours=24),
            clock=clock.now,
            jitter=lambda: 0.0,
        )
        stop, before, began = threading.Event(), _megabytes(), time.monotonic()
        running = threading.Thread(target=stage.run, kwargs={"stop": stop})
        running.start()
        while webhooks.came["/fast"] < others:
            time.sleep(0.01)
        took, grown = time.monotonic() - began, _megabytes() - before
        stop.set()
        running.join()
        store.close()
    webhooks.server.shutdown()
    webhooks.server.server_close()
    return {"seconds": round(took, 2), "megabytes_grown": round(grown, 1), "slow_sent": webhooks.came["/slow"]}


def _megabytes() -> float:
    """The most that the process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queued", type=int, default=10_000)
    parser.add_argument("--others", type=int, default=200)
    parser.add_argument("--delay", type=float, default=0.5)
    options = parser.parse_args()
    run(0, 10, 0)  # Apprise is imported
    alone = run(0, options.others, options.delay)
    beside = run(options.queued, options.others, options.delay)
    print(json.dumps({"alone": alone, "beside": beside, "load": round(os.getloadavg()[0], 1)}))


if __name__ == "__main__":
    main()
