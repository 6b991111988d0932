-- The mean number of interactions of the issues resolved in the period. Reference K25.
SELECT sum(c.interactions) / nullif(count(*), 0) AS value, coalesce(sum(c.interactions), 0) AS numerator, count(*) AS denominator, count(*) AS n
FROM chain c
WHERE c.account_id IS NOT NULL
  AND NOT c.is_test
  AND c.interactions > 0
  AND c.resolved_at >= $start
  AND c.resolved_at < $end
  /*issue*/
