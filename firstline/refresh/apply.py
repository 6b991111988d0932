"""Apply accepted batches to the warehouse, exactly once, in number order, each in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from firstline.home import Home
from firstline.landing.files import PERSONAL, SIGHTING
from firstline.landing.folder import columns_of, file_header
from firstline.landing.lift import LIFTS, Lift, lifted_columns
from firstline.model.batch import Batch, Reach
from firstline.model.entity import Entity
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.tables import META_COLUMNS
from firstline.warehouse.text import quoted

SOURCE_SCOPED = "source_system"


def apply_pending(home: Home) -> list[Batch]:
    """Apply every accepted batch that the warehouse has not got yet; returns them.

    The ledger alone says what is accepted, the warehouse's own table alone what is applied.
    """
    applied = {row["batch"] for row in home.warehouse.rows("SELECT batch FROM applied_batch")}
    pending = [batch for batch in home.ledger.batches() if batch.number not in applied]
    for batch in pending:
        apply_batch(home.warehouse, home.landing.folder, batch)
    return pending


def apply_batch(warehouse: Warehouse, landing: Path, batch: Batch, lifts: tuple[Lift, ...] = LIFTS) -> None:
    """Apply one batch: rows, versions, reach and the mark that it is applied, in one transaction."""
    with warehouse.transaction():
        for file in batch.files:
            kind = file.path.rsplit("/", 1)[0]
            path = landing / file.path
            if kind in vocabulary():
                _apply_rows(warehouse, vocabulary()[kind], path, lifts)
                _mark_dirty(warehouse, kind)
            elif kind == SIGHTING:
                _apply_sightings(warehouse, path)
        for file in batch.files:
            kind = file.path.removeprefix(f"{PERSONAL}/").rsplit("/", 1)[0]
            if file.path.startswith(PERSONAL) and kind in vocabulary():
                _apply_personal(warehouse, vocabulary()[kind], landing / file.path, lifts)
        for name, reach in batch.reach.items():
            _extend_reach(warehouse, batch, name, reach)
        now = datetime.now(UTC).replace(tzinfo=None)
        warehouse.execute("INSERT INTO applied_batch VALUES (?, ?)", [batch.number, now])


def _apply_rows(warehouse: Warehouse, entity: Entity, path: Path, lifts: tuple[Lift, ...]) -> None:
    """Record the versions a file brings, and let those that win replace the current rows of their keys."""
    columns = [(field.name, field.sql_type) for field in entity.analytic_fields]
    _read(warehouse, entity.name, path, [*columns, *META_COLUMNS, ("content_hash", "VARCHAR")], lifts)
    scope = SOURCE_SCOPED if entity.owner == "source" else "''"
    warehouse.execute(
        f"INSERT INTO {entity.name}_version SELECT {scope}, source_id, content_hash, version_at, batch FROM incoming"
    )
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE winning AS SELECT i.* FROM incoming i JOIN ("
        "SELECT v.source_system, v.source_id, arg_max(v.content_hash, (v.version_at, v.batch)) AS content_hash "
        f"FROM {entity.name}_version v SEMI JOIN incoming n ON v.source_system = {_of('n', scope)} "
        "AND v.source_id = n.source_id GROUP BY v.source_system, v.source_id) w "
        f"ON w.source_system = {_of('i', scope)} AND w.source_id = i.source_id AND w.content_hash = i.content_hash"
    )
    same = "w.source_id = t.source_id" + (" AND w.source_system = t.source_system" if scope == SOURCE_SCOPED else "")
    warehouse.execute(f"DELETE FROM {entity.name} t WHERE EXISTS (SELECT 1 FROM winning w WHERE {same})")
    names = ", ".join(quoted(name) for name, _ in [*columns, *META_COLUMNS])
    warehouse.execute(f"INSERT INTO {entity.name} ({names}) SELECT {names} FROM winning")


def _apply_personal(warehouse: Warehouse, entity: Entity, path: Path, lifts: tuple[Lift, ...]) -> None:
    """Put the personal fields of the rows that are current now beside them."""
    fields = [(field.name, field.sql_type) for field in entity.personal_fields]
    keys = [
        ("source_system", "VARCHAR"),
        ("source_id", "VARCHAR"),
        ("version_at", "TIMESTAMP"),
        ("batch", "BIGINT"),
    ]
    _read(warehouse, entity.name, path, [*fields, *keys], lifts)
    table = f"{entity.name}_personal"
    same = "c.source_system = i.source_system AND c.source_id = i.source_id AND c.version_at = i.version_at"
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE winning AS SELECT i.* FROM incoming i WHERE EXISTS ("
        f"SELECT 1 FROM {entity.name} c WHERE {same} AND c.batch = i.batch)"
    )
    scope = " AND w.source_system = t.source_system" if entity.owner == "source" else ""
    warehouse.execute(
        f"DELETE FROM {table} t WHERE EXISTS (SELECT 1 FROM winning w WHERE w.source_id = t.source_id{scope})"
    )
    names = ", ".join([*(quoted(name) for name, _ in fields), "source_system", "source_id", "batch"])
    warehouse.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM winning")


def _apply_sightings(warehouse: Warehouse, path: Path) -> None:
    """A version seen again at a later time is as new as its latest sighting."""
    number = file_header(warehouse, path)["batch"]
    for row in warehouse.rows("SELECT DISTINCT entity FROM read_parquet(?) ORDER BY entity", [str(path)]):
        entity = vocabulary()[row["entity"]]
        seen = "(SELECT * FROM read_parquet($path) WHERE entity = $entity)"
        named = {"path": str(path), "entity": entity.name}
        warehouse.execute(
            f"INSERT INTO {entity.name}_version "
            f"SELECT scope, source_id, content_hash, version_at, $batch FROM {seen} s",
            {**named, "batch": number},
        )
        scope = " AND t.source_system = s.scope" if entity.owner == "source" else ""
        warehouse.execute(
            f"UPDATE {entity.name} t SET changed_at = s.changed_at, exported_at = s.exported_at, "
            f"version_at = s.version_at FROM {seen} s WHERE t.source_id = s.source_id{scope}",
            named,
        )


def _read(warehouse: Warehouse, name: str, path: Path, columns: list[tuple[str, str]], lifts: tuple[Lift, ...]) -> None:
    """Scratch table `incoming`: a landed file in today's shape."""
    version = int(file_header(warehouse, path)["model_version"])
    items = lifted_columns(name, columns, columns_of(warehouse, path), version, lifts)
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {', '.join(items)} FROM read_parquet(?)",
        [str(path)],
    )


