"""The figures that were frozen for contracts, with the latest beside them, as pages and the command line show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from firstline.catalogue.read import Catalogue
from firstline.errors import MisuseError, unknown_name
from firstline.formats import format_value
from firstline.warehouse.engine import Row, Warehouse


@dataclass(frozen=True)
class Snapshot:
    """A figure as it was frozen for a contract: `value`, `n`, `pending`, `state` and `reason` of then. `batch` is the
    newest batch that it was made of, `at` when that was accepted; `latest` is what the figure was last told to be."""

    vendor: str
    contract: str
    kpi: str
    version: int
    month: date
    value: float | None
    unit: str
    n: int | None
    pending: int | None
    state: str
    reason: str | None
    batch: int
    at: datetime
    latest: float | None
    n_latest: int | None

    def told(self, catalogue: Catalogue) -> str:
        """The frozen figure in words."""
        return format_value(self.value, self._unit(catalogue), self.reason)

    def told_latest(self, catalogue: Catalogue) -> str:
        """The latest figure in words."""
        return "the same" if self.latest == self.value else format_value(self.latest, self._unit(catalogue))

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; the month as its first day."""
        return {**self.__dict__, "month": self.month.isoformat(), "at": self.at.isoformat()}

    def _unit(self, catalogue: Catalogue) -> str:
        kpi = catalogue.kpis.get(self.kpi)
        return kpi.shown_unit(self.unit) if kpi else self.unit


def snapshots(
    warehouse: Warehouse, catalogue: Catalogue, vendor: str | None = None, month: str | None = None
) -> Sequence[Snapshot]:
    """What was frozen, newest month first; of one firm or of one month (YYYY-MM) where these are given.

    Raises MisuseError for a firm or a month of which nothing is frozen.
    """
    order = list(catalogue.kpis)
    found = [_snapshot(row) for row in warehouse.rows("SELECT * FROM frozen_figure")]
    vendors, months = {each.vendor for each in found}, {f"{each.month:%Y-%m}" for each in found}
    if found and vendor and vendor not in vendors:
        raise unknown_name("vendor", vendor, vendors)
    if found and month and month not in months:
        hint = f"There are {', '.join(sorted(months))}."
        raise MisuseError("unknown_month", f"No figure of {month!r} is frozen.", hint)
    chosen = (
        each for each in found if vendor in (None, "", each.vendor) and month in (None, "", f"{each.month:%Y-%m}")
    )

    def place(each: Snapshot) -> tuple[int, str, int, int]:
        return -each.month.toordinal(), each.vendor, order.index(each.kpi) if each.kpi in order else -1, each.version

    return sorted(chosen, key=place)


def _snapshot(row: Row) -> Snapshot:
    plain = dict(row)
    return Snapshot(vendor=plain.pop("scope").partition("=")[2], at=plain.pop("noted_at").replace(tzinfo=UTC), **plain)
