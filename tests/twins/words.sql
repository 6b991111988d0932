-- Words that several twins use: each one a predicate or a look-up over canonical rows, none of them a step of a
-- pipeline. They are temporary macros in the test's own connection. Every inner alias is used once in this file,
-- because a macro's arguments are put into its text. Rules: domain reference 1.0, 1.3, 2.0.

-- Whether an interval row held at an instant.
CREATE OR REPLACE TEMP MACRO held(p_from, p_to, p_at) AS
  (p_from IS NULL OR p_from <= p_at) AND (p_to IS NULL OR p_to > p_at);

-- Whose account it was at an instant.
CREATE OR REPLACE TEMP MACRO holder(p_account, p_at) AS (
  SELECT min(held_by.subscriber_id) FROM account held_by
  WHERE NOT held_by.is_deleted AND held_by.account_id = p_account
    AND held(held_by.valid_from, held_by.valid_to, p_at));

-- Whether an account is a test customer's; they count nowhere.
CREATE OR REPLACE TEMP MACRO is_test_account(p_account, p_at) AS EXISTS (
  SELECT 1 FROM subscriber tester
  WHERE NOT tester.is_deleted AND tester.is_test AND tester.subscriber_id = holder(p_account, p_at));

-- Whether an outage had the line of an account at an instant: of its subscriber at the loss, until that one was back, else
-- until the outage was over, else still.
CREATE OR REPLACE TEMP MACRO is_cut_off(p_account, p_at) AS EXISTS (
  SELECT 1 FROM outage_impact cut
  WHERE NOT cut.is_deleted AND cut.lost_at <= p_at AND cut.subscriber_id = holder(p_account, cut.lost_at)
    AND coalesce(cut.restored_at, (
      SELECT max(whole.restored_at) FROM outage whole
      WHERE NOT whole.is_deleted AND whole.source_system = cut.source_system AND whole.outage_id = cut.outage_id),
      p_at) >= p_at);

-- The region of the place where an account's service is delivered at an instant.
CREATE OR REPLACE TEMP MACRO place_of(p_account, p_at) AS (
  SELECT min(spot.region_id) FROM service line, location spot
  WHERE NOT line.is_deleted AND NOT spot.is_deleted
    AND line.account_id = p_account AND held(line.valid_from, line.valid_to, p_at)
    AND spot.location_id = line.location_id AND held(spot.valid_from, spot.valid_to, p_at));

-- The region at an instant: of the account's subscriber, else of the place.
CREATE OR REPLACE TEMP MACRO region_of(p_account, p_at) AS coalesce(
  (
    SELECT min(living.region_id) FROM subscriber living
    WHERE NOT living.is_deleted AND living.subscriber_id = holder(p_account, p_at)),
  place_of(p_account, p_at));

-- Likewise of a subscriber, who may hold several accounts with several lines: the place of the line held longest.
CREATE OR REPLACE TEMP MACRO home_region(p_subscriber, p_region, p_at) AS coalesce(p_region, (
  SELECT (
    SELECT min(yard.region_id) FROM location yard
    WHERE NOT yard.is_deleted AND yard.location_id = had.location_id AND held(yard.valid_from, yard.valid_to, p_at))
  FROM account lived, service had
  WHERE NOT lived.is_deleted AND lived.subscriber_id = p_subscriber AND held(lived.valid_from, lived.valid_to, p_at)
    AND NOT had.is_deleted AND had.account_id = lived.account_id AND held(had.valid_from, had.valid_to, p_at)
  ORDER BY coalesce(had.valid_from, TIMESTAMP '1900-01-01'), had.service_id
  LIMIT 1));

-- Whether a row that names a ticket means this one: its own source's, if that has such a ticket, be it deleted; else
-- that of the one source that has it.
CREATE OR REPLACE TEMP MACRO concerns(p_naming_source, p_named, p_source, p_ticket) AS
  p_named = p_ticket AND (
    p_naming_source = p_source
    OR (
      (p_naming_source, p_named) NOT IN (SELECT (own.source_system, own.ticket_id) FROM ticket own)
      AND p_named IN (
        SELECT lone.ticket_id FROM ticket lone WHERE NOT lone.is_deleted
        GROUP BY lone.ticket_id HAVING count(DISTINCT lone.source_system) = 1)));

-- Likewise for a contact that another row names.
CREATE OR REPLACE TEMP MACRO means(p_naming_source, p_named, p_source, p_contact) AS
  p_named = p_contact AND (
    p_naming_source = p_source
    OR (
      (p_naming_source, p_named) NOT IN (SELECT (ours.source_system, ours.contact_id) FROM contact ours)
      AND p_named IN (
        SELECT single.contact_id FROM contact single WHERE NOT single.is_deleted
        GROUP BY single.contact_id HAVING count(DISTINCT single.source_system) = 1)));

