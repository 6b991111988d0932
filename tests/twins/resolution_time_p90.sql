-- The 90th percentile of the seconds from opening to final resolution, over the tickets resolved for good in the period; called-off
-- tickets, and those resolved before they were opened, are out. Reference K27; type 7, 2.0.
SELECT
  quantile_cont(taken.s, 0.9) AS value,
  NULL AS numerator,
  NULL AS denominator,
  count(*) AS n
FROM (
  SELECT CAST(date_diff('second', t.began, t.resolved) AS DOUBLE) AS s
  FROM (
    SELECT t.*,
      opened(t.source_system, t.ticket_id, t.opened_at) AS began,
      finally_resolved(t.source_system, t.ticket_id) AS resolved
    FROM ticket t WHERE NOT t.is_deleted) t
  WHERE NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, t.began)
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND NOT is_merged(t.source_system, t.ticket_id, t.merged_into)
    AND NOT is_rejected(t.source_system, t.ticket_id, t.current_status, t.version_at)
    AND NOT is_master(t.source_system, t.ticket_id)
    AND NOT is_cancelled(t.source_system, t.ticket_id, t.current_status, t.version_at)
    AND t.resolved >= $start
    AND t.resolved < $end
    AND t.resolved >= t.began
    /*ticket*/
) taken
