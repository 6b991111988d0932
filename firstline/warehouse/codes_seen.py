"""The codes that stand in the canonical rows, with what the code table says of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from firstline.model.codes import CodeField, code_fields
from firstline.model.drivers import UNMAPPED
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.settling.codes import placing_time, plain_code, reading_time, unread_code
from firstline.warehouse.text import quoted


@dataclass(frozen=True)
class SeenCode:
    """A code of one source, as far as it has one meaning: how many rows carry it, and when (naive UTC).

    `meaning` is what the table says, None where it says nothing. `is_unmapped` is true for a code that has to have a
    meaning and has none; `is_passing` for such a reason that still counts under its own name, because its source has
    no code table for the field yet.
    """

    source: str
    field: str
    value: str
    meaning: str | None
    is_unmapped: bool
    is_passing: bool
    rows: int
    first_at: datetime | None
    last_at: datetime | None


def count_codes(warehouse: Warehouse, entities: Collection[str]) -> None:
    """Bring table `code_count` up to date for these entities; the models that layers are made of must be there."""
    for entity in sorted({field.entity for field in code_fields().values()} & set(entities)):
        warehouse.execute("DELETE FROM code_count WHERE entity = ?", [entity])
        if not warehouse.rows(f"SELECT 1 FROM {entity} LIMIT 1"):
            continue
        counts = " UNION ALL ".join(_of_field(field) for field in code_fields().values() if field.entity == entity)
        warehouse.execute(f"INSERT INTO code_count SELECT '{entity}', * FROM ({counts})")


def seen_codes(warehouse: Warehouse) -> list[SeenCode]:
    """Every code of every code field, by source and field, the commonest first, as they were counted last.

    A code that has several meanings in time, or none at first, comes once for each.
    """
    tables = {
        (row["code_source"], row["field"])
        for row in warehouse.rows("SELECT DISTINCT code_source, field FROM code_span")
    }
    fields = code_fields()
    found = []
    for row in warehouse.rows("SELECT * FROM code_count ORDER BY source_system, field, n_rows DESC, value, first_at"):
        field = fields[row["field"]]
        has_table = (row["source_system"], field.name) in tables
        meaning = None if row["meaning"] == UNMAPPED else row["meaning"]
        lacks_one = meaning is None and not row["is_driver"]
        found.append(
            SeenCode(
                source=row["source_system"],
                field=field.name,
                value=row["value"],
                meaning=meaning,
                is_unmapped=lacks_one and (field.kind != "free" or has_table),
                is_passing=lacks_one and field.kind == "driver" and not has_table,
                rows=row["n_rows"],
                first_at=row["first_at"],
                last_at=row["last_at"],
            )
        )
    return found


def code_table(warehouse: Warehouse) -> list[Row]:
    """The code table in force, as its rows were stated: code_source, field, value, meaning, valid_from (naive UTC)."""
    return warehouse.rows(
        "SELECT code_source, field, value, meaning, valid_from FROM code_meaning WHERE NOT coalesce(is_deleted, FALSE) "
        "ORDER BY code_source, field, lower(value), value, valid_from NULLS FIRST"
    )


def _of_field(field: CodeField) -> str:
    table = field.entity
    entity = vocabulary()[table]
    is_list = field.kind == "list"
    text = unread_code(table, field.field) if is_list else f"{table}.{quoted(field.field)}"
    read_at = reading_time(entity, table)
    seen_at = placing_time(entity, table)
    node = f"LEFT JOIN driver_node ON driver_node.driver_id = {plain_code(text)} " if field.kind == "driver" else ""
    is_driver = "driver_node.driver_id IS NOT NULL" if node else "FALSE"
    only = f"{table}.unread_codes IS NOT NULL AND " if is_list else ""
    return (
        f"SELECT {table}.source_system, '{field.name}' AS field, min(trim({text})) AS value, span.meaning, "
        f"{is_driver} AS is_driver, count(*) AS n_rows, min({seen_at}) AS first_at, max({seen_at}) AS last_at "
        f"FROM {table} LEFT JOIN code_span AS span ON span.code_source = {table}.source_system "
        f"AND span.field = '{field.name}' AND span.value = {plain_code(text)} "
        f"AND span.from_at <= {read_at} AND span.to_at > {read_at} {node}"
        f"WHERE {only}NOT coalesce({table}.is_deleted, FALSE) AND trim({text}) <> '' "
        f"GROUP BY {table}.source_system, {plain_code(text)}, span.meaning, is_driver"
    )
