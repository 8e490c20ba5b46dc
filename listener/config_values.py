"""What a single value of config.toml may be: durations, sizes, times of day, addresses, names.

Each is a type for the tables of `listener.config`; what is wrong with a value is said in words for people.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import time, timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from listener.core.search import PLACES, is_place
from listener.model import DigestTimes, QuietHours, Segment, Takes


def _wrong(problem: str, remedy: str | None = None) -> PydanticCustomError:
    return PydanticCustomError("listener", "{problem}", {"problem": problem, "remedy": remedy})


_DURATION = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
_LONGEST = timedelta(days=3650)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found or float(found[1]) == 0:
        raise _wrong("expected a duration: a number above 0 with s, m, h or d, in quotes")
    seconds = float(found[1]) * _SECONDS[found[2]]
    if seconds > _LONGEST.total_seconds():
        raise _wrong(f"is longer than {_LONGEST.days} days")
    return timedelta(seconds=seconds)


def parse_duration(text: str) -> timedelta:
    """A duration as config.toml writes it. Raises ValueError in words."""
    return _duration(text)


def _pause(value: object) -> timedelta:
    return timedelta() if value == "0s" else _duration(value)


_SIZE = re.compile(r"(\d+)\s*(B|kB|MB|GB)")
_BYTES = {"B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3}


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[1]) == 0:
        raise _wrong("expected a size: a number of bytes, or a number with kB, MB or GB in quotes")
    return int(found[1]) * _BYTES[found[2]]


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (ValueError, OSError, KeyError):  # malformed, a directory, unknown
        raise _wrong("expected a timezone as the IANA names it") from None


_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)")


def _quiet_hours(value: object) -> QuietHours:
    found = _QUIET.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise _wrong("expected two times of day with a dash between them")
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start == end:
        raise _wrong("begins and ends at the same time")
    return QuietHours(start=start, end=end)


_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_DIGEST = re.compile(rf"digest(?: ([a-z]{{3}}(?:[,-][a-z]{{3}})*))? ({_CLOCK}(?:, ?{_CLOCK})*)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _delivery(value: object) -> DigestTimes | None:
    """When the rep wants digests; None: alerts at once."""
    if value == "instant":
        return None
    found = _DIGEST.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise _wrong('expected "instant", or "digest" with times of day, and weekdays before them if not all are meant')
    times = sorted({time.fromisoformat(at.strip()) for at in found[2].split(",")})
    return DigestTimes(times=tuple(times), weekdays=_weekdays(found[1]) if found[1] else tuple(range(7)))


def _weekdays(text: str) -> tuple[int, ...]:
    """Of "mon-fri" or "mon,wed,fri"; a range may go over Sunday."""
    found: set[int] = set()
    for part in text.split(","):
        names = part.split("-")
        if len(names) > 2 or not set(names) <= set(_WEEKDAYS):
            raise _wrong("has something that is no weekday", f"Weekdays are {', '.join(_WEEKDAYS)}")
        first, last = (_WEEKDAYS.index(name) for name in (names[0], names[-1]))
        found.update((first + day) % 7 for day in range((last - first) % 7 + 1))
    return tuple(sorted(found))


def _taking(value: object) -> Takes:
    if not isinstance(value, str) or value not in list(Takes):
        raise _wrong("expected 'any', 'only' or 'exclude'")
    return Takes(value)


def _segments(value: object) -> list[Segment]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or any(each not in list(Segment) for each in values):
        raise _wrong(f"expected one or several of {', '.join(Segment)}")
    return [Segment(each) for each in values]


_SIZES = re.compile(r"(\d{1,9})\s*(?:-\s*(\d{1,9})|(\+))")


def _sizes(value: object) -> list[tuple[int, int | None]]:
    values = [value] if isinstance(value, str) else value
    found = [_SIZES.fullmatch(each) if isinstance(each, str) else None for each in _listed(values)]
    sizes = [(int(each[1]), int(each[2]) if each[2] else None) for each in found if each]
    if len(sizes) < len(found) or not found or any(high is not None and high < low for low, high in sizes):
        raise _wrong("expected numbers of employees from and to, or with a + behind the lowest")
    return sizes


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def as_texts(value: object) -> object:
    """A text as a list of one; anything else as it is."""
    return [value] if isinstance(value, str) else value


def spelled_as(pattern: str, expected: str) -> AfterValidator:
    """Refuses a text that the whole pattern does not fit; `expected` says what does."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise _wrong(f"expected {expected}")
        return value

    return AfterValidator(check)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is none
    except ValueError:
        raise _wrong("is not a URL") from None
    return parts


