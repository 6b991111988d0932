-- Grain: one row per queue or team that the provider states and span between two changes of the set-up.
-- Inputs: queue_span, team_stated.
-- Why: which calendar holds where a ticket is: the queue's own, else that of its team, else that of the team of this name,
-- else that of the row `*`, which stands for whatever is not stated otherwise. Null: nobody says when it is open.
WITH edge AS (
  SELECT from_at AS edge_at FROM queue_span
  UNION
  SELECT to_at FROM queue_span
  UNION
  SELECT from_at FROM team_stated
  UNION
  SELECT to_at FROM team_stated
  UNION
  SELECT TIMESTAMP '1900-01-01 00:00:00'
), piece AS (
  SELECT edge_at AS from_at, coalesce(lead(edge_at) OVER (ORDER BY edge_at), TIMESTAMP '9999-01-01 00:00:00') AS to_at FROM edge
), place AS (
  SELECT queue AS place FROM queue_span
  UNION
  SELECT team FROM team_stated
), own AS (
  SELECT
    place.place,
    piece.from_at,
    piece.to_at,
    coalesce(queue_span.calendar_id, working.calendar_id, named.calendar_id) AS calendar_id
  FROM place
  CROSS JOIN piece
  LEFT JOIN queue_span
    ON queue_span.queue = place.place AND queue_span.from_at <= piece.from_at AND queue_span.to_at > piece.from_at
  LEFT JOIN team_stated AS working
    ON working.team = queue_span.team AND working.from_at <= piece.from_at AND working.to_at > piece.from_at
  LEFT JOIN team_stated AS named
    ON named.team = place.place AND named.from_at <= piece.from_at AND named.to_at > piece.from_at
  WHERE piece.from_at < piece.to_at
)
SELECT own.place, own.from_at, own.to_at, coalesce(own.calendar_id, rest.calendar_id) AS calendar_id
FROM own
LEFT JOIN own AS rest ON rest.place = '*' AND rest.from_at = own.from_at
