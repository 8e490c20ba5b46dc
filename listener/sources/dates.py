"""Dates as feeds write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

_ZONES = {  # hours east of UTC; where a name is used twice, the reading that news wires have: IST is India's
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "МСК": 3, "IST": 5.5, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8,
    "HST": -10,
}  # fmt: skip
_MONTHS = {  # by the first letters: English, German, French, Spanish, Italian, Portuguese, Russian
    name: number
    for number, names in enumerate(
        (
            "jan jän gen ene янв", "feb fév fev фев", "mar mär mrz мар", "apr avr abr апр", "may mai mag мая май",
            "jun juin giu июн", "jul juil lug июл", "aug aoû aou ago авг", "sep set сен", "oct okt ott out окт",
            "nov ноя", "dec dez dic déc дек",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MAX_CHARS = 100
FIRST_YEAR = 1971  # feeds with a broken clock say 1970 or 1
_CENTURY_ENDS = 69  # of a year in two digits, as the e-mail standard's readers take it: 69 is 1969, 68 is 2068

_CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?(?:\s?([AaPp])\.?[Mm]\b\.?)?"
_MAIL_DATE = re.compile(
    rf"(?:\w{{2,12}}\.?,?\s+)?(\d{{1,2}})\.?[\s-]+(\w{{3,12}})\.?[\s-]+(\d{{4}}|\d\d)(?:,?\s+{_CLOCK})?"
)
_AMERICAN_DATE = re.compile(
    rf"(?:\w{{2,12}}\.?,?\s+)?(\w{{3,12}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?:,?\s+(?:at\s+)?{_CLOCK})?"
)
_ISO_DATE = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}))?(?:[Tt\s]\s*{_CLOCK})?")
_NUMERIC_ZONE = re.compile(r"(?:GMT|UTC|UT)?\s*([+-])(\d{1,2}):?(\d\d)?(?::?00)?(?:\s*\(.*\))?")


def read_date(text: str | None, zone: tzinfo = UTC) -> datetime | None:
    """An e-mail, American or ISO 8601 date, with the liberties that feeds take, in UTC. None: none, or not usable.

    Without a zone it is in `zone`. 24:00 is the end of that day. A year before 1971 is no date of an entry.
    """
    text = (text or "").strip()[:_MAX_CHARS]
    if not text:
        return None
    try:
        moment = _read(text, zone)
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment.year >= FIRST_YEAR else None


def zone_of(*texts: str | None) -> tzinfo:
    """The time zone that the first of `texts` with a date names; UTC where none does."""
    for text in texts:
        text = (text or "").strip()[:_MAX_CHARS]
        found = _MAIL_DATE.match(text) or _AMERICAN_DATE.match(text) or _ISO_DATE.match(text)
        if found:
            return _zone(text[found.end() :], UTC)
    return UTC


def _read(text: str, zone: tzinfo) -> datetime | None:
    mail = _MAIL_DATE.match(text)
    if mail:
        day, name, year, *clock = mail.groups()
        if month := _month(name):
            return _moment(_year(year), month, int(day), clock, _zone(text[mail.end() :], zone))
    american = _AMERICAN_DATE.match(text)
    if american:
        name, day, year, *clock = american.groups()
        if month := _month(name):
            return _moment(int(year), month, int(day), clock, _zone(text[american.end() :], zone))
    iso = _ISO_DATE.match(text)
    if iso:
        year, _, month_number, day, *clock = iso.groups()
        return _moment(int(year), int(month_number), int(day or 1), clock, _zone(text[iso.end() :], zone))
    if text[:4].isdigit():
        return _in_utc(datetime.fromisoformat(text), zone)
    fields = parsedate_tz(text)
    if fields is None:
        return None
    named = timezone(timedelta(seconds=fields[9])) if fields[9] is not None else zone
    return _in_utc(datetime(*fields[:6], tzinfo=named), zone)


def _month(name: str) -> int | None:
    return _MONTHS.get(name[:3].lower()) or _MONTHS.get(name[:4].lower())


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (1900 if year >= _CENTURY_ENDS else 2000)


def _moment(year: int, month: int, day: int, clock: list[str | None], zone: tzinfo) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock[:3])
    microsecond = int((clock[3] or "").ljust(6, "0"))
    if clock[4] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if clock[4] in "pP" else 0)
    midnight = hour == 24 and not minute and not second
    moment = datetime(year, month, day, 0 if midnight else hour, minute, min(second, 59), microsecond, tzinfo=zone)
    return _in_utc(moment + timedelta(days=midnight), zone)


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _zone(text: str, default: tzinfo) -> tzinfo:
    """The zone that `text`, what follows the date, names; `default` where it names none that is known."""
    text = text.strip()
    if text in ("Z", "GMT", "+0000", "+00:00"):
        return UTC
    numeric = _NUMERIC_ZONE.fullmatch(text)
    if numeric:
        sign = -1 if numeric[1] == "-" else 1
        offset = sign * timedelta(hours=int(numeric[2]), minutes=int(numeric[3] or 0))
        return timezone(offset) if offset else UTC
    hours = _ZONES.get(text.partition(" ")[0].strip("()").upper())
    return default if hours is None else timezone(timedelta(hours=hours))
