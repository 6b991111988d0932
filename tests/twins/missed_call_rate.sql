-- Of the inbound calls and live chats offered in the period, also those that met a closed, blocked or full line or a
-- voicemail: the share that neither an agent answered nor a completed callback made good. Reference K35.
SELECT
  CAST(sum(offered.missed) AS DOUBLE) / nullif(sum(offered.contacts), 0) AS value,
  coalesce(sum(offered.missed), 0) AS numerator,
  coalesce(sum(offered.contacts), 0) AS denominator,
  coalesce(sum(offered.contacts), 0) AS n
FROM (
  SELECT
    CASE
      WHEN is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at) THEN 0
      WHEN EXISTS (
        SELECT 1 FROM contact b
        WHERE NOT b.is_deleted AND b.direction = 'outbound'
          AND means(b.source_system, b.callback_of, c.source_system, c.contact_id)
          AND is_answered(b.source_system, b.contact_id, b.disposition, b.answered_at)) THEN 0
      ELSE 1
    END AS missed,
    1 AS contacts
  FROM contact c
  WHERE NOT c.is_deleted
    AND coalesce(c.direction, 'inbound') = 'inbound'
    AND heard_on(c.source_system, c.contact_id, c.channel, c.queue_id, c.entered_at) IN ('phone', 'live_chat')
    AND NOT is_test_account(c.account_id, c.entered_at)
    AND c.entered_at >= $start
    AND c.entered_at < $end
    /*contact*/
    AND (is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at) OR c.disposition IN (
      'abandoned_queue', 'callback_requested', 'overflow_out', 'voicemail', 'blocked', 'after_hours'))
  UNION ALL
  SELECT q.offered - q.answered, q.offered
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
WHERE offered.missed IS NOT NULL AND offered.contacts IS NOT NULL
