-- The mean of the open seconds (tests/twins/hours.py) from opening to final resolution, over the tickets resolved for
-- good in the period of which all opening hours are known. Reference K27, business.
SELECT
  avg(taken.s) AS value,
  coalesce(sum(taken.s), 0) AS numerator,
  count(taken.s) AS denominator,
  count(taken.s) AS n
FROM (
  SELECT CAST(h.resolution AS DOUBLE) AS s
  FROM (
    SELECT t.*,
      opened(t.source_system, t.ticket_id, t.opened_at) AS began,
      finally_resolved(t.source_system, t.ticket_id) AS resolved
    FROM ticket t WHERE NOT t.is_deleted) t
  JOIN told_hours h ON h.source = t.source_system AND h.id = t.ticket_id
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
    AND h.resolution IS NOT NULL
    /*ticket*/
) taken
