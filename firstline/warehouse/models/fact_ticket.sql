-- Grain: one row per ticket, also those that no KPI counts (they carry flags).
-- Inputs: ticket_story, ticket_step, ticket_hours, account_span, service_span, agent_span, excluded_row.
-- Why: a ticket's instants and durations, described as it was at its opening, with the ticket before it. A duration in
-- business time is null, never 0, where nobody knows when it was open.
WITH described AS (
  SELECT
    told.source_system,
    told.ticket_id,
    told.account_id,
    told.opened_at,
    told.first_response_at,
    told.n_replies,
    told.first_resolved_at,
    told.final_resolved_at,
    told.reopened_at,
    told.reopen_count,
    told.closed_at,
    told.done_at,
    told.cancelled_at,
    told.rejected_at,
    told.merged_at,
    told.escalated_at,
    told.entered_tier,
    told.is_test OR coalesce(holding.is_test, FALSE) AS is_test,
    told.is_spam,
    told.is_merged,
    told.is_internal,
    told.is_rejected,
    told.is_cancelled,
    told.is_done_undated,
    told.is_outage_master,
    told.is_outage_child,
    holding.region,
    holding.segment,
    holding.language,
    coalesce(named.access_tech, holding.access_tech) AS access_tech,
    coalesce(named.plan_id, holding.plan) AS plan,
    told.channel,
    told.type,
    told.origin,
    told.priority,
    told.reason_code AS reason,
    told.family,
    told.driver,
    told.resolution_code AS resolution,
    told.queue_id AS queue,
    told.agent_id AS agent,
    final_agent.team,
    final_agent.tier,
    final_agent.site,
    final_agent.employer,
    final_agent.vendor,
    told.first_agent_id AS first_agent,
    first_agent.team AS first_team,
    first_agent.tier AS first_tier,
    first_agent.site AS first_site,
    first_agent.employer AS first_employer,
    first_agent.vendor AS first_vendor
  FROM ticket_story AS told
  LEFT JOIN account_span AS holding
    ON holding.account_id = told.account_id AND holding.from_at <= told.opened_at AND holding.to_at > told.opened_at
  LEFT JOIN service_span AS named
    ON named.service_id = told.service_id AND named.from_at <= told.opened_at AND named.to_at > told.opened_at
  LEFT JOIN agent_span AS final_agent
    ON final_agent.agent_id = told.agent_id
    AND final_agent.from_at <= told.final_resolved_at
    AND final_agent.to_at > told.final_resolved_at
  LEFT JOIN agent_span AS first_agent
    ON first_agent.agent_id = told.first_agent_id
    AND first_agent.from_at <= told.first_resolved_at
    AND first_agent.to_at > told.first_resolved_at
), taken_out AS (
  SELECT row_source, row_id FROM excluded_row WHERE entity = 'ticket'
), instant AS (
  -- the instants at which a countable ticket can make a later one a repeat
  SELECT account_id, family, source_system, ticket_id, opened_at AS happened_at, 0 AS is_resolution
  FROM described
  WHERE account_id IS NOT NULL AND opened_at IS NOT NULL
    AND NOT (is_test OR is_spam OR is_merged OR is_internal OR is_rejected OR is_outage_master OR is_outage_child)
    AND NOT EXISTS (
      SELECT 1 FROM taken_out
      WHERE taken_out.row_source = described.source_system AND taken_out.row_id = described.ticket_id
    )
  UNION ALL
  SELECT described.account_id, described.family, described.source_system, described.ticket_id, ticket_step.happened_at, 1
  FROM described
  JOIN ticket_step
    ON ticket_step.source_system = described.source_system AND ticket_step.ticket_id = described.ticket_id
  WHERE described.account_id IS NOT NULL AND ticket_step.kind = 'resolved' AND ticket_step.happened_at >= described.opened_at
    AND NOT (is_test OR is_spam OR is_merged OR is_internal OR is_rejected OR is_outage_master OR is_outage_child)
    AND NOT EXISTS (
      SELECT 1 FROM taken_out
      WHERE taken_out.row_source = described.source_system AND taken_out.row_id = described.ticket_id
    )
), before AS (
  SELECT
    source_system,
    ticket_id,
    is_resolution,
    max(happened_at) OVER (
      PARTITION BY account_id, family
      ORDER BY happened_at, source_system, ticket_id, is_resolution
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS previous_family_at,
    max(happened_at) OVER (
      PARTITION BY account_id
      ORDER BY happened_at, source_system, ticket_id, is_resolution
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS previous_any_at
  FROM instant
)
SELECT
  described.source_system,
  described.ticket_id,
  described.account_id,
  described.opened_at,
  described.first_response_at,
  described.first_resolved_at,
  described.final_resolved_at,
  described.reopened_at,
  described.reopen_count,
  described.n_replies,
  described.closed_at,
  described.done_at,
  described.cancelled_at,
  described.rejected_at,
  described.merged_at,
  described.escalated_at,
  described.entered_tier,
  described.is_test,
  described.is_spam,
  described.is_merged,
  described.is_internal,
  described.is_rejected,
  described.is_cancelled,
  described.is_done_undated,
  described.is_outage_master,
  described.is_outage_child,
  CASE WHEN described.is_outage_child OR described.is_outage_master THEN 'yes' ELSE 'no' END AS outage,
  described.region,
  described.segment,
  described.language,
  described.access_tech,
  described.plan,
  described.channel,
  described.type,
  described.origin,
  described.priority,
  described.reason,
  described.family,
  described.driver,
  described.resolution,
  described.queue,
  described.agent,
  described.team,
  described.tier,
  described.site,
  described.employer,
  described.vendor,
  described.first_agent,
  described.first_team,
  described.first_tier,
  described.first_site,
  described.first_employer,
  described.first_vendor,
  -- nobody knows whether two reasons that are not mapped are of one family
  CASE WHEN described.family <> 'unmapped' THEN before.previous_family_at END AS previous_family_at,
  before.previous_any_at,
  date_diff('second', described.opened_at, described.first_response_at) AS first_response_s,
  date_diff('second', described.opened_at, described.final_resolved_at) AS resolution_s,
  ticket_hours.first_response_business_s,
  ticket_hours.resolution_business_s,
  date_diff('second', described.opened_at, described.final_resolved_at) - coalesce(ticket_hours.pending_s, 0) AS our_clock_s,
  CAST((described.opened_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS opened_on,
  CAST((described.first_resolved_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS first_resolved_on,
  CAST((described.final_resolved_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS final_resolved_on
FROM described
LEFT JOIN before
  ON before.source_system = described.source_system
  AND before.ticket_id = described.ticket_id
  AND before.is_resolution = 0
LEFT JOIN ticket_hours
  ON ticket_hours.source_system = described.source_system AND ticket_hours.ticket_id = described.ticket_id
