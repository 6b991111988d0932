-- Of the answered inbound contacts of the period that say whether the matter was resolved, the share that says yes.
-- Issue 2, part 4: the call's own word, which is not first contact resolution.
SELECT
  count(CASE WHEN c.resolved_flag THEN 1 END) / nullif(count(*), 0) AS value,
  count(CASE WHEN c.resolved_flag THEN 1 END) AS numerator,
  count(*) AS denominator,
  count(*) AS n
FROM contact c
WHERE NOT c.is_deleted
  AND coalesce(c.direction, 'inbound') = 'inbound'
  AND c.resolved_flag IS NOT NULL
  AND is_answered(c.source_system, c.contact_id, c.disposition, c.answered_at)
  AND NOT is_test_account(c.account_id, c.entered_at)
  AND c.entered_at >= $start
  AND c.entered_at < $end
  /*contact*/
