"""config.toml -> Config, and every mistake in words."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from listener.config import Config, known_keys, load_config
from listener.config_values import Address
from listener.errors import ConfigError, InvalidConfig
from listener.model import (
    DigestTimes,
    FeedSpec,
    Profile,
    Proxies,
    Proxy,
    QuietHours,
    Rep,
    Route,
    Segment,
    Takes,
)

FEED = '[[feeds]]\nurl = "https://example.com/feed"\n'
SEARCH = '[[searches]]\nquery = "x"\n'
SECRET = "hunter2-S3CRET"

FULL = f"""
[listener]
database = "data/listener.db"
rules    = ["rules", "../more-rules"]
timezone = "Europe/Zurich"
contact  = "ops@example.com"
workers  = 0

[poll]
interval = "30m"
alert_since = "2d"
allow_private_networks = true
deadline = "1.5s"
max_bytes = "5MB"
concurrency = 10
per_host = 1
host_pause = "0s"
max_interval = "2h"

[[feeds]]
url = "https://www.google.com/alerts/feeds/1/2"
name = "new offices"
tags = ["logistics", "dach"]
interval = "1h"
lang = "de"
auth = "env:FEED_LOGIN"

[[feeds]]
url = "demo:press"

[[searches]]
query = '"opens new office" Zürich'
on = ["google-news", "reddit"]
lang = "de"
region = "CH"
name = "offices"
tags = ["dach"]
interval = "2h"

[accounts]
files = ["accounts.csv"]

[destinations]
sales-chat = "env:SALES_CHAT_URL"
anna-mail = "mailto://anna:{SECRET}@mail.example"
ops = "file:secrets/ops"

[[reps]]
name = "anna"
destinations = ["anna-mail"]
timezone = "Europe/Berlin"
quiet_hours = "20:00-07:30"
delivery = "digest 08:00"
daily_cap = 20
known_as = "Anna Meier"
interests = ["ETH Zürich", "rowing"]

[profile]
industries = "Logistics"
territories = ["DACH", "Nordics"]
sizes = ["50-500", "2000+"]
keywords = "warehouse"

[[routes]]
to = "anna"
triggers = ["funding", "expansion"]
min_score = 60
accounts = "only"
territory = ["DACH"]
segment = "target"
hedged = "exclude"
stop = true

[[routes]]
to = "sales-chat"
lang = "en"
tags = "logistics"

[deliver]
retry_base = "10s"
retry_for  = "12h"
"""


def load(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, environ or {})


def mistakes(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Each mistake's line, without the path that begins it."""
    with pytest.raises(InvalidConfig) as caught:
        load(folder, text, environ)
    prefix = f"{folder / 'config.toml'}: "
    lines = str(caught.value).splitlines()
    assert all(line.startswith(prefix) for line in lines)
    assert [str(problem) for problem in caught.value.problems] == lines
    return [line.removeprefix(prefix) for line in lines]


