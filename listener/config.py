"""config.toml and the environment -> a frozen, validated Config. The only reader of the environment.

Every table of the file is checked on its own and every mistake is collected, so that one run shows them all.
Secrets are written as they are, as `env:NAME` or as `file:PATH`; they are kept in `SecretStr`, and no message
of this module shows a value that could be one.
"""

from __future__ import annotations

import base64
import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from listener.config_values import (
    A_NAME,
    NAME,
    NAMED_SECRET,
    Address,
    Contact,
    Currency,
    Delivery,
    Duration,
    FeedUrl,
    Lang,
    Langs,
    Listen,
    Name,
    Pause,
    Place,
    PublicUrl,
    Quiet,
    Region,
    Segments,
    Silence,
    Size,
    Sizes,
    Taking,
    Text,
    Texts,
    Zone,
    as_texts,
    spelled_as,
)
from listener.core.search import SavedSearch, feeds_of, hash_tag
from listener.errors import ConfigError, InvalidConfig
from listener.model import (
    OWNER,
    DigestTimes,
    FeedSpec,
    Profile,
    Proxies,
    Proxy,
    Rep,
    Route,
    Routing,
    StormBrake,
    Takes,
)

# --------------------------------------------------------------------------- tables of the file


class _Table(BaseModel):
    """One table; every field gives an example, which a mistake's remedy quotes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class _Listener(_Table):
    database: Text = Field("data/listener.db", examples=['"data/listener.db"'])
    rules: Texts = Field(["rules"], min_length=1, examples=['["rules"]'])
    timezone: Zone = Field(ZoneInfo("UTC"), examples=['"Europe/Zurich"'])
    currency: Currency | None = Field(None, examples=['"EUR"'])
    contact: Contact | None = Field(None, examples=['"ops@example.com"'])
    operator: Name | None = Field(None, examples=['"ops-chat"'])
    disk_reserve: Size = Field(500_000_000, examples=['"500MB"'])
    log: Literal["text", "json"] = Field("text", examples=['"json"'])
    workers: int | None = Field(None, ge=0, le=256, examples=["2"])


class PollSettings(_Table):
    """[poll]: how feeds are fetched."""

    interval: Duration = Field(timedelta(minutes=15), examples=['"15m"'])
    max_interval: Duration = Field(timedelta(hours=6), examples=['"6h"'])
    alert_since: Duration = Field(timedelta(hours=48), examples=['"48h"'])
    allow_private_networks: bool = Field(False, examples=["true"])
    deadline: Duration = Field(timedelta(seconds=30), examples=['"30s"'])
    max_bytes: Size = Field(10_000_000, examples=['"10MB"'])
    concurrency: int = Field(64, ge=1, le=1000, examples=["64"])
    per_host: int = Field(4, ge=1, le=100, examples=["4"])
    burst: int = Field(10, ge=1, examples=["10"])
    report_after: int = Field(5, ge=1, le=1000, examples=["5"])
    silence: Silence = Field(timedelta(hours=48), examples=['"48h"'])
    host_pause: Pause = Field(timedelta(seconds=0.5), examples=['"0.5s"'])


class _Feed(_Table):
    url: FeedUrl = Field(examples=['"https://example.com/news.xml"'])
    name: Text | None = Field(None, examples=['"new offices"'])
    tags: Texts = Field([], examples=['["logistics"]'])
    interval: Duration | None = Field(None, examples=['"1h"'])
    lang: Lang | None = Field(None, examples=['"de"'])
    auth: Text | None = Field(None, examples=['"env:FEED_LOGIN"'])


class _Search(_Table):
    query: Annotated[str, spelled_as(r"(?s).*\S.*", "words to look for")] = Field(
        examples=["""'"opens new office" Zürich'"""]
    )
    on: Annotated[list[Place], BeforeValidator(as_texts)] = Field(
        ["google-news"], min_length=1, examples=['["google-news", "bing-news"]']
    )
    lang: Lang | None = Field(None, examples=['"de"'])
    region: Region | None = Field(None, examples=['"CH"'])
    name: Text | None = Field(None, examples=['"new offices"'])
    tags: Texts = Field([], examples=['["logistics"]'])
    interval: Duration | None = Field(None, examples=['"1h"'])


class _Accounts(_Table):
    files: Texts = Field([], examples=['["accounts.csv"]'])


class _Profile(_Table):
    industries: Texts = Field([], examples=['["Logistics"]'])
    territories: Texts = Field([], examples=['["DACH"]'])
    sizes: Sizes = Field([], examples=['["50-500", "2000+"]'])
    keywords: Texts = Field([], examples=['["warehouse"]'])


class _Rep(_Table):
    name: Name = Field(examples=['"anna"'])
    destinations: Texts = Field(min_length=1, examples=['["anna-mail"]'])
    timezone: Zone | None = Field(None, examples=['"Europe/Berlin"'])
    quiet_hours: Quiet | None = Field(None, examples=['"20:00-07:30"'])
    delivery: Delivery = Field(None, examples=['"digest mon-fri 08:00,13:00"'])
    instant_score: int | None = Field(None, ge=0, le=100, examples=["80"])
    daily_cap: int | None = Field(None, ge=1, examples=["20"])
    empty_digest: bool = Field(False, examples=["true"])
    known_as: Texts = Field([], examples=['["Anna Meier"]'])
    interests: Texts = Field([], examples=['["ETH Zürich", "rowing"]'])


class _Route(_Table):
    to: Text = Field(examples=['"anna"'])
    triggers: Texts = Field([], examples=['["funding", "expansion"]'])
    min_score: int = Field(0, ge=0, le=100, examples=["60"])
    lang: Langs = Field([], examples=['["en", "de"]'])
    tags: Texts = Field([], examples=['["logistics"]'])
    accounts: Taking = Field(Takes.ANY, examples=['"only"'])
    hedged: Taking = Field(Takes.ANY, examples=['"exclude"'])
    territory: Texts = Field([], examples=['["DACH"]'])
    owner: Texts = Field([], examples=['["anna"]'])
    segment: Segments = Field([], examples=['["target", "customer"]'])
    keywords: Texts = Field([], examples=['["warehouse"]'])
    stop: bool = Field(False, examples=["true"])


class DeliverSettings(_Table):
    """[deliver]: how often and how long a delivery that failed is tried again, and how many messages are too many."""

    retry_base: Duration = Field(timedelta(seconds=30), examples=['"30s"'])
    retry_for: Duration = Field(timedelta(hours=24), examples=['"24h"'])
    storm_after: int = Field(10, ge=1, le=1_000_000, examples=["10"])
    storm_within: Duration = Field(timedelta(minutes=10), examples=['"10m"'])

    @property
    def brake(self) -> StormBrake:
        """The last two."""
        return StormBrake(most=self.storm_after, within=self.storm_within)


class _Web(_Table):
    listen: Listen = Field(Address(host="127.0.0.1", port=8722), examples=['"127.0.0.1:8722"'])
    token: Text | None = Field(None, examples=['"env:LISTENER_TOKEN"'])
    public_url: PublicUrl | None = Field(None, examples=['"https://leads.example.com"'])


class _Messages(_Table):
    templates: Text | None = Field(None, examples=['"templates"'])


class BackupSettings(_Table):
    """[backup]: copies of the database."""

    folder: Text = Field("data/backups", examples=['"data/backups"'])
    every: Duration | None = Field(None, examples=['"24h"'])
    keep: int = Field(7, ge=1, le=1000, examples=["7"])


class RetentionSettings(_Table):
    """[retention]: what is kept how long."""

    text: Duration = Field(timedelta(days=365), examples=['"180d"'])
    size: Size | None = Field(None, examples=['"2GB"'])


_SINGLE: dict[str, type[_Table]] = {
    "listener": _Listener,
    "poll": PollSettings,
    "accounts": _Accounts,
    "profile": _Profile,
    "deliver": DeliverSettings,
    "messages": _Messages,
    "retention": RetentionSettings,
    "backup": BackupSettings,
    "web": _Web,
}
_REPEATED: dict[str, type[_Table]] = {"feeds": _Feed, "searches": _Search, "reps": _Rep, "routes": _Route}
_SECTIONS = (*_SINGLE, *_REPEATED, "destinations")


# --------------------------------------------------------------------------- the outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the operator decides, checked, with defaults filled in and paths made absolute."""

    path: Path  # the file it was read from
    database: Path
    rules: tuple[Path, ...]  # directories of rule files
    accounts: tuple[Path, ...]  # CSV files of accounts
    timezone: ZoneInfo  # of the reps that name none, and of times that are shown
    currency: str | None  # of what leads are worth that were won, ISO 4217; None: not said
    operator: str | None  # the destination that hears of trouble; None: none
    disk_reserve: int  # bytes; less free beside the database is trouble
    log: Literal["text", "json"]  # how the daemon writes its log
    contact: str | None  # goes into the User-Agent; None: not given
    workers: int  # processes that poll and judge; 0: none, the work is done in the main process
    poll: PollSettings
    proxies: Proxies  # of the environment
    feeds: tuple[FeedSpec, ...]  # those of the searches behind the others; each URL once
    feed_auth: Mapping[str, SecretStr]  # by feed URL: "Basic ...", "Bearer ..." or "Header: value"
    destinations: Mapping[str, SecretStr]  # our name -> URL, not checked by Apprise yet; "apprise:FILE#TAG"
    routing: Routing
    profile: Profile
    deliver: DeliverSettings
    templates: Path | None  # folder of the operator's templates for messages; None: the shipped ones are used
    retention: RetentionSettings
    backup: BackupSettings
    backup_folder: Path
    web: Address | None  # where health and metrics are shown; None: nowhere
    public_url: str | None  # where reps reach `web`, without a slash at the end; None: they do not
    web_token: SecretStr | None  # whoever asks must bring it; None: nobody but this machine can ask

    @property
    def named_triggers(self) -> tuple[tuple[str, str], ...]:
        """Key and trigger of every trigger that a route names, for whoever knows the rules to check."""
        return tuple(
            (f"routes[{i}].triggers[{j}]", trigger)
            for i, route in enumerate(self.routing.routes)
            for j, trigger in enumerate(route.triggers)
        )


