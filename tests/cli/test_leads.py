"""`listener leads` on a project with leads: cards, verdicts, rescue, export and hit rates."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from world import RULES, Project, Site, rss

ACCOUNTS = """\
name,owner,segment,territory,domain
Acme Robotics,Anna Meier,target,DACH,acme.example
Veltrane,,exclude,,
"""
TEAM = """\
[accounts]
files = "accounts.csv"
[[reps]]
name = "anna"
destinations = "hook"
known_as = "Anna Meier"
interests = ["ETH Zürich", "rowing"]
[[routes]]
to = "owner"
stop = true
[[routes]]
to = "hook"
min_score = 75
"""


@pytest.fixture
def leads(tmp_path: Path, site: Site) -> Project:
    """Three leads: one of an account with an owner, one excluded, one that scores too little."""
    project = Project(tmp_path)
    (project.folder / "accounts.csv").write_text(ACCOUNTS)
    titles = ("Acme Robotics raises $12M", "Veltrane raises $13M", "Cobalt raises $14M")
    site.pages["feed"] = rss(*titles, text0="Founded by two graduates of ETH Zurich.")
    config = project.configure([site.url("feed")], {"hook": site.webhook}, more=TEAM)
    config.write_text(config.read_text().replace("[listener]", '[listener]\ncurrency = "EUR"', 1))
    project.run("once")
    return project


def number(project: Project, company: str, *options: str) -> str:
    """The id of the lead about that company."""
    return next(str(lead["id"]) for lead in project.json("leads", *options) if lead["company"] == company)


def test_a_lead_goes_to_the_owner_and_says_by_which_route(leads: Project) -> None:
    (lead,) = leads.json("leads")
    assert (lead["company"], lead["score"], lead["status"]) == ("Acme Robotics", 84, "alerted")
    assert lead["reasons"] == ["+70 Funding round", "+14 Acme Robotics is a target account"]
    assert [(each["destination"], each["route"], each["state"]) for each in lead["told"]] == [
        ("hook", "to anna, who owns the account: every lead", "sent")
    ]


def test_what_nobody_was_told_of_is_kept_with_the_reason(leads: Project) -> None:
    reasons = {lead["company"]: lead["suppressed"] for lead in leads.json("leads", "--suppressed")}
    assert reasons["Veltrane"] == "the account Veltrane is excluded (segment exclude)"
    assert reasons["Cobalt"] == (
        "no route takes it: the owner is not known: the prospect is no account; "
        "hook takes a score of 75 or more, not 70"
    )


def test_every_reason_for_which_nobody_was_told_is_shown(tmp_path: Path, site: Site) -> None:
    project = Project(tmp_path)
    project.rule_file.parent.mkdir(parents=True)
    hedged = RULES.replace("[[rule]]", 'hedge = ["in talks"]\n[[rule]]', 1)
    project.rule_file.write_text(hedged)
    (project.folder / "accounts.csv").write_text(
        "name,territory,segment\nAcme Robotics,DACH,\nVeltrane,Nordics,exclude\n"
    )
    titles = (
        "Acme Robotics raises $12M",
        "Veltrane raises $13M",
        "Cobalt, in talks, raises $14M",
        "Delta Foods raises $15M",
        "Delta Foods raises $15 million",
    )
    site.pages["feed"] = rss(*titles)
    more = """
