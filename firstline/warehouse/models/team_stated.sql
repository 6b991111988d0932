-- Grain: one row per team and interval that the provider states; intervals of one team never overlap.
-- Inputs: team.
-- Why: a team's tier and hours are those it had at the time of the event. A row ends where it says so, or where the
-- team's next row begins.
WITH stated AS (
  SELECT
    team,
    tier,
    calendar_id,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY team, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM team
  WHERE NOT coalesce(is_deleted, FALSE) AND team IS NOT NULL
), followed AS (
  SELECT *, lead(from_at) OVER (PARTITION BY team ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
)
SELECT
  team,
  tier,
  calendar_id,
  from_at,
  CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
FROM followed
WHERE CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END > from_at
