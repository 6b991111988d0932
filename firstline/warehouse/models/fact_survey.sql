-- Grain: one row per answer to one survey question.
-- Inputs: survey_response, survey_invite, contact, ticket, truck_roll, fact_contact, fact_ticket, fact_visit,
-- account_span, agent_span, contact_join, issue_member, fact_issue.
-- Why: an answer counts on the day of what it is about: the contact's beginning, the ticket's first resolution
-- (else its opening), the visit's dispatch; a relational answer, or one about nothing known, on its own day.
-- is_superseded marks a scored answer that a later scored one to the same question about the same contact, ticket or
-- visit replaces; an answer without score or scale, or off its scale, replaces none.
-- Of an issue, the latest answer of those that can tell of its first contact counts: is_also_answered marks the others.
WITH invited AS (
  SELECT
    survey_response.*,
    coalesce(survey_response.contact_id, survey_invite.contact_id) AS about_contact_id,
    coalesce(survey_response.ticket_id, survey_invite.ticket_id) AS about_ticket_id,
    coalesce(survey_response.visit_id, survey_invite.visit_id) AS about_visit_id,
    coalesce(survey_response.account_id, survey_invite.account_id) AS asked_account_id,
    survey_invite.sent_at,
    survey_response.kind = 'nps_relational' OR coalesce(survey_response.is_relational, FALSE) AS is_about_all
  FROM survey_response
  LEFT JOIN survey_invite
    ON survey_invite.source_system = survey_response.source_system
    AND survey_invite.invite_id = survey_response.invite_id
    AND NOT coalesce(survey_invite.is_deleted, FALSE)
  WHERE NOT coalesce(survey_response.is_deleted, FALSE)
), contact_elsewhere AS (
  -- only of those asked about: they are few beside all contacts
  SELECT contact_id, min(source_system) AS source_system
  FROM fact_contact
  WHERE contact_id IN (SELECT about_contact_id FROM invited)
  GROUP BY contact_id
  HAVING count(*) = 1
), ticket_elsewhere AS (
  SELECT ticket_id, min(source_system) AS source_system
  FROM fact_ticket
  WHERE ticket_id IN (SELECT about_ticket_id FROM invited)
  GROUP BY ticket_id
  HAVING count(*) = 1
), visit_elsewhere AS (
  SELECT visit_id, min(source_system) AS source_system
  FROM fact_visit
  WHERE visit_id IN (SELECT about_visit_id FROM invited)
  GROUP BY visit_id
  HAVING count(*) = 1
), homed AS (
  -- what an answer's own source has, deleted or not, is not another source's
  SELECT
    invited.*,
    coalesce(own_contact.source_system, contact_elsewhere.source_system) AS contact_source,
    coalesce(own_ticket.source_system, ticket_elsewhere.source_system) AS ticket_source,
    coalesce(own_visit.source_system, visit_elsewhere.source_system) AS visit_source
  FROM invited
  LEFT JOIN contact AS own_contact
    ON own_contact.contact_id = invited.about_contact_id AND own_contact.source_system = invited.source_system
  LEFT JOIN contact_elsewhere ON contact_elsewhere.contact_id = invited.about_contact_id
  LEFT JOIN ticket AS own_ticket
    ON own_ticket.ticket_id = invited.about_ticket_id AND own_ticket.source_system = invited.source_system
  LEFT JOIN ticket_elsewhere ON ticket_elsewhere.ticket_id = invited.about_ticket_id
  LEFT JOIN truck_roll AS own_visit
    ON own_visit.visit_id = invited.about_visit_id AND own_visit.source_system = invited.source_system
  LEFT JOIN visit_elsewhere ON visit_elsewhere.visit_id = invited.about_visit_id
), linked AS (
  SELECT
    homed.source_system,
    homed.response_id,
    homed.kind,
    homed.scale_min,
    homed.scale_max,
    homed.score,
    coalesce(homed.score >= homed.scale_min AND homed.score <= homed.scale_max, FALSE) AS is_scored,
    homed.responded_at,
    homed.is_about_all,
    homed.sent_at,
    homed.contact_source,
    homed.ticket_source,
    homed.about_contact_id,
    homed.about_ticket_id,
    homed.about_visit_id,
    coalesce(homed.asked_account_id, about_contact.account_id, about_ticket.account_id, about_visit.account_id) AS account_id,
    coalesce(homed.agent_id, about_contact.agent, about_ticket.agent) AS agent,
    coalesce(about_contact.channel, about_ticket.channel, homed.channel) AS channel,
    coalesce(about_contact.queue, about_ticket.queue) AS queue,
    coalesce(about_contact.reason, about_ticket.reason) AS reason,
    coalesce(about_contact.driver, about_ticket.driver) AS driver,
    coalesce(about_contact.family, about_ticket.family) AS family,
    CASE WHEN about_contact.outage = 'yes' OR about_ticket.outage = 'yes' THEN 'yes' ELSE 'no' END AS outage,
    CASE
      WHEN homed.is_about_all THEN homed.responded_at
      ELSE coalesce(
        about_contact.entered_at,
        about_ticket.first_resolved_at,
        about_ticket.opened_at,
        about_visit.moved_at,
        homed.responded_at
      )
    END AS surveyed_at,
    CASE
      WHEN homed.is_about_all THEN NULL
      WHEN homed.about_contact_id IS NOT NULL THEN 'contact ' || coalesce(homed.contact_source, '') || ' ' || homed.about_contact_id
      WHEN homed.about_ticket_id IS NOT NULL THEN 'ticket ' || coalesce(homed.ticket_source, '') || ' ' || homed.about_ticket_id
      WHEN homed.about_visit_id IS NOT NULL THEN 'visit ' || coalesce(homed.visit_source, '') || ' ' || homed.about_visit_id
    END AS about
  FROM homed
  LEFT JOIN fact_contact AS about_contact
    ON about_contact.source_system = homed.contact_source AND about_contact.contact_id = homed.about_contact_id
  LEFT JOIN fact_ticket AS about_ticket
    ON about_ticket.source_system = homed.ticket_source AND about_ticket.ticket_id = homed.about_ticket_id
  LEFT JOIN fact_visit AS about_visit
    ON about_visit.source_system = homed.visit_source AND about_visit.visit_id = homed.about_visit_id
), ranked AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY kind, about, is_scored ORDER BY responded_at DESC, source_system DESC, response_id DESC
    ) AS from_last
  FROM linked
), asked AS (
  -- a contact that goes on with another one is that one
  SELECT
    ranked.source_system,
    ranked.response_id,
    ranked.kind AS survey_kind,
    ranked.score,
    ranked.responded_at,
    coalesce(ranked.sent_at, ranked.responded_at) AS asked_at,
    CASE WHEN ranked.about_contact_id IS NOT NULL THEN 'contact' ELSE 'ticket' END AS about_kind,
    CASE
      WHEN ranked.about_contact_id IS NOT NULL THEN coalesce(contact_join.head_source, ranked.contact_source)
      ELSE ranked.ticket_source
    END AS about_source,
    coalesce(contact_join.head_id, ranked.about_contact_id, ranked.about_ticket_id) AS about_id
  FROM ranked
  LEFT JOIN contact_join
    ON contact_join.source_system = ranked.contact_source AND contact_join.contact_id = ranked.about_contact_id
), met AS (
  SELECT
    asked.*,
    fact_issue.issue_id,
    fact_issue.is_outage,
    asked.about_kind = 'contact'
      AND coalesce(
        NOT (fact_issue.source_system = asked.about_source AND fact_issue.index_contact_id = asked.about_id), FALSE
      ) AS is_later_contact,
    coalesce(asked.asked_at < fact_issue.index_ended_at + :survey_wait, FALSE) AS is_asked_early
  FROM asked
  JOIN issue_member
    ON issue_member.kind = asked.about_kind
    AND issue_member.source_system = asked.about_source
    AND issue_member.row_id = asked.about_id
  JOIN fact_issue ON fact_issue.issue_id = issue_member.issue_id
), told AS (
  SELECT
    *,
    row_number() OVER (
      PARTITION BY
        survey_kind,
        issue_id,
        CASE WHEN is_later_contact OR is_asked_early OR score IS NULL OR score NOT IN (0, 1) THEN 1 ELSE 0 END
      ORDER BY responded_at DESC, source_system DESC, response_id DESC
    ) > 1 AS is_also_answered
  FROM met
)
SELECT
  ranked.source_system,
  ranked.response_id,
  ranked.account_id,
  ranked.about,
  ranked.kind AS survey_kind,
  CAST(ranked.scale_min AS VARCHAR) || '-' || CAST(ranked.scale_max AS VARCHAR) AS scale,
  CAST(ranked.scale_min AS DOUBLE) AS scale_min,
  CAST(ranked.scale_max AS DOUBLE) AS scale_max,
  ranked.score,
  ranked.responded_at,
  ranked.surveyed_at,
  CAST((ranked.surveyed_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS surveyed_on,
  ranked.is_scored AND ranked.about IS NOT NULL AND ranked.from_last > 1 AS is_superseded,
  told.issue_id,
  coalesce(told.is_outage, FALSE) AS is_of_outage_issue,
  coalesce(told.is_later_contact, FALSE) AS is_later_contact,
  coalesce(told.is_asked_early, FALSE) AS is_asked_early,
  coalesce(told.is_also_answered, FALSE) AS is_also_answered,
  coalesce(holding.is_test, FALSE) AS is_test,
  ranked.outage,
  ranked.channel,
  ranked.queue,
  ranked.agent,
  handler.team,
  handler.tier,
  handler.site,
  handler.employer,
  handler.vendor,
  ranked.reason,
  ranked.driver,
  ranked.family,
  holding.region,
  holding.segment,
  holding.language,
  holding.access_tech,
  holding.plan
FROM ranked
LEFT JOIN told ON told.source_system = ranked.source_system AND told.response_id = ranked.response_id
LEFT JOIN account_span AS holding
  ON holding.account_id = ranked.account_id AND holding.from_at <= ranked.surveyed_at AND holding.to_at > ranked.surveyed_at
LEFT JOIN agent_span AS handler
  ON handler.agent_id = ranked.agent AND handler.from_at <= ranked.surveyed_at AND handler.to_at > ranked.surveyed_at