def mistake(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    found = mistakes(folder, text, environ)
    assert len(found) == 1
    return found[0]


@pytest.fixture
def full(tmp_path: Path) -> Config:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/ops").write_text("json://ops.example/hook\n")
    environ = {"SALES_CHAT_URL": " slack://a/b/c ", "FEED_LOGIN": "anna:pass:word"}
    return load(tmp_path, FULL, environ)


# --------------------------------------------------------------------------- what is read


def test_every_section_is_read(full: Config, tmp_path: Path) -> None:
    assert full.path == tmp_path / "config.toml"
    assert full.timezone == ZoneInfo("Europe/Zurich")
    assert full.contact == "ops@example.com"
    assert full.workers == 0
    assert full.poll.model_dump() == {
        "interval": timedelta(minutes=30),
        "alert_since": timedelta(days=2),
        "allow_private_networks": True,
        "deadline": timedelta(seconds=1.5),
        "max_bytes": 5_000_000,
        "concurrency": 10,
        "per_host": 1,
        "burst": 10,
        "report_after": 5,
        "host_pause": timedelta(0),
        "max_interval": timedelta(hours=2),
        "silence": timedelta(hours=48),
    }
    assert full.deliver.retry_base == timedelta(seconds=10)
    assert full.deliver.retry_for == timedelta(hours=12)


def test_feeds_become_specs(full: Config) -> None:
    assert full.feeds == (
        FeedSpec(
            url="https://www.google.com/alerts/feeds/1/2",
            name="new offices",
            tags=("logistics", "dach"),
            interval=timedelta(hours=1),
            lang="de",
        ),
        FeedSpec(url="demo:press"),
        FeedSpec(
            url="https://news.google.com/rss/search?q=%22opens%20new%20office%22%20Z%C3%BCrich&hl=de&gl=CH&ceid=CH:de",
            name="offices (Google News)",
            tags=("dach",),
            interval=timedelta(hours=2),
            lang="de",
            search="offices",
        ),
        FeedSpec(
            url="https://www.reddit.com/search.rss?q=%22opens%20new%20office%22%20Z%C3%BCrich&sort=new",
            name="offices (Reddit)",
            tags=("dach",),
            interval=timedelta(hours=2),
            lang="de",
            search="offices",
        ),
    )


def test_a_search_alone_is_enough(tmp_path: Path) -> None:
    assert [feed.name for feed in load(tmp_path, SEARCH).feeds] == ["x (Google News)"]


def test_a_feed_that_a_search_names_too_is_polled_once_as_the_feed_says(tmp_path: Path) -> None:
    (searched,) = load(tmp_path, SEARCH).feeds
    both = load(tmp_path, SEARCH + SEARCH + f'[[feeds]]\nurl = "{searched.url}"\nname = "mine"\n').feeds
    assert both == (FeedSpec(url=searched.url, name="mine"),)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ('on = ["google-nws"]', "searches[0].on[0]: is no place that can be searched. Did you mean google-news?"),
        ('on = ["myspace"]', "searches[0].on[0]: is no place that can be searched. Known are: google-news, bing-news,"),
        ('on = ["mastodon:https://x"]', "searches[0].on[0]: is no place that can be searched. Did you mean mastodon?"),
        ("on = []", "searches[0].on: is an empty list"),
        ('region = "Schweiz"', "searches[0].region: expected a country as two capital letters. For example: region ="),
        ('lang = "deutsch"', "searches[0].lang: expected a language as two small letters"),
        ('interval = "often"', "searches[0].interval: expected a duration"),
    ],
)
def test_a_mistake_in_a_search(tmp_path: Path, key: str, expected: str) -> None:
    assert mistake(tmp_path, SEARCH + key).startswith(expected)


def test_a_search_for_nothing(tmp_path: Path) -> None:
    expected = "searches[0].query: expected words to look for"
    assert mistake(tmp_path, '[[searches]]\nquery = " "\n').startswith(expected)


def test_mastodon_is_searched_for_one_hash_tag_only(tmp_path: Path) -> None:
    line = mistake(tmp_path, '[[searches]]\nquery = "two words"\non = ["reddit", "mastodon:chaos.social"]\n')
    assert line.startswith("searches[0].query: is not one hash tag, and Mastodon can be searched for nothing else.")


def test_reps_and_routes_become_a_routing(full: Config) -> None:
    assert full.routing.destinations == ("sales-chat", "anna-mail", "ops")
    assert full.routing.reps == (
        Rep(
            name="anna",
            destinations=("anna-mail",),
            zone=ZoneInfo("Europe/Berlin"),
            quiet_hours=QuietHours(start=time(20, 0), end=time(7, 30)),
            instant_score=None,
            digest=DigestTimes(times=(time(8),)),
            daily_cap=20,
            known_as=("Anna Meier",),
            interests=("ETH Zürich", "rowing"),
        ),
    )
    assert full.routing.routes == (
        Route(
            to="anna",
            triggers=("funding", "expansion"),
            min_score=60,
            accounts=Takes.ONLY,
            territory=("DACH",),
            segment=(Segment.TARGET,),
            hedged=Takes.EXCLUDE,
            stop=True,
        ),
        Route(to="sales-chat", lang=("en",), tags=("logistics",)),
    )


