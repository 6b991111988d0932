-- Share of the invitations that arrived that were answered within 14 days; those sent less than 14 days before the data
-- end cannot be judged. Reference K43.
SELECT
  sum(invitations.came) / nullif(count(*), 0) AS value,
  coalesce(sum(invitations.came), 0) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT
    CASE WHEN EXISTS (
      SELECT 1 FROM survey_response r
      WHERE NOT r.is_deleted AND r.source_system = i.source_system AND r.invite_id = i.invite_id
        AND r.responded_at <= i.sent_at + INTERVAL 14 DAY) THEN 1 ELSE 0 END AS came
  FROM (
    SELECT i.*, answerer(i.source_system, i.account_id, i.contact_id, i.ticket_id, i.visit_id) AS account
    FROM survey_invite i WHERE NOT i.is_deleted) i
  WHERE coalesce(i.delivered, TRUE)
    AND NOT is_test_account(i.account, i.sent_at)
    AND i.sent_at + INTERVAL 14 DAY <= $watermark
    AND i.sent_at >= $start
    AND i.sent_at < $end
    /*invite*/
) invitations
