"""`listener rules`: a new file, a stored entry explained, a backtest, mistakes with their line."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import Project, Site, rss

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.configure(["https://news.example/feed"])
    return project


@pytest.fixture
def filled(tmp_path: Path, site: Site) -> Project:
    """A project that has polled once."""
    project = Project(tmp_path)
    site.pages["feed"] = rss("Acme raises $12M", "Beta gets $13M", text1="The round was closed in May.")
    project.configure([site.url("feed")])
    project.run("once")
    return project


# --------------------------------------------------------------------------- new


@pytest.mark.parametrize("lang", ["en", "de", "ru"])
def test_a_new_file_holds_as_it_is(project: Project, lang: str) -> None:
    project.run("rules", "new", "four_day_week", "--lang", lang)
    assert project.run("rules", "test").stdout == "2 files, 2 rules and 3 examples hold, 0 mistakes\n"


def test_a_new_file_takes_after_the_same_trigger_in_another_language(project: Project) -> None:
    project.run("rules", "new", "funding", "--lang", "de")
    text = (project.folder / "rules" / "de" / "funding.toml").read_text()
    assert 'label     = "Funding round"' in text
    assert "weight    = 70" in text


def test_a_new_file_is_never_written_over_one_that_is_there(project: Project) -> None:
    before = project.rule_file.read_text()
    assert "is there already" in project.run("rules", "new", "funding", check=1).stderr
    assert project.rule_file.read_text() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["Four-Day"], "is no name for a trigger"), (["x", "--lang", "xx"], "no language"), (["../../x"], "no name")],
)
def test_a_file_that_could_not_hold_is_not_written(project: Project, arguments: list[str], words: str) -> None:
    before = sorted(project.folder.rglob("*"))
    assert words in " ".join(project.run("rules", "new", *arguments, check=2).stderr.split())
    assert sorted(project.folder.rglob("*")) == before


# --------------------------------------------------------------------------- list, test


def test_the_list_has_a_line_for_each_trigger(project: Project) -> None:
    assert project.run("rules", "list").stdout.splitlines()[1].split() == ["funding", "en", "70", "1", "1", "1"]


def test_a_list_without_a_database_has_no_hit_rates(project: Project) -> None:
    assert project.json("rules", "list")[0]["hits"] is None


def test_a_list_beside_a_broken_database_says_what_is_wrong_with_it(project: Project) -> None:
    (project.folder / "listener.db").write_bytes(b"x" * 5000)
    listed = project.run("rules", "list")
    assert "without hit rates" in listed.stderr
    assert "funding" in listed.stdout


def test_the_list_of_a_trigger_has_its_phrases(project: Project) -> None:
    assert "    {company} raise {money}\n" in project.run("rules", "list", "funding").stdout


def test_an_unknown_trigger_is_named_with_those_that_there_are(project: Project) -> None:
    assert "There are funding" in " ".join(project.run("rules", "list", "ipo", check=2).stderr.split())


def test_a_mistake_is_shown_with_its_line_and_a_mark_under_its_column(project: Project) -> None:
    project.rule_file.write_text(project.rule_file.read_text().replace("{money}", "{mony}"))
    message, line, mark = project.run("rules", "test", check=1).stderr.rstrip().splitlines()
    assert "unknown slot {mony}" in message
    assert line == '    match = ["{company} raise {mony}"]'
    assert line[mark.index("^") :].startswith("mony}") or line[mark.index("^") :].startswith("{mony}")


# --------------------------------------------------------------------------- explain


def test_explain_takes_the_number_of_a_stored_entry(filled: Project) -> None:
    (lead,) = filled.json("leads")
    entry = str(lead["sources"][0]["entry"])
    assert filled.json("rules", "explain", entry)["matches"][0]["company"] == "Acme"
    assert f"entry {entry} of News" in filled.run("rules", "explain", entry).stdout


def test_explain_of_an_unknown_entry_says_so(filled: Project) -> None:
    assert "there is no entry 4711" in filled.run("rules", "explain", "4711", check=2).stderr


def test_explain_names_the_unless_that_stopped_a_rule_and_where_it_stands(project: Project) -> None:
    rule = project.rule_file.read_text().replace("[[example]]", 'unless = ["for charity|hospital"]\n[[example]]', 1)
    project.rule_file.write_text(rule)
    (miss,) = project.json("rules", "explain", "Acme raises $12M for charity")["misses"]
    assert miss["stopped_by"] == "for charity|hospital"
    assert miss["at"].endswith("funding.toml:9")
    assert "stopped by unless 'for charity'" in miss["why"]


def test_explain_tells_the_language_and_says_where_it_has_no_rules(project: Project) -> None:
    shown = project.run("rules", "explain", "Acme hat die Mehrheit an einem Werk in Kiel übernommen").stdout
    assert "language: de, told from the words" in shown
    assert "there are no rules for 'de'" in shown


# --------------------------------------------------------------------------- backtest


def draft(project: Project, old: str, new: str) -> str:
    folder = project.folder / "draft" / "en"
    folder.mkdir(parents=True)
    (folder / "funding.toml").write_text(project.rule_file.read_text().replace(old, new))
    return str(folder.parent)


def test_backtest_as_json(filled: Project) -> None:
    found = filled.json("rules", "backtest", "--rules", draft(filled, "raise {money}", "raise|get {money}"))
    assert (found["entries"], found["failed"]) == (2, 0)
    assert {kind: found["leads"][kind] for kind in ("before", "after", "added", "lost")} == {
        "before": 1,
        "after": 2,
        "added": 1,
        "lost": 0,
    }
    (added,) = found["added"]
    assert (added["title"], added["after"]["company"], added["before"]) == ("Beta gets $13M", "Beta", None)


def test_backtest_for_people_shows_what_is_lost(filled: Project) -> None:
    rules = draft(filled, "{company} raise {money}", "{company} get {money}").replace("$12M", "$13M")
    file = Path(rules) / "en" / "funding.toml"
    file.write_text(file.read_text().replace("Acme Robotics raises $12M", "Acme Robotics gets $12M"))
    shown = filled.run("rules", "backtest", "--rules", rules).stdout
    assert "2 entries" in shown
    assert "Lost: found now, and no more by the candidate rules (1 of 1)" in shown
    assert "“Acme raises $12M”" in shown


def test_backtest_of_rules_with_a_mistake_compares_nothing(filled: Project) -> None:
    done = filled.run("rules", "backtest", "--rules", draft(filled, "{money}", "{mony}"), check=1)
    assert "unknown slot {mony}" in done.stderr
    assert "Nothing was compared" in done.stderr
    assert done.stdout == ""


def test_backtest_of_a_wrong_duration_is_wrong_usage(filled: Project) -> None:
    assert "expected a duration" in " ".join(filled.run("rules", "backtest", "--since", "soon", check=2).stderr.split())


def test_backtest_without_a_database_says_what_to_do(project: Project) -> None:
    assert "listener.db" in project.run("rules", "backtest", check=1).stderr
    assert not (project.folder / "listener.db").exists()
