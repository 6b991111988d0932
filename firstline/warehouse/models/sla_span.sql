-- Grain: one row per policy and interval; intervals of one policy never overlap.
-- Inputs: sla_policy.
-- Why: a ticket is judged by what was promised when its clock began. A row ends where it says so, or where the policy's next
-- row begins. `pauses` lists the statuses that stop the clock as ` pending held `, in the words of ticket_status.
WITH stated AS (
  SELECT
    policy_id,
    clock,
    lower(trim(priority)) AS priority,
    channel,
    segment,
    target_s,
    calendar_id,
    ' ' || replace(replace(replace(replace(lower(coalesce(pauses_on, '')), '_', ''), '-', ''), ',', ' '), 'pendingcustomer', 'pending')
      || ' ' AS pauses,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY policy_id, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM sla_policy
  WHERE NOT coalesce(is_deleted, FALSE) AND policy_id IS NOT NULL AND clock IS NOT NULL AND target_s IS NOT NULL
), followed AS (
  SELECT *, lead(from_at) OVER (PARTITION BY policy_id ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
)
SELECT
  policy_id,
  clock,
  priority,
  channel,
  segment,
  target_s,
  calendar_id,
  pauses,
  from_at,
  CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
FROM followed
WHERE CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END > from_at
