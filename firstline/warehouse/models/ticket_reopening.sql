-- Grain: one row per genuine reopening of a ticket that had been resolved.
-- Inputs: ticket_step, ticket_link.
-- Why: reopen rate and first contact resolution speak of the same reopenings.
-- A reopening is genuine unless a customer or a machine is known to have done it and the ticket was resolved again
-- within :thank_you without a public reply (a customer's "thank you" reopens a ticket by automation). One of which
-- neither actor nor time is known is genuine.
WITH step AS (
  SELECT
    *,
    lead(happened_at) OVER (PARTITION BY source_system, ticket_id ORDER BY step_no) AS next_at,
    lead(kind) OVER (PARTITION BY source_system, ticket_id ORDER BY step_no) AS next_kind,
    max(CASE WHEN kind = 'resolved' THEN 1 ELSE 0 END) OVER (
      PARTITION BY source_system, ticket_id ORDER BY step_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS was_resolved
  FROM ticket_step
), thanked AS (
  -- reopenings that were undone as a thank-you's are, with the number of public replies in between
  SELECT
    step.source_system,
    step.ticket_id,
    step.step_no,
    sum(CASE WHEN ticket_link.type = 'public_reply' THEN 1 ELSE 0 END) AS n_replies
  FROM step
  LEFT JOIN ticket_link
    ON ticket_link.source_system = step.source_system
    AND ticket_link.ticket_id = step.ticket_id
    AND ticket_link.happened_at >= step.happened_at
    AND ticket_link.happened_at <= step.next_at
  WHERE step.kind = 'reopened'
    AND NOT step.is_inferred
    AND coalesce(step.actor_kind, 'agent') <> 'agent'
    AND step.next_kind = 'resolved'
    AND step.next_at < step.happened_at + :thank_you
  GROUP BY step.source_system, step.ticket_id, step.step_no
)
SELECT step.source_system, step.ticket_id, step.step_no, step.happened_at
FROM step
LEFT JOIN thanked
  ON thanked.source_system = step.source_system
  AND thanked.ticket_id = step.ticket_id
  AND thanked.step_no = step.step_no
WHERE step.kind = 'reopened' AND step.was_resolved = 1 AND coalesce(thanked.n_replies, 1) > 0
