-- Grain: one row per ticket event that belongs to a known ticket.
-- Inputs: ticket, ticket_event.
-- Why: an event belongs to the ticket of its own source where that source has it, else to the ticket of the
-- only other source that has it; two helpdesks may both have a ticket 1001. Never more than one ticket. A ticket that
-- its source deleted keeps its events: they do not pass to another helpdesk's ticket of the same number.
-- event_no is the order of a ticket's events: time, rank of the type, seq, source, source id.
WITH ticket_here AS (
  SELECT source_system, ticket_id, min(CASE WHEN coalesce(is_deleted, FALSE) THEN 1 ELSE 0 END) AS is_gone
  FROM ticket
  GROUP BY source_system, ticket_id
), ticket_elsewhere AS (
  SELECT ticket_id, min(source_system) AS source_system
  FROM ticket_here
  WHERE is_gone = 0
  GROUP BY ticket_id
  HAVING count(*) = 1
), event AS (
  SELECT
    coalesce(ticket_here.source_system, ticket_elsewhere.source_system) AS source_system,
    ticket_event.ticket_id,
    ticket_event."at" AS happened_at,
    ticket_event.type,
    ticket_event.from_value,
    ticket_event.to_value,
    ticket_event.actor_id,
    ticket_event.actor_kind,
    ticket_event.from_tier,
    ticket_event.to_tier,
    ticket_event.from_team,
    ticket_event.to_team,
    coalesce(ticket_event.reopens, FALSE) AS reopens,
    ticket_event.seq,
    ticket_event.source_system AS event_source,
    ticket_event.source_id,
    CASE ticket_event.type
      WHEN 'opened' THEN 0
      WHEN 'reopened' THEN 1
      WHEN 'resolved' THEN 3
      WHEN 'closed' THEN 4
      WHEN 'cancelled' THEN 5
      WHEN 'rejected' THEN 6
      WHEN 'merged' THEN 7
      ELSE 2
    END AS type_rank
  FROM ticket_event
  LEFT JOIN ticket_here
    ON ticket_here.ticket_id = ticket_event.ticket_id AND ticket_here.source_system = ticket_event.source_system
  LEFT JOIN ticket_elsewhere ON ticket_elsewhere.ticket_id = ticket_event.ticket_id
  WHERE NOT coalesce(ticket_event.is_deleted, FALSE)
    AND ticket_event."at" IS NOT NULL
    AND coalesce(ticket_here.is_gone, 0) = 0
)
SELECT
  source_system,
  ticket_id,
  happened_at,
  type,
  from_value,
  to_value,
  actor_id,
  actor_kind,
  from_tier,
  to_tier,
  from_team,
  to_team,
  reopens,
  row_number() OVER (
    PARTITION BY source_system, ticket_id
    ORDER BY happened_at, type_rank, CASE WHEN seq IS NULL THEN 0 ELSE 1 END, seq, event_source, source_id
  ) AS event_no
FROM event
WHERE source_system IS NOT NULL
