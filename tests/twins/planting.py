"""Put hand-made or generated rows straight into canonical tables, as if imported, and build the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from firstline.model.vocabulary import vocabulary
from firstline.refresh.coverage import count_fields
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from firstline.warehouse.tables import create_tables
from firstline.warehouse.text import quoted

ZONE = "America/Denver"
Cells = Mapping[str, Any]
Rows = Mapping[str, Sequence[Cells]]
"""Rows by entity. `source`, `deleted` and `version_at` may stand among a row's fields; the rest are the entity's."""


@dataclass(frozen=True)
class Data:
    """One provider's rows, until when they are complete (naive UTC, as stored), and the months worth asking."""

    rows: Rows
    complete_until: datetime
    months: Sequence[tuple[int, int]]


def local(text: str, fold: int = 0) -> datetime:
    """The naive UTC instant of a wall-clock time in Denver; `fold` 1 is the second 01:30 of the autumn night."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE), fold=fold)
    return wall.astimezone(UTC).replace(tzinfo=None)


def plant(warehouse: Warehouse, data: Data, zone: str = ZONE) -> None:
    """Fill the canonical and bookkeeping tables with the data and build every fact."""
    create_tables(warehouse)
    for entity, rows in data.rows.items():
        _insert(warehouse, entity, rows, data.complete_until)
        _state_reach(warehouse, entity, data.complete_until)
    build_facts(warehouse, zone)
    count_fields(warehouse, data.rows)


def _insert(warehouse: Warehouse, entity: str, rows: Sequence[Cells], until: datetime) -> None:
    fields = [field.name for field in vocabulary()[entity].analytic_fields]
    meta = ["source_system", "source_id", "version_at", "is_deleted", "batch", "ingested_at"]
    table = []
    for number, row in enumerate(rows):
        unknown = set(row) - set(fields) - {"source", "deleted", "version_at"}
        assert not unknown, f"{entity} has no field {sorted(unknown)}"
        source = row.get("source", "helpdesk")
        version_at = row.get("version_at") or until
        known = [source, f"{entity}-{number:06}", version_at, row.get("deleted", False), 1, until]
        table.append([row.get(name) for name in fields] + known)
    names = ", ".join(quoted(name) for name in [*fields, *meta])
    marks = ", ".join("?" for _ in [*fields, *meta])
    for start in range(0, len(table), 200):
        part = table[start : start + 200]
        warehouse.execute(
            f"INSERT INTO {entity} ({names}) VALUES {', '.join(f'({marks})' for _ in part)}",
            [value for cells in part for value in cells],
        )


def _state_reach(warehouse: Warehouse, entity: str, until: datetime) -> None:
    times = vocabulary()[entity].placed_by
    if not times:
        return
    placed = f"coalesce({', '.join(quoted(name) for name in times)})"
    warehouse.execute(
        f"INSERT INTO source_watermark SELECT source_system, ?, min({placed}), max({placed}), ?, 0, ?, count(*) "
        f"FROM {entity} GROUP BY source_system",
        [entity, until, until],
    )