-- Whose contact a row means by a name, so that two rows can be told to mean the same; null if nobody's or anybody's.
CREATE OR REPLACE TEMP MACRO contact_home(p_naming_source, p_named) AS CASE
  WHEN EXISTS (
    SELECT 1 FROM contact here WHERE here.contact_id = p_named AND here.source_system = p_naming_source)
  THEN p_naming_source
  ELSE (
    SELECT CASE WHEN count(DISTINCT there.source_system) = 1 THEN min(there.source_system) END
    FROM contact there WHERE NOT there.is_deleted AND there.contact_id = p_named)
  END;

-- Likewise whose ticket.
CREATE OR REPLACE TEMP MACRO ticket_home(p_naming_source, p_named) AS CASE
  WHEN EXISTS (
    SELECT 1 FROM ticket inside WHERE inside.ticket_id = p_named AND inside.source_system = p_naming_source)
  THEN p_naming_source
  ELSE (
    SELECT CASE WHEN count(DISTINCT outside.source_system) = 1 THEN min(outside.source_system) END
    FROM ticket outside WHERE NOT outside.is_deleted AND outside.ticket_id = p_named)
  END;

-- What a contact took: the seconds of its legs where they tell any, else its own.
CREATE OR REPLACE TEMP MACRO talk_of(p_source, p_contact, p_talk) AS coalesce((
  SELECT sum(talked.talk_s) FROM contact_leg talked
  WHERE NOT talked.is_deleted AND means(talked.source_system, talked.contact_id, p_source, p_contact)), p_talk);
CREATE OR REPLACE TEMP MACRO hold_of(p_source, p_contact, p_hold) AS coalesce((
  SELECT sum(on_hold.hold_s) FROM contact_leg on_hold
  WHERE NOT on_hold.is_deleted AND means(on_hold.source_system, on_hold.contact_id, p_source, p_contact)), p_hold);
CREATE OR REPLACE TEMP MACRO wrap_of(p_source, p_contact, p_wrap) AS coalesce((
  SELECT sum(noted.wrap_s) FROM contact_leg noted
  WHERE NOT noted.is_deleted AND means(noted.source_system, noted.contact_id, p_source, p_contact)), p_wrap);

-- When an agent answered a contact, and when it ended: as it says, else as its legs say.
CREATE OR REPLACE TEMP MACRO picked_up(p_source, p_contact, p_answered) AS coalesce(p_answered, (
  SELECT min(taken.answered_at) FROM contact_leg taken
  WHERE NOT taken.is_deleted AND means(taken.source_system, taken.contact_id, p_source, p_contact)));
CREATE OR REPLACE TEMP MACRO hung_up(p_source, p_contact, p_ended) AS coalesce(p_ended, (
  SELECT max(dropped.ended_at) FROM contact_leg dropped
  WHERE NOT dropped.is_deleted AND means(dropped.source_system, dropped.contact_id, p_source, p_contact)));

-- Whether an agent took a leg; a phone that only rang says nothing of an answer.
CREATE OR REPLACE TEMP MACRO is_taken(p_answered, p_talk, p_hold, p_wrap) AS
  p_answered IS NOT NULL OR coalesce(p_talk, 0) + coalesce(p_hold, 0) + coalesce(p_wrap, 0) > 0;

-- The place of a leg in its contact.
CREATE OR REPLACE TEMP MACRO place_of_leg(p_entered, p_answered, p_ended, p_seq, p_source, p_id) AS row(
  coalesce(p_entered, p_answered, p_ended), coalesce(p_seq, -1), p_source, p_id);

-- The place of the first leg that an agent took; null where none was.
CREATE OR REPLACE TEMP MACRO first_taken(p_source, p_contact) AS (
  SELECT min(place_of_leg(
    handling.entered_at, handling.answered_at, handling.ended_at, handling.seq, handling.source_system, handling.source_id))
  FROM contact_leg handling
  WHERE NOT handling.is_deleted AND means(handling.source_system, handling.contact_id, p_source, p_contact)
    AND is_taken(handling.answered_at, handling.talk_s, handling.hold_s, handling.wrap_s));

-- The wait that is stated: of the contact, else of each leg up to the first that an agent took, if all of these say it.
CREATE OR REPLACE TEMP MACRO stated_wait(p_source, p_contact, p_wait) AS coalesce(p_wait, (
  SELECT CASE WHEN count(*) = count(passed.wait_s) THEN sum(passed.wait_s) END FROM contact_leg passed
  WHERE NOT passed.is_deleted AND means(passed.source_system, passed.contact_id, p_source, p_contact)
    AND coalesce(
      place_of_leg(passed.entered_at, passed.answered_at, passed.ended_at, passed.seq, passed.source_system, passed.source_id)
        <= first_taken(p_source, p_contact),
      TRUE)));

