-- Grain: one row per ticket and clock for which a promise held when the ticket was opened.
-- Inputs: clock_due, ticket_clock, fact_ticket.
-- Why: what was promised, when it was due and when it was kept. Whether a clock that still runs is late is for the question
-- to say, which compares due_at with its own now. falls_due_at places a clock in a period: when it is due, and while that
-- is not known (it stands still, or its calendar is unknown) when it would be by elapsed time.
SELECT
  clock_due.source_system,
  clock_due.ticket_id,
  clock_due.clock,
  ticket_clock.policy_id AS policy,
  fact_ticket.account_id,
  ticket_clock.target_s,
  ticket_clock.calendar_id,
  ticket_clock.opened_at,
  ticket_clock.ended_at,
  fact_ticket.done_at,
  clock_due.due_at,
  clock_due.spent_s,
  clock_due.is_calendar_known,
  coalesce(clock_due.due_at, ticket_clock.opened_at + ticket_clock.target_s * INTERVAL 1 SECOND) AS falls_due_at,
  fact_ticket.opened_on,
  CAST((coalesce(clock_due.due_at, ticket_clock.opened_at + ticket_clock.target_s * INTERVAL 1 SECOND) AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE)
    AS falls_due_on,
  fact_ticket.is_test,
  fact_ticket.is_spam,
  fact_ticket.is_merged,
  fact_ticket.is_internal,
  fact_ticket.is_rejected,
  fact_ticket.is_cancelled,
  fact_ticket.is_done_undated,
  fact_ticket.is_outage_master,
  fact_ticket.is_outage_child,
  fact_ticket.outage,
  ticket_clock.priority,
  fact_ticket.region,
  fact_ticket.segment,
  fact_ticket.language,
  fact_ticket.access_tech,
  fact_ticket.plan,
  fact_ticket.channel,
  fact_ticket.type,
  fact_ticket.origin,
  fact_ticket.reason,
  fact_ticket.family,
  fact_ticket.driver,
  fact_ticket.resolution,
  fact_ticket.queue,
  fact_ticket.agent,
  fact_ticket.team,
  fact_ticket.tier,
  fact_ticket.site,
  fact_ticket.employer,
  fact_ticket.vendor
FROM clock_due
JOIN ticket_clock
  ON ticket_clock.source_system = clock_due.source_system
  AND ticket_clock.ticket_id = clock_due.ticket_id
  AND ticket_clock.clock = clock_due.clock
JOIN fact_ticket ON fact_ticket.source_system = clock_due.source_system AND fact_ticket.ticket_id = clock_due.ticket_id
