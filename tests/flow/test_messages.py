"""What the operator decides about messages reaches them: templates, signed webhooks, Apprise's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import NO_PROXIES, Project, Site, rss

SECRET = "a-secret-of-32-characters-xxxxxx"
TEMPLATES = '[messages]\ntemplates = "templates"\n'


@pytest.fixture
def project(tmp_path: Path, site: Site) -> Project:
    """A project with one lead to tell, and a template of its own."""
    site.pages["feed"] = rss("Cobalt Freight raises $12M")
    project = Project(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "alert.txt").write_text("Call {{ card.company }}!")
    (tmp_path / "apprise.conf").write_text(f"sales={site.webhook}&+X-From=file\n")
    return project


def test_an_alert_is_made_by_the_templates_of_the_operator(project: Project, site: Site) -> None:
    project.configure([site.url("feed")], {"chat": site.webhook}, more=TEMPLATES)
    project.run("once")
    assert [post["message"] for post in site.posted] == ["Call Cobalt Freight!"]


def test_a_lead_can_be_sent_as_a_test_of_the_templates(project: Project, site: Site) -> None:
    project.configure([site.url("feed")], {"chat": site.webhook}, more=TEMPLATES)
    project.run("once")
    (project.folder / "templates" / "alert.txt").write_text("Visit {{ card.company }}!")
    project.run("alerts", "test", "chat", "--lead", "1")
    assert [post["message"] for post in site.posted] == ["Call Cobalt Freight!", "Visit Cobalt Freight!"]
    assert "there is no lead 7" in project.run("alerts", "test", "chat", "--lead", "7", check=1).stderr


def test_a_signed_webhook_and_a_file_of_apprise_get_the_lead(project: Project, site: Site) -> None:
    hook = f"signed+http://127.0.0.1:{site.port}/crm?secret=env:CRM_SECRET"
    project.configure([site.url("feed")], {"crm": hook, "sales": "apprise:apprise.conf#sales"})
    project.run("once", environ={**NO_PROXIES, "CRM_SECRET": SECRET})
    signed, plain = sorted(site.posted, key=lambda post: post["path"])
    assert (signed["path"], signed["leads"][0]["company"]) == ("/crm", "Cobalt Freight")
    assert plain["title"] == signed["title"] == "Cobalt Freight: funding round ($12M)"
