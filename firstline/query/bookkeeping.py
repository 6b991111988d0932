"""What a warehouse says of itself, read once for all questions that are asked of one snapshot of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from firstline.query.availability import Presence, read_presence
from firstline.query.compile_held import Time, compile_extents
from firstline.query.restated import Key, Restated, read_restated
from firstline.query.watermark import read_watermarks
from firstline.settings import Settings
from firstline.warehouse.engine import Row, Warehouse

Extent = tuple[date | None, date | None]
"""The first and the last local day of some rows; None without any."""


@dataclass(frozen=True)
class Bookkeeping:
    """How far the data reach, which fields have values, in which currencies, and what was restated.

    Each part is read when it is first asked for and kept: questions that share one must see the same rows.
    """

    warehouse: Warehouse
    settings: Settings
    _extents: dict[Time, Extent] = field(default_factory=dict)

    @cached_property
    def watermarks(self) -> Sequence[Row]:
        """What the imports recorded per source and entity."""
        return read_watermarks(self.warehouse)

    @cached_property
    def presence(self) -> Presence:
        """How many values each field has."""
        return read_presence(self.warehouse)

    @cached_property
    def restated(self) -> Mapping[Key, Restated]:
        """What was restated, by series."""
        return read_restated(self.warehouse)

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """The currencies in which visits state a cost; one without a currency is in the provider's."""
        found = self.warehouse.rows("SELECT DISTINCT currency FROM fact_visit WHERE cost IS NOT NULL")
        return tuple(sorted({row["currency"] or self.settings.currency for row in found}))

    def extent(self, times: Collection[Time]) -> Extent:
        """The first and the last local day in these columns of facts together."""
        unread = sorted(set(times) - self._extents.keys())
        if unread:
            for row in self.warehouse.rows(compile_extents(unread).sql):
                self._extents[unread[row["place"]]] = row["first_on"], row["last_on"]
        found = [self._extents[time] for time in times]
        firsts, lasts = [first for first, _ in found if first], [last for _, last in found if last]
        return min(firsts, default=None), max(lasts, default=None)
