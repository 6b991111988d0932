-- Subscribers lost in the period, by their own wish or for not paying, over the subscribers active when it began. Who was
-- new in it, is back within 30 days, or was lost before and is not back since, is not lost in it; moves, deaths and
-- changes of plan are not such losses. Reference K49.
SELECT
  CAST(parts.lost AS DOUBLE) / nullif(parts.active, 0) AS value,
  parts.lost AS numerator,
  parts.active AS denominator,
  parts.active AS n
FROM (
  SELECT
  (
    SELECT count(DISTINCT x.subscriber_id)
    FROM churn_event x LEFT JOIN subscriber s ON s.subscriber_id = x.subscriber_id
    WHERE NOT x.is_deleted
      AND (s.subscriber_id IS NULL OR (
        NOT s.is_deleted AND NOT coalesce(s.is_test, FALSE)
        AND s.activated_at < $start))
      AND x.kind IN ('voluntary', 'involuntary_nonpay')
      AND x.effective_at >= $start
      AND x.effective_at < $end
      -- back within 30 days
      AND NOT returned(x.subscriber_id, s.activated_at, s.disconnected_at, x.effective_at, x.effective_at + to_days(30))
      AND NOT EXISTS (
        -- lost before, and not back since
        SELECT 1 FROM churn_event gone
        WHERE NOT gone.is_deleted AND gone.subscriber_id = x.subscriber_id
          AND gone.kind IN ('voluntary', 'involuntary_nonpay', 'move_out_of_area', 'deceased')
          AND gone.effective_at < x.effective_at
          AND NOT returned(x.subscriber_id, s.activated_at, s.disconnected_at, gone.effective_at, x.effective_at))
      /*subscriber: x.effective_at*/) AS lost,
  (
    SELECT count(*) FROM subscriber s
    WHERE NOT s.is_deleted AND NOT coalesce(s.is_test, FALSE)
      AND active_at(s.subscriber_id, s.activated_at, s.disconnected_at, $start)
      /*subscriber: $start*/) AS active
) parts