@pytest.mark.parametrize(
    ("delivery", "hours", "weekdays"),
    [
        ("digest 08:00", (8,), (0, 1, 2, 3, 4, 5, 6)),
        ("digest mon-fri 13:00,08:00", (8, 13), (0, 1, 2, 3, 4)),
        ("digest mon,wed,fri 08:00, 13:00", (8, 13), (0, 2, 4)),
        ("digest sat-mon 08:00", (8,), (0, 5, 6)),
        ("digest tue 08:00,08:00", (8,), (1,)),
    ],
)
def test_digests_have_times_and_weekdays(
    tmp_path: Path, delivery: str, hours: tuple[int, ...], weekdays: tuple[int, ...]
) -> None:
    rep = a_rep(tmp_path, f'delivery = "{delivery}"')
    assert rep.digest == DigestTimes(times=tuple(time(hour) for hour in hours), weekdays=weekdays)


@pytest.mark.parametrize(
    ("wishes", "instant_score"),
    [
        ("", 0),
        ('delivery = "instant"', 0),
        ("instant_score = 80", 80),
        ('delivery = "digest 09:00"', None),
        ('delivery = "digest 09:00"\ninstant_score = 80', 80),
    ],
)
def test_from_which_score_on_a_rep_is_told_at_once(tmp_path: Path, wishes: str, instant_score: int | None) -> None:
    assert a_rep(tmp_path, wishes).instant_score == instant_score


def a_rep(folder: Path, wishes: str) -> Rep:
    text = f'[destinations]\nx = "json://h"\n[[reps]]\nname = "anna"\ndestinations = "x"\n{wishes}\n'
    return load(folder, text + FEED).routing.reps[0]


@pytest.mark.parametrize(("written", "silence"), [("off", None), ("6h", timedelta(hours=6))])
def test_silence_may_be_all_right(tmp_path: Path, written: str, silence: timedelta | None) -> None:
    assert load(tmp_path, f'[poll]\nsilence = "{written}"\n' + FEED).poll.silence == silence


def test_the_profile_of_the_ideal_customer(full: Config) -> None:
    assert full.profile == Profile(
        industries=("Logistics",),
        territories=("DACH", "Nordics"),
        sizes=((50, 500), (2000, None)),
        keywords=("warehouse",),
    )


def test_a_route_to_the_owner_needs_no_rep_of_that_name(tmp_path: Path) -> None:
    assert load(tmp_path, FEED + '[[routes]]\nto = "owner"\n').routing.routes == (Route(to="owner"),)


def test_the_address_at_which_reps_reach_the_daemon_has_no_slash_at_its_end(tmp_path: Path) -> None:
    text = FEED + '[web]\npublic_url = "https://leads.example.com/x/"\n'
    assert load(tmp_path, text).public_url == "https://leads.example.com/x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[web]\npublic_url = "leads.example.com"\n', "web.public_url: is not an http or https URL"),
        ('[web]\npublic_url = "https://a:b@x.example"\n', "web.public_url: is not an http or https URL"),
        ('[profile]\nsizes = ["500-50"]\n', "profile.sizes: expected numbers of employees from and to"),
        ("[profile]\nsizes = 7\n", "profile.sizes: expected numbers of employees from and to"),
        ('[[routes]]\nto = "owner"\nsegment = "enterprise"\n', "routes[0].segment: expected one or several of target"),
        ('[destinations]\nowner = "json://h"\n', "destinations.owner: owner is whom a route names"),
    ],
)
def test_mistakes_in_what_ranks_and_routes_leads(tmp_path: Path, text: str, expected: str) -> None:
    (mistake,) = mistakes(tmp_path, FEED + text)
    assert expected in mistake


def test_paths_are_relative_to_the_file(full: Config, tmp_path: Path) -> None:
    assert full.database == tmp_path / "data/listener.db"
    assert full.rules == (tmp_path / "rules", tmp_path / "../more-rules")


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    assert load(tmp_path, '[listener]\ndatabase = "/srv/x.db"\n' + FEED).database == Path("/srv/x.db")


