-- Grain: one row per contact that another one goes on with, or that goes on with another one.
-- Inputs: fact_contact.
-- Why: a customer whose line failed and who is back on the same channel within :reconnect goes on with the same contact.
-- head_source and head_id name the contact that it began as. Nobody can tell that of contacts without an account.
WITH placed AS (
  SELECT
    source_system,
    contact_id,
    account_id,
    channel,
    entered_at,
    lag(disposition) OVER (PARTITION BY account_id, channel ORDER BY entered_at, source_system, contact_id)
      AS previous_disposition,
    lag(ended_at) OVER (PARTITION BY account_id, channel ORDER BY entered_at, source_system, contact_id)
      AS previous_ended_at
  FROM fact_contact
  WHERE channel IS NOT NULL
    AND entered_at IS NOT NULL
    AND account_id IN (SELECT account_id FROM fact_contact WHERE disposition = 'failed' AND account_id IS NOT NULL)
), numbered AS (
  SELECT
    source_system,
    contact_id,
    account_id,
    channel,
    entered_at,
    sum(CASE WHEN previous_disposition = 'failed' AND entered_at <= previous_ended_at + :reconnect THEN 0 ELSE 1 END)
      OVER (
        PARTITION BY account_id, channel
        ORDER BY entered_at, source_system, contact_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS turn_no
  FROM placed
), headed AS (
  SELECT
    source_system,
    contact_id,
    first_value(source_system) OVER (
      PARTITION BY account_id, channel, turn_no ORDER BY entered_at, source_system, contact_id
    ) AS head_source,
    first_value(contact_id) OVER (
      PARTITION BY account_id, channel, turn_no ORDER BY entered_at, source_system, contact_id
    ) AS head_id,
    count(*) OVER (PARTITION BY account_id, channel, turn_no) AS n_parts
  FROM numbered
)
SELECT source_system, contact_id, head_source, head_id FROM headed WHERE n_parts > 1
