-- Grain: one row per agent and interval; intervals of one agent never overlap.
-- Inputs: agent, team_stated.
-- Why: an event is credited to the team, tier, site and employer its agent had then, not to today's. The tier that is stated
-- for the team outranks the agent's for as long as it holds, so an interval is cut where that changes.
WITH stated AS (
  SELECT
    agent_id,
    tier,
    team,
    site_id,
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
), held AS (
  SELECT
    agent_id,
    tier,
    team,
    site_id,
    employer,
    vendor_id,
    from_at,
    CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
  FROM followed
  WHERE CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END > from_at
), edge AS (
  SELECT agent_id, from_at AS held_from, from_at AS edge_at FROM held
  UNION
  SELECT held.agent_id, held.from_at, team_stated.from_at
  FROM held
  JOIN team_stated
    ON team_stated.team = held.team AND team_stated.from_at > held.from_at AND team_stated.from_at < held.to_at
  UNION
  SELECT held.agent_id, held.from_at, team_stated.to_at
  FROM held
  JOIN team_stated
    ON team_stated.team = held.team AND team_stated.to_at > held.from_at AND team_stated.to_at < held.to_at
), piece AS (
  SELECT
    agent_id,
    held_from,
    edge_at AS from_at,
    lead(edge_at) OVER (PARTITION BY agent_id, held_from ORDER BY edge_at) AS next_at
  FROM edge
)
SELECT
  held.agent_id,
  coalesce(team_stated.tier, held.tier) AS tier,
  held.team,
  held.site_id AS site,
  held.employer,
  held.vendor_id AS vendor,
  piece.from_at,
  coalesce(piece.next_at, held.to_at) AS to_at
FROM held
JOIN piece ON piece.agent_id = held.agent_id AND piece.held_from = held.from_at
LEFT JOIN team_stated
  ON team_stated.team = held.team AND team_stated.from_at <= piece.from_at AND team_stated.to_at > piece.from_at
