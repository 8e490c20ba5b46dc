"""The commands: their output for people and for programs, and their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from world import Project, command

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("--rules", str(ROOT / "rules"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.configure(["https://news.example/feed"])
    return project


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'spacy', 'apprise', 'feedparser', 'pydantic', 'sqlite_utils', 'apscheduler', 'httpx'}"
    code = f"import sys, listener.cli; print(*({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["leads", "--limit", "none"], ["rules", "explain"]])
def test_wrong_usage_ends_with_2(project: Project, arguments: list[str]) -> None:
    project.run(*arguments, check=2)


# --------------------------------------------------------------------------- check


def test_check_of_a_good_configuration(project: Project) -> None:
    assert "Everything is in order." in project.run("check").stdout


def test_check_sends_nothing_and_makes_no_database(project: Project) -> None:
    project.run("check")
    assert not (project.folder / "listener.db").exists()


def test_check_names_every_mistake_of_the_configuration(project: Project) -> None:
    project.configure(["https://news.example/feed"], more='[[routes]]\nto = "ana"\n[[reps]]\nnme = "anna"\n')
    done = project.run("check", check=1)
    assert "routes[0].to" in done.stderr
    assert "reps[0].nme" in done.stderr
    assert "Did you mean name?" in done.stderr


def test_check_names_the_mistakes_of_rules_routes_and_destinations(project: Project) -> None:
    project.configure(
        ["https://news.example/feed"],
        {"chat": "nonsense://secret-token"},
        more='[[routes]]\nto = "chat"\ntriggers = ["fundng"]\n',
    )
    bad = project.rule_file.read_text().replace('"funding"', '"other"').replace("{money}", "{mony}")
    project.rule_file.with_name("other.toml").write_text(bad)

    done = project.run("check", check=1)

    assert "other.toml:8:" in done.stderr
    assert "no rule file has the trigger 'fundng'. Did you mean funding?" in done.stderr
    assert "destination chat" in done.stderr
    assert "secret-token" not in done.stderr + done.stdout


def test_check_names_the_mistakes_of_templates(project: Project) -> None:
    folder = project.folder / "templates"
    folder.mkdir()
    (folder / "alert.md").write_text("{{ card.title }}\n{{ card.compny }}\n")
    project.configure(["https://news.example/feed"], more='[messages]\ntemplates = "templates"\n')
    assert f"{folder}/alert.md:2: " in project.run("check", check=1).stderr


def test_check_names_a_demo_feed_that_does_not_exist(project: Project) -> None:
    project.configure(["demo:nope"])
    assert "press" in project.run("check", check=1).stderr


# --------------------------------------------------------------------------- rules


def test_explain_shows_trigger_rule_slots_and_score(project: Project) -> None:
    shown = project.run("rules", "explain", "Acme Robotics raises $12M Series B led by Sequoia", *SHIPPED).stdout
    for words in ("funding", "Acme Robotics", "$12M", "Series B", "score"):
        assert words in shown


def test_explain_says_why_nothing_fired(project: Project) -> None:
    shown = project.run("rules", "explain", "Charity run raises $12,000 for hospital", *SHIPPED).stdout
    assert "Nothing fires." in shown
    assert "funding/" in shown


def test_explain_as_json(project: Project) -> None:
    found = json.loads(project.run("rules", "explain", "Acme raises $12M", "--json").stdout)
    (match,) = found["matches"]
    assert (match["rule"], match["score"], match["slots"]) == (
        "funding/raises-money",
        70,
        {"company": "Acme", "money": "$12M", "amount": 12_000_000, "currency": "USD"},
    )


def test_explain_in_a_language_without_rules_says_so(project: Project) -> None:
    assert "no rules for 'de'" in project.run("rules", "explain", "Acme wächst", "--lang", "de").stdout


def test_rules_test_of_good_rules(project: Project) -> None:
    assert project.run("rules", "test").stdout == "1 file, 1 rule and 1 example hold, 0 mistakes\n"


def test_rules_test_names_an_example_that_does_not_hold(project: Project) -> None:
    project.rule_file.write_text(project.rule_file.read_text().replace('company = "Acme Robotics"', 'company = "Acme"'))
    done = project.run("rules", "test", check=1)
    assert "funding.toml:9: the example 'Acme Robotics raises $12M' should find {'company': 'Acme'}" in done.stderr


def test_rules_list_as_json(project: Project) -> None:
    (rule,) = project.json("rules", "list")
    assert (rule["id"], rule["phrases"]) == ("funding/raises-money", ["{company} raise {money}"])


def test_the_shipped_rules_hold(project: Project) -> None:
    assert "0 mistakes" in project.run("rules", "test", *SHIPPED).stdout


# --------------------------------------------------------------------------- eval


def labelled(project: Project) -> str:
    rows = [
        {
            "id": "1",
            "title": "Acme raises $12M",
            "summary": "",
            "lang": "en",
            "labels": ["funding"],
            "company": "Acme Inc.",
        },
        {
            "id": "2",
            "title": "Beta raises $13M",
            "summary": "",
            "lang": "en",
            "labels": ["funding"],
            "company": "Bravo",
        },
        {"id": "3", "title": "Cobalt raises $14M", "summary": "", "lang": "en", "labels": [], "company": ""},
        {
            "id": "4",
            "title": "Delta gets money",
            "summary": "",
            "lang": "en",
            "labels": ["funding"],
            "company": "Delta",
        },
        {"id": "5", "title": "Weather", "summary": "", "lang": "en", "labels": [], "company": ""},
    ]
    file = project.folder / "labelled.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(file)


def test_eval_counts_right_wrong_and_missed(project: Project) -> None:
    figures = project.json("rules", "eval", labelled(project))
    expected = {"tp": 2, "fp": 1, "fn": 1, "precision": 0.667, "recall": 0.667, "f1": 0.667}
    assert figures["micro"] == expected
    assert figures["triggers"] == {"funding": expected}
    assert figures["company"] == {"correct": 1, "total": 2, "accuracy": 0.5}
    assert figures["docs_per_second"] > 0


def test_eval_writes_predictions(project: Project) -> None:
    out = project.folder / "predictions.jsonl"
    project.run("rules", "eval", labelled(project), "--predictions", str(out))
    first, *others = map(json.loads, out.read_text().splitlines())
    assert first == {
        "id": "1",
        "triggers": [
            {
                "trigger": "funding",
                "rule": "funding/raises-money",
                "company": "Acme",
                "slots": {"company": "Acme", "money": "$12M"},
                "confidence": 0.9,
                "hedged": False,
                "quote": "Acme raises $12M",
            }
        ],
    }
    assert [row["id"] for row in others] == ["2", "3", "4", "5"]


def test_eval_names_a_line_that_is_no_json(project: Project) -> None:
    file = project.folder / "broken.jsonl"
    file.write_text('{"id": "1", "title": "x"}\n{"id": \n')
    assert "broken.jsonl:2: not valid JSON" in project.run("rules", "eval", str(file), check=1).stderr


@pytest.mark.skipif(not (ROOT / "../shared/eval/gold_en.jsonl").exists(), reason="the labelled text is not here")
def test_eval_agrees_with_the_scorer_of_the_labelled_text(project: Project) -> None:
    folder = ROOT / "../shared/eval"
    out = project.folder / "predictions.jsonl"
    ours = project.json("rules", "eval", str(folder / "gold_en.jsonl"), "--predictions", str(out), *SHIPPED)
    scorer = [sys.executable, str(folder / "score.py"), str(folder / "gold_en.jsonl"), str(out), "--json"]
    theirs = json.loads(subprocess.run(scorer, capture_output=True, text=True, check=True).stdout)
    assert ours["micro"] == theirs["micro"]
    assert ours["triggers"] == theirs["triggers"]


# --------------------------------------------------------------------------- leads, feeds, alerts, demo


@pytest.mark.parametrize("arguments", [["leads"], ["alerts", "list"], ["alerts", "retry"]])
def test_without_a_database_the_remedy_is_said(project: Project, arguments: list[str]) -> None:
    assert "there is no database yet. Start `listener run`" in project.run(*arguments, check=1).stderr


def test_a_test_alert_to_an_unknown_destination_names_the_nearest(project: Project) -> None:
    project.configure(["https://news.example/feed"], {"sales-chat": "json://127.0.0.1:1/"})
    assert "Did you mean sales-chat?" in project.run("alerts", "test", "sales-cat", check=1).stderr


def test_a_test_alert_that_fails_says_why(project: Project) -> None:
    project.configure(["https://news.example/feed"], {"chat": "json://127.0.0.1:1/"})
    assert project.run("alerts", "test", "chat", check=1).stderr == "chat: connection refused\n"


def test_demo_feeds_need_no_proxy(project: Project) -> None:
    project.configure(["demo:press"])
    dead = {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": ""}
    assert project.json("once", environ=dead)["feeds"] == {"polled": 1, "changed": 1, "not_modified": 0, "failed": 0}


def test_feeds_are_polled_through_the_proxy_of_the_environment(project: Project) -> None:
    project.configure(["http://news.invalid/feed"])
    dead = {"http_proxy": "http://ann:s3cret@127.0.0.1:1", "no_proxy": ""}
    done = project.run("feeds", "poll", check=None, environ=dead)
    assert "no connection to the proxy http://127.0.0.1:1 (Connection refused)" in done.stdout + done.stderr
    assert "s3cret" not in done.stdout + done.stderr


def test_the_demo_finds_leads_and_alerts_each_once(tmp_path: Path) -> None:
    done = subprocess.run(
        command("demo", "--once", "--json"), cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    shown = json.loads(done.stdout)
    assert shown["leads"]["new"] >= 20
    assert shown["deliveries"]["sent"] == len(shown["inbox"]) == len({message["title"] for message in shown["inbox"]})
    assert max(len(lead["sources"]) for lead in shown["found"]) >= 2
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_configuration_is_in_order() -> None:
    done = subprocess.run(command("check"), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
