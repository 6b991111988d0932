-- Of the tickets opened in the period, at least $days days before the watermark and not called off: the share resolved
-- within $days days and not reopened as of the watermark. Reference K09.
SELECT
  count(CASE WHEN judged.resolved_at <= judged.opened_at + to_days($days) THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN judged.resolved_at <= judged.opened_at + to_days($days) THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT opened(t.source_system, t.ticket_id, t.opened_at) AS opened_at, finally_resolved(t.source_system, t.ticket_id) AS resolved_at
  FROM ticket t
  WHERE NOT t.is_deleted
    AND NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, opened(t.source_system, t.ticket_id, t.opened_at))
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND t.merged_into IS NULL
    AND NOT ended_as(t.source_system, t.ticket_id, 'merged')
    AND NOT is_rejected(t.source_system, t.ticket_id, t.current_status)
    AND NOT is_master(t.source_system, t.ticket_id)
    AND NOT is_cancelled(t.source_system, t.ticket_id, t.current_status)
    AND opened(t.source_system, t.ticket_id, t.opened_at) >= $start
    AND opened(t.source_system, t.ticket_id, t.opened_at) < $end
    AND opened(t.source_system, t.ticket_id, t.opened_at) + to_days($days) <= $watermark
    /*ticket*/
) judged
