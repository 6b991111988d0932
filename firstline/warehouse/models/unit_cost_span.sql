-- Grain: one row per thing that has a unit cost, its currency and interval; intervals of one never overlap.
-- Inputs: unit_cost.
-- Why: what states no cost of its own is valued by what one cost then, not by today's price.
WITH stated AS (
  SELECT
    item,
    currency,
    CAST(amount AS DOUBLE) AS amount,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY item, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM unit_cost
  WHERE NOT coalesce(is_deleted, FALSE) AND item IS NOT NULL AND amount IS NOT NULL
), followed AS (
  SELECT *, lead(from_at) OVER (PARTITION BY item ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
)
SELECT
  item,
  currency,
  amount,
  from_at,
  CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
FROM followed
WHERE CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END > from_at
