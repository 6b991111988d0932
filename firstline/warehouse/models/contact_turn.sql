-- Grain: one row per contact, reconnects after a technical disconnect joined to the contact that they go on with.
-- Inputs: fact_contact, contact_join, account_outage.
-- Why: what issues are chained of and repeats are counted by. Who it was spoken with is told by the first part that an
-- agent answered; the agent's flag by the last part that has one. family is null where the reason is not known (none,
-- unmapped, coded as unknown, or only that it was about the connection).
-- is_bot: nobody of the staff took part. is_errand: it asks for no help (a wrong number, the state of an order), so it
-- repeats nothing. is_in_outage: it began while an outage had the account's line.
WITH part AS (
  SELECT
    fact_contact.*,
    contact_join.head_source,
    contact_join.head_id,
    row_number() OVER (
      PARTITION BY contact_join.head_source, contact_join.head_id
      ORDER BY CASE WHEN is_answered THEN 0 ELSE 1 END, entered_at, fact_contact.source_system, fact_contact.contact_id
    ) AS talk_no,
    row_number() OVER (
      PARTITION BY contact_join.head_source, contact_join.head_id
      ORDER BY CASE WHEN resolved_flag IS NULL THEN 1 ELSE 0 END, entered_at DESC, fact_contact.source_system,
        fact_contact.contact_id
    ) AS flag_no,
    row_number() OVER (
      PARTITION BY contact_join.head_source, contact_join.head_id
      ORDER BY CASE WHEN ticket_id IS NULL THEN 1 ELSE 0 END, entered_at, fact_contact.source_system,
        fact_contact.contact_id
    ) AS ticket_no,
    row_number() OVER (
      PARTITION BY contact_join.head_source, contact_join.head_id
      ORDER BY CASE WHEN coalesce(family, 'unmapped') IN (:unknown_families) THEN 1 ELSE 0 END,
        entered_at, fact_contact.source_system, fact_contact.contact_id
    ) AS reason_no
  FROM fact_contact
  JOIN contact_join
    ON contact_join.source_system = fact_contact.source_system AND contact_join.contact_id = fact_contact.contact_id
), turn AS (
  SELECT
    head_source AS source_system,
    head_id AS contact_id,
    max(account_id) AS account_id,
    max(channel) AS channel,
    max(CASE WHEN source_system = head_source AND contact_id = head_id THEN direction END) AS direction,
    min(entered_at) AS entered_at,
    max(CASE WHEN ended_at > entered_at THEN ended_at ELSE entered_at END) AS ended_at,
    max(CASE WHEN is_answered THEN 1 ELSE 0 END) = 1 AS is_answered,
    max(CASE WHEN talk_no = 1 THEN disposition END) AS disposition,
    max(CASE WHEN flag_no = 1 AND resolved_flag THEN 1 WHEN flag_no = 1 AND NOT resolved_flag THEN 0 END) = 1
      AS resolved_flag,
    max(CASE WHEN ticket_no = 1 THEN ticket_source END) AS ticket_source,
    max(CASE WHEN ticket_no = 1 THEN ticket_id END) AS ticket_id,
    max(CASE WHEN reason_no = 1 THEN reason END) AS reason,
    max(CASE WHEN reason_no = 1 THEN driver END) AS driver,
    max(CASE WHEN reason_no = 1 THEN family END) AS stated_family,
    CAST(sum(n_transfers) AS BIGINT) AS n_transfers,
    max(CASE WHEN is_test THEN 1 ELSE 0 END) = 1 AS is_test,
    max(CASE WHEN is_excluded THEN 1 ELSE 0 END) = 1 AS is_excluded,
    max(CASE WHEN talk_no = 1 THEN queue END) AS queue,
    max(CASE WHEN talk_no = 1 THEN agent END) AS agent,
    max(CASE WHEN talk_no = 1 THEN team END) AS team,
    max(CASE WHEN talk_no = 1 THEN tier END) AS tier,
    max(CASE WHEN talk_no = 1 THEN site END) AS site,
    max(CASE WHEN talk_no = 1 THEN employer END) AS employer,
    max(CASE WHEN talk_no = 1 THEN vendor END) AS vendor,
    max(CASE WHEN talk_no = 1 THEN region END) AS region,
    max(CASE WHEN talk_no = 1 THEN segment END) AS segment,
    max(CASE WHEN talk_no = 1 THEN language END) AS language,
    max(CASE WHEN talk_no = 1 THEN access_tech END) AS access_tech,
    max(CASE WHEN talk_no = 1 THEN plan END) AS plan
  FROM part
  GROUP BY head_source, head_id
  UNION ALL
  SELECT
    fact_contact.source_system,
    fact_contact.contact_id,
    account_id,
    channel,
    direction,
    entered_at,
    CASE WHEN ended_at > entered_at THEN ended_at ELSE entered_at END AS ended_at,
    is_answered,
    disposition,
    resolved_flag,
    ticket_source,
    ticket_id,
    reason,
    driver,
    family AS stated_family,
    n_transfers,
    is_test,
    is_excluded,
    queue,
    agent,
    team,
    tier,
    site,
    employer,
    vendor,
    region,
    segment,
    language,
    access_tech,
    plan
  FROM fact_contact
  LEFT JOIN contact_join
    ON contact_join.source_system = fact_contact.source_system AND contact_join.contact_id = fact_contact.contact_id
  WHERE contact_join.contact_id IS NULL
), cut_off AS (
  SELECT DISTINCT fact_contact.source_system, fact_contact.contact_id
  FROM account_outage
  JOIN fact_contact
    ON fact_contact.account_id = account_outage.account_id
    AND fact_contact.entered_at >= account_outage.lost_at
    AND fact_contact.entered_at <= account_outage.restored_at
)
SELECT
  turn.source_system,
  turn.contact_id,
  account_id,
  channel,
  direction,
  entered_at,
  ended_at,
  is_answered,
  disposition,
  resolved_flag,
  ticket_source,
  ticket_id,
  reason,
  driver,
  stated_family,
  n_transfers,
  is_test,
  is_excluded,
  queue,
  agent,
  team,
  tier,
  site,
  employer,
  vendor,
  region,
  segment,
  language,
  access_tech,
  plan,
  CASE WHEN stated_family NOT IN (:unknown_families) THEN stated_family END AS family,
  coalesce(disposition, '') = 'bot_contained'
    OR (
      coalesce(channel, '') IN ('chatbot', 'self_service_app')
      AND NOT is_answered
      AND coalesce(disposition, '') <> 'bot_escalated'
    ) AS is_bot,
  coalesce(stated_family, '') IN (:errands) AS is_errand,
  cut_off.contact_id IS NOT NULL AS is_in_outage
FROM turn
LEFT JOIN cut_off ON cut_off.source_system = turn.source_system AND cut_off.contact_id = turn.contact_id
