"""A service of Apprise: by its URL, or by its tag in one of Apprise's own configuration files.

One destination is one Apprise plugin instance, made once and reused, because it keeps the service's throttle.
Apprise's own retries are off: the deliver stage retries, and remembers across restarts. Its log is kept to
ourselves, because it shows keys; what it says of a failure is told in our words or with the secrets struck out.

What Apprise would load as code (custom plugins, decorated functions) is never loaded, and what a configuration file
includes is not read.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listener.message import shorten
from listener.model import Message, SendFailed, SendOutcome, Sent
from listener.services import failures
from listener.services.failures import Unusable
from listener.services.fitting import fit
from listener.services.pauses import listening
from listener.services.server import Server, server_of

if TYPE_CHECKING:
    from apprise import Apprise
    from apprise.plugins.base import NotifyBase
    from apprise.result import AppriseResult

FILE_SCHEME = "apprise:"
"""Of a service in a configuration file: `apprise:FILE#TAG`. Apprise's own `apprise://` is a URL like any other."""


class AppriseService:
    """One service. Raises Unusable when the URL, or what the file has under the tag, cannot be used."""

    def __init__(self, url: str) -> None:
        _keep_logs_private()
        in_file = url.startswith(FILE_SCHEME) and not url.startswith(f"{FILE_SCHEME}//")
        self._url = _url_in_file(url.removeprefix(FILE_SCHEME)) if in_file else url
        self._apprise = _load(self._url)

    def deliver(self, message: Message, clock: Callable[[], datetime]) -> SendOutcome:
        """Hand the message over, in the form and length that the service takes."""
        title, body, form = fit(self._apprise[0], message)
        with listening(clock) as heard:
            result = self._apprise.notify(body=body, title=title, body_format=form, log_level=logging.DEBUG)
        return Sent() if result else replace(_failure(result, self._url), retry_after=heard.pause)

    def server(self) -> Server | None:
        """Where a message is handed over; None: Apprise decides that when it sends."""
        return _server_of(self._apprise[0])


_SERVICE_URLS = ("cloud_notify_url", "notify_url", "webhook_url", "api_url")
"""What Apprise's plugins call the address of a service that everybody shares."""


def _server_of(plugin: NotifyBase) -> Server | None:
    """Mail knows its server; a service of one's own is named by the URL, others by the plugin."""
    if host := getattr(plugin, "smtp_host", None):
        return Server(scheme="smtp", host=host, port=plugin.port or 25)
    own = "host" in plugin.template_tokens and getattr(plugin, "mode", None) != "cloud" and plugin.host
    if own and ("." in own or ":" in own or own == "localhost"):
        scheme = "https" if plugin.secure else "http"
        return Server(scheme=scheme, host=own, port=plugin.port or (443 if plugin.secure else 80))
    urls = (getattr(type(plugin), name, None) for name in _SERVICE_URLS)
    return server_of(next((url for url in urls if isinstance(url, str) and url.startswith("https://")), ""))


# --------------------------------------------------------------------------- loading


def _load(url: str) -> Apprise:
    with _apprise_module() as apprise:
        if len(apprise.utils.parse.parse_urls(url)) > 1:
            raise Unusable("holds several URLs. Give each a name of its own and list the names where they are used")
        # A redirect would turn the POST into a GET: "200 OK" from a login page, and the alert is lost.
        asset = apprise.AppriseAsset(
            app_id="listener", image_url_mask="", service_timeout=0, http_redirects=False, storage_mode="memory"
        )
        plugin = apprise.Apprise.instantiate(url, asset=asset)
        if plugin is None:
            raise Unusable(_why_refused(url))
    plugin.retry = 0  # ?retry= is ours to do
    plugin.optional = False  # ?optional=yes calls a failure a success
    plugin.redirects = False  # whatever ?redirect= says
    if len(plugin) > 1:
        raise Unusable(
            f"reaches {len(plugin)} targets, and a retry for one would repeat the message to the others. "
            "Make one destination of each and list them together (mail: put the others in cc=)"
        )
    loaded: Apprise = apprise.Apprise(plugin, asset=asset)
    return loaded


def _why_refused(url: str) -> str:
    from apprise.apprise import N_MGR as services

    scheme = url.partition("://")[0].lower()
    if scheme in services and not services[scheme].enabled:
        packages = services[scheme].requirements.get("packages_required") or ["something that this system has not"]
        needed = packages if isinstance(packages, str) else ", ".join(packages)
        return f"Apprise needs {needed} for {scheme}:// URLs. Install it beside listener"
    return "Apprise cannot use its URL. Compare it with https://appriseit.com/services/"


def _keep_logs_private() -> None:
    """Apprise's log and that of its HTTP library reach no handler: they show keys.

    Each result of Apprise still carries its own part, for `_failure`, which is why the level is DEBUG.
    """
    for name in ("apprise", "urllib3"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    logging.getLogger("apprise").setLevel(logging.DEBUG)


@contextmanager
def _apprise_module() -> Iterator[Any]:
    """Apprise, imported when it is first needed; while it loads, nobody hears what its plugins use of old Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise
        import apprise.utils.parse

        yield apprise


# --------------------------------------------------------------------------- Apprise's configuration files


def _url_in_file(place: str) -> str:
    """The URL of the one service with the tag in the file, both as `FILE#TAG`."""
    name, _, tag = place.rpartition("#") if "#" in place else (place, "", "")
    services = _services(Path(name))
    found = [service for service in services if not tag or tag in map(str, service.tags)]
    if len(found) == 1:
        return str(found[0].url(privacy=False))
    with_tag = f" with the tag {tag}" if tag else ""
    if not found:
        tags = ", ".join(sorted({str(each) for service in services for each in service.tags})) or "none"
        raise Unusable(f"{name} has no service{with_tag} that Apprise can use. The tags there: {tags}")
    remedy = "Give each a tag of its own, and list the destinations where they are used"
    raise Unusable(f"{name} has {len(found)} services{with_tag}, and a destination is one of them. {remedy}")


def _services(path: Path) -> list[Any]:
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Unusable(f"{path} is not UTF-8 text") from None
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror})") from None
    with _apprise_module() as apprise:
        from apprise.config.base import ConfigBase

        services, _included = ConfigBase.config_parse(content, asset=apprise.AppriseAsset(storage_mode="memory"))
    return list(services)


# --------------------------------------------------------------------------- what went wrong


def _failure(result: AppriseResult, url: str) -> SendFailed:
    """Why the service did not take it.

    The debug log also holds the message and what the server answered: of it only lines on exceptions count.
    """
    entries = [(entry.level, entry.message) for entry in result.logs()]
    exceptions = [text for _, text in entries if re.match(r"[\w /]{0,20}Exception\b", text)]
    complaints = [text for level, text in entries if level in ("WARNING", "ERROR", "CRITICAL")]
    if known := failures.of_exceptions(exceptions):
        return known
    for text in complaints:
        if status := re.search(r"\berror=(\d{3})\b", text):
            return failures.of_status(int(status[1]))
    said = (exceptions or complaints or ["Apprise gave no reason"])[-1]
    return SendFailed(error=shorten(failures.strike_out(" ".join(said.split()), url), 200))
