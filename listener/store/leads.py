"""Matches, and what they become: prospects, stories with their sources, leads."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from listener.core.story import Known
from listener.core.telling import GIST_CHARS
from listener.model import (
    Account,
    AccountHit,
    Duplicate,
    Entry,
    Lead,
    LeadStatus,
    Match,
    NewLead,
    NewSource,
    PastLead,
    Reason,
    Segment,
    Source,
)
from listener.store.columns import from_ms, from_ms_or_none, to_json, to_ms
from listener.store.connection import Connection, Parameters

MOST_KNOWN = 20
"""Leads of one prospect, article or set of words that an event is compared with, the newest."""
MOST_READ = 10
"""Sources of a lead whose words routes look at, the newest."""
LONGER_NAMES = 10
"""Prospects looked at whose name goes on where the event's ends."""
NEWEST_WITH_WORD, LIKELIEST = 20, 8
"""Tellings looked at for each word of an event, and those of them that are compared with it."""

_ADD_MATCH = """
    INSERT INTO matches
        (entry_id, trigger, rule, lang, "where", quote, start, "end", slots, company, confidence, hedged)
    VALUES (:entry_id, :trigger, :rule, :lang, :where, :quote, :start, :end, :slots, :company, :confidence, :hedged)
"""
_ADD_LEAD = """
    INSERT INTO leads (story_id, prospect_id, trigger, label, rule, company, title, quote, quote_start, quote_end,
        "where", why, url, slots, hedged, lang, score, reasons, suppressed, untold, account, confidence, status,
        created_at, updated_at)
    VALUES (:story_id, :prospect_id, :trigger, :label, :rule, :company, :title, :quote, :quote_start, :quote_end,
        :where, :why, :url, :slots, :hedged, :lang, :score, :reasons, :suppressed, :untold, :account,
        :confidence, :status, :now, :now)
"""
_RATE = """
    UPDATE leads SET
        score = :score, reasons = :reasons, suppressed = :suppressed, "where" = :where, hedged = :hedged,
        confidence = :confidence, updated_at = :now
    WHERE id = :id
"""
_ADD_SOURCE = """
    INSERT INTO sources (story_id, entry_id, canonical_url, quote, how, added_at)
    VALUES (:story_id, :entry_id, (SELECT canonical_url FROM entries WHERE id = :entry_id), :quote, :how, :now)
    ON CONFLICT (story_id, entry_id) DO NOTHING
"""

_SELECT = "SELECT leads.*, prospects.key AS company_key FROM leads JOIN prospects ON prospects.id = leads.prospect_id"
_SELECT_SOURCES = """
    SELECT sources.story_id, sources.entry_id, sources.quote, sources.how, entries.url, entries.canonical_url,
        entries.title, entries.publisher, entries.published_at, feeds.name AS feed
    FROM sources
        JOIN entries ON entries.id = sources.entry_id
        JOIN feeds ON feeds.id = entries.feed_id
    WHERE sources.story_id IN (SELECT value FROM json_each(?))
    ORDER BY min(coalesce(entries.published_at, entries.first_seen_at), entries.first_seen_at), sources.id
"""
_NEWEST_DUPLICATES = """
    SELECT sources.story_id, sources.entry_id
    FROM sources JOIN leads ON leads.story_id = sources.story_id
    WHERE sources.how IS NOT NULL ORDER BY sources.id DESC LIMIT :limit
"""
# What `core.story` compares an event with: a lead by one of its sources.
_KNOWN = """
    SELECT leads.id AS lead_id, prospects.key, leads.slots, stories.opened_at, entries.title,
        substr(entries.text, 1, :chars) AS text
    FROM leads
        JOIN prospects ON prospects.id = leads.prospect_id
        JOIN stories ON stories.id = leads.story_id
        JOIN sources ON sources.story_id = stories.id
        JOIN entries ON entries.id = sources.entry_id
"""
_KNOWN_BY_URL = f"""{_KNOWN}
    WHERE leads.trigger = :trigger
        AND sources.canonical_url = :canonical_url AND (entries.feed_id <> :feed_id OR entries.title = :title)
    ORDER BY leads.id DESC LIMIT {MOST_KNOWN}
"""
_KNOWN_BY_PROSPECT = f"""{_KNOWN}
    WHERE leads.prospect_id = :prospect_id AND leads.trigger = :trigger AND stories.opened_at >= :since
        AND sources.id = (SELECT min(id) FROM sources WHERE story_id = stories.id)
    ORDER BY leads.id DESC LIMIT {MOST_KNOWN}
"""
_KNOWN_BY_SOURCE = f"""{_KNOWN}
    WHERE sources.id IN (SELECT value FROM json_each(:source_ids)) AND leads.trigger = :trigger
    ORDER BY leads.id DESC LIMIT {MOST_KNOWN}
"""
_PROSPECTS = """
    SELECT id FROM prospects WHERE key IN (SELECT value FROM json_each(:keys))
    UNION ALL
    SELECT id FROM (SELECT id FROM prospects WHERE key > :key || ' ' AND key < :key || '!' LIMIT :longer)
"""
_NEWEST_WITH_WORD = f"""
    SELECT * FROM (
        SELECT source_id FROM telling_words WHERE word = ? AND added_at >= ?
        ORDER BY added_at DESC, source_id DESC LIMIT {NEWEST_WITH_WORD}
    )
"""
_ALIKE = f"""
    SELECT source_id FROM ({{each}}) GROUP BY source_id HAVING count(*) > 1
    ORDER BY count(*) DESC, source_id DESC LIMIT {LIKELIEST}
"""
_TOLD_BY = """
    SELECT sources.entry_id, sources.quote, leads.trigger, leads.company, prospects.key AS company_key, leads.rule,
        leads.score, leads.lang, leads.suppressed IS NOT NULL AS suppressed, leads.status
    FROM sources
        JOIN leads ON leads.story_id = sources.story_id
        JOIN prospects ON prospects.id = leads.prospect_id
    WHERE sources.entry_id IN (SELECT value FROM json_each(?))
    ORDER BY sources.entry_id, leads.id
"""


