"""Kills listener at random moments, again and again, and counts what its destinations got.

    python benchmarks/kills.py [--kills 200] [--leads 1000] [--seed 1]

One database; feeds with so many leads; two webhooks, of which one refuses every other message at random. A process
polls, judges and delivers; SIGKILL ends it within 0.15 seconds (the first ones within three), and the next one begins.
The last one is let to its end. Ends with 1 when a lead is lost, or when more messages came twice than a kill and
destination allow.

The processes are forked from one that has spaCy and the rules in memory: a start costs little, so that most kills hit
work. Storms and bursts are switched off, so that each lead is a message of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

RULES = """\
trigger = "funding"
label   = "Funding round"
lang    = "en"
weight  = 70
[[rule]]
id    = "raises-money"
match = ["{company} raise {money}"]
[[example]]
text   = "Acme Robotics raises $12M"
expect = { company = "Acme Robotics" }
"""
ENTRIES_A_FEED = 50
LONGEST_LIFE_SECONDS = 0.15
LONGEST_FIRST_LIVES_SECONDS = 3.0  # of one in ten: shorter ones never come through the first poll


class World:
    """Feeds and webhooks. `accepted` counts the titles that each webhook took."""

    def __init__(self, leads: int, seed: int) -> None:
        self.accepted: dict[str, Counter[str]] = defaultdict(Counter)
        self.refused = 0
        self._leads, self._random, self._lock = leads, random.Random(seed), threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def feed(self, number: int) -> bytes:
        first = number * ENTRIES_A_FEED
        items = "".join(
            f"<item><title>Company{n} raises ${n + 2}M</title><link>https://news.example/{n}</link><guid>{n}</guid></item>"
            for n in range(first, min(first + ENTRIES_A_FEED, self._leads))
        )
        return f'<rss version="2.0"><channel><title>News {number}</title>{items}</channel></rss>'.encode()

    def take(self, path: str, title: str) -> int:
        with self._lock:
            if path == "flaky" and self._random.random() < 0.5:
                self.refused += 1
                return 503
            self.accepted[path][title] += 1
            return 200

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        world = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, world.feed(int(self.path.rpartition("/")[2])))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with contextlib.suppress(ConnectionError, ValueError):  # the sender was killed
                    self._answer(world.take(self.path.strip("/"), json.loads(body)["title"]))

            def _answer(self, status: int, body: bytes = b"") -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def write_config(folder: Path, port: int, leads: int) -> Path:
    (folder / "rules" / "en").mkdir(parents=True)
    (folder / "rules" / "en" / "funding.toml").write_text(RULES)
    feeds = "".join(
        f'[[feeds]]\nurl = "http://127.0.0.1:{port}/feed/{number}"\n' for number in range(-(-leads // ENTRIES_A_FEED))
    )
    path = folder / "config.toml"
    path.write_text(
        '[listener]\ndatabase = "listener.db"\nworkers = 0\n'
        '[poll]\nallow_private_networks = true\nburst = 1000000\nhost_pause = "0s"\n[web]\nlisten = "off"\n'
        '[deliver]\nretry_base = "0.005s"\nretry_for = "24h"\nstorm_after = 1000000\n'
        f'[destinations]\nflaky = "json://127.0.0.1:{port}/flaky"\nsteady = "json://127.0.0.1:{port}/steady"\n{feeds}'
    )
    return path


# --------------------------------------------------------------------------- the process that forks and kills


def drive(config_path: Path, kills: int, seed: int) -> None:
    """Print a line of JSON: how many kills hit work that was left, and how much was sent in lives that ended so."""
    from listener import clock
    from listener.app import App, open_app
    from listener.config import load_config
    from listener.executor import InlineExecutor
    from listener.model import DeliveryState
    from listener.notify import Notifier
    from listener.rulebook import check_rules, read_rule_files
    from listener.store import Store

    config = load_config(config_path, {})
    check_rules(read_rule_files(config.rules), InlineExecutor())
    Notifier({name: url.get_secret_value() for name, url in config.destinations.items()}).validate()
    chance = random.Random(seed)

    def work(app: App) -> bool:
        """One round; whether nothing is left."""
        app.poll.run()
        app.judge.run()
        app.deliver.run()
        counts = app.store.deliveries.counts()
        return sum(counts.values()) > 0 and app.store.deliveries.waiting() == 0

    def child(done: int) -> None:
        with open_app(config, clock=clock.now) as app:
            os.write(done, b"o")
            while not work(app):
                time.sleep(0.005)
            os.write(done, b"x")
            signal.pause()

    def sent() -> int:
        store = Store.open(config.database)
        try:
            return store.deliveries.counts()[DeliveryState.SENT]
        finally:
            store.close()

    hits = sent_in_killed = 0
    for number in range(kills + 1):
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            child(writing)
        os.close(writing)
        assert os.read(reading, 1) == b"o", "a process could not begin"
        is_last = number == kills
        if is_last:
            assert os.read(reading, 1) == b"x", "the last process ended by itself"
        else:
            time.sleep(chance.uniform(0, LONGEST_FIRST_LIVES_SECONDS if number < kills / 10 else LONGEST_LIFE_SECONDS))
        os.set_blocking(reading, False)
        finished = is_last or _peek(reading)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(reading)
        hits += not finished
        if number == kills - 1:
            sent_in_killed = sent()
    print(json.dumps({"kills": kills, "hits": hits, "sent_in_killed": sent_in_killed}))


def _peek(pipe: int) -> bool:
    """Whether the child said that it was done; raises AssertionError when it ended by itself."""
    try:
        said = os.read(pipe, 1)
    except BlockingIOError:
        return False
    assert said, "a process ended by itself"
    return True


# --------------------------------------------------------------------------- the count


def measure(kills: int, leads: int, seed: int) -> dict[str, object]:
    """Run it; what came of it, by name."""
    world, began = World(leads, seed), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="listener-kills-") as folder:
        config = write_config(Path(folder), world.server.server_port, leads)
        arguments = [sys.executable, __file__, "--drive", str(config), "--kills", str(kills), "--seed", str(seed)]
        environ = {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}
        done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True, env=environ)
    world.server.shutdown()
    world.server.server_close()
    return {
        **json.loads(done.stdout),
        "leads": leads,
        "refused": world.refused,
        "seconds": round(time.monotonic() - began, 1),
        **_counts(world.accepted, leads),
    }


def _counts(accepted: Mapping[str, Counter[str]], leads: int) -> dict[str, object]:
    return {
        "lost": {path: leads - len(accepted[path]) for path in ("flaky", "steady")},
        "repeated": {path: accepted[path].total() - len(accepted[path]) for path in ("flaky", "steady")},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--leads", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drive", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.drive:
        drive(options.drive, options.kills, options.seed)
        return
    found = measure(options.kills, options.leads, options.seed)
    print(json.dumps(found))
    lost, repeated = found["lost"], found["repeated"]
    assert isinstance(lost, dict)
    assert isinstance(repeated, dict)
    sys.exit(any(lost.values()) or any(each > options.kills for each in repeated.values()))


if __name__ == "__main__":
    main()
