"""How far each source's rows of an entity reach: what watermarks are made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from firstline.model.batch import Batch, Reach
from firstline.warehouse.engine import Warehouse


def extend_reach(warehouse: Warehouse, batch: Batch, name: str, reach: Reach) -> None:
    """Widen the row of (source, entity) in `source_watermark` by what a batch states or shows."""
    earlier = warehouse.rows(
        "SELECT * FROM source_watermark WHERE source_system = ? AND entity = ?", [batch.source, name]
    )
    old = earlier[0] if earlier else {}
    warehouse.execute("DELETE FROM source_watermark WHERE source_system = ? AND entity = ?", [batch.source, name])
    warehouse.execute(
        "INSERT INTO source_watermark VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            batch.source,
            name,
            _pick(min, old.get("first_event_at"), _naive(reach.first_event_at)),
            _pick(max, old.get("last_event_at"), _naive(reach.last_event_at)),
            _pick(max, old.get("stated_until"), _naive(reach.stated_until)),
            reach.lateness_s,
            _naive(batch.accepted_at),
            int(old.get("n_rows") or 0) + batch.entities.get(name, 0),
        ],
    )


def _pick(choose: Callable[[list[datetime]], datetime], *moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return choose(known) if known else None


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
