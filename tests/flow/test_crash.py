"""A crash between any two steps loses nothing and doubles nothing but the one message in flight."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

from world import PATIENCE_SECONDS, Project, Site, rss

TITLES = tuple(f"{name} raises ${number}M" for number, name in enumerate(("Acme", "Beta", "Cobalt"), start=2))
DRIVER = Path(__file__).parent / "crash_driver.py"


def crash(project: Project, site: Site, last: int, *options: str) -> list[str]:
    """How the cycles ended that were killed at the transaction boundaries 1 to `last`."""
    project.configure([site.url("feed")], {"hook": "env:HOOK"})
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(project.config), str(last), *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        env={**os.environ, "HOOK": site.webhook.replace("/hook", "/run-RUN/")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


EXPECTED = sorted(f"{title.split()[0]}: funding round ({title.split()[-1]})" for title in TITLES)


def test_kills_one_after_the_other_on_one_database_lose_nothing(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*TITLES)

    ends = crash(project, site, 40)

    assert "killed" in ends
    assert ends[-1] == "done"
    told = Counter(site.titles())
    assert sorted(told) == EXPECTED
    assert sum(told.values()) <= len(TITLES) + ends.count("killed")


def test_a_kill_at_each_boundary_of_a_first_cycle_doubles_at_most_one_message(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*TITLES)

    ends = crash(project, site, 200, "fresh")

    assert ends.count("killed") > 10
    assert ends[-1] == "done"
    told: dict[str, list[str]] = defaultdict(list)
    for post in site.posted:
        told[post["path"]].append(post["title"])
    assert len(told) == len(ends)
    for path, titles in told.items():
        assert sorted(set(titles)) == EXPECTED, f"lost at {path}"
        assert len(titles) <= len(TITLES) + 1, f"doubled at {path}"
