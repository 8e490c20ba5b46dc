PRAGMA application_id = 1819505774;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'listener','m001_feeds','2026-11-22 20:09:46.467499+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'listener','m002_entries','2026-11-22 20:09:46.467902+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'listener','m003_leads','2026-11-22 20:09:46.468943+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'listener','m004_deliveries','2026-11-22 20:09:46.469436+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'listener','m005_notices','2026-11-22 20:09:46.469632+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'listener','m006_rule_state','2026-11-22 20:09:46.469856+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'listener','m007_secrets','2026-11-22 20:09:46.470077+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'listener','m008_slow_feeds','2026-11-22 20:09:46.470272+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'listener','m009_checked_rules','2026-11-22 20:09:46.470504+00:00');
CREATE TABLE checked_rules (
            fingerprint TEXT PRIMARY KEY,
            rules INTEGER NOT NULL,
            triggers TEXT NOT NULL
        ) STRICT
    ;
INSERT INTO "checked_rules" VALUES('f40c16c761a03ca6fd981b981d52f9cd0a38389ea9681e11fa691c4c7c80636f',1,'[{"name": "funding", "lang": "en", "label": "Funding round", "weight": 70, "half_life": 2592000000, "why": "New money is spent within two quarters.", "prospect": "company", "inherit": ["unless", "unless_title", "hedge"]}]');
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
    ;
INSERT INTO "deliveries" VALUES(1,1,'hook','to hook: naming Acme',NULL,NULL,NULL,'sent','queued',1795378187371,1795378187371,NULL,1,1795378187375,NULL,1795378187807,1795378187371,1795378187807);
INSERT INTO "deliveries" VALUES(2,2,'down','to down: naming Beta',NULL,NULL,NULL,'retrying','queued',1795378187371,1795378217427,NULL,1,1795378187375,'connection refused',NULL,1795378187371,1795378187807);
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
    ;
INSERT INTO "destinations" VALUES('down',1,1795378187803,1795378215956,'connection refused',NULL,NULL,0,1);
INSERT INTO "destinations" VALUES('hook',0,NULL,NULL,NULL,1795378187807,NULL,1,0);
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
    ;
