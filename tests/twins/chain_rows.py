"""The canonical rows that chains are made of, in the words of the twins."""

CONTACTS = """
SELECT c.source_system AS source, c.contact_id AS id, c.account_id,
  heard_on(c.source_system, c.contact_id, c.channel, c.queue_id, c.entered_at) AS channel,
  coalesce(c.direction, 'inbound') = 'outbound' AS outbound, c.entered_at AS entered,
  coalesce(c.disposition, CASE WHEN picked_up(c.source_system, c.contact_id, c.answered_at) IS NOT NULL
    THEN 'answered' END) AS disposition,
  is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at) AS answered,
  CASE WHEN is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at)
    THEN finished(c.source_system, c.contact_id, c.entered_at, c.queued_at, c.answered_at, c.ended_at, c.wait_s,
      c.talk_s, c.hold_s)
    ELSE coalesce(hung_up(c.source_system, c.contact_id, c.ended_at), c.entered_at + to_seconds(
      coalesce(talk_of(c.source_system, c.contact_id, c.talk_s), 0)
      + coalesce(hold_of(c.source_system, c.contact_id, c.hold_s), 0)))
  END AS ended,
  c.resolved_flag, c.reason_code, c.ticket_id AS ticket,
  coalesce(ticket_home(c.source_system, c.ticket_id), c.source_system) AS ticket_source,
  coalesce(c.transfers, (
    SELECT coalesce(
      nullif(count(CASE WHEN is_taken(l.answered_at, l.talk_s, l.hold_s, l.wrap_s) THEN 1 END), 0),
      nullif(count(*), 0)) - 1
    FROM contact_leg l
    WHERE NOT l.is_deleted AND means(l.source_system, l.contact_id, c.source_system, c.contact_id))) AS transfers,
  is_test_account(c.account_id, c.entered_at) AS is_test, is_cut_off(c.account_id, c.entered_at) AS is_cut_off
FROM contact c WHERE NOT c.is_deleted AND c.entered_at IS NOT NULL
"""

TICKETS = """
SELECT t.source_system AS source, t.ticket_id AS id, t.account_id, t.service_id, t.began, t.channel, t.origin, t.type,
  t.reason_code, t.resolution_code, t.merged_into,
  coalesce(t.is_test, FALSE) OR is_test_account(t.account_id, t.began) OR coalesce(t.is_spam, FALSE)
    OR t.type IS NOT DISTINCT FROM 'internal' OR t.reporter IS NOT DISTINCT FROM 'employee'
    OR is_rejected(t.source_system, t.ticket_id, t.current_status, t.version_at)
    OR is_master(t.source_system, t.ticket_id) AS is_out,
  coalesce(t.type, 'trouble') = 'trouble' AS is_trouble,
  is_merged(t.source_system, t.ticket_id, t.merged_into) AS is_merged,
  is_cancelled(t.source_system, t.ticket_id, t.current_status, t.version_at) AS is_cancelled,
  is_over_undated(t.source_system, t.ticket_id, t.current_status, t.merged_into, t.version_at) AS is_over_undated,
  t.parent_ticket_id IS NOT NULL AND t.parent_ticket_id <> t.ticket_id AS is_child,
  first_resolved(t.source_system, t.ticket_id) AS solved, finally_resolved(t.source_system, t.ticket_id) AS resolved
FROM (
  SELECT t.*, opened(t.source_system, t.ticket_id, t.opened_at) AS began FROM ticket t WHERE NOT t.is_deleted) t
"""

EVENTS = """
SELECT t.source_system AS source, t.ticket_id AS ticket, e."at" AS happened, e.type, e.actor_kind,
  coalesce(e.reopens, FALSE) AS reopens,
  (e.type = 'escalated' AND coalesce(e.from_tier, '1') = '1' AND coalesce(e.to_tier, '2') IN ('2', '3', 'vendor'))
    OR (hands_out(e.type, e.to_tier, e.from_team, e.to_team, e."at")
      AND coalesce(e.from_tier, tier_of_team(e.from_team, e."at"), '1') = '1') AS goes_up,
  is_thanks(t.source_system, t.ticket_id, e.type, e.actor_kind, e."at",
    place(e."at", e.type, e.seq, e.source_system, e.source_id)) AS thanks
FROM ticket t, ticket_event e
WHERE NOT t.is_deleted AND NOT e.is_deleted AND e."at" IS NOT NULL
  AND concerns(e.source_system, e.ticket_id, t.source_system, t.ticket_id)
ORDER BY place(e."at", e.type, e.seq, e.source_system, e.source_id)
"""

VISITS = """
SELECT v.source_system AS source, v.visit_id AS id, v.account_id, v.service_id, v.ticket_id AS ticket, v.purpose,
  v.fault_found, coalesce(v.created_at, v.dispatched_at, v.scheduled_start) AS booked,
  moved(v.source_system, v.visit_id, v.dispatched_at, v.arrived_at, v.completed_at, v.scheduled_start, v.created_at,
    v.outcome) AS moved
FROM truck_roll v WHERE NOT v.is_deleted
"""
