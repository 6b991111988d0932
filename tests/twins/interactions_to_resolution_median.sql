-- The median of the same. Reference K25; type 7, 2.0.
SELECT quantile_cont(CAST(c.interactions AS DOUBLE), 0.5) AS value, NULL AS numerator, NULL AS denominator, count(*) AS n
FROM chain c
WHERE c.account_id IS NOT NULL
  AND NOT c.is_test
  AND c.interactions > 0
  AND c.resolved_at >= $start
  AND c.resolved_at < $end
  /*issue*/
