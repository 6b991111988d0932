"""What a provider has stated: the rows of one entity as they are kept, without personal data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from firstline.model.entity import Entity
from firstline.warehouse.engine import Row, Warehouse


def stated_rows(warehouse: Warehouse, entity: Entity) -> list[Row]:
    """The rows that hold or held, by key, instants aware."""
    names = [field.name for field in entity.fields if not field.personal]
    key = [name for name in entity.key if name in names] or names[:1]
    rows = warehouse.rows(
        f"SELECT {', '.join(names)} FROM {entity.name} WHERE NOT coalesce(is_deleted, FALSE) "
        f"ORDER BY {', '.join(f'{name} NULLS FIRST' for name in key)}"
    )
    return [{name: _aware(value) for name, value in row.items()} for row in rows]


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def rows_taken_out(warehouse: Warehouse) -> dict[str, int]:
    """How many rows each exclusion fits, by its id; those that fit none are absent."""
    rows = warehouse.rows("SELECT exclusion_id, count(*) AS n FROM exclusion_hit GROUP BY exclusion_id")
    return {row["exclusion_id"]: int(row["n"]) for row in rows}
