"""The words of listener as immutable records. `docs/glossary.md` explains them in prose.

Datetimes are aware UTC; durations are timedeltas; None always has the meaning that is written
beside the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

# --------------------------------------------------------------------------- feeds and entries


class Health(StrEnum):
    """How a feed is, for the question "quiet or broken?"."""

    NEW = "new"  # never polled
    OK = "ok"  # the last poll succeeded, and there is news as usual
    QUIET = "quiet"  # polls succeed; nothing new for longer than usual, yet plausible
    STALE = "stale"  # polls succeed; nothing new for far longer than usual
    FAILING = "failing"  # the last polls failed; it is tried again with growing pauses
    BROKEN = "broken"  # polls have failed for long
    GONE = "gone"  # the server said 410: no more polls


class FailureKind(StrEnum):
    """Why a poll brought nothing."""

    NETWORK = "network"  # no connection, TLS, DNS, broken off
    TIMEOUT = "timeout"  # the total deadline passed
    HTTP_STATUS = "http_status"  # 4xx or 5xx, but for the next two
    BUSY = "busy"  # 429 or 503: to come back later
    GONE = "gone"  # 410
    REDIRECT = "redirect"  # too many, or to somewhere that is not allowed
    FORBIDDEN_ADDRESS = "forbidden_address"  # not a public address, and not allowed
    TOO_LARGE = "too_large"  # over the limit of bytes
    NOT_A_FEED = "not_a_feed"  # an HTML page, or nothing that a reader understands
    EMPTY = "empty"  # no bytes at all
    HOSTILE = "hostile"  # made to explode or to read files where it is read
    CRASHED = "crashed"  # our own reader failed or its process died on it


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as the configuration names it."""

    url: str  # its identity; http(s), or "demo:NAME" for a bundled demo feed
    name: str | None = None  # None: the feed's own title, else its host
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None  # None: [poll] interval
    lang: str | None = None  # ISO 639-1, of all its entries; None: each entry's is told from its words
    search: str | None = None  # name of the saved search that it answers; None: it is named itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often a feed publishes."""

    gap: timedelta  # between two entries, the median
    silence: timedelta  # between two days with news: nine in ten are not longer


@dataclass(frozen=True, slots=True, kw_only=True)
class PollHints:
    """When a feed wants to be left alone. Without any it does not say."""

    at_least: timedelta = timedelta()  # between polls, by the document; a day at most
    max_age: timedelta = timedelta()  # the same, by the Cache-Control of the last answer that had one
    skip_hours: tuple[int, ...] = ()  # UTC, 0 to 23
    skip_days: tuple[int, ...] = ()  # UTC, Monday is 0

    @property
    def pause(self) -> timedelta:
        """Between polls: the longer wish of the two."""
        return max(self.at_least, self.max_age)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed with what the last polls taught about it."""

    id: int
    url: str
    moved_to: str | None = None  # where permanent redirects led; None: it is still at `url`
    name: str
    tags: tuple[str, ...]
    lang: str | None  # by configuration; None: each entry's is told from its words
    interval: timedelta | None  # None: [poll] interval
    etag: str | None  # None: the server sent none
    last_modified: str | None  # as the server sent it; None: it sent none
    body_hash: str | None  # of the last body that was read; None: never read, or it broke off
    next_poll_at: datetime | None  # None: never again (gone)
    last_polled_at: datetime | None  # None: never
    first_success_at: datetime | None  # None: never
    last_success_at: datetime | None  # last 200 with a feed in it, or 304; None: never
    last_entry_at: datetime | None  # when a new entry was last found; None: never
    last_news_at: datetime | None  # the same, but by its date for what the first poll found; None: never
    cadence: Cadence | None  # None: too little is known
    hints: PollHints  # of the last document that was read, and of the answers since
    failing_since_at: datetime | None  # the first of the failures; None: it does not fail
    failures: int  # in a row, since the last success
    last_error: str | None  # of the last poll; None: it succeeded
    last_error_kind: FailureKind | None
    entries: int  # stored in all


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One item of a feed as it was read, normalised, not yet stored."""

    uid: str  # identity within its feed: guid, else link, else a hash of title and text; never a date
    url: str | None  # None: the item has no link
    canonical_url: str | None  # without tracking and wrappers, to recognise the same article; None: no link
    title: str  # plain text, "" where the item has none
    text: str  # plain text of content or summary, "" where there is none
    publisher: str | None  # of the article where the feed names it; None: unknown
    lang: str | None  # ISO 639-1 as the feed says; None: it does not say
    published_at: datetime | None  # None: no usable date
    facts: Mapping[str, str] = field(default_factory=dict)  # slots that the feed fills itself: {"form": "8-K"}
    hosts: tuple[str, ...] = ()  # that its text links to, without "www."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A stored entry."""

    id: int
    feed_id: int
    feed_name: str
    feed_tags: tuple[str, ...]
    uid: str
    url: str | None
    canonical_url: str | None
    title: str
    text: str
    publisher: str | None
    lang: str | None  # of its feed by configuration, else as told when it was judged; None: neither yet
    published_at: datetime | None  # None: no usable date
    first_seen_at: datetime
    first_sight: bool  # it came with the first poll of its feed that succeeded
    facts: Mapping[str, str] = field(default_factory=dict)  # slots that the feed filled itself
    hosts: tuple[str, ...] = ()  # that its text links to, without "www."
    updated_at: datetime | None = None  # when its publisher's last edit was seen; None: never edited
    usual_lang: str | None = None  # of its feed: of most entries, else as the feed says; None: unknown


