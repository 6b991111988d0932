-- Grain: one row per field visit.
-- Inputs: truck_roll, truck_roll_event, visit_ticket, location, account_span, service_span, unit_cost_span.
-- Why: moved_at is when a truck moved: dispatched, else arrived, else, where the outcome shows that one moved,
-- the end of the work or its appointed start (is_dispatch_assumed). A visit cancelled before dispatch has none.
WITH visit_here AS (
  -- a visit that its source deleted keeps its status rows
  SELECT source_system, visit_id, min(CASE WHEN coalesce(is_deleted, FALSE) THEN 1 ELSE 0 END) AS is_gone
  FROM truck_roll
  GROUP BY source_system, visit_id
), visit_elsewhere AS (
  SELECT visit_id, min(source_system) AS source_system
  FROM visit_here
  WHERE is_gone = 0
  GROUP BY visit_id
  HAVING count(*) = 1
), status AS (
  SELECT
    coalesce(visit_here.source_system, visit_elsewhere.source_system) AS source_system,
    truck_roll_event.visit_id,
    min(CASE WHEN truck_roll_event.status IN ('dispatched', 'en_route') THEN truck_roll_event."at" END) AS dispatched_at,
    min(CASE WHEN truck_roll_event.status IN ('arrived', 'no_access') THEN truck_roll_event."at" END) AS arrived_at,
    max(CASE WHEN truck_roll_event.status = 'completed' THEN truck_roll_event."at" END) AS completed_at
  FROM truck_roll_event
  LEFT JOIN visit_here
    ON visit_here.visit_id = truck_roll_event.visit_id AND visit_here.source_system = truck_roll_event.source_system
  LEFT JOIN visit_elsewhere ON visit_elsewhere.visit_id = truck_roll_event.visit_id
  WHERE NOT coalesce(truck_roll_event.is_deleted, FALSE)
  GROUP BY coalesce(visit_here.source_system, visit_elsewhere.source_system), truck_roll_event.visit_id
), place AS (
  SELECT
    location_id,
    region_id,
    row_number() OVER (
      PARTITION BY location_id
      ORDER BY coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') DESC, version_at DESC, source_system, source_id
    ) AS version_no
  FROM location
  WHERE NOT coalesce(is_deleted, FALSE)
), timed AS (
  SELECT
    truck_roll.source_system,
    truck_roll.visit_id,
    truck_roll.ticket_id,
    truck_roll.account_id,
    truck_roll.service_id,
    truck_roll.location_id,
    truck_roll.purpose,
    truck_roll.outcome,
    truck_roll.fault_found,
    truck_roll.employer,
    truck_roll.technician_id,
    truck_roll.cost,
    truck_roll.currency,
    truck_roll.created_at,
    truck_roll.scheduled_start,
    coalesce(truck_roll.dispatched_at, status.dispatched_at) AS dispatched_at,
    coalesce(truck_roll.arrived_at, status.arrived_at) AS arrived_at,
    coalesce(truck_roll.completed_at, status.completed_at) AS completed_at
  FROM truck_roll
  LEFT JOIN status ON status.source_system = truck_roll.source_system AND status.visit_id = truck_roll.visit_id
  WHERE NOT coalesce(truck_roll.is_deleted, FALSE)
), moved AS (
  SELECT
    *,
    CASE
      WHEN outcome = 'cancelled_before_dispatch' THEN NULL
      WHEN dispatched_at IS NOT NULL THEN dispatched_at
      WHEN arrived_at IS NOT NULL THEN arrived_at
      WHEN outcome IS NOT NULL OR completed_at IS NOT NULL THEN coalesce(completed_at, scheduled_start, created_at)
    END AS moved_at
  FROM timed
)
SELECT
  moved.source_system,
  moved.visit_id,
  visit_ticket.ticket_source,
  coalesce(moved.ticket_id, visit_ticket.ticket_id) AS ticket_id,
  coalesce(visit_ticket.is_inferred, FALSE) AS ticket_is_inferred,
  moved.account_id,
  moved.created_at,
  moved.scheduled_start,
  moved.dispatched_at,
  moved.arrived_at,
  moved.completed_at,
  moved.moved_at,
  CAST((moved.moved_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS moved_on,
  moved.moved_at IS NOT NULL AND moved.dispatched_at IS NULL AS is_dispatch_assumed,
  coalesce(holding.is_test, FALSE) AS is_test,
  moved.technician_id,
  CAST(moved.cost AS DOUBLE) AS cost,
  moved.currency,
  rated.amount AS unit_cost,
  rated.currency AS unit_currency,
  moved.purpose,
  moved.outcome,
  moved.fault_found,
  moved.employer,
  coalesce(holding.region, place.region_id) AS region,
  holding.segment,
  holding.language,
  coalesce(named.access_tech, holding.access_tech) AS access_tech,
  coalesce(named.plan_id, holding.plan) AS plan
FROM moved
LEFT JOIN visit_ticket
  ON visit_ticket.source_system = moved.source_system AND visit_ticket.visit_id = moved.visit_id
LEFT JOIN unit_cost_span AS rated
  ON rated.item = 'truck_roll' AND rated.from_at <= moved.moved_at AND rated.to_at > moved.moved_at
LEFT JOIN place ON place.location_id = moved.location_id AND place.version_no = 1
LEFT JOIN account_span AS holding
  ON holding.account_id = moved.account_id
  AND holding.from_at <= coalesce(moved.moved_at, moved.scheduled_start, moved.created_at)
  AND holding.to_at > coalesce(moved.moved_at, moved.scheduled_start, moved.created_at)
LEFT JOIN service_span AS named
  ON named.service_id = moved.service_id
  AND named.from_at <= coalesce(moved.moved_at, moved.scheduled_start, moved.created_at)
  AND named.to_at > coalesce(moved.moved_at, moved.scheduled_start, moved.created_at)
