-- Of the inbound calls and live chats that entered a queue in the period, the share whose caller gave up in it. Offered:
-- answered, abandoned in the queue, callback asked for; voicemail and overflow after queueing. Reference K34, raw.
SELECT
  CAST(sum(offered.abandoned) AS DOUBLE) / nullif(sum(offered.contacts), 0) AS value,
  coalesce(sum(offered.abandoned), 0) AS numerator,
  coalesce(sum(offered.contacts), 0) AS denominator,
  coalesce(sum(offered.contacts), 0) AS n
FROM (
  SELECT CASE WHEN c.disposition = 'abandoned_queue' THEN 1 ELSE 0 END AS abandoned, 1 AS contacts
  FROM contact c
  WHERE NOT c.is_deleted
    AND coalesce(c.direction, 'inbound') = 'inbound'
    AND heard_on(c.source_system, c.contact_id, c.channel, c.queue_id, c.entered_at) IN ('phone', 'live_chat')
    AND NOT is_test_account(c.account_id, c.entered_at)
    AND c.entered_at >= $start
    AND c.entered_at < $end
    /*contact*/
    AND is_offered(c.source_system, c.contact_id, c.disposition, c.answered_at, c.queued_at)
  UNION ALL
  SELECT q.abandoned, q.offered
  FROM queue_interval q
  WHERE NOT q.is_deleted
    AND coalesce(channel_of_queue(q.queue_id, q.interval_start), 'phone') IN ('phone', 'live_chat')
    AND q.interval_start >= $start
    AND q.interval_start < $end
    AND NOT EXISTS (
      SELECT 1 FROM contact k
      WHERE NOT k.is_deleted AND coalesce(k.direction, 'inbound') = 'inbound'
        AND heard_on(k.source_system, k.contact_id, k.channel, k.queue_id, k.entered_at) IN ('phone', 'live_chat')
        AND (
          q.queue_id IS NULL OR q.queue_id = queue_of(k.source_system, k.contact_id, k.queue_id)
          OR (queue_of(k.source_system, k.contact_id, k.queue_id) IS NULL
            AND is_offered(k.source_system, k.contact_id, k.disposition, k.answered_at, k.queued_at)))
        AND local_day(k.entered_at, $zone) = local_day(q.interval_start, $zone))
    /*interval*/
) offered
WHERE offered.abandoned IS NOT NULL AND offered.contacts IS NOT NULL