# --------------------------------------------------------------------------- polls and their outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy."""

    url: str  # http or https, host and port; without login, so that it may be shown
    login: tuple[str, str] | None = field(default=None, repr=False)  # user and password; a secret. None: it wants none


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """What feeds are fetched through."""

    http: Proxy | None = None  # for http URLs; None: directly
    https: Proxy | None = None  # for https URLs; None: directly
    no_proxy: tuple[str, ...] = ()  # hosts that are reached directly, in the words of NO_PROXY


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """All that a poll needs to know; can be pickled and sent to a worker process."""

    feed_id: int
    url: str  # what is fetched (a demo feed's loopback address, else the feed's URL)
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    lang: str | None = None  # of the feed by configuration; None: as the document says
    auth: str | None = field(default=None, repr=False)  # "Basic ...", "Bearer ..." or "Header: value"; a secret
    allow_private: bool = False  # may connect to addresses that are not public
    direct: bool = False  # never through a proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A feed was read."""

    feed_id: int
    entries: tuple[ParsedEntry, ...]  # in the document's order, each uid once
    etag: str | None
    last_modified: str | None
    body_hash: str | None  # None: the document broke off, and is read again though it be the same
    title: str | None  # of the feed; None: it has none
    moved_to: str | None = None  # the new URL after permanent redirects only; None: not moved
    hints: PollHints = PollHints()
    left_out: int = 0  # items of a document that has too many


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304, or the very same bytes as last time."""

    feed_id: int
    etag: str | None = None  # a new one that came along; None: the known one stays
    last_modified: str | None = None
    max_age: timedelta | None = None  # see PollHints; None: no Cache-Control came along, the known one stays
    moved_to: str | None = None  # the new URL after permanent redirects only; None: not moved


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """Nothing could be read; the feed's trouble, in words an operator can act on."""

    feed_id: int
    kind: FailureKind
    message: str  # one line with the remedy where there is one; no secret in it
    retry_after: timedelta | None = None  # asked for by the server; None: it did not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """Not known yet: the batch did not wait for it. Never recorded; the feed is asked again in the same run."""

    feed_id: int
    slow: bool  # True: no whole answer within the patience; False: its turn did not come


PollOutcome = Fetched | NotModified | FetchFailed


# --------------------------------------------------------------------------- accounts


class Segment(StrEnum):
    """What an account is to us."""

    TARGET = "target"  # to be won
    CUSTOMER = "customer"
    COMPETITOR = "competitor"
    PARTNER = "partner"
    EXCLUDE = "exclude"  # nobody is to be told of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company of the user's list."""

    name: str
    domain: str | None = None  # without www., in lower case: "cobalt.example"; None: unknown
    aliases: tuple[str, ...] = ()  # other names that it goes by
    owner: str | None = None  # the rep whose account it is; None: nobody's
    segment: Segment | None = None  # None: not said
    territory: str | None = None  # None: not said
    industry: str | None = None  # None: not said
    size: int | None = None  # employees; None: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHit:
    """An account that a text is about, as far as can be told."""

    account: Account
    certainty: float  # 0 to 1
    how: str  # what it was recognised by, for people: "the name", "the alias 'X'", "the domain x.com in a link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An account that an entry names, whether or not anything happened to it."""

    hit: AccountHit
    quote: str  # the words about it


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMention:
    """A mention with the entry that it is in."""

    entry_id: int
    account: str  # its name
    certainty: float  # 0 to 1
    how: str  # what it was recognised by
    quote: str
    title: str  # of the entry
    url: str | None  # of the entry; None: it has no link
    published_at: datetime | None  # None: no usable date
    created_at: datetime


