-- Grain: one row per invitation to a survey.
-- Inputs: survey_invite, survey_response, fact_contact, fact_ticket, account_span.
-- Why: when it was sent and when it was answered first, so that the response rate waits as long for each.
-- channel: how the customer was asked; about_channel and about_at: the channel and the day of the contact or ticket asked
-- about, as its answers have them.
WITH answered AS (
  SELECT source_system, invite_id, min(responded_at) AS responded_at
  FROM survey_response
  WHERE invite_id IS NOT NULL AND NOT coalesce(is_deleted, FALSE)
  GROUP BY source_system, invite_id
), contact_elsewhere AS (
  SELECT contact_id, min(channel) AS channel, min(entered_at) AS entered_at
  FROM fact_contact
  WHERE contact_id IN (SELECT contact_id FROM survey_invite)
  GROUP BY contact_id
  HAVING count(*) = 1
), ticket_elsewhere AS (
  SELECT ticket_id, min(channel) AS channel, min(coalesce(first_resolved_at, opened_at)) AS about_at
  FROM fact_ticket
  WHERE ticket_id IN (SELECT ticket_id FROM survey_invite)
  GROUP BY ticket_id
  HAVING count(*) = 1
), asked AS (
  SELECT
    survey_invite.source_system,
    survey_invite.invite_id,
    survey_invite.account_id,
    survey_invite.sent_at,
    CAST((survey_invite.sent_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS sent_on,
    coalesce(
      own_contact.entered_at,
      contact_elsewhere.entered_at,
      own_ticket.first_resolved_at,
      own_ticket.opened_at,
      ticket_elsewhere.about_at,
      survey_invite.sent_at
    ) AS about_at,
    answered.responded_at,
    NOT coalesce(survey_invite.delivered, TRUE) AS is_bounced,
    coalesce(holding.is_test, FALSE) AS is_test,
    survey_invite.channel,
    coalesce(
      own_contact.channel, contact_elsewhere.channel, own_ticket.channel, ticket_elsewhere.channel, survey_invite.channel
    ) AS about_channel,
    holding.region,
    holding.segment,
    holding.language,
    holding.access_tech,
    holding.plan
  FROM survey_invite
  LEFT JOIN answered
    ON answered.source_system = survey_invite.source_system AND answered.invite_id = survey_invite.invite_id
  LEFT JOIN fact_contact AS own_contact
    ON own_contact.source_system = survey_invite.source_system AND own_contact.contact_id = survey_invite.contact_id
  LEFT JOIN contact_elsewhere ON contact_elsewhere.contact_id = survey_invite.contact_id
  LEFT JOIN fact_ticket AS own_ticket
    ON own_ticket.source_system = survey_invite.source_system AND own_ticket.ticket_id = survey_invite.ticket_id
  LEFT JOIN ticket_elsewhere ON ticket_elsewhere.ticket_id = survey_invite.ticket_id
  LEFT JOIN account_span AS holding
    ON holding.account_id = survey_invite.account_id
    AND holding.from_at <= survey_invite.sent_at
    AND holding.to_at > survey_invite.sent_at
  WHERE survey_invite.sent_at IS NOT NULL AND NOT coalesce(survey_invite.is_deleted, FALSE)
)
SELECT
  source_system,
  invite_id,
  account_id,
  sent_at,
  sent_on,
  about_at,
  CAST((about_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS about_on,
  responded_at,
  is_bounced,
  is_test,
  channel,
  about_channel,
  region,
  segment,
  language,
  access_tech,
  plan
FROM asked
