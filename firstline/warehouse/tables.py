"""The canonical tables: one per entity of the vocabulary, and the few that say what was applied."""

from __future__ import annotations

from hashlib import sha256

from firstline.model.drivers import shipped_drivers
from firstline.model.entity import Entity
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted, text_literal

META_COLUMNS: tuple[tuple[str, str], ...] = (
    ("source_system", "VARCHAR"),
    ("source_id", "VARCHAR"),
    ("changed_at", "TIMESTAMP"),
    ("exported_at", "TIMESTAMP"),
    ("version_at", "TIMESTAMP"),
    ("is_deleted", "BOOLEAN"),
    ("unread_codes", "VARCHAR"),
    ("unclear_times", "VARCHAR"),
    ("batch", "BIGINT"),
    ("ingested_at", "TIMESTAMP"),
)
"""Columns of every canonical row: whose it is, its version, and the batch that brought it.

`version_at` decides which version of a key wins: the source's own change time, else the export date,
else the time the batch was accepted. `unread_codes` keeps, as JSON by field, short texts that the field's list has
not got: the field itself is null, and the code table may give the text a meaning. `unclear_times` names the fields
whose local time a change of clocks skips or repeats, so that a rule decided which instant it is (see
`model.clock_marks`).
"""

LISTED: tuple[str, ...] = ("subscriber", "account", "service", "agent")
"""The entities of which a file can be a full list; the first field of their key names the thing."""

VERSION_COLUMNS = "source_system VARCHAR, source_id VARCHAR, content_hash VARCHAR, version_at TIMESTAMP, batch BIGINT"

BOOKKEEPING: tuple[str, ...] = (
    # is_live is false for a batch that was withdrawn: its rows are not here
    "CREATE TABLE IF NOT EXISTS applied_batch (batch BIGINT, is_live BOOLEAN, applied_at TIMESTAMP)",
    # one row per source and entity: what the imports state or show about how far the data reach
    "CREATE TABLE IF NOT EXISTS source_watermark (source_system VARCHAR, entity VARCHAR, first_event_at TIMESTAMP, "
    "last_event_at TIMESTAMP, stated_until TIMESTAMP, lateness_s BIGINT, imported_at TIMESTAMP, n_rows BIGINT)",
    # which things a source's lists name as of when, and which of these lists were full ones, with how many things
    "CREATE TABLE IF NOT EXISTS presence (entity VARCHAR, source_system VARCHAR, thing_id VARCHAR, as_of TIMESTAMP, "
    "batch BIGINT)",
    "CREATE TABLE IF NOT EXISTS listing (entity VARCHAR, source_system VARCHAR, as_of TIMESTAMP, n_things BIGINT, "
    "batch BIGINT)",
    # entities whose rows changed since the facts were built last
    "CREATE TABLE IF NOT EXISTS dirty_entity (entity VARCHAR)",
    # the codes that rows hold, by what they mean
    "CREATE TABLE IF NOT EXISTS code_count (entity VARCHAR, source_system VARCHAR, field VARCHAR, value VARCHAR, "
    "meaning VARCHAR, is_driver BOOLEAN, n_rows BIGINT, first_at TIMESTAMP, last_at TIMESTAMP)",
    "CREATE TABLE IF NOT EXISTS field_count (source_system VARCHAR, entity VARCHAR, field VARCHAR, "
    "n_rows BIGINT, n_values BIGINT)",
    # what became of published figures, oldest first: a copy of the record in the store, for records to say so
    "CREATE TABLE IF NOT EXISTS restatement (number BIGINT, kpi VARCHAR, version INTEGER, scope VARCHAR, month DATE, "
    "old DOUBLE, new DOUBLE, unit VARCHAR, n_old BIGINT, n_new BIGINT, causes VARCHAR, batches VARCHAR, batch BIGINT, "
    "noted_at TIMESTAMP)",
    # what was frozen for contracts, with what each figure was last told to be: a copy, too
    "CREATE TABLE IF NOT EXISTS frozen_figure (kpi VARCHAR, version INTEGER, scope VARCHAR, month DATE, "
    "contract VARCHAR, value DOUBLE, unit VARCHAR, n BIGINT, pending BIGINT, state VARCHAR, reason VARCHAR, "
    "batch BIGINT, noted_at TIMESTAMP, latest DOUBLE, n_latest BIGINT)",
)


