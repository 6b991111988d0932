-- Grain: one row per match key, whose it was and interval.
-- Inputs: subscriber_pii_past, subscriber_pii_version, subscriber_pii_echo, account_past, account_version, account_echo, device_past, device_version, device_echo.
-- Why: numbers move. A list that gives no dates says how things stood when it was written, so its versions become
-- intervals: each holds until the next one, and the first since always, which is assumed. Where a row states its own
-- dates, they count, until the next row of the same thing begins. The keys of a device are those of its service.
WITH seen AS (
  SELECT 'subscriber' AS holder, source_id, content_hash, version_at, batch FROM subscriber_pii_version
  UNION ALL
  SELECT 'subscriber', source_id, content_hash, version_at, batch FROM subscriber_pii_echo
  UNION ALL
  SELECT 'account', source_id, content_hash, version_at, batch FROM account_version
  UNION ALL
  SELECT 'account', source_id, content_hash, version_at, batch FROM account_echo
  UNION ALL
  SELECT 'service', source_id, content_hash, version_at, batch FROM device_version
  UNION ALL
  SELECT 'service', source_id, content_hash, version_at, batch FROM device_echo
), latest AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY holder, source_id, version_at ORDER BY batch DESC, content_hash) AS choice_no
  FROM seen
), timed AS (
  SELECT
    holder,
    source_id,
    content_hash,
    version_at,
    row_number() OVER (PARTITION BY holder, source_id ORDER BY version_at) AS version_no,
    lead(version_at) OVER (PARTITION BY holder, source_id ORDER BY version_at) AS next_at
  FROM latest
  WHERE choice_no = 1
), past AS (
  SELECT
    'subscriber' AS holder,
    subscriber_id AS holder_id,
    subscriber_id AS thing_id,
    source_id,
    content_hash,
    phone_key,
    email_key,
    CAST(NULL AS VARCHAR) AS serial_key,
    CAST(NULL AS VARCHAR) AS mac_key,
    CAST(NULL AS TIMESTAMP) AS valid_from,
    CAST(NULL AS TIMESTAMP) AS valid_to
  FROM subscriber_pii_past
  WHERE NOT is_deleted
  UNION ALL
  SELECT 'account', account_id, account_id, source_id, content_hash, phone_key, email_key, NULL, NULL, valid_from, valid_to
  FROM account_past
  WHERE NOT is_deleted
  UNION ALL
  SELECT 'service', service_id, device_id, source_id, content_hash, NULL, NULL, serial_key, mac_key, valid_from, valid_to
  FROM device_past
  WHERE NOT is_deleted
), told AS (
  SELECT
    past.*,
    timed.version_at,
    timed.version_no,
    timed.next_at,
    past.valid_from IS NOT NULL OR past.valid_to IS NOT NULL AS is_dated
  FROM timed
  JOIN past
    ON past.holder = timed.holder AND past.source_id = timed.source_id AND past.content_hash = timed.content_hash
), stated AS (
  SELECT
    *,
    lead(valid_from) OVER (
      PARTITION BY holder, thing_id ORDER BY coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00'), source_id
    ) AS next_from
  FROM told
  WHERE is_dated AND next_at IS NULL
), held AS (
  SELECT
    holder,
    holder_id,
    phone_key,
    email_key,
    serial_key,
    mac_key,
    CASE WHEN version_no = 1 THEN TIMESTAMP '1900-01-01 00:00:00' ELSE version_at END AS from_at,
    coalesce(next_at, TIMESTAMP '9999-01-01 00:00:00') AS to_at
  FROM told
  WHERE NOT is_dated
  UNION ALL
  SELECT
    holder,
    holder_id,
    phone_key,
    email_key,
    serial_key,
    mac_key,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00'),
    CASE
      WHEN next_from < coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') THEN next_from
      ELSE coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00')
    END
  FROM stated
)
SELECT 'phone' AS kind, phone_key AS match_key, holder, holder_id, from_at, to_at FROM held WHERE phone_key IS NOT NULL
UNION ALL
SELECT 'email', email_key, holder, holder_id, from_at, to_at FROM held WHERE email_key IS NOT NULL
UNION ALL
SELECT 'serial', serial_key, holder, holder_id, from_at, to_at FROM held WHERE serial_key IS NOT NULL
UNION ALL
SELECT 'mac', mac_key, holder, holder_id, from_at, to_at FROM held WHERE mac_key IS NOT NULL