-- The queue of a contact: its own, else that of its first leg.
CREATE OR REPLACE TEMP MACRO queue_of(p_source, p_contact, p_queue) AS coalesce(p_queue, (
  SELECT arriving_leg.queue_id FROM contact_leg arriving_leg
  WHERE NOT arriving_leg.is_deleted
    AND means(arriving_leg.source_system, arriving_leg.contact_id, p_source, p_contact)
  ORDER BY coalesce(arriving_leg.entered_at, arriving_leg.answered_at, arriving_leg.ended_at),
    arriving_leg.seq NULLS FIRST, arriving_leg.source_system, arriving_leg.source_id
  LIMIT 1));

-- The limits of a queue at an instant: of the last of its rows to begin by then, if it still holds; else
-- of the row '*', else the one given.
CREATE OR REPLACE TEMP MACRO own_answer_limit(p_queue, p_at) AS (
  SELECT max(CASE WHEN coalesce(named.valid_to > p_at, TRUE) THEN named.service_level_s END) FROM queue named
  WHERE NOT named.is_deleted AND named.queue_id = p_queue AND coalesce(named.valid_from <= p_at, TRUE)
    AND NOT EXISTS (
      SELECT 1 FROM queue later
      WHERE NOT later.is_deleted AND later.queue_id = named.queue_id AND later.valid_from <= p_at
        AND later.valid_from > coalesce(named.valid_from, TIMESTAMP '1900-01-01')));
CREATE OR REPLACE TEMP MACRO answer_limit(p_queue, p_at, p_else) AS coalesce(own_answer_limit(p_queue, p_at), own_answer_limit('*', p_at), p_else);
CREATE OR REPLACE TEMP MACRO own_short_limit(p_queue, p_at) AS (
  SELECT max(CASE WHEN coalesce(named.valid_to > p_at, TRUE) THEN named.short_abandon_s END) FROM queue named
  WHERE NOT named.is_deleted AND named.queue_id = p_queue AND coalesce(named.valid_from <= p_at, TRUE)
    AND NOT EXISTS (
      SELECT 1 FROM queue later
      WHERE NOT later.is_deleted AND later.queue_id = named.queue_id AND later.valid_from <= p_at
        AND later.valid_from > coalesce(named.valid_from, TIMESTAMP '1900-01-01')));
CREATE OR REPLACE TEMP MACRO short_limit(p_queue, p_at, p_else) AS coalesce(own_short_limit(p_queue, p_at), own_short_limit('*', p_at), p_else);

-- What a queue takes at an instant: what its row that holds says, else (where none holds) the row '*'.
CREATE OR REPLACE TEMP MACRO has_row(p_queue, p_at) AS EXISTS (
  SELECT 1 FROM queue listed
  WHERE NOT listed.is_deleted AND listed.queue_id = p_queue AND held(listed.valid_from, listed.valid_to, p_at)
    AND NOT EXISTS (
      SELECT 1 FROM queue fresher
      WHERE NOT fresher.is_deleted AND fresher.queue_id = listed.queue_id AND fresher.valid_from <= p_at
        AND fresher.valid_from > coalesce(listed.valid_from, TIMESTAMP '1900-01-01')));
CREATE OR REPLACE TEMP MACRO own_channel(p_queue, p_at) AS (
  SELECT max(CASE WHEN coalesce(taking.valid_to > p_at, TRUE) THEN taking.channel END) FROM queue taking
  WHERE NOT taking.is_deleted AND taking.queue_id = p_queue AND coalesce(taking.valid_from <= p_at, TRUE)
    AND NOT EXISTS (
      SELECT 1 FROM queue after_it
      WHERE NOT after_it.is_deleted AND after_it.queue_id = taking.queue_id AND after_it.valid_from <= p_at
        AND after_it.valid_from > coalesce(taking.valid_from, TIMESTAMP '1900-01-01')));
CREATE OR REPLACE TEMP MACRO channel_of_queue(p_queue, p_at) AS
  CASE WHEN has_row(p_queue, p_at) THEN own_channel(p_queue, p_at) ELSE own_channel('*', p_at) END;

-- The channel of a contact: its own, else its queue's.
CREATE OR REPLACE TEMP MACRO heard_on(p_source, p_contact, p_channel, p_queue, p_at) AS
  coalesce(p_channel, channel_of_queue(queue_of(p_source, p_contact, p_queue), p_at));

-- The seconds from one instant to another, if that is not before it.
CREATE OR REPLACE TEMP MACRO seconds_to(p_from, p_to) AS CASE WHEN p_to >= p_from THEN date_diff('second', p_from, p_to) END;

-- How long an answered contact waited, and one that was given up: as stated, else between the two times.
CREATE OR REPLACE TEMP MACRO wait_to_answer(p_source, p_contact, p_wait, p_queued, p_answered) AS coalesce(
  stated_wait(p_source, p_contact, p_wait), seconds_to(p_queued, picked_up(p_source, p_contact, p_answered)));
