-- Grain: one row per ticket and span in which its status was the same.
-- Inputs: ticket_link.
-- Why: clocks pause on statuses that are named. A status is that of the last event that says one: waiting for the customer
-- (`pending`), put on hold (`held`), done, open again, or what a change of status states, in small letters without blanks
-- and strokes. A customer's answer ends the waiting and nothing else; notes, replies and hand-overs change no status.
WITH word AS (
  SELECT
    source_system,
    ticket_id,
    happened_at,
    event_no,
    CASE
      WHEN type IN (:endings) THEN 'done'
      WHEN type IN ('opened', 'reopened') OR reopens THEN 'open'
      WHEN type = 'pending_customer' THEN 'pending'
      WHEN type = 'held' THEN 'held'
      WHEN type = 'customer_reply' THEN 'replied'
      ELSE replace(replace(replace(lower(to_value), ' ', ''), '_', ''), '-', '')
    END AS status
  FROM ticket_link
  WHERE type IN ('opened', 'reopened', 'pending_customer', 'held', 'customer_reply')
    OR type IN (:endings)
    OR reopens
    OR (type = 'status_change' AND to_value IS NOT NULL)
), heard AS (
  SELECT
    *,
    CASE WHEN status = 'pendingcustomer' THEN 'pending' ELSE status END AS said,
    lag(CASE WHEN status = 'pendingcustomer' THEN 'pending' ELSE status END) OVER (
      PARTITION BY source_system, ticket_id ORDER BY event_no
    ) AS said_before
  FROM word
), change AS (
  SELECT source_system, ticket_id, happened_at, event_no, CASE WHEN said = 'replied' THEN 'open' ELSE said END AS status
  FROM heard
  WHERE said <> 'replied' OR said_before = 'pending'
)
SELECT
  source_system,
  ticket_id,
  status,
  happened_at AS from_at,
  coalesce(
    lead(happened_at) OVER (PARTITION BY source_system, ticket_id ORDER BY event_no), TIMESTAMP '9999-01-01 00:00:00'
  ) AS to_at
FROM change