[accounts]
files = "accounts.csv"
[[routes]]
to = "hook"
min_score = 90
[[routes]]
to = "hook"
hedged = "exclude"
territory = "Nordics"
"""
    project.configure([site.url("feed")], {"hook": site.webhook}, more=more)
    project.run("once")

    found = project.json("leads", "--suppressed")
    reasons = {lead["company"]: lead["suppressed"] for lead in found if not lead["duplicate_of"]}
    assert reasons["Veltrane"] == "the account Veltrane is excluded (segment exclude)"
    assert "hook takes the territory Nordics, not DACH" in reasons["Acme Robotics"]
    assert 'hook takes what is certain, not "in talks"' in reasons["Cobalt"]
    assert "hook takes a score of 90 or more, not 70" in reasons["Delta Foods"]
    (duplicate,) = [lead for lead in found if lead["duplicate_of"]]
    assert duplicate["suppressed"] == f"duplicate of lead {duplicate['id']}: the same event"
    assert duplicate["title"] in titles[3:]
    shown = project.run("leads", "--suppressed").stdout
    assert all(reason in shown for reason in (*reasons.values(), duplicate["suppressed"]))


def test_a_rescued_lead_is_alerted_once(leads: Project, site: Site) -> None:
    lead = number(leads, "Cobalt", "--suppressed")
    assert "queued for hook" in leads.run("leads", "rescue", lead, "--by", "ann").stdout
    leads.run("once")
    leads.run("once")
    assert [title for title in site.titles() if "Cobalt" in title] == ["Cobalt: funding round ($14M)"]
    assert "is not suppressed" in leads.run("leads", "rescue", lead, check=1).stderr


def test_the_card_shows_why_now_common_ground_and_who_was_told(leads: Project) -> None:
    lead = number(leads, "Acme Robotics")
    leads.run("leads", "mark", lead, "won", "--value", "12500", "--by", "anna", "--note", "two robots")
    shown = leads.run("leads", "show", lead).stdout
    for words in (
        "“Acme Robotics raises $12M”",
        "New money is spent within two quarters.",
        "anna: ETH Zürich",
        "target, owner Anna Meier, DACH",
        "hook: sent (to anna, who owns the account: every lead)",
        "won 12,500 EUR by anna: two robots",
    ):
        assert words in shown


def test_the_card_as_json_has_history_and_context(leads: Project) -> None:
    lead = number(leads, "Acme Robotics")
    leads.run("leads", "mark", lead, "useful")
    found = leads.json("leads", "show", lead)
    assert found["common_ground"] == {"anna": ["ETH Zürich"]}
    assert [(event["what"], event["who"]) for event in found["history"]] == [("useful", "command line")]
    assert found["earlier"] == found["mentions"] == []


def test_a_snoozed_lead_is_shown_with_its_day(leads: Project) -> None:
    lead = number(leads, "Acme Robotics")
    leads.run("leads", "snooze", lead, "14d")
    assert "snoozed until" in leads.run("leads", "--status", "snoozed").stdout
    assert "No leads yet." in leads.run("leads", "--status", "useful").stdout


@pytest.mark.parametrize("until", ["soon", "2001-13-01"])
def test_a_snooze_that_cannot_be_read_is_wrong_usage(leads: Project, until: str) -> None:
    leads.run("leads", "snooze", "1", until, check=2)


@pytest.mark.parametrize("arguments", [["show", "99"], ["mark", "99", "useful"], ["rescue", "99"]])
def test_an_unknown_lead_is_named(leads: Project, arguments: list[str]) -> None:
    assert "there is no lead 99" in leads.run("leads", *arguments, check=1).stderr


def test_export_writes_what_salesforce_imports(leads: Project) -> None:
    text = leads.run("leads", "export", "--for", "salesforce").stdout
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Company"], row["Website"], row["Last Name"]) == ("Acme Robotics", "acme.example", "[not provided]")


def test_export_to_a_file_that_excel_reads(leads: Project) -> None:
    assert "1 lead\n" in leads.run("leads", "export", "-o", "leads.csv").stdout
    assert (leads.folder / "leads.csv").read_bytes().startswith(b"\xef\xbb\xbfid,found,company")


def test_the_hit_rate_of_rules(leads: Project) -> None:
    assert "Nobody has said anything" in leads.run("leads", "stats").stdout
    leads.run("leads", "mark", number(leads, "Acme Robotics"), "won", "--value", "900")
    (rate,) = leads.json("leads", "stats", "--by", "rule")
    hits = {
        "leads": 3, "suppressed": 2, "right": 1, "wrong": 0, "precision": 1.0, "won": 1, "value": 900.0,
        "currency": "EUR",
    }  # fmt: skip
    assert rate == {"name": "funding/raises-money", "lang": "en", **hits}
    assert leads.json("rules", "list", "funding")[0]["hits"] == hits
    assert "100%" in leads.run("leads", "stats", "--by", "rule").stdout
    assert "100% of 1" in leads.run("rules", "list").stdout
    assert "3 leads, 100% of 1 right, 1 won, 900 EUR" in leads.run("rules", "list", "funding").stdout
    leads.run("leads", "stats", "--by", "moon", check=2)


def test_the_value_of_what_was_won_has_the_currency_of_the_house(leads: Project) -> None:
    lead = number(leads, "Acme Robotics")
    assert "won, 12,500 EUR" in leads.run("leads", "mark", lead, "won", "--value", "12500").stdout
    assert "won, 12,500 EUR" in leads.run("leads").stdout
    assert "12,500 EUR" in leads.run("leads", "stats").stdout
    (found,) = leads.json("leads")
    assert (found["value"], found["currency"]) == (12500, "EUR")
    (row,) = csv.DictReader(io.StringIO(leads.run("leads", "export").stdout))
    assert (row["value"], row["currency"]) == ("12500", "EUR")
