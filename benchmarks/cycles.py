"""Memory of the daemon while it polls many feeds again and again.

    python benchmarks/cycles.py [--feeds 5000] [--cycles 20] [--interval 20]

The first cycle stores and judges everything (20 entries a feed), all later ones are answered 304, but for one feed in a
hundred, which has a new entry each time. Prints the memory of all processes together (shared pages counted once), in
MB, at the end of each cycle and at its highest, as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ITEM = "<item><guid>{feed}-{number}</guid><title>{title}</title><description>{text}</description></item>"
TITLES = (
    "{name} Robotics raises $12M in Series A funding",
    *("Weather stays fine in {name} until the weekend", "Ten recipes for a rainy evening in {name}"),
    *("The harbour of {name} has a new crane", "What to read in {name} this winter") * 8,
    "Town of {name} mends its bridge",
)
SYLLABLES = ("ba", "den", "fi", "gor", "hal", "kes", "lo", "mur", "nav", "pel", "ri", "sto", "tam", "vel", "wen", "zo")
TEXT = "The town council met on Tuesday and heard what the harbour authority had to say about its plans. "


class World(ThreadingHTTPServer):
    """Feeds on loopback."""

    request_queue_size = 512
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.polls: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


def _name(number: int) -> str:
    """Another name for each number below a million."""
    return "".join(SYLLABLES[number >> shift & 15] for shift in (16, 12, 8, 4, 0)).capitalize()


def _title(feed: int, number: int) -> str:
    return TITLES[number % len(TITLES)].format(name=_name(feed * 100 + number))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: World

    def do_GET(self) -> None:
        feed = self.path.removeprefix("/")
        self.server.polls[feed] += 1
        polls = self.server.polls[feed]
        changes = int(feed) % 100 == 0
        if polls > 1 and not changes:
            self.send_response(304)
            self.end_headers()
            return
        first = polls - 1 if changes else 0
        items = "".join(
            ITEM.format(feed=feed, number=number, title=_title(int(feed), number), text=TEXT * 5)
            for number in range(first, first + 20)
        )
        body = f"<rss version='2.0'><channel><title>{feed}</title>{items}</channel></rss>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("ETag", f'"{first}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silent."""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        world = World()
        daemon = _start(Path(folder), world, options)
        try:
            cycles, highest = _watch(daemon, world, options)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
    print(json.dumps({"feeds": options.feeds, "cycles": cycles, "highest": highest}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Memory of the daemon over many cycles.")
    parser.add_argument("--feeds", type=int, default=5_000)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--interval", type=int, default=20, help="seconds")
    return parser.parse_args()


def _start(folder: Path, world: World, options: argparse.Namespace) -> subprocess.Popen[bytes]:
    rules = Path(__file__).parents[1] / "rules"
    head = f"""\
[listener]
database = "listener.db"
rules = ["{rules}"]
[poll]
allow_private_networks = true
per_host = 50
interval = "{options.interval}s"
max_interval = "{options.interval}s"
"""
    feeds = "".join(f'[[feeds]]\nurl = "http://127.0.0.1:{world.server_port}/{n}"\n' for n in range(options.feeds))
    config = folder / "config.toml"
    config.write_text(head + feeds)
    command = [str(Path(sys.executable).with_name("listener")), "run", "--config", str(config)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _watch(daemon: subprocess.Popen[bytes], world: World, options: argparse.Namespace) -> tuple[list[int], int]:
    """The memory at the end of each cycle, and the most there was."""
    cycles: list[int] = []
    highest = 0
    while len(cycles) < options.cycles and daemon.poll() is None:
        time.sleep(1)
        used = sum(map(_shared_out, _family(daemon.pid)))
        highest = max(highest, used)
        if len(world.polls) == options.feeds and min(world.polls.values()) > len(cycles):
            cycles.append(used)
            print(f"cycle {len(cycles)}: {used} MB", file=sys.stderr, flush=True)
    return cycles, highest


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    family, found = {pid}, True
    while found:
        found = {child for child, parent in parents.items() if parent in family} - family
        family |= found
    return sorted(family)


def _shared_out(pid: int) -> int:
    """The memory of a process in MB, its part of what it shares with others."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    main()
