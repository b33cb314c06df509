-- Prices, costs and tax flags are written, and products are created and changed. The journal is made anew: SQLite cannot change a CHECK.

-- +goose Up
ALTER TABLE journal RENAME TO journal_before;
DROP INDEX journal_open_edit;
DROP INDEX journal_open_create;
DROP INDEX journal_run;
DROP INDEX journal_addition;
DROP INDEX journal_key;

CREATE TABLE journal (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id   INTEGER NOT NULL REFERENCES profiles (id),
    run_seq      INTEGER NOT NULL REFERENCES runs (seq),
    key          TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('create', 'edit', 'create_product', 'edit_product')),
    agreement_id INTEGER NOT NULL, -- 0: of a product
    product_id   INTEGER NOT NULL, -- of a product that is created: 0 until it is done
    addition_id  INTEGER NOT NULL, -- of a create: 0 until it is done
    version      TEXT    NOT NULL,
    known        TEXT    NOT NULL, -- JSON list of addition ids
    quantity     TEXT,
    unit_price   TEXT,             -- of a product its price
    unit_cost    TEXT,             -- of a product its cost
    taxable      INTEGER,
    identifier   TEXT    NOT NULL, -- of a product
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

INSERT INTO journal (id, profile_id, run_seq, key, kind, agreement_id, product_id, addition_id, version, known, quantity, identifier, effective,
    cancelled, members, previous, recorded, state, settled, empty_reads, message, owned)
SELECT id, profile_id, run_seq, key, kind, agreement_id, product_id, addition_id, version, known, quantity, '', effective,
    cancelled, members, previous, recorded, state, settled, empty_reads, message, owned
FROM journal_before;
DROP TABLE journal_before;

CREATE UNIQUE INDEX journal_open_edit ON journal (profile_id, addition_id) WHERE kind = 'edit' AND state IN ('intent', 'unknown');
CREATE UNIQUE INDEX journal_open_create ON journal (profile_id, key) WHERE kind = 'create' AND state IN ('intent', 'unknown');
CREATE UNIQUE INDEX journal_open_product ON journal (profile_id, identifier)
    WHERE kind IN ('create_product', 'edit_product') AND state IN ('intent', 'unknown');
CREATE INDEX journal_run ON journal (run_seq);
CREATE INDEX journal_addition ON journal (profile_id, addition_id);
CREATE INDEX journal_key ON journal (profile_id, key);

ALTER TABLE owned_additions ADD COLUMN unit_price TEXT; -- what we wrote last; NULL: the price never was ours
ALTER TABLE owned_additions ADD COLUMN unit_cost TEXT;  -- likewise

-- Products of the catalog that our runs created.
CREATE TABLE owned_products (
    profile_id INTEGER NOT NULL REFERENCES profiles (id),
    product_id INTEGER NOT NULL CHECK (product_id > 0),
    identifier TEXT    NOT NULL,
    price      TEXT, -- what we wrote last
    cost       TEXT, -- what we wrote last
    run_seq    INTEGER NOT NULL REFERENCES runs (seq), -- the run that wrote it last
    changed    TEXT    NOT NULL,
    PRIMARY KEY (profile_id, product_id)
) STRICT, WITHOUT ROWID;
