-- Grain: one row per subscriber and instant of a snapshot file.
-- Inputs: subscriber_snapshot.
-- Why: files that only say who had left by one instant. next_as_of_on tells which row is the last of a period.
SELECT
  source_system,
  source_id,
  subscriber_id,
  as_of AS as_of_at,
  CAST((as_of AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS as_of_on,
  lead(CAST((as_of AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE)) OVER (
    PARTITION BY subscriber_id ORDER BY as_of
  ) AS next_as_of_on,
  is_lost,
  contract,
  churn_category,
  churn_reason AS reason,
  region_id AS region,
  segment,
  access_tech
FROM subscriber_snapshot
WHERE NOT coalesce(is_deleted, FALSE) AND as_of IS NOT NULL