# --------------------------------------------------------------------------- judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One rule on one entry."""

    trigger: str
    rule: str  # "trigger/rule-id", unique per language
    lang: str
    where: str  # "title" or "text"
    quote: str  # the sentence that matched, as it stands in the entry
    start: int  # characters from the beginning of the quote
    end: int
    slots: Mapping[str, Any]  # name -> text as written; of money also the numbers: amount, currency (None: unknown)
    company: str | None  # the prospect, cleaned; None: the rule has no company slot and none was found
    confidence: float  # 0 to 1
    hedged: str | None  # the hedging words; None: stated as a fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the rules say of one entry."""

    entry_id: int
    matches: tuple[Match, ...]
    lang: str | None = None  # whose rules were run, also where there are none; None: it is not known
    error: str | None = None  # why the rules could not be run on it; None: they were


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One part of a score."""

    points: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """The rules of the daemon, as it last said."""

    in_use_at: datetime  # since when
    rules: int
    triggers: int  # of each language
    refused: tuple[str, ...]  # mistakes of the files as they were last read; empty: there is none
    refused_at: datetime | None  # since when there are some; None: there is none
    takings: int  # how often a set was taken into use, also at a start
    refusals: int  # how often an edit was refused


# --------------------------------------------------------------------------- leads


class LeadStatus(StrEnum):
    """What became of a lead so far."""

    NEW = "new"  # nobody was told
    ALERTED = "alerted"  # at least one delivery was sent
    USEFUL = "useful"  # right, and worth knowing
    WRONG_COMPANY = "wrong_company"  # the event is about somebody else
    NOT_RELEVANT = "not_relevant"  # no such event, or not worth knowing
    SNOOZED = "snoozed"  # comes back at `snoozed_until`
    CONTACTED = "contacted"
    MEETING = "meeting"
    WON = "won"  # with its value
    LOST = "lost"  # it was a prospect, and bought nothing


RIGHT_VERDICTS = frozenset(
    {LeadStatus.USEFUL, LeadStatus.CONTACTED, LeadStatus.MEETING, LeadStatus.WON, LeadStatus.LOST}
)
"""What says that a lead was right: also one that came to nothing was worth the call."""
WRONG_VERDICTS = frozenset({LeadStatus.WRONG_COMPANY, LeadStatus.NOT_RELEVANT})
VERDICTS = RIGHT_VERDICTS | WRONG_VERDICTS
"""What people say of a lead. A snooze says nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadEvent:
    """Something that was done with a lead."""

    lead_id: int
    at: datetime
    who: str  # a rep, a destination, or a name that was given on the command line
    what: str  # a status that it got, "rescued", or "back" from a snooze
    until: datetime | None = None  # of a snooze; None: it is none
    value: float | None = None  # of what was won, in the currency of the house; None: not said
    note: str | None = None  # None: none was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One entry that tells the story."""

    entry_id: int
    url: str | None
    canonical_url: str | None
    title: str
    feed: str  # its name
    publisher: str | None
    published_at: datetime | None
    quote: str
    how: str | None = None  # why it tells a story that was known, in words; None: it opened the story

    @property
    def outlet(self) -> str:
        """Who tells it: the publisher where the feed names it, else the host of the article, else the feed."""
        try:
            host = urlsplit(self.canonical_url or self.url or "").hostname or ""
        except ValueError:
            host = ""
        return self.publisher or host.removeprefix("www.") or self.feed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """An entry that tells the story, before it is stored with it."""

    entry_id: int
    quote: str
    how: str | None = None  # why it tells a story that was known, in words; None: it opens one
    words: tuple[int, ...] = ()  # what tellings in other words are found by, as `core.telling` numbers them


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """A lead before it is stored."""

    trigger: str
    label: str  # of the trigger, for people: "Funding round"
    rule: str
    company: str  # as written, cleaned
    company_key: str  # folded, to compare; of an account: that of its name, whatever the entry calls it
    title: str  # of the entry that opened it
    quote: str
    quote_start: int  # where the trigger's words are in the quote, in characters
    quote_end: int
    where: str  # "title" or "text": the best place of its trigger in any source
    why: str  # why now, from the trigger
    url: str | None
    slots: Mapping[str, Any]
    hedged: str | None
    lang: str
    score: int  # 0 to 100
    reasons: tuple[Reason, ...]
    suppressed: str | None  # why nobody is told; None: it may go out
    account: AccountHit | None = None  # None: the company is no account, as far as can be told
    confidence: float = 1.0  # of the rule in the surest telling, 0 to 1, place and hedge aside
    untold: str | None = None  # why nobody was told of it though it may go out; None: see its deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(NewLead):
    """Prospect x trigger x story: what a rep gets."""

    id: int
    story_id: int
    status: LeadStatus
    created_at: datetime
    updated_at: datetime
    sources: tuple[Source, ...]  # by time
    snoozed_until: datetime | None = None  # None: it is not snoozed
    value: float | None = None  # of what was won, in the currency of the house; None: not won, or not said


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """An entry that opened no lead, because it tells one that is there already."""

    lead: Lead
    source: Source

    @property
    def reason(self) -> str:
        """Why it opened none, in words."""
        return f"duplicate of lead {self.lead.id}: {self.source.how}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRate:
    """How often leads of one rule, trigger or feed were right, by what people said of them."""

    name: str  # of the rule, trigger or feed
    lang: str | None  # of the rule, whose name is its own within a language; None: of all together
    leads: int  # in all, the suppressed ones too
    suppressed: int
    right: int  # with a verdict that they were
    wrong: int  # with a verdict that they were not
    won: int
    value: float  # of what was won

    @property
    def precision(self) -> float | None:
        """Right of those with a verdict, 0 to 1; None: nobody has said anything yet."""
        judged = self.right + self.wrong
        return self.right / judged if judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLead:
    """A stored lead as one of its sources tells it, for looking back."""

    entry_id: int
    trigger: str
    company: str
    company_key: str
    rule: str
    quote: str  # of this source
    score: int  # as it is now
    lang: str
    suppressed: bool
    status: str  # a verdict, where somebody gave one


