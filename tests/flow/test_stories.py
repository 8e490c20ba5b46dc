"""One event in many outlets is one lead; other events, companies and people are others. With accounts and mentions."""

from __future__ import annotations

import os
from contextlib import closing

import pytest
from world import Project, Site, rss

from listener.store import Store

FUNDING = """\
trigger = "funding"
label   = "Funding round"
lang    = "en"
weight  = 70
why     = "New money is spent within two quarters."
[[rule]]
id    = "raises-money"
match = [
  "{company} raise|secure|bag|land|close|get {money}",
  "{company} close ...4 {round}",
  "{money} for {company}",
]
[[example]]
text   = "Acme Robotics raises $12M"
expect = { company = "Acme Robotics" }
"""
GERMAN = """\
trigger = "funding"
label   = "Finanzierungsrunde"
lang    = "de"
weight  = 70
why     = "Neues Geld wird bald ausgegeben."
[[rule]]
id    = "sammelt-ein"
match = ["{company} sammeln|sammelt {money} ein"]
[[example]]
text   = "Acme Robotics sammelt 12 Mio. Dollar ein"
expect = { company = "Acme Robotics" }
"""
HIRES = """\
trigger = "executive_hire"
label   = "New executive"
lang    = "en"
weight  = 60
why     = "New people buy anew."
[[rule]]
id    = "names"
match = ["{company} name|hire|appoint {person} ...3 {role}"]
[[example]]
text   = "Acme Robotics names Anna Meyer chief executive"
expect = { company = "Acme Robotics", person = "Anna Meyer" }
"""
PURCHASES = """\
trigger = "acquisition"
label   = "Acquisition"
lang    = "en"
weight  = 60
why     = "Two become one."
[[rule]]
id    = "buys"
match = [
  "{company} buy|acquire {company:target}",
  "{company} complete acquisition of {company:target}",
  "{company} is bought by {company:acquirer}",
]
[[example]]
text   = "Acme Robotics buys Beta Labs"
expect = { company = "Acme Robotics", target = "Beta Labs" }
"""
ONE_ROUND = {
    "one": "Cobalt Freight raises $12M in Series B",
    "two": "Oak leads as Cobalt Freight Inc. secures $12 million",
    "three": "Rail cargo: Cobalt Freight bags $12.1M",
    "four": "Cobalt Freight closes oversubscribed Series B round",
}
GERMAN_TELLING = "Cobalt Freight sammelt 12 Mio. Dollar ein"


@pytest.fixture
def project(project: Project) -> Project:
    for path, rules in (
        ("en/funding", FUNDING),
        ("de/funding", GERMAN),
        ("en/hires", HIRES),
        ("en/purchases", PURCHASES),
    ):
        file = project.folder / "rules" / f"{path}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rules)
    return project


def tell(site: Site, *names: str) -> list[str]:
    return [site.url(name) for name in names]


def test_five_outlets_with_five_wordings_are_one_lead_with_five_sources_and_one_alert(
    project: Project, site: Site
) -> None:
    for name, title in ONE_ROUND.items():
        site.pages[name] = rss(title, site=f"https://{name}.example")
    site.pages["five"] = rss(GERMAN_TELLING, site="https://five.example")
    config = project.configure(tell(site, *ONE_ROUND), {"hook": site.webhook})
    config.write_text(config.read_text() + f'[[feeds]]\nurl = "{site.url("five")}"\nlang = "de"\n')

    summary = project.json("once")

    assert summary["leads"] == {"new": 1, "updated": 4, "suppressed": 0}
    assert len(site.titles()) == 1
    (lead,) = project.json("leads")
    assert len(lead["sources"]) == 5
    assert {source["title"] for source in lead["sources"]} == {*ONE_ROUND.values(), GERMAN_TELLING}


def test_what_comes_after_is_news_and_a_similar_name_is_apart(project: Project, site: Site) -> None:
    site.pages["one"] = rss(ONE_ROUND["one"], site="https://one.example")
    project.configure(tell(site, "one"), {"hook": site.webhook})
    project.run("once")
    later = (
        "Cobalt Freight names Anna Meyer chief executive",
        "Cobalt Freight hires Ben Ode as chief financial officer",
        "Cobalt Paints raises $12M in Series B",
        "Cobalt Freight raises $40M in Series C",
        "Cobalt Freight appoints Meyer as new CEO",
    )
    site.pages["one"] = rss(*later, ONE_ROUND["one"], site="https://one.example")

    summary = project.json("once")

    assert summary["leads"] == {"new": 4, "updated": 1, "suppressed": 0}
    told = {(lead["company"], lead["trigger"], lead["title"]) for lead in project.json("leads")}
    hired = next(lead for lead in project.json("leads") if lead["title"] == later[0])
    assert "+5 also at this prospect: Funding round" in hired["reasons"]
    assert f"Funding round, 70, alerted #1: {ONE_ROUND['one']}" in project.run("leads", "show", str(hired["id"])).stdout
    assert told == {
        ("Cobalt Freight", "funding", ONE_ROUND["one"]),
        ("Cobalt Freight", "executive_hire", later[0]),
        ("Cobalt Freight", "executive_hire", later[1]),
        ("Cobalt Paints", "funding", later[2]),
        ("Cobalt Freight", "funding", later[3]),
    }


def test_both_sides_of_a_purchase_and_its_completion_are_one_lead(project: Project, site: Site) -> None:
    site.pages["one"] = rss(
        "Acme Robotics buys Beta Labs",
        "Acme Robotics acquires rival Beta Labs",
        "Acme Robotics completes acquisition of Beta Labs",
        "Beta Labs is bought by Acme Robotics",
    )
    project.configure(tell(site, "one"), {"hook": site.webhook})

    assert project.json("once")["leads"] == {"new": 1, "updated": 3, "suppressed": 0}


