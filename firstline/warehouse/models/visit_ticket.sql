-- Grain: one row per field visit whose ticket is known.
-- Inputs: truck_roll, ticket, fact_ticket, ticket_step.
-- Why: which ticket led to a visit. One that the visit names is its own source's, else that of the only other source
-- that has it. A visit for trouble that names none is linked to the trouble ticket of its account (and service) that
-- was open when the visit was booked, else to the one resolved last within :visit_after before: is_inferred.
WITH elsewhere AS (
  SELECT ticket_id, min(source_system) AS source_system FROM fact_ticket GROUP BY ticket_id HAVING count(*) = 1
), stated AS (
  SELECT
    truck_roll.source_system,
    truck_roll.visit_id,
    coalesce(own.source_system, elsewhere.source_system) AS ticket_source,
    truck_roll.ticket_id
  FROM truck_roll
  LEFT JOIN fact_ticket AS own
    ON own.ticket_id = truck_roll.ticket_id AND own.source_system = truck_roll.source_system
  LEFT JOIN elsewhere ON elsewhere.ticket_id = truck_roll.ticket_id
  WHERE truck_roll.ticket_id IS NOT NULL AND NOT coalesce(truck_roll.is_deleted, FALSE)
), open_question AS (
  SELECT
    source_system,
    visit_id,
    account_id,
    service_id,
    coalesce(created_at, dispatched_at, scheduled_start) AS booked_at
  FROM truck_roll
  WHERE ticket_id IS NULL
    AND account_id IS NOT NULL
    AND coalesce(purpose, 'trouble') = 'trouble'
    AND NOT coalesce(is_deleted, FALSE)
), candidate AS (
  SELECT
    open_question.source_system,
    open_question.visit_id,
    open_question.booked_at,
    fact_ticket.source_system AS ticket_source,
    fact_ticket.ticket_id,
    fact_ticket.opened_at
  FROM open_question
  JOIN fact_ticket
    ON fact_ticket.account_id = open_question.account_id AND fact_ticket.opened_at <= open_question.booked_at
  JOIN ticket ON ticket.source_system = fact_ticket.source_system AND ticket.ticket_id = fact_ticket.ticket_id
  WHERE coalesce(fact_ticket.type, 'trouble') = 'trouble'
    AND coalesce(ticket.service_id = open_question.service_id, TRUE)
    AND NOT (
      fact_ticket.is_test
      OR fact_ticket.is_spam
      OR fact_ticket.is_merged
      OR fact_ticket.is_internal
      OR fact_ticket.is_rejected
      OR fact_ticket.is_done_undated
      OR fact_ticket.is_outage_master
    )
), last_step AS (
  SELECT
    candidate.source_system,
    candidate.visit_id,
    candidate.ticket_source,
    candidate.ticket_id,
    ticket_step.kind,
    ticket_step.delta,
    ticket_step.happened_at,
    row_number() OVER (
      PARTITION BY candidate.source_system, candidate.visit_id, candidate.ticket_source, candidate.ticket_id
      ORDER BY ticket_step.step_no DESC
    ) AS from_last
  FROM candidate
  JOIN ticket_step
    ON ticket_step.source_system = candidate.ticket_source
    AND ticket_step.ticket_id = candidate.ticket_id
    AND ticket_step.happened_at <= candidate.booked_at
), ranked AS (
  SELECT
    candidate.source_system,
    candidate.visit_id,
    candidate.ticket_source,
    candidate.ticket_id,
    row_number() OVER (
      PARTITION BY candidate.source_system, candidate.visit_id
      ORDER BY
        CASE WHEN coalesce(last_step.delta, 1) = 1 THEN 0 ELSE 1 END,
        CASE WHEN coalesce(last_step.delta, 1) = 1 THEN candidate.opened_at ELSE last_step.happened_at END DESC,
        candidate.ticket_source,
        candidate.ticket_id
    ) AS choice_no
  FROM candidate
  LEFT JOIN last_step
    ON last_step.source_system = candidate.source_system
    AND last_step.visit_id = candidate.visit_id
    AND last_step.ticket_source = candidate.ticket_source
    AND last_step.ticket_id = candidate.ticket_id
    AND last_step.from_last = 1
  WHERE coalesce(last_step.delta, 1) = 1
    OR (last_step.kind = 'resolved' AND last_step.happened_at >= candidate.booked_at - :visit_after)
)
SELECT source_system, visit_id, ticket_source, ticket_id, FALSE AS is_inferred FROM stated
UNION ALL
SELECT source_system, visit_id, ticket_source, ticket_id, TRUE AS is_inferred FROM ranked WHERE choice_no = 1