# --------------------------------------------------------------------------- who is told


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When a rep is left alone, by the clock on the rep's wall; may span midnight."""

    start: time  # naive, included
    end: time  # naive, not included; never equal to `start`


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTimes:
    """When digests go out, by the clock on the rep's wall."""

    times: tuple[time, ...]  # naive, one at least
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)  # Monday is 0; one at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """A person who gets leads."""

    name: str
    destinations: tuple[str, ...]  # our names of them
    zone: tzinfo
    quiet_hours: QuietHours | None = None  # None: any time will do
    instant_score: int | None = 0  # from this score on a lead is told at once, below it in a digest; None: all in one
    digest: DigestTimes = DigestTimes(times=(time(8),))  # for what is not told at once
    daily_cap: int | None = None  # alerts a day and destination, digests aside; more go into the next digest
    empty_digest: bool = False  # say so when a digest has nothing to tell
    known_as: tuple[str, ...] = ()  # as the owner of accounts, besides the name
    interests: tuple[str, ...] = ()  # what is common ground with a prospect whose news names it


@dataclass(frozen=True, slots=True, kw_only=True)
class StormBrake:
    """How many messages are too many for one destination."""

    most: int  # messages within `within`; more become one digest
    within: timedelta


class Takes(StrEnum):
    """Whether a route takes leads of a kind."""

    ANY = "any"
    ONLY = "only"
    EXCLUDE = "exclude"


