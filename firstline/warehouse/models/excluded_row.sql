-- Grain: one row per row that a person took out of every figure.
-- Inputs: row_correction.
-- Why: what is left out is named once, whichever fact it would have become a row of.
SELECT entity, row_source, row_id
FROM row_correction
WHERE field = 'excluded' AND value = 'true' AND NOT coalesce(is_deleted, FALSE)
