"""How long it takes from an entry fetched to the alert handed over, while many feeds are polled.

    python benchmarks/latency.py [--feeds 5000] [--seconds 120] [--alerts 300] [--interval 60]

The daemon runs as an operator runs it, against feeds and a webhook on loopback. Every feed answers 304 until its turn
comes to have an entry that is a lead. The clock starts when the server has written that answer, and stops when the
webhook gets the message. Prints percentiles in seconds as JSON, with the load of the machine, which counts for much.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
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


class Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True


class World:
    """Feeds that mostly have nothing new, and a webhook."""

    def __init__(self, share: float) -> None:
        self.polls = 0
        self.measuring = threading.Event()  # entries are only told when the first polls are over
        self.served: dict[str, float] = {}  # title of the alert -> when its entry was served
        self.took: list[float] = []  # seconds
        self._share, self._random, self._lock = share, random.Random(1), threading.Lock()
        self.server = Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def _document(self, feed: str) -> tuple[bytes | None, str | None]:
        """What a feed answers (None: nothing new), and the company in it."""
        with self._lock:
            self.polls += 1
            if not self.measuring.is_set():
                return _rss(feed, "Weather stays fine"), None
            if self._random.random() >= self._share:
                return None, None
            number = len(self.served)
            company = f"Company{number}"
            self.served[company] = 0.0
            return _rss(feed, f"{company} raises ${number + 2}M"), company

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body, company = world._document(self.path.rpartition("/")[2])
                self.send_response(200 if body else 304)
                self.send_header("Content-Length", str(len(body or b"")))
                self.send_header("ETag", f'"{company}"')
                self.end_headers()
                self.wfile.write(body or b"")
                if company:
                    world.served[company] = time.monotonic()

            def do_POST(self) -> None:
                title = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["title"]
                world.took.append(time.monotonic() - world.served[title.partition(":")[0]])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _rss(feed: str, title: str) -> bytes:
    link = f"https://news.example/{feed}/{title.replace(' ', '-')}"
    item = f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid></item>"
    return f'<rss version="2.0"><channel><title>News {feed}</title>{item}</channel></rss>'.encode()


def _config(folder: Path, port: int, feeds: int, interval_seconds: int) -> Path:
    (folder / "rules" / "en").mkdir(parents=True)
    (folder / "rules" / "en" / "funding.toml").write_text(RULES)
    urls = "".join(
        f'[[feeds]]\nurl = "http://127.0.0.1:{port}/feed/{number}"\ninterval = "{interval_seconds}s"\n'
        for number in range(feeds)
    )
    path = folder / "config.toml"
    path.write_text(
        '[listener]\ndatabase = "listener.db"\n'
        '[poll]\nallow_private_networks = true\nper_host = 64\nhost_pause = "0s"\n'
        '[web]\nlisten = "off"\n[deliver]\nstorm_after = 1000000\n'
        f'[destinations]\nchat = "json://127.0.0.1:{port}/hook"\n{urls}'
    )
    return path


def measure(feeds: int, seconds: int, alerts: int, interval_seconds: int) -> dict[str, object]:
    """Run the daemon; what was measured, by name."""
    world = World(share=alerts / (feeds / interval_seconds * seconds))
    with tempfile.TemporaryDirectory(prefix="listener-latency-") as folder:
        config = _config(Path(folder), world.server.server_port, feeds, interval_seconds)
        command = [sys.executable, "-c", "from listener.cli import main; main()", "run", "--config", str(config)]
        environ = {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}
        with (
            open(Path(folder) / "log", "wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log, env=environ) as daemon,
        ):
            while world.polls < feeds and daemon.poll() is None:
                time.sleep(0.2)
            time.sleep(interval_seconds / 2)
            world.measuring.set()
            before, load = world.polls, os.getloadavg()[0]
            time.sleep(seconds)
            polled = world.polls - before
            time.sleep(5)  # for the last of them
            daemon.terminate()
    took = sorted(world.took)
    return {
        "feeds": feeds,
        "polls_per_second": round(polled / seconds, 1),
        "served": len(world.served),
        "alerts": len(took),
        "p50": round(took[len(took) // 2], 3),
        "p99": round(took[int(len(took) * 0.99)], 3),
        "longest": round(took[-1], 3),
        "load": round(load, 1),
        "processors": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--alerts", type=int, default=300)
    parser.add_argument("--interval", type=int, default=60, help="of each feed, in seconds")
    options = parser.parse_args()
    print(json.dumps(measure(options.feeds, options.seconds, options.alerts, options.interval)))


if __name__ == "__main__":
    main()
