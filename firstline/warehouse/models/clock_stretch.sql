-- Grain: one row per clock and span in which it ran.
-- Inputs: ticket_clock, ticket_status, ticket_step.
-- Why: a clock stands still while the ticket is in a status that its policy names, and while it is done, until it is opened
-- again. After its end it is let run on, so that what ended in time has a due date, too. Where the end lies between two
-- stretches they are one stretch each.
WITH stop AS (
  SELECT
    clocks.source_system,
    clocks.ticket_id,
    clocks.clock,
    ticket_status.from_at,
    ticket_status.to_at
  FROM ticket_clock AS clocks
  JOIN ticket_status ON ticket_status.source_system = clocks.source_system AND ticket_status.ticket_id = clocks.ticket_id
  WHERE strpos(clocks.pauses, ' ' || ticket_status.status || ' ') > 0
  UNION ALL
  SELECT
    clocks.source_system,
    clocks.ticket_id,
    clocks.clock,
    done.from_at,
    done.to_at
  FROM ticket_clock AS clocks
  JOIN (
    SELECT
      source_system,
      ticket_id,
      delta,
      happened_at AS from_at,
      coalesce(
        lead(happened_at) OVER (PARTITION BY source_system, ticket_id ORDER BY step_no), TIMESTAMP '9999-01-01 00:00:00'
      ) AS to_at
    FROM ticket_step
  ) AS done ON done.source_system = clocks.source_system AND done.ticket_id = clocks.ticket_id
  WHERE done.delta = -1
), cut AS (
  SELECT
    stop.source_system,
    stop.ticket_id,
    stop.clock,
    CASE WHEN stop.from_at < clocks.opened_at THEN clocks.opened_at ELSE stop.from_at END AS from_at,
    CASE WHEN stop.to_at > clocks.ended_at THEN clocks.ended_at ELSE stop.to_at END AS to_at
  FROM stop
  JOIN ticket_clock AS clocks
    ON clocks.source_system = stop.source_system AND clocks.ticket_id = stop.ticket_id AND clocks.clock = stop.clock
  WHERE stop.to_at > clocks.opened_at AND coalesce(stop.from_at < clocks.ended_at, TRUE)
), edge AS (
  SELECT source_system, ticket_id, clock, from_at AS edge_at, 1 AS delta FROM cut
  UNION ALL
  SELECT source_system, ticket_id, clock, to_at, -1 FROM cut
  UNION ALL
  SELECT source_system, ticket_id, clock, opened_at, 0 FROM ticket_clock
  UNION ALL
  SELECT source_system, ticket_id, clock, ended_at, 0 FROM ticket_clock WHERE ended_at IS NOT NULL
), swept AS (
  SELECT
    source_system,
    ticket_id,
    clock,
    edge_at AS from_at,
    coalesce(
      lead(edge_at) OVER (PARTITION BY source_system, ticket_id, clock ORDER BY edge_at), TIMESTAMP '9999-01-01 00:00:00'
    ) AS to_at,
    sum(delta) OVER (PARTITION BY source_system, ticket_id, clock ORDER BY edge_at) AS n_stops
  FROM (
    SELECT source_system, ticket_id, clock, edge_at, sum(delta) AS delta
    FROM edge
    GROUP BY source_system, ticket_id, clock, edge_at
  ) AS summed
)
SELECT
  source_system,
  ticket_id,
  clock,
  from_at,
  to_at,
  row_number() OVER (PARTITION BY source_system, ticket_id, clock ORDER BY from_at) AS stretch_no
FROM swept
WHERE n_stops = 0 AND from_at < to_at
