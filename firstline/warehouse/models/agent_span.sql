-- Grain: one row per agent and interval; intervals of one agent never overlap.
-- Inputs: agent.
-- Why: an event is credited to the team, tier and employer its agent had then, not to today's.
WITH stated AS (
  SELECT
    agent_id,
    tier,
    team,
    employer,
    vendor_id,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY agent_id, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM agent
  WHERE NOT coalesce(is_deleted, FALSE) AND agent_id IS NOT NULL
), followed AS (
  SELECT *, lead(from_at) OVER (PARTITION BY agent_id ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
)
SELECT
  agent_id,
  tier,
  team,
  employer,
  vendor_id AS vendor,
  from_at,
  CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
FROM followed
WHERE CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END > from_at
