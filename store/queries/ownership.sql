-- name: OwnershipVersion :one
SELECT ownership FROM profiles WHERE id = ?;

-- name: OwnershipChanged :exec
UPDATE profiles SET ownership = ownership + 1 WHERE id = ?;

-- name: KeyOfOwned :one
SELECT key FROM owned_additions WHERE profile_id = ? AND addition_id = ?;

-- name: Owned :many
SELECT addition_id, key, agreement_id, product_id, members, quantity, unit_price, unit_cost, created, ended FROM owned_additions
WHERE profile_id = ? AND released = 0
ORDER BY addition_id;

-- name: Own :exec
INSERT INTO owned_additions (profile_id, addition_id, key, agreement_id, product_id, members, quantity, unit_price, unit_cost, created, ended,
    run_seq, changed, released)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
ON CONFLICT (profile_id, addition_id) DO UPDATE SET key = excluded.key, agreement_id = excluded.agreement_id,
    product_id = excluded.product_id, members = excluded.members, quantity = excluded.quantity, unit_price = excluded.unit_price,
    unit_cost = excluded.unit_cost, created = excluded.created,
    ended = excluded.ended, run_seq = excluded.run_seq, changed = excluded.changed, released = 0;

-- name: Release :exec
UPDATE owned_additions SET released = 1, run_seq = ?, changed = ? WHERE profile_id = ? AND addition_id = ? AND released = 0;

-- name: Undone :many
SELECT key, agreement_id, product_id, quantity, unit_price, unit_cost, taxable FROM undone WHERE profile_id = ? ORDER BY key, run_seq;

-- name: SetUndone :exec
INSERT INTO undone (profile_id, key, agreement_id, product_id, quantity, unit_price, unit_cost, taxable, run_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (profile_id, key, run_seq) DO UPDATE SET agreement_id = excluded.agreement_id, product_id = excluded.product_id,
    quantity = excluded.quantity, unit_price = excluded.unit_price, unit_cost = excluded.unit_cost, taxable = excluded.taxable;

-- name: SetUndoneOnce :exec
INSERT INTO undone (profile_id, key, agreement_id, product_id, quantity, run_seq) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (profile_id, key, run_seq) DO NOTHING;

-- name: ForgetUndone :exec
DELETE FROM undone WHERE profile_id = ? AND key = ?;

-- name: ForgetUndoneBy :exec
DELETE FROM undone WHERE undone.profile_id = sqlc.arg(profile_id) AND undone.key = sqlc.arg(key)
    AND undone.run_seq = (SELECT r.seq FROM runs r WHERE r.profile_id = sqlc.arg(profile_id) AND r.id = sqlc.arg(run_id));

-- name: OwnProducts :many
SELECT product_id, identifier, price, cost FROM owned_products WHERE profile_id = ? ORDER BY product_id;

-- name: OwnProduct :exec
INSERT INTO owned_products (profile_id, product_id, identifier, price, cost, run_seq, changed) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (profile_id, product_id) DO UPDATE SET identifier = excluded.identifier, price = coalesce(excluded.price, price),
    cost = coalesce(excluded.cost, cost), run_seq = excluded.run_seq, changed = excluded.changed;
