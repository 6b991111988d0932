-- Grain: one row per subscriber and span of time in which every account that it holds is taken out.
-- Inputs: exclusion, account_span.
-- Why: who is left out of tickets and calls is left out of the subscribers that these are set against, and of losses.
-- Only an exclusion of a whole account says that: one that names nothing else of its rows but a time. Who holds one more
-- account stays. Where no account is held at some time, the latest one that was held decides, before the first the first.
WITH whole AS (
  SELECT
    exclusion_id,
    account_id,
    coalesce(from_at, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(until_at, TIMESTAMP '9999-01-01 00:00:00') AS to_at
  FROM exclusion
  WHERE account_id IS NOT NULL
    AND entity IS NULL
    AND row_source IS NULL
    AND row_id IS NULL
    AND phone_key IS NULL
    AND email_key IS NULL
    AND queue_id IS NULL
    AND subject_pattern IS NULL
    AND NOT coalesce(is_deleted, FALSE)
), held AS (
  SELECT subscriber_id, account_id, from_at, to_at
  FROM account_span
  WHERE subscriber_id IN (
    SELECT account_span.subscriber_id FROM account_span JOIN whole ON whole.account_id = account_span.account_id
  )
), edge AS (
  SELECT subscriber_id, from_at AS edge_at FROM held
  UNION
  SELECT subscriber_id, to_at FROM held
  UNION
  SELECT held.subscriber_id, whole.from_at FROM held JOIN whole ON whole.account_id = held.account_id
  UNION
  SELECT held.subscriber_id, whole.to_at FROM held JOIN whole ON whole.account_id = held.account_id
), state AS (
  SELECT
    edge.subscriber_id,
    edge.edge_at,
    min(CASE WHEN whole.account_id IS NULL THEN 0 ELSE 1 END) AS is_out,
    min(whole.exclusion_id) AS exclusion_id
  FROM edge
  JOIN held
    ON held.subscriber_id = edge.subscriber_id AND held.from_at <= edge.edge_at AND held.to_at > edge.edge_at
  LEFT JOIN whole
    ON whole.account_id = held.account_id AND whole.from_at <= edge.edge_at AND whole.to_at > edge.edge_at
  GROUP BY edge.subscriber_id, edge.edge_at
), span AS (
  SELECT
    subscriber_id,
    exclusion_id,
    is_out,
    CASE
      WHEN row_number() OVER (PARTITION BY subscriber_id ORDER BY edge_at) = 1 THEN TIMESTAMP '1900-01-01 00:00:00'
      ELSE edge_at
    END AS from_at,
    coalesce(lead(edge_at) OVER (PARTITION BY subscriber_id ORDER BY edge_at), TIMESTAMP '9999-01-01 00:00:00') AS to_at
  FROM state
)
SELECT subscriber_id, from_at, to_at, exclusion_id FROM span WHERE is_out = 1