def create_tables(warehouse: Warehouse) -> None:
    """Make every canonical and bookkeeping table that is not there yet, and note their shape."""
    # one transaction: a hundred of them, each made durable by itself, take five times as long
    with warehouse.transaction():
        for statement in _statements():
            warehouse.execute(statement)
        warehouse.execute("CREATE OR REPLACE TABLE warehouse_shape AS SELECT $shape AS fingerprint", {"shape": shape()})


def is_outdated(warehouse: Warehouse) -> bool:
    """True for a warehouse whose tables another version made in another shape: it must be made again."""
    tables = {row["name"] for row in warehouse.rows("SELECT table_name AS name FROM duckdb_tables()")}
    if "warehouse_shape" not in tables:
        return bool(tables)
    return bool(warehouse.value("SELECT fingerprint FROM warehouse_shape") != shape())


def shape() -> str:
    """The SHA-256 of all table definitions."""
    return sha256("\n".join(_statements()).encode()).hexdigest()


def _statements() -> list[str]:
    of_entities = [statement for entity in vocabulary().values() for statement in entity_ddl(entity)]
    return [*of_entities, *BOOKKEEPING, shipped_driver_ddl()]


def shipped_driver_ddl() -> str:
    """CREATE TABLE of the taxonomy as shipped; a release with another one is another shape."""
    drivers = shipped_drivers().values()
    rows = [", ".join(map(text_literal, (each.id, each.label, each.covers))) for each in drivers]
    return (
        "CREATE TABLE IF NOT EXISTS shipped_driver AS SELECT driver_id, label, nullif(covers, '') AS covers "
        f"FROM (VALUES {', '.join(f'({row})' for row in rows)}) AS t (driver_id, label, covers)"
    )


def entity_ddl(entity: Entity) -> tuple[str, ...]:
    """CREATE TABLE statements of an entity: its current rows, its personal data, its known versions, its past."""
    meta = [f"{name} {kind}" for name, kind in META_COLUMNS]
    own = [f"{quoted(field.name)} {field.sql_type}" for field in entity.analytic_fields]
    statements = [f"CREATE TABLE IF NOT EXISTS {entity.name} ({', '.join(own + meta)})"]
    if entity.personal_fields:
        personal = [f"{quoted(field.name)} {field.sql_type}" for field in entity.personal_fields]
        columns = ["source_system VARCHAR", "source_id VARCHAR", *personal, "batch BIGINT"]
        statements.append(f"CREATE TABLE IF NOT EXISTS {entity.name}_personal ({', '.join(columns)})")
    statements.append(f"CREATE TABLE IF NOT EXISTS {entity.name}_version ({VERSION_COLUMNS})")
    if entity.keeps_past:
        # what each version said, and when one was seen again that was not the newest then
        past = ["source_system VARCHAR", "source_id VARCHAR", "content_hash VARCHAR", "is_deleted BOOLEAN", *own]
        statements.append(f"CREATE TABLE IF NOT EXISTS {entity.name}_past ({', '.join(past)})")
        statements.append(f"CREATE TABLE IF NOT EXISTS {entity.name}_echo ({VERSION_COLUMNS})")
    return tuple(statements)


def entities_behind(table: str) -> frozenset[str]:
    """The entities whose rows stand in a table that batches are applied to; empty for one of the product's own."""
    if table in ("presence", "listing"):
        return frozenset(LISTED)
    return frozenset(name for name, entity in vocabulary().items() if table in tables_of(entity))


def tables_of(entity: Entity) -> tuple[str, ...]:
    """Every table that holds rows of an entity, its own first."""
    kinds = ["_version"]
    kinds += ["_personal"] if entity.personal_fields else []
    kinds += ["_past", "_echo"] if entity.keeps_past else []
    return (entity.name, *(f"{entity.name}{kind}" for kind in kinds))
