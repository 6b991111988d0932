-- Of the written tickets opened in the period whose target for the first response has passed (tests/twins/hours.py), the
-- share answered by a person in time. Reference K26, share within target.
SELECT
  CAST(sum(judged.met) AS DOUBLE) / nullif(count(*), 0) AS value,
  coalesce(sum(judged.met), 0) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT CASE WHEN k.spent <= k.target THEN 1 ELSE 0 END AS met
  FROM (
    SELECT t.*, opened(t.source_system, t.ticket_id, t.opened_at) AS began FROM ticket t WHERE NOT t.is_deleted) t
  JOIN told_clock k ON k.source = t.source_system AND k.id = t.ticket_id
  WHERE NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, t.began)
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND NOT is_merged(t.source_system, t.ticket_id, t.merged_into)
    AND NOT is_rejected(t.source_system, t.ticket_id, t.current_status, t.version_at)
    AND NOT is_master(t.source_system, t.ticket_id)
    AND k.clock = 'first_response'
    AND t.channel IN ('email', 'web_form', 'async_chat', 'social', 'sms')
    AND t.origin IS DISTINCT FROM 'agent'
    AND NOT (k.ended IS NULL AND (k.is_undated OR coalesce(k.due >= k.done, k.done IS NOT NULL)))
    AND k.is_known
    AND k.due <= $watermark
    AND t.began >= $start
    AND t.began < $end
    /*ticket*/
) judged
