-- Of the issues whose first contact an agent answered in the period, a week or more before the watermark, and that a first
-- contact can resolve: the share with no follow-up about the same matter within 7 days of its end. Reference K20 and K22.
SELECT
  count(CASE WHEN coalesce(c.follow_family > c.ended_at + to_days(7), TRUE) THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN coalesce(c.follow_family > c.ended_at + to_days(7), TRUE) THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM chain c
WHERE c.counts
  AND NOT c.is_listed
  AND c.entered_at >= $start
  AND c.entered_at < $end
  AND c.ended_at + to_days(7) <= $watermark
  /*issue*/
