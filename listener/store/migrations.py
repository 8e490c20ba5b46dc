"""The schema, step by step.

Append only: a released step is never edited, a change of mind is a new step. Steps import no live code,
because that code will change while the step must not. Change tables with ALTER TABLE: sqlite-utils'
`transform()` would lose the generated columns.

Times (`*_at`) are unix milliseconds UTC, booleans 0 or 1, JSON is text.
"""

from __future__ import annotations

from listener.lean.sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("listener")


@MIGRATIONS()
def m001_feeds(db: Database) -> None:
    """`ready_at` is when a feed may be claimed, not before its lease ends; NULL: never.

    `told_at` is when the operator was told of its trouble; NULL: not, or that it is over.

    The application id, "lstn" in ASCII, tells our files from those of other programs.
    """
    db.execute("PRAGMA application_id = 0x6c73746e")
    db.execute("""
        CREATE TABLE feeds (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL UNIQUE,
            moved_to TEXT,
            given_name TEXT,
            title TEXT,
            host TEXT NOT NULL,
            name TEXT NOT NULL GENERATED ALWAYS AS (coalesce(given_name, title, host)) VIRTUAL,
            tags TEXT NOT NULL,
            interval_ms INTEGER,
            lang TEXT,
            active INTEGER NOT NULL DEFAULT 1,
            etag TEXT,
            last_modified TEXT,
            body_hash TEXT,
            next_poll_at INTEGER,
            pause_until_at INTEGER,
            leased_until_at INTEGER,
            ready_at INTEGER GENERATED ALWAYS AS (
                CASE WHEN active THEN max(next_poll_at, coalesce(leased_until_at, next_poll_at)) END
            ) VIRTUAL,
            last_polled_at INTEGER,
            first_success_at INTEGER,
            last_success_at INTEGER,
            last_entry_at INTEGER,
            last_news_at INTEGER,
            gap_ms INTEGER,
            silence_ms INTEGER,
            hints TEXT,
            failing_since_at INTEGER,
            told_at INTEGER,
            failures INTEGER NOT NULL DEFAULT 0,
            last_error TEXT,
            last_error_kind TEXT,
            entries INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX feeds_host ON feeds (host)")
    db.execute("CREATE INDEX feeds_ready ON feeds (ready_at) WHERE ready_at IS NOT NULL")


@MIGRATIONS()
def m002_entries(db: Database) -> None:
    """An entry is known by feed and uid for ever, and by its likeness when its uid changed. `facts` NULL: none.
    `hosts` that its text links to, a blank between two, NULL: none.

    `lang` is as the feed says; `detected_lang` as told from the words, NULL: not yet. `feed_languages` counts those.

    Texts come last: what stands behind a long one is found by reading all of it.
    """
    db.execute("""
        CREATE TABLE entries (
            id INTEGER PRIMARY KEY,
            feed_id INTEGER NOT NULL REFERENCES feeds (id),
            uid TEXT NOT NULL,
            likeness INTEGER,
            first_seen_at INTEGER NOT NULL,
            judged_at INTEGER,
            detected_lang TEXT,
            updated_at INTEGER,
            text_removed_at INTEGER,
            published_at INTEGER,
            lang TEXT,
            url TEXT,
            canonical_url TEXT,
            publisher TEXT,
            facts TEXT,
            hosts TEXT,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            UNIQUE (feed_id, uid)
        ) STRICT
    """)
    db.execute("CREATE INDEX entries_likeness ON entries (feed_id, likeness) WHERE likeness IS NOT NULL")
    db.execute("""
        CREATE TABLE feed_languages (
            feed_id INTEGER NOT NULL REFERENCES feeds (id),
            lang TEXT NOT NULL,
            entries INTEGER NOT NULL,
            PRIMARY KEY (feed_id, lang)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX entries_unjudged ON entries (judged_at) WHERE judged_at IS NULL")


@MIGRATIONS()
def m003_leads(db: Database) -> None:
    """A lead is a prospect in a story; a story has one trigger and is told by its sources.

    Sources repeat their entry's canonical URL: an index on the few sources finds what an index on all
    entries would, and that one halves the speed at which entries are stored. `how` NULL: the source opened its story.
    `telling_words` find tellings of a trigger in other words: each word (a number, which stands for the trigger too)
    with its newest sources. An account is kept as it was when the lead was found: the file that it stands in changes.
    """
    db.execute("""
        CREATE TABLE prospects (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE stories (
            id INTEGER PRIMARY KEY,
            trigger TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE sources (
            id INTEGER PRIMARY KEY,
            story_id INTEGER NOT NULL REFERENCES stories (id),
            entry_id INTEGER NOT NULL REFERENCES entries (id),
            canonical_url TEXT,
            quote TEXT NOT NULL,
            how TEXT,
            added_at INTEGER NOT NULL,
            UNIQUE (story_id, entry_id)
        ) STRICT
    """)
    db.execute("CREATE INDEX sources_entry ON sources (entry_id)")
    db.execute("CREATE INDEX sources_canonical_url ON sources (canonical_url) WHERE canonical_url IS NOT NULL")
    db.execute("""
        CREATE TABLE telling_words (
            word INTEGER NOT NULL,
            added_at INTEGER NOT NULL,
            source_id INTEGER NOT NULL REFERENCES sources (id),
            PRIMARY KEY (word, added_at, source_id)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("""
        CREATE TABLE leads (
            id INTEGER PRIMARY KEY,
            story_id INTEGER NOT NULL REFERENCES stories (id),
            prospect_id INTEGER NOT NULL REFERENCES prospects (id),
            trigger TEXT NOT NULL,
            label TEXT NOT NULL,
            rule TEXT NOT NULL,
            company TEXT NOT NULL,
            title TEXT NOT NULL,
            quote TEXT NOT NULL,
            quote_start INTEGER NOT NULL,
            quote_end INTEGER NOT NULL,
            "where" TEXT NOT NULL,
            why TEXT NOT NULL,
            url TEXT,
            slots TEXT NOT NULL,
            hedged TEXT,
            lang TEXT NOT NULL,
            score INTEGER NOT NULL,
            reasons TEXT NOT NULL,
            suppressed TEXT,
            untold TEXT,
            account TEXT,
            confidence REAL NOT NULL,
            status TEXT NOT NULL,
            snoozed_until_at INTEGER,
            value REAL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (story_id, prospect_id)
        ) STRICT
    """)
    db.execute("CREATE INDEX leads_prospect ON leads (prospect_id, trigger)")
    db.execute("CREATE INDEX leads_snoozed ON leads (snoozed_until_at) WHERE snoozed_until_at IS NOT NULL")
    db.execute("""
        CREATE TABLE lead_history (
            id INTEGER PRIMARY KEY,
            lead_id INTEGER NOT NULL REFERENCES leads (id),
            at INTEGER NOT NULL,
            who TEXT NOT NULL,
            what TEXT NOT NULL,
            until_at INTEGER,
            value REAL,
            note TEXT
        ) STRICT
    """)
    db.execute("CREATE INDEX lead_history_lead ON lead_history (lead_id)")
    db.execute("""
        CREATE TABLE matches (
            id INTEGER PRIMARY KEY,
            entry_id INTEGER NOT NULL REFERENCES entries (id),
            lead_id INTEGER REFERENCES leads (id),
            trigger TEXT NOT NULL,
            rule TEXT NOT NULL,
            lang TEXT NOT NULL,
            "where" TEXT NOT NULL,
            quote TEXT NOT NULL,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            slots TEXT NOT NULL,
            company TEXT,
            confidence REAL NOT NULL,
            hedged TEXT
        ) STRICT
    """)
    db.execute("CREATE INDEX matches_entry ON matches (entry_id)")
    db.execute("CREATE INDEX matches_trigger ON matches (trigger)")
    db.execute("CREATE INDEX matches_lead ON matches (lead_id) WHERE lead_id IS NOT NULL")
    db.execute("""
        CREATE TABLE mentions (
            id INTEGER PRIMARY KEY,
            entry_id INTEGER NOT NULL REFERENCES entries (id),
            account_key TEXT NOT NULL,
            account TEXT NOT NULL,
            certainty REAL NOT NULL,
            how TEXT NOT NULL,
            quote TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            UNIQUE (account_key, entry_id)
        ) STRICT
    """)


@MIGRATIONS()
def m004_deliveries(db: Database) -> None:
    """`ready_at` is when a delivery may be claimed, not before its lease ends; NULL: never.

    `claimed_from` is the state that a claim left, to give it back; `planned_at` is what `due_at` was at first.
    """
    db.execute("""
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            lead_id INTEGER NOT NULL REFERENCES leads (id),
            destination TEXT NOT NULL,
            route TEXT NOT NULL,
            rep TEXT,
            digest TEXT,
            digest_reason TEXT,
            state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'retrying', 'dead', 'dropped')),
            claimed_from TEXT,
            planned_at INTEGER NOT NULL,
            due_at INTEGER NOT NULL,
            leased_until_at INTEGER,
            ready_at INTEGER GENERATED ALWAYS AS (
                CASE WHEN state IN ('queued', 'retrying') THEN due_at WHEN state = 'sending' THEN leased_until_at END
            ) VIRTUAL,
            attempts INTEGER NOT NULL DEFAULT 0,
            first_attempt_at INTEGER,
            last_error TEXT,
            sent_at INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (lead_id, destination)
        ) STRICT
    """)
    db.execute("CREATE INDEX deliveries_ready ON deliveries (ready_at) WHERE ready_at IS NOT NULL")
    db.execute("CREATE INDEX deliveries_state ON deliveries (state, destination)")
    db.execute("CREATE INDEX deliveries_sent ON deliveries (destination, sent_at) WHERE sent_at IS NOT NULL")
    db.execute("CREATE INDEX deliveries_rep ON deliveries (rep, planned_at) WHERE rep IS NOT NULL")
    db.execute("""
        CREATE TABLE destinations (
            name TEXT PRIMARY KEY,
            failures INTEGER NOT NULL DEFAULT 0,
            failing_since_at INTEGER,
            rest_until_at INTEGER,
            last_error TEXT,
            last_sent_at INTEGER,
            storm_at INTEGER,
            sent INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0
        ) STRICT
    """)


@MIGRATIONS()
def m005_notices(db: Database) -> None:
    """What the operator and the reps were told besides leads, by a key of what it is about."""
    db.execute("""
        CREATE TABLE notices (
            key TEXT PRIMARY KEY,
            words TEXT NOT NULL,
            told_at INTEGER NOT NULL
        ) STRICT
    """)


@MIGRATIONS()
def m006_rule_state(db: Database) -> None:
    """One row: which rules the daemon judges by, and what is wrong with the files as they are now.

    `refused` is a list of mistakes, empty where there is none; `refused_at` is when they were first seen. `takings`
    and `refusals` count how often a set was taken into use, or refused, ever.
    """
    db.execute("""
        CREATE TABLE rule_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            in_use_at INTEGER NOT NULL,
            rules INTEGER NOT NULL,
            triggers INTEGER NOT NULL,
            refused TEXT NOT NULL,
            refused_at INTEGER,
            takings INTEGER NOT NULL,
            refusals INTEGER NOT NULL
        ) STRICT
    """)


@MIGRATIONS()
def m007_secrets(db: Database) -> None:
    """Keys that this database made for itself, by what they are for."""
    db.execute("CREATE TABLE secrets (name TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT")


@MIGRATIONS()
def m008_slow_feeds(db: Database) -> None:
    """Feeds that needed longer than a batch of polls waits, when they were last asked."""
    db.execute("CREATE TABLE slow_feeds (feed_id INTEGER PRIMARY KEY REFERENCES feeds (id)) STRICT")


@MIGRATIONS()
def m009_checked_rules(db: Database) -> None:
    """What rule files without a mistake define, so that they are not checked again at each start."""
    db.execute("""
        CREATE TABLE checked_rules (
            fingerprint TEXT PRIMARY KEY,
            rules INTEGER NOT NULL,
            triggers TEXT NOT NULL
        ) STRICT
    """)
