"""A provider for tests: rows put straight into the canonical tables, then the facts built over them.

Instants are written as text, `2026-03-02 09:00`, and are UTC unless the test says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from firstline.model.vocabulary import vocabulary
from firstline.query.answer import Record, Result
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question
from firstline.query.run import answer
from firstline.settings import Settings
from firstline.warehouse.codes_seen import count_codes
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from firstline.warehouse.tables import create_tables

START = datetime(2026, 3, 1)
LATE = "2027-01-01 00:00:00"


class Provider:
    """One provider with an empty warehouse in memory. Rows are added, then questions asked."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**{"timezone": "UTC", **settings})
        self.warehouse = _empty_warehouse()
        self.complete_until: dict[str, str] = {}
        self._numbers = 0
        self._pending: dict[str, list[dict[str, Any]]] = {}
        self._is_built = False

    def add(self, entity: str, /, source: str = "helpdesk", **fields: Any) -> dict[str, Any]:
        """One canonical row; its source id is its key where it has one, else a number of its own."""
        self._numbers += 1
        key = [str(fields.get(name)) for name in vocabulary()[entity].key if fields.get(name) is not None]
        row = {"source_system": source, "source_id": "/".join(key) or f"row{self._numbers}", **fields}
        self._pending.setdefault(entity, []).append(row)
        self._is_built = False
        return row

    def event(self, ticket_id: str, at: str, kind: str, **fields: Any) -> None:
        """One ticket event with a seq of its own."""
        self._numbers += 1
        self.add("ticket_event", ticket_id=ticket_id, at=at, type=kind, seq=self._numbers, **fields)

    def ticket(self, ticket_id: str, opened_at: str, resolved_at: str | None = None, **fields: Any) -> None:
        """A trouble ticket, resolved by an agent where `resolved_at` is given."""
        self.add("ticket", ticket_id=ticket_id, opened_at=opened_at, **{"type": "trouble", **fields})
        if resolved_at:
            self.event(ticket_id, resolved_at, "resolved", actor_kind="agent", actor_id="ann")

    def build(self) -> None:
        """Write the rows and the bookkeeping, and build the facts; nothing to do where no row came since."""
        if self._is_built:
            return
        for entity, rows in self._pending.items():
            _insert(self.warehouse, entity, rows)
            self._count(entity, rows)
        build_facts(self.warehouse, self.settings.zone_name)
        count_codes(self.warehouse, self._pending)
        self._pending = {}
        self._is_built = True

    def ask(self, *kpis: str, now: str = LATE, **options: Any) -> Result:
        """The answer to a question put as on the command line: `by="month", group="region", where=["a=b"]`."""
        self.build()
        parameters = {name.rstrip("_"): [value] if isinstance(value, str) else value for name, value in options.items()}
        moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
        query = parse_question(the_catalogue(), self.settings.zone, moment, {"kpi": list(kpis), **parameters})
        return answer(self.warehouse, the_catalogue(), self.settings, query)

    def one(self, kpi: str, **options: Any) -> Record:
        """The single record of an answer."""
        records = self.ask(kpi, **options).records
        assert len(records) == 1, records
        return records[0]

    def _count(self, entity: str, rows: Sequence[dict[str, Any]]) -> None:
        """What an import would record: values per field, and how far the data reach."""
        for source in sorted({row["source_system"] for row in rows}):
            own = [row for row in rows if row["source_system"] == source]
            for name in vocabulary()[entity].field_names:
                filled = sum(1 for row in own if row.get(name) is not None)
                self.warehouse.execute(
                    "INSERT INTO field_count VALUES (?, ?, ?, ?, ?)", [source, entity, name, len(own), filled]
                )
            placed = [name for name in vocabulary()[entity].placed_by]
            times = sorted(
                str(next(row[name] for name in placed if row.get(name) is not None))
                for row in own
                if any(row.get(name) is not None for name in placed)
            )
            self.warehouse.execute(
                "INSERT INTO source_watermark VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
                [
                    source,
                    entity,
                    times[0] if times else None,
                    times[-1] if times else None,
                    self.complete_until.get(entity),
                    LATE,
                    len(own),
                ],
            )


@cache
def _built() -> tuple[Path, TemporaryDirectory[str]]:
    """An empty warehouse in a file, its facts built: sixty empty models take a second. Gone with the process."""
    folder = TemporaryDirectory(prefix="firstline-provider-")
    path = Path(folder.name, "built.duckdb")
    warehouse = Warehouse.open(path)
    create_tables(warehouse)
    build_facts(warehouse, "UTC")
    warehouse.close()
    return path, folder


def _empty_warehouse() -> Warehouse:
    """A copy of it in memory."""
    warehouse = Warehouse.open()
    path, _ = _built()
    warehouse.execute(f"ATTACH '{path}' AS built (READ_ONLY)")
    warehouse.execute("COPY FROM DATABASE built TO memory")
    warehouse.execute("DETACH built")
    return warehouse


def after(start: datetime | str, **span: float) -> str:
    """An instant some time after another, as text."""
    begin = datetime.fromisoformat(start) if isinstance(start, str) else start
    return str(begin + timedelta(**span))


def _insert(warehouse: Warehouse, entity: str, rows: Sequence[dict[str, Any]]) -> None:
    names = sorted({name for row in rows for name in row})
    columns = ", ".join(f'"{name}"' for name in names)
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        places = ", ".join(f"({', '.join('?' * len(names))})" for _ in part)
        values = [row.get(name) for row in part for name in names]
        warehouse.execute(f"INSERT INTO {entity} ({columns}) VALUES {places}", values)
