-- The median of the seconds from opening to final resolution, over the tickets resolved for good in the period; called-off
-- tickets are out. Reference K27; type 7, 2.0.
SELECT
  quantile_cont(taken.s, 0.5) AS value,
  NULL AS numerator,
  NULL AS denominator,
  count(*) AS n
FROM (
  SELECT CAST(date_diff('second', opened(t.source_system, t.ticket_id, t.opened_at),
    finally_resolved(t.source_system, t.ticket_id)) AS DOUBLE) AS s
  FROM ticket t
  WHERE NOT t.is_deleted
    AND NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, opened(t.source_system, t.ticket_id, t.opened_at))
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND NOT is_merged(t.source_system, t.ticket_id, t.merged_into)
    AND NOT is_rejected(t.source_system, t.ticket_id, t.current_status)
    AND NOT is_master(t.source_system, t.ticket_id)
    AND NOT is_cancelled(t.source_system, t.ticket_id, t.current_status)
    AND finally_resolved(t.source_system, t.ticket_id) >= $start
    AND finally_resolved(t.source_system, t.ticket_id) < $end
    /*ticket*/
) taken
