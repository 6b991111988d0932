-- Of the answers yes and no to whether the matter was resolved in this first contact, the share of yes; asked about an
-- issue's first contact, a day or more after it; one answer an issue, the latest. Reference K21.
SELECT
  sum(answers.score) / nullif(count(*), 0) AS value,
  coalesce(sum(answers.score), 0) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT r.score
  FROM (
    SELECT r.*, m.issue,
      surveyed(r.source_system, r.kind, r.contact_id, r.ticket_id, r.visit_id, r.responded_at) AS about_at,
      answerer(r.source_system, r.account_id, r.contact_id, r.ticket_id, r.visit_id) AS account
    FROM survey_response r, chained m
    WHERE NOT r.is_deleted AND is_about(r.source_system, r.contact_id, r.ticket_id, m.kind, m.source, m.id)) r
  WHERE can_tell(r.source_system, r.kind, r.score, r.invite_id, r.contact_id, r.responded_at, r.issue)
    AND NOT is_test_account(r.account, r.about_at)
    AND NOT EXISTS (SELECT 1 FROM chain dark WHERE dark.issue = r.issue AND dark.is_outage)
    AND NOT EXISTS (
      SELECT 1 FROM survey_response later, chained same
      WHERE NOT later.is_deleted
        AND same.issue = r.issue
        AND is_about(later.source_system, later.contact_id, later.ticket_id, same.kind, same.source, same.id)
        AND can_tell(later.source_system, later.kind, later.score, later.invite_id, later.contact_id,
          later.responded_at, same.issue)
        AND row(later.responded_at, later.source_system, later.response_id)
          > row(r.responded_at, r.source_system, r.response_id))
    AND r.about_at >= $start
    AND r.about_at < $end
    /*answer*/
) answers
