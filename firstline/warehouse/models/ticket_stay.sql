-- Grain: one row per ticket and span in which it was in one queue or team, from its opening on.
-- Inputs: ticket_story, ticket_link, place_calendar, calendar_row.
-- Why: a ticket's business time is counted by the calendar of where it was. Events say in which team it was; before the
-- first of them it was where that one took it from, else where it put it. Where no event tells, or the set-up knows
-- nothing of that team, the ticket's queue counts, and for what the set-up does not know at all the row `*`.
-- Without calendars there is no business time, and no row here.
WITH known AS (
  SELECT DISTINCT place FROM place_calendar
), move AS (
  SELECT
    source_system,
    ticket_id,
    happened_at,
    from_team,
    to_team,
    row_number() OVER (PARTITION BY source_system, ticket_id ORDER BY event_no) AS move_no,
    lead(happened_at) OVER (PARTITION BY source_system, ticket_id ORDER BY event_no) AS next_at
  FROM ticket_link
  WHERE to_team IS NOT NULL
), stay AS (
  SELECT
    told.source_system,
    told.ticket_id,
    told.queue_id,
    coalesce(move.from_team, move.to_team) AS team,
    told.opened_at AS from_at,
    coalesce(move.happened_at, TIMESTAMP '9999-01-01 00:00:00') AS to_at
  FROM ticket_story AS told
  LEFT JOIN move ON move.source_system = told.source_system AND move.ticket_id = told.ticket_id AND move.move_no = 1
  UNION ALL
  SELECT
    told.source_system,
    told.ticket_id,
    told.queue_id,
    move.to_team AS team,
    CASE WHEN move.happened_at < told.opened_at THEN told.opened_at ELSE move.happened_at END AS from_at,
    coalesce(move.next_at, TIMESTAMP '9999-01-01 00:00:00') AS to_at
  FROM ticket_story AS told
  JOIN move ON move.source_system = told.source_system AND move.ticket_id = told.ticket_id
)
SELECT
  stay.source_system,
  stay.ticket_id,
  stay.from_at,
  stay.to_at,
  CASE WHEN in_team.place IS NOT NULL THEN stay.team WHEN in_queue.place IS NOT NULL THEN stay.queue_id ELSE '*' END AS place
FROM stay
LEFT JOIN known AS in_team ON in_team.place = stay.team
LEFT JOIN known AS in_queue ON in_queue.place = stay.queue_id
WHERE stay.from_at < stay.to_at AND EXISTS (SELECT 1 FROM calendar_row)
