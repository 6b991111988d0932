-- Of the tickets opened in the period (with account and reason, not children of a master, at least $days days after
-- the data begin): the share whose account had another such ticket of the same family opened or resolved in the $days
-- days before; of two opened in one second the one with the lower id is before. Family: the first two levels of the
-- reason. Reference K12 (headline), 1.3, left-truncation of 2.0; total order: design 2, point 4.
SELECT
  count(CASE WHEN judged.is_repeat THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN judged.is_repeat THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT EXISTS (
    SELECT 1 FROM (
      SELECT o.*,
        opened(o.source_system, o.ticket_id, o.opened_at) AS began
      FROM ticket o WHERE NOT o.is_deleted) o
    WHERE NOT coalesce(o.is_test, FALSE)
      AND NOT is_test_account(o.account_id, o.began)
      AND NOT coalesce(o.is_spam, FALSE)
      AND o.type IS DISTINCT FROM 'internal'
      AND o.reporter IS DISTINCT FROM 'employee'
      AND NOT is_merged(o.source_system, o.ticket_id, o.merged_into)
      AND NOT is_rejected(o.source_system, o.ticket_id, o.current_status, o.version_at)
      AND NOT is_master(o.source_system, o.ticket_id)
      AND o.parent_ticket_id IS NULL
      AND o.account_id = t.account_id
      AND row(o.began, o.source_system, o.ticket_id)
        < row(t.began, t.source_system, t.ticket_id)
      AND array_to_string(string_split(o.reason_code, '.')[1:2], '.')
        = array_to_string(string_split(t.reason_code, '.')[1:2], '.')
      AND (
        o.began >= t.began - to_days($days)
        OR EXISTS (
          SELECT 1 FROM ticket_event e
          WHERE NOT e.is_deleted AND concerns(e.source_system, e.ticket_id, o.source_system, o.ticket_id)
            AND resolves(o.source_system, o.ticket_id, e.type, e.reopens, e."at",
              place(e."at", e.type, e.seq, e.source_system, e.source_id))
            AND e."at" <= t.began
            AND e."at" >= t.began - to_days($days)))
  ) AS is_repeat
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
    AND t.account_id IS NOT NULL
    AND t.reason_code IS NOT NULL
    AND t.parent_ticket_id IS NULL
    AND t.began >= $start
    AND t.began < $end
    AND t.began >= $begins + to_days($days)
    /*ticket*/
) judged
