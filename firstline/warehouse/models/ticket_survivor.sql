-- Grain: one row per ticket that was merged into another one that is known.
-- Inputs: ticket.
-- Why: what is said of a merged ticket is said of the one that survived, up to four merges on. Of a ring of merges none
-- survives.
WITH known AS (
  SELECT source_system, ticket_id, merged_into FROM ticket WHERE NOT coalesce(is_deleted, FALSE)
), merge AS (
  SELECT known.source_system, known.ticket_id, target.ticket_id AS into_id
  FROM known
  JOIN known AS target ON target.source_system = known.source_system AND target.ticket_id = known.merged_into
  WHERE known.merged_into <> known.ticket_id
)
SELECT
  merge.source_system,
  merge.ticket_id,
  coalesce(fourth.into_id, third.into_id, second.into_id, merge.into_id) AS survivor_id
FROM merge
LEFT JOIN merge AS second ON second.source_system = merge.source_system AND second.ticket_id = merge.into_id
LEFT JOIN merge AS third ON third.source_system = merge.source_system AND third.ticket_id = second.into_id
LEFT JOIN merge AS fourth ON fourth.source_system = merge.source_system AND fourth.ticket_id = third.into_id
WHERE coalesce(fourth.into_id, third.into_id, second.into_id, merge.into_id) <> merge.ticket_id
