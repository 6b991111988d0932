-- Grain: one row per match key, account it leads to and interval; several accounts may have one key.
-- Inputs: identity_link, key_time, account_time, service_span.
-- Why: what rows without an account are attached by. strength 0 is a stated link, 1 a list's word on a live account, 2 on
-- a former one; only the strongest that hold at an instant count. is_shared: the key is nobody's in particular.
WITH live AS (
  SELECT
    service_id,
    account_id,
    from_at,
    to_at,
    row_number() OVER (PARTITION BY service_id ORDER BY from_at DESC) AS from_last
  FROM service_span
  WHERE account_id IS NOT NULL
), line AS (
  SELECT service_id, account_id, 1 AS strength, from_at, to_at FROM live
  UNION ALL
  -- who had a line last is still asked about it
  SELECT service_id, account_id, 2, to_at, TIMESTAMP '9999-01-01 00:00:00'
  FROM live
  WHERE from_last = 1 AND to_at < TIMESTAMP '9999-01-01 00:00:00'
), led AS (
  SELECT
    key_time.kind,
    key_time.match_key,
    account_time.account_id,
    CASE WHEN account_time.is_former THEN 2 ELSE 1 END AS strength,
    key_time.from_at AS key_from_at,
    key_time.to_at AS key_to_at,
    account_time.from_at,
    account_time.to_at
  FROM key_time
  JOIN account_time ON key_time.holder = 'subscriber' AND account_time.subscriber_id = key_time.holder_id
  UNION ALL
  SELECT
    key_time.kind,
    key_time.match_key,
    account_time.account_id,
    CASE WHEN account_time.is_former THEN 2 ELSE 1 END,
    key_time.from_at,
    key_time.to_at,
    account_time.from_at,
    account_time.to_at
  FROM key_time
  JOIN account_time ON key_time.holder = 'account' AND account_time.account_id = key_time.holder_id
  UNION ALL
  SELECT
    key_time.kind,
    key_time.match_key,
    line.account_id,
    line.strength,
    key_time.from_at,
    key_time.to_at,
    line.from_at,
    line.to_at
  FROM key_time
  JOIN line ON key_time.holder = 'service' AND line.service_id = key_time.holder_id
), link AS (
  SELECT
    *,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    lead(coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00')) OVER (
      PARTITION BY kind, value_key ORDER BY valid_from NULLS FIRST
    ) AS next_from_at
  FROM identity_link
  WHERE NOT coalesce(is_deleted, FALSE)
)
SELECT
  kind,
  value_key AS match_key,
  account_id,
  0 AS strength,
  coalesce(is_shared, FALSE) AS is_shared,
  from_at,
  CASE WHEN next_from_at < to_at THEN next_from_at ELSE to_at END AS to_at
FROM link
UNION ALL
SELECT 'circuit', service_id, account_id, strength, FALSE, from_at, to_at FROM line
UNION ALL
SELECT
  kind,
  match_key,
  account_id,
  strength,
  FALSE,
  CASE WHEN key_from_at > from_at THEN key_from_at ELSE from_at END,
  CASE WHEN key_to_at < to_at THEN key_to_at ELSE to_at END
FROM led
WHERE key_from_at < to_at AND key_to_at > from_at
