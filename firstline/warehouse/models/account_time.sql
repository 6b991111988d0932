-- Grain: one row per account, holder and interval of standing.
-- Inputs: account, subscriber.
-- Why: whether an account was live at an instant. is_former marks the time after its disconnection or its last known
-- interval: a key of a live account outranks one of a former account, because numbers are given to others.
WITH stated AS (
  SELECT
    account_id,
    subscriber_id,
    status,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    row_number() OVER (
      PARTITION BY account_id, coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')
      ORDER BY version_at DESC, source_system, source_id
    ) AS version_no
  FROM account
  WHERE NOT coalesce(is_deleted, FALSE) AND account_id IS NOT NULL
), followed AS (
  SELECT *, lead(from_at) OVER (PARTITION BY account_id ORDER BY from_at) AS next_from_at
  FROM stated
  WHERE version_no = 1
), standing AS (
  SELECT
    account_id,
    subscriber_id,
    coalesce(status, '') = 'disconnected' AS is_former,
    from_at,
    CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
  FROM followed
  UNION ALL
  SELECT account_id, subscriber_id, TRUE, to_at, TIMESTAMP '9999-01-01 00:00:00'
  FROM followed
  WHERE next_from_at IS NULL AND to_at < TIMESTAMP '9999-01-01 00:00:00'
), person AS (
  SELECT
    subscriber_id,
    coalesce(disconnected_at, TIMESTAMP '9999-01-01 00:00:00') AS disconnected_at,
    row_number() OVER (PARTITION BY subscriber_id ORDER BY version_at DESC, source_system, source_id) AS version_no
  FROM subscriber
  WHERE NOT coalesce(is_deleted, FALSE)
), parted AS (
  SELECT
    standing.account_id,
    standing.subscriber_id,
    standing.is_former,
    standing.from_at,
    CASE WHEN person.disconnected_at < standing.to_at THEN person.disconnected_at ELSE standing.to_at END AS to_at
  FROM standing
  LEFT JOIN person ON person.subscriber_id = standing.subscriber_id AND person.version_no = 1
  UNION ALL
  SELECT
    standing.account_id,
    standing.subscriber_id,
    TRUE,
    CASE WHEN person.disconnected_at > standing.from_at THEN person.disconnected_at ELSE standing.from_at END,
    standing.to_at
  FROM standing
  JOIN person ON person.subscriber_id = standing.subscriber_id AND person.version_no = 1
)
SELECT account_id, subscriber_id, is_former, from_at, to_at FROM parted WHERE to_at > from_at
