"""`listener backup`, `restore` and `vacuum`."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import Project, Site, rss


@pytest.fixture
def filled(tmp_path: Path, site: Site) -> Project:
    project = Project(tmp_path)
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")])
    project.run("once")
    return project


def companies(project: Project) -> list[str]:
    return [lead["company"] for lead in project.json("leads")]


def test_a_backup_can_be_made_and_put_back(filled: Project, site: Site) -> None:
    line = filled.run("backup", "safe").stdout
    assert line.startswith("safe/listener-")
    assert "verified" in line
    site.pages["feed"] = rss("Beta raises $13M")
    filled.run("once")
    assert companies(filled) == ["Beta", "Acme"]
    assert "The one from before is kept as" in filled.run("restore", line.partition(":")[0]).stdout
    assert companies(filled) == ["Acme"]


def test_nothing_is_restored_or_packed_beneath_a_running_daemon(filled: Project) -> None:
    made = filled.run("backup", "safe").stdout.partition(":")[0]
    daemon = filled.start("run")
    try:
        assert daemon.stderr is not None
        next(line for line in daemon.stderr if "daemon.started" in line)
        for command in (["restore", made], ["vacuum"]):
            assert "another listener daemon runs" in filled.run(*command, check=1).stderr
        assert "verified" in filled.run("backup", "safe").stdout
    finally:
        daemon.kill()
        daemon.communicate()


def test_the_daemon_makes_backups_by_itself(filled: Project, site: Site) -> None:
    filled.configure([site.url("feed")], more='[backup]\nfolder = "safe"\nevery = "24h"\n')
    daemon = filled.start("run")
    try:
        assert daemon.stderr is not None
        line = next(line for line in daemon.stderr if "backup.made" in line)
    finally:
        daemon.kill()
        daemon.communicate()
    assert Path(line.rpartition("file=")[2].strip()).exists()


def test_packing_says_what_it_saved(filled: Project) -> None:
    assert "MB given back" in filled.run("vacuum").stdout


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path, site: Site) -> None:
    project = Project(tmp_path)
    project.configure([site.url("feed")])
    assert "no database yet" in project.run("backup", check=1).stderr
