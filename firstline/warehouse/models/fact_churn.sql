-- Grain: one row per loss that a source reports.
-- Inputs: churn_event, subscriber, account_span, fact_base.
-- Why: a loss, what the subscriber had last, and when it came back if it did. A second report of the same loss
-- (no return in between) carries is_repeated; a move within the area or a change of plan is no loss, so what comes
-- after it is no second report. is_withdrawn: the subscriber's record was deleted. An id without any record counts.
WITH loss AS (
  SELECT
    source_system,
    source_id,
    subscriber_id,
    effective_at,
    CAST((effective_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS effective_on,
    kind,
    reason_code,
    CASE WHEN kind IN (:losses) THEN 1 ELSE 0 END AS is_gone
  FROM churn_event
  WHERE NOT coalesce(is_deleted, FALSE) AND effective_at IS NOT NULL
), person AS (
  SELECT
    subscriber_id,
    region_id,
    segment,
    language,
    activated_at,
    coalesce(is_test, FALSE) AS is_test,
    row_number() OVER (PARTITION BY subscriber_id ORDER BY version_at DESC, source_system, source_id) AS version_no
  FROM subscriber
  WHERE NOT coalesce(is_deleted, FALSE)
), on_record AS (
  SELECT subscriber_id, min(CASE WHEN coalesce(is_deleted, FALSE) THEN 1 ELSE 0 END) AS is_withdrawn
  FROM subscriber
  GROUP BY subscriber_id
), comeback AS (
  SELECT loss.source_system, loss.source_id, min(fact_base.began_at) AS reactivated_at
  FROM loss
  JOIN fact_base ON fact_base.subscriber_id = loss.subscriber_id AND fact_base.began_at > loss.effective_at
  GROUP BY loss.source_system, loss.source_id
), last_line AS (
  -- what it had last, also where it was not active any more
  SELECT
    loss.source_system,
    loss.source_id,
    account_span.region,
    account_span.access_tech,
    account_span.plan,
    row_number() OVER (
      PARTITION BY loss.source_system, loss.source_id
      ORDER BY
        CASE WHEN account_span.service_id IS NULL THEN 1 ELSE 0 END,
        CASE WHEN account_span.to_at > loss.effective_at THEN loss.effective_at ELSE account_span.to_at END DESC,
        account_span.service_began_at,
        account_span.service_id,
        account_span.account_id
    ) AS recency
  FROM loss
  JOIN account_span ON account_span.subscriber_id = loss.subscriber_id AND account_span.from_at < loss.effective_at
), known AS (
  SELECT
    loss.*,
    comeback.reactivated_at,
    lag(loss.effective_at) OVER (
      PARTITION BY loss.subscriber_id, loss.is_gone ORDER BY loss.effective_at, loss.source_system, loss.source_id
    ) AS previous_effective_at,
    lag(comeback.reactivated_at) OVER (
      PARTITION BY loss.subscriber_id, loss.is_gone ORDER BY loss.effective_at, loss.source_system, loss.source_id
    ) AS previous_reactivated_at
  FROM loss
  LEFT JOIN comeback ON comeback.source_system = loss.source_system AND comeback.source_id = loss.source_id
)
SELECT
  known.source_system,
  known.source_id,
  known.subscriber_id,
  known.effective_at,
  known.effective_on,
  known.reactivated_at,
  -- the first local midnight at which it was active
  CASE
    WHEN (person.activated_at AT TIME ZONE 'UTC') AT TIME ZONE :zone
      > CAST(CAST((person.activated_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS TIMESTAMP)
      THEN CAST(CAST((person.activated_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) + INTERVAL 1 DAY AS DATE)
    ELSE CAST((person.activated_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE)
  END AS first_active_on,
  known.is_gone = 1 AND known.previous_effective_at IS NOT NULL
    AND coalesce(known.previous_reactivated_at > known.effective_at, TRUE) AS is_repeated,
  coalesce(person.is_test, FALSE) AS is_test,
  coalesce(on_record.is_withdrawn, 0) = 1 AS is_withdrawn,
  known.kind,
  known.reason_code AS reason,
  coalesce(person.region_id, last_line.region) AS region,
  person.segment,
  person.language,
  last_line.access_tech,
  last_line.plan
FROM known
LEFT JOIN person ON person.subscriber_id = known.subscriber_id AND person.version_no = 1
LEFT JOIN on_record ON on_record.subscriber_id = known.subscriber_id
LEFT JOIN last_line
  ON last_line.source_system = known.source_system AND last_line.source_id = known.source_id AND last_line.recency = 1
