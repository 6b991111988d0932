-- Grain: one row per service and interval; intervals of one service never overlap.
-- Inputs: service, location.
-- Why: a row of another table that names a service and an instant finds at most one row here, so a join
-- never multiplies it. An interval that its successor interrupts ends where the successor begins.
WITH stated AS (
  SELECT
    service_id,
    account_id,
    location_id,
    access_tech,
    plan_id,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY service_id, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM service
  WHERE NOT coalesce(is_deleted, FALSE) AND service_id IS NOT NULL
), followed AS (
  SELECT
    *,
    lead(from_at) OVER (PARTITION BY service_id ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
), place AS (
  -- a place keeps its region: the row stated last
  SELECT
    location_id,
    region_id,
    row_number() OVER (
      PARTITION BY location_id
      ORDER BY coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') DESC, version_at DESC, source_system, source_id
    ) AS version_no
  FROM location
  WHERE NOT coalesce(is_deleted, FALSE)
)
SELECT
  followed.service_id,
  followed.account_id,
  followed.access_tech,
  followed.plan_id,
  place.region_id,
  followed.from_at,
  CASE WHEN followed.next_from_at < followed.to_at THEN followed.next_from_at ELSE followed.to_at END AS to_at
FROM followed
LEFT JOIN place ON place.location_id = followed.location_id AND place.version_no = 1
WHERE CASE WHEN followed.next_from_at < followed.to_at THEN followed.next_from_at ELSE followed.to_at END > followed.from_at