def test_destinations_come_from_the_environment_files_or_the_file_itself(full: Config) -> None:
    assert {name: url.get_secret_value() for name, url in full.destinations.items()} == {
        "sales-chat": "slack://a/b/c",
        "anna-mail": f"mailto://anna:{SECRET}@mail.example",
        "ops": "json://ops.example/hook",
    }


def test_the_secret_of_a_signed_webhook_is_named_in_its_url(tmp_path: Path) -> None:
    hook = '[destinations]\ncrm = "signed+https://crm.example/x?a=1&secret=env:CRM_SECRET&b=2"\n'
    config = load(tmp_path, FEED + hook, {"CRM_SECRET": "a&b c"})
    assert config.destinations["crm"].get_secret_value() == "signed+https://crm.example/x?a=1&secret=a%26b%20c&b=2"


def test_a_whole_signed_webhook_can_be_a_secret(tmp_path: Path) -> None:
    environ = {"HOOK": "signed+https://crm.example/?secret=file:crm"}
    (tmp_path / "crm").write_text("from-a-file\n")
    config = load(tmp_path, FEED + '[destinations]\ncrm = "env:HOOK"\n', environ)
    assert config.destinations["crm"].get_secret_value() == "signed+https://crm.example/?secret=from-a-file"


def test_the_secret_of_a_signed_webhook_that_is_not_set(tmp_path: Path) -> None:
    line = mistake(tmp_path, FEED + '[destinations]\ncrm = "signed+https://crm.example/?secret=env:CRM"\n')
    assert line.startswith("destinations.crm: the environment variable CRM is not set")


def test_a_file_of_apprise_is_beside_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, FEED + '[destinations]\nsales = "apprise:apprise.yml#sales"\n')
    assert config.destinations["sales"].get_secret_value() == f"apprise:{tmp_path}/apprise.yml#sales"


def test_a_server_of_apprise_is_no_file(tmp_path: Path) -> None:
    config = load(tmp_path, FEED + '[destinations]\nsales = "apprise://api.example/token"\n')
    assert config.destinations["sales"].get_secret_value() == "apprise://api.example/token"


def test_the_folder_of_templates_is_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    assert load(tmp_path, FEED + '[messages]\ntemplates = "templates"\n').templates == tmp_path / "templates"
    assert load(tmp_path, FEED).templates is None


def test_a_folder_of_templates_that_is_missing_is_a_mistake(tmp_path: Path) -> None:
    line = mistake(tmp_path, FEED + '[messages]\ntemplates = "tempaltes"\n')
    assert line.startswith(f"messages.templates: there is no folder {tmp_path}/tempaltes. Create it")


def test_one_feed_is_enough(tmp_path: Path) -> None:
    config = load(tmp_path, FEED)
    assert config.feeds == (FeedSpec(url="https://example.com/feed"),)
    assert config.poll.interval == timedelta(minutes=15)
    assert config.poll.alert_since == timedelta(hours=48)
    assert config.timezone == ZoneInfo("UTC")
    assert config.workers >= 1
    assert config.routing.routes == ()


def test_a_rep_without_a_timezone_has_that_of_the_listener(tmp_path: Path) -> None:
    team = '[destinations]\nx = "json://h"\n[[reps]]\nname = "anna"\ndestinations = "x"\n'
    text = '[listener]\ntimezone = "Asia/Tokyo"\n' + team
    assert load(tmp_path, text + FEED).routing.reps[0].zone == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("secret", "header"),
    [
        ("anna:pass:word", "Basic " + base64.b64encode(b"anna:pass:word").decode()),
        ("Bearer abc", "Bearer abc"),
        ("Basic YTpi", "Basic YTpi"),
        ("X-Api-Key: abc", "X-Api-Key: abc"),
    ],
)
def test_the_login_of_a_feed(tmp_path: Path, secret: str, header: str) -> None:
    config = load(tmp_path, FEED + 'auth = "env:LOGIN"\n', {"LOGIN": secret})
    assert config.feed_auth["https://example.com/feed"].get_secret_value() == header


def test_triggers_that_routes_name_are_told_with_their_keys(full: Config) -> None:
    assert full.named_triggers == (("routes[0].triggers[0]", "funding"), ("routes[0].triggers[1]", "expansion"))


