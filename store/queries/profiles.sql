-- name: ProfileID :one
SELECT id FROM profiles WHERE name = ?;

-- name: AddProfile :one
INSERT INTO profiles (name, created) VALUES (?, ?) RETURNING id;

-- name: ProfileNames :many
SELECT name FROM profiles ORDER BY name;

-- name: Setting :one
SELECT value FROM settings WHERE profile_id = ? AND name = ?;

-- name: SetSetting :exec
INSERT INTO settings (profile_id, name, value) VALUES (?, ?, ?)
ON CONFLICT (profile_id, name) DO UPDATE SET value = excluded.value;

-- name: RemoveSetting :exec
DELETE FROM settings WHERE profile_id = ? AND name = ?;

-- name: ProductIDs :many
SELECT identifier, product_id FROM product_ids WHERE profile_id = ?;

-- name: RememberProduct :exec
INSERT INTO product_ids (profile_id, identifier, product_id) VALUES (?, ?, ?)
ON CONFLICT (profile_id, identifier) DO UPDATE SET product_id = excluded.product_id;
