-- Grain: one row per event that decides which issue something belongs to: a contact, a ticket's opening, and each of its
-- changes between open and done.
-- Inputs: contact_turn, fact_ticket, ticket_step, ticket_survivor.
-- Why: what the linker reads. Events of one account share a chain; what is of no known account has a chain of its own.
-- ticket names the ticket that an event is of or names, the survivor for a merged one; only one of the same chain counts.
-- delta is 1 where a ticket opens, -1 where it is done. reach_at is until when an event may draw later ones to it: to its
-- end, to the last event of its ticket, and without end where that ticket is open.
-- What was taken out by hand or by an exclusion has a chain of its own: it is counted as left out and joins nothing.
-- Tickets that are no customer's matter (tests, spam, internal, rejected, masters of outages) are in no chain.
WITH ticket_row AS (
  SELECT
    fact_ticket.source_system,
    fact_ticket.ticket_id,
    CASE
      WHEN fact_ticket.is_excluded THEN 'X T ' || fact_ticket.source_system || ' ' || fact_ticket.ticket_id
      ELSE coalesce('A ' || fact_ticket.account_id, 'T ' || fact_ticket.source_system || ' ' || fact_ticket.ticket_id)
    END AS chain,
    fact_ticket.account_id,
    fact_ticket.opened_at,
    CASE WHEN family NOT IN (:unknown_families) THEN family END AS family,
    fact_ticket.source_system || ' ' || coalesce(ticket_survivor.survivor_id, fact_ticket.ticket_id) AS ticket,
    ticket_survivor.survivor_id IS NULL AND NOT fact_ticket.is_done_undated AS has_state
  FROM fact_ticket
  LEFT JOIN ticket_survivor
    ON ticket_survivor.source_system = fact_ticket.source_system AND ticket_survivor.ticket_id = fact_ticket.ticket_id
  WHERE fact_ticket.opened_at IS NOT NULL
    AND NOT (
      fact_ticket.is_test
      OR fact_ticket.is_spam
      OR fact_ticket.is_internal
      OR fact_ticket.is_rejected
      OR fact_ticket.is_outage_master
    )
), event AS (
  SELECT
    CASE
      WHEN contact_turn.is_excluded THEN 'X C ' || contact_turn.source_system || ' ' || contact_turn.contact_id
      WHEN contact_turn.account_id IS NOT NULL THEN 'A ' || contact_turn.account_id
      WHEN contact_turn.ticket_id IS NOT NULL
        THEN 'T ' || contact_turn.ticket_source || ' ' || coalesce(ticket_survivor.survivor_id, contact_turn.ticket_id)
      ELSE 'C ' || contact_turn.source_system || ' ' || contact_turn.contact_id
    END AS chain,
    contact_turn.account_id,
    contact_turn.entered_at AS happened_at,
    contact_turn.ended_at,
    0 AS place,
    'contact' AS kind,
    contact_turn.source_system,
    contact_turn.contact_id AS row_id,
    0 AS step_no,
    contact_turn.family,
    CASE
      WHEN contact_turn.ticket_id IS NOT NULL
        THEN contact_turn.ticket_source || ' ' || coalesce(ticket_survivor.survivor_id, contact_turn.ticket_id)
    END AS ticket,
    0 AS delta
  FROM contact_turn
  LEFT JOIN ticket_survivor
    ON ticket_survivor.source_system = contact_turn.ticket_source AND ticket_survivor.ticket_id = contact_turn.ticket_id
  WHERE contact_turn.entered_at IS NOT NULL
  UNION ALL
  SELECT
    chain,
    account_id,
    opened_at AS happened_at,
    opened_at AS ended_at,
    1 AS place,
    'ticket' AS kind,
    source_system,
    ticket_id AS row_id,
    0 AS step_no,
    family,
    ticket,
    CASE WHEN has_state THEN 1 ELSE 0 END AS delta
  FROM ticket_row
  UNION ALL
  SELECT
    ticket_row.chain,
    ticket_row.account_id,
    CASE
      WHEN ticket_step.happened_at < ticket_row.opened_at THEN ticket_row.opened_at ELSE ticket_step.happened_at
    END AS happened_at,
    CASE
      WHEN ticket_step.happened_at < ticket_row.opened_at THEN ticket_row.opened_at ELSE ticket_step.happened_at
    END AS ended_at,
    2 AS place,
    'step' AS kind,
    ticket_row.source_system,
    ticket_row.ticket_id AS row_id,
    ticket_step.step_no,
    ticket_row.family,
    ticket_row.ticket,
    ticket_step.delta
  FROM ticket_row
  JOIN ticket_step
    ON ticket_step.source_system = ticket_row.source_system AND ticket_step.ticket_id = ticket_row.ticket_id
  WHERE ticket_row.has_state
), tied AS (
  SELECT chain, ticket, max(ended_at) AS last_at, sum(delta) AS n_open
  FROM event
  WHERE ticket IS NOT NULL
  GROUP BY chain, ticket
)
SELECT
  event.chain,
  event.account_id,
  event.happened_at,
  event.ended_at,
  event.place,
  event.kind,
  event.source_system,
  event.row_id,
  event.step_no,
  event.family,
  event.ticket,
  event.delta,
  CASE
    WHEN tied.n_open > 0 THEN TIMESTAMP '9999-01-01 00:00:00'
    WHEN tied.last_at > event.ended_at THEN tied.last_at
    ELSE event.ended_at
  END AS reach_at
FROM event
LEFT JOIN tied ON tied.chain = event.chain AND tied.ticket = event.ticket