def test_files_of_accounts_are_below_the_folder_of_the_configuration(full: Config) -> None:
    assert full.accounts == (full.path.parent / "accounts.csv",)


def test_known_keys_are_those_of_the_full_example() -> None:
    keys = known_keys()
    assert {"listener.database", "feeds.auth", "routes.min_score", "deliver.retry_for", "destinations"} <= set(keys)
    assert len(keys) == len(set(keys))


# --------------------------------------------------------------------------- mistakes


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nope\.toml: there is no such file\. Name the right one with --config"):
        load_config(tmp_path / "nope.toml", {})


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path, {})


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"x = '\xff'")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_config(tmp_path / "config.toml", {})


def test_a_syntax_error_names_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 2, column 10: is not valid TOML") as caught:
        load(tmp_path, "[listener]\ndatabase data\n")
    assert caught.value.key == "line 2, column 10"


def test_no_feed(tmp_path: Path) -> None:
    assert mistake(tmp_path, "").startswith("feeds: there is no feed to listen to. Add [[feeds]] with url =")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[listner]\ndatabase = "x"\n', "listner: there is no such section. Did you mean listener?"),
        ('[listener]\ndatabse = "x"\n', "listener.databse: there is no such key. Did you mean database?"),
        ("[listener]\ndatabase = 5\n", 'listener.database: expected text in quotes. For example: database = "data/'),
        ('[listener]\nworkers = "2"\n', "listener.workers: expected a whole number. For example: workers = 2"),
        ("[listener]\nworkers = true\n", "listener.workers: expected a whole number"),
        ("[listener]\nworkers = -1\n", "listener.workers: is less than 0"),
        ("[listener]\nrules = []\n", "listener.rules: is an empty list"),
        ('[listener]\ntimezone = "Europe/Zurch"\n', "listener.timezone: expected a timezone as the IANA names it"),
        ('[listener]\ntimezone = "../x"\n', "listener.timezone: expected a timezone"),
        ('[listener]\ntimezone = "Europe"\n', "listener.timezone: expected a timezone"),
        ('[listener]\ncurrency = "Euro"\n', "listener.currency: expected a currency as three capital letters"),
        ('[listener]\ncontact = "me"\n', "listener.contact: expected a mail address or the URL"),
        ('[poll]\nallow_private_networks = "yes"\n', "poll.allow_private_networks: expected true or false"),
        ("[poll]\ninterval = 15\n", "poll.interval: expected a duration"),
        ('[poll]\ninterval = "0s"\n', "poll.interval: expected a duration: a number above 0"),
        ('[poll]\ninterval = "9999999999999d"\n', "poll.interval: is longer than 3650 days"),
        ('[poll]\nmax_bytes = "10 parsecs"\n', "poll.max_bytes: expected a size"),
        (
            '[deliver]\nretry_for = "soon"\n',
            "deliver.retry_for: expected a duration: a number above 0 with s, m, h or d",
        ),
        ("poll = 5\n", "poll: expected a section. Write it as [poll]"),
        ("[routes]\nto = 'x'\n", "routes: expected a list of sections. Write each of them under [[routes]]"),
        ("destinations = 5\n", "destinations: expected a section"),
    ],
)
def test_one_mistake_is_one_line_with_its_remedy(tmp_path: Path, text: str, expected: str) -> None:
    first, feeds = (text, FEED) if text.startswith("[") else ("", text + FEED)
    assert mistake(tmp_path, first + feeds).startswith(expected)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ftp://example.com/x", "is not an http, https or demo: URL"),
        ("example.com/feed", "is not an http, https or demo: URL"),
        ("https:///feed", "is not an http, https or demo: URL"),
        ("https://example.com:99999/", "is not a URL"),
        ("https://[oops/", "is not a URL"),
        ("demo:", "names no demo feed"),
    ],
)
def test_a_feed_url_that_cannot_be_polled(tmp_path: Path, url: str, expected: str) -> None:
    assert mistake(tmp_path, f'[[feeds]]\nurl = "{url}"\n').startswith(f"feeds[0].url: {expected}")


