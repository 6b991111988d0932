-- Grain: one row per leg of a contact.
-- Inputs: contact, contact_leg.
-- Why: which contact a leg is of, its place in it, and whether an agent took it. A leg is its own source's contact's, else
-- that of the only other source that has it. Taken is one with an answer, or with seconds of talk, hold or after-call
-- work: a phone that rang unanswered is a leg that nobody took. taken_no is the place of the first that was taken.
WITH contact_here AS (
  -- a contact that its source deleted keeps its legs
  SELECT source_system, contact_id, min(CASE WHEN coalesce(is_deleted, FALSE) THEN 1 ELSE 0 END) AS is_gone
  FROM contact
  WHERE contact_id IN (SELECT contact_id FROM contact_leg)
  GROUP BY source_system, contact_id
), contact_elsewhere AS (
  SELECT contact_id, min(source_system) AS source_system
  FROM contact_here
  WHERE is_gone = 0
  GROUP BY contact_id
  HAVING count(*) = 1
), leg AS (
  SELECT
    coalesce(contact_here.source_system, contact_elsewhere.source_system) AS source_system,
    contact_leg.contact_id,
    contact_leg.agent_id,
    contact_leg.queue_id,
    contact_leg.entered_at,
    contact_leg.answered_at,
    contact_leg.ended_at,
    contact_leg.wait_s,
    contact_leg.talk_s,
    contact_leg.hold_s,
    contact_leg.wrap_s,
    contact_leg.answered_at IS NOT NULL
      OR coalesce(contact_leg.talk_s, 0) > 0
      OR coalesce(contact_leg.hold_s, 0) > 0
      OR coalesce(contact_leg.wrap_s, 0) > 0 AS is_taken,
    row_number() OVER (
      PARTITION BY coalesce(contact_here.source_system, contact_elsewhere.source_system), contact_leg.contact_id
      ORDER BY
        coalesce(contact_leg.entered_at, contact_leg.answered_at, contact_leg.ended_at),
        CASE WHEN contact_leg.seq IS NULL THEN 0 ELSE 1 END,
        contact_leg.seq,
        contact_leg.source_system,
        contact_leg.source_id
    ) AS leg_no
  FROM contact_leg
  LEFT JOIN contact_here
    ON contact_here.contact_id = contact_leg.contact_id AND contact_here.source_system = contact_leg.source_system
  LEFT JOIN contact_elsewhere ON contact_elsewhere.contact_id = contact_leg.contact_id
  WHERE NOT coalesce(contact_leg.is_deleted, FALSE)
)
SELECT
  source_system,
  contact_id,
  leg_no,
  agent_id,
  queue_id,
  entered_at,
  answered_at,
  ended_at,
  wait_s,
  talk_s,
  hold_s,
  wrap_s,
  is_taken,
  min(CASE WHEN is_taken THEN leg_no END) OVER (PARTITION BY source_system, contact_id) AS taken_no
FROM leg
WHERE source_system IS NOT NULL