def known_keys() -> tuple[str, ...]:
    """Every key that config.toml may have, as `section.key`; `destinations` has names of the operator's choice."""
    sections = {**_SINGLE, **_REPEATED}
    return (*(f"{section}.{key}" for section, table in sections.items() for key in table.model_fields), "destinations")


def environment() -> Mapping[str, str]:
    """The process's environment, for `load_config`."""
    return os.environ


def _default_workers() -> int:
    """One a processor that this process may use, at most four: each takes some 150 MB."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, 4)


def bypass_proxy(host: str) -> None:
    """Let this process reach `host` directly, also where the environment names a proxy for everything."""
    known = os.environ.get("NO_PROXY", os.environ.get("no_proxy", ""))
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, (known, host)))


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Read and check the file at `path`, with `env:NAME` looked up in `environ`.

    Raises ConfigError when the file cannot be read as TOML, InvalidConfig with all mistakes when it can.
    Does not ask Apprise whether it likes a destination, nor whether a trigger has rules: `check` does.
    """
    return parse_config(read_file(path), path, environ)


def parse_config(content: bytes, path: Path, environ: Mapping[str, str], *, needs_feeds: bool = True) -> Config:
    """What `load_config` would return or raise if `content` stood at `path`; `needs_feeds` False: none is needed."""
    return _Reader(path, environ).read(_toml(content, path), needs_feeds=needs_feeds)


