-- Grain: one row per change of the number of open tickets.
-- Inputs: fact_ticket, ticket_step.
-- Why: the backlog at any instant is the sum of delta before it, and the daily identity (backlog before + opened
-- + reopened - resolved - the other ways to end = backlog after) holds by construction.
-- Nothing happens to a ticket before it is opened: what its events date earlier (two systems, two clocks) counts at
-- the opening, so that a ticket is never in the backlog less than 0 times.
-- A ticket whose record says that it is over (merged, closed) while no event says since when carries is_done_undated.
WITH change AS (
  SELECT source_system, ticket_id, opened_at AS happened_at, 'opened' AS kind, 1 AS delta, 0 AS step_no
  FROM fact_ticket
  WHERE opened_at IS NOT NULL
  UNION ALL
  SELECT
    ticket_step.source_system,
    ticket_step.ticket_id,
    CASE
      WHEN ticket_step.happened_at < fact_ticket.opened_at THEN fact_ticket.opened_at
      ELSE ticket_step.happened_at
    END AS happened_at,
    ticket_step.kind,
    ticket_step.delta,
    ticket_step.step_no
  FROM ticket_step
  JOIN fact_ticket ON fact_ticket.source_system = ticket_step.source_system AND fact_ticket.ticket_id = ticket_step.ticket_id
)
SELECT
  change.source_system,
  change.ticket_id,
  change.step_no,
  change.happened_at,
  CAST((change.happened_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS happened_on,
  change.kind AS change_kind,
  change.delta,
  fact_ticket.account_id,
  fact_ticket.is_test,
  fact_ticket.is_spam,
  fact_ticket.is_internal,
  fact_ticket.is_done_undated,
  fact_ticket.is_outage_master,
  fact_ticket.outage,
  fact_ticket.region,
  fact_ticket.segment,
  fact_ticket.language,
  fact_ticket.access_tech,
  fact_ticket.plan,
  fact_ticket.channel,
  fact_ticket.type,
  fact_ticket.origin,
  fact_ticket.priority,
  fact_ticket.reason,
  fact_ticket.family,
  fact_ticket.driver,
  fact_ticket.queue
FROM change
JOIN fact_ticket ON fact_ticket.source_system = change.source_system AND fact_ticket.ticket_id = change.ticket_id
WHERE fact_ticket.opened_at IS NOT NULL
