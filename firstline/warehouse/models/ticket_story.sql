-- Grain: one row per ticket, also those that no KPI counts (they carry flags).
-- Inputs: ticket, ticket_link, ticket_step, ticket_reopening, ticket_tier.
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
        WHEN reopens OR type = 'reopened' OR type IN (:endings) THEN happened_at
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
)
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
