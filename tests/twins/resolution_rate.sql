-- Of the tickets opened in the period, at least $days and 14 days before the watermark and not called off: the share
-- first resolved within $days days and not opened again in the 14 days after. A 'thank you' (see reopen_rate) does not
-- open it. Reference K09.
SELECT
  count(CASE WHEN judged.is_done THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN judged.is_done THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT t.first_resolved <= t.began + to_days($days)
    AND NOT EXISTS (
      SELECT 1 FROM ticket_event o
      WHERE NOT o.is_deleted AND concerns(o.source_system, o.ticket_id, t.source_system, t.ticket_id)
        AND o."at" > t.first_resolved
        AND o."at" <= t.first_resolved + to_days(14)
        AND opens_again(t.source_system, t.ticket_id, o.type, o.reopens, o."at",
          place(o."at", o.type, o.seq, o.source_system, o.source_id))
        AND NOT is_thanks(t.source_system, t.ticket_id, o.type, o.actor_kind, o."at",
          place(o."at", o.type, o.seq, o.source_system, o.source_id))
    ) AS is_done
  FROM (
    SELECT t.*,
      opened(t.source_system, t.ticket_id, t.opened_at) AS began,
      first_resolved(t.source_system, t.ticket_id) AS first_resolved
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
    AND t.began >= $start
    AND t.began < $end
    AND t.began + to_days($days) + to_days(14) <= $watermark
    /*ticket*/
) judged
