-- Visits for trouble for which a truck moved in the period, whatever came of them; several technicians on one visit are
-- one roll. Reference K13.
SELECT CAST(count(*) AS DOUBLE) AS value, count(*) AS numerator, NULL AS denominator, count(*) AS n
FROM truck_roll v
WHERE NOT v.is_deleted
  AND v.purpose = 'trouble'
  AND NOT is_test_account(v.account_id, moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start, v.created_at, v.outcome))
  AND moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start, v.created_at, v.outcome) >= $start
  AND moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start, v.created_at, v.outcome) < $end
  /*visit*/
