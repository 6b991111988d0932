-- Truck rolls of the period (K13) for every 1,000 subscribers active on average. Reference K14.
SELECT
  1000.0 * parts.rolls / nullif(parts.subscribers, 0) AS value,
  parts.rolls AS numerator,
  parts.subscribers AS denominator,
  CAST(round(parts.subscribers) AS BIGINT) AS n
FROM (
  SELECT
  (
    SELECT count(*) FROM (
      SELECT v.*,
        moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start,
          v.created_at, v.outcome) AS moved
      FROM truck_roll v WHERE NOT v.is_deleted) v
    WHERE v.purpose = 'trouble'
      AND NOT is_test_account(v.account_id, v.moved)
      AND v.moved >= $start
      AND v.moved < $end
      /*visit*/) AS rolls,
  (
    -- active subscribers at the beginning of each local day of the period
    SELECT avg(of_day.active)
    FROM (
      SELECT (
        SELECT CAST(count(*) AS DOUBLE) FROM subscriber s
        WHERE NOT s.is_deleted AND NOT coalesce(s.is_test, FALSE)
          AND active_at(s.subscriber_id, s.activated_at, s.disconnected_at, midnight(days.day, $zone))
          /*subscriber: midnight(days.day, $zone)*/) AS active
      FROM (
        SELECT unnest(generate_series(
          CAST(local_day($start, $zone) AS TIMESTAMP),
          CAST(local_day($end, $zone) AS TIMESTAMP) - INTERVAL 1 DAY,
          INTERVAL 1 DAY)) AS day) days) of_day) AS subscribers
) parts
