-- Tickets opened in the period (K01) for every 1,000 subscribers active on average: the mean of the number active at
-- each local midnight. Reference K02, subscriber_day of 1.1.
SELECT
  1000.0 * parts.tickets / nullif(parts.subscribers, 0) AS value,
  parts.tickets AS numerator,
  parts.subscribers AS denominator,
  CAST(round(parts.subscribers) AS BIGINT) AS n
FROM (
  SELECT
  (
    SELECT count(*) FROM (
      SELECT t.*,
        opened(t.source_system, t.ticket_id, t.opened_at) AS began
      FROM ticket t WHERE NOT t.is_deleted) t
    WHERE NOT coalesce(t.is_test, FALSE)
      AND NOT is_test_account(t.account_id, t.began)
      AND NOT coalesce(t.is_spam, FALSE)
      AND t.type IS DISTINCT FROM 'internal'
      AND t.reporter IS DISTINCT FROM 'employee'
      AND NOT is_merged(t.source_system, t.ticket_id, t.merged_into)
      AND NOT is_rejected(t.source_system, t.ticket_id, t.current_status, t.version_at)
      AND NOT is_master(t.source_system, t.ticket_id)
      AND t.began >= $start
      AND t.began < $end
      /*ticket*/) AS tickets,
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