CREATE OR REPLACE TEMP MACRO wait_to_end(p_source, p_contact, p_wait, p_queued, p_ended) AS coalesce(
  stated_wait(p_source, p_contact, p_wait), seconds_to(p_queued, hung_up(p_source, p_contact, p_ended)));

-- When an answered contact reached its agent: as told, else after the stated wait.
CREATE OR REPLACE TEMP MACRO connected(p_source, p_contact, p_entered, p_queued, p_answered, p_wait) AS coalesce(
  picked_up(p_source, p_contact, p_answered),
  coalesce(p_queued, p_entered) + to_seconds(coalesce(stated_wait(p_source, p_contact, p_wait), 0)));

-- When an answered contact was over: as told, else after talk and hold.
CREATE OR REPLACE TEMP MACRO finished(
  p_source, p_contact, p_entered, p_queued, p_answered, p_ended, p_wait, p_talk, p_hold) AS coalesce(
    hung_up(p_source, p_contact, p_ended),
    connected(p_source, p_contact, p_entered, p_queued, p_answered, p_wait)
      + to_seconds(coalesce(talk_of(p_source, p_contact, p_talk), 0) + coalesce(hold_of(p_source, p_contact, p_hold), 0)));

-- Whether an agent answered a contact: so it ended, or an agent's answer is on record and it ended in no way that
-- rules one out.
CREATE OR REPLACE TEMP MACRO is_answered(p_source, p_contact, p_disposition, p_answered) AS
  coalesce(p_disposition = 'answered', FALSE)
  OR (picked_up(p_source, p_contact, p_answered) IS NOT NULL AND coalesce(p_disposition, 'failed') NOT IN (
    'abandoned_queue', 'abandoned_ivr', 'voicemail', 'blocked', 'after_hours', 'bot_contained'));

-- Whether a contact was offered to agents by a queue: answered, given up in the queue, or called back; voicemail and
-- overflow where it had queued.
CREATE OR REPLACE TEMP MACRO is_offered(p_source, p_contact, p_disposition, p_answered, p_queued) AS
  is_answered(p_source, p_contact, p_disposition, p_answered)
  OR coalesce(p_disposition IN ('abandoned_queue', 'callback_requested'), FALSE)
  OR (coalesce(p_disposition IN ('voicemail', 'overflow_out'), FALSE) AND p_queued IS NOT NULL);

-- When a ticket was opened: as it says, else its first event.
CREATE OR REPLACE TEMP MACRO opened(p_source, p_ticket, p_opened_at) AS coalesce(p_opened_at, (
  SELECT min(earliest."at") FROM ticket_event earliest
  WHERE NOT earliest.is_deleted AND concerns(earliest.source_system, earliest.ticket_id, p_source, p_ticket)));

-- The place of an event among its ticket's events: time, stated rank of the type, seq, source, id.
CREATE OR REPLACE TEMP MACRO place(p_at, p_type, p_seq, p_source, p_id) AS row(
  p_at,
  CASE p_type WHEN 'opened' THEN 0 WHEN 'reopened' THEN 1 WHEN 'resolved' THEN 3 WHEN 'closed' THEN 4
    WHEN 'cancelled' THEN 5 WHEN 'rejected' THEN 6 WHEN 'merged' THEN 7 ELSE 2 END,
  coalesce(p_seq, -1), p_source, p_id);

-- A ticket is done after these ...
CREATE OR REPLACE TEMP MACRO ends(p_type) AS p_type IN ('resolved', 'closed', 'cancelled', 'rejected', 'merged');

-- ... and only these events, and those that reopen or are marked as reopening, decide whether it is open.
CREATE OR REPLACE TEMP MACRO decides(p_type, p_reopens) AS
  ends(p_type) OR p_type = 'reopened' OR coalesce(p_reopens, FALSE);

-- What was last said about a ticket before an instant (exclusive); null: nothing that decides.
CREATE OR REPLACE TEMP MACRO last_word(p_source, p_ticket, p_before) AS (
  SELECT arg_max(said.type, place(said."at", said.type, said.seq, said.source_system, said.source_id))
  FROM ticket_event said
  WHERE NOT said.is_deleted AND decides(said.type, said.reopens) AND said."at" < p_before
    AND concerns(said.source_system, said.ticket_id, p_source, p_ticket));

-- What was last said about a ticket before the event at this place.
CREATE OR REPLACE TEMP MACRO word_before(p_source, p_ticket, p_place) AS (
  SELECT arg_max(prior.type, place(prior."at", prior.type, prior.seq, prior.source_system, prior.source_id))
  FROM ticket_event prior
  WHERE NOT prior.is_deleted AND decides(prior.type, prior.reopens)
    AND place(prior."at", prior.type, prior.seq, prior.source_system, prior.source_id) < p_place
    AND concerns(prior.source_system, prior.ticket_id, p_source, p_ticket));

-- Whether an event says that a ticket is open: it reopens, or its source marks it so. (On an open ticket it says
-- nothing new.)
CREATE OR REPLACE TEMP MACRO opens(p_type, p_reopens) AS decides(p_type, p_reopens) AND NOT ends(p_type);

