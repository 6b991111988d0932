-- Grain: one row per weekly interval or holiday of a calendar.
-- Inputs: business_calendar.
-- Why: what calendars are made from, whichever source stated it last.
WITH stated AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY calendar_id, weekday, opens, holiday, valid_from ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM business_calendar
  WHERE NOT coalesce(is_deleted, FALSE) AND calendar_id IS NOT NULL
)
SELECT calendar_id, tz, weekday, opens, closes, holiday, valid_from, valid_to FROM stated WHERE version_no = 1
