-- The median of the seconds from opening to the first answer by a person that the customer sees, over the tickets opened in
-- the period on channels that do not answer at once, not by agents. A bot's or system's reply does not stop the clock;
-- unanswered tickets have no time yet. Reference K26; type 7, 2.0.
SELECT
  quantile_cont(taken.s, 0.5) AS value,
  NULL AS numerator,
  NULL AS denominator,
  count(taken.s) AS n
FROM (
  SELECT CAST(date_diff('second', t.began, (
    SELECT min(e."at") FROM ticket_event e
    WHERE NOT e.is_deleted AND concerns(e.source_system, e.ticket_id, t.source_system, t.ticket_id)
      AND e."at" >= t.began
      AND (
        (e.type = 'first_response' AND coalesce(e.actor_kind, 'agent') = 'agent')
        OR (e.type = 'public_reply' AND e.actor_kind = 'agent')))) AS DOUBLE) AS s
  FROM (
    SELECT t.*,
      opened(t.source_system, t.ticket_id, t.opened_at) AS began
    FROM ticket t WHERE NOT t.is_deleted) t
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
    /*ticket*/
) taken
