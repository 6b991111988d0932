-- Grain: one row per contact; its legs are summed.
-- Inputs: contact, contact_part, ticket, account_span, agent_span, queue_span, team_stated.
-- Why: waiting and handling seconds per contact, whichever way a source tells them. Seconds come from the legs
-- where there are any. wait_s is what the source states for the contact, else what it states for each leg up to the first
-- that an agent took, else it runs from queueing to the answer (or to giving up): times are often whole minutes, a
-- stated wait was measured. The agent is that of this leg; passing a call on from a phone that rang unanswered is no transfer.
-- Answered is what an agent was connected to: so it ended, or an agent's answer is on record and it ended in a way that
-- may follow one (the line failed, the bot had handed over, a callback was agreed, it overflowed to somebody).
-- A voice menu, a bot or a mailbox picks up too: such an end rules an agent out, and so does giving up.
-- A feed that states no direction is taken to list calls that came in: only what is stated outbound is left out.
-- The ticket that a contact names is its own source's, else that of the only other source that has it.
-- outage: whether that ticket hangs on an outage's master, or is one.
-- A contact without a channel has that of its queue; one without an agent's team counts under the team of its queue, and
-- has the tier that is stated for that team. A queue that is not stated is what the row `*` says.
-- Where a source gives no end, ended_at is the answer (or the beginning and the wait) plus talk and hold.
WITH contact_here AS (
  -- a contact that its source deleted keeps its callbacks
  SELECT source_system, contact_id, min(CASE WHEN coalesce(is_deleted, FALSE) THEN 1 ELSE 0 END) AS is_gone
  FROM contact
  WHERE contact_id IN (SELECT callback_of FROM contact WHERE callback_of IS NOT NULL)
  GROUP BY source_system, contact_id
), contact_elsewhere AS (
  SELECT contact_id, min(source_system) AS source_system
  FROM contact_here
  WHERE is_gone = 0
  GROUP BY contact_id
  HAVING count(*) = 1
), legs AS (
  SELECT
    source_system,
    contact_id,
    CASE WHEN max(taken_no) IS NULL THEN count(*) ELSE sum(CASE WHEN is_taken THEN 1 ELSE 0 END) END - 1 AS n_transfers,
    max(CASE WHEN leg_no = coalesce(taken_no, 1) THEN agent_id END) AS agent_id,
    max(CASE WHEN leg_no = 1 THEN queue_id END) AS queue_id,
    CASE
      WHEN max(CASE WHEN leg_no <= coalesce(taken_no, leg_no) AND wait_s IS NULL THEN 1 ELSE 0 END) = 0
        THEN sum(CASE WHEN leg_no <= coalesce(taken_no, leg_no) THEN wait_s END)
    END AS wait_s,
    min(answered_at) AS answered_at,
    max(ended_at) AS ended_at,
    sum(talk_s) AS talk_s,
    sum(hold_s) AS hold_s,
    sum(wrap_s) AS wrap_s
  FROM contact_part
  GROUP BY source_system, contact_id
), joined AS (
  SELECT
    contact.source_system,
    contact.contact_id,
    contact.account_id,
    contact.channel,
    coalesce(contact.direction, 'inbound') AS direction,
    contact.initiator,
    coalesce(contact.queue_id, legs.queue_id) AS queue,
    coalesce(contact.agent_id, legs.agent_id) AS agent,
    contact.reason_code,
    contact.resolved_flag,
    contact.ticket_id,
    coalesce(contact.transfers, legs.n_transfers) AS n_transfers,
    contact.entered_at,
    contact.queued_at,
    coalesce(contact.answered_at, legs.answered_at) AS answered_at,
    coalesce(contact.ended_at, legs.ended_at) AS ended_at,
    coalesce(contact.disposition, CASE WHEN coalesce(contact.answered_at, legs.answered_at) IS NOT NULL THEN 'answered' END)
      AS disposition,
    coalesce(contact.disposition, '') = 'answered'
      OR (
        coalesce(contact.answered_at, legs.answered_at) IS NOT NULL
        AND coalesce(contact.disposition, '') IN ('', 'failed', 'bot_escalated', 'callback_requested', 'overflow_out')
      ) AS is_answered,
    contact.callback_of,
    coalesce(contact.wait_s, legs.wait_s) AS stated_wait_s,
    coalesce(legs.talk_s, contact.talk_s) AS talk_s,
    coalesce(legs.hold_s, contact.hold_s) AS hold_s,
    coalesce(legs.wrap_s, contact.wrap_s) AS wrap_s
  FROM contact
  LEFT JOIN legs ON legs.source_system = contact.source_system AND legs.contact_id = contact.contact_id
  WHERE NOT coalesce(contact.is_deleted, FALSE)
), called_back AS (
  SELECT DISTINCT coalesce(contact_here.source_system, contact_elsewhere.source_system) AS source_system, joined.callback_of AS contact_id
  FROM joined
  LEFT JOIN contact_here
    ON contact_here.contact_id = joined.callback_of AND contact_here.source_system = joined.source_system
  LEFT JOIN contact_elsewhere ON contact_elsewhere.contact_id = joined.callback_of
  WHERE joined.callback_of IS NOT NULL AND joined.direction = 'outbound' AND joined.is_answered
), measured AS (
  SELECT
    joined.*,
    called_back.contact_id IS NOT NULL AS is_called_back,
    CASE
      WHEN joined.stated_wait_s IS NOT NULL THEN joined.stated_wait_s
      WHEN joined.is_answered AND joined.answered_at >= joined.queued_at
        THEN date_diff('second', joined.queued_at, joined.answered_at)
      WHEN joined.disposition = 'abandoned_queue' AND joined.ended_at >= joined.queued_at
        THEN date_diff('second', joined.queued_at, joined.ended_at)
    END AS wait_s
  FROM joined
  LEFT JOIN called_back
    ON called_back.source_system = joined.source_system AND called_back.contact_id = joined.contact_id
), outage_ticket AS (
  SELECT source_system, ticket_id
  FROM ticket
  WHERE parent_ticket_id IS NOT NULL AND parent_ticket_id <> ticket_id AND NOT coalesce(is_deleted, FALSE)
  UNION
  SELECT source_system, parent_ticket_id
  FROM ticket
  WHERE parent_ticket_id IS NOT NULL AND parent_ticket_id <> ticket_id AND NOT coalesce(is_deleted, FALSE)
), ticket_here AS (
  SELECT DISTINCT source_system, ticket_id FROM ticket
), ticket_elsewhere AS (
  SELECT ticket_id, min(source_system) AS source_system
  FROM ticket
  WHERE NOT coalesce(is_deleted, FALSE)
  GROUP BY ticket_id
  HAVING count(DISTINCT source_system) = 1
), placed AS (
  SELECT
    measured.*,
    CASE
      WHEN measured.ticket_id IS NOT NULL
        THEN coalesce(ticket_here.source_system, ticket_elsewhere.source_system, measured.source_system)
    END AS ticket_source,
    CASE
      WHEN is_answered
        THEN coalesce(answered_at, coalesce(queued_at, entered_at) + coalesce(wait_s, 0) * INTERVAL 1 SECOND)
    END AS connected_at
  FROM measured
  LEFT JOIN ticket_here
    ON ticket_here.ticket_id = measured.ticket_id AND ticket_here.source_system = measured.source_system
  LEFT JOIN ticket_elsewhere ON ticket_elsewhere.ticket_id = measured.ticket_id
)
SELECT
  placed.source_system,
  placed.contact_id,
  placed.account_id,
  placed.entered_at,
  placed.connected_at AS answered_at,
  coalesce(
    placed.ended_at,
    coalesce(placed.connected_at, placed.entered_at)
      + (coalesce(placed.talk_s, 0) + coalesce(placed.hold_s, 0)) * INTERVAL 1 SECOND
  ) AS ended_at,
  CAST((placed.entered_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS entered_on,
  CAST((placed.connected_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS answered_on,
  CAST((
    coalesce(
      placed.ended_at,
      coalesce(placed.connected_at, placed.entered_at)
        + (coalesce(placed.talk_s, 0) + coalesce(placed.hold_s, 0)) * INTERVAL 1 SECOND
    ) AT TIME ZONE 'UTC'
  ) AT TIME ZONE :zone AS DATE) AS ended_on,
  placed.wait_s,
  placed.talk_s,
  placed.hold_s,
  placed.wrap_s,
  placed.disposition,
  placed.is_answered,
  coalesce(placed.disposition, '') = 'abandoned_queue' AS is_abandoned,
  placed.is_answered
    OR coalesce(placed.disposition, '') IN ('abandoned_queue', 'callback_requested')
    OR (coalesce(placed.disposition, '') IN ('voicemail', 'overflow_out') AND placed.queued_at IS NOT NULL) AS is_offered,
  placed.is_answered
    OR coalesce(placed.disposition, '') IN (
      'abandoned_queue', 'callback_requested', 'voicemail', 'overflow_out', 'blocked', 'after_hours'
    ) AS is_demand,
  placed.is_called_back,
  placed.resolved_flag,
  placed.ticket_source,
  placed.ticket_id,
  placed.n_transfers,
  CASE WHEN outage_ticket.ticket_id IS NOT NULL THEN 'yes' ELSE 'no' END AS outage,
  coalesce(holding.is_test, FALSE) AS is_test,
  coalesce(placed.channel, CASE WHEN queued_in.queue IS NULL THEN rest.channel ELSE queued_in.channel END) AS channel,
  placed.direction,
  placed.initiator,
  placed.queue,
  placed.agent,
  coalesce(handler.team, queued_in.team, rest.team) AS team,
  CASE WHEN handler.team IS NULL THEN coalesce(working.tier, handler.tier) ELSE handler.tier END AS tier,
  handler.site,
  handler.employer,
  handler.vendor,
  placed.reason_code AS reason,
  CASE WHEN placed.reason_code <> '' THEN split_part(placed.reason_code, '.', 1) END AS driver,
  CASE
    WHEN placed.reason_code = '' THEN NULL
    WHEN split_part(placed.reason_code, '.', 2) = '' THEN split_part(placed.reason_code, '.', 1)
    ELSE split_part(placed.reason_code, '.', 1) || '.' || split_part(placed.reason_code, '.', 2)
  END AS family,
  holding.region,
  holding.segment,
  holding.language,
  holding.access_tech,
  holding.plan
FROM placed
LEFT JOIN outage_ticket
  ON outage_ticket.source_system = placed.ticket_source AND outage_ticket.ticket_id = placed.ticket_id
LEFT JOIN account_span AS holding
  ON holding.account_id = placed.account_id AND holding.from_at <= placed.entered_at AND holding.to_at > placed.entered_at
LEFT JOIN agent_span AS handler
  ON handler.agent_id = placed.agent
  AND handler.from_at <= coalesce(placed.connected_at, placed.entered_at)
  AND handler.to_at > coalesce(placed.connected_at, placed.entered_at)
LEFT JOIN queue_span AS queued_in
  ON queued_in.queue = placed.queue AND queued_in.from_at <= placed.entered_at AND queued_in.to_at > placed.entered_at
LEFT JOIN queue_span AS rest
  ON rest.queue = '*' AND rest.from_at <= placed.entered_at AND rest.to_at > placed.entered_at
LEFT JOIN team_stated AS working
  ON working.team = coalesce(queued_in.team, rest.team)
  AND working.from_at <= placed.entered_at
  AND working.to_at > placed.entered_at
