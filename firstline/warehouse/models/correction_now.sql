-- Grain: one row per corrected field of a row.
-- Inputs: row_correction.
-- Why: what holds now of what people corrected by hand. A correction that was withdrawn is not here.
SELECT entity, row_source, row_id, field, value
FROM row_correction
WHERE NOT coalesce(is_deleted, FALSE)