def _extend_reach(warehouse: Warehouse, batch: Batch, name: str, reach: Reach) -> None:
    """How far a source's rows of an entity reach: the widest of what its batches state or show."""
    earlier = warehouse.rows(
        "SELECT * FROM source_watermark WHERE source_system = ? AND entity = ?", [batch.source, name]
    )
    old = earlier[0] if earlier else {}
    warehouse.execute("DELETE FROM source_watermark WHERE source_system = ? AND entity = ?", [batch.source, name])
    warehouse.execute(
        "INSERT INTO source_watermark VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            batch.source,
            name,
            _pick(min, old.get("first_event_at"), _naive(reach.first_event_at)),
            _pick(max, old.get("last_event_at"), _naive(reach.last_event_at)),
            _pick(max, old.get("stated_until"), _naive(reach.stated_until)),
            reach.lateness_s,
            _naive(batch.accepted_at),
            int(old.get("n_rows") or 0) + batch.entities.get(name, 0),
        ],
    )


def _mark_dirty(warehouse: Warehouse, name: str) -> None:
    warehouse.execute("DELETE FROM dirty_entity WHERE entity = ?", [name])
    warehouse.execute("INSERT INTO dirty_entity VALUES (?)", [name])


def _of(alias: str, scope: str) -> str:
    return f"{alias}.{scope}" if scope == SOURCE_SCOPED else scope


def _pick(choose: Callable[[list[datetime]], datetime], *moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return choose(known) if known else None


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
