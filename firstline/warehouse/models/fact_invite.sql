-- Grain: one row per invitation to a survey.
-- Inputs: survey_invite, survey_response, account_span.
-- Why: when it was sent and when it was answered first, so that the response rate waits as long for each.
WITH answered AS (
  SELECT source_system, invite_id, min(responded_at) AS responded_at
  FROM survey_response
  WHERE invite_id IS NOT NULL AND NOT coalesce(is_deleted, FALSE)
  GROUP BY source_system, invite_id
)
SELECT
  survey_invite.source_system,
  survey_invite.invite_id,
  survey_invite.account_id,
  survey_invite.sent_at,
  CAST((survey_invite.sent_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS sent_on,
  answered.responded_at,
  NOT coalesce(survey_invite.delivered, TRUE) AS is_bounced,
  coalesce(holding.is_test, FALSE) AS is_test,
  survey_invite.channel,
  holding.region,
  holding.segment,
  holding.language,
  holding.access_tech,
  holding.plan
FROM survey_invite
LEFT JOIN answered
  ON answered.source_system = survey_invite.source_system AND answered.invite_id = survey_invite.invite_id
LEFT JOIN account_span AS holding
  ON holding.account_id = survey_invite.account_id
  AND holding.from_at <= survey_invite.sent_at
  AND holding.to_at > survey_invite.sent_at
WHERE survey_invite.sent_at IS NOT NULL AND NOT coalesce(survey_invite.is_deleted, FALSE)
