-- An undo remembers all that it took back, not the quantity alone, and takes back the end of a line.

-- +goose Up
ALTER TABLE journal ADD COLUMN reopens INTEGER NOT NULL DEFAULT 0;  -- 1: the end of the line is taken back, and cancelled is the one before that
ALTER TABLE journal ADD COLUMN takes_back TEXT NOT NULL DEFAULT ''; -- JSON: of an undo, the line or product as it was before the write; empty: no undo

ALTER TABLE undone ADD COLUMN unit_price TEXT; -- NULL: not known
ALTER TABLE undone ADD COLUMN unit_cost TEXT;  -- likewise
ALTER TABLE undone ADD COLUMN taxable INTEGER; -- likewise

