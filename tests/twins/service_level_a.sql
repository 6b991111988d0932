-- Of the inbound calls and live chats that entered a queue in the period, the share answered within $target_s seconds.
-- Answered after an unknown wait: left out. Reference K36, SL_A.
SELECT
  CAST(sum(offered.within) AS DOUBLE) / nullif(sum(offered.contacts), 0) AS value,
  coalesce(sum(offered.within), 0) AS numerator,
  coalesce(sum(offered.contacts), 0) AS denominator,
  coalesce(sum(offered.contacts), 0) AS n
FROM (
  SELECT
    CASE WHEN NOT is_answered(c.disposition, c.answered_at) THEN 0 WHEN coalesce(c.wait_s, date_diff('second', c.queued_at, c.answered_at), (
      SELECT arg_min(l.wait_s, l.seq) FROM contact_leg l
      WHERE NOT l.is_deleted AND l.wait_s IS NOT NULL
        AND means(l.source_system, l.contact_id, c.source_system, c.contact_id))) <= $target_s THEN 1 WHEN coalesce(c.wait_s, date_diff('second', c.queued_at, c.answered_at), (
      SELECT arg_min(l.wait_s, l.seq) FROM contact_leg l
      WHERE NOT l.is_deleted AND l.wait_s IS NOT NULL
        AND means(l.source_system, l.contact_id, c.source_system, c.contact_id))) > $target_s THEN 0 END AS within,
    1 AS contacts
  FROM contact c
  WHERE NOT c.is_deleted
    AND coalesce(c.direction, 'inbound') = 'inbound'
    AND c.channel IN ('phone', 'live_chat')
    AND NOT is_test_account(c.account_id, c.entered_at)
    AND c.entered_at >= $start
    AND c.entered_at < $end
    /*contact*/
    AND is_offered(c.disposition, c.answered_at, c.queued_at)
  UNION ALL
  SELECT q.answered_within_t, q.offered
  FROM queue_interval q
  WHERE NOT q.is_deleted
    AND q.interval_start >= $start
    AND q.interval_start < $end
    AND NOT EXISTS (
      SELECT 1 FROM contact k
      WHERE NOT k.is_deleted AND coalesce(k.direction, 'inbound') = 'inbound' AND k.channel IN ('phone', 'live_chat')
        AND (
          k.queue_id = q.queue_id OR q.queue_id IS NULL
          OR (k.queue_id IS NULL AND is_offered(k.disposition, k.answered_at, k.queued_at)))
        AND local_day(k.entered_at, $zone) = local_day(q.interval_start, $zone))
    /*interval*/
    AND q.t_s = $target_s
) offered
WHERE offered.within IS NOT NULL AND offered.contacts IS NOT NULL
