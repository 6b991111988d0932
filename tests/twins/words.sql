-- Words that several twins use, each one predicate or look-up over canonical rows. Temporary macros: they stay in the
-- test's own connection. Rules from the domain reference, sections 1.0, 1.3 and 2.0.

-- An event is of the ticket with its id in its own source, else of the one source that has such a ticket.
CREATE OR REPLACE TEMP MACRO concerns(p_event_source, p_event_ticket, p_source, p_ticket) AS
  p_event_ticket = p_ticket AND (
    p_event_source = p_source
    OR (
      NOT EXISTS (
        SELECT 1 FROM ticket own
        WHERE NOT own.is_deleted AND own.ticket_id = p_event_ticket AND own.source_system = p_event_source)
      AND 1 = (
        SELECT count(DISTINCT anywhere.source_system) FROM ticket anywhere
        WHERE NOT anywhere.is_deleted AND anywhere.ticket_id = p_event_ticket)));

-- The place of an event among its ticket's events: time, stated rank of the type, seq, source, id.
CREATE OR REPLACE TEMP MACRO place(p_at, p_type, p_seq, p_source, p_id) AS row(
  p_at,
  CASE p_type WHEN 'opened' THEN 0 WHEN 'reopened' THEN 1 WHEN 'resolved' THEN 3 WHEN 'closed' THEN 4
    WHEN 'cancelled' THEN 5 WHEN 'rejected' THEN 6 WHEN 'merged' THEN 7 ELSE 2 END,
  coalesce(p_seq, -1), p_source, p_id);

-- A ticket is done after these ...
CREATE OR REPLACE TEMP MACRO ends(p_type) AS p_type IN ('resolved', 'closed', 'cancelled', 'rejected', 'merged');

-- ... and only these events, and those that say 'reopened', decide whether it is open.
CREATE OR REPLACE TEMP MACRO decides(p_type, p_reopens) AS
  ends(p_type) OR p_type = 'reopened' OR coalesce(p_reopens, FALSE);

-- When a ticket was opened: as it says, else its first event.
CREATE OR REPLACE TEMP MACRO opened(p_source, p_ticket, p_opened_at) AS coalesce(p_opened_at, (
  SELECT min(e."at") FROM ticket_event e
  WHERE NOT e.is_deleted AND concerns(e.source_system, e.ticket_id, p_source, p_ticket)));

-- What was last said about a ticket before an instant (exclusive): done in some way, or open again; null: never done.
CREATE OR REPLACE TEMP MACRO last_word(p_source, p_ticket, p_before) AS (
  SELECT arg_max(e.type, place(e."at", e.type, e.seq, e.source_system, e.source_id)) FROM ticket_event e
  WHERE NOT e.is_deleted AND decides(e.type, e.reopens) AND e."at" < p_before
    AND concerns(e.source_system, e.ticket_id, p_source, p_ticket));

-- What was last said about a ticket before the event at this place.
CREATE OR REPLACE TEMP MACRO word_before(p_source, p_ticket, p_place) AS (
  SELECT arg_max(e.type, place(e."at", e.type, e.seq, e.source_system, e.source_id)) FROM ticket_event e
  WHERE NOT e.is_deleted AND decides(e.type, e.reopens)
    AND place(e."at", e.type, e.seq, e.source_system, e.source_id) < p_place
    AND concerns(e.source_system, e.ticket_id, p_source, p_ticket));

-- Whether an event opens a done ticket again: it says so, or its source marks it so, coming after the ticket was
-- done. A marked second resolution is a reopening too if it comes in a later second than what was said before.
CREATE OR REPLACE TEMP MACRO opens_again(p_source, p_ticket, p_type, p_reopens, p_at, p_place) AS
  ends(word_before(p_source, p_ticket, p_place)) IS TRUE AND (
    (NOT ends(p_type) AND decides(p_type, p_reopens))
    OR (p_type = 'resolved' AND coalesce(p_reopens, FALSE) AND date_trunc('second', p_at) > (
      SELECT date_trunc('second', max(e."at")) FROM ticket_event e
      WHERE NOT e.is_deleted AND decides(e.type, e.reopens)
        AND place(e."at", e.type, e.seq, e.source_system, e.source_id) < p_place
        AND concerns(e.source_system, e.ticket_id, p_source, p_ticket))));

-- Whether a 'resolved' event resolves: the ticket was open, or is opened again by it.
CREATE OR REPLACE TEMP MACRO resolves(p_source, p_ticket, p_type, p_reopens, p_at, p_place) AS
  p_type = 'resolved' AND (
    ends(word_before(p_source, p_ticket, p_place)) IS NOT TRUE
    OR opens_again(p_source, p_ticket, p_type, p_reopens, p_at, p_place));

-- When a ticket was resolved first; null if it never was.
CREATE OR REPLACE TEMP MACRO first_resolved(p_source, p_ticket) AS (
  SELECT min(r."at") FROM ticket_event r
  WHERE NOT r.is_deleted AND concerns(r.source_system, r.ticket_id, p_source, p_ticket)
    AND resolves(p_source, p_ticket, r.type, r.reopens, r."at",
      place(r."at", r.type, r.seq, r.source_system, r.source_id)));

-- When a ticket was resolved for good, as far as is known: its last resolution, if nothing opened it again after.
CREATE OR REPLACE TEMP MACRO finally_resolved(p_source, p_ticket) AS (
  SELECT max(r."at") FROM ticket_event r
  WHERE NOT r.is_deleted AND concerns(r.source_system, r.ticket_id, p_source, p_ticket)
    AND resolves(p_source, p_ticket, r.type, r.reopens, r."at",
      place(r."at", r.type, r.seq, r.source_system, r.source_id))
    AND NOT EXISTS (
      SELECT 1 FROM ticket_event o
      WHERE NOT o.is_deleted AND concerns(o.source_system, o.ticket_id, p_source, p_ticket)
        AND place(o."at", o.type, o.seq, o.source_system, o.source_id)
          > place(r."at", r.type, r.seq, r.source_system, r.source_id)
        AND opens_again(p_source, p_ticket, o.type, o.reopens, o."at",
          place(o."at", o.type, o.seq, o.source_system, o.source_id))));