_TOLD_IN = f"""
    SELECT feeds.tags, entries.title, entries.text
    FROM leads
        JOIN sources ON sources.story_id = leads.story_id
        JOIN entries ON entries.id = sources.entry_id
        JOIN feeds ON feeds.id = entries.feed_id
    WHERE leads.id = ? ORDER BY sources.id DESC LIMIT {MOST_READ}
"""
# A prospect with news every day is looked at no longer than another: its newest leads are told by the index alone.
_OTHER_LABELS = f"""
    SELECT label FROM leads
    WHERE id IN (
            SELECT leads.id FROM leads JOIN prospects ON prospects.id = leads.prospect_id
            WHERE prospects.key = :key ORDER BY leads.id DESC LIMIT {MOST_KNOWN}
        )
        AND trigger <> :trigger AND created_at >= :since
        AND NOT EXISTS (SELECT 1 FROM sources WHERE sources.story_id = leads.story_id AND entry_id = :entry_id)
    GROUP BY trigger ORDER BY max(created_at) DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldIn:
    """What the entries of a lead say."""

    tags: tuple[str, ...]  # of their feeds
    text: str  # titles and texts, a line each


class LeadTable:
    """Leads with their stories and sources, and the matches that they came from."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add_matches(self, entry_id: int, matches: Sequence[Match]) -> list[int]:
        """Store what the rules found in an entry; returns the new ids, in the order of `matches`."""
        with self._db.transaction():
            return [self._db.insert(_ADD_MATCH, _match_row(entry_id, match)) for match in matches]

    def attach_matches(self, match_ids: Iterable[int], lead_id: int) -> None:
        """Say which lead these matches became or joined."""
        self._db.write_many("UPDATE matches SET lead_id = ? WHERE id = ?", [(lead_id, each) for each in match_ids])

    def known(
        self,
        entry: Entry,
        *,
        trigger: str,
        keys: Sequence[str],
        words: Sequence[int],
        since: datetime,
        recent: datetime,
    ) -> list[Known]:
        """The leads of the trigger that an event may belong to, for `story.belongs_to` to decide; at most some dozens.

        Those with a source of the same canonical URL, however old (entries of one feed that share a link and differ in
        title are items of one page, not one article); those opened at `since` or later whose prospect has one of
        `keys`, or the first one with words added; those told at `recent` or later in many of the same words.
        """
        wanted = {
            "trigger": trigger,
            "canonical_url": entry.canonical_url,
            "feed_id": entry.feed_id,
            "title": entry.title,
            "since": to_ms(since),
            "chars": GIST_CHARS,
            "source_ids": to_json(self._alike(words, recent)),
        }
        rows = self._db.rows(_KNOWN_BY_URL, wanted) if entry.canonical_url else []
        found = [_known(row, same_article=True) for row in rows]
        for prospect in self._db.rows(_PROSPECTS, {"keys": to_json(keys), "key": keys[0], "longer": LONGER_NAMES}):
            rows = self._db.rows(_KNOWN_BY_PROSPECT, {**wanted, "prospect_id": prospect["id"]})
            found += [_known(row) for row in rows]
        return found + [_known(row) for row in self._db.rows(_KNOWN_BY_SOURCE, wanted)]

    def _alike(self, words: Sequence[int], recent: datetime) -> list[int]:
        """The sources that share most of the words; looks at the newest with each, so that history costs nothing."""
        if not words:
            return []
        query = _ALIKE.format(each=" UNION ALL ".join([_NEWEST_WITH_WORD] * len(words)))
        parameters = [value for word in words for value in (word, to_ms(recent))]
        return [row["source_id"] for row in self._db.rows(query, parameters)]

    def forget_words(self, *, before: datetime) -> int:
        """Remove what finds tellings added before that; returns how many words."""
        return self._db.write("DELETE FROM telling_words WHERE added_at < ?", (to_ms(before),))

    def fill_slots(self, lead_id: int, slots: Mapping[str, Any]) -> None:
        """Replace the slots by what all tellings together say."""
        self._db.write("UPDATE leads SET slots = ? WHERE id = ?", (to_json(dict(slots)), lead_id))

    def set_account(self, lead_id: int, account: AccountHit) -> None:
        """Say which account the lead is about, as a further telling makes it known."""
        self._db.write("UPDATE leads SET account = ? WHERE id = ?", (_account_json(account), lead_id))

    def add(self, lead: NewLead, source: NewSource, now: datetime) -> Lead:
        """Open a story with its first source, and its lead."""
        with self._db.transaction():
            story_id = self._db.insert(
                "INSERT INTO stories (trigger, opened_at, updated_at) VALUES (:trigger, :now, :now)",
                {"trigger": lead.trigger, "now": to_ms(now)},
            )
            self._add_source(story_id, source, now)
            ids = {"story_id": story_id, "prospect_id": self._prospect_id(lead, now)}
            lead_id = self._db.insert(_ADD_LEAD, _lead_row(lead, now) | ids)
            return self.existing(lead_id)

    def add_source(self, lead_id: int, source: NewSource, now: datetime) -> bool:
        """Add another telling to the lead's story; False: that entry is one already. Raises LookupError."""
        with self._db.transaction():
            story_id = self._story_id(lead_id)
            if not self._add_source(story_id, source, now):
                return False
            self._db.write("UPDATE stories SET updated_at = ? WHERE id = ?", (to_ms(now), story_id))
            self._db.write("UPDATE leads SET updated_at = ? WHERE id = ?", (to_ms(now), lead_id))
            return True

    def rate(
        self,
        lead_id: int,
        *,
        score: int,
        reasons: Sequence[Reason],
        suppressed: str | None,
        where: str,
        hedged: str | None,
        confidence: float,
        now: datetime,
    ) -> None:
        """Replace what further tellings change."""
        self._db.write(
            _RATE,
            {
                "id": lead_id,
                "score": score,
                "reasons": _reasons_json(reasons),
                "suppressed": suppressed,
                "where": where,
                "hedged": hedged,
                "confidence": confidence,
                "now": to_ms(now),
            },
        )

    def mark_alerted(self, lead_id: int, now: datetime) -> None:
        """Somebody was told. What people have said of the lead since stays."""
        alerted = "UPDATE leads SET status = ?, updated_at = ? WHERE id = ? AND status = ?"
        self._db.write(alerted, (LeadStatus.ALERTED, to_ms(now), lead_id, LeadStatus.NEW))

    def release(self, lead_id: int, now: datetime) -> None:
        """Let a suppressed lead go out: it counts as any other from now on."""
        released = "UPDATE leads SET suppressed = NULL, untold = NULL, updated_at = ? WHERE id = ?"
        self._db.write(released, (to_ms(now), lead_id))

    def told_in(self, lead_id: int) -> ToldIn:
        """What the newest entries that tell the lead say, and where they come from."""
        rows = self._db.rows(_TOLD_IN, (lead_id,))
        tags = {tag: None for row in rows for tag in json.loads(row["tags"])}
        return ToldIn(tags=tuple(tags), text="\n".join(f"{row['title']}\n{row['text']}" for row in rows))

    def other_labels(self, company_key: str, *, trigger: str, besides_entry: int, since: datetime) -> tuple[str, ...]:
        """Labels of other triggers at the prospect since then, told by other entries; at most some."""
        wanted = {"key": company_key, "trigger": trigger, "entry_id": besides_entry, "since": to_ms(since)}
        return tuple(row["label"] for row in self._db.rows(_OTHER_LABELS, wanted))

    def of_prospect(self, company_key: str, *, besides: int, limit: int) -> list[Lead]:
        """The prospect's other leads, the suppressed ones too, newest first."""
        return self._leads(
            f"{_SELECT} WHERE prospects.key = ? AND leads.id <> ? ORDER BY leads.id DESC LIMIT ?",
            (company_key, besides, limit),
        )

    def all(
        self, *, limit: int | None = None, suppressed: bool = False, status: LeadStatus | None = None
    ) -> list[Lead]:
        """Leads that may go out, newest first; `suppressed`: those that nobody is told about instead."""
        which = "IS NOT NULL" if suppressed else "IS NULL"
        of_status = "" if status is None else "AND leads.status = :status"
        query = f"{_SELECT} WHERE leads.suppressed {which} {of_status} ORDER BY leads.id DESC LIMIT :limit"
        return self._leads(query, {"limit": -1 if limit is None else limit, "status": status})

    def duplicates(self, *, limit: int) -> list[Duplicate]:
        """The entries that joined a lead which was there already, newest first."""
        rows = self._db.rows(_NEWEST_DUPLICATES, {"limit": limit})
        stories = to_json(sorted({row["story_id"] for row in rows}))
        found = self._leads(f"{_SELECT} WHERE leads.story_id IN (SELECT value FROM json_each(?))", (stories,))
        by_entry = {
            (lead.story_id, source.entry_id): Duplicate(lead=lead, source=source)
            for lead in found
            for source in lead.sources
        }
        return [by_entry[row["story_id"], row["entry_id"]] for row in rows]

    def get(self, lead_id: int) -> Lead | None:
        """The lead; None: there is none."""
        leads = self._leads(f"{_SELECT} WHERE leads.id = ?", (lead_id,))
        return leads[0] if leads else None

    def told_by(self, entry_ids: Iterable[int]) -> list[PastLead]:
        """The leads of the stories that these entries tell, once for each entry."""
        return [_past_lead(row) for row in self._db.rows(_TOLD_BY, (to_json(list(entry_ids)),))]

    def existing(self, lead_id: int) -> Lead:
        """The lead. Raises LookupError."""
        lead = self.get(lead_id)
        if lead is None:
            raise LookupError(f"no lead {lead_id}")
        return lead

    def _story_id(self, lead_id: int) -> int:
        row = self._db.row("SELECT story_id FROM leads WHERE id = ?", (lead_id,))
        if row is None:
            raise LookupError(f"no lead {lead_id}")
        return int(row["story_id"])

    def _add_source(self, story_id: int, source: NewSource, now: datetime) -> bool:
        row = {
            "story_id": story_id, "entry_id": source.entry_id, "quote": source.quote, "how": source.how,
            "now": to_ms(now),
        }  # fmt: skip
        if self._db.write(_ADD_SOURCE, row) == 0:
            return False
        known = "SELECT id FROM sources WHERE story_id = :story_id AND entry_id = :entry_id"
        source_id = self._db.rows(known, row)[0]["id"]
        add = "INSERT INTO telling_words (word, added_at, source_id) VALUES (?, ?, ?)"
        self._db.write_many(add, [(word, to_ms(now), source_id) for word in set(source.words)])
        return True

    def _prospect_id(self, lead: NewLead, now: datetime) -> int:
        known = self._db.row("SELECT id FROM prospects WHERE key = ?", (lead.company_key,))
        if known is not None:
            return int(known["id"])
        add = "INSERT INTO prospects (key, name, created_at) VALUES (?, ?, ?)"
        return self._db.insert(add, (lead.company_key, lead.company, to_ms(now)))

    def _leads(self, query: str, parameters: Parameters) -> list[Lead]:
        """Two queries, however many leads."""
        rows = self._db.rows(query, parameters)
        sources: dict[int, list[Source]] = defaultdict(list)
        for row in self._db.rows(_SELECT_SOURCES, (to_json([row["story_id"] for row in rows]),)):
            sources[row["story_id"]].append(_source(row))
        return [_lead(row, sources[row["story_id"]]) for row in rows]


