-- Grain: one row per ticket and clock.
-- Inputs: ticket_clock, clock_stretch, calendar_piece, calendar_open.
-- Why: when a clock is due is the instant at which the seconds that it ran, in its calendar's open hours, reach the target.
-- Null while it stands still, and where the calendar is not known. spent_s is how long it ran until its end.
WITH placed AS (
  SELECT
    clocks.source_system,
    clocks.ticket_id,
    clocks.clock,
    clocks.target_s,
    clocks.calendar_id,
    clocks.ended_at,
    clock_stretch.from_at,
    clock_stretch.to_at,
    clock_stretch.stretch_no,
    CASE
      WHEN clocks.calendar_id IS NULL THEN 0
      ELSE first_piece.open_before_s
        + CASE WHEN first_piece.state = 'open' THEN date_diff('second', first_piece.from_at, clock_stretch.from_at) ELSE 0 END
    END AS open_from_s,
    first_piece.unknown_before_s
      + CASE WHEN first_piece.state = 'unknown' THEN date_diff('second', first_piece.from_at, clock_stretch.from_at) ELSE 0 END
      AS unknown_from_s,
    CASE
      WHEN clocks.calendar_id IS NULL THEN date_diff('second', clock_stretch.from_at, clock_stretch.to_at)
      ELSE last_piece.open_before_s
        + CASE WHEN last_piece.state = 'open' THEN date_diff('second', last_piece.from_at, clock_stretch.to_at) ELSE 0 END
    END AS open_to_s,
    last_piece.unknown_before_s
      + CASE WHEN last_piece.state = 'unknown' THEN date_diff('second', last_piece.from_at, clock_stretch.to_at) ELSE 0 END
      AS unknown_to_s
  FROM ticket_clock AS clocks
  JOIN clock_stretch
    ON clock_stretch.source_system = clocks.source_system
    AND clock_stretch.ticket_id = clocks.ticket_id
    AND clock_stretch.clock = clocks.clock
  LEFT JOIN calendar_piece AS first_piece
    ON first_piece.calendar_id = clocks.calendar_id
    AND first_piece.day_on = CAST(clock_stretch.from_at AS DATE)
    AND first_piece.from_at <= clock_stretch.from_at
    AND first_piece.to_at > clock_stretch.from_at
  LEFT JOIN calendar_piece AS last_piece
    ON last_piece.calendar_id = clocks.calendar_id
    AND last_piece.day_on = CAST(clock_stretch.to_at AS DATE)
    AND last_piece.from_at <= clock_stretch.to_at
    AND last_piece.to_at > clock_stretch.to_at
), run AS (
  SELECT
    *,
    to_at = TIMESTAMP '9999-01-01 00:00:00' AS is_last,
    open_to_s - open_from_s AS used_s,
    coalesce(
      sum(open_to_s - open_from_s) OVER (
        PARTITION BY source_system, ticket_id, clock ORDER BY stretch_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      0
    ) AS used_before_s
  FROM placed
), reached AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY source_system, ticket_id, clock ORDER BY stretch_no) AS reach_no
  FROM run
  WHERE is_last OR used_before_s + used_s >= target_s
), due AS (
  SELECT
    reached.source_system,
    reached.ticket_id,
    reached.clock,
    CASE
      WHEN reached.calendar_id IS NULL OR reached.target_s <= reached.used_before_s
        THEN reached.from_at + CAST(reached.target_s - reached.used_before_s AS BIGINT) * INTERVAL 1 SECOND
      WHEN calendar_open.unknown_before_s = reached.unknown_from_s
        THEN calendar_open.from_at
          + CAST(reached.open_from_s + reached.target_s - reached.used_before_s - calendar_open.open_before_s AS BIGINT)
            * INTERVAL 1 SECOND
    END AS due_at,
    reached.calendar_id IS NULL OR coalesce(calendar_open.unknown_before_s = reached.unknown_from_s, FALSE) AS is_known
  FROM reached
  LEFT JOIN calendar_open
    ON calendar_open.calendar_id = reached.calendar_id
    AND calendar_open.open_day
      = CAST(floor((reached.open_from_s + reached.target_s - reached.used_before_s) / 86400.0) AS BIGINT)
    AND calendar_open.open_before_s < reached.open_from_s + reached.target_s - reached.used_before_s
    AND calendar_open.open_to_s >= reached.open_from_s + reached.target_s - reached.used_before_s
  WHERE reached.reach_no = 1
), known AS (
  SELECT
    source_system,
    ticket_id,
    clock,
    min(
      CASE
        WHEN calendar_id IS NULL THEN 1
        WHEN open_from_s IS NULL THEN 0
        WHEN is_last THEN 1
        WHEN open_to_s IS NULL OR unknown_to_s > unknown_from_s THEN 0
        ELSE 1
      END
    ) AS is_known,
    CAST(sum(CASE WHEN to_at <= ended_at THEN used_s END) AS BIGINT) AS spent_s
  FROM run
  GROUP BY source_system, ticket_id, clock
)
SELECT
  clocks.source_system,
  clocks.ticket_id,
  clocks.clock,
  CASE WHEN known.is_known = 1 THEN due.due_at END AS due_at,
  CASE WHEN clocks.ended_at IS NOT NULL AND coalesce(known.is_known, 1) = 1 THEN coalesce(known.spent_s, 0) END AS spent_s,
  coalesce(known.is_known, 1) = 1 AND coalesce(due.is_known, TRUE) AS is_calendar_known
FROM ticket_clock AS clocks
LEFT JOIN due
  ON due.source_system = clocks.source_system AND due.ticket_id = clocks.ticket_id AND due.clock = clocks.clock
LEFT JOIN known
  ON known.source_system = clocks.source_system AND known.ticket_id = clocks.ticket_id AND known.clock = clocks.clock
