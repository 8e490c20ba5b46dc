"""Runs one cycle and kills itself in front of the nth BEGIN or COMMIT. Not a test; see test_crash.py.

    crash_driver.py CONFIG LAST        n = 1, 2 ... LAST, one after the other on the same database
    crash_driver.py CONFIG LAST fresh  each on a new database, and a cycle that is not killed behind it

Forks a child for each n, so that spaCy and the rules are loaded once, with the environment variable RUN set to n.
Prints for each how its child ended: "killed" or "done"; with `fresh` it ends at the first "done".
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from listener import clock
from listener.app import cycle, open_app
from listener.config import Config, load_config
from listener.executor import InlineExecutor
from listener.rulebook import check_rules, read_rule_files
from listener.store.connection import Connection

NEVER = 1_000_000


def run_and_die(config: Path, run: int, before: int) -> None:
    """One cycle, killed in front of the transaction boundary number `before`, counted from 1."""
    seen = 0

    def count(statement: str) -> None:
        nonlocal seen
        seen += statement.startswith(("BEGIN", "COMMIT"))
        if seen == before:
            os.kill(os.getpid(), signal.SIGKILL)

    original = Connection.__init__

    def traced(self: Connection, raw: object) -> None:
        original(self, raw)  # type: ignore[arg-type]
        raw.set_trace_callback(count)  # type: ignore[attr-defined]

    Connection.__init__ = traced  # type: ignore[method-assign]
    with open_app(_config(config, run), clock=clock.now) as app:
        cycle(app)


def _config(path: Path, run: int) -> Config:
    """The destination of the configuration takes its URL from HOOK; each run has a path of its own there."""
    return load_config(path, {"HOOK": os.environ["HOOK"].replace("RUN", str(run))})


def _end(config: Path, run: int, before: int) -> str:
    child = os.fork()
    if child == 0:
        run_and_die(config, run, before)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else "done" if status == 0 else f"status {status}"


def main() -> None:
    config, last, fresh = Path(sys.argv[1]), int(sys.argv[2]), len(sys.argv) > 3
    check_rules(read_rule_files(_config(config, 0).rules), InlineExecutor())
    for run in range(1, last + 1):
        for file in config.parent.glob("listener.db*") if fresh else ():
            file.unlink()
        end = _end(config, run, before=run)
        print(end, flush=True)
        if fresh and end == "done":
            return
        if fresh:
            assert _end(config, run, before=NEVER) == "done"


main()
