"""Rows that a batch brought although they were known already.

Seen at a later time, a version is as new as its latest sighting. Whatever the time, where a batch was withdrawn since,
what was known then may not be known now: such rows are taken up as this batch's own, their content read from the file
that brought it first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC
from pathlib import Path

from firstline.landing.files import PERSONAL, SIGHTING
from firstline.landing.folder import columns_of
from firstline.landing.lift import Lift
from firstline.model.batch import Batch
from firstline.model.entity import Entity
from firstline.model.vocabulary import vocabulary
from firstline.refresh.rows import apply_personal, apply_rows, read_personal, read_rows
from firstline.warehouse.engine import Warehouse


def apply_sightings(
    warehouse: Warehouse,
    landing: Path,
    batch: Batch,
    earlier: Iterable[Batch],
    lifts: tuple[Lift, ...],
    only: Collection[str] | None = None,
) -> None:
    """Apply what a batch saw again, of all entities or of `only` these; `earlier` are the batches before it, whether
    they count or not."""
    path = landing / (batch.file(SIGHTING) or "")
    for name in sighted_entities(warehouse, landing, batch):
        if only is not None and name not in only:
            continue
        entity = vocabulary()[name]
        # files of earlier releases hold sightings at a later time alone
        newer = "is_newer" if "is_newer" in columns_of(warehouse, path) else "true"
        warehouse.execute(
            f"CREATE OR REPLACE TEMP TABLE seen AS SELECT scope, source_id, content_hash, changed_at, exported_at, "
            f"version_at, {newer} AS is_newer FROM read_parquet($path) WHERE entity = $entity",
            {"path": str(path), "entity": name},
        )
        _take_up(warehouse, landing, batch, entity, earlier, lifts)
        _renew(warehouse, batch, entity)


def sighted_entities(warehouse: Warehouse, landing: Path, batch: Batch) -> list[str]:
    """The entities of which a batch saw rows again."""
    path = batch.file(SIGHTING)
    if path is None:
        return []
    rows = warehouse.rows("SELECT DISTINCT entity FROM read_parquet(?) ORDER BY entity", [str(landing / path)])
    return [row["entity"] for row in rows]


def _renew(warehouse: Warehouse, batch: Batch, entity: Entity) -> None:
    """Versions seen at a later time become as new as that."""
    warehouse.execute(
        f"INSERT INTO {entity.name}_version "
        "SELECT scope, source_id, content_hash, version_at, ? FROM seen WHERE is_newer",
        [batch.number],
    )
    if entity.keeps_past:
        warehouse.execute(
            f"INSERT INTO {entity.name}_echo SELECT scope, source_id, content_hash, version_at, ? FROM seen "
            "WHERE NOT is_newer AND coalesce(changed_at, exported_at) IS NOT NULL",
            [batch.number],
        )
    scope = " AND t.source_system = s.scope" if entity.owner == "source" else ""
    warehouse.execute(
        f"UPDATE {entity.name} t SET changed_at = s.changed_at, exported_at = s.exported_at, "
        f"version_at = s.version_at FROM seen s WHERE s.is_newer AND t.source_id = s.source_id{scope}"
    )


def _take_up(
    warehouse: Warehouse,
    landing: Path,
    batch: Batch,
    entity: Entity,
    earlier: Iterable[Batch],
    lifts: tuple[Lift, ...],
) -> None:
    """Rows seen again that say something new after all: neither current nor known at that time."""
    key = "v.source_system = s.scope AND v.source_id = s.source_id"
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE orphaned AS SELECT s.* FROM seen s LEFT JOIN ("
        "SELECT v.source_system, v.source_id, arg_max(v.content_hash, (v.version_at, v.batch)) AS content_hash "
        f"FROM {entity.name}_version v SEMI JOIN seen s ON {key} GROUP BY v.source_system, v.source_id) v ON {key} "
        "WHERE v.content_hash IS DISTINCT FROM s.content_hash AND NOT EXISTS ("
        f"SELECT 1 FROM {entity.name}_version v WHERE {key} AND v.content_hash = s.content_hash "
        "AND v.version_at = s.version_at)"
    )
    same = "o.source_id = i.source_id AND o.content_hash = i.content_hash"
    same += " AND o.scope = i.source_system" if entity.owner == "source" else ""
    for former in earlier:
        if not warehouse.value("SELECT count(*) FROM orphaned"):
            return
        brought, personal = former.file(entity.name), former.file(f"{PERSONAL}/{entity.name}")
        if brought is None:
            continue
        read_rows(warehouse, entity, landing / brought, lifts)
        times = "changed_at = o.changed_at, exported_at = o.exported_at, ingested_at = CAST($at AS TIMESTAMP)"
        _as_this_batch_s(warehouse, batch, same, times)
        found = "SELECT source_id, content_hash FROM incoming"
        warehouse.execute(f"CREATE OR REPLACE TEMP TABLE taken_up AS {found}")
        apply_rows(warehouse, entity)
        if personal is not None:
            read_personal(warehouse, entity, landing / personal, lifts)
            _as_this_batch_s(warehouse, batch, same)
            apply_personal(warehouse, entity)
        warehouse.execute(
            "DELETE FROM orphaned o WHERE EXISTS (SELECT 1 FROM taken_up i "
            "WHERE o.source_id = i.source_id AND o.content_hash = i.content_hash)"
        )


def _as_this_batch_s(warehouse: Warehouse, batch: Batch, same: str, also: str = "") -> None:
    """Keep of `incoming` what is orphaned, with the version time and the batch under which it was seen again."""
    warehouse.execute(f"DELETE FROM incoming i WHERE NOT EXISTS (SELECT 1 FROM orphaned o WHERE {same})")
    stamp = f"version_at = o.version_at, batch = {batch.number}, source_system = $source"
    given = {"source": batch.source}
    if also:
        given["at"] = f"{batch.accepted_at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    stamp += f", {also}" if also else ""
    warehouse.execute(f"UPDATE incoming i SET {stamp} FROM orphaned o WHERE {same}", given)
