-- Grain: one row per subscriber, span of activity and state of what it had; or one per row of active_subscribers.
-- Inputs: subscriber, account, account_span, active_subscribers, presence_span, subscriber_out.
-- Why: the denominator of every figure per subscriber. A subscriber counts on a day when active at that local
-- midnight; the average of days [a, b) is the sum of weight times the days of overlap over the days. Spans of one
-- subscriber never overlap, so nobody counts twice on a day. Where accounts have a status in dated intervals, the
-- :active_statuses count; else the time from activation to disconnection. Stated totals serve only where there
-- are no subscriber records; of one period's stated rows those count that name the most dimensions. The time in which
-- full lists lack a subscriber is none of activity; is_end_inferred marks a span that ends so. is_excluded marks the time
-- in which an exclusion of its accounts takes a subscriber out; a stated total says nothing of accounts.
WITH person AS (
  SELECT
    subscriber_id,
    region_id,
    segment,
    language,
    activated_at,
    coalesce(disconnected_at, TIMESTAMP '9999-01-01 00:00:00') AS disconnected_at,
    disconnected_at IS NOT NULL AS is_known_to_have_left,
    is_end_inferred,
    coalesce(is_test, FALSE) AS is_test,
    row_number() OVER (PARTITION BY subscriber_id ORDER BY version_at DESC, source_system, source_id) AS version_no
  FROM subscriber
  WHERE NOT coalesce(is_deleted, FALSE) AND subscriber_id IS NOT NULL
), stated_status AS (
  SELECT
    account_id,
    subscriber_id,
    status,
    valid_from IS NOT NULL OR valid_to IS NOT NULL AS is_dated,
    is_end_inferred,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY account_id, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM account
  WHERE NOT coalesce(is_deleted, FALSE) AND status IS NOT NULL AND subscriber_id IS NOT NULL
), status AS (
  SELECT *, lead(from_at) OVER (PARTITION BY account_id ORDER BY from_at) AS next_from_at
  FROM stated_status
  WHERE version_no = 1
), status_of AS (
  SELECT
    subscriber_id,
    max(CASE WHEN is_dated THEN 1 ELSE 0 END) AS has_dated,
    max(CASE WHEN status IN (:active_statuses) THEN 1 ELSE 0 END) AS has_active
  FROM status
  GROUP BY subscriber_id
), stated_activity AS (
  -- dated account intervals, kept within the subscriber's own time
  SELECT
    person.subscriber_id,
    CASE WHEN person.activated_at > status.from_at THEN person.activated_at ELSE status.from_at END AS from_at,
    CASE
      WHEN person.disconnected_at < coalesce(status.next_from_at, status.to_at) AND person.disconnected_at < status.to_at
        THEN person.disconnected_at
      WHEN status.next_from_at < status.to_at THEN status.next_from_at
      ELSE status.to_at
    END AS to_at,
    CASE
      WHEN person.disconnected_at < coalesce(status.next_from_at, status.to_at) AND person.disconnected_at < status.to_at
        THEN person.is_end_inferred
      WHEN status.next_from_at < status.to_at THEN FALSE
      ELSE status.is_end_inferred
    END AS is_end_inferred
  FROM person
  JOIN status_of ON status_of.subscriber_id = person.subscriber_id AND status_of.has_dated = 1
  JOIN status ON status.subscriber_id = person.subscriber_id AND status.status IN (:active_statuses)
  WHERE person.version_no = 1 AND NOT person.is_test
  UNION ALL
  -- no dated status: the subscriber's own time; today's "disconnected" without a date says only that it is over
  SELECT person.subscriber_id, person.activated_at AS from_at, person.disconnected_at AS to_at, person.is_end_inferred
  FROM person
  LEFT JOIN status_of ON status_of.subscriber_id = person.subscriber_id
  WHERE person.version_no = 1
    AND NOT person.is_test
    AND person.activated_at IS NOT NULL
    AND coalesce(status_of.has_dated, 0) = 0
    AND (person.is_known_to_have_left OR coalesce(status_of.has_active, 1) = 1)
), activity AS (
  SELECT
    stated_activity.subscriber_id,
    CASE WHEN there.from_at > stated_activity.from_at THEN there.from_at ELSE stated_activity.from_at END AS from_at,
    CASE
      WHEN there.to_at < stated_activity.to_at AND NOT there.is_last THEN there.to_at
      ELSE stated_activity.to_at
    END AS to_at,
    stated_activity.is_end_inferred OR coalesce(there.to_at < stated_activity.to_at AND NOT there.is_last, FALSE)
      AS is_end_inferred
  FROM stated_activity
  LEFT JOIN presence_span AS there
    ON there.entity = 'subscriber'
    AND there.thing_id = stated_activity.subscriber_id
    AND there.from_at < stated_activity.to_at
    AND there.to_at > stated_activity.from_at
), inferred AS (
  SELECT subscriber_id, to_at FROM activity WHERE is_end_inferred GROUP BY subscriber_id, to_at
), reached AS (
  SELECT
    *,
    max(to_at) OVER (
      PARTITION BY subscriber_id ORDER BY from_at, to_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS reached_at
  FROM activity
  WHERE to_at > from_at
), numbered AS (
  SELECT
    subscriber_id,
    from_at,
    to_at,
    sum(CASE WHEN reached_at >= from_at THEN 0 ELSE 1 END) OVER (
      PARTITION BY subscriber_id ORDER BY from_at, to_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS island_no
  FROM reached
), island AS (
  SELECT subscriber_id, island_no, min(from_at) AS began_at, max(to_at) AS ended_at
  FROM numbered
  GROUP BY subscriber_id, island_no
), edge AS (
  SELECT subscriber_id, island_no, began_at AS edge_at FROM island
  UNION
  SELECT island.subscriber_id, island.island_no, account_span.from_at
  FROM island
  JOIN account_span
    ON account_span.subscriber_id = island.subscriber_id
    AND account_span.from_at > island.began_at
    AND account_span.from_at < island.ended_at
  UNION
  SELECT island.subscriber_id, island.island_no, account_span.to_at
  FROM island
  JOIN account_span
    ON account_span.subscriber_id = island.subscriber_id
    AND account_span.to_at > island.began_at
    AND account_span.to_at < island.ended_at
  UNION
  SELECT island.subscriber_id, island.island_no, subscriber_out.from_at
  FROM island
  JOIN subscriber_out
    ON subscriber_out.subscriber_id = island.subscriber_id
    AND subscriber_out.from_at > island.began_at
    AND subscriber_out.from_at < island.ended_at
  UNION
  SELECT island.subscriber_id, island.island_no, subscriber_out.to_at
  FROM island
  JOIN subscriber_out
    ON subscriber_out.subscriber_id = island.subscriber_id
    AND subscriber_out.to_at > island.began_at
    AND subscriber_out.to_at < island.ended_at
), piece AS (
  SELECT
    edge.subscriber_id,
    island.began_at,
    edge.edge_at AS from_at,
    coalesce(
      lead(edge.edge_at) OVER (PARTITION BY edge.subscriber_id, edge.island_no ORDER BY edge.edge_at), island.ended_at
    ) AS to_at
  FROM edge
  JOIN island ON island.subscriber_id = edge.subscriber_id AND island.island_no = edge.island_no
), having_line AS (
  SELECT
    piece.subscriber_id,
    piece.from_at,
    account_span.access_tech,
    account_span.plan,
    account_span.region,
    row_number() OVER (
      PARTITION BY piece.subscriber_id, piece.from_at
      ORDER BY
        CASE WHEN account_span.service_id IS NULL THEN 1 ELSE 0 END,
        account_span.service_began_at,
        account_span.service_id,
        account_span.account_id
    ) AS choice_no
  FROM piece
  JOIN account_span
    ON account_span.subscriber_id = piece.subscriber_id
    AND account_span.from_at <= piece.from_at
    AND account_span.to_at > piece.from_at
), local AS (
  SELECT
    piece.subscriber_id,
    piece.began_at,
    (piece.from_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS from_local,
    CASE
      WHEN piece.to_at >= TIMESTAMP '9998-01-01 00:00:00' THEN piece.to_at
      ELSE (piece.to_at AT TIME ZONE 'UTC') AT TIME ZONE :zone
    END AS to_local,
    coalesce(person.region_id, having_line.region) AS region,
    person.segment,
    person.language,
    having_line.access_tech,
    having_line.plan,
    inferred.to_at IS NOT NULL AS is_end_inferred,
    subscriber_out.subscriber_id IS NOT NULL AS is_excluded
  FROM piece
  JOIN person ON person.subscriber_id = piece.subscriber_id AND person.version_no = 1
  LEFT JOIN having_line
    ON having_line.subscriber_id = piece.subscriber_id
    AND having_line.from_at = piece.from_at
    AND having_line.choice_no = 1
  LEFT JOIN inferred ON inferred.subscriber_id = piece.subscriber_id AND inferred.to_at = piece.to_at
  LEFT JOIN subscriber_out
    ON subscriber_out.subscriber_id = piece.subscriber_id
    AND subscriber_out.from_at <= piece.from_at
    AND subscriber_out.to_at > piece.from_at
), daily AS (
  -- the first local midnight at or after an instant
  SELECT
    subscriber_id,
    began_at,
    CASE
      WHEN from_local > CAST(CAST(from_local AS DATE) AS TIMESTAMP) THEN CAST(CAST(from_local AS DATE) + INTERVAL 1 DAY AS DATE)
      ELSE CAST(from_local AS DATE)
    END AS from_on,
    CASE
      WHEN to_local > CAST(CAST(to_local AS DATE) AS TIMESTAMP) THEN CAST(CAST(to_local AS DATE) + INTERVAL 1 DAY AS DATE)
      ELSE CAST(to_local AS DATE)
    END AS to_on,
    region,
    segment,
    language,
    access_tech,
    plan,
    is_end_inferred,
    is_excluded
  FROM local
), stated_total AS (
  SELECT
    *,
    -- a table of months or days often states when each begins alone; none of them reaches into the next
    coalesce(
      period_end,
      CAST(
        least(
          lead(period_start) OVER (PARTITION BY region_id, segment, access_tech, plan_id ORDER BY period_start),
          period_start + INTERVAL 1 MONTH
        ) AS DATE
      )
    ) AS ends_on,
    (CASE WHEN region_id IS NULL THEN 0 ELSE 1 END)
      + (CASE WHEN segment IS NULL THEN 0 ELSE 1 END)
      + (CASE WHEN access_tech IS NULL THEN 0 ELSE 1 END)
      + (CASE WHEN plan_id IS NULL THEN 0 ELSE 1 END) AS n_named
  FROM active_subscribers
  WHERE NOT coalesce(is_deleted, FALSE) AND (SELECT count(*) FROM person) = 0
), finest AS (
  SELECT *, max(n_named) OVER (PARTITION BY period_start, ends_on) AS most_named FROM stated_total
)
SELECT
  'subscriber' AS told_by,
  subscriber_id,
  began_at,
  from_on,
  to_on,
  CAST(1 AS DOUBLE) AS weight,
  region,
  segment,
  language,
  access_tech,
  plan,
  is_end_inferred,
  is_excluded
FROM daily
WHERE to_on > from_on
UNION ALL
SELECT
  'total' AS told_by,
  CAST(NULL AS VARCHAR) AS subscriber_id,
  CAST(NULL AS TIMESTAMP) AS began_at,
  period_start AS from_on,
  ends_on AS to_on,
  CAST(active_subscribers AS DOUBLE) AS weight,
  region_id AS region,
  segment,
  CAST(NULL AS VARCHAR) AS language,
  access_tech,
  plan_id AS plan,
  FALSE AS is_end_inferred,
  FALSE AS is_excluded
FROM finest
WHERE n_named = most_named AND ends_on > period_start