def test_a_login_in_a_feed_url_is_refused_and_not_shown(tmp_path: Path) -> None:
    line = mistake(tmp_path, f'[[feeds]]\nurl = "https://anna:{SECRET}@example.com/"\n')
    assert "auth =" in line
    assert SECRET not in line


def test_the_same_feed_twice(tmp_path: Path) -> None:
    assert mistake(tmp_path, FEED + FEED).startswith("feeds[1].url: is the same as that of feeds[0]")


def test_a_login_in_no_known_form_is_not_shown(tmp_path: Path) -> None:
    line = mistake(tmp_path, FEED + 'auth = "env:LOGIN"\n', {"LOGIN": SECRET})
    assert line.startswith("feeds[0].auth: is no login that is understood. It must read")
    assert SECRET not in line


def test_a_login_cannot_smuggle_in_a_header(tmp_path: Path) -> None:
    assert "no login" in mistake(tmp_path, FEED + 'auth = "env:LOGIN"\n', {"LOGIN": "X-Key: a\r\nHost: evil"})


def test_an_environment_variable_that_is_not_set(tmp_path: Path) -> None:
    line = mistake(tmp_path, FEED + '[destinations]\nchat = "env:CHAT_URL"\n')
    assert line == "destinations.chat: the environment variable CHAT_URL is not set. Set CHAT_URL, or use file:PATH"


def test_an_environment_variable_that_is_empty(tmp_path: Path) -> None:
    line = mistake(tmp_path, FEED + '[destinations]\nchat = "env:CHAT_URL"\n', {"CHAT_URL": " "})
    assert "CHAT_URL is empty" in line


def test_a_secret_file_that_is_missing(tmp_path: Path) -> None:
    line = mistake(tmp_path, FEED + '[destinations]\nchat = "file:secrets/chat"\n')
    assert line.startswith(f"destinations.chat: {tmp_path}/secrets/chat cannot be read (No such file or directory)")


def test_a_secret_file_that_is_empty(tmp_path: Path) -> None:
    (tmp_path / "chat").touch()
    assert "chat is empty" in mistake(tmp_path, FEED + '[destinations]\nchat = "file:chat"\n')


@pytest.mark.parametrize("name", ["2:sales", "sales chat", "a,b", f"mailto://anna:{SECRET}@example.com"])
def test_an_odd_name_of_a_destination_is_refused_and_not_shown(tmp_path: Path, name: str) -> None:
    line = mistake(tmp_path, FEED + f'[destinations]\n"{name}" = "json://h"\n')
    assert line.startswith("destinations[0]: its name is not a name of letters, digits")
    assert name not in line


TEAM = '[destinations]\nchat = "json://h"\n[[reps]]\nname = "anna"\ndestinations = ["chat"]\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[[routes]]\nto = "ana"\n', "routes[0].to: neither a rep nor a destination is called ana. Did you mean anna?"),
        (
            '[[routes]]\nto = "zzz"\n',
            "routes[0].to: neither a rep nor a destination is called zzz. Known are: chat, anna",
        ),
        ('[[routes]]\nto = "anna"\nmin_score = 101\n', "routes[0].min_score: is more than 100"),
        ('[[routes]]\nto = "anna"\naccounts = "all"\n', "routes[0].accounts: expected 'any', 'only' or 'exclude'"),
        ("[[routes]]\nmin_score = 1\n", 'routes[0].to: is missing. For example: to = "anna"'),
        (
            '[[reps]]\nname = "bob"\ndestinations = ["caht"]\n',
            "reps[1].destinations: no destination is called caht. Did you",
        ),
        ('[[reps]]\nname = "bob"\ndestinations = []\n', "reps[1].destinations: is an empty list"),
        ('[[reps]]\nname = "anna"\ndestinations = ["chat"]\n', "reps[1].name: is the same as that of reps[0]"),
        ('[[reps]]\nname = "chat"\ndestinations = ["chat"]\n', "reps[1].name: chat is also the name of a destination"),
        ('quiet_hours = "20-7"\n', "reps[0].quiet_hours: expected two times of day with a dash between them"),
        ('quiet_hours = "08:00-08:00"\n', "reps[0].quiet_hours: begins and ends at the same time"),
        ('delivery = "daily"\n', 'reps[0].delivery: expected "instant", or "digest" with times of day'),
        ('delivery = "digest mon-fry 08:00"\n', "reps[0].delivery: has something that is no weekday"),
        ('delivery = "digest mon-wed-fri 08:00"\n', "reps[0].delivery: has something that is no weekday"),
        ('delivery = "digest 08:00 mon"\n', 'reps[0].delivery: expected "instant", or "digest" with times of day'),
        ("instant_score = 101\n", "reps[0].instant_score: is more than 100"),
        ("daily_cap = 0\n", "reps[0].daily_cap: is less than 1"),
    ],
)
def test_a_mistake_about_who_is_told(tmp_path: Path, text: str, expected: str) -> None:
    assert mistake(tmp_path, FEED + TEAM + text).startswith(expected)


