-- Grain: one row: from the first to the last instant that tickets tell of.
-- Inputs: ticket, ticket_link.
-- Why: the span in which anybody asks whether a calendar was open.
WITH instant AS (
  SELECT opened_at AS happened_at FROM ticket WHERE NOT coalesce(is_deleted, FALSE)
  UNION ALL
  SELECT happened_at FROM ticket_link
)
SELECT min(happened_at) AS first_at, max(happened_at) AS last_at FROM instant
