"""How far the data reach: per source and entity, and for the entities that a KPI needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firstline.warehouse.engine import Row, Warehouse

STANDING: frozenset[str] = frozenset(
    {"subscriber", "account", "service", "location", "agent", "active_subscribers", "subscriber_snapshot"}
)
"""Entities whose rows describe a state, not an event: their latest row says nothing about completeness, so they
hold a figure back only where the import states how far they are complete."""


@dataclass(frozen=True)
class Coverage:
    """The span in which the data of some entities are complete: aware instants, None where unknown.

    `held_back_by` names the source and entity that end first.
    """

    first: datetime | None = None
    until: datetime | None = None
    held_back_by: str | None = None

    def share_of(self, start: datetime, end: datetime) -> float | None:
        """The share 0..1 of [start, end) that is covered; None where the coverage is unknown."""
        if self.first is None or self.until is None or end <= start:
            return None
        # in UTC: the difference of two local times of one zone would be the clocks', not the time's
        begin, finish = start.astimezone(UTC), end.astimezone(UTC)
        covered = min(self.until.astimezone(UTC), finish) - max(self.first.astimezone(UTC), begin)
        return max(0.0, covered / (finish - begin))

    def touches(self, start: datetime, end: datetime) -> bool:
        """True where some of [start, end) is covered."""
        return bool(self.share_of(start, end))


def read_watermarks(warehouse: Warehouse) -> list[Row]:
    """What the imports recorded per source and entity; `ended_at` where the provider states that a source ended."""
    return warehouse.rows(
        "SELECT source_watermark.*, source_end.ended_at FROM source_watermark "
        "LEFT JOIN source_end ON source_end.ended_source = source_watermark.source_system "
        "AND NOT coalesce(source_end.is_deleted, FALSE) ORDER BY source_watermark.source_system, entity"
    )


def coverage(watermarks: Sequence[Row], entities: Iterable[str], now: datetime) -> Coverage:
    """The coverage of the entities over all sources that have them, never later than `now`.

    A watermark is the completeness the import states, else the latest event less the source's lateness; it is
    never later than the import. The earliest watermark counts, that of a source that has ended only where no other has
    the entity. The beginning is each entity's first event in any source, the latest of these over the entities.
    """
    first: datetime | None = None
    ends: list[tuple[datetime, str]] = []
    for entity in entities:
        rows = [row for row in watermarks if row["entity"] == entity]
        for row in [row for row in rows if not _has_ended(row, now)] or rows:
            until = _until(row)
            if until is not None:
                ends.append((min(until, now), f"{row['source_system']}: {entity}"))
        begins = [_aware(row["first_event_at"]) for row in rows if row["first_event_at"]]
        if begins and entity not in STANDING:
            first = min(begins) if first is None else max(first, min(begins))
    until, name = min(ends) if ends else (None, None)
    return Coverage(first, until, name)


def _has_ended(row: Row, now: datetime) -> bool:
    ended_at = row.get("ended_at")
    return ended_at is not None and _aware(ended_at) <= now


def _until(row: Row) -> datetime | None:
    stated = row["stated_until"]
    if stated is None:
        if row["entity"] in STANDING or row["last_event_at"] is None:
            return None
        stated = row["last_event_at"] - timedelta(seconds=row["lateness_s"] or 0)
    imported = row["imported_at"]
    return _aware(stated if imported is None or stated < imported else imported)


def _aware(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)
