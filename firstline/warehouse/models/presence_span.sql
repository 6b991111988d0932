-- Grain: one row per thing that full lists lack at some time, and interval in which it was there.
-- Inputs: presence, listing.
-- Why: whoever a full list no longer names has ended: at the first full list of the source that lacks it after one
-- that names it, whatever lies between the two. A later list of any kind that names it opens it again. A thing that
-- several sources list is gone only when each of them that named it lacks it. Lists that are not full end nothing.
-- Whoever is first named after a full list of each source that names it was not there before; a subscriber says itself
-- when it began. Else a thing was there since always, which is assumed.
WITH named AS (
  SELECT DISTINCT entity, source_system, thing_id, as_of FROM presence
), counted AS (
  SELECT entity, source_system, as_of, count(*) AS n_things FROM named GROUP BY entity, source_system, as_of
), whole AS (
  -- a list of which a part was withdrawn or never came is no full one
  SELECT DISTINCT listing.entity, listing.source_system, listing.as_of
  FROM listing
  JOIN counted
    ON counted.entity = listing.entity
    AND counted.source_system = listing.source_system
    AND counted.as_of = listing.as_of
    AND counted.n_things >= listing.n_things
), following AS (
  SELECT counted.entity, counted.source_system, counted.as_of, min(whole.as_of) AS next_whole_at
  FROM counted
  JOIN whole
    ON whole.entity = counted.entity AND whole.source_system = counted.source_system AND whole.as_of > counted.as_of
  GROUP BY counted.entity, counted.source_system, counted.as_of
), again AS (
  SELECT
    *,
    lead(as_of) OVER (PARTITION BY entity, source_system, thing_id ORDER BY as_of) AS named_again_at,
    row_number() OVER (PARTITION BY entity, source_system, thing_id ORDER BY as_of) AS naming_no
  FROM named
), first_whole AS (
  SELECT entity, source_system, min(as_of) AS first_whole_at FROM whole GROUP BY entity, source_system
), newcomer AS (
  SELECT again.entity, again.thing_id, min(again.as_of) AS began_at
  FROM again
  LEFT JOIN first_whole ON first_whole.entity = again.entity AND first_whole.source_system = again.source_system
  WHERE again.naming_no = 1 AND again.entity <> 'subscriber'
  GROUP BY again.entity, again.thing_id
  HAVING min(CASE WHEN first_whole.first_whole_at < again.as_of THEN 1 ELSE 0 END) = 1
), missing AS (
  SELECT
    again.entity,
    again.source_system,
    again.thing_id,
    following.next_whole_at AS from_at,
    coalesce(again.named_again_at, TIMESTAMP '9999-01-01 00:00:00') AS to_at
  FROM again
  JOIN following
    ON following.entity = again.entity
    AND following.source_system = again.source_system
    AND following.as_of = again.as_of
  WHERE again.named_again_at IS NULL OR again.named_again_at > following.next_whole_at
), change AS (
  SELECT entity, thing_id, changed_at, sum(delta) AS delta
  FROM (
    SELECT entity, thing_id, as_of AS changed_at, 1 AS delta FROM again WHERE naming_no = 1
    UNION ALL
    SELECT entity, thing_id, from_at, -1 FROM missing
    UNION ALL
    SELECT entity, thing_id, to_at, 1 FROM missing WHERE to_at < TIMESTAMP '9999-01-01 00:00:00'
  ) AS step
  GROUP BY entity, thing_id, changed_at
), told AS (
  SELECT
    *,
    sum(delta) OVER (
      PARTITION BY entity, thing_id ORDER BY changed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS n_naming
  FROM change
), turn AS (
  SELECT
    *,
    lag(n_naming) OVER (PARTITION BY entity, thing_id ORDER BY changed_at) AS n_before
  FROM told
), edge AS (
  -- where it went away and where it came back, in turns, its first appearance left aside
  SELECT entity, thing_id, changed_at, n_naming = 0 AS is_end
  FROM turn
  WHERE (n_naming = 0 AND n_before > 0) OR (n_naming > 0 AND n_before = 0)
), piece AS (
  SELECT
    entity,
    thing_id,
    lag(changed_at) OVER (PARTITION BY entity, thing_id ORDER BY changed_at) AS came_back_at,
    changed_at AS to_at,
    is_end
  FROM edge
  UNION ALL
  SELECT entity, thing_id, max(changed_at), TIMESTAMP '9999-01-01 00:00:00', TRUE
  FROM edge
  GROUP BY entity, thing_id
  HAVING max(CASE WHEN is_end THEN changed_at END) < max(changed_at)
  UNION ALL
  SELECT newcomer.entity, newcomer.thing_id, NULL, TIMESTAMP '9999-01-01 00:00:00', TRUE
  FROM newcomer
  LEFT JOIN edge ON edge.entity = newcomer.entity AND edge.thing_id = newcomer.thing_id
  WHERE edge.thing_id IS NULL
)
SELECT
  piece.entity,
  piece.thing_id,
  coalesce(piece.came_back_at, newcomer.began_at, TIMESTAMP '1900-01-01 00:00:00') AS from_at,
  piece.to_at,
  piece.came_back_at IS NULL AS is_first,
  row_number() OVER (PARTITION BY piece.entity, piece.thing_id ORDER BY piece.to_at DESC) = 1 AS is_last
FROM piece
LEFT JOIN newcomer ON newcomer.entity = piece.entity AND newcomer.thing_id = piece.thing_id
WHERE piece.is_end
