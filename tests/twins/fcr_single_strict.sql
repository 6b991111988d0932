-- Likewise resolved in the first contact, and not transferred in it. Reference K19, strict variant.
SELECT
  count(CASE WHEN c.is_single AND NOT c.is_transferred THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN c.is_single AND NOT c.is_transferred THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM chain c
WHERE c.counts
  AND c.entered_at >= $start
  AND c.entered_at < $end
  AND c.ended_at + to_days(7) <= $watermark
  /*issue*/
