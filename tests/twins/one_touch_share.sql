-- The share of these issues that took exactly one. Reference K25, sister.
SELECT count(CASE WHEN c.interactions = 1 THEN 1 END) / nullif(count(*), 0) AS value, count(CASE WHEN c.interactions = 1 THEN 1 END) AS numerator, count(*) AS denominator, count(*) AS n
FROM chain c
WHERE c.account_id IS NOT NULL
  AND NOT c.is_test
  AND c.interactions > 0
  AND c.resolved_at >= $start
  AND c.resolved_at < $end
  /*issue*/
