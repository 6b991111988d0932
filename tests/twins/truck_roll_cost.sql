-- What the truck rolls of the period (K13) cost: each at its own cost, else at the unit cost; a cost in another
-- currency than the provider's is left out. Reference K15.
SELECT
  coalesce(sum(coalesce(CAST(v.cost AS DOUBLE), $unit_cost)), 0.0) AS value,
  coalesce(sum(coalesce(CAST(v.cost AS DOUBLE), $unit_cost)), 0.0) AS numerator,
  NULL AS denominator,
  count(*) AS n
FROM (
  SELECT v.*,
    moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start,
      v.created_at, v.outcome) AS moved
  FROM truck_roll v WHERE NOT v.is_deleted) v
WHERE (v.cost IS NULL OR coalesce(v.currency, 'USD') = 'USD') AND v.purpose = 'trouble'
  AND NOT is_test_account(v.account_id, v.moved)
  AND v.moved >= $start
  AND v.moved < $end
  /*visit*/
