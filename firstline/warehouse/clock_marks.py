"""The rows whose times a rule decided, because a change of clocks skips or repeats their local times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from firstline.warehouse.engine import Warehouse


@dataclass(frozen=True)
class Marked:
    """The marks of one row (see `model.clock_marks`), and the fields that a person corrected."""

    marks: str
    corrected: tuple[str, ...]


def marked_rows(
    warehouse: Warehouse, entity: str, column: str, ids: Sequence[str]
) -> dict[tuple[str, str], list[Marked]]:
    """The marked rows of an entity among those with these ids in a column, by source and id."""
    found: dict[tuple[str, str], list[Marked]] = defaultdict(list)
    for row in warehouse.rows(
        f"SELECT source_system, source_id, {column} AS id, unclear_times FROM {entity} "
        f"WHERE unclear_times IS NOT NULL AND {column} IN (SELECT unnest($ids)) ORDER BY ALL",
        {"ids": list(ids)},
    ):
        corrected = warehouse.rows(
            "SELECT field FROM correction_now WHERE entity = $entity AND row_source = $source AND row_id = $id",
            {"entity": entity, "source": row["source_system"], "id": row["source_id"]},
        )
        marked = Marked(row["unclear_times"], tuple(each["field"] for each in corrected))
        found[row["source_system"], row["id"]].append(marked)
    return found
