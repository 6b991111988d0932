-- Grain: one row per ticket and clock for which a promise held when the ticket was opened.
-- Inputs: fact_ticket, ticket_link, sla_span.
-- Why: target, calendar and pausing statuses are those of the ticket's priority, channel and segment when the clock began;
-- a priority that changes later changes nothing. Of several policies the one that says most about the ticket holds (then
-- the lowest id). The clock ends with the first response, or with the final resolution.
WITH raised AS (
  SELECT source_system, ticket_id, arg_min(from_value, event_no) AS priority
  FROM ticket_link
  WHERE type = 'priority_change' AND from_value IS NOT NULL
  GROUP BY source_system, ticket_id
), begun AS (
  SELECT
    fact_ticket.source_system,
    fact_ticket.ticket_id,
    fact_ticket.opened_at,
    fact_ticket.first_response_at,
    fact_ticket.final_resolved_at,
    lower(trim(coalesce(raised.priority, fact_ticket.priority))) AS priority,
    fact_ticket.channel,
    fact_ticket.segment
  FROM fact_ticket
  LEFT JOIN raised ON raised.source_system = fact_ticket.source_system AND raised.ticket_id = fact_ticket.ticket_id
  WHERE fact_ticket.opened_at IS NOT NULL
), promised AS (
  SELECT
    begun.source_system,
    begun.ticket_id,
    begun.priority,
    begun.opened_at,
    CASE
      WHEN sla_span.clock = 'first_response' THEN begun.first_response_at
      WHEN begun.final_resolved_at >= begun.opened_at THEN begun.final_resolved_at
    END AS ended_at,
    sla_span.clock,
    sla_span.policy_id,
    sla_span.target_s,
    sla_span.calendar_id,
    sla_span.pauses,
    row_number() OVER (
      PARTITION BY begun.source_system, begun.ticket_id, sla_span.clock
      ORDER BY
        CASE WHEN sla_span.priority IS NULL THEN 0 ELSE 1 END
          + CASE WHEN sla_span.channel IS NULL THEN 0 ELSE 1 END
          + CASE WHEN sla_span.segment IS NULL THEN 0 ELSE 1 END DESC,
        sla_span.policy_id
    ) AS choice_no
  FROM begun
  JOIN sla_span
    ON sla_span.from_at <= begun.opened_at
    AND sla_span.to_at > begun.opened_at
    AND coalesce(sla_span.priority, begun.priority, '') = coalesce(begun.priority, '')
    AND coalesce(sla_span.channel, begun.channel, '') = coalesce(begun.channel, '')
    AND coalesce(sla_span.segment, begun.segment, '') = coalesce(begun.segment, '')
)
SELECT
  source_system,
  ticket_id,
  clock,
  policy_id,
  priority,
  target_s,
  calendar_id,
  pauses,
  opened_at,
  ended_at
FROM promised
WHERE choice_no = 1
