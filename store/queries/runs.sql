-- name: AddRun :one
INSERT INTO runs (profile_id, id, plan_id, program, undoes, started, creates, updates, cancels, nones, holds, skips, changes, monthly_delta,
    head)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING seq;

-- name: RunState :one
SELECT seq, undoes, finished, changes FROM runs WHERE profile_id = ? AND id = ?;

-- name: FinishRun :execrows
UPDATE runs
SET duration_ns = ?, finished = ?, exit_code = ?, problem = ?, requests = ?, warnings = ?,
    applied = ?, failed = ?, unknown = ?, held = ?, unchanged = ?, skipped = ?
WHERE seq = ? AND finished IS NULL;

-- name: Warnings :one
SELECT warnings FROM runs WHERE profile_id = ? AND id = ?;

-- name: SetWarnings :exec
UPDATE runs SET warnings = ? WHERE profile_id = ? AND id = ?;

-- name: ListRuns :many
SELECT id, plan_id, program, undoes, started, duration_ns, finished, exit_code, problem, creates, updates, cancels, nones, holds, skips,
    monthly_delta, applied, failed, unknown, held, unchanged, skipped
FROM runs
WHERE profile_id = sqlc.arg(profile_id) AND started >= sqlc.arg(since)
ORDER BY started DESC, seq DESC
LIMIT sqlc.arg(most);

-- name: ChangesSince :many
SELECT r.id AS run_id, r.started, r.exit_code, r.undoes, c.run_seq, c.position, c.created_id, c.status, c.held_code, c.outcome,
    b.first, b.body_id, o.first_key, o.last_key
FROM runs r
CROSS JOIN changes c ON c.run_seq = r.seq -- in this order: newest run first, by the indexes
CROSS JOIN run_bodies b ON b.run_seq = r.seq
    AND b.first = (SELECT max(n.first) FROM run_bodies n WHERE n.run_seq = r.seq AND n.first <= c.position)
CROSS JOIN bodies o ON o.id = b.body_id
WHERE r.profile_id = sqlc.arg(profile_id) AND r.started >= sqlc.arg(since) AND r.seq < sqlc.arg(before)
    AND ((c.status = 'applied' AND CAST(sqlc.arg(applied) AS INTEGER) = 1) OR (c.status = 'held' AND CAST(sqlc.arg(held) AS INTEGER) = 1)
        OR (c.status IN ('failed', 'unknown', '') AND CAST(sqlc.arg(failed) AS INTEGER) = 1))
ORDER BY r.seq DESC, c.position
LIMIT sqlc.arg(most);

-- name: Run :one
SELECT * FROM runs WHERE profile_id = ? AND id = ?;

-- name: AddChange :exec
INSERT INTO changes (run_seq, position, key_hash, addition_id) VALUES (?, ?, ?, ?);

-- name: ChangePositions :many
SELECT position FROM changes WHERE run_seq = ? ORDER BY position;

-- name: SetStatus :exec
UPDATE changes SET status = sqlc.arg(status) WHERE run_seq = sqlc.arg(run_seq) AND position >= sqlc.arg(first) AND position <= sqlc.arg(last);

-- name: SetOutcome :exec
UPDATE changes SET status = ?, created_id = ?, held_code = ?, outcome = ? WHERE run_seq = ? AND position = ?;

-- name: ChangeRows :many
SELECT position, created_id, status, held_code, outcome FROM changes WHERE run_seq = ? ORDER BY position;

-- name: AddBody :exec
INSERT INTO bodies (digest, first_key, last_key, body) VALUES (?, ?, ?, ?);

-- name: Body :one
SELECT body FROM bodies WHERE id = ?;

-- name: AddRunBody :execrows
INSERT INTO run_bodies (run_seq, first, body_id)
SELECT sqlc.arg(run_seq), sqlc.arg(first), id FROM bodies WHERE digest = sqlc.arg(digest);

-- name: BodiesOfRun :many
SELECT b.body FROM run_bodies r JOIN bodies b ON b.id = r.body_id WHERE r.run_seq = ? ORDER BY r.first;

-- name: BodyAt :one
SELECT first, body_id FROM run_bodies WHERE run_seq = sqlc.arg(run_seq) AND first <= sqlc.arg(position) ORDER BY first DESC LIMIT 1;

-- name: BodiesAround :many
SELECT r.body_id FROM run_bodies r JOIN bodies b ON b.id = r.body_id
WHERE r.run_seq = sqlc.arg(run_seq) AND b.first_key <= sqlc.arg(key) AND b.last_key >= sqlc.arg(key)
ORDER BY r.first;

-- name: RunBefore :one
SELECT seq, id, started, finished, exit_code, undoes FROM runs WHERE profile_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1;

-- name: ChangesOfKey :many
SELECT r.id AS run_id, r.started, r.exit_code, r.undoes, c.run_seq, c.position, c.created_id, c.status, c.held_code, c.outcome
FROM changes c
JOIN runs r ON r.seq = c.run_seq
WHERE r.profile_id = ? AND c.key_hash = ?
ORDER BY c.run_seq DESC, c.position;

-- name: ChangesOfAddition :many
SELECT r.id AS run_id, r.started, r.exit_code, r.undoes, c.run_seq, c.position, c.created_id, c.status, c.held_code, c.outcome
FROM changes c
CROSS JOIN runs r ON r.seq = c.run_seq -- in this order: by the indexes of changes
WHERE r.profile_id = sqlc.arg(profile_id)
    AND ((c.addition_id > 0 AND c.addition_id = sqlc.arg(addition_id)) OR (c.created_id > 0 AND c.created_id = sqlc.arg(addition_id)))
ORDER BY c.run_seq DESC, c.position;
