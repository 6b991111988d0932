-- Likewise, issues that no first contact can resolve left out. Reference K22.
SELECT
  count(CASE WHEN c.is_single THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN c.is_single THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM chain c
WHERE c.counts
  AND NOT c.is_listed
  AND c.entered_at >= $start
  AND c.entered_at < $end
  AND c.ended_at + to_days(7) <= $watermark
  /*issue*/