def read_file(path: Path) -> bytes:
    """The file's bytes. Raises ConfigError with the remedy."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            "there is no such file",
            path=path,
            remedy="Name the right one with --config, or copy the example config.toml",
        ) from None
    except OSError as error:
        raise ConfigError(
            f"cannot be read ({error.strerror})", path=path, remedy=f"Let user id {os.getuid()} read it"
        ) from error


def _toml(content: bytes, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8 text", path=path, remedy="Save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        problem, _, place = str(error).partition(" (at ")
        raise ConfigError(
            f"is not valid TOML: {problem}", path=path, key=place.rstrip(")") or None, remedy="Mend that line"
        ) from None


_T = TypeVar("_T", bound=_Table)


class _Reader:
    """Reads one file; gathers the mistakes as it goes."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path, self._folder, self._environ = path, path.absolute().parent, environ
        self._problems: list[ConfigError] = []

    def read(self, raw: dict[str, Any], *, needs_feeds: bool) -> Config:
        for key in raw.keys() - set(_SECTIONS):
            self._problem(key, "there is no such section", nearest_name(key, _SECTIONS))
        general, poll = self._single(raw, "listener", _Listener), self._single(raw, "poll", PollSettings)
        profile = self._single(raw, "profile", _Profile)
        accounts, deliver = self._single(raw, "accounts", _Accounts), self._single(raw, "deliver", DeliverSettings)
        retention, web = self._single(raw, "retention", RetentionSettings), self._single(raw, "web", _Web)
        backup = self._single(raw, "backup", BackupSettings)
        feeds, searches = self._repeated(raw, "feeds", _Feed), self._repeated(raw, "searches", _Search)
        destinations = self._destinations(raw)
        reps, routes = self._repeated(raw, "reps", _Rep), self._repeated(raw, "routes", _Route)
        self._check_feeds(raw, needed=needs_feeds)
        self._check_searches(searches)
        auth = self._feed_auth(raw)
        templates = self._templates(self._single(raw, "messages", _Messages))
        proxies = self._proxies()
        token = self._web_token(web)
        self._check_operator(raw, general.operator)
        self._check_reps(raw)
        self._check_routes(raw)
        if self._problems:
            raise InvalidConfig(sorted(self._problems, key=lambda problem: _natural(problem.key or "")))
        return Config(
            path=self._path.absolute(),
            database=self._folder / general.database,
            rules=tuple(self._folder / rules for rules in general.rules),
            accounts=tuple(self._folder / file for file in accounts.files),
            timezone=general.timezone,
            currency=general.currency,
            operator=general.operator,
            disk_reserve=general.disk_reserve,
            log=general.log,
            contact=general.contact,
            workers=general.workers if general.workers is not None else _default_workers(),
            poll=poll,
            proxies=proxies,
            feeds=_feed_specs(feeds, searches),
            feed_auth=auth,
            destinations=destinations,
            routing=_routing(destinations, reps, routes, general.timezone),
            profile=_profile(profile),
            deliver=deliver,
            templates=templates,
            retention=retention,
            backup=backup,
            backup_folder=self._folder / backup.folder,
            web=web.listen,
            public_url=web.public_url,
            web_token=token,
        )

    # ------------------------------------------------------------------- tables

    def _single(self, raw: dict[str, Any], section: str, model: type[_T]) -> _T:
        value = raw.get(section, {})
        if not isinstance(value, dict):
            self._problem(section, "expected a section", f"Write it as [{section}]")
            value = {}
        return self._table(value, section, model) or model()

    def _repeated(self, raw: dict[str, Any], section: str, model: type[_T]) -> dict[str, _T]:
        """The good tables by their key, `feeds[0]` and so on."""
        value = raw.get(section, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._problem(section, "expected a list of sections", f"Write each of them under [[{section}]]")
            return {}
        keys = [f"{section}[{i}]" for i in range(len(value))]
        tables = ((key, self._table(item, key, model)) for key, item in zip(keys, value, strict=True))
        return {key: table for key, table in tables if table is not None}

    def _table(self, value: dict[str, Any], key: str, model: type[_T]) -> _T | None:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for details in error.errors(include_url=False, include_context=True, include_input=False):
                self._problem(*_explain(key, details, model))
            return None

    def _destinations(self, raw: dict[str, Any]) -> dict[str, SecretStr]:
        section = raw.get("destinations", {})
        if not isinstance(section, dict):
            self._problem("destinations", "expected a section", 'Write it as [destinations] with name = "URL" lines')
            return {}
        found: dict[str, SecretStr] = {}
        for number, (name, value) in enumerate(section.items()):
            key = f"destinations.{name}"
            if not re.fullmatch(NAME, name):  # which may be a URL on the wrong side of the =, so it is not shown
                key = f"destinations[{number}]"
                self._problem(key, f"its name is not {A_NAME}", 'Write name = "URL"')
            secret = self._secret(key, value)
            if secret is not None:
                found[name] = self._destination(key, secret)
        return found

    def _destination(self, key: str, url: SecretStr) -> SecretStr:
        """The URL with the secret that a signed webhook names, and an absolute path of a file of Apprise's."""
        text = url.get_secret_value()
        if text.startswith("signed+"):
            return SecretStr(NAMED_SECRET.sub(lambda found: self._named_secret(key, found[0]), text))
        if text.startswith("apprise:") and not text.startswith("apprise://"):
            return SecretStr(f"apprise:{self._folder / text.removeprefix('apprise:')}")
        return url

    def _named_secret(self, key: str, name: str) -> str:
        secret = self._secret(key, unquote(name))
        return quote(secret.get_secret_value(), safe="") if secret else ""

    # ------------------------------------------------------------------- secrets

    def _secret(self, key: str, value: object) -> SecretStr | None:
        """The value itself, or what `env:NAME` or `file:PATH` names; None and a problem noted if there is none."""
        if not isinstance(value, str) or not value.strip():
            self._problem(key, "expected text", 'Write the value in quotes, or "env:NAME", or "file:PATH"')
            return None
        kind, _, rest = value.partition(":")
        if kind == "env":
            secret = self._from_environment(key, rest)
        elif kind == "file":
            secret = self._from_file(key, rest)
        else:
            secret = value
        return SecretStr(secret.strip()) if secret else None

    def _from_environment(self, key: str, name: str) -> str | None:
        value = self._environ.get(name, "").strip()
        if not value:
            state = "empty" if name in self._environ else "not set"
            self._problem(key, f"the environment variable {name} is {state}", f"Set {name}, or use file:PATH")
        return value

    def _from_file(self, key: str, name: str) -> str | None:
        file = self._folder / name
        try:
            value = file.read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            self._problem(key, f"{file} is not UTF-8 text", "Put the secret there and nothing else")
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "no path"
            self._problem(key, f"{file} cannot be read ({why})", f"Create it readable for user id {os.getuid()}")
        else:
            if not value:
                self._problem(key, f"{file} is empty", "Put the secret there and nothing else")
            return value
        return None

    def _templates(self, messages: _Messages) -> Path | None:
        folder = self._folder / messages.templates if messages.templates is not None else None
        if folder is not None and not folder.is_dir():
            remedy = "Create it, or remove this line to use the shipped templates"
            self._problem("messages.templates", f"there is no folder {folder}", remedy)
        return folder

    def _web_token(self, web: _Web) -> SecretStr | None:
        if web.public_url is not None and web.listen is None:
            self._problem("web.public_url", "leads to pages that nobody serves: listen is off", "Set web.listen")
        token = None if web.token is None else self._secret("web.token", web.token)
        if web.token is None and web.listen is not None and not web.listen.is_loopback:
            remedy = 'Add token = "env:NAME", or listen on 127.0.0.1'
            self._problem("web.token", "is missing, and others can ask at this address", remedy)
        return token

    # ------------------------------------------------------------------- proxies

    def _proxies(self) -> Proxies:
        """As curl reads them: lower case first, and a variable that is set but empty asks for no proxy.

        Where a web server has started us, HTTP_PROXY is what a visitor sent as a header "Proxy:", and is not read.
        """
        from_visitor = "REQUEST_METHOD" in self._environ
        http = self._first_set("http_proxy", *(() if from_visitor else ("HTTP_PROXY",)), "all_proxy", "ALL_PROXY")
        https = self._first_set("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        proxies = {name: self._proxy(name) for name in dict.fromkeys((http, https)) if name}
        exceptions = self._environ.get(self._first_set("no_proxy", "NO_PROXY") or "", "")
        return Proxies(
            http=proxies.get(http or ""),
            https=proxies.get(https or ""),
            no_proxy=tuple(re.split(r"[\s,]+", exceptions.strip(" ,"))) if exceptions.strip(" ,") else (),
        )

    def _first_set(self, *names: str) -> str | None:
        return next((name for name in names if name in self._environ), None)

    def _proxy(self, name: str) -> Proxy | None:
        value = self._environ[name].strip()
        proxy = _proxy(value) if value else None
        if value and proxy is None:
            remedy = "Write http://HOST:PORT (with USER:PASSWORD@ before the host if it wants a login), or unset it"
            self._problem(name, "this environment variable is no http or https URL of a proxy", remedy)
        return proxy

    # ------------------------------------------------------------------- what holds between tables

    def _check_feeds(self, raw: dict[str, Any], *, needed: bool) -> None:
        if needed and not raw.get("feeds") and not raw.get("searches"):
            example = '[[feeds]] with url = "https://example.com/news.xml", or url = "demo:press" to try it out'
            self._problem("feeds", "there is no feed to listen to", f"Add {example}")
        self._check_unique((key, "url", url) for key, url in _texts_at(raw, "feeds", "url"))

    def _check_searches(self, searches: Mapping[str, _Search]) -> None:
        for key, search in searches.items():
            if any(place.startswith("mastodon") for place in search.on) and hash_tag(search.query) is None:
                remedy = "Write one word, or put mastodon into a search of its own"
                self._problem(
                    f"{key}.query", "is not one hash tag, and Mastodon can be searched for nothing else", remedy
                )

    def _feed_auth(self, raw: dict[str, Any]) -> dict[str, SecretStr]:
        urls = dict(_texts_at(raw, "feeds", "url"))
        found: dict[str, SecretStr] = {}
        for key, value in _texts_at(raw, "feeds", "auth"):
            secret = self._secret(f"{key}.auth", value)
            header = _authorization(secret.get_secret_value()) if secret else None
            if header:
                found[urls.get(key, "")] = SecretStr(header)
            elif secret:
                forms = '"user:password", "Bearer TOKEN" or "Header: value"'
                self._problem(f"{key}.auth", "is no login that is understood", f"It must read {forms}")
        return found

    def _check_operator(self, raw: dict[str, Any], name: str | None) -> None:
        known = _destination_names(raw)
        if name is not None and name not in known:
            remedy = nearest_name(name, known, "[destinations]")
            self._problem("listener.operator", f"no destination is called {_shown(name)}", remedy)

    def _check_reps(self, raw: dict[str, Any]) -> None:
        known = _destination_names(raw)
        names = list(_texts_at(raw, "reps", "name"))
        self._check_unique((key, "name", name) for key, name in names)
        taken = [f"{key}.name" for key, name in names if name == OWNER]
        taken += [f"destinations.{name}" for name in known if name == OWNER]
        for key in taken:
            self._problem(key, f"{OWNER} is whom a route names as the owner of the account", "Choose another name")
        for key, name in names:
            if name in known:
                self._problem(f"{key}.name", f"{name} is also the name of a destination", "Rename one of them")
        for key, name in _texts_at(raw, "reps", "destinations"):
            if name not in known:
                remedy = nearest_name(name, known, "[destinations]")
                self._problem(f"{key}.destinations", f"no destination is called {_shown(name)}", remedy)

    def _check_routes(self, raw: dict[str, Any]) -> None:
        known = [*_destination_names(raw), *(name for _, name in _texts_at(raw, "reps", "name"))]
        for key, name in _texts_at(raw, "routes", "to"):
            if name not in (*known, OWNER):
                remedy = nearest_name(name, known, "[[reps]] or [destinations]")
                self._problem(f"{key}.to", f"neither a rep nor a destination is called {_shown(name)}", remedy)

    def _check_unique(self, values: Iterable[tuple[str, str, str]]) -> None:
        first: dict[str, str] = {}
        for key, field, value in values:
            if value in first:
                self._problem(
                    f"{key}.{field}", f"is the same as that of {first[value]}", "Change or remove one of them"
                )
            first.setdefault(value, key)

    def _problem(self, key: str, problem: str, remedy: str) -> None:
        self._problems.append(ConfigError(problem, path=self._path, key=key, remedy=remedy))


# --------------------------------------------------------------------------- mistakes in words


def _explain(table: str, details: ErrorDetails, model: type[_Table]) -> tuple[str, str, str]:
    """Key, problem and remedy of one mistake that pydantic found. Never shows the value."""
    field = str(details["loc"][0])
    key = table + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in details["loc"])
    if details["type"] == "extra_forbidden":
        return key, "there is no such key", nearest_name(field, model.model_fields)
    example = f"For example: {field} = {(model.model_fields[field].examples or [''])[0]}"
    if details["type"] == "missing":
        return key, "is missing", example
    context = details.get("ctx", {})
    problem = _PROBLEMS[details["type"]].format(**context) if details["type"] in _PROBLEMS else details["msg"]
    return key, problem, context.get("remedy") or example


_PROBLEMS = {
    "string_type": "expected text in quotes",
    "string_too_short": "is empty",
    "int_type": "expected a whole number",
    "bool_type": "expected true or false",
    "list_type": "expected text, or a list of texts",
    "too_short": "is an empty list",
    "literal_error": "expected {expected}",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
}


def nearest_name(word: str, known: Iterable[str], where: str | None = None) -> str:
    """A remedy for a name that is not known: the most similar one, else all of them, else where to add it."""
    candidates = list(known)
    if near := difflib.get_close_matches(word, candidates, n=1):
        return f"Did you mean {near[0]}?"
    names = ", ".join(candidates)
    return f"Known are: {names}" if names else f"Add it under {where}"


def _natural(key: str) -> list[tuple[int, str]]:
    """Sorts `feeds[10]` behind `feeds[9]`."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", key)]


# --------------------------------------------------------------------------- what was declared, right or wrong


def _destination_names(raw: Mapping[str, Any]) -> list[str]:
    section = raw.get("destinations")
    return [name for name in section if re.fullmatch(NAME, name)] if isinstance(section, dict) else []


def _shown(name: str) -> str:
    """A name for a message; not the URL that may have been written where a name belongs."""
    return name if re.fullmatch(NAME, name) else "that"


def _texts_at(raw: Mapping[str, Any], section: str, field: str) -> Iterator[tuple[str, str]]:
    """Key of the table and text, for every text under that field of the tables; what is no text has its own message."""
    tables = raw.get(section)
    for i, table in enumerate(tables if isinstance(tables, list) else ()):
        value = as_texts(table.get(field)) if isinstance(table, dict) else None
        for text in value if isinstance(value, list) else ():
            if isinstance(text, str):
                yield f"{section}[{i}]", text


# --------------------------------------------------------------------------- single values


def _authorization(secret: str) -> str | None:
    """What the fetcher sends: "Basic ...", "Bearer ..." or "Header: value"; None: the secret is none of them.

    `user:password` becomes Basic. A header has a space behind its colon, which tells it from a login.
    """
    if not secret.isprintable() or not secret.isascii():
        return None
    if re.match(r"(Basic|Bearer) \S", secret) or re.match(r"[\w!#$%&'*+.^`|~-]+: \S", secret, re.ASCII):
        return secret
    if ":" in secret:
        return "Basic " + base64.b64encode(secret.encode()).decode("ascii")
    return None


def _proxy(value: str) -> Proxy | None:
    """The proxy at a URL, which may lack its "http://"; None: it is none that can be spoken to."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        parts.port  # noqa: B018 - raises when it is none
    except ValueError:
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"(?a)[\w.:-]+", parts.hostname or "") or ":" in user:
        return None
    login = (user, password) if user or password else None
    return Proxy(url=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", login=login)


# --------------------------------------------------------------------------- into the words of the model


def _feed_specs(feeds: Mapping[str, _Feed], searches: Mapping[str, _Search]) -> tuple[FeedSpec, ...]:
    """All that is polled; the first to name a URL says how, so that a search can be repeated as a feed of its own."""
    found: dict[str, FeedSpec] = {}
    for feed in feeds.values():
        found[feed.url] = FeedSpec(
            url=feed.url, name=feed.name, tags=tuple(feed.tags), interval=feed.interval, lang=feed.lang
        )
    for search in searches.values():
        for spec in feeds_of(_saved_search(search)):
            found.setdefault(spec.url, spec)
    return tuple(found.values())


def _saved_search(search: _Search) -> SavedSearch:
    return SavedSearch(
        query=search.query,
        on=tuple(search.on),
        name=search.name,
        lang=search.lang,
        region=search.region,
        tags=tuple(search.tags),
        interval=search.interval,
    )


def _routing(
    destinations: Iterable[str], reps: Mapping[str, _Rep], routes: Mapping[str, _Route], zone: ZoneInfo
) -> Routing:
    return Routing(
        destinations=tuple(destinations),
        reps=tuple(_as_rep(rep, zone) for rep in reps.values()),
        routes=tuple(
            Route(
                to=route.to,
                triggers=tuple(route.triggers),
                min_score=route.min_score,
                lang=tuple(route.lang),
                tags=tuple(route.tags),
                accounts=route.accounts,
                owner=tuple(route.owner),
                segment=tuple(route.segment),
                territory=tuple(route.territory),
                keywords=tuple(route.keywords),
                hedged=route.hedged,
                stop=route.stop,
            )
            for route in routes.values()
        ),
    )


_USUAL_DIGEST = DigestTimes(times=(time(8),))  # for what a rep without digest times is not told at once


def _as_rep(rep: _Rep, zone: ZoneInfo) -> Rep:
    """Without a score of its own, `delivery` decides: "instant" is any score, "digest" is none."""
    instant = rep.instant_score if rep.instant_score is not None or rep.delivery else 0
    return Rep(
        name=rep.name,
        destinations=tuple(rep.destinations),
        zone=rep.timezone or zone,
        quiet_hours=rep.quiet_hours,
        instant_score=instant,
        digest=rep.delivery or _USUAL_DIGEST,
        daily_cap=rep.daily_cap,
        empty_digest=rep.empty_digest,
        known_as=tuple(rep.known_as),
        interests=tuple(rep.interests),
    )


def _profile(profile: _Profile) -> Profile:
    return Profile(
        industries=tuple(profile.industries),
        territories=tuple(profile.territories),
        sizes=tuple(profile.sizes),
        keywords=tuple(profile.keywords),
    )