def test_a_url_where_a_name_belongs_is_not_shown(tmp_path: Path) -> None:
    url = f"mailto://anna:{SECRET}@example.com"
    lines = mistakes(tmp_path, FEED + f'[[reps]]\nname = "anna"\ndestinations = ["{url}"]\n[[routes]]\nto = "{url}"\n')
    assert len(lines) == 2
    assert SECRET not in "".join(lines)


def test_all_mistakes_are_told_at_once_in_the_order_of_their_keys(tmp_path: Path) -> None:
    feeds = "".join(f'[[feeds]]\nurl = "https://example.com/{i}"\ntags = 3\n' for i in range(11))
    lines = mistakes(tmp_path, feeds + '[poll]\nper_host = 0\n[[routes]]\nto = "x"\n')
    assert [line.partition(":")[0] for line in lines] == [
        *(f"feeds[{i}].tags" for i in range(11)),
        "poll.per_host",
        "routes[0].to",
    ]


def test_one_wrong_key_hides_no_other_mistake_of_its_section(tmp_path: Path) -> None:
    lines = mistakes(tmp_path, '[[feeds]]\nurl = "ftp://x/"\ntags = 3\nauth = "env:NOPE"\n')
    assert [line.partition(": ")[0] for line in lines] == ["feeds[0].auth", "feeds[0].tags", "feeds[0].url"]


# --------------------------------------------------------------------------- proxies


def proxies(folder: Path, **environ: str) -> Proxies:
    return load(folder, FEED, environ).proxies


def test_without_variables_there_is_no_proxy(tmp_path: Path) -> None:
    assert proxies(tmp_path) == Proxies()


def test_proxies_come_from_the_environment(tmp_path: Path) -> None:
    assert proxies(
        tmp_path, HTTP_PROXY="http://p.example:1", HTTPS_PROXY="https://q.example", NO_PROXY="a.example, .b.example c,"
    ) == Proxies(
        http=Proxy(url="http://p.example:1"),
        https=Proxy(url="https://q.example"),
        no_proxy=("a.example", ".b.example", "c"),
    )


def test_a_proxy_may_lack_its_scheme_and_has_its_login_apart(tmp_path: Path) -> None:
    proxy = proxies(tmp_path, https_proxy="ann:p%40ss@[fd00::1]:3128/").https
    assert proxy == Proxy(url="http://[fd00::1]:3128", login=("ann", "p@ss"))


def test_all_proxy_is_for_what_has_no_proxy_of_its_own(tmp_path: Path) -> None:
    found = proxies(tmp_path, ALL_PROXY="http://all.example", https_proxy="http://tls.example")
    assert (found.http, found.https) == (Proxy(url="http://all.example"), Proxy(url="http://tls.example"))


def test_lower_case_comes_first_and_empty_means_none(tmp_path: Path) -> None:
    found = proxies(
        tmp_path,
        **{"http_proxy": "", "HTTP_PROXY": "http://p.example", "ALL_PROXY": "http://all.example"},
        **{"no_proxy": "", "NO_PROXY": "a.example"},
    )
    assert (found.http, found.no_proxy) == (None, ())


def test_the_header_of_a_visitor_is_no_proxy(tmp_path: Path) -> None:
    assert proxies(tmp_path, REQUEST_METHOD="GET", HTTP_PROXY="http://evil.example").http is None
    assert proxies(tmp_path, REQUEST_METHOD="GET", http_proxy="http://p.example").http is not None


