-- What the truck rolls of the period (K13) cost: each at its own cost, else at the unit cost. Reference K15.
SELECT
  coalesce(sum(coalesce(CAST(v.cost AS DOUBLE), $unit_cost)), 0.0) AS value,
  coalesce(sum(coalesce(CAST(v.cost AS DOUBLE), $unit_cost)), 0.0) AS numerator,
  NULL AS denominator,
  count(*) AS n
FROM truck_roll v
WHERE NOT v.is_deleted
  AND v.purpose = 'trouble'
  AND NOT is_test_account(v.account_id, moved(v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start, v.created_at, v.outcome))
  AND moved(v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start, v.created_at, v.outcome) >= $start
  AND moved(v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start, v.created_at, v.outcome) < $end
  /*visit*/
