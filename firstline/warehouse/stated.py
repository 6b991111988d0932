"""What a provider has stated: the rows of one entity as they are kept, with the personal data of its own set-up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from firstline.model.entity import Entity, EntityField
from firstline.model.erasure import ERASED
from firstline.warehouse.engine import Row, Warehouse


def stated_rows(warehouse: Warehouse, entity: Entity) -> list[Row]:
    """The rows that hold or held, by key, instants aware.

    Personal data stand in rows of the set-up alone: ERASED where they are gone while the row still goes by them, so
    that nobody takes it for one that never stated them.
    """
    personal = [field for field in entity.personal_fields if entity.side == "setup"]
    names = [field.name for field in entity.fields if not field.personal or field in personal]
    columns = [
        f"{_told(entity, entity.field(name))} AS {name}" if entity.field(name).personal else f"stated.{name}"
        for name in names
    ]
    said = (
        f"LEFT JOIN {entity.name}_personal said ON said.source_id = stated.source_id AND said.batch = stated.batch "
        if personal
        else ""
    )
    key = [name for name in entity.key if name in names] or names[:1]
    rows = warehouse.rows(
        f"SELECT {', '.join(columns)} FROM {entity.name} AS stated {said}WHERE NOT coalesce(stated.is_deleted, FALSE) "
        f"ORDER BY {', '.join(f'stated.{name} NULLS FIRST' for name in key)}"
    )
    return [{name: _aware(value) for name, value in row.items()} for row in rows]


def few_values(warehouse: Warehouse, entity: Entity, field: str, most: int) -> list[str]:
    """What is stated in a field, sorted; nothing where that is more than `most` different values."""
    rows = warehouse.rows(
        f"SELECT DISTINCT CAST({field} AS VARCHAR) AS said FROM {entity.name} "
        f"WHERE {field} IS NOT NULL AND NOT coalesce(is_deleted, FALSE) LIMIT {most + 1}"
    )
    return sorted(row["said"] for row in rows) if len(rows) <= most else []


def _told(entity: Entity, field: EntityField) -> str:
    keys = [each.name for each in entity.match_keys if field.name in each.of]
    gone = " OR ".join(f"stated.{name} IS NOT NULL" for name in keys) or "FALSE"
    return f"coalesce(said.{field.name}, CASE WHEN {gone} THEN '{ERASED}' END)"


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def rows_taken_out(warehouse: Warehouse) -> dict[str, int]:
    """How many rows each exclusion fits, by its id; those that fit none are absent."""
    rows = warehouse.rows("SELECT exclusion_id, count(*) AS n FROM exclusion_hit GROUP BY exclusion_id")
    return {row["exclusion_id"]: int(row["n"]) for row in rows}