@pytest.mark.parametrize(
    "value", ["socks5://ann:S3CRET@p", "http://", "http://ann:S3CRET@p:x", "http://a%3Ab:S3CRET@p", "http://p q:80"]
)
def test_what_is_no_proxy_is_a_mistake_that_shows_no_login(tmp_path: Path, value: str) -> None:
    (line,) = mistakes(tmp_path, FEED, {"ALL_PROXY": value})
    assert line.startswith("ALL_PROXY: this environment variable is no http or https URL of a proxy. Write http://")
    assert "S3CRET" not in line


def test_one_that_is_not_used_is_no_mistake(tmp_path: Path) -> None:
    p = "http://p.example"
    assert proxies(tmp_path, ALL_PROXY="socks5://p", HTTP_PROXY=p, HTTPS_PROXY=p).http == Proxy(url=p)


def test_no_login_of_a_proxy_is_in_what_is_printed_of_a_config(tmp_path: Path) -> None:
    config = load(tmp_path, FEED, {"HTTP_PROXY": f"http://ann:{SECRET}@p.example"})
    assert config.proxies.http is not None
    assert SECRET not in f"{config} {config!r}"


# --------------------------------------------------------------------------- secrets


def test_no_secret_is_in_what_is_printed_of_a_config(full: Config) -> None:
    shown = f"{full} {full!r} {full.destinations} {full.feed_auth}"
    assert SECRET not in shown
    assert "pass:word" not in shown
    assert base64.b64encode(b"anna:pass:word").decode() not in shown


def test_no_secret_is_in_a_mistake_about_its_own_key(tmp_path: Path) -> None:
    text = f'[[feeds]]\nurl = "https://x.example/"\nauth = ["{SECRET}"]\n[destinations]\nchat = ["{SECRET}"]\n'
    with pytest.raises(InvalidConfig) as caught:
        load(tmp_path, text)
    assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.__cause__} {caught.value.__context__}"


def test_the_operator_is_one_of_the_destinations(tmp_path: Path) -> None:
    feeds = '[[feeds]]\nurl = "https://a.test/"\n[destinations]\nops-chat = "json://a"\n'
    (line,) = mistakes(tmp_path, f'[listener]\noperator = "ops-chatt"\n{feeds}')
    assert "listener.operator: no destination is called ops-chatt. Did you mean ops-chat?" in line


def test_health_and_metrics_are_for_this_machine_by_default(tmp_path: Path) -> None:
    config = load(tmp_path, FEED)
    assert config.web == Address(host="127.0.0.1", port=8722)
    assert config.web_token is None


def test_health_and_metrics_can_be_left_out(tmp_path: Path) -> None:
    assert load(tmp_path, f'{FEED}[web]\nlisten = "off"\n').web is None


def test_others_can_ask_only_with_a_token(tmp_path: Path) -> None:
    text = f'{FEED}[web]\nlisten = "0.0.0.0:80"\n'
    remedy = 'Add token = "env:NAME", or listen on 127.0.0.1'
    assert mistake(tmp_path, text) == f"web.token: is missing, and others can ask at this address. {remedy}"
    config = load(tmp_path, f'{text}token = "env:TOKEN"\n', {"TOKEN": SECRET})
    assert config.web_token is not None
    assert config.web_token.get_secret_value() == SECRET


@pytest.mark.parametrize("address", ["127.0.0.1", "8722", ":8722", "127.0.0.1:99999", "a b:1", "127.0.0.1:8722/x"])
def test_what_is_no_address_to_listen_on(tmp_path: Path, address: str) -> None:
    assert mistake(tmp_path, f'{FEED}[web]\nlisten = "{address}"\n').startswith("web.listen: expected an address")


@pytest.mark.parametrize(("host", "expected"), [("localhost", True), ("::1", True), ("0.0.0.0", False), ("x.y", False)])
def test_what_only_this_machine_can_ask(host: str, expected: bool) -> None:
    assert Address(host=host, port=1).is_loopback is expected
