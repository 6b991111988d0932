-- Mean of the answers about satisfaction, each as a place from 0 to 100 on its own scale; scales may be mixed. Reference
-- K39, normalised form.
SELECT
  100.0 * avg(answers.share) AS value,
  coalesce(sum(answers.share), 0) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT (r.score - r.scale_min) / (r.scale_max - r.scale_min) AS share
  FROM survey_response r
  WHERE NOT r.is_deleted
    AND r.kind = 'csat'
    AND r.score >= r.scale_min AND r.score <= r.scale_max
    AND NOT is_test_account(r.account_id, r.responded_at)
    AND NOT EXISTS (
      -- a later answer about the same contact, ticket or visit replaces this one
      SELECT 1 FROM survey_response later
      WHERE NOT later.is_deleted AND later.kind = r.kind
        AND later.score >= later.scale_min AND later.score <= later.scale_max
        AND (
          later.contact_id = r.contact_id
          OR (r.contact_id IS NULL AND later.contact_id IS NULL AND later.ticket_id = r.ticket_id)
          OR (r.contact_id IS NULL AND later.contact_id IS NULL AND r.ticket_id IS NULL AND later.ticket_id IS NULL
            AND later.visit_id = r.visit_id))
        AND row(later.responded_at, later.source_system, later.source_id)
          > row(r.responded_at, r.source_system, r.source_id))
    AND coalesce(
      (
        SELECT min(c.entered_at) FROM contact c
        WHERE NOT c.is_deleted AND means(r.source_system, r.contact_id, c.source_system, c.contact_id)),
      (
        SELECT min(coalesce(finally_resolved(t.source_system, t.ticket_id),
          opened(t.source_system, t.ticket_id, t.opened_at))) FROM ticket t
        WHERE NOT t.is_deleted AND concerns(r.source_system, r.ticket_id, t.source_system, t.ticket_id)),
      (
        SELECT min(moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at,
          v.scheduled_start, v.created_at, v.outcome)) FROM truck_roll v
        WHERE NOT v.is_deleted AND v.visit_id = r.visit_id),
      r.responded_at) >= $start
    AND coalesce(
      (
        SELECT min(c.entered_at) FROM contact c
        WHERE NOT c.is_deleted AND means(r.source_system, r.contact_id, c.source_system, c.contact_id)),
      (
        SELECT min(coalesce(finally_resolved(t.source_system, t.ticket_id),
          opened(t.source_system, t.ticket_id, t.opened_at))) FROM ticket t
        WHERE NOT t.is_deleted AND concerns(r.source_system, r.ticket_id, t.source_system, t.ticket_id)),
      (
        SELECT min(moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at,
          v.scheduled_start, v.created_at, v.outcome)) FROM truck_roll v
        WHERE NOT v.is_deleted AND v.visit_id = r.visit_id),
      r.responded_at) < $end
    /*survey*/
) answers
