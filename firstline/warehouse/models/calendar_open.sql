-- Grain: one row per open piece of a calendar and whole day of open seconds that it touches.
-- Inputs: calendar_piece.
-- Why: the instant at which so many open seconds have passed is looked up, not searched: in one of the pieces of the open
-- day that they lie in.
WITH piece AS (
  SELECT
    calendar_id,
    from_at,
    open_before_s,
    open_before_s + date_diff('second', from_at, to_at) AS open_to_s,
    unknown_before_s
  FROM calendar_piece
  WHERE state = 'open'
)
SELECT calendar_id, CAST(floor(open_before_s / 86400.0) AS BIGINT) AS open_day, from_at, open_before_s, open_to_s, unknown_before_s
FROM piece
UNION ALL
SELECT calendar_id, CAST(floor(open_to_s / 86400.0) AS BIGINT) AS open_day, from_at, open_before_s, open_to_s, unknown_before_s
FROM piece
WHERE floor(open_to_s / 86400.0) > floor(open_before_s / 86400.0)