INSERT INTO "entries" VALUES(1,1,'Acme raises $12M',9176090263315077439,1795378186661,1795378187371,'en',NULL,NULL,1795378186000,NULL,'https://news.example/Acme-raises-$12M','https://news.example/Acme-raises-$12M',NULL,NULL,NULL,'Acme raises $12M','');
INSERT INTO "entries" VALUES(2,1,'Nothing to see here',-6476914563329564111,1795378186661,1795378187371,'en',NULL,NULL,1795378186000,NULL,'https://news.example/Nothing-to-see-here','https://news.example/Nothing-to-see-here',NULL,NULL,NULL,'Nothing to see here','');
INSERT INTO "entries" VALUES(3,2,'Beta raises $13M',6391280059554592483,1795378186661,1795378187371,'en',NULL,NULL,1795378186000,NULL,'https://news.example/Beta-raises-$13M','https://news.example/Beta-raises-$13M',NULL,NULL,NULL,'Beta raises $13M','');
CREATE TABLE feed_languages (
            feed_id INTEGER NOT NULL REFERENCES feeds (id),
            lang TEXT NOT NULL,
            entries INTEGER NOT NULL,
            PRIMARY KEY (feed_id, lang)
        ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "feed_languages" VALUES(1,'en',2);
INSERT INTO "feed_languages" VALUES(2,'en',1);
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
    ;
INSERT INTO "feeds" VALUES(1,'http://news.example/feed',NULL,NULL,'News','127.0.0.1','[]',NULL,NULL,1,NULL,NULL,'49eaff74561a6ed01868527e08312b5cd07c6dc9eab559b2a777706e02d98794',1795378187608,NULL,NULL,1795378186661,1795378186661,1795378186661,1795378186661,1795378186000,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,2,1795378186472);
INSERT INTO "feeds" VALUES(2,'http://news.example/other',NULL,NULL,'News','127.0.0.1','[]',NULL,NULL,1,NULL,NULL,'364dd796936fabfd9f7a94162386874f5fe976ad7c14ef5e629d264844ff7097',1795378187578,NULL,NULL,1795378186661,1795378186661,1795378186661,1795378186661,1795378186000,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,1,1795378186472);
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
    ;
INSERT INTO "lead_history" VALUES(1,1,1795378187811,'anna','won',NULL,12500.0,NULL);
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
    ;
INSERT INTO "leads" VALUES(1,1,1,'funding','Funding round','funding/raises-money','Acme','Acme raises $12M','Acme raises $12M',0,16,'title','New money is spent within two quarters.','https://news.example/Acme-raises-$12M','{"company": "Acme", "money": "$12M", "amount": 12000000, "currency": "USD"}',NULL,'en',70,'[{"points": 70, "why": "Funding round"}]',NULL,NULL,NULL,1.0,'won',NULL,12500.0,1795378187371,1795378187811);
INSERT INTO "leads" VALUES(2,2,2,'funding','Funding round','funding/raises-money','Beta','Beta raises $13M','Beta raises $13M',0,16,'title','New money is spent within two quarters.','https://news.example/Beta-raises-$13M','{"company": "Beta", "money": "$13M", "amount": 13000000, "currency": "USD"}',NULL,'en',70,'[{"points": 70, "why": "Funding round"}]',NULL,NULL,NULL,1.0,'new',NULL,NULL,1795378187371,1795378187371);
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
    ;
INSERT INTO "matches" VALUES(1,1,1,'funding','funding/raises-money','en','title','Acme raises $12M',0,16,'{"company": "Acme", "money": "$12M", "amount": 12000000, "currency": "USD"}','Acme',0.9,NULL);
INSERT INTO "matches" VALUES(2,3,2,'funding','funding/raises-money','en','title','Beta raises $13M',0,16,'{"company": "Beta", "money": "$13M", "amount": 13000000, "currency": "USD"}','Beta',0.9,NULL);
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
    ;
CREATE TABLE notices (
            key TEXT PRIMARY KEY,
            words TEXT NOT NULL,
            told_at INTEGER NOT NULL
        ) STRICT
    ;
CREATE TABLE prospects (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT
    ;
INSERT INTO "prospects" VALUES(1,'acme','Acme',1795378187371);
INSERT INTO "prospects" VALUES(2,'beta','Beta',1795378187371);
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
    ;
INSERT INTO "rule_state" VALUES(1,1795378187361,1,1,'[]',NULL,1,0);
CREATE TABLE secrets (name TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT;
INSERT INTO "secrets" VALUES('verdict links',X'A066F4537E025B652EC6BC16F24A3DB3CC9F40FA459843E899A9AE0C08482855');
CREATE TABLE slow_feeds (feed_id INTEGER PRIMARY KEY REFERENCES feeds (id)) STRICT;
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
    ;
INSERT INTO "sources" VALUES(1,1,1,'https://news.example/Acme-raises-$12M','Acme raises $12M',NULL,1795378187371);
INSERT INTO "sources" VALUES(2,2,3,'https://news.example/Beta-raises-$13M','Beta raises $13M',NULL,1795378187371);
CREATE TABLE stories (
            id INTEGER PRIMARY KEY,
            trigger TEXT NOT NULL,
            opened_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT
    ;
INSERT INTO "stories" VALUES(1,'funding',1795378187371,1795378187371);
INSERT INTO "stories" VALUES(2,'funding',1795378187371,1795378187371);
CREATE TABLE telling_words (
            word INTEGER NOT NULL,
            added_at INTEGER NOT NULL,
            source_id INTEGER NOT NULL REFERENCES sources (id),
            PRIMARY KEY (word, added_at, source_id)
        ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "telling_words" VALUES(-8517777136502509489,1795378187371,1);
INSERT INTO "telling_words" VALUES(-8366340707779373179,1795378187371,1);
INSERT INTO "telling_words" VALUES(-8366340707779373179,1795378187371,2);
INSERT INTO "telling_words" VALUES(-1207692183302048613,1795378187371,2);
INSERT INTO "telling_words" VALUES(4664357964573931709,1795378187371,2);
INSERT INTO "telling_words" VALUES(7161575033177491658,1795378187371,1);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX feeds_host ON feeds (host);
CREATE INDEX feeds_ready ON feeds (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX entries_likeness ON entries (feed_id, likeness) WHERE likeness IS NOT NULL;
CREATE INDEX entries_unjudged ON entries (judged_at) WHERE judged_at IS NULL;
CREATE INDEX sources_entry ON sources (entry_id);
CREATE INDEX sources_canonical_url ON sources (canonical_url) WHERE canonical_url IS NOT NULL;
CREATE INDEX leads_prospect ON leads (prospect_id, trigger);
CREATE INDEX leads_snoozed ON leads (snoozed_until_at) WHERE snoozed_until_at IS NOT NULL;
CREATE INDEX lead_history_lead ON lead_history (lead_id);
CREATE INDEX matches_entry ON matches (entry_id);
CREATE INDEX matches_trigger ON matches (trigger);
CREATE INDEX matches_lead ON matches (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX deliveries_ready ON deliveries (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX deliveries_state ON deliveries (state, destination);
CREATE INDEX deliveries_sent ON deliveries (destination, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX deliveries_rep ON deliveries (rep, planned_at) WHERE rep IS NOT NULL;
COMMIT;