OWNER = "owner"
"""What a route is to that goes to the rep who owns the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who gets which leads. An empty condition takes every lead."""

    to: str  # a rep, a destination, or `OWNER`
    triggers: tuple[str, ...] = ()
    min_score: int = 0  # 0 to 100
    lang: tuple[str, ...] = ()  # ISO 639-1
    tags: tuple[str, ...] = ()  # of the feed; one of them is enough
    accounts: Takes = Takes.ANY  # leads about accounts
    owner: tuple[str, ...] = ()  # of the account, as the account files write it
    segment: tuple[Segment, ...] = ()  # of the account
    territory: tuple[str, ...] = ()  # of the account
    keywords: tuple[str, ...] = ()  # in title or text; one of them is enough
    hedged: Takes = Takes.ANY  # leads that are not certain
    stop: bool = False  # no later route is asked about what this one takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The ideal customer. What is empty does not count."""

    industries: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int | None], ...] = ()  # employees, from and to, both included; None: no upper end
    keywords: tuple[str, ...] = ()  # in title or text of the news


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Everything that decides who is told."""

    destinations: tuple[str, ...] = ()
    reps: tuple[Rep, ...] = ()
    routes: tuple[Route, ...] = ()  # none: every lead goes to every destination


# --------------------------------------------------------------------------- deliveries


class DeliveryState(StrEnum):
    """Where a delivery is on its way."""

    QUEUED = "queued"  # not tried yet
    SENDING = "sending"  # handed over; leased until `leased_until`
    SENT = "sent"  # the service took it
    RETRYING = "retrying"  # failed, is tried again at `due_at`
    DEAD = "dead"  # given up after `retry_for`; `alerts retry` revives it
    DROPPED = "dropped"  # taken out by hand; `alerts retry ID` revives it


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One lead for one destination."""

    id: int
    lead_id: int
    destination: str  # our name of it
    route: str  # which route sent it there, in words
    rep: str | None  # for whom; None: a route leads straight to the destination
    digest: str | None  # those with the same one go out as one message; None: it goes out alone
    digest_reason: str | None  # why they do, for the rep; None: the rep wants digests, or it goes out alone
    state: DeliveryState
    planned_at: datetime  # when it was due first, whatever came of it
    due_at: datetime
    attempts: int  # begun so far
    first_attempt_at: datetime | None  # None: not tried yet
    last_error: str | None  # None: no attempt failed
    sent_at: datetime | None  # None: not sent
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert ready to be sent, in the three forms that services take."""

    title: str  # one line
    text: str
    markdown: str
    html: str
    brief: Message | None = None  # the same in fewer words, for services that take little; None: there are no fewer
    leads: tuple[Lead, ...] = ()  # that it tells of; none: it is about something else
    key: str | None = None  # the same at each try to send the same message; None: it is not tried again as such


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The service took the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFailed:
    """The message was not taken, as far as is known."""

    error: str  # one line, no secret in it
    may_have_arrived: bool = False  # after a time-out nobody can know
    retry_after: timedelta | None = None  # asked for by the service; None: it did not say
    refused: bool = False  # it may be this message that the service does not like; it may take others


SendOutcome = Sent | SendFailed


class DestinationHealth(StrEnum):
    """Whether a destination takes messages."""

    OK = "ok"  # it took the last one, or got none yet
    FAILING = "failing"  # the last few failed
    DOWN = "down"  # so many failed in a row that it is tried with one message now and then


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationState:
    """What the last messages taught about a destination."""

    name: str
    health: DestinationHealth
    failures: int  # in a row
    failing_since_at: datetime | None  # the first of them; None: it does not fail
    rest_until_at: datetime | None  # no message before; None: at any time
    last_error: str | None  # None: it does not fail
    last_sent_at: datetime | None  # None: never
    storm_at: datetime | None  # when too many messages at once last became a digest; None: never
    sent: int  # messages that it took, ever; a digest counts as one
    failed: int  # attempts that failed, ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for a stage, and when the stage last got something done."""

    stage: str  # "poll", "judge" or "deliver"
    waiting: int  # feeds, entries or deliveries that are due
    oldest_at: datetime | None  # since when the one that waits longest is due; None: nothing waits
    last_done_at: datetime | None  # when a feed, entry or delivery was last worked on; None: never


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How much of everything there is, and what waits."""

    backlogs: tuple[Backlog, ...]  # of the stages, in their order
    entries: int  # that were ever taken
    matches: Mapping[str, int]  # by trigger
    leads: Mapping[str, int]  # by trigger
    deliveries: Mapping[tuple[str, DeliveryState], int]  # by destination and state
    destinations: tuple[DestinationState, ...]  # those that ever got a message, by name
    rules: RuleState | None  # None: no daemon has run yet
    database_bytes: int  # as the pages in use count, without the write-ahead log


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePulse:
    """How the runs of one job of the daemon went."""

    name: str
    runs: int = 0  # that ended well
    failures: int = 0  # runs that did not
    seconds: float = 0.0  # that those took, in all
    last_ok_at: datetime | None = None  # when one last ended well; None: none did
    trouble: str | None = None  # what the last run failed of, in words; None: it went well
