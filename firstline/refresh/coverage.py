"""Count, per source and field, how many settled rows have a value: what a KPI can and cannot be computed from."""

from __future__ import annotations

from collections.abc import Iterable

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.view import settled_name
from firstline.warehouse.text import quoted


def count_fields(warehouse: Warehouse, entities: Iterable[str]) -> None:
    """Bring table `field_count` up to date for these entities; the facts, and so the settled views, must be there."""
    for name in sorted(entities):
        warehouse.execute("DELETE FROM field_count WHERE entity = ?", [name])
        if not warehouse.rows(f"SELECT 1 FROM {name} LIMIT 1"):
            continue
        fields = [field.name for field in vocabulary()[name].analytic_fields]
        counts = ", ".join(f"count({quoted(field)}) AS {quoted(field)}" for field in fields)
        for row in warehouse.rows(
            f"SELECT source_system, count(*) AS n_rows, {counts} FROM {settled_name(name)} "
            "WHERE NOT is_deleted GROUP BY source_system"
        ):
            for field in fields:
                warehouse.execute(
                    "INSERT INTO field_count VALUES (?, ?, ?, ?, ?)",
                    [row["source_system"], name, field, row["n_rows"], row[field]],
                )
