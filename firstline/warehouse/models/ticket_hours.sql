-- Grain: one row per ticket that was answered or resolved, or waited for its customer.
-- Inputs: ticket_story, ticket_stay, ticket_status, place_calendar, calendar_piece.
-- Why: how much of a ticket's time was business time, under each calendar in force, and how much of it the customer had.
-- Open seconds up to two instants are looked up and subtracted: a ticket of 400 days costs what one of a day does. Null
-- where for some of the time no calendar is known.
WITH measure AS (
  SELECT source_system, ticket_id, 'response' AS until, opened_at, first_response_at AS end_at
  FROM ticket_story
  WHERE first_response_at >= opened_at
  UNION ALL
  SELECT source_system, ticket_id, 'resolution' AS until, opened_at, final_resolved_at AS end_at
  FROM ticket_story
  WHERE final_resolved_at >= opened_at
), part AS (
  SELECT
    measure.source_system,
    measure.ticket_id,
    measure.until,
    place_calendar.calendar_id,
    CASE WHEN place_calendar.from_at > ticket_stay.from_at THEN place_calendar.from_at ELSE ticket_stay.from_at END AS from_at,
    CASE
      WHEN place_calendar.to_at < ticket_stay.to_at AND place_calendar.to_at < measure.end_at THEN place_calendar.to_at
      WHEN ticket_stay.to_at < measure.end_at THEN ticket_stay.to_at
      ELSE measure.end_at
    END AS to_at
  FROM measure
  JOIN ticket_stay
    ON ticket_stay.source_system = measure.source_system
    AND ticket_stay.ticket_id = measure.ticket_id
    AND (ticket_stay.from_at < measure.end_at OR ticket_stay.from_at = measure.opened_at)
  LEFT JOIN place_calendar
    ON place_calendar.place = ticket_stay.place
    AND place_calendar.from_at < ticket_stay.to_at
    AND place_calendar.to_at > ticket_stay.from_at
    AND (place_calendar.from_at < measure.end_at OR place_calendar.from_at <= ticket_stay.from_at)
), spent AS (
  SELECT
    part.source_system,
    part.ticket_id,
    part.until,
    last_piece.unknown_before_s - first_piece.unknown_before_s
      + CASE WHEN last_piece.state = 'unknown' THEN date_diff('second', last_piece.from_at, part.to_at) ELSE 0 END
      - CASE WHEN first_piece.state = 'unknown' THEN date_diff('second', first_piece.from_at, part.from_at) ELSE 0 END
      AS unknown_s,
    last_piece.open_before_s - first_piece.open_before_s
      + CASE WHEN last_piece.state = 'open' THEN date_diff('second', last_piece.from_at, part.to_at) ELSE 0 END
      - CASE WHEN first_piece.state = 'open' THEN date_diff('second', first_piece.from_at, part.from_at) ELSE 0 END
      AS open_s
  FROM part
  LEFT JOIN calendar_piece AS first_piece
    ON first_piece.calendar_id = part.calendar_id
    AND first_piece.day_on = CAST(part.from_at AS DATE)
    AND first_piece.from_at <= part.from_at
    AND first_piece.to_at > part.from_at
  LEFT JOIN calendar_piece AS last_piece
    ON last_piece.calendar_id = part.calendar_id
    AND last_piece.day_on = CAST(part.to_at AS DATE)
    AND last_piece.from_at <= part.to_at
    AND last_piece.to_at > part.to_at
), business AS (
  SELECT
    source_system,
    ticket_id,
    max(CASE WHEN until = 'response' THEN open_s END) AS first_response_business_s,
    max(CASE WHEN until = 'resolution' THEN open_s END) AS resolution_business_s
  FROM (
    SELECT
      source_system,
      ticket_id,
      until,
      CASE WHEN count(open_s) = count(*) AND max(unknown_s) = 0 THEN CAST(sum(open_s) AS BIGINT) END AS open_s
    FROM spent
    GROUP BY source_system, ticket_id, until
  ) AS measured
  GROUP BY source_system, ticket_id
), waited AS (
  SELECT
    told.source_system,
    told.ticket_id,
    CAST(sum(
      date_diff(
        'second',
        CASE WHEN ticket_status.from_at < told.opened_at THEN told.opened_at ELSE ticket_status.from_at END,
        CASE WHEN ticket_status.to_at > told.final_resolved_at THEN told.final_resolved_at ELSE ticket_status.to_at END
      )
    ) AS BIGINT) AS pending_s
  FROM ticket_story AS told
  JOIN ticket_status ON ticket_status.source_system = told.source_system AND ticket_status.ticket_id = told.ticket_id
  WHERE ticket_status.status = 'pending'
    AND ticket_status.from_at < told.final_resolved_at
    AND ticket_status.to_at > told.opened_at
  GROUP BY told.source_system, told.ticket_id
)
SELECT
  coalesce(business.source_system, waited.source_system) AS source_system,
  coalesce(business.ticket_id, waited.ticket_id) AS ticket_id,
  business.first_response_business_s,
  business.resolution_business_s,
  waited.pending_s
FROM business
FULL JOIN waited ON waited.source_system = business.source_system AND waited.ticket_id = business.ticket_id
