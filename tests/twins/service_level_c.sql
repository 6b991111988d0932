-- Of the inbound calls and live chats that entered a queue in the period, the share answered or given up within T: the
-- queue's, else $target_s seconds. Of unknown wait: left out. Reference K36, SL_C.
SELECT
  CAST(sum(offered.within) AS DOUBLE) / nullif(sum(offered.contacts), 0) AS value,
  coalesce(sum(offered.within), 0) AS numerator,
  coalesce(sum(offered.contacts), 0) AS denominator,
  coalesce(sum(offered.contacts), 0) AS n
FROM (
  SELECT
    CASE WHEN is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at)
      THEN CAST(wait_to_answer(c.source_system, c.contact_id, c.wait_s, c.queued_at, c.answered_at) <= answer_limit(queue_of(c.source_system, c.contact_id, c.queue_id), c.entered_at, $target_s) AS INTEGER)
      WHEN c.disposition = 'abandoned_queue' THEN CAST(wait_to_end(c.source_system, c.contact_id, c.wait_s, c.queued_at, c.ended_at) <= answer_limit(queue_of(c.source_system, c.contact_id, c.queue_id), c.entered_at, $target_s) AS INTEGER)
      ELSE 0 END AS within,
    1 AS contacts
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
  SELECT q.answered_within_t + q.abandoned_within_short, q.offered
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
    AND q.t_s = answer_limit(q.queue_id, q.interval_start, $target_s)
    AND q.short_s = q.t_s
) offered
WHERE offered.within IS NOT NULL AND offered.contacts IS NOT NULL
