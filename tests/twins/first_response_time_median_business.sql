-- The median of the open seconds (tests/twins/hours.py) from opening to the first answer by a person, over the tickets
-- opened in the period in writing, not by agents, of which all opening hours are known. Reference K26, business.
SELECT
  quantile_cont(taken.s, 0.5) AS value,
  NULL AS numerator,
  NULL AS denominator,
  count(taken.s) AS n
FROM (
  SELECT CAST(h.response AS DOUBLE) AS s
  FROM (
    SELECT t.*, opened(t.source_system, t.ticket_id, t.opened_at) AS began FROM ticket t WHERE NOT t.is_deleted) t
  JOIN told_hours h ON h.source = t.source_system AND h.id = t.ticket_id
  WHERE NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, t.began)
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND NOT is_merged(t.source_system, t.ticket_id, t.merged_into)
    AND NOT is_rejected(t.source_system, t.ticket_id, t.current_status, t.version_at)
    AND NOT is_master(t.source_system, t.ticket_id)
    AND t.channel IN ('email', 'web_form', 'async_chat', 'social', 'sms')
    AND t.origin IS DISTINCT FROM 'agent'
    AND t.began >= $start
    AND t.began < $end
    AND h.response IS NOT NULL
    /*ticket*/
) taken
