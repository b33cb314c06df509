-- name: AddPlan :exec
INSERT INTO plans (profile_id, id, created, setup_digest, file_digest, body) VALUES (?, ?, ?, ?, ?, ?);

-- name: Plan :one
SELECT file_digest, body, applied_by FROM plans WHERE profile_id = ? AND id = ?;

-- name: PlanUse :one
SELECT applied_by FROM plans WHERE profile_id = ? AND id = ?;

-- name: MarkApplied :execrows
UPDATE plans SET applied_by = ? WHERE profile_id = ? AND id = ? AND applied_by = '';
