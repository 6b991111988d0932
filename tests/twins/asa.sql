-- Mean seconds from queue to agent of an inbound call or live chat that was answered in the period, ringing included:
-- as stated for the contact or its legs, else between the two times.
-- Reference K33.
SELECT
  sum(waited.s) / nullif(sum(waited.contacts), 0) AS value,
  coalesce(sum(waited.s), 0) AS numerator,
  coalesce(sum(waited.contacts), 0) AS denominator,
  coalesce(sum(waited.contacts), 0) AS n
FROM (
  SELECT wait_to_answer(c.source_system, c.contact_id, c.wait_s, c.queued_at, c.answered_at) AS s, 1 AS contacts
  FROM contact c
  WHERE NOT c.is_deleted
    AND coalesce(c.direction, 'inbound') = 'inbound'
    AND heard_on(c.source_system, c.contact_id, c.channel, c.queue_id, c.entered_at) IN ('phone', 'live_chat')
    AND NOT is_test_account(c.account_id, c.entered_at)
    AND connected(c.source_system, c.contact_id, c.entered_at, c.queued_at, c.answered_at, c.wait_s) >= $start
    AND connected(c.source_system, c.contact_id, c.entered_at, c.queued_at, c.answered_at, c.wait_s) < $end
    /*contact*/
    AND is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at)
  UNION ALL
  SELECT q.wait_answered_s, q.answered
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
) waited
WHERE waited.s IS NOT NULL AND waited.contacts IS NOT NULL
