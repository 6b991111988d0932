-- Mean of the answers about satisfaction, each as a place from 0 to 100 on its own scale; scales may be mixed. Reference
-- K39, normalised form.
SELECT
  100.0 * avg(answers.share) AS value,
  coalesce(sum(answers.share), 0) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT (r.score - r.scale_min) / (r.scale_max - r.scale_min) AS share
  FROM (
    SELECT r.*,
      surveyed(r.source_system, r.kind, r.contact_id, r.ticket_id, r.visit_id, r.responded_at) AS about_at,
      answerer(r.source_system, r.account_id, r.contact_id, r.ticket_id, r.visit_id) AS account
    FROM survey_response r WHERE NOT r.is_deleted) r
  WHERE r.kind = 'csat'
    AND r.score >= r.scale_min AND r.score <= r.scale_max
    AND NOT is_test_account(r.account, r.about_at)
    AND NOT (r.kind <> 'nps_relational' AND EXISTS (
      -- a later answer to the same question about the same contact, ticket or visit replaces this one
      SELECT 1 FROM survey_response later
      WHERE NOT later.is_deleted AND later.kind = r.kind
        AND later.score >= later.scale_min AND later.score <= later.scale_max
        AND (
          (
            later.contact_id = r.contact_id
            AND contact_home(later.source_system, later.contact_id)
              IS NOT DISTINCT FROM contact_home(r.source_system, r.contact_id))
          OR (
            r.contact_id IS NULL AND later.contact_id IS NULL AND later.ticket_id = r.ticket_id
            AND ticket_home(later.source_system, later.ticket_id)
              IS NOT DISTINCT FROM ticket_home(r.source_system, r.ticket_id))
          OR (
            r.contact_id IS NULL AND later.contact_id IS NULL AND r.ticket_id IS NULL AND later.ticket_id IS NULL
            AND later.visit_id = r.visit_id))
        AND row(later.responded_at, later.source_system, later.source_id)
          > row(r.responded_at, r.source_system, r.source_id)))
    AND r.about_at >= $start
    AND r.about_at < $end
    /*answer*/
) answers
