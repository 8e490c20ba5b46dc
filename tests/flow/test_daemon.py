"""The daemon: works until it is told to stop, ends in order, takes new rules, is alone on its database."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from world import PATIENCE_SECONDS, Project, Site, rss

SHIPPED_RULES = Path(__file__).parents[2] / "rules"
HIRE = """\
trigger = "executive_hire"
lang    = "en"
[[rule]]
id    = "appoints"
match = ["{company} appoint {person}"]
"""


@contextmanager
def daemon(project: Project) -> Iterator[subprocess.Popen[str]]:
    """A daemon that is ended, however the test ends."""
    process = project.start("run")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[float, str]:
    """Ask it to end; how many seconds that took, and what it wrote to stderr."""
    began = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    return time.monotonic() - began, errors


@pytest.mark.parametrize("workers", [0, 1])
def test_leads_are_sent_as_entries_appear(project: Project, site: Site, workers: int) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook}, workers=workers)
    with daemon(project) as process:
        site.wait_for(1)
        site.pages["feed"] = rss("Beta raises $13M", "Acme raises $12M")
        assert site.wait_for(2) == ["Acme: funding round ($12M)", "Beta: funding round ($13M)"]

        seconds, errors = end(process)

    assert process.returncode == 0, errors
    assert seconds < 10
    assert "daemon.stopped" in errors


def test_a_stop_gives_back_what_is_under_way_and_the_next_start_finishes_it(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    site.refuse = True
    project.configure([site.url("feed")], {"hook": site.webhook}, more='[deliver]\nretry_base = "1s"\n')
    with daemon(project) as process:
        with site.arrived:
            assert site.arrived.wait_for(lambda: site.refused > 0, PATIENCE_SECONDS)
        _, errors = end(process, signal.SIGINT)
    assert process.returncode == 0, errors
    site.refuse = False

    with daemon(project):
        assert site.wait_for(1) == ["Acme: funding round ($12M)"]


def test_a_stop_while_rules_are_compiled_waits_for_none_of_it(project: Project, site: Site) -> None:
    project.configure([site.url("feed")], workers=1)
    shutil.copytree(SHIPPED_RULES, project.folder / "rules", dirs_exist_ok=True)  # seconds of work
    with daemon(project) as process:
        _wait_for_line(process, "daemon.started")
        _, errors = end(process)
    assert process.returncode == 0, errors
    assert "daemon.stopped" in errors
    assert "daemon.cut_short" not in errors
    assert "ERROR" not in errors


def test_a_start_without_any_good_rule_says_so_once_and_ends(project: Project, site: Site) -> None:
    project.configure([site.url("feed")])
    project.rule_file.write_text("match = [")
    done = project.run("run", check=1)
    assert done.stderr.count("rules.refused") == 1
    assert "tried again" not in done.stderr
    assert "no rule is without a mistake" in done.stderr.splitlines()[-1]


def test_an_edited_rule_file_is_taken_without_a_restart(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    with daemon(project) as process:
        site.wait_for(1)
        project.rule_file.with_name("executive_hire.toml").write_text(HIRE)
        process.send_signal(signal.SIGHUP)
        _wait_for_line(process, "rules.in_use rules=2")
        site.pages["feed"] = rss("Beta appoints Jane Doe", "Acme raises $12M")
        assert site.wait_for(2)[1].startswith("Beta: executive hire")


def test_a_broken_rule_file_leaves_the_old_rules_in_use_and_is_said(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    with daemon(project) as process:
        site.wait_for(1)
        project.rule_file.write_text(project.rule_file.read_text().replace("{money}", "{mony}"))
        line = _wait_for_line(process, "rules.refused")
        assert "funding.toml:8" in line
        assert "Did you mean 'money'?" in line
        site.pages["feed"] = rss("Beta raises $13M", "Acme raises $12M")
        site.wait_for(2)


def test_a_second_daemon_on_the_database_says_so_and_ends(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    with daemon(project):
        site.wait_for(1)
        second = project.run("once", check=1)
        assert "another listener daemon runs on this database" in second.stderr
        assert "Traceback" not in second.stderr


def test_the_database_can_be_read_while_the_daemon_runs(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    with daemon(project):
        site.wait_for(1)
        assert [lead["company"] for lead in project.json("leads")] == ["Acme"]


def test_it_says_over_http_that_it_is_at_work(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    with daemon(project) as process:
        url = _wait_for_line(process, "web.started").rpartition("url=")[2].strip()
        site.wait_for(1)
        with urllib.request.urlopen(f"{url}/readyz") as answer:
            assert json.load(answer)["ready"] is True
        with urllib.request.urlopen(f"{url}/metrics") as answer:
            assert b'listener_leads_total{trigger="funding"} 1.0' in answer.read()


def _wait_for_line(process: subprocess.Popen[str], words: str) -> str:
    """The next line on stderr with these words; the daemon's end is the end of them."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"the daemon ended without saying {words!r}")
