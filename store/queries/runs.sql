-- name: AddRun :one
INSERT INTO runs (profile_id, id, plan_id, program, undoes, started, creates, updates, cancels, nones, holds, skips, monthly_delta, head)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING seq;

-- name: RunState :one
SELECT seq, undoes, finished FROM runs WHERE profile_id = ? AND id = ?;

-- name: FinishRun :execrows
UPDATE runs
SET duration_ns = ?, finished = ?, exit_code = ?, problem = ?, requests = ?, warnings = ?,
    applied = ?, failed = ?, unknown = ?, held = ?, unchanged = ?, skipped = ?
WHERE seq = ? AND finished IS NULL;

-- name: ListRuns :many
SELECT id, plan_id, program, undoes, started, duration_ns, finished, exit_code, problem, creates, updates, cancels, nones, holds, skips,
    monthly_delta, applied, failed, unknown, held, unchanged, skipped
FROM runs
WHERE profile_id = ?
ORDER BY started DESC, seq DESC
LIMIT ?;

-- name: Run :one
SELECT * FROM runs WHERE profile_id = ? AND id = ?;

-- name: Keys :many
SELECT id, key FROM keys WHERE profile_id = ?;

-- name: AddKey :one
INSERT INTO keys (profile_id, key) VALUES (?, ?) RETURNING id;

-- name: AddChange :exec
INSERT INTO changes (run_seq, position, key_id, step, action, code, agreement_id, product_id, addition_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: AddChangeBody :exec
INSERT INTO change_bodies (run_seq, first, body) VALUES (?, ?, ?);

-- name: CountChanges :one
SELECT COUNT(*) FROM changes WHERE run_seq = ?;

-- name: SetStatus :exec
UPDATE changes SET status = sqlc.arg(status) WHERE run_seq = sqlc.arg(run_seq) AND position >= sqlc.arg(first) AND position <= sqlc.arg(last);

-- name: SetOutcome :exec
UPDATE changes SET status = ?, created_id = ?, held_code = ?, outcome = ? WHERE run_seq = ? AND position = ?;

-- name: ChangeRows :many
SELECT c.position, k.key, c.step, c.action, c.code, c.agreement_id, c.product_id, c.addition_id, c.created_id, c.status, c.held_code, c.outcome
FROM changes c
JOIN keys k ON k.id = c.key_id
WHERE c.run_seq = ?
ORDER BY c.position;

-- name: ChangeBodies :many
SELECT first, body FROM change_bodies WHERE run_seq = ? ORDER BY first;

-- name: ChangeBody :one
SELECT body FROM change_bodies WHERE run_seq = ? AND first = ?;

-- name: ChangesOfKey :many
SELECT r.id AS run_id, r.started, r.finished, r.exit_code, r.undoes, c.run_seq, c.position, k.key, c.step, c.action, c.code, c.agreement_id,
    c.product_id, c.addition_id, c.created_id, c.status, c.held_code, c.outcome
FROM keys k
JOIN changes c ON c.key_id = k.id
JOIN runs r ON r.seq = c.run_seq
WHERE k.profile_id = ? AND k.key = ?
ORDER BY c.run_seq DESC, c.position
LIMIT ?;

-- name: ChangesOfAddition :many
SELECT r.id AS run_id, r.started, r.finished, r.exit_code, r.undoes, c.run_seq, c.position, k.key, c.step, c.action, c.code, c.agreement_id,
    c.product_id, c.addition_id, c.created_id, c.status, c.held_code, c.outcome
FROM changes c
JOIN keys k ON k.id = c.key_id
JOIN runs r ON r.seq = c.run_seq
WHERE k.profile_id = sqlc.arg(profile_id)
    AND ((c.addition_id > 0 AND c.addition_id = sqlc.arg(addition_id)) OR (c.created_id > 0 AND c.created_id = sqlc.arg(addition_id)))
ORDER BY c.run_seq DESC, c.position
LIMIT sqlc.arg(most);