-- When a ticket was last spoken of, in a way that decides, before the event at this place.
CREATE OR REPLACE TEMP MACRO word_time_before(p_source, p_ticket, p_place) AS (
  SELECT max(sooner."at") FROM ticket_event sooner
  WHERE NOT sooner.is_deleted AND decides(sooner.type, sooner.reopens)
    AND place(sooner."at", sooner.type, sooner.seq, sooner.source_system, sooner.source_id) < p_place
    AND concerns(sooner.source_system, sooner.ticket_id, p_source, p_ticket));

-- Whether a resolution is one of a done ticket that its source marks as reopening, in a later second than what was
-- said before: a reopening and a resolution at once.
CREATE OR REPLACE TEMP MACRO resolves_again(p_source, p_ticket, p_type, p_reopens, p_at, p_place) AS
  p_type = 'resolved' AND coalesce(p_reopens, FALSE)
  AND (ends(word_before(p_source, p_ticket, p_place)) IS TRUE)
  AND date_trunc('second', p_at) > date_trunc('second', word_time_before(p_source, p_ticket, p_place));

-- Whether an event opens a done ticket again.
CREATE OR REPLACE TEMP MACRO opens_again(p_source, p_ticket, p_type, p_reopens, p_at, p_place) AS
  (opens(p_type, p_reopens) AND (ends(word_before(p_source, p_ticket, p_place)) IS TRUE))
  OR resolves_again(p_source, p_ticket, p_type, p_reopens, p_at, p_place);

-- Whether a 'resolved' event resolves: the ticket was open, or this event opens it again.
CREATE OR REPLACE TEMP MACRO resolves(p_source, p_ticket, p_type, p_reopens, p_at, p_place) AS
  p_type = 'resolved' AND (
    (ends(word_before(p_source, p_ticket, p_place)) IS NOT TRUE)
    OR (coalesce(p_reopens, FALSE)
      AND date_trunc('second', p_at) > date_trunc('second', word_time_before(p_source, p_ticket, p_place))));

-- When a ticket was resolved first; null if it never was.
CREATE OR REPLACE TEMP MACRO first_resolved(p_source, p_ticket) AS (
  SELECT min(solved."at") FROM ticket_event solved
  WHERE NOT solved.is_deleted AND concerns(solved.source_system, solved.ticket_id, p_source, p_ticket)
    AND resolves(p_source, p_ticket, solved.type, solved.reopens, solved."at",
      place(solved."at", solved.type, solved.seq, solved.source_system, solved.source_id)));

-- When a ticket was resolved for good, as far as is known: its last resolution, if nothing opens it after.
CREATE OR REPLACE TEMP MACRO finally_resolved(p_source, p_ticket) AS (
  SELECT max(settled."at") FROM ticket_event settled
  WHERE NOT settled.is_deleted AND concerns(settled.source_system, settled.ticket_id, p_source, p_ticket)
    AND resolves(p_source, p_ticket, settled.type, settled.reopens, settled."at",
      place(settled."at", settled.type, settled.seq, settled.source_system, settled.source_id))
    AND NOT EXISTS (
      SELECT 1 FROM ticket_event undone
      WHERE NOT undone.is_deleted AND opens(undone.type, undone.reopens)
        AND concerns(undone.source_system, undone.ticket_id, p_source, p_ticket)
        AND place(undone."at", undone.type, undone.seq, undone.source_system, undone.source_id)
          > place(settled."at", settled.type, settled.seq, settled.source_system, settled.source_id)));

-- Whether an open ticket was ended by an event of this type, and nothing opens it after.
CREATE OR REPLACE TEMP MACRO ended_as(p_source, p_ticket, p_type) AS EXISTS (
  SELECT 1 FROM ticket_event finish
  WHERE NOT finish.is_deleted AND finish.type = p_type
    AND concerns(finish.source_system, finish.ticket_id, p_source, p_ticket)
    AND (ends(word_before(p_source, p_ticket,
      place(finish."at", finish.type, finish.seq, finish.source_system, finish.source_id))) IS NOT TRUE)
    AND NOT EXISTS (
      SELECT 1 FROM ticket_event revived
      WHERE NOT revived.is_deleted
        AND opens_again(p_source, p_ticket, revived.type, revived.reopens, revived."at",
          place(revived."at", revived.type, revived.seq, revived.source_system, revived.source_id))
        AND concerns(revived.source_system, revived.ticket_id, p_source, p_ticket)
        AND place(revived."at", revived.type, revived.seq, revived.source_system, revived.source_id)
          > place(finish."at", finish.type, finish.seq, finish.source_system, finish.source_id)));

