-- Of the tickets resolved for the first time in the period, at least 14 days before the watermark: the share opened
-- again within 14 days. An opening by automation (not by an agent) that is resolved again within 30 minutes, with
-- no public reply between, is a 'thank you' and does not count. Reference K11.
SELECT
  count(CASE WHEN cohort.is_reopened THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN cohort.is_reopened THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT EXISTS (
    SELECT 1 FROM ticket_event o
    WHERE NOT o.is_deleted AND concerns(o.source_system, o.ticket_id, t.source_system, t.ticket_id)
      AND o."at" > t.first_resolved
      AND o."at" <= t.first_resolved + to_days(14)
      AND opens_again(t.source_system, t.ticket_id, o.type, o.reopens, o."at",
        place(o."at", o.type, o.seq, o.source_system, o.source_id))
      AND NOT is_thanks(t.source_system, t.ticket_id, o.type, o.actor_kind, o."at",
        place(o."at", o.type, o.seq, o.source_system, o.source_id))
  ) AS is_reopened
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
    AND t.first_resolved >= $start
    AND t.first_resolved < $end
    AND t.first_resolved + to_days(14) <= $watermark
    /*ticket*/
) cohort
