-- Grain: one row per inbound call or live chat, and one per queue and interval that a telephone system summed up.
-- Inputs: fact_contact, queue_interval, queue_span, team_stated.
-- Why: the same KPI from single calls, from summaries, or from both. Every count is a number to be summed, never a
-- rate. is_also_single marks a summary of a queue and local day whose single calls are here as well: it would
-- count them twice. The limits a summary was made with (t_s, short_s) stay beside its counts. queue_t_s and queue_short_s
-- are the limits that its queue had when the contact or interval began, else those of the row `*`; null where none is stated.
-- Of what a summary sums up nobody can tell what hangs on an outage.
-- A summary's channel and team are those of its queue when the interval began, its tier is the one stated for that team.
WITH summary AS (
  SELECT
    queue_interval.*,
    CAST((interval_start AT TIME ZONE 'UTC') AT TIME ZONE :zone AS DATE) AS began_on
  FROM queue_interval
  WHERE NOT coalesce(is_deleted, FALSE)
), single_day AS (
  SELECT DISTINCT entered_on, queue, is_offered
  FROM fact_contact
  WHERE direction = 'inbound' AND channel IN ('phone', 'live_chat')
), counted_twice AS (
  SELECT DISTINCT summary.source_system, summary.source_id
  FROM summary
  JOIN single_day
    ON single_day.entered_on = summary.began_on
    AND (
      single_day.queue = summary.queue_id
      OR summary.queue_id IS NULL
      OR (single_day.queue IS NULL AND single_day.is_offered)
    )
)
SELECT
  'contact' AS told_by,
  source_system,
  contact_id AS row_id,
  entered_at,
  entered_on,
  answered_at,
  answered_on,
  ended_at,
  ended_on,
  CASE WHEN is_offered THEN 1 ELSE 0 END AS offered,
  CASE WHEN is_demand THEN 1 ELSE 0 END AS demand,
  CASE WHEN is_answered THEN 1 ELSE 0 END AS answered,
  CASE WHEN is_abandoned THEN 1 ELSE 0 END AS abandoned,
  CASE WHEN is_demand AND NOT is_answered AND is_called_back THEN 1 ELSE 0 END AS called_back,
  wait_s,
  CASE WHEN is_answered THEN CAST(wait_s AS DOUBLE) END AS wait_answered_s,
  CAST(talk_s AS DOUBLE) AS talk_s,
  CAST(hold_s AS DOUBLE) AS hold_s,
  CAST(wrap_s AS DOUBLE) AS wrap_s,
  CAST(NULL AS BIGINT) AS answered_within_t,
  CAST(NULL AS BIGINT) AS t_s,
  CAST(NULL AS BIGINT) AS abandoned_within_short,
  CAST(NULL AS BIGINT) AS short_s,
  coalesce(limits.service_level_s, rest.service_level_s) AS queue_t_s,
  coalesce(limits.short_abandon_s, rest.short_abandon_s) AS queue_short_s,
  is_test,
  outage,
  FALSE AS is_also_single,
  fact_contact.channel,
  fact_contact.queue,
  agent,
  fact_contact.team,
  tier,
  site,
  employer,
  vendor,
  reason,
  driver,
  family,
  region,
  segment,
  language,
  access_tech,
  plan
FROM fact_contact
LEFT JOIN queue_span AS limits
  ON limits.queue = fact_contact.queue AND limits.from_at <= fact_contact.entered_at AND limits.to_at > fact_contact.entered_at
LEFT JOIN queue_span AS rest
  ON rest.queue = '*' AND rest.from_at <= fact_contact.entered_at AND rest.to_at > fact_contact.entered_at
WHERE direction = 'inbound' AND fact_contact.channel IN ('phone', 'live_chat')
UNION ALL
SELECT
  'summary' AS told_by,
  summary.source_system,
  summary.source_id AS row_id,
  summary.interval_start AS entered_at,
  summary.began_on AS entered_on,
  summary.interval_start AS answered_at,
  summary.began_on AS answered_on,
  summary.interval_start AS ended_at,
  summary.began_on AS ended_on,
  summary.offered,
  summary.offered AS demand,
  summary.answered,
  summary.abandoned,
  0 AS called_back,
  CAST(NULL AS BIGINT) AS wait_s,
  summary.wait_answered_s,
  summary.talk_s,
  summary.hold_s,
  summary.wrap_s,
  summary.answered_within_t,
  summary.t_s,
  summary.abandoned_within_short,
  summary.short_s,
  coalesce(limits.service_level_s, rest.service_level_s) AS queue_t_s,
  coalesce(limits.short_abandon_s, rest.short_abandon_s) AS queue_short_s,
  FALSE AS is_test,
  CAST(NULL AS VARCHAR) AS outage,
  counted_twice.source_id IS NOT NULL AS is_also_single,
  CASE WHEN limits.queue IS NULL THEN rest.channel ELSE limits.channel END AS channel,
  summary.queue_id AS queue,
  CAST(NULL AS VARCHAR) AS agent,
  coalesce(limits.team, rest.team) AS team,
  working.tier,
  CAST(NULL AS VARCHAR) AS site,
  CAST(NULL AS VARCHAR) AS employer,
  CAST(NULL AS VARCHAR) AS vendor,
  CAST(NULL AS VARCHAR) AS reason,
  CAST(NULL AS VARCHAR) AS driver,
  CAST(NULL AS VARCHAR) AS family,
  CAST(NULL AS VARCHAR) AS region,
  CAST(NULL AS VARCHAR) AS segment,
  CAST(NULL AS VARCHAR) AS language,
  CAST(NULL AS VARCHAR) AS access_tech,
  CAST(NULL AS VARCHAR) AS plan
FROM summary
LEFT JOIN counted_twice
  ON counted_twice.source_system = summary.source_system AND counted_twice.source_id = summary.source_id
LEFT JOIN queue_span AS limits
  ON limits.queue = summary.queue_id
  AND limits.from_at <= summary.interval_start
  AND limits.to_at > summary.interval_start
LEFT JOIN queue_span AS rest
  ON rest.queue = '*' AND rest.from_at <= summary.interval_start AND rest.to_at > summary.interval_start
LEFT JOIN team_stated AS working
  ON working.team = coalesce(limits.team, rest.team)
  AND working.from_at <= summary.interval_start
  AND working.to_at > summary.interval_start