-- Whether a ticket was merged into another, done or not: it says so, or an event does and nothing opens it after.
CREATE OR REPLACE TEMP MACRO is_merged(p_source, p_ticket, p_merged_into) AS
  p_merged_into IS NOT NULL OR EXISTS (
    SELECT 1 FROM ticket_event gone
    WHERE NOT gone.is_deleted AND gone.type = 'merged'
      AND concerns(gone.source_system, gone.ticket_id, p_source, p_ticket)
      AND NOT EXISTS (
        SELECT 1 FROM ticket_event back
        WHERE NOT back.is_deleted
          AND opens_again(p_source, p_ticket, back.type, back.reopens, back."at",
          place(back."at", back.type, back.seq, back.source_system, back.source_id))
          AND concerns(back.source_system, back.ticket_id, p_source, p_ticket)
          AND place(back."at", back.type, back.seq, back.source_system, back.source_id)
            > place(gone."at", gone.type, gone.seq, gone.source_system, gone.source_id)));

-- Whether other tickets name this one as their master: they count, it does not.
CREATE OR REPLACE TEMP MACRO is_master(p_source, p_ticket) AS EXISTS (
  SELECT 1 FROM ticket child
  WHERE NOT child.is_deleted AND child.source_system = p_source AND child.parent_ticket_id = p_ticket);

-- Whether a ticket that is named hangs on an outage's master or is one; whether a survey is about such, itself or by its
-- contact.
CREATE OR REPLACE TEMP MACRO hangs(p_naming_source, p_named) AS CASE
  WHEN EXISTS (
    SELECT 1 FROM ticket below
    WHERE NOT below.is_deleted AND below.parent_ticket_id <> below.ticket_id
      AND below.source_system = ticket_home(p_naming_source, p_named)
      AND p_named IN (below.ticket_id, below.parent_ticket_id))
  THEN 'yes' ELSE 'no' END;
CREATE OR REPLACE TEMP MACRO is_of_outage(p_source, p_contact, p_ticket) AS CASE
  WHEN hangs(p_source, p_ticket) = 'yes' OR EXISTS (
    SELECT 1 FROM contact hung
    WHERE NOT hung.is_deleted AND means(p_source, p_contact, hung.source_system, hung.contact_id)
      AND hangs(hung.source_system, hung.ticket_id) = 'yes')
  THEN 'yes' ELSE 'no' END;

-- When a status of a visit began first, by its child rows.
CREATE OR REPLACE TEMP MACRO began(p_source, p_visit, p_status) AS (
  SELECT min(step."at") FROM truck_roll_event step
  WHERE NOT step.is_deleted AND step.source_system = p_source AND step.visit_id = p_visit
    AND step.status = p_status);

-- When a truck moved for a visit: as dispatched; else as arrived, else as completed; else, of a visit whose outcome shows
-- that one moved, as scheduled or booked. Null: none moved.
CREATE OR REPLACE TEMP MACRO moved(
  p_source, p_visit, p_dispatched, p_arrived, p_completed, p_scheduled, p_created, p_outcome) AS
  CASE WHEN p_outcome IS DISTINCT FROM 'cancelled_before_dispatch' THEN coalesce(
    p_dispatched, began(p_source, p_visit, 'dispatched'), began(p_source, p_visit, 'en_route'),
    p_arrived, began(p_source, p_visit, 'arrived'), began(p_source, p_visit, 'no_access'),
    p_completed, began(p_source, p_visit, 'completed'),
    CASE WHEN p_outcome IS NOT NULL THEN coalesce(p_scheduled, p_created) END) END;

-- The UTC instant at which a local day begins.
CREATE OR REPLACE TEMP MACRO midnight(p_day, p_zone) AS
  (CAST(p_day AS TIMESTAMP) AT TIME ZONE p_zone) AT TIME ZONE 'UTC';

-- The local day of a UTC instant.
CREATE OR REPLACE TEMP MACRO local_day(p_at, p_zone) AS
  CAST((p_at AT TIME ZONE 'UTC') AT TIME ZONE p_zone AS DATE);

-- Whether a subscriber was active at an instant: between activation and disconnection, while an account was active or
-- suspended for vacation. Where accounts have a status of today only, one that is over says since when by the
-- disconnection or not at all.
CREATE OR REPLACE TEMP MACRO active_at(p_subscriber, p_activated, p_disconnected, p_at) AS
  coalesce(p_activated <= p_at, FALSE)
  AND (p_disconnected IS NULL OR p_disconnected > p_at)
  AND CASE
    WHEN EXISTS (
      SELECT 1 FROM account dated
      WHERE NOT dated.is_deleted AND dated.subscriber_id = p_subscriber AND dated.status IS NOT NULL
        AND (dated.valid_from IS NOT NULL OR dated.valid_to IS NOT NULL))
    THEN EXISTS (
      SELECT 1 FROM account paying
      WHERE NOT paying.is_deleted AND paying.subscriber_id = p_subscriber
        AND paying.status IN ('active', 'suspended_vacation')
        AND held(paying.valid_from, paying.valid_to, p_at))
    ELSE p_disconnected IS NOT NULL
      OR NOT EXISTS (
        SELECT 1 FROM account told
        WHERE NOT told.is_deleted AND told.subscriber_id = p_subscriber AND told.status IS NOT NULL)
      OR EXISTS (
        SELECT 1 FROM account today
        WHERE NOT today.is_deleted AND today.subscriber_id = p_subscriber
          AND today.status IN ('active', 'suspended_vacation'))
  END;

