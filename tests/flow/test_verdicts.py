"""From an alert to a verdict: the link in the message opens the page of the running daemon."""

from __future__ import annotations

import re
import urllib.request
from urllib.parse import urlsplit

from world import Project, Site, rss

TEAM = '[[reps]]\nname = "anna"\ndestinations = "hook"\ninterests = "ETH Zürich"\n'


def test_one_click_on_the_link_of_an_alert_records_a_verdict(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M", text0="Two graduates of ETH Zurich founded it.")
    config = project.configure([site.url("feed")], {"hook": site.webhook}, more=TEAM)
    config.write_text(config.read_text().replace("[web]\n", '[web]\npublic_url = "https://leads.example/x"\n'))
    process = project.start("run")
    assert process.stderr is not None
    while not (started := re.search(r"web\.started url=(\S+)", process.stderr.readline())):
        pass
    site.wait_for(1)

    message = site.posted[0]["message"]
    link = re.search(r"https://leads\.example/x(/l/\S+)", message)
    assert link
    url = started[1].strip('"') + link[1]
    urllib.request.urlopen(url).close()
    with urllib.request.urlopen(url, data=b"verdict=meeting") as answer:
        assert "Saved: meeting" in answer.read().decode()
        assert urlsplit(answer.url).path == link[1]
    process.terminate()
    process.communicate()

    assert "In common with you: ETH Zürich" in message
    (lead,) = project.json("leads")
    assert lead["status"] == "meeting"
    (event,) = project.json("leads", "show", str(lead["id"]))["history"]
    assert (event["what"], event["who"]) == ("meeting", "anna")


def test_without_an_address_for_reps_there_are_no_links(project: Project, site: Site) -> None:
    site.pages["feed"] = rss("Acme raises $12M")
    project.configure([site.url("feed")], {"hook": site.webhook})
    project.run("once")
    assert "/l/" not in site.posted[0]["message"]
