-- Grain: one row per row that is taken out of every figure.
-- Inputs: row_correction, exclusion_hit.
-- Why: what is left out is named once, whichever fact it would have become a row of: by hand, or by an exclusion.
SELECT entity, row_source, row_id
FROM row_correction
WHERE field = 'excluded' AND value = 'true' AND NOT coalesce(is_deleted, FALSE)
UNION
SELECT entity, row_source, row_id
FROM exclusion_hit