-- Whether a subscriber became active again after one instant and no later than another: it was activated, or an account
-- says active and nothing was just before. (Another row of an activity that goes on is no return.)
CREATE OR REPLACE TEMP MACRO returned(p_subscriber, p_activated, p_disconnected, p_after, p_until) AS (
  p_activated > p_after AND p_activated <= p_until
  AND active_at(p_subscriber, p_activated, p_disconnected, p_activated)) IS TRUE OR EXISTS (
  SELECT 1 FROM account resumed
  WHERE NOT resumed.is_deleted AND resumed.subscriber_id = p_subscriber
    AND resumed.status IN ('active', 'suspended_vacation')
    AND resumed.valid_from > p_after AND resumed.valid_from <= p_until
    AND active_at(p_subscriber, p_activated, p_disconnected, resumed.valid_from)
    AND NOT active_at(p_subscriber, p_activated, p_disconnected, resumed.valid_from - INTERVAL 1 microsecond));

-- Whether a ticket's own row says what has become of it: its events leave it open, and the row is not older than they.
CREATE OR REPLACE TEMP MACRO speaks(p_source, p_ticket, p_version) AS
  (ends(last_word(p_source, p_ticket, TIMESTAMP '9999-01-01')) IS NOT TRUE)
  AND coalesce(p_version >= (
    SELECT max(latest."at") FROM ticket_event latest
    WHERE NOT latest.is_deleted AND decides(latest.type, latest.reopens)
      AND concerns(latest.source_system, latest.ticket_id, p_source, p_ticket)), TRUE);

-- Whether a ticket was turned down: an event says so, or its own row.
CREATE OR REPLACE TEMP MACRO is_rejected(p_source, p_ticket, p_status, p_version) AS
  ended_as(p_source, p_ticket, 'rejected')
  OR (coalesce(p_status = 'rejected', FALSE) AND speaks(p_source, p_ticket, p_version));

-- Whether a ticket was called off: likewise.
CREATE OR REPLACE TEMP MACRO is_cancelled(p_source, p_ticket, p_status, p_version) AS
  ended_as(p_source, p_ticket, 'cancelled')
  OR (coalesce(p_status = 'cancelled', FALSE) AND speaks(p_source, p_ticket, p_version));

-- Whether a ticket is over, as its row says, but no event says since when.
CREATE OR REPLACE TEMP MACRO is_over_undated(p_source, p_ticket, p_status, p_merged_into, p_version) AS
  (coalesce(p_status IN ('resolved', 'closed', 'cancelled', 'rejected'), FALSE) OR p_merged_into IS NOT NULL)
  AND speaks(p_source, p_ticket, p_version);

-- Whether an event that opens a ticket again is a 'thank you': known not to be an agent's, and the next thing that ends
-- the ticket is a resolution within 30 minutes, with no public reply between. A second resolution does not tell
-- when it was opened again, so it is none.
CREATE OR REPLACE TEMP MACRO is_thanks(p_source, p_ticket, p_type, p_actor, p_at, p_place) AS
  p_type <> 'resolved' AND coalesce(p_actor, 'agent') <> 'agent' AND EXISTS (
    SELECT 1 FROM ticket_event again
    WHERE NOT again.is_deleted AND again.type = 'resolved'
      AND concerns(again.source_system, again.ticket_id, p_source, p_ticket)
      AND place(again."at", again.type, again.seq, again.source_system, again.source_id) > p_place
      AND again."at" < p_at + INTERVAL 30 MINUTE
      AND NOT EXISTS (
        SELECT 1 FROM ticket_event between_them
        WHERE NOT between_them.is_deleted
          AND concerns(between_them.source_system, between_them.ticket_id, p_source, p_ticket)
          AND (
            (between_them.type = 'public_reply' AND between_them."at" >= p_at AND between_them."at" <= again."at")
            OR (
              ends(between_them.type)
              AND place(between_them."at", between_them.type, between_them.seq, between_them.source_system,
                between_them.source_id) > p_place
              AND place(between_them."at", between_them.type, between_them.seq, between_them.source_system,
                between_them.source_id)
                < place(again."at", again.type, again.seq, again.source_system, again.source_id)))));

-- Whether somebody was in a team at an instant.
CREATE OR REPLACE TEMP MACRO is_member(p_agent, p_from, p_to, p_at) AS held(p_from, p_to, p_at) AND NOT EXISTS (
  SELECT 1 FROM agent moved_on
  WHERE NOT moved_on.is_deleted AND moved_on.agent_id = p_agent AND moved_on.valid_from <= p_at
    AND moved_on.valid_from > coalesce(p_from, TIMESTAMP '1900-01-01'));