def _feed_url(url: str) -> str:
    if url.startswith("demo:"):
        if re.fullmatch(r"demo:[\w-]+", url):
            return url
        raise _wrong("names no demo feed", 'Write for example "demo:press"')
    parts = _parts(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
        raise _wrong("is not an http, https or demo: URL")
    if parts.username or parts.password:
        raise _wrong("has a login in it, which would be logged and stored", 'Take it out and add auth = "env:NAME"')
    return url


def _public_url(url: str) -> str:
    parts = _parts(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s?#@]", url):
        raise _wrong("is not an http or https URL without query and login")
    return url.rstrip("/")


def url_problem(url: str) -> str | None:
    """What keeps `url` from being a feed's, in words; None: nothing does."""
    try:
        _feed_url(url)
    except PydanticCustomError as error:
        return error.message()
    return None


def _place(place: str) -> str:
    if not is_place(place):
        known = ", ".join(PLACES)
        remedy = f'Known are: {known} (with "mastodon:INSTANCE" for another than mastodon.social)'
        near = difflib.get_close_matches(place, PLACES, n=1)
        raise _wrong("is no place that can be searched", f"Did you mean {near[0]}?" if near else remedy)
    return place


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen."""

    host: str  # an IP address or a name
    port: int  # 0: any that is free

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can ask."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


_ADDRESS = re.compile(r"\[?([\w.:-]+?)\]?:(\d{1,5})")


def _listen(value: object) -> Address | None:
    if value == "off":
        return None
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    if not found or int(found[2]) > 65535:
        raise _wrong('expected an address and a port, or "off"')
    return Address(host=found[1], port=int(found[2]))


NAMED_SECRET = re.compile(r"(?<=[?&]secret=)(?:env|file)(?::|%3A)[^&#]*", re.IGNORECASE)
NAME = r"\w[\w.-]*"  # no colon: Apprise reads "2:sales" as a priority
A_NAME = "a name of letters, digits, dots, dashes and underscores"
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Pause = Annotated[timedelta, BeforeValidator(_pause)]
Size = Annotated[int, BeforeValidator(_size)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Quiet = Annotated[QuietHours, BeforeValidator(_quiet_hours)]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], BeforeValidator(as_texts)]
Name = Annotated[str, spelled_as(NAME, A_NAME)]
Lang = Annotated[str, spelled_as(r"[a-z]{2}", "a language as two small letters")]
Langs = Annotated[list[Lang], BeforeValidator(as_texts)]
Delivery = Annotated[DigestTimes | None, BeforeValidator(_delivery)]
Silence = Annotated[timedelta | None, BeforeValidator(lambda value: None if value == "off" else _duration(value))]
FeedUrl = Annotated[str, AfterValidator(_feed_url)]
Contact = Annotated[
    str, spelled_as(r"(?a)[!-~]+@[!-~]+|https?://[!-~]+", "a mail address or the URL of a page about you, in ASCII")
]
Place = Annotated[str, AfterValidator(_place)]
Listen = Annotated[Address | None, BeforeValidator(_listen)]
Taking = Annotated[Takes, BeforeValidator(_taking)]
Segments = Annotated[list[Segment], BeforeValidator(_segments)]
Sizes = Annotated[list[tuple[int, int | None]], BeforeValidator(_sizes)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
Currency = Annotated[str, spelled_as(r"[A-Z]{3}", "a currency as three capital letters (ISO 4217)")]
Region = Annotated[str, spelled_as(r"[A-Z]{2}", "a country as two capital letters")]
