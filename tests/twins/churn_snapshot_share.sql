-- Of the subscribers that a snapshot of the period describes, the share that had left by then, by its last
-- snapshot: a share at one instant, never a monthly rate. Issue 2, part 6.
SELECT
  count(CASE WHEN p.is_lost THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN p.is_lost THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM subscriber_snapshot p
WHERE NOT p.is_deleted
  AND p.is_lost IS NOT NULL
  AND p.as_of >= $start
  AND p.as_of < $end
  AND NOT EXISTS (
    SELECT 1 FROM subscriber_snapshot later
    WHERE NOT later.is_deleted AND later.subscriber_id = p.subscriber_id
      AND later.as_of > p.as_of AND later.as_of < $end)
  /*snapshot*/
