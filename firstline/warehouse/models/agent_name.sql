-- Grain: one row per source, name and interval; intervals of one name never overlap.
-- Inputs: agent_alias, agent.
-- Why: which agent a name or login stands for. Case and blanks do not matter. alias_source is null where the name means
-- the agent in every source: an alias that names no source, else the agent's own id. A name that stands for two agents
-- at once stands for none.
WITH alias AS (
  SELECT
    alias_source,
    lower(trim(regexp_replace(alias, '\s+', ' ', 'g'))) AS name,
    agent_id,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at
  FROM agent_alias
  WHERE NOT coalesce(is_deleted, FALSE) AND agent_id IS NOT NULL
), own_id AS (
  SELECT
    CAST(NULL AS VARCHAR) AS alias_source,
    lower(trim(regexp_replace(agent_id, '\s+', ' ', 'g'))) AS name,
    agent_id,
    TIMESTAMP '1900-01-01 00:00:00' AS from_at,
    TIMESTAMP '9999-01-01 00:00:00' AS to_at
  FROM agent
  WHERE NOT coalesce(is_deleted, FALSE) AND agent_id IS NOT NULL
), stated AS (
  SELECT alias_source, name, agent_id, from_at, to_at FROM alias
  UNION ALL
  SELECT alias_source, name, agent_id, from_at, to_at
  FROM own_id
  WHERE name NOT IN (SELECT name FROM alias WHERE alias_source IS NULL)
), told AS (
  SELECT
    alias_source,
    name,
    from_at,
    CASE WHEN min(agent_id) = max(agent_id) THEN min(agent_id) END AS agent_id,
    max(to_at) AS to_at
  FROM stated
  GROUP BY alias_source, name, from_at
), followed AS (
  SELECT *, lead(from_at) OVER (PARTITION BY alias_source, name ORDER BY from_at) AS next_from_at
  FROM told
)
SELECT
  alias_source,
  name,
  agent_id,
  from_at,
  CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
FROM followed
WHERE agent_id IS NOT NULL AND CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END > from_at
