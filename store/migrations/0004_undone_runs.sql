-- Every undo keeps its own mark: taking back two runs one after the other forgets neither.

-- +goose Up
ALTER TABLE undone RENAME TO undone_before;

CREATE TABLE undone (
    profile_id   INTEGER NOT NULL REFERENCES profiles (id),
    key          TEXT    NOT NULL,
    agreement_id INTEGER NOT NULL,
    product_id   INTEGER NOT NULL,
    quantity     TEXT    NOT NULL, -- what was taken back
    run_seq      INTEGER NOT NULL REFERENCES runs (seq), -- the undo
    unit_price   TEXT, -- NULL: not known
    unit_cost    TEXT, -- likewise
    taxable      INTEGER, -- likewise
    PRIMARY KEY (profile_id, key, run_seq)
) STRICT;

INSERT INTO undone (profile_id, key, agreement_id, product_id, quantity, run_seq, unit_price, unit_cost, taxable)
SELECT profile_id, key, agreement_id, product_id, quantity, run_seq, unit_price, unit_cost, taxable FROM undone_before;

DROP TABLE undone_before;
