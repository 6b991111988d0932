-- Grain: one row per account and interval; intervals of one account never overlap.
-- Inputs: account, subscriber, service_span.
-- Why: says who held an account and what it had at any instant. An account with several services at once
-- is described by the one it has had longest (then the lowest id), so that it stays one row.
WITH holder AS (
  SELECT
    account_id,
    subscriber_id,
    coalesce(valid_from, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
    coalesce(valid_to, TIMESTAMP '9999-01-01 00:00:00') AS to_at,
    version_at,
    source_system,
    source_id
  FROM account
  WHERE NOT coalesce(is_deleted, FALSE) AND account_id IS NOT NULL
), begun AS (
  SELECT service_id, min(from_at) AS service_began_at FROM service_span GROUP BY service_id
), edge AS (
  SELECT account_id, from_at AS edge_at FROM holder
  UNION
  SELECT account_id, to_at AS edge_at FROM holder
  UNION
  SELECT account_id, from_at AS edge_at FROM service_span WHERE account_id IS NOT NULL
  UNION
  SELECT account_id, to_at AS edge_at FROM service_span WHERE account_id IS NOT NULL
), piece AS (
  SELECT
    account_id,
    edge_at AS from_at,
    lead(edge_at) OVER (PARTITION BY account_id ORDER BY edge_at) AS to_at
  FROM edge
), held AS (
  SELECT
    piece.account_id,
    piece.from_at,
    holder.subscriber_id,
    row_number() OVER (
      PARTITION BY piece.account_id, piece.from_at
      ORDER BY holder.from_at DESC, holder.version_at DESC, holder.source_system, holder.source_id
    ) AS choice_no
  FROM piece
  JOIN holder
    ON holder.account_id = piece.account_id AND holder.from_at <= piece.from_at AND holder.to_at > piece.from_at
  WHERE piece.to_at IS NOT NULL
), served AS (
  SELECT
    piece.account_id,
    piece.from_at,
    service_span.service_id,
    service_span.access_tech,
    service_span.plan_id,
    service_span.region_id,
    begun.service_began_at,
    row_number() OVER (
      PARTITION BY piece.account_id, piece.from_at
      ORDER BY begun.service_began_at, service_span.service_id
    ) AS choice_no
  FROM piece
  JOIN service_span
    ON service_span.account_id = piece.account_id
    AND service_span.from_at <= piece.from_at
    AND service_span.to_at > piece.from_at
  JOIN begun ON begun.service_id = service_span.service_id
  WHERE piece.to_at IS NOT NULL
), person AS (
  SELECT
    subscriber_id,
    region_id,
    segment,
    language,
    coalesce(is_test, FALSE) AS is_test,
    row_number() OVER (PARTITION BY subscriber_id ORDER BY version_at DESC, source_system, source_id) AS version_no
  FROM subscriber
  WHERE NOT coalesce(is_deleted, FALSE)
)
SELECT
  piece.account_id,
  piece.from_at,
  piece.to_at,
  held.subscriber_id,
  coalesce(person.region_id, served.region_id) AS region,
  person.segment,
  person.language,
  coalesce(person.is_test, FALSE) AS is_test,
  served.service_id,
  served.service_began_at,
  served.access_tech,
  served.plan_id AS plan
FROM piece
LEFT JOIN held
  ON held.account_id = piece.account_id AND held.from_at = piece.from_at AND held.choice_no = 1
LEFT JOIN served
  ON served.account_id = piece.account_id AND served.from_at = piece.from_at AND served.choice_no = 1
LEFT JOIN person ON person.subscriber_id = held.subscriber_id AND person.version_no = 1
WHERE piece.to_at IS NOT NULL AND (held.account_id IS NOT NULL OR served.account_id IS NOT NULL)
