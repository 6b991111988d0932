-- What the truck rolls of the period (K13) cost: each at its own cost, else at the unit cost stated for its day (the
-- last row that had begun and not ended), else at that of the settings; a cost in another currency is left out. K15.
SELECT
  coalesce(sum(coalesce(CAST(v.cost AS DOUBLE), v.dated, $unit_cost)), 0.0) AS value,
  coalesce(sum(coalesce(CAST(v.cost AS DOUBLE), v.dated, $unit_cost)), 0.0) AS numerator,
  NULL AS denominator,
  count(*) AS n
FROM (
  SELECT v.*,
    (SELECT CASE WHEN arg_max(u.currency, u.since) = 'USD' AND coalesce(arg_max(u.valid_to, u.since)
        > v.dispatched_at, TRUE) THEN CAST(arg_max(u.amount, u.since) AS DOUBLE) END
      FROM (SELECT *, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS since FROM unit_cost) u
      WHERE NOT u.is_deleted AND u.since <= v.dispatched_at) AS dated,
    moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start,
      v.created_at, v.outcome) AS moved
  FROM truck_roll v WHERE NOT v.is_deleted) v
WHERE (v.cost IS NULL OR coalesce(v.currency, 'USD') = 'USD') AND v.purpose = 'trouble'
  AND NOT is_test_account(v.account_id, v.moved)
  AND v.moved >= $start
  AND v.moved < $end
  /*visit*/