def _match_row(entry_id: int, match: Match) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "trigger": match.trigger,
        "rule": match.rule,
        "lang": match.lang,
        "where": match.where,
        "quote": match.quote,
        "start": match.start,
        "end": match.end,
        "slots": to_json(dict(match.slots)),
        "company": match.company,
        "confidence": match.confidence,
        "hedged": match.hedged,
    }


def _lead_row(lead: NewLead, now: datetime) -> dict[str, Any]:
    return {
        "trigger": lead.trigger,
        "label": lead.label,
        "rule": lead.rule,
        "company": lead.company,
        "title": lead.title,
        "quote": lead.quote,
        "quote_start": lead.quote_start,
        "quote_end": lead.quote_end,
        "where": lead.where,
        "why": lead.why,
        "url": lead.url,
        "slots": to_json(dict(lead.slots)),
        "hedged": lead.hedged,
        "lang": lead.lang,
        "score": lead.score,
        "reasons": _reasons_json(lead.reasons),
        "suppressed": lead.suppressed,
        "untold": lead.untold,
        "confidence": lead.confidence,
        "account": _account_json(lead.account) if lead.account else None,
        "status": LeadStatus.NEW,
        "now": to_ms(now),
    }


def _known(row: sqlite3.Row, *, same_article: bool = False) -> Known:
    return Known(
        lead_id=row["lead_id"],
        key=row["key"],
        slots=json.loads(row["slots"]),
        title=row["title"],
        text=row["text"],
        opened_at=from_ms(row["opened_at"]),
        same_article=same_article,
    )


