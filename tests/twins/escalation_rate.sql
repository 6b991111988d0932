-- Of the tickets resolved for good in the period that entered at tier 1: the share with at least one escalation from
-- tier 1 to a higher one, or handed out to a vendor. A ticket enters at the tier that its first event with a tier leaves,
-- else reaches (what goes up only tells what it leaves); one whose events name no tier entered at tier 1, and an
-- escalation without tiers leaves it. Reference K23.
SELECT
  count(CASE WHEN judged.is_escalated THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN judged.is_escalated THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM (
  SELECT EXISTS (
    SELECT 1 FROM ticket_event e
    WHERE NOT e.is_deleted AND concerns(e.source_system, e.ticket_id, t.source_system, t.ticket_id)
      AND (
        (e.type = 'escalated'
          AND coalesce(e.from_tier, '1') = '1'
          AND coalesce(e.to_tier, '2') IN ('2', '3', 'vendor'))
        OR (hands_out(e.type, e.to_tier, e.from_team, e.to_team, e."at")
          AND coalesce(e.from_tier, tier_of_team(e.from_team, e."at"), '1') = '1'))
  ) AS is_escalated
  FROM (
    SELECT t.*,
      opened(t.source_system, t.ticket_id, t.opened_at) AS began,
      finally_resolved(t.source_system, t.ticket_id) AS resolved
    FROM ticket t WHERE NOT t.is_deleted) t
  WHERE NOT coalesce(t.is_test, FALSE)
    AND NOT is_test_account(t.account_id, t.began)
    AND NOT coalesce(t.is_spam, FALSE)
    AND t.type IS DISTINCT FROM 'internal'
    AND t.reporter IS DISTINCT FROM 'employee'
    AND NOT is_merged(t.source_system, t.ticket_id, t.merged_into)
    AND NOT is_rejected(t.source_system, t.ticket_id, t.current_status, t.version_at)
    AND NOT is_master(t.source_system, t.ticket_id)
    AND t.resolved >= $start
    AND t.resolved < $end
    AND '1' = coalesce((
      SELECT arg_min(coalesce(e.from_tier, e.to_tier), place(e."at", e.type, e.seq, e.source_system, e.source_id))
      FROM ticket_event e
      WHERE NOT e.is_deleted AND concerns(e.source_system, e.ticket_id, t.source_system, t.ticket_id)
        AND (e.from_tier IS NOT NULL
          OR (e.to_tier IS NOT NULL AND e.type NOT IN ('escalated', 'deescalated')
            AND NOT hands_out(e.type, e.to_tier, e.from_team, e.to_team, e."at")))), '1')
    /*ticket*/
) judged
