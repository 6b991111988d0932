-- Grain: one row per team and interval between two changes of who is in it or of what is stated for it.
-- Inputs: agent_span, team_stated.
-- Why: an event that names a team but no tier or firm is told by those who were in the team then, where all of them
-- agree. Where they differ, or of one of them it is not known, it is null. A tier that is stated for the team outranks
-- those of its agents.
WITH edge AS (
  SELECT team, from_at AS edge_at FROM agent_span WHERE team IS NOT NULL
  UNION
  SELECT team, to_at FROM agent_span WHERE team IS NOT NULL
  UNION
  SELECT team, from_at FROM team_stated
  UNION
  SELECT team, to_at FROM team_stated
), piece AS (
  SELECT team, edge_at AS from_at, lead(edge_at) OVER (PARTITION BY team ORDER BY edge_at) AS to_at FROM edge
)
SELECT
  piece.team,
  piece.from_at,
  piece.to_at,
  coalesce(
    max(team_stated.tier),
    CASE WHEN count(agent_span.tier) = count(*) AND min(agent_span.tier) = max(agent_span.tier) THEN min(agent_span.tier) END
  ) AS tier,
  CASE
    WHEN count(agent_span.employer) = count(*) AND min(agent_span.employer) = max(agent_span.employer)
      THEN min(agent_span.employer)
  END AS employer
FROM piece
LEFT JOIN agent_span
  ON agent_span.team = piece.team AND agent_span.from_at <= piece.from_at AND agent_span.to_at > piece.from_at
LEFT JOIN team_stated
  ON team_stated.team = piece.team AND team_stated.from_at <= piece.from_at AND team_stated.to_at > piece.from_at
WHERE piece.to_at IS NOT NULL AND (agent_span.agent_id IS NOT NULL OR team_stated.team IS NOT NULL)
GROUP BY piece.team, piece.from_at, piece.to_at
