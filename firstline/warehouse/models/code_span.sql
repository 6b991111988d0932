-- Grain: one row per source, field, code and interval in which one meaning holds; intervals never overlap.
-- Inputs: code_meaning, driver_node.
-- Why: a row of a source finds at most one meaning here. Codes are compared without surrounding blanks and case; of
-- several rows for the same code and beginning the one stated last holds, until the next one begins. A reason that
-- means no driver of the taxonomy any more is unmapped again.
WITH stated AS (
  SELECT
    code_source,
    field,
    lower(trim(value)) AS value,
    meaning,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    row_number() OVER (
      PARTITION BY code_source, field, lower(trim(value)), coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, batch DESC, source_system, source_id
    ) AS version_no
  FROM code_meaning
  WHERE NOT coalesce(is_deleted, FALSE)
), followed AS (
  SELECT
    *,
    lead(from_at) OVER (PARTITION BY code_source, field, value ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
)
SELECT
  followed.code_source,
  followed.field,
  followed.value,
  CASE
    WHEN followed.field IN ('ticket.reason_code', 'contact.reason_code') THEN coalesce(driver_node.driver_id, 'unmapped')
    ELSE followed.meaning
  END AS meaning,
  followed.from_at,
  coalesce(followed.next_from_at, TIMESTAMP '9999-12-31 00:00:00') AS to_at
FROM followed
LEFT JOIN driver_node ON driver_node.driver_id = lower(trim(followed.meaning))