def _account_json(hit: AccountHit) -> str:
    return to_json({"account": asdict(hit.account), "certainty": hit.certainty, "how": hit.how})


def _account_hit(text: str) -> AccountHit:
    hit = json.loads(text)
    account = hit.pop("account")
    segment = Segment(account["segment"]) if account["segment"] else None
    return AccountHit(account=Account(**{**account, "aliases": tuple(account["aliases"]), "segment": segment}), **hit)


def _reasons_json(reasons: Iterable[Reason]) -> str:
    return to_json([{"points": reason.points, "why": reason.why} for reason in reasons])


def _source(row: sqlite3.Row) -> Source:
    return Source(
        entry_id=row["entry_id"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        title=row["title"],
        feed=row["feed"],
        publisher=row["publisher"],
        published_at=from_ms_or_none(row["published_at"]),
        quote=row["quote"],
        how=row["how"],
    )


def _past_lead(row: sqlite3.Row) -> PastLead:
    return PastLead(
        entry_id=row["entry_id"],
        trigger=row["trigger"],
        company=row["company"],
        company_key=row["company_key"],
        rule=row["rule"],
        quote=row["quote"],
        score=row["score"],
        lang=row["lang"],
        suppressed=bool(row["suppressed"]),
        status=row["status"],
    )


def _lead(row: sqlite3.Row, sources: Sequence[Source]) -> Lead:
    return Lead(
        id=row["id"],
        story_id=row["story_id"],
        trigger=row["trigger"],
        label=row["label"],
        rule=row["rule"],
        company=row["company"],
        company_key=row["company_key"],
        title=row["title"],
        quote=row["quote"],
        quote_start=row["quote_start"],
        quote_end=row["quote_end"],
        where=row["where"],
        why=row["why"],
        url=row["url"],
        slots=json.loads(row["slots"]),
        hedged=row["hedged"],
        lang=row["lang"],
        score=row["score"],
        reasons=tuple(Reason(**reason) for reason in json.loads(row["reasons"])),
        suppressed=row["suppressed"],
        account=_account_hit(row["account"]) if row["account"] else None,
        untold=row["untold"],
        confidence=row["confidence"],
        status=LeadStatus(row["status"]),
        snoozed_until=from_ms_or_none(row["snoozed_until_at"]),
        value=row["value"],
        created_at=from_ms(row["created_at"]),
        updated_at=from_ms(row["updated_at"]),
        sources=tuple(sources),
    )
