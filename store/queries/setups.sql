-- name: Setup :one
SELECT * FROM setups WHERE profile_id = ?;

-- name: SetupDigest :one
SELECT digest FROM setups WHERE profile_id = ?;

-- name: RemoveSetup :exec
DELETE FROM setups WHERE profile_id = ?;

-- name: AddSetup :exec
INSERT INTO setups (profile_id, replaced, digest, version, site, company, client_id, ca_file, time_zone, product_class, product_type, category,
    subcategory, unit, drop_percent, drop_units, rise_percent, rise_units, missing_percent, max_age_ns, max_monthly_delta)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: Alerts :many
SELECT * FROM alerts WHERE profile_id = ? ORDER BY position;

-- name: AddAlert :exec
INSERT INTO alerts (profile_id, position, name, kind, ends, options) VALUES (?, ?, ?, ?, ?, ?);

-- name: Sources :many
SELECT * FROM sources WHERE profile_id = ? ORDER BY position;

-- name: AddSource :one
INSERT INTO sources (profile_id, position, name, kind, options, sync, complete, on_missing, on_zero, on_drift, write_fields, price_per,
    bill_status, markup_percent)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: Mappings :many
SELECT * FROM mappings WHERE source_id = ? ORDER BY position;

-- name: AddMapping :exec
INSERT INTO mappings (source_id, position, service_id, name, product_identifier, product_id, create_product, update_product, deprecated,
    sync, merge, includes, basis, taxable, price_from, price_percent, divide_by, included, minimum, round, change_mode)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: Links :many
SELECT * FROM links WHERE source_id = ? ORDER BY position;

-- name: AddLink :exec
INSERT INTO links (source_id, position, customer_id, name, company_id, agreement_id, sync, services_off, discount_percent, prices, additions)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
