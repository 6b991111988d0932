-- Grain: one row per driver, family or leaf of the taxonomy in force.
-- Inputs: shipped_driver, driver.
-- Why: the provider's own rows add drivers to those that are shipped, give them another label, or retire them. A
-- retired one stays: rows that carry it keep their reason.
WITH own AS (
  SELECT
    lower(trim(driver_id)) AS driver_id,
    label,
    covers,
    is_retired,
    row_number() OVER (
      PARTITION BY lower(trim(driver_id)) ORDER BY version_at DESC, batch DESC, source_system, source_id
    ) AS version_no
  FROM driver
  WHERE NOT coalesce(is_deleted, FALSE)
)
SELECT
  coalesce(own.driver_id, shipped_driver.driver_id) AS driver_id,
  coalesce(own.label, shipped_driver.label, own.driver_id) AS label,
  coalesce(own.covers, shipped_driver.covers) AS covers,
  coalesce(own.is_retired, FALSE) AS is_retired
FROM shipped_driver
FULL JOIN (SELECT * FROM own WHERE version_no = 1) AS own ON own.driver_id = shipped_driver.driver_id
