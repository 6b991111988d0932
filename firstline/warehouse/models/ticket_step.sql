-- Grain: one row per change of a ticket between open and done.
-- Inputs: ticket_link.
-- Why: resolution, reopening, backlog and repeats all follow from these changes, so that they cannot disagree.
-- is_inferred: a reopening that is only seen from a second resolution, so that nobody knows who did it and when.
-- Events that change nothing (closed after resolved, a second resolution, an edit of a done ticket) are no step.
-- An event that its source marks as reopening counts as one where it follows a resolution; a marked second
-- resolution, later than the first, is a reopening and a resolution at once.
WITH deciding AS (
  SELECT
    *,
    CASE WHEN type IN (:endings) THEN 1 ELSE 0 END AS leaves_done
  FROM ticket_link
  WHERE type IN (:endings) OR type = 'reopened' OR reopens
), compared AS (
  SELECT
    *,
    coalesce(lag(leaves_done) OVER (PARTITION BY source_system, ticket_id ORDER BY event_no), 0) AS was_done,
    lag(happened_at) OVER (PARTITION BY source_system, ticket_id ORDER BY event_no) AS previous_at
  FROM deciding
), step AS (
  SELECT source_system, ticket_id, happened_at, event_no, 2 AS half, type AS kind, -1 AS delta, actor_id, actor_kind,
    FALSE AS is_inferred
  FROM compared
  WHERE leaves_done = 1 AND was_done = 0
  UNION ALL
  SELECT source_system, ticket_id, happened_at, event_no, 1 AS half, 'reopened' AS kind, 1 AS delta, actor_id, actor_kind,
    FALSE AS is_inferred
  FROM compared
  WHERE leaves_done = 0 AND was_done = 1
  UNION ALL
  SELECT source_system, ticket_id, happened_at, event_no, half.half, half.kind, half.delta, actor_id, actor_kind,
    half.half = 1 AS is_inferred
  FROM compared
  CROSS JOIN (SELECT 1 AS half, 'reopened' AS kind, 1 AS delta UNION ALL SELECT 2, 'resolved', -1) AS half
  WHERE type = 'resolved'
    AND reopens
    AND was_done = 1
    AND date_trunc('second', happened_at) > date_trunc('second', previous_at)
)
SELECT
  source_system,
  ticket_id,
  happened_at,
  kind,
  delta,
  actor_id,
  actor_kind,
  is_inferred,
  row_number() OVER (PARTITION BY source_system, ticket_id ORDER BY event_no, half) AS step_no
FROM step
