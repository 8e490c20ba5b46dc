"""A feed appears, and a rep has a message: the whole chain, with real servers on both ends."""

from __future__ import annotations

from world import MailServer, Project, Site, rss

from listener.judge_stage import BATCH

TITLES = ("Acme Robotics raises $12M", "Weather stays fine", "Beta Labs raises €3 million")


def test_an_entry_becomes_a_lead_and_an_alert_by_mail_and_by_webhook(
    project: Project, site: Site, mail: MailServer
) -> None:
    site.pages["feed"] = rss(*TITLES)
    project.configure([site.url("feed")], {"hook": site.webhook, "anna": mail.url})

    summary = project.json("once")

    assert summary["feeds"] == {"polled": 1, "changed": 1, "not_modified": 0, "failed": 0}
    assert summary["entries"] == {"new": 3}
    assert summary["matches"] == 2
    assert summary["leads"] == {"new": 2, "updated": 0, "suppressed": 0}
    assert summary["deliveries"] == {"sent": 4, "queued": 0, "failed": 0}
    expected = ["Acme Robotics: funding round ($12M)", "Beta Labs: funding round (€3 million)"]
    assert sorted(site.titles()) == expected
    assert sorted(mail["Subject"] for mail in mail.box.mails) == expected


def test_a_second_cycle_adds_nothing_and_sends_nothing(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*TITLES)
    project.configure([site.url("feed")], {"hook": site.webhook})
    project.run("once")

    summary = project.json("once")

    assert summary["feeds"] == {"polled": 1, "changed": 0, "not_modified": 1, "failed": 0}
    assert summary["entries"] == {"new": 0}
    assert summary["deliveries"] == {"sent": 0, "queued": 0, "failed": 0}
    assert len(site.titles()) == 2


def test_an_entry_that_changes_all_but_its_guid_is_not_new(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    project.run("once")
    site.pages["feed"] = site.pages["feed"].replace(b"<title>Acme raises $12M", b"<title>Acme raises $13M")

    assert project.json("once")["entries"] == {"new": 0}
    assert len(site.titles()) == 1


def test_worker_processes_find_the_same(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*TITLES)
    project.configure([site.url("feed")], {"hook": site.webhook}, workers=2)

    assert project.json("once")["leads"] == {"new": 2, "updated": 0, "suppressed": 0}


def test_one_story_in_two_feeds_is_one_lead_with_two_sources_and_one_alert(project: Project, site: Site) -> None:
    site.pages["one"] = rss("Acme Robotics raises $12M", site="https://one.example")
    site.pages["two"] = rss("Warehouse startup Acme Robotics raises $12M", site="https://two.example")
    project.configure([site.url("one"), site.url("two")], {"hook": site.webhook})

    summary = project.json("once")

    assert summary["leads"] == {"new": 1, "updated": 1, "suppressed": 0}
    assert len(site.titles()) == 1
    (lead,) = project.json("leads")
    assert len(lead["sources"]) == 2
    assert "+5 told by 2 outlets" in lead["reasons"]


def test_the_same_article_in_two_feeds_is_one_lead_whatever_the_tracking(project: Project, site: Site) -> None:
    site.pages["one"] = rss("Acme raises $12M")
    site.pages["two"] = site.pages["one"].replace(b"</link>", b"?utm_source=two</link>").replace(b"Acme r", b"Acmee r")
    project.configure([site.url("one"), site.url("two")])
    project.run("once")

    (lead,) = project.json("leads")
    assert lead["company"] == "Acme"
    assert len(lead["sources"]) == 2


def test_a_rumour_that_turns_out_true_is_rated_anew_and_alerted(project: Project, site: Site) -> None:
    project.configure([site.url("feed")], {"hook": site.webhook}, more='[[routes]]\nto = "hook"\nmin_score = 60\n')
    project.rule_file.write_text(project.rule_file.read_text().replace("[[rule]]", 'hedge = ["in talks"]\n[[rule]]'))
    site.pages["feed"] = rss("Acme in talks to raise $12M")
    assert project.json("once")["leads"] == {"new": 0, "updated": 0, "suppressed": 1}
    assert site.titles() == []
    assert "takes a score of 60" in project.json("leads", "--suppressed")[0]["suppressed"]

    site.pages["feed"] = rss("Acme raises $12M", "Acme in talks to raise $12M")
    assert project.json("once")["leads"] == {"new": 0, "updated": 1, "suppressed": 0}
    assert site.titles() == ["Acme: funding round ($12M)"]


def test_old_entries_of_a_new_feed_are_stored_and_not_alerted(project: Project, site: Site) -> None:
    site.pages["feed"] = _dated(rss("Acme raises $12M"), "Mon, 06 May 2024 07:00:00 +0000")
    project.configure([site.url("feed")], {"hook": site.webhook})

    summary = project.json("once")

    assert summary["leads"]["new"] == 1
    assert summary["deliveries"] == {"sent": 0, "queued": 0, "failed": 0}


def test_a_late_entry_of_a_known_feed_is_alerted_whatever_its_date(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Weather stays fine")
    project.configure([site.url("feed")], {"hook": site.webhook})
    project.run("once")
    site.pages["feed"] = _dated(rss("Acme raises $12M"), "Mon, 06 May 2024 07:00:00 +0000")

    assert project.json("once")["deliveries"]["sent"] == 1


def _dated(feed: bytes, date: str) -> bytes:
    import re

    return re.sub(rb"<pubDate>.*?</pubDate>", f"<pubDate>{date}</pubDate>".encode(), feed)


BURST = [f"{name} raises $12M" for name in ("Acme", "Beta", "Cobalt", "Delta", "Elio", "Fenwick")]


def test_a_burst_is_one_message_and_what_comes_later_is_alerted_alone(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*BURST)
    project.configure([site.url("feed")], {"hook": site.webhook}, poll="burst = 5")

    assert project.json("once")["deliveries"] == {"sent": 6, "queued": 0, "failed": 0}
    assert site.titles() == ["6 leads at once: Acme, Beta, Cobalt and 3 more"]
    assert "Fenwick: funding round ($12M)" in site.posted[0]["message"]

    site.pages["feed"] = rss("Gamma raises $13M", *BURST)
    project.run("once")
    assert site.titles()[1:] == ["Gamma: funding round ($13M)"]


def test_a_burst_is_one_message_however_many_entries_come_before_it(project: Project, site: Site) -> None:
    site.pages |= {"quiet": rss(*(f"Nothing {n}" for n in range(BATCH - 3))), "feed": rss(*BURST)}
    project.configure([site.url("quiet"), site.url("feed")], {"hook": site.webhook}, poll="burst = 5")
    project.run("once")
    assert site.titles() == ["6 leads at once: Acme, Beta, Cobalt and 3 more"]


def test_as_many_as_the_cap_are_alerted_one_by_one(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*BURST)
    project.configure([site.url("feed")], {"hook": site.webhook}, poll="burst = 6")
    project.run("once")
    assert len(site.titles()) == 6


def test_without_a_destination_leads_are_shown(project: Project, site: Site) -> None:
    site.pages["feed"] = rss(*TITLES)
    project.configure([site.url("feed")])

    shown = project.run("once").stdout

    assert "Acme Robotics  Funding round" in shown
    assert "New money is spent within two quarters." in shown
    assert "Leads: 2 new" in shown
