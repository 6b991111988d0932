-- Grain: one row per agent's part of an answered inbound call or live chat, and one per summary of a telephone system.
-- Inputs: fact_acd, contact_part, agent_span, queue_span, team_stated.
-- Why: whose time it was. A contact that several agents took is one row in fact_acd, with the seconds of all; here each
-- of them has a row with their own, so that figures by agent, team, tier, site or employer count parts. All other contacts, and
-- those whose legs tell no talk, are the one part that they are in fact_acd.
WITH shared AS (
  SELECT source_system, contact_id
  FROM contact_part
  WHERE is_taken
  GROUP BY source_system, contact_id
  HAVING count(*) > 1 AND max(talk_s) IS NOT NULL
), part AS (
  SELECT
    contact_part.source_system,
    contact_part.contact_id,
    contact_part.leg_no,
    contact_part.leg_no = contact_part.taken_no AS is_first,
    contact_part.agent_id,
    contact_part.queue_id,
    coalesce(contact_part.answered_at, contact_part.entered_at, contact_part.ended_at) AS taken_at,
    contact_part.talk_s,
    contact_part.hold_s,
    contact_part.wrap_s
  FROM contact_part
  JOIN shared ON shared.source_system = contact_part.source_system AND shared.contact_id = contact_part.contact_id
  WHERE contact_part.is_taken
)
SELECT
  fact_acd.told_by,
  fact_acd.source_system,
  fact_acd.row_id,
  coalesce(part.leg_no, 1) AS part_no,
  fact_acd.entered_at,
  fact_acd.entered_on,
  fact_acd.answered_at,
  fact_acd.answered_on,
  fact_acd.ended_at,
  fact_acd.ended_on,
  fact_acd.answered,
  CASE WHEN part.contact_id IS NULL THEN fact_acd.talk_s ELSE CAST(part.talk_s AS DOUBLE) END AS talk_s,
  CASE WHEN part.contact_id IS NULL THEN fact_acd.hold_s ELSE CAST(part.hold_s AS DOUBLE) END AS hold_s,
  CASE WHEN part.contact_id IS NULL THEN fact_acd.wrap_s ELSE CAST(part.wrap_s AS DOUBLE) END AS wrap_s,
  fact_acd.is_test,
  fact_acd.outage,
  fact_acd.is_also_single,
  fact_acd.is_excluded,
  fact_acd.channel,
  fact_acd.queue,
  CASE WHEN part.contact_id IS NULL OR (part.is_first AND part.agent_id IS NULL) THEN fact_acd.agent ELSE part.agent_id END
    AS agent,
  CASE WHEN coalesce(part.is_first, TRUE) THEN fact_acd.team ELSE coalesce(handler.team, queued_in.team) END AS team,
  CASE
    WHEN coalesce(part.is_first, TRUE) THEN fact_acd.tier
    WHEN handler.team IS NULL THEN coalesce(working.tier, handler.tier)
    ELSE handler.tier
  END AS tier,
  CASE WHEN coalesce(part.is_first, TRUE) THEN fact_acd.site ELSE handler.site END AS site,
  CASE WHEN coalesce(part.is_first, TRUE) THEN fact_acd.employer ELSE handler.employer END AS employer,
  CASE WHEN coalesce(part.is_first, TRUE) THEN fact_acd.vendor ELSE handler.vendor END AS vendor,
  fact_acd.reason,
  fact_acd.driver,
  fact_acd.family,
  fact_acd.region,
  fact_acd.segment,
  fact_acd.language,
  fact_acd.access_tech,
  fact_acd.plan
FROM fact_acd
LEFT JOIN part
  ON fact_acd.told_by = 'contact' AND part.source_system = fact_acd.source_system AND part.contact_id = fact_acd.row_id
LEFT JOIN agent_span AS handler
  ON handler.agent_id = part.agent_id AND handler.from_at <= part.taken_at AND handler.to_at > part.taken_at
LEFT JOIN queue_span AS queued_in
  ON queued_in.queue = part.queue_id AND queued_in.from_at <= part.taken_at AND queued_in.to_at > part.taken_at
LEFT JOIN team_stated AS working
  ON working.team = queued_in.team AND working.from_at <= part.taken_at AND working.to_at > part.taken_at
WHERE fact_acd.answered > 0
