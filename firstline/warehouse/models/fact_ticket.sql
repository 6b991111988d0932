-- Grain: one row per ticket, also those that no KPI counts (they carry flags).
-- Inputs: ticket, ticket_link, ticket_step, ticket_reopening, ticket_tier, account_span, service_span, agent_span.
-- Why: every instant of a ticket's life that a KPI compares, once. Nothing here depends on when one asks.
-- A resolution is an event `resolved`; a ticket that is only closed was not resolved.
-- A public reply stops the clock of the first response where an agent is known to have written it: an automatic
-- acknowledgement often names nobody. An event `first_response` says itself that it is one, unless a machine did it.
-- Events decide what became of a ticket. Where they leave it open, its record speaks if it is not older than they are:
-- a ticket that is over, nobody knows since when, carries is_done_undated.
WITH life AS (
  SELECT
    source_system,
    ticket_id,
    min(happened_at) AS first_event_at,
    max(CASE WHEN type = 'merged' THEN happened_at END) AS merged_at,
    max(
      CASE
        WHEN reopens OR type IN ('resolved', 'closed', 'cancelled', 'rejected', 'merged', 'reopened') THEN happened_at
      END
    ) AS last_word_at
  FROM ticket_link
  GROUP BY source_system, ticket_id
), opening AS (
  SELECT
    ticket.*,
    coalesce(ticket.opened_at, life.first_event_at) AS began_at,
    life.merged_at AS merge_event_at,
    life.last_word_at
  FROM ticket
  LEFT JOIN life ON life.source_system = ticket.source_system AND life.ticket_id = ticket.ticket_id
  WHERE NOT coalesce(ticket.is_deleted, FALSE)
), reply AS (
  SELECT
    ticket_link.source_system,
    ticket_link.ticket_id,
    min(ticket_link.happened_at) AS first_response_at,
    CASE
      WHEN max(CASE WHEN ticket_link.type = 'public_reply' THEN 1 ELSE 0 END) = 0 THEN 1
      ELSE sum(CASE WHEN ticket_link.type = 'public_reply' THEN 1 ELSE 0 END)
    END AS n_replies
  FROM ticket_link
  JOIN opening ON opening.source_system = ticket_link.source_system AND opening.ticket_id = ticket_link.ticket_id
  WHERE (
      (ticket_link.type = 'first_response' AND coalesce(ticket_link.actor_kind, 'agent') = 'agent')
      OR (ticket_link.type = 'public_reply' AND ticket_link.actor_kind = 'agent')
    )
    AND ticket_link.happened_at >= opening.began_at
  GROUP BY ticket_link.source_system, ticket_link.ticket_id
), step AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY source_system, ticket_id ORDER BY step_no DESC) AS from_last
  FROM ticket_step
), outcome AS (
  SELECT
    step.source_system,
    step.ticket_id,
    min(CASE WHEN step.kind = 'resolved' THEN step.happened_at END) AS first_resolved_at,
    max(CASE WHEN step.kind = 'resolved' THEN step.happened_at END) AS last_resolved_at,
    max(CASE WHEN step.kind = 'resolved' THEN step.step_no END) AS last_resolved_no,
    min(CASE WHEN step.kind = 'resolved' THEN step.step_no END) AS first_resolved_no,
    max(CASE WHEN step.kind = 'reopened' THEN step.step_no ELSE 0 END) AS last_reopened_no,
    max(CASE WHEN step.kind = 'reopened' THEN step.happened_at END) AS last_reopened_at,
    sum(CASE WHEN step.kind = 'reopened' THEN 1 ELSE 0 END) AS reopen_count,
    min(ticket_reopening.happened_at) AS reopened_at,
    max(CASE WHEN step.kind = 'cancelled' AND step.from_last = 1 THEN step.happened_at END) AS cancelled_at,
    max(CASE WHEN step.kind = 'rejected' AND step.from_last = 1 THEN step.happened_at END) AS rejected_at,
    max(CASE WHEN step.delta = -1 AND step.from_last = 1 THEN step.happened_at END) AS done_at
  FROM step
  LEFT JOIN ticket_reopening
    ON ticket_reopening.source_system = step.source_system
    AND ticket_reopening.ticket_id = step.ticket_id
    AND ticket_reopening.step_no = step.step_no
  GROUP BY step.source_system, step.ticket_id
), resolver AS (
  SELECT
    outcome.source_system,
    outcome.ticket_id,
    max(CASE WHEN step.step_no = outcome.first_resolved_no THEN step.actor_id END) AS first_agent_id,
    max(CASE WHEN step.step_no = outcome.last_resolved_no THEN step.actor_id END) AS last_agent_id
  FROM outcome
  JOIN ticket_step AS step ON step.source_system = outcome.source_system AND step.ticket_id = outcome.ticket_id
  WHERE step.kind = 'resolved' AND coalesce(step.actor_kind, 'agent') = 'agent'
  GROUP BY outcome.source_system, outcome.ticket_id
), master AS (
  SELECT DISTINCT source_system, parent_ticket_id AS ticket_id
  FROM ticket
  WHERE parent_ticket_id IS NOT NULL AND parent_ticket_id <> ticket_id AND NOT coalesce(is_deleted, FALSE)
), closing AS (
  SELECT source_system, ticket_id, max(happened_at) AS closed_at FROM ticket_link WHERE type = 'closed' GROUP BY source_system, ticket_id
), record AS (
  -- what a ticket's own row says has become of it, where its events leave it open
  SELECT
    opening.source_system,
    opening.ticket_id,
    opening.current_status AS status,
    opening.merged_into IS NOT NULL AND opening.merged_into <> opening.ticket_id AS is_merged
  FROM opening
  LEFT JOIN outcome ON outcome.source_system = opening.source_system AND outcome.ticket_id = opening.ticket_id
  WHERE outcome.done_at IS NULL AND coalesce(opening.version_at >= opening.last_word_at, TRUE)
), told AS (
  SELECT
    opening.source_system,
    opening.ticket_id,
    opening.account_id,
    opening.began_at AS opened_at,
    reply.first_response_at,
    coalesce(reply.n_replies, 0) AS n_replies,
    outcome.first_resolved_at,
    CASE WHEN outcome.last_resolved_no > outcome.last_reopened_no THEN outcome.last_resolved_at END AS final_resolved_at,
    outcome.reopened_at,
    coalesce(outcome.reopen_count, 0) AS reopen_count,
    CASE WHEN outcome.done_at IS NOT NULL THEN closing.closed_at END AS closed_at,
    outcome.done_at,
    outcome.cancelled_at,
    outcome.rejected_at,
    CASE
      WHEN outcome.last_reopened_at > opening.merge_event_at THEN NULL
      ELSE opening.merge_event_at
    END AS merged_at,
    ticket_tier.escalated_at,
    coalesce(ticket_tier.entered_tier, '1') AS entered_tier,
    resolver.first_agent_id,
    CASE WHEN outcome.last_resolved_no > outcome.last_reopened_no THEN resolver.last_agent_id END AS agent_id,
    coalesce(opening.is_test, FALSE) AS is_test,
    coalesce(opening.is_spam, FALSE) AS is_spam,
    (opening.merged_into IS NOT NULL AND opening.merged_into <> opening.ticket_id)
      OR (
        opening.merge_event_at IS NOT NULL
        AND coalesce(outcome.last_reopened_at <= opening.merge_event_at, TRUE)
      ) AS is_merged,
    coalesce(opening.reporter, '') = 'employee' OR coalesce(opening.type, '') = 'internal' AS is_internal,
    outcome.rejected_at IS NOT NULL OR coalesce(record.status = 'rejected', FALSE) AS is_rejected,
    outcome.cancelled_at IS NOT NULL OR coalesce(record.status = 'cancelled', FALSE) AS is_cancelled,
    coalesce(record.status IN ('resolved', 'closed', 'cancelled', 'rejected') OR record.is_merged, FALSE)
      AS is_done_undated,
    master.ticket_id IS NOT NULL AS is_outage_master,
    opening.parent_ticket_id IS NOT NULL AND opening.parent_ticket_id <> opening.ticket_id AS is_outage_child,
    opening.service_id,
    opening.channel,
    opening.type,
    opening.origin,
    opening.priority,
    opening.reason_code,
    CASE WHEN opening.reason_code <> '' THEN split_part(opening.reason_code, '.', 1) END AS driver,
    CASE
      WHEN opening.reason_code = '' THEN NULL
      WHEN split_part(opening.reason_code, '.', 2) = '' THEN split_part(opening.reason_code, '.', 1)
      ELSE split_part(opening.reason_code, '.', 1) || '.' || split_part(opening.reason_code, '.', 2)
    END AS family,
    opening.resolution_code,
    opening.queue_id
  FROM opening
  LEFT JOIN reply ON reply.source_system = opening.source_system AND reply.ticket_id = opening.ticket_id
  LEFT JOIN outcome ON outcome.source_system = opening.source_system AND outcome.ticket_id = opening.ticket_id
  LEFT JOIN resolver ON resolver.source_system = opening.source_system AND resolver.ticket_id = opening.ticket_id
  LEFT JOIN closing ON closing.source_system = opening.source_system AND closing.ticket_id = opening.ticket_id
  LEFT JOIN ticket_tier ON ticket_tier.source_system = opening.source_system AND ticket_tier.ticket_id = opening.ticket_id
  LEFT JOIN record ON record.source_system = opening.source_system AND record.ticket_id = opening.ticket_id
  LEFT JOIN master ON master.source_system = opening.source_system AND master.ticket_id = opening.ticket_id
), described AS (
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
    final_agent.employer,
    final_agent.vendor,
    told.first_agent_id AS first_agent,
    first_agent.team AS first_team,
    first_agent.tier AS first_tier,
    first_agent.employer AS first_employer,
    first_agent.vendor AS first_vendor
  FROM told
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
), instant AS (
  -- the instants at which a countable ticket can make a later one a repeat
  SELECT account_id, family, source_system, ticket_id, opened_at AS happened_at, 0 AS is_resolution
  FROM described
  WHERE account_id IS NOT NULL AND opened_at IS NOT NULL
    AND NOT (is_test OR is_spam OR is_merged OR is_internal OR is_rejected OR is_outage_master OR is_outage_child)
  UNION ALL
  SELECT described.account_id, described.family, described.source_system, described.ticket_id, ticket_step.happened_at, 1
  FROM described
  JOIN ticket_step
    ON ticket_step.source_system = described.source_system AND ticket_step.ticket_id = described.ticket_id
  WHERE described.account_id IS NOT NULL AND ticket_step.kind = 'resolved' AND ticket_step.happened_at >= described.opened_at
    AND NOT (is_test OR is_spam OR is_merged OR is_internal OR is_rejected OR is_outage_master OR is_outage_child)
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
  described.employer,
  described.vendor,
  described.first_agent,
  described.first_team,
  described.first_tier,
  described.first_employer,
  described.first_vendor,
  -- nobody knows whether two reasons that are not mapped are of one family
  CASE WHEN described.family <> 'unmapped' THEN before.previous_family_at END AS previous_family_at,
  before.previous_any_at,
  date_diff('second', described.opened_at, described.first_response_at) AS first_response_s,
  date_diff('second', described.opened_at, described.final_resolved_at) AS resolution_s,
  CAST((described.opened_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS opened_on,
  CAST((described.first_resolved_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS first_resolved_on,
  CAST((described.final_resolved_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS final_resolved_on
FROM described
LEFT JOIN before
  ON before.source_system = described.source_system
  AND before.ticket_id = described.ticket_id
  AND before.is_resolution = 0
