"""What was inferred rather than stated, counted so that it can be shown beside the figures that rest on it."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.presence import INFERRED_END
from firstline.warehouse.tables import LISTED


@dataclass(frozen=True)
class LinkedVisits:
    """The visits for trouble of a source: with a ticket they name, with one that was inferred, and with none."""

    source: str
    stated: int
    inferred: int
    none: int


def inferred_ends(warehouse: Warehouse) -> dict[tuple[str, str], int]:
    """How many things of a source and entity ended because a full list lacks them."""
    found = {}
    for entity in LISTED:
        for row in warehouse.rows(
            f"SELECT source_system, count(*) AS n FROM settled_{entity} "
            f"WHERE {INFERRED_END} AND NOT is_deleted GROUP BY source_system ORDER BY source_system"
        ):
            found[row["source_system"], entity] = row["n"]
    return found


def linked_visits(warehouse: Warehouse) -> list[LinkedVisits]:
    """The visits for trouble of each source by how their ticket is known."""
    return [
        LinkedVisits(row["source_system"], row["stated"], row["inferred"], row["missing"])
        for row in warehouse.rows(
            "SELECT source_system, count(*) FILTER (WHERE ticket_id IS NOT NULL AND NOT ticket_is_inferred) AS stated, "
            "count(*) FILTER (WHERE ticket_is_inferred) AS inferred, "
            "count(*) FILTER (WHERE ticket_id IS NULL) AS missing "
            "FROM fact_visit WHERE coalesce(purpose, 'trouble') = 'trouble' GROUP BY source_system ORDER BY 1"
        )
    ]