-- The tier of a team at an instant, as stated for it, else where all its agents agree; and whose staff it is: likewise.
CREATE OR REPLACE TEMP MACRO tier_of_team(p_team, p_at) AS coalesce((
  SELECT min(said.tier) FROM team said
  WHERE NOT said.is_deleted AND said.team = p_team AND held(said.valid_from, said.valid_to, p_at)
    AND NOT EXISTS (
      SELECT 1 FROM team newer
      WHERE NOT newer.is_deleted AND newer.team = p_team AND newer.valid_from <= p_at
        AND newer.valid_from > coalesce(said.valid_from, TIMESTAMP '1900-01-01'))), (
  SELECT CASE WHEN count(mate.tier) = count(*) AND count(DISTINCT mate.tier) = 1 THEN min(mate.tier) END FROM agent mate
  WHERE NOT mate.is_deleted AND mate.team = p_team AND is_member(mate.agent_id, mate.valid_from, mate.valid_to, p_at)));
CREATE OR REPLACE TEMP MACRO staff_of_team(p_team, p_at) AS (
  SELECT CASE WHEN count(peer.employer) = count(*) AND count(DISTINCT peer.employer) = 1 THEN min(peer.employer) END
  FROM agent peer
  WHERE NOT peer.is_deleted AND peer.team = p_team AND is_member(peer.agent_id, peer.valid_from, peer.valid_to, p_at));

-- Whether an event hands a ticket to an outside firm: to the tier of vendors, or, not said to be tier 0 or 1, from a
-- team that is not all a vendor's to one that is.
CREATE OR REPLACE TEMP MACRO hands_out(p_type, p_to_tier, p_from_team, p_to_team, p_at) AS p_type = 'reassigned' AND (
  coalesce(p_to_tier = 'vendor', FALSE)
  OR (coalesce(p_to_tier NOT IN ('0', '1'), TRUE)
    AND coalesce(staff_of_team(p_to_team, p_at) = 'vendor', FALSE)
    AND coalesce(staff_of_team(p_from_team, p_at) <> 'vendor', TRUE)));

-- Whose account answered a survey: as the answer says, else that of the contact, ticket or visit it is about.
CREATE OR REPLACE TEMP MACRO answerer(p_source, p_account, p_contact, p_ticket, p_visit) AS coalesce(
  p_account,
  (
    SELECT min(met.account_id) FROM contact met
    WHERE NOT met.is_deleted AND means(p_source, p_contact, met.source_system, met.contact_id)),
  (
    SELECT min(filed.account_id) FROM ticket filed
    WHERE NOT filed.is_deleted AND concerns(p_source, p_ticket, filed.source_system, filed.ticket_id)),
  (
    SELECT min(visited.account_id) FROM truck_roll visited
    WHERE NOT visited.is_deleted AND visited.visit_id = p_visit));

-- The time a survey is about: of its contact, of the first resolution (else the opening) of its ticket, of its visit; of
-- the answer, where that is not known or the whole relationship is meant.
CREATE OR REPLACE TEMP MACRO surveyed(p_source, p_kind, p_contact, p_ticket, p_visit, p_responded) AS CASE
  WHEN p_kind = 'nps_relational' THEN p_responded
  ELSE coalesce(
    (
      SELECT min(call.entered_at) FROM contact call
      WHERE NOT call.is_deleted AND means(p_source, p_contact, call.source_system, call.contact_id)),
    (
      SELECT min(coalesce(
        first_resolved(matter.source_system, matter.ticket_id),
        opened(matter.source_system, matter.ticket_id, matter.opened_at))) FROM ticket matter
      WHERE NOT matter.is_deleted AND concerns(p_source, p_ticket, matter.source_system, matter.ticket_id)),
    (
      SELECT min(moved(trip.source_system, trip.visit_id, trip.dispatched_at, trip.arrived_at, trip.completed_at,
        trip.scheduled_start, trip.created_at, trip.outcome)) FROM truck_roll trip
      WHERE NOT trip.is_deleted AND trip.visit_id = p_visit),
    p_responded)
  END;

-- The channel of what a survey is about; of the answer, where that is not known.
CREATE OR REPLACE TEMP MACRO channel_of(p_source, p_contact, p_ticket, p_channel) AS coalesce(
  (
    SELECT min(heard_on(spoken.source_system, spoken.contact_id, spoken.channel, spoken.queue_id, spoken.entered_at))
    FROM contact spoken
    WHERE NOT spoken.is_deleted AND means(p_source, p_contact, spoken.source_system, spoken.contact_id)),
  (
    SELECT min(written.channel) FROM ticket written
    WHERE NOT written.is_deleted AND concerns(p_source, p_ticket, written.source_system, written.ticket_id)),
  p_channel);
