-- Tickets resolved for good in the period over tickets opened in it; a ticket reopened and resolved again counts once,
-- at its last resolution. Reference K08.
SELECT
  CAST(parts.resolved AS DOUBLE) / nullif(parts.opened, 0) AS value,
  parts.resolved AS numerator,
  parts.opened AS denominator,
  parts.opened AS n
FROM (
  SELECT
  (
    SELECT count(*) FROM (
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
      AND t.resolved >= $start
      AND t.resolved < $end
      /*ticket*/) AS resolved,
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
      /*ticket*/) AS opened
) parts
