-- Mean seconds of hold of an answered inbound call or live chat that ended in the period; seconds add up over the legs
-- of a contact, the contact counts once. A timed call without hold had none. Summaries of a queue stand in
-- on days without contacts in it. Reference K30.
SELECT
  sum(handled.s) / nullif(sum(handled.contacts), 0) AS value,
  coalesce(sum(handled.s), 0) AS numerator,
  coalesce(sum(handled.contacts), 0) AS denominator,
  coalesce(sum(handled.contacts), 0) AS n
FROM (
  SELECT
    coalesce(
      hold_of(c.source_system, c.contact_id, c.hold_s),
      CASE WHEN talk_of(c.source_system, c.contact_id, c.talk_s) IS NOT NULL THEN 0 END) AS s,
    1 AS contacts
  FROM contact c
  WHERE NOT c.is_deleted
    AND coalesce(c.direction, 'inbound') = 'inbound'
    AND heard_on(c.source_system, c.contact_id, c.channel, c.queue_id, c.entered_at) IN ('phone', 'live_chat')
    AND NOT is_test_account(c.account_id, c.entered_at)
    AND finished(c.source_system, c.contact_id, c.entered_at, c.queued_at, c.answered_at,
      c.ended_at, c.wait_s, c.talk_s, c.hold_s) >= $start
    AND finished(c.source_system, c.contact_id, c.entered_at, c.queued_at, c.answered_at,
      c.ended_at, c.wait_s, c.talk_s, c.hold_s) < $end
    /*contact*/
    AND is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at)
  UNION ALL
  SELECT q.hold_s, q.answered
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
) handled
WHERE handled.s IS NOT NULL AND handled.contacts IS NOT NULL
