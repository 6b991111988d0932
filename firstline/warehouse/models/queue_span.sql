-- Grain: one row per queue and interval; intervals of one queue never overlap.
-- Inputs: queue.
-- Why: an event is judged by the limits and the hours its queue had then, not by today's. A row ends where it says so, or
-- where the queue's next row begins.
WITH stated AS (
  SELECT
    queue_id,
    team,
    channel,
    calendar_id,
    service_level_s,
    short_abandon_s,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY queue_id, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM queue
  WHERE NOT coalesce(is_deleted, FALSE) AND queue_id IS NOT NULL
), followed AS (
  SELECT *, lead(from_at) OVER (PARTITION BY queue_id ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
)
SELECT
  queue_id AS queue,
  team,
  channel,
  calendar_id,
  service_level_s,
  short_abandon_s,
  from_at,
  CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
FROM followed
WHERE CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END > from_at
