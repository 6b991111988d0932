-- Grain: one row per ticket whose events name a tier, or may hand it up.
-- Inputs: ticket_link, team_span.
-- Why: the tier at which a ticket entered, and when it first left tier 1 for a higher tier or an outside firm.
-- An escalation that names no tiers goes from tier 1 to tier 2. A hand-over between teams (`reassigned`) goes nowhere,
-- unless to an outside firm: to the tier of vendors, or from a team that is not known to be a vendor's to one whose
-- agents all were a vendor's then (and whose stated tier is not 0 or 1: an outside desk can be tier 1 itself). Where a
-- hand-over names no tier it left, the team's counts. What goes up tells the tier at entry by where it came from,
-- never by where it went.
WITH move AS (
  SELECT
    ticket_link.source_system,
    ticket_link.ticket_id,
    ticket_link.event_no,
    ticket_link.happened_at,
    ticket_link.type,
    ticket_link.from_tier,
    ticket_link.to_tier,
    giving.tier AS giving_tier,
    ticket_link.type = 'reassigned'
      AND (
        coalesce(ticket_link.to_tier, '') = 'vendor'
        OR (
          coalesce(ticket_link.to_tier, '') NOT IN ('0', '1')
          AND coalesce(taking.employer, '') = 'vendor'
          AND coalesce(giving.employer, '') <> 'vendor'
        )
      ) AS is_handed_out
  FROM ticket_link
  LEFT JOIN team_span AS giving
    ON giving.team = ticket_link.from_team
    AND giving.from_at <= ticket_link.happened_at
    AND giving.to_at > ticket_link.happened_at
  LEFT JOIN team_span AS taking
    ON taking.team = ticket_link.to_team
    AND taking.from_at <= ticket_link.happened_at
    AND taking.to_at > ticket_link.happened_at
  WHERE ticket_link.type IN ('escalated', 'reassigned')
    OR ticket_link.from_tier IS NOT NULL
    OR ticket_link.to_tier IS NOT NULL
), rise AS (
  SELECT source_system, ticket_id, min(happened_at) AS escalated_at
  FROM move
  WHERE (
      type = 'escalated' AND coalesce(from_tier, '1') = '1' AND coalesce(to_tier, '2') IN ('2', '3', 'vendor')
    )
    OR (is_handed_out AND coalesce(from_tier, giving_tier, '1') = '1')
  GROUP BY source_system, ticket_id
), mention AS (
  SELECT
    source_system,
    ticket_id,
    coalesce(from_tier, to_tier) AS tier,
    row_number() OVER (PARTITION BY source_system, ticket_id ORDER BY event_no) AS mention_no
  FROM move
  WHERE from_tier IS NOT NULL
    OR (to_tier IS NOT NULL AND type NOT IN ('escalated', 'deescalated') AND NOT is_handed_out)
)
SELECT
  coalesce(mention.source_system, rise.source_system) AS source_system,
  coalesce(mention.ticket_id, rise.ticket_id) AS ticket_id,
  coalesce(mention.tier, '1') AS entered_tier,
  rise.escalated_at
FROM (SELECT * FROM mention WHERE mention_no = 1) AS mention
FULL JOIN rise ON rise.source_system = mention.source_system AND rise.ticket_id = mention.ticket_id
