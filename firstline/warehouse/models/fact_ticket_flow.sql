-- Grain: one row per change of the number of open tickets.
-- Inputs: fact_ticket, ticket_step.
-- Why: the backlog at any instant is the sum of delta before it, and the daily identity (backlog before + opened
-- + reopened - resolved - the other ways to end = backlog after) holds by construction.
-- A ticket whose record says that it ended (merged, closed) while no event says when carries is_done_undated.
WITH change AS (
  SELECT source_system, ticket_id, opened_at AS happened_at, 'opened' AS kind, 1 AS delta, 0 AS step_no
  FROM fact_ticket
  WHERE opened_at IS NOT NULL
  UNION ALL
  SELECT source_system, ticket_id, happened_at, kind, delta, step_no
  FROM ticket_step
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
  fact_ticket.is_done_undated OR (fact_ticket.is_merged AND fact_ticket.merged_at IS NULL) AS is_done_undated,
  fact_ticket.is_outage_master,
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
