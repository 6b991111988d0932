-- Subscribers lost in the period (by their own wish or for not paying; not new in it; not back within 30 days) over the
-- subscribers active when it began. Moves, deaths and changes of plan are not losses. Reference K49.
SELECT
  CAST(parts.lost AS DOUBLE) / nullif(parts.active, 0) AS value,
  parts.lost AS numerator,
  parts.active AS denominator,
  parts.active AS n
FROM (
  SELECT
  (
    SELECT count(DISTINCT x.subscriber_id) FROM churn_event x, subscriber s
    WHERE NOT x.is_deleted AND NOT s.is_deleted AND s.subscriber_id = x.subscriber_id
      AND NOT coalesce(s.is_test, FALSE)
      AND x.kind IN ('voluntary', 'involuntary_nonpay')
      AND x.effective_at >= $start
      AND x.effective_at < $end
      AND s.activated_at < $start
      AND NOT EXISTS (
        SELECT 1 FROM account a
        WHERE NOT a.is_deleted AND a.subscriber_id = x.subscriber_id AND a.status IN ('active', 'suspended_vacation')
          AND a.valid_from > x.effective_at AND a.valid_from <= x.effective_at + to_days(30))
      /*subscriber*/) AS lost,
  (
    SELECT count(*) FROM subscriber s
    WHERE NOT s.is_deleted AND NOT coalesce(s.is_test, FALSE)
      AND active_at(s.subscriber_id, s.activated_at, s.disconnected_at, $start)
      /*subscriber*/) AS active
) parts
