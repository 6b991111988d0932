-- Of the issues whose first contact an agent answered in the period, a week or more before the watermark: the share that
-- was resolved in it, with nothing to follow. Reference K19; issues: 1.3.
SELECT
  count(CASE WHEN c.is_single THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN c.is_single THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM chain c
WHERE c.counts
  AND c.entered_at >= $start
  AND c.entered_at < $end
  AND c.ended_at + to_days(7) <= $watermark
  /*issue*/
