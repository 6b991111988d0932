-- Tickets open at the end of the period: opened before it, and the last thing said before it does not end them.
-- A ticket that was merged or rejected later was open until then; one that is over without an event that says since when
-- is left out. Out besides: test, spam, internal, masters. Reference K06.
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
  AND NOT is_master(t.source_system, t.ticket_id)
  AND NOT is_over_undated(t.source_system, t.ticket_id, t.current_status, t.merged_into, t.version_at)
  AND t.began < $end
  AND (ends(last_word(t.source_system, t.ticket_id, $end)) IS NOT TRUE)
  /*ticket*/
