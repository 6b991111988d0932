-- What changed the backlog in the period: opened + opened again - resolved - closed unresolved - cancelled - rejected -
-- merged away, over the tickets that the backlog counts. Not a KPI: the other side of the identity in reference K06.
SELECT sum(change) AS value
FROM (
  SELECT 1 AS change
  FROM (
    SELECT t.*,
      opened(t.source_system, t.ticket_id, t.opened_at) AS began
    FROM ticket t WHERE NOT t.is_deleted) t
  WHERE t.began >= $start
    AND t.began < $end
    AND NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, t.began)
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND NOT is_master(t.source_system, t.ticket_id)
    AND NOT is_over_undated(t.source_system, t.ticket_id, t.current_status, t.merged_into, t.version_at)
  UNION ALL
  -- a resolution that reopens by itself changes nothing, so it is taken neither as one nor as the other
  SELECT CASE WHEN ends(e.type) THEN -1 ELSE 1 END AS change
  FROM (
    SELECT t.*,
      opened(t.source_system, t.ticket_id, t.opened_at) AS began
    FROM ticket t WHERE NOT t.is_deleted) t, ticket_event e
  WHERE NOT e.is_deleted
    AND concerns(e.source_system, e.ticket_id, t.source_system, t.ticket_id)
    AND decides(e.type, e.reopens)
    -- nothing happens to a ticket before it is opened
    AND greatest(e."at", t.began) >= $start
    AND greatest(e."at", t.began) < $end
    AND ends(e.type) <> coalesce(ends(word_before(
      t.source_system, t.ticket_id, place(e."at", e.type, e.seq, e.source_system, e.source_id))), FALSE)
    AND NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, t.began)
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND NOT is_master(t.source_system, t.ticket_id)
    AND NOT is_over_undated(t.source_system, t.ticket_id, t.current_status, t.merged_into, t.version_at)
) flow
