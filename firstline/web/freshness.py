"""How far each source reaches: what the watermarks say, one line per source and entity."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from firstline.query.watermark import coverage, read_watermarks
from firstline.warehouse.engine import Warehouse


@dataclass(frozen=True)
class Reach:
    """One source and entity. `complete_until` is its watermark, None for rows that describe a state; `ended_at` is when
    the source ended, where that is stated: figures no longer wait for it."""

    source: str
    entity: str
    rows: int
    first_event_at: datetime | None
    last_event_at: datetime | None
    complete_until: datetime | None
    imported_at: datetime | None
    ended_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Instants in ISO form."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()
        }


def reaches(warehouse: Warehouse, now: datetime) -> tuple[Reach, ...]:
    """Every source and entity that was imported, by name."""
    return tuple(
        Reach(
            source=row["source_system"],
            entity=row["entity"],
            rows=int(row["n_rows"] or 0),
            first_event_at=_aware(row["first_event_at"]),
            last_event_at=_aware(row["last_event_at"]),
            complete_until=coverage([row], [row["entity"]], now).until,
            imported_at=_aware(row["imported_at"]),
            ended_at=_aware(row["ended_at"]),
        )
        for row in read_watermarks(warehouse)
    )


def _aware(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(tzinfo=UTC)
