"""Put rows straight into canonical tables as an import would, history included, and look at what was settled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from firstline.warehouse.tables import create_tables
from firstline.warehouse.text import quoted

KNOWN_AT = "2026-01-01 00:00:00"


def empty_warehouse() -> Warehouse:
    """A warehouse in memory with all tables."""
    warehouse = Warehouse.open()
    create_tables(warehouse)
    return warehouse


@cache
def _built() -> Warehouse:
    warehouse = empty_warehouse()
    build_facts(warehouse, "UTC")
    return warehouse


@contextmanager
def scratch_warehouse() -> Iterator[Warehouse]:
    """A warehouse without rows whose facts are built already (in UTC); all that is done within is taken back."""
    warehouse = _built()
    warehouse.execute("BEGIN TRANSACTION")
    try:
        yield warehouse
    finally:
        warehouse.execute("ROLLBACK")


def put(warehouse: Warehouse, entity: str, /, source: str = "desk", known_at: str = KNOWN_AT, **fields: Any) -> None:
    """One row, as of a version time. A later version of the same key replaces it, as it would when it is applied."""
    kind = vocabulary()[entity]
    row_id = "|".join(str(fields.get(name) or "") for name in kind.key)
    scope = source if kind.owner == "source" else ""
    meta = {"source_system": source, "source_id": row_id, "version_at": known_at, "is_deleted": False, "batch": 1}
    newest = warehouse.value(
        f"SELECT max(version_at) FROM {entity}_version WHERE source_id = ? AND source_system = ?", [row_id, scope]
    )
    if newest is None or str(newest) <= known_at:
        warehouse.execute(f"DELETE FROM {entity} WHERE source_id = ? AND source_system = ?", [row_id, source])
        _insert(warehouse, entity, {**meta, **fields})
    content = repr(sorted(fields.items()))
    version = {"source_system": scope, "source_id": row_id, "content_hash": content, "version_at": known_at, "batch": 1}
    _insert(warehouse, f"{entity}_version", version)
    if kind.keeps_past:
        past = {"source_system": scope, "source_id": row_id, "content_hash": content, "is_deleted": False, **fields}
        _insert(warehouse, f"{entity}_past", past)


def accounts_of(warehouse: Warehouse, entity: str) -> dict[str, str | None]:
    """The account that each row of an entity is attached to, by its id."""
    build_facts(warehouse, "UTC")
    key = vocabulary()[entity].key[0]
    rows = warehouse.rows(f"SELECT {key} AS id, account_id FROM settled_{entity} ORDER BY ALL")
    return {row["id"]: row["account_id"] for row in rows}


def verdicts(warehouse: Warehouse, entity: str) -> dict[str, tuple[str, str | None]]:
    """State and deciding key of each row that states no account, by its key; the facts must have been built."""
    rows = warehouse.rows(f"SELECT source_id, state, coalesce(matched_by, ambiguous_by) AS by FROM match_{entity}")
    return {row["source_id"]: (row["state"], row["by"]) for row in rows}


def put_personal(warehouse: Warehouse, entity: str, row_id: str, source: str = "desk", **fields: str) -> None:
    """What a row says in clear."""
    _insert(warehouse, f"{entity}_personal", {"source_system": source, "source_id": row_id, "batch": 1, **fields})


def _insert(warehouse: Warehouse, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(quoted(name) for name in row)
    warehouse.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
