-- Tickets opened in the period: all channels and origins. Out: test, spam, internal, merged into another, rejected, and
-- masters that other tickets name (their children count). Reference K01, exclusions 2.0.
SELECT CAST(count(*) AS DOUBLE) AS value, count(*) AS numerator, NULL AS denominator, count(*) AS n
FROM (
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
  /*ticket*/
