"""Put the rows of one landed file into the canonical tables: versions are noted, and those that win become current."""

from __future__ import annotations

from pathlib import Path

from firstline.landing.folder import columns_of, file_header
from firstline.landing.lift import Lift, lifted_columns
from firstline.model.entity import Entity
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.tables import META_COLUMNS
from firstline.warehouse.text import quoted

SOURCE_SCOPED = "source_system"
VERSION = ("content_hash", "VARCHAR")


def scope_of(entity: Entity) -> str:
    """SQL for whose ids a row's key belongs to: its source's, or the provider's (one scope for all sources)."""
    return SOURCE_SCOPED if entity.owner == "source" else "''"


def read_rows(warehouse: Warehouse, entity: Entity, path: Path, lifts: tuple[Lift, ...]) -> None:
    """Scratch table `incoming`: the analytic rows of a landed file in today's shape."""
    columns = [(field.name, field.sql_type) for field in entity.analytic_fields]
    _read(warehouse, entity.name, path, [*columns, *META_COLUMNS, VERSION], lifts)


def read_personal(warehouse: Warehouse, entity: Entity, path: Path, lifts: tuple[Lift, ...]) -> None:
    """Scratch table `incoming`: the personal fields of a landed file, with what they are matched to their rows by."""
    fields = [(field.name, field.sql_type) for field in entity.personal_fields]
    keys = [("source_system", "VARCHAR"), ("source_id", "VARCHAR"), ("version_at", "TIMESTAMP"), ("batch", "BIGINT")]
    _read(warehouse, entity.name, path, [*fields, *keys, VERSION], lifts)


def apply_rows(warehouse: Warehouse, entity: Entity) -> None:
    """Record the versions in `incoming`, and let those that win replace the current rows of their keys."""
    scope = scope_of(entity)
    # a row that states no time and says what is current adds nothing; only after an undo is there such a one
    warehouse.execute(
        "DELETE FROM incoming i WHERE changed_at IS NULL AND exported_at IS NULL AND content_hash = ("
        f"SELECT arg_max(v.content_hash, (v.version_at, v.batch)) FROM {entity.name}_version v "
        f"WHERE v.source_system = {_of('i', scope)} AND v.source_id = i.source_id)"
    )
    warehouse.execute(
        f"INSERT INTO {entity.name}_version SELECT {scope}, source_id, content_hash, version_at, batch FROM incoming"
    )
    if entity.keeps_past:
        _keep_past(warehouse, entity, scope)
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE winning AS SELECT i.* FROM incoming i JOIN ("
        "SELECT v.source_system, v.source_id, max(v.version_at) AS version_at, "
        "arg_max(v.content_hash, (v.version_at, v.batch)) AS content_hash "
        f"FROM {entity.name}_version v SEMI JOIN incoming n ON v.source_system = {_of('n', scope)} "
        "AND v.source_id = n.source_id GROUP BY v.source_system, v.source_id) w "
        f"ON w.source_system = {_of('i', scope)} AND w.source_id = i.source_id AND w.content_hash = i.content_hash "
        "AND w.version_at = i.version_at"
    )
    same = "w.source_id = t.source_id" + (" AND w.source_system = t.source_system" if scope == SOURCE_SCOPED else "")
    warehouse.execute(f"DELETE FROM {entity.name} t WHERE EXISTS (SELECT 1 FROM winning w WHERE {same})")
    columns = [field.name for field in entity.analytic_fields] + [name for name, _ in META_COLUMNS]
    names = ", ".join(quoted(name) for name in columns)
    warehouse.execute(f"INSERT INTO {entity.name} ({names}) SELECT {names} FROM winning")


def _keep_past(warehouse: Warehouse, entity: Entity, scope: str) -> None:
    """Keep what each version in `incoming` says, once for each content of a row."""
    columns = ["source_id", "content_hash", "is_deleted", *(quoted(field.name) for field in entity.analytic_fields)]
    same = f"p.source_system = {_of('i', scope)} AND p.source_id = i.source_id AND p.content_hash = i.content_hash"
    warehouse.execute(
        f"INSERT INTO {entity.name}_past (source_system, {', '.join(columns)}) SELECT DISTINCT ON (i.source_id, "
        f"i.content_hash) {_of('i', scope)}, {', '.join(f'i.{name}' for name in columns)} FROM incoming i "
        f"WHERE NOT EXISTS (SELECT 1 FROM {entity.name}_past p WHERE {same})"
    )


def apply_personal(warehouse: Warehouse, entity: Entity) -> None:
    """Put the personal fields in `incoming` beside those rows that are current now."""
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
    fields = [quoted(field.name) for field in entity.personal_fields]
    names = ", ".join([*fields, "source_system", "source_id", "batch"])
    warehouse.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM winning")


def _read(warehouse: Warehouse, name: str, path: Path, columns: list[tuple[str, str]], lifts: tuple[Lift, ...]) -> None:
    version = int(file_header(warehouse, path)["model_version"])
    items = lifted_columns(name, columns, columns_of(warehouse, path), version, lifts)
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {', '.join(items)} FROM read_parquet(?)",
        [str(path)],
    )


def _of(alias: str, scope: str) -> str:
    return f"{alias}.{scope}" if scope == SOURCE_SCOPED else scope
