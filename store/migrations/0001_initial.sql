-- Everything that cwsync remembers of its profiles. Times are UTC text of fixed width, so that they sort; dates are YYYY-MM-DD, the empty
-- text is none; decimals are exact text. Columns are what is searched for; the rest of a record is a body: JSON, or gzip of JSON in a BLOB.

-- +goose Up
PRAGMA application_id = 1668772729; -- "cwsy": tells this file from other programs' databases

CREATE TABLE profiles (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE,
    created   TEXT    NOT NULL,
    ownership INTEGER NOT NULL DEFAULT 0 -- grows with every change of owned_additions
) STRICT;

CREATE TABLE settings (
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    PRIMARY KEY (profile_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_ids (
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    identifier TEXT    NOT NULL,
    product_id INTEGER NOT NULL,
    PRIMARY KEY (profile_id, identifier)
) STRICT, WITHOUT ROWID;

-- The set-up: one row here, and below it sources, mappings, links and alerts in the document's order.
CREATE TABLE setups (
    profile_id        INTEGER PRIMARY KEY REFERENCES profiles (id),
    replaced          TEXT    NOT NULL,
    digest            TEXT    NOT NULL, -- as the program that stored it made it; empty: it has none
    version           INTEGER NOT NULL,
    site              TEXT    NOT NULL,
    company           TEXT    NOT NULL,
    client_id         TEXT    NOT NULL,
    ca_file           TEXT    NOT NULL,
    time_zone         TEXT    NOT NULL,
    product_class     TEXT    NOT NULL,
    product_type      TEXT    NOT NULL,
    category          TEXT    NOT NULL,
    subcategory       TEXT    NOT NULL,
    unit              TEXT    NOT NULL,
    drop_percent      TEXT    NOT NULL,
    drop_units        TEXT    NOT NULL,
    rise_percent      TEXT    NOT NULL,
    rise_units        TEXT    NOT NULL,
    missing_percent   TEXT    NOT NULL,
    max_age_ns        INTEGER NOT NULL,
    max_monthly_delta TEXT -- NULL: no limit
) STRICT;

CREATE TABLE alerts (
    profile_id INTEGER NOT NULL REFERENCES setups (profile_id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    ends       TEXT    NOT NULL, -- JSON list: the ends of a run that are told
    options    TEXT    NOT NULL, -- JSON
    PRIMARY KEY (profile_id, position),
    UNIQUE (profile_id, name)
) STRICT;

CREATE TABLE sources (
    id             INTEGER PRIMARY KEY,
    profile_id     INTEGER NOT NULL REFERENCES setups (profile_id) ON DELETE CASCADE,
    position       INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    options        TEXT    NOT NULL, -- JSON
    sync           INTEGER NOT NULL,
    complete       INTEGER NOT NULL,
    on_missing     TEXT    NOT NULL,
    on_zero        TEXT    NOT NULL,
    on_drift       TEXT    NOT NULL,
    write_fields   TEXT    NOT NULL, -- JSON list
    price_per      TEXT    NOT NULL,
    bill_status    TEXT    NOT NULL, -- JSON list
    markup_percent TEXT    NOT NULL,
    UNIQUE (profile_id, position),
    UNIQUE (profile_id, name)
) STRICT;

CREATE TABLE mappings (
    source_id          INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    position           INTEGER NOT NULL,
    service_id         TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    product_identifier TEXT    NOT NULL,
    product_id         INTEGER NOT NULL, -- 0: by identifier
    create_product     INTEGER NOT NULL,
    update_product     INTEGER NOT NULL,
    deprecated         INTEGER NOT NULL,
    sync               INTEGER NOT NULL,
    merge              TEXT    NOT NULL,
    includes           TEXT    NOT NULL, -- JSON list
    basis              TEXT    NOT NULL,
    taxable            TEXT    NOT NULL,
    price_from         TEXT    NOT NULL,
    price_percent      TEXT,             -- NULL: the source's markup
    divide_by          TEXT    NOT NULL,
    included           TEXT    NOT NULL,
    minimum            TEXT    NOT NULL,
    round              TEXT    NOT NULL,
    change_mode        TEXT    NOT NULL,
    PRIMARY KEY (source_id, position),
    UNIQUE (source_id, service_id)
) STRICT;

CREATE TABLE links (
    source_id        INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    position         INTEGER NOT NULL,
    customer_id      TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    company_id       INTEGER NOT NULL, -- 0: not linked
    agreement_id     INTEGER NOT NULL, -- 0: not linked
    sync             INTEGER NOT NULL,
    services_off     TEXT    NOT NULL, -- JSON list
    discount_percent TEXT    NOT NULL,
    prices           TEXT    NOT NULL, -- JSON: service id to decimal
    additions        TEXT    NOT NULL, -- JSON: service id to addition id
    PRIMARY KEY (source_id, position),
    UNIQUE (source_id, customer_id)
) STRICT;

-- Runs. What a crash left has neither a finish nor an exit code.
CREATE TABLE runs (
    seq           INTEGER PRIMARY KEY,
    profile_id    INTEGER NOT NULL REFERENCES profiles (id),
    id            TEXT    NOT NULL,
    plan_id       TEXT    NOT NULL,
    program       TEXT    NOT NULL, -- version of the program that ran it
    undoes        TEXT    NOT NULL, -- id of the run that it takes back
    started       TEXT    NOT NULL,
    duration_ns   INTEGER NOT NULL DEFAULT 0,
    finished      TEXT,
    exit_code     INTEGER,
    problem       TEXT    NOT NULL DEFAULT '', -- JSON: why it ended early
    requests      TEXT    NOT NULL DEFAULT '', -- JSON: sent to ConnectWise, by method
    warnings      TEXT    NOT NULL DEFAULT '', -- JSON list
    creates       INTEGER NOT NULL, -- rows of the plan by action
    updates       INTEGER NOT NULL,
    cancels       INTEGER NOT NULL,
    nones         INTEGER NOT NULL,
    holds         INTEGER NOT NULL,
    skips         INTEGER NOT NULL,
    changes       INTEGER NOT NULL, -- all rows of the plan
    monthly_delta TEXT    NOT NULL, -- JSON: by currency
    applied       INTEGER NOT NULL DEFAULT 0, -- rows of the run by status
    failed        INTEGER NOT NULL DEFAULT 0,
    unknown       INTEGER NOT NULL DEFAULT 0,
    held          INTEGER NOT NULL DEFAULT 0,
    unchanged     INTEGER NOT NULL DEFAULT 0,
    skipped       INTEGER NOT NULL DEFAULT 0,
    head          BLOB    NOT NULL, -- body: the plan without its changes
    UNIQUE (profile_id, id)
) STRICT;
CREATE INDEX runs_profile ON runs (profile_id);
CREATE INDEX runs_started ON runs (profile_id, started, seq);
CREATE INDEX runs_undoes ON runs (profile_id, undoes) WHERE undoes <> '';

-- The changes of a run that say something, with what became of them. Those that do not (store: quiet) are in the bodies only: most rows of most
-- runs are unchanged, and no row here means unchanged once the run is finished.
CREATE TABLE changes (
    run_seq     INTEGER NOT NULL REFERENCES runs (seq),
    position    INTEGER NOT NULL, -- in the plan, from 0
    key_hash    INTEGER NOT NULL, -- of the line's key: a key is much longer than a number; the body tells whose row it really is
    addition_id INTEGER NOT NULL, -- 0: of a line that is created, as planned
    created_id  INTEGER NOT NULL DEFAULT 0, -- the addition that was created
    status      TEXT    NOT NULL DEFAULT '',
    held_code   TEXT    NOT NULL DEFAULT '', -- of a line that was held while applying
    outcome     TEXT    NOT NULL DEFAULT '', -- JSON: reason, problem, warnings
    PRIMARY KEY (run_seq, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_key ON changes (key_hash, run_seq);
CREATE INDEX changes_addition ON changes (addition_id, run_seq) WHERE addition_id > 0;
CREATE INDEX changes_created ON changes (created_id, run_seq) WHERE created_id > 0;

-- The changes themselves, many to a body: rows of one plan are much alike and shrink well together. Runs share the bodies that are the same.
CREATE TABLE bodies (
    id        INTEGER PRIMARY KEY,
    digest    BLOB NOT NULL UNIQUE, -- SHA-256 of the body's JSON
    first_key TEXT NOT NULL, -- the least of its keys
    last_key  TEXT NOT NULL, -- the greatest
    body      BLOB NOT NULL
) STRICT;

CREATE TABLE run_bodies (
    run_seq INTEGER NOT NULL REFERENCES runs (seq),
    first   INTEGER NOT NULL, -- position of the body's first change
    body_id INTEGER NOT NULL REFERENCES bodies (id),
    PRIMARY KEY (run_seq, first)
) STRICT, WITHOUT ROWID;

-- The journal: one row for each write, recorded before it is sent.
CREATE TABLE journal (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id   INTEGER NOT NULL REFERENCES profiles (id),
    run_seq      INTEGER NOT NULL REFERENCES runs (seq),
    key          TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('create', 'edit')),
    agreement_id INTEGER NOT NULL,
    product_id   INTEGER NOT NULL,
    addition_id  INTEGER NOT NULL, -- of a create: 0 until it is done
    version      TEXT    NOT NULL,
    known        TEXT    NOT NULL, -- JSON list of addition ids
    quantity     TEXT,
    effective    TEXT    NOT NULL,
    cancelled    TEXT    NOT NULL,
    members      TEXT    NOT NULL, -- of a merged line: JSON list of the keys that it bills; empty: a line of one
    previous     TEXT    NOT NULL, -- JSON: ownership before the write; empty: none
    recorded     TEXT    NOT NULL,
    state        TEXT    NOT NULL DEFAULT 'intent' CHECK (state IN ('intent', 'done', 'rejected', 'unknown')),
    settled      TEXT,
    empty_reads  INTEGER NOT NULL DEFAULT 0,
    message      TEXT    NOT NULL DEFAULT '',
    owned        TEXT    NOT NULL DEFAULT '' -- JSON: ownership after the write; empty: as before
) STRICT;
CREATE UNIQUE INDEX journal_open_edit ON journal (profile_id, addition_id) WHERE kind = 'edit' AND state IN ('intent', 'unknown');
CREATE UNIQUE INDEX journal_open_create ON journal (profile_id, key) WHERE kind = 'create' AND state IN ('intent', 'unknown');
CREATE INDEX journal_run ON journal (run_seq);
CREATE INDEX journal_addition ON journal (profile_id, addition_id);
CREATE INDEX journal_key ON journal (profile_id, key);

-- Whose additions are ours. A released one stays as a row that no longer counts.
CREATE TABLE owned_additions (
    profile_id   INTEGER NOT NULL REFERENCES profiles (id),
    addition_id  INTEGER NOT NULL CHECK (addition_id > 0),
    key          TEXT    NOT NULL,
    agreement_id INTEGER NOT NULL,
    product_id   INTEGER NOT NULL,
    members      TEXT    NOT NULL, -- of a merged line: JSON list of the keys that it billed then; empty: a line of one
    quantity     TEXT    NOT NULL, -- what we wrote last, or found when we adopted it
    created      INTEGER NOT NULL, -- 1: by us; 0: adopted
    ended        TEXT    NOT NULL, -- last day, when our own cancel ended it; empty: it goes on
    run_seq      INTEGER NOT NULL REFERENCES runs (seq), -- the run that made it so
    changed      TEXT    NOT NULL,
    released     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (profile_id, addition_id)
) STRICT, WITHOUT ROWID;

-- Lines that an undo put back.
CREATE TABLE undone (
    profile_id   INTEGER NOT NULL REFERENCES profiles (id),
    key          TEXT    NOT NULL,
    agreement_id INTEGER NOT NULL,
    product_id   INTEGER NOT NULL,
    quantity     TEXT    NOT NULL, -- what was taken back
    run_seq      INTEGER NOT NULL REFERENCES runs (seq),
    PRIMARY KEY (profile_id, key)
) STRICT;

CREATE TABLE plans (
    profile_id   INTEGER NOT NULL REFERENCES profiles (id),
    id           TEXT    NOT NULL,
    created      TEXT    NOT NULL,
    setup_digest TEXT    NOT NULL,
    file_digest  TEXT    NOT NULL,
    body         BLOB    NOT NULL,
    applied_by   TEXT    NOT NULL DEFAULT '', -- id of the run that used it
    PRIMARY KEY (profile_id, id)
) STRICT;
