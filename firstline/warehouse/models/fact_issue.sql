-- Grain: one row per issue: a chain of contacts and tickets of one account about one matter.
-- Inputs: issue_member, contact_turn, fact_ticket, ticket_reopening, fact_visit, account_loss.
-- Why: what followed on the first contact, as instants; which window a figure looks at, it says itself. Of what is of no
-- member of the issue, nothing later than :look_ahead after the first contact's end is here, so that an issue depends on nothing
-- beyond a gap of that length. unsettled_at: the opening of its first ticket that was not resolved by :settled_within after the
-- first contact's end.
-- The first contact (index_*) is the first with an agent sought; a session that a bot contained is it only where there is
-- no other. What is of one account and not of the same family still stands in the columns *_any_*; whether two reasons are
-- of one family is not known where one is unknown, and is taken to be so where the other is about the connection.
-- A visit or a reopening is about another matter only where its ticket is known to be.
-- resolved_at: when the last of its tickets was resolved, if none is left; without a ticket, the end of the last contact,
-- if the agent's last word is that it was resolved.
-- is_outage: a ticket of it hangs on an outage's, its reason is one, or its first contact, about the connection or nothing
-- known, began while an outage had the line. is_not_resolvable: the closed list of what no first contact can resolve.
-- n_interactions: answered calls and chats, calls that reached the customer, and public replies to what came in writing.
WITH turn AS (
  SELECT
    issue_member.issue_id,
    contact_turn.*,
    contact_turn.direction = 'outbound' AS is_outbound,
    coalesce(contact_turn.channel, '') IN ('email', 'web_form', 'social', 'sms') AS is_written,
    row_number() OVER (
      PARTITION BY issue_member.issue_id
      ORDER BY
        CASE WHEN contact_turn.is_bot THEN 1 ELSE 0 END,
        contact_turn.entered_at,
        contact_turn.source_system,
        contact_turn.contact_id
    ) AS index_no,
    row_number() OVER (
      PARTITION BY issue_member.issue_id
      ORDER BY
        CASE WHEN contact_turn.family IS NULL THEN 1 ELSE 0 END,
        contact_turn.entered_at,
        contact_turn.source_system,
        contact_turn.contact_id
    ) AS family_no,
    row_number() OVER (
      PARTITION BY issue_member.issue_id
      ORDER BY
        CASE WHEN contact_turn.resolved_flag IS NULL THEN 1 ELSE 0 END,
        contact_turn.entered_at DESC,
        contact_turn.source_system,
        contact_turn.contact_id
    ) AS flag_no
  FROM issue_member
  JOIN contact_turn
    ON contact_turn.source_system = issue_member.source_system AND contact_turn.contact_id = issue_member.row_id
  WHERE issue_member.kind = 'contact'
), first_contact AS (
  SELECT * FROM turn WHERE index_no = 1
), spoken AS (
  SELECT
    turn.issue_id,
    sum(CASE WHEN turn.is_outbound THEN 0 ELSE 1 END) AS n_contacts_in,
    sum(CASE WHEN turn.is_outbound THEN 1 ELSE 0 END) AS n_contacts_out,
    count(DISTINCT turn.agent) AS n_agents,
    sum(CASE WHEN turn.is_answered AND NOT turn.is_written THEN 1 ELSE 0 END) AS n_spoken,
    sum(CASE WHEN turn.is_answered AND turn.is_written THEN 1 ELSE 0 END) AS n_written,
    max(CASE WHEN turn.family_no = 1 THEN turn.family END) AS family,
    max(CASE WHEN turn.flag_no = 1 AND turn.resolved_flag THEN 1 ELSE 0 END) = 1 AS is_said_resolved,
    max(turn.ended_at) AS last_ended_at,
    min(
      CASE
        WHEN turn.index_no > 1 AND NOT turn.is_bot AND (turn.is_answered OR NOT turn.is_outbound) THEN turn.entered_at
      END
    ) AS follow_up_at,
    min(CASE WHEN turn.is_answered AND NOT turn.is_outbound THEN turn.entered_at END) AS first_answered_at
  FROM turn
  GROUP BY turn.issue_id
), attempt AS (
  SELECT turn.issue_id, count(*) AS n_attempts
  FROM turn
  JOIN spoken ON spoken.issue_id = turn.issue_id
  WHERE NOT turn.is_answered
    AND NOT turn.is_outbound
    AND NOT turn.is_bot
    AND coalesce(turn.entered_at < spoken.first_answered_at, TRUE)
  GROUP BY turn.issue_id
), desk AS (
  SELECT
    issue_member.issue_id,
    fact_ticket.*,
    CASE WHEN family NOT IN (:unknown_families) THEN family END AS known_family,
    row_number() OVER (
      PARTITION BY issue_member.issue_id ORDER BY fact_ticket.opened_at, fact_ticket.source_system, fact_ticket.ticket_id
    ) AS ticket_no,
    row_number() OVER (
      PARTITION BY issue_member.issue_id
      ORDER BY
        CASE WHEN fact_ticket.final_resolved_at IS NULL THEN 1 ELSE 0 END,
        fact_ticket.final_resolved_at DESC,
        fact_ticket.source_system,
        fact_ticket.ticket_id
    ) AS from_last
  FROM issue_member
  JOIN fact_ticket
    ON fact_ticket.source_system = issue_member.source_system AND fact_ticket.ticket_id = issue_member.row_id
  WHERE issue_member.kind = 'ticket' AND NOT fact_ticket.is_merged
), filed AS (
  SELECT
    issue_id,
    count(*) AS n_tickets,
    sum(CASE WHEN final_resolved_at IS NULL AND NOT is_cancelled THEN 1 ELSE 0 END) AS n_unresolved,
    max(CASE WHEN NOT is_cancelled THEN final_resolved_at END) AS resolved_at,
    min(escalated_at) AS escalated_at,
    max(CASE WHEN is_outage_child THEN 1 ELSE 0 END) = 1 AS is_outage,
    max(CASE WHEN ticket_no = 1 THEN type END) AS ticket_type,
    max(CASE WHEN from_last = 1 THEN resolution END) AS resolution,
    sum(n_replies) AS n_replies,
    sum(CASE WHEN coalesce(channel, '') IN ('email', 'web_form', 'social', 'sms') THEN n_replies ELSE 0 END)
      AS n_written_replies,
    min(
      CASE
        WHEN coalesce(origin, 'customer') = 'customer'
          AND coalesce(channel, '') IN ('email', 'web_form', 'async_chat', 'social', 'sms', 'self_service_app')
          THEN opened_at
      END
    ) AS written_at
  FROM desk
  GROUP BY issue_id
), first_ticket AS (
  SELECT * FROM desk WHERE ticket_no = 1
), named AS (
  SELECT issue_id, min(opened_at) AS opened_at, min(linker_version) AS linker_version
  FROM issue_member
  GROUP BY issue_id
), head AS (
  SELECT
    named.issue_id,
    named.opened_at,
    named.linker_version,
    coalesce(first_contact.source_system, first_ticket.source_system) AS source_system,
    coalesce(first_contact.account_id, first_ticket.account_id) AS account_id,
    first_contact.contact_id AS index_contact_id,
    first_contact.entered_at AS index_at,
    first_contact.ended_at AS index_ended_at,
    coalesce(first_contact.is_answered, FALSE) AS is_answered,
    coalesce(first_contact.is_outbound, FALSE) AS is_outbound,
    coalesce(first_contact.is_bot, FALSE) AS is_bot,
    first_contact.resolved_flag,
    first_contact.n_transfers,
    coalesce(first_contact.family, spoken.family, first_ticket.known_family) AS known_family,
    coalesce(first_contact.family, first_ticket.known_family, spoken.family, first_contact.stated_family, first_ticket.family)
      AS family,
    first_ticket.ticket_id AS first_ticket_id,
    coalesce(first_contact.is_in_outage, FALSE) AS is_in_outage,
    coalesce(first_contact.is_test, FALSE) AS is_test,
    coalesce(first_contact.is_excluded, first_ticket.is_excluded, FALSE) AS is_excluded,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.channel ELSE first_contact.channel END AS channel,
    coalesce(first_contact.reason, first_ticket.reason) AS reason,
    coalesce(first_contact.driver, first_ticket.driver) AS driver,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.queue ELSE first_contact.queue END AS queue,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.agent ELSE first_contact.agent END AS agent,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.team ELSE first_contact.team END AS team,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.tier ELSE first_contact.tier END AS tier,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.site ELSE first_contact.site END AS site,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.employer ELSE first_contact.employer END AS employer,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.vendor ELSE first_contact.vendor END AS vendor,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.region ELSE first_contact.region END AS region,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.segment ELSE first_contact.segment END AS segment,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.language ELSE first_contact.language END AS language,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.access_tech ELSE first_contact.access_tech END AS access_tech,
    CASE WHEN first_contact.contact_id IS NULL THEN first_ticket.plan ELSE first_contact.plan END AS plan
  FROM named
  LEFT JOIN first_contact ON first_contact.issue_id = named.issue_id
  LEFT JOIN first_ticket ON first_ticket.issue_id = named.issue_id
  LEFT JOIN spoken ON spoken.issue_id = named.issue_id
), later AS (
  -- what came in after the first contact, of the same account
  SELECT
    head.issue_id,
    contact_turn.entered_at,
    contact_turn.is_bot,
    coalesce(contact_turn.channel = head.channel, FALSE) AS is_channel,
    coalesce(contact_turn.family = head.known_family, FALSE)
      OR (
        head.known_family IS NULL
        AND (contact_turn.family IS NULL OR contact_turn.family LIKE 'connectivity.%')
      )
      OR (contact_turn.family IS NULL AND head.known_family LIKE 'connectivity.%') AS is_family
  FROM head
  JOIN contact_turn
    ON contact_turn.account_id = head.account_id
    AND contact_turn.entered_at >= head.index_ended_at
    AND contact_turn.entered_at <= head.index_ended_at + :look_ahead
  WHERE contact_turn.direction <> 'outbound'
    AND NOT contact_turn.is_errand
    AND NOT contact_turn.is_excluded
    AND NOT (contact_turn.source_system = head.source_system AND contact_turn.contact_id = head.index_contact_id)
), prompt AS (
  -- which of its tickets were not resolved with the first contact; a cancelled one says nothing where another was
  SELECT
    desk.issue_id,
    sum(
      CASE WHEN NOT desk.is_cancelled AND desk.first_resolved_at <= head.index_ended_at + :settled_within THEN 1 ELSE 0 END
    ) AS n_prompt,
    min(CASE WHEN desk.is_cancelled THEN desk.opened_at END) AS cancelled_at,
    min(
      CASE
        WHEN NOT desk.is_cancelled AND coalesce(desk.first_resolved_at > head.index_ended_at + :settled_within, TRUE)
          THEN desk.opened_at
      END
    ) AS slow_at
  FROM desk
  JOIN head ON head.issue_id = desk.issue_id
  GROUP BY desk.issue_id
), repeated AS (
  SELECT
    issue_id,
    min(CASE WHEN NOT is_bot AND is_family THEN entered_at END) AS repeat_family_at,
    min(CASE WHEN NOT is_bot AND is_family AND is_channel THEN entered_at END) AS repeat_family_channel_at,
    min(CASE WHEN NOT is_bot THEN entered_at END) AS repeat_any_at,
    min(CASE WHEN NOT is_bot AND is_channel THEN entered_at END) AS repeat_any_channel_at,
    min(CASE WHEN is_bot AND is_family THEN entered_at END) AS bot_repeat_at,
    min(CASE WHEN is_bot AND is_family AND is_channel THEN entered_at END) AS bot_repeat_channel_at
  FROM later
  GROUP BY issue_id
), about AS (
  -- which family a ticket is of, and which issue it belongs to
  SELECT
    fact_ticket.source_system,
    fact_ticket.ticket_id,
    fact_ticket.account_id,
    CASE WHEN family NOT IN (:unknown_families) THEN family END AS family,
    issue_member.issue_id,
    NOT (is_test OR is_spam OR is_internal OR is_rejected OR is_outage_master OR is_excluded) AS is_customer_s
  FROM fact_ticket
  LEFT JOIN issue_member
    ON issue_member.kind = 'ticket'
    AND issue_member.source_system = fact_ticket.source_system
    AND issue_member.row_id = fact_ticket.ticket_id
), sent AS (
  SELECT
    head.issue_id,
    min(fact_visit.moved_at) AS visit_any_at,
    min(
      CASE
        WHEN about.ticket_id IS NULL
          OR coalesce(about.issue_id = head.issue_id, FALSE)
          OR coalesce(about.family = head.known_family, FALSE)
          OR (about.family IS NULL AND coalesce(head.known_family LIKE 'connectivity.%', TRUE))
          OR (head.known_family IS NULL AND about.family LIKE 'connectivity.%')
          THEN fact_visit.moved_at
      END
    ) AS visit_family_at
  FROM head
  JOIN fact_visit
    ON fact_visit.account_id = head.account_id
    AND fact_visit.moved_at >= head.index_ended_at
    AND fact_visit.moved_at <= head.index_ended_at + :look_ahead
  LEFT JOIN about ON about.source_system = fact_visit.ticket_source AND about.ticket_id = fact_visit.ticket_id
  WHERE coalesce(fact_visit.purpose, 'trouble') = 'trouble' AND NOT fact_visit.is_excluded
  GROUP BY head.issue_id
), job AS (
  SELECT
    about.issue_id,
    fact_visit.moved_at,
    fact_visit.fault_found,
    row_number() OVER (
      PARTITION BY about.issue_id ORDER BY fact_visit.moved_at DESC, fact_visit.source_system, fact_visit.visit_id
    ) AS from_last
  FROM fact_visit
  JOIN about ON about.source_system = fact_visit.ticket_source AND about.ticket_id = fact_visit.ticket_id
  WHERE about.issue_id IS NOT NULL
    AND fact_visit.moved_at IS NOT NULL
    AND coalesce(fact_visit.purpose, 'trouble') = 'trouble'
    AND NOT fact_visit.is_excluded
), own_visit AS (
  SELECT
    issue_id,
    count(*) AS n_visits,
    min(moved_at) AS first_visit_at,
    max(CASE WHEN from_last = 1 THEN fault_found END) AS fault_found
  FROM job
  GROUP BY issue_id
), again AS (
  SELECT
    head.issue_id,
    min(ticket_reopening.happened_at) AS reopened_any_at,
    min(CASE WHEN about.issue_id = head.issue_id THEN ticket_reopening.happened_at END) AS reopened_own_at,
    min(
      CASE
        WHEN coalesce(about.issue_id = head.issue_id, FALSE)
          OR coalesce(about.family = head.known_family, FALSE)
          OR (about.family IS NULL AND coalesce(head.known_family LIKE 'connectivity.%', TRUE))
          OR (head.known_family IS NULL AND about.family LIKE 'connectivity.%')
          THEN ticket_reopening.happened_at
      END
    ) AS reopened_family_at
  FROM head
  JOIN about ON about.account_id = head.account_id AND about.is_customer_s
  JOIN ticket_reopening
    ON ticket_reopening.source_system = about.source_system
    AND ticket_reopening.ticket_id = about.ticket_id
    AND ticket_reopening.happened_at >= head.index_ended_at
    AND ticket_reopening.happened_at <= head.index_ended_at + :look_ahead
  GROUP BY head.issue_id
), left_us AS (
  SELECT head.issue_id, min(account_loss.lost_at) AS lost_at
  FROM head
  JOIN account_loss
    ON account_loss.account_id = head.account_id
    AND account_loss.lost_at >= head.index_ended_at
    AND account_loss.lost_at <= head.index_ended_at + :look_ahead
  GROUP BY head.issue_id
), resolved AS (
  SELECT
    head.issue_id,
    CASE
      WHEN filed.n_unresolved = 0 THEN filed.resolved_at
      WHEN filed.issue_id IS NULL AND spoken.is_said_resolved THEN spoken.last_ended_at
    END AS resolved_at
  FROM head
  LEFT JOIN filed ON filed.issue_id = head.issue_id
  LEFT JOIN spoken ON spoken.issue_id = head.issue_id
)
SELECT
  head.issue_id,
  head.linker_version,
  head.source_system,
  head.account_id,
  head.opened_at,
  head.index_contact_id,
  head.index_at,
  head.index_ended_at,
  CAST((head.index_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS index_on,
  resolved.resolved_at,
  CAST((resolved.resolved_at AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS resolved_on,
  head.first_ticket_id,
  head.resolved_flag,
  head.n_transfers,
  coalesce(filed.n_tickets, 0) AS n_tickets,
  coalesce(spoken.n_contacts_in, 0) AS n_contacts_in,
  coalesce(spoken.n_contacts_out, 0) AS n_contacts_out,
  coalesce(spoken.n_agents, 0) AS n_agents,
  coalesce(own_visit.n_visits, 0) AS n_visits,
  coalesce(attempt.n_attempts, 0) AS n_attempts,
  coalesce(spoken.n_spoken, 0)
    + CASE
      WHEN spoken.issue_id IS NULL THEN coalesce(filed.n_replies, 0)
      WHEN filed.n_written_replies > 0 THEN filed.n_written_replies
      ELSE spoken.n_written
    END AS n_interactions,
  spoken.follow_up_at,
  filed.escalated_at,
  CASE
    WHEN prompt.n_prompt = 0 AND (prompt.slow_at IS NULL OR prompt.cancelled_at < prompt.slow_at) THEN prompt.cancelled_at
    ELSE prompt.slow_at
  END AS unsettled_at,
  CASE
    WHEN own_visit.first_visit_at > sent.visit_family_at THEN sent.visit_family_at
    ELSE coalesce(own_visit.first_visit_at, sent.visit_family_at)
  END AS first_visit_at,
  repeated.repeat_family_at,
  repeated.repeat_family_channel_at,
  repeated.repeat_any_at,
  repeated.repeat_any_channel_at,
  repeated.bot_repeat_at,
  repeated.bot_repeat_channel_at,
  sent.visit_family_at,
  sent.visit_any_at,
  again.reopened_own_at,
  again.reopened_family_at,
  again.reopened_any_at,
  left_us.lost_at,
  head.is_test,
  head.is_excluded,
  head.is_answered,
  head.is_outbound,
  head.is_bot,
  coalesce(filed.is_outage, FALSE)
    OR coalesce(head.family LIKE 'connectivity.area_outage%', FALSE)
    OR (head.is_in_outage AND coalesce(head.known_family LIKE 'connectivity.%', TRUE)) AS is_outage,
  coalesce(filed.written_at < head.index_at, FALSE) AS is_written_first,
  filed.ticket_type AS type,
  filed.resolution,
  own_visit.fault_found,
  coalesce(own_visit.fault_found IN (:not_resolvable_faults), FALSE)
    OR coalesce(head.family IN (:not_resolvable_families), FALSE)
    OR coalesce(filed.resolution IN (:not_resolvable_resolutions), FALSE) AS is_not_resolvable,
  head.channel,
  head.reason,
  head.family,
  head.driver,
  head.queue,
  head.agent,
  head.team,
  head.tier,
  head.site,
  head.employer,
  head.vendor,
  head.region,
  head.segment,
  head.language,
  head.access_tech,
  head.plan
FROM head
LEFT JOIN resolved ON resolved.issue_id = head.issue_id
LEFT JOIN spoken ON spoken.issue_id = head.issue_id
LEFT JOIN attempt ON attempt.issue_id = head.issue_id
LEFT JOIN filed ON filed.issue_id = head.issue_id
LEFT JOIN prompt ON prompt.issue_id = head.issue_id
LEFT JOIN repeated ON repeated.issue_id = head.issue_id
LEFT JOIN sent ON sent.issue_id = head.issue_id
LEFT JOIN own_visit ON own_visit.issue_id = head.issue_id
LEFT JOIN again ON again.issue_id = head.issue_id
LEFT JOIN left_us ON left_us.issue_id = head.issue_id
