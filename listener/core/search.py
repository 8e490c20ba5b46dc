"""A saved search -> the public feeds that answer it.

None of the services documents its feed URLs. They are what each service's own pages link to or what its feed
readers have used for years; each is in one function here, for the day when it changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlencode

from listener.model import FeedSpec

PLACES = {
    "google-news": "Google News",
    "bing-news": "Bing News",
    "reddit": "Reddit",
    "hackernews": "Hacker News",
    "mastodon": "Mastodon",
}
"""Where can be searched, and how each is called."""

_DEFAULT_INSTANCE = "mastodon.social"
_PLACE = re.compile(rf"(?:{'|'.join(PLACES)})|mastodon:[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_TAG = re.compile(r"#?((?=\d*[^\W\d])\w+)")  # a hash tag is one word, and not a number

# The country whose edition is meant where a language comes without its region. For other languages it is spelled
# alike: de and DE.
_HOME = {
    "ar": "EG", "cs": "CZ", "da": "DK", "el": "GR", "en": "US", "et": "EE", "he": "IL", "hi": "IN", "ja": "JP",
    "ko": "KR", "pt": "BR", "sl": "SI", "sr": "RS", "sv": "SE", "uk": "UA", "vi": "VN", "zh": "CN",
}  # fmt: skip
# The language where a region comes without one. For other regions it is English, in which every one has an edition.
_SPOKEN = {
    **{home: lang for lang, home in _HOME.items() if lang != "hi"},
    **{lang.upper(): lang for lang in ("de", "es", "fi", "fr", "hu", "it", "lt", "lv", "nl", "no", "pl", "ro", "ru")},
    **{"AR": "es", "AT": "de", "CH": "de", "CL": "es", "CO": "es", "LI": "de", "MX": "es", "PE": "es", "PT": "pt"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """What the operator looks for, and where."""

    query: str  # as typed into the service's own search box
    on: tuple[str, ...]  # of PLACES, or "mastodon:INSTANCE"; each must be a `is_place`
    name: str | None = None  # None: the query
    lang: str | None = None  # ISO 639-1; None: that of the region, else English
    region: str | None = None  # ISO 3166-1 alpha-2; None: where the language is at home
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None  # None: [poll] interval


def is_place(place: str) -> bool:
    """Whether it can be searched: one of PLACES, or "mastodon:" and an instance."""
    return _PLACE.fullmatch(place) is not None


def hash_tag(query: str) -> str | None:
    """The tag that a query is, without its #; None where it is not exactly one."""
    found = _TAG.fullmatch(query.strip())
    return found[1] if found else None


def feeds_of(search: SavedSearch) -> tuple[FeedSpec, ...]:
    """One feed for each place, in their order.

    The search's language decides which rules run on the entries, except on Hacker News, which is in English
    whatever was looked for. Raises ValueError where Mastodon is asked for what is not one hash tag.
    """
    name = search.name or search.query
    return tuple(
        FeedSpec(
            url=_url(search, place),
            name=f"{name} ({_label(place)})",
            tags=search.tags,
            interval=search.interval,
            lang=None if place == "hackernews" else search.lang,
            search=name,
        )
        for place in search.on
    )


def _label(place: str) -> str:
    """How a place is called; an instance of Mastodon by its host, to tell it from the others."""
    return PLACES.get(place) or place.partition(":")[2]


def _url(search: SavedSearch, place: str) -> str:
    match place:
        case "google-news":
            return _google_news(search)
        case "bing-news":
            return _bing_news(search)
        case "reddit":
            return _with_query("https://www.reddit.com/search.rss", q=search.query, sort="new")
        case "hackernews":
            return _with_query("https://hnrss.org/newest", q=search.query)
        case _:
            return _mastodon(search.query, place.partition(":")[2] or _DEFAULT_INSTANCE)


def _google_news(search: SavedSearch) -> str:
    """`hl` is the language of the interface, `gl` the country, `ceid` the edition: they must agree."""
    lang, region = _edition(search)
    interface, edition = _google_languages(lang, region)
    return _with_query(
        "https://news.google.com/rss/search", q=search.query, hl=interface, gl=region, ceid=f"{region}:{edition}"
    )


def _google_languages(lang: str, region: str) -> tuple[str, str]:
    """`hl` and the second half of `ceid`, for those languages that Google has in several kinds."""
    match lang, region:
        case "en", _:
            return f"en-{region}", "en"
        case "pt", "PT":
            return "pt-PT", "pt-150"
        case "pt", _:
            return "pt-BR", "pt-419"
        case "es", "ES":
            return "es", "es"
        case "es", _:
            return "es-419", "es-419"
        case "zh", "CN":
            return "zh-CN", "zh-Hans"
        case "zh", _:
            return f"zh-{region}", "zh-Hant"
        case _:
            return lang, lang


def _bing_news(search: SavedSearch) -> str:
    """Newest first: its order by relevance would hide what is new behind what is popular."""
    lang, region = _edition(search)
    return _with_query(
        "https://www.bing.com/news/search",
        q=search.query,
        qft='sortbydate="1"',
        format="rss",
        mkt=f"{lang}-{region}",
        setlang=lang,
    )


def _mastodon(query: str, instance: str) -> str:
    tag = hash_tag(query)
    if tag is None:
        raise ValueError(f"not one hash tag: {query!r}")
    return f"https://{instance}/tags/{quote(tag)}.rss"


def _edition(search: SavedSearch) -> tuple[str, str]:
    """Language and region, each from the other where it is not given."""
    lang = search.lang or _SPOKEN.get(search.region or "", "en")
    return lang, search.region or _HOME.get(lang, lang.upper())


def _with_query(address: str, **parameters: str) -> str:
    """A space becomes %20, which every server reads; the colon of `US:en` stays as the services write it."""
    return f"{address}?{urlencode(parameters, quote_via=quote, safe=':')}"
