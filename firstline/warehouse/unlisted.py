"""Ids that rows state and that nothing knows: accounts that no list names, tickets that never came."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.matching import MATCHED

KNOWN: dict[str, tuple[str, ...]] = {"account": ("account", "service"), "ticket": ("ticket",)}
"""By what an id is of: the entities whose rows make one known, each by its field of that name."""


@dataclass(frozen=True)
class UnlistedId:
    """An id of an account or a ticket (`of`) that rows of a source and entity state and that nothing knows, and in how
    many rows."""

    source: str
    entity: str
    of: str
    id: str
    rows: int


def unlisted_ids(warehouse: Warehouse) -> list[UnlistedId]:
    """Ids that are stated and unknown, the commonest first; none of a kind of which no row came, because any id may be
    right then."""
    found = [
        UnlistedId(row["source_system"], row["entity"], of, row["id"], row["n"])
        for of in KNOWN
        if warehouse.value(f"SELECT count(*) FROM {of} WHERE NOT is_deleted")
        for row in warehouse.rows(_unlisted(of))
    ]
    return sorted(found, key=lambda each: (-each.rows, each.source, each.entity, each.of, each.id))


def _unlisted(of: str) -> str:
    """SQL: source_system, entity, id and n, the rows that state it; a ticket does not state itself."""
    field = f"{of}_id"
    known = " UNION ".join(f"SELECT {field} FROM {name} WHERE {field} IS NOT NULL" for name in KNOWN[of])
    return " UNION ALL ".join(
        f"SELECT source_system, '{name}' AS entity, {field} AS id, count(*) AS n FROM {name} "
        f"WHERE NOT is_deleted AND {field} IS NOT NULL AND {field} NOT IN ({known}) GROUP BY source_system, {field}"
        for name in MATCHED
        if name != of and field in vocabulary()[name].field_names
    )
