-- Grain: one row per account and outage that its subscriber was cut off or impaired by.
-- Inputs: outage_impact, outage, account_span.
-- Why: who gets in touch about a line that an outage has taken cannot be helped by whoever answers.
-- An outage that has not ended for the subscriber ends for all with the outage itself, else it goes on.
SELECT
  account_span.account_id,
  outage_impact.source_system,
  outage_impact.outage_id,
  outage_impact.lost_at,
  coalesce(outage_impact.restored_at, outage.restored_at, TIMESTAMP '9999-01-01 00:00:00') AS restored_at
FROM outage_impact
JOIN account_span
  ON account_span.subscriber_id = outage_impact.subscriber_id
  AND account_span.from_at <= outage_impact.lost_at
  AND account_span.to_at > outage_impact.lost_at
LEFT JOIN outage
  ON outage.source_system = outage_impact.source_system
  AND outage.outage_id = outage_impact.outage_id
  AND NOT coalesce(outage.is_deleted, FALSE)
WHERE outage_impact.lost_at IS NOT NULL AND NOT coalesce(outage_impact.is_deleted, FALSE)
