-- name: OpenEdit :one
SELECT j.id, r.id AS run_id FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.profile_id = ? AND j.addition_id = ? AND j.kind = 'edit' AND j.state IN ('intent', 'unknown');

-- name: OpenCreate :one
SELECT j.id, r.id AS run_id FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.profile_id = ? AND j.key = ? AND j.kind = 'create' AND j.state IN ('intent', 'unknown');

-- name: OpenProduct :one
SELECT j.id, r.id AS run_id FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.profile_id = ? AND j.identifier = ? AND j.kind IN ('create_product', 'edit_product') AND j.state IN ('intent', 'unknown');

-- name: AddIntent :one
INSERT INTO journal (profile_id, run_seq, key, kind, agreement_id, product_id, addition_id, version, known, quantity, unit_price, unit_cost,
    taxable, identifier, effective, cancelled, reopens, takes_back, members, previous, recorded, empty_reads)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: IntentToSettle :one
SELECT j.run_seq, j.key, j.kind, j.agreement_id, j.product_id, j.addition_id, j.previous, j.takes_back,
    j.state, j.empty_reads, j.owned, r.undoes
FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.profile_id = ? AND j.id = ?;

-- name: SettleIntent :exec
UPDATE journal SET state = ?, settled = ?, addition_id = ?, product_id = ?, empty_reads = ?, message = ?, owned = ? WHERE id = ?;

-- name: OpenIntents :many
SELECT sqlc.embed(j), r.id AS run_id FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.profile_id = ? AND j.state IN ('intent', 'unknown')
ORDER BY j.id;

-- name: IntentsOfRun :many
SELECT sqlc.embed(j), r.id AS run_id FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.run_seq = ?
ORDER BY j.id;

-- name: IntentsOfKey :many
SELECT sqlc.embed(j), r.id AS run_id FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.profile_id = ? AND j.key = ?
ORDER BY j.id DESC
LIMIT ?;

-- name: IntentsOfAddition :many
SELECT sqlc.embed(j), r.id AS run_id FROM journal j JOIN runs r ON r.seq = j.run_seq
WHERE j.profile_id = ? AND j.addition_id = ? AND j.addition_id > 0
ORDER BY j.id DESC
LIMIT ?;