def test_details_of_later_tellings_are_added(project: Project, site: Site) -> None:
    site.pages["one"] = rss(ONE_ROUND["four"], site="https://one.example")
    site.pages["two"] = rss(ONE_ROUND["two"], site="https://two.example")
    project.configure(tell(site, "one", "two"))
    project.run("once")

    (lead,) = project.json("leads")
    assert lead["slots"]["round"].startswith("Series B")
    assert lead["slots"]["money"] == "$12 million"


def test_an_outlet_is_not_the_prospect_of_what_it_tells(project: Project, site: Site) -> None:
    site.pages["one"] = rss("The Daily Ledger raises $12M").replace(b"<title>News", b"<title>Daily Ledger")
    project.configure(tell(site, "one"), {"hook": site.webhook})

    assert project.json("once")["leads"] == {"new": 0, "updated": 0, "suppressed": 1}
    assert "add it to the accounts" in project.json("leads", "--suppressed")[0]["suppressed"]

    again = rss("The Daily Ledger secures $12M", "The Daily Ledger raises $12M")
    site.pages["one"] = again.replace(b"<title>News", b"<title>Daily Ledger")
    assert project.json("once")["leads"] == {"new": 0, "updated": 1, "suppressed": 0}
    assert site.titles() == []
    assert [lead["duplicate_of"] for lead in project.json("leads", "--suppressed")] == [None, 1]


# --------------------------------------------------------------------------- accounts

ACCOUNTS = 'name;domain;aliases;owner;segment\nCobalt Freight, Inc.;cobalt.example;"CF Cargo";anna;target\n'
USE_ACCOUNTS = '[accounts]\nfiles = ["accounts.csv"]\n'


def test_a_lead_says_which_account_it_is_about_and_how_surely(project: Project, site: Site) -> None:
    (project.folder / "accounts.csv").write_bytes(ACCOUNTS.encode("utf-16"))
    site.pages["one"] = rss("CF Cargo raises $12M", "Cobalt Freight secures $12 million")
    project.configure(tell(site, "one"), more=USE_ACCOUNTS)
    project.run("once")

    (lead,) = project.json("leads")
    assert lead["account"] == {
        "name": "Cobalt Freight, Inc.",
        "domain": "cobalt.example",
        "aliases": ["CF Cargo"],
        "owner": "anna",
        "segment": "target",
        "territory": None,
        "industry": None,
        "size": None,
        "certainty": 0.95,
        "how": "the name",
    }
    assert "95% sure by the name" in project.run("leads").stdout


def test_an_account_that_is_named_without_an_event_is_a_mention(project: Project, site: Site) -> None:
    (project.folder / "accounts.csv").write_text(ACCOUNTS)
    site.pages["one"] = rss(
        "Freight rates rise, says Cobalt Freight", "Beta Labs raises $12M", text1="CF Cargo was the first customer."
    )
    project.configure(tell(site, "one"), more=USE_ACCOUNTS)
    project.run("once")

    with closing(Store.open(project.folder / "listener.db")) as store:
        mentions = store.mentions.of_account("cobalt freight", limit=10)
    assert {(mention.title, mention.how) for mention in mentions} == {
        ("Freight rates rise, says Cobalt Freight", "the name"),
        ("Beta Labs raises $12M", "the alias 'CF Cargo'"),
    }


def test_a_changed_file_of_accounts_is_taken_while_it_runs(project: Project, site: Site) -> None:
    accounts = project.folder / "accounts.csv"
    accounts.write_text("name\nBeta Labs\n")
    site.pages["one"] = rss("Weather stays fine")
    project.configure(tell(site, "one"), {"hook": site.webhook}, more=USE_ACCOUNTS)
    process = project.start("run")
    assert process.stderr is not None
    while "accounts.in_use accounts=1" not in process.stderr.readline():
        pass
    accounts.write_text("name\nBeta Labs\nCobalt Freight\n")
    while "accounts.in_use accounts=2" not in process.stderr.readline():
        pass
    site.pages["one"] = rss("Cobalt Freight raises $12M", "Weather stays fine")
    site.wait_for(1)
    process.terminate()
    process.communicate()

    assert project.json("leads")[0]["account"]["name"] == "Cobalt Freight"


def test_wrong_rows_are_shown_by_line(project: Project, site: Site) -> None:
    (project.folder / "accounts.csv").write_text("name,domain\nCobalt,nonsense\nBeta,\n")
    project.configure(tell(site, "one"), more=USE_ACCOUNTS)

    assert "accounts.csv, line 2: 'nonsense' is no domain" in project.run("check", check=1).stderr
    assert "accounts.csv, line 2" in project.run("accounts", "check", check=1).stdout
    done = project.run("accounts", "check", "--json", check=1)
    assert '"accounts": 1' in done.stdout
    assert [account["name"] for account in project.json("accounts", "list")] == ["Beta"]


def test_a_file_of_accounts_that_is_not_there_is_named(project: Project, site: Site) -> None:
    site.pages["one"] = rss("Cobalt Freight raises $12M")
    project.configure(tell(site, "one"), more=USE_ACCOUNTS)
    done = project.run("accounts", "check", check=1)
    assert f"accounts.csv: cannot be read ({os.strerror(2)})" in done.stdout
    assert project.json("once")["leads"]["new"] == 1
