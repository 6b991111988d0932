-- Grain: one row per exclusion and row that it fits.
-- Inputs: exclusion, contact, ticket, truck_roll, survey_invite, survey_response, queue_interval, ticket_text_personal,
-- churn_event, subscriber_snapshot, subscriber_out.
-- Why: an exclusion says by what its rows are known. They are looked up by the first part that it states, in the order
-- row, account, number, mail address, queue, subject, time; then every other part must fit as well.
-- A row fits only where it has what is stated: a survey answer has no queue of its own. Queue summaries count as contacts.
-- Losses and snapshots name no account: they go with a subscriber who is taken out, at the last instant before the loss.
WITH stated AS (
  SELECT
    *,
    replace(replace(replace(replace(lower(subject_pattern), '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') AS subject_like,
    CASE
      WHEN row_id IS NOT NULL THEN 'row'
      WHEN account_id IS NOT NULL THEN 'account'
      WHEN phone_key IS NOT NULL THEN 'phone'
      WHEN email_key IS NOT NULL THEN 'email'
      WHEN queue_id IS NOT NULL THEN 'queue'
      WHEN subject_pattern IS NOT NULL THEN 'subject'
      WHEN from_at IS NOT NULL OR until_at IS NOT NULL THEN 'time'
    END AS known_by
  FROM exclusion
  WHERE NOT coalesce(is_deleted, FALSE)
), told AS (
  SELECT
    'contact' AS of_entity,
    source_system AS of_source,
    contact_id AS of_row,
    account_id AS of_account,
    phone_key AS of_phone,
    email_key AS of_email,
    queue_id AS of_queue,
    CAST(NULL AS VARCHAR) AS of_subject,
    entered_at AS happened_at
  FROM contact
  WHERE NOT coalesce(is_deleted, FALSE)
  UNION ALL
  SELECT 'contact', source_system, source_id, NULL, NULL, NULL, queue_id, NULL, interval_start
  FROM queue_interval
  WHERE NOT coalesce(is_deleted, FALSE)
  UNION ALL
  SELECT
    'ticket',
    ticket.source_system,
    ticket.ticket_id,
    ticket.account_id,
    ticket.phone_key,
    ticket.email_key,
    ticket.queue_id,
    lower(ticket_text_personal.subject),
    ticket.opened_at
  FROM ticket
  LEFT JOIN ticket_text_personal
    ON ticket_text_personal.source_system = ticket.source_system AND ticket_text_personal.source_id = ticket.ticket_id
  WHERE NOT coalesce(ticket.is_deleted, FALSE)
  UNION ALL
  SELECT
    'truck_roll', source_system, visit_id, account_id, phone_key, email_key, NULL, NULL,
    coalesce(dispatched_at, scheduled_start, created_at)
  FROM truck_roll
  WHERE NOT coalesce(is_deleted, FALSE)
  UNION ALL
  SELECT 'survey_invite', source_system, invite_id, account_id, phone_key, email_key, NULL, NULL, sent_at
  FROM survey_invite
  WHERE NOT coalesce(is_deleted, FALSE)
  UNION ALL
  SELECT 'survey_response', source_system, response_id, account_id, phone_key, email_key, NULL, NULL, responded_at
  FROM survey_response
  WHERE NOT coalesce(is_deleted, FALSE)
), met AS (
  SELECT * FROM stated JOIN told ON told.of_row = stated.row_id WHERE stated.known_by = 'row'
  UNION ALL
  SELECT * FROM stated JOIN told ON told.of_account = stated.account_id WHERE stated.known_by = 'account'
  UNION ALL
  SELECT * FROM stated JOIN told ON told.of_phone = stated.phone_key WHERE stated.known_by = 'phone'
  UNION ALL
  SELECT * FROM stated JOIN told ON told.of_email = stated.email_key WHERE stated.known_by = 'email'
  UNION ALL
  SELECT * FROM stated JOIN told ON told.of_queue = stated.queue_id WHERE stated.known_by = 'queue'
  UNION ALL
  SELECT *
  FROM stated
  JOIN told ON told.of_subject LIKE stated.subject_like ESCAPE '!'
  WHERE stated.known_by = 'subject'
  UNION ALL
  SELECT *
  FROM stated
  JOIN told ON told.happened_at >= coalesce(stated.from_at, TIMESTAMP '1900-01-01 00:00:00')
  WHERE stated.known_by = 'time'
)
SELECT exclusion_id, of_entity AS entity, of_source AS row_source, of_row AS row_id
FROM met
WHERE (entity IS NULL OR entity = of_entity)
  AND (row_source IS NULL OR row_source = of_source)
  AND (account_id IS NULL OR coalesce(account_id = of_account, FALSE))
  AND (phone_key IS NULL OR coalesce(phone_key = of_phone, FALSE))
  AND (email_key IS NULL OR coalesce(email_key = of_email, FALSE))
  AND (queue_id IS NULL OR coalesce(queue_id = of_queue, FALSE))
  AND (subject_like IS NULL OR coalesce(of_subject LIKE subject_like ESCAPE '!', FALSE))
  AND (from_at IS NULL OR coalesce(happened_at >= from_at, FALSE))
  AND (until_at IS NULL OR coalesce(happened_at < until_at, FALSE))
UNION ALL
SELECT subscriber_out.exclusion_id, 'churn_event', churn_event.source_system, churn_event.source_id
FROM churn_event
JOIN subscriber_out
  ON subscriber_out.subscriber_id = churn_event.subscriber_id
  AND subscriber_out.from_at < churn_event.effective_at
  AND subscriber_out.to_at >= churn_event.effective_at
WHERE NOT coalesce(churn_event.is_deleted, FALSE)
UNION ALL
SELECT subscriber_out.exclusion_id, 'subscriber_snapshot', subscriber_snapshot.source_system, subscriber_snapshot.source_id
FROM subscriber_snapshot
JOIN subscriber_out
  ON subscriber_out.subscriber_id = subscriber_snapshot.subscriber_id
  AND subscriber_out.from_at < subscriber_snapshot.as_of
  AND subscriber_out.to_at >= subscriber_snapshot.as_of
WHERE NOT coalesce(subscriber_snapshot.is_deleted, FALSE)
