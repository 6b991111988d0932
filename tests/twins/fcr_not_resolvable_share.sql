-- Which share of the issues no first contact could have resolved, by the closed list. Reference K22.
SELECT
  count(CASE WHEN c.is_listed THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN c.is_listed THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM chain c
WHERE c.counts
  AND c.entered_at >= $start
  AND c.entered_at < $end
  AND c.ended_at + to_days(7) <= $watermark
  /*issue*/
