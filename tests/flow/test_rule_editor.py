"""A rule editor follows docs/rules.md, word for word, beside a running daemon."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from world import NO_PROXIES, PATIENCE_SECONDS, Project, Site, rss

ROOT = Path(__file__).resolve().parents[2]
WALK = (ROOT / "docs" / "rules.md").read_text().partition("## A new rule")[2].partition("\n## ")[0]
KNOWN = ("lists", "en/shared.toml", "en/funding.toml")  # of the shipped rules: enough, and quick to compile
HEADLINE = "Veldt Energy rebrands as Veldt"


@pytest.fixture
def editor(project: Project, site: Site) -> Project:
    """A project with rules, and a daemon that is yet to be started."""
    for name in KNOWN:
        source, target = ROOT / "rules" / name, project.folder / "rules" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    site.pages["feed"] = rss(HEADLINE, "Acme Robotics raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    command = project.folder / "bin" / "listener"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from listener.cli import main; main()" "$@"\n')
    command.chmod(0o755)
    return project


@pytest.fixture
def daemon(editor: Project) -> Iterator[subprocess.Popen[str]]:
    process = editor.start("run")
    yield process
    process.kill()
    process.communicate()


def shell(editor: Project, line: str) -> subprocess.CompletedProcess[str]:
    path = f"{editor.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        line,
        shell=True,
        cwd=editor.folder,
        env={**os.environ, **NO_PROXIES, "PATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def follow_the_page(editor: Project) -> dict[str, str]:
    """Do what every block says, in order; what each command showed."""
    shown = {}
    for kind, file, block in re.findall(r"```(sh|toml)(?: file=(\S+))?\n(.*?)```", WALK, re.DOTALL):
        if kind == "toml":
            assert (editor.folder / file).exists(), "the page has it written before it is edited"
            (editor.folder / file).write_text(block)
            continue
        for line in block.splitlines():
            done = shell(editor, line)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
            shown[line] = done.stdout
    return shown


def test_a_new_rule_is_written_tested_backtested_and_live_by_following_the_page(
    editor: Project, site: Site, daemon: subprocess.Popen[str]
) -> None:
    assert site.wait_for(1) == ["Acme Robotics: funding round ($12M)"]

    shown = follow_the_page(editor)

    assert "FIRES  rebrand/new-name" in next(text for line, text in shown.items() if "explain" in line)
    backtest = next(text for line, text in shown.items() if "backtest" in line)
    assert re.search(r"^rebrand +0 +1 +1", backtest, re.MULTILINE), backtest
    assert HEADLINE in backtest
    assert re.search(r"^funding +1 +1 *$", backtest, re.MULTILINE), backtest
    assert "in order" in shown["listener check"]
    _wait_for_line(daemon, "rules.in_use")  # those of the start
    _wait_for_line(daemon, "rules.in_use")
    site.pages["feed"] = rss("Harrow Foods rebrands as Harrow", HEADLINE, "Acme Robotics raises $12M")
    assert site.wait_for(2)[1].startswith("Harrow Foods: new name or look")


def test_a_broken_edit_changes_nothing_but_a_clear_message(
    editor: Project, site: Site, daemon: subprocess.Popen[str]
) -> None:
    site.wait_for(1)
    file = editor.folder / "rules" / "en" / "funding.toml"
    good = file.read_text()

    file.write_text(good.replace("raise ...5 {money}", "raise ...5 {mony}"))

    line = _wait_for_line(daemon, "rules.refused")
    assert re.search(r"rules/en/funding\.toml:\d+:\d+: .*unknown slot \{mony\}.*Did you mean 'money'\?", line)
    _wait_for_line(daemon, "rules.kept")
    assert "unknown slot {mony}" in editor.run("check", check=1).stderr
    assert "unknown slot {mony}" in editor.run("feeds", "health", check=1).stderr
    site.pages["feed"] = rss("Beta Foods raises $13M", "Acme Robotics raises $12M")
    assert site.wait_for(2)[1] == "Beta Foods: funding round ($13M)"

    file.write_text(good)

    _wait_for_line(daemon, "rules.in_use")
    assert "rules" in editor.run("feeds", "health").stdout


def _wait_for_line(process: subprocess.Popen[str], words: str) -> str:
    """The next line on stderr with these words; the daemon's end is the end of them."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(f"the daemon ended without saying {words!r}")
