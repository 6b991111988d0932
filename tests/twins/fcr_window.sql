-- Of the issues whose first contact an agent answered in the period, $days days or more before the watermark: the share
-- with no follow-up within $days days of that contact's end, as its scope counts them. Reference K20; issues: 1.3.
SELECT
  count(CASE WHEN judged.stood THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN judged.stood THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT coalesce(
    CASE $scope
      WHEN 'same_channel' THEN c.follow_family_channel
      WHEN 'strict' THEN c.follow_any
      WHEN 'strict_same_channel' THEN c.follow_any_channel
      ELSE c.follow_family
    END > c.ended_at + to_days($days), TRUE) AS stood
  FROM chain c
  WHERE c.counts
    AND c.entered_at >= $start
    AND c.entered_at < $end
    AND c.ended_at + to_days($days) <= $watermark
    /*issue*/
) judged
