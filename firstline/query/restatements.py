"""The list of restated figures, as pages and the command line show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from firstline.catalogue.read import Catalogue
from firstline.errors import unknown_name
from firstline.formats import format_change, format_value
from firstline.model.publication import CAUSES
from firstline.warehouse.engine import Row, Warehouse


@dataclass(frozen=True)
class Listed:
    """A published figure that became another one. `scope` is empty for the whole provider, `difference` null where a
    value is; `batch` is the newest batch that counted then and `at` when that was accepted."""

    kpi: str
    version: int
    scope: str
    month: date
    old: float | None
    new: float | None
    unit: str
    n_old: int | None
    n_new: int | None
    causes: tuple[str, ...]
    batches: tuple[int, ...]
    batch: int
    at: datetime

    @property
    def difference(self) -> float | None:
        """New less old, in the KPI's unit."""
        return None if self.old is None or self.new is None else self.new - self.old

    def told(self, catalogue: Catalogue, value: float | None) -> str:
        """One of its values in words; a difference has its sign."""
        if value is None:
            return "no value"
        kpi = catalogue.kpis.get(self.kpi)
        return format_value(value, kpi.shown_unit(self.unit) if kpi else self.unit)

    def told_difference(self, catalogue: Catalogue) -> str:
        """The difference with its sign, of a share in points; empty where there is none."""
        if self.difference is None:
            return ""
        if self.unit == "fraction":
            return format_change("changed", self.difference, None, "fraction")
        return f"{'+' if self.difference > 0 else ''}{self.told(catalogue, self.difference)}"

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; the month as its first day."""
        plain = {**self.__dict__, "difference": self.difference}
        return {**plain, "month": self.month.isoformat(), "at": self.at.isoformat()} | {
            "causes": list(self.causes),
            "batches": list(self.batches),
        }


def restatements(
    warehouse: Warehouse, catalogue: Catalogue, kpi: str | None = None, cause: str | None = None
) -> Sequence[Listed]:
    """What was restated, newest first; of one KPI or of one cause where these are given.

    Raises MisuseError for a KPI or a cause that there is not, with the nearest one.
    """
    wanted = catalogue.kpi(kpi).id if kpi else None
    if cause and cause not in CAUSES:
        raise unknown_name("cause", cause, CAUSES)
    found = (_listed(row) for row in warehouse.rows("SELECT * FROM restatement ORDER BY number DESC"))
    return [each for each in found if wanted in (None, each.kpi) and (not cause or cause in each.causes)]


def _listed(row: Row) -> Listed:
    plain = {name: row[name] for name in ("kpi", "version", "scope", "month", "old", "new", "unit", "n_old", "n_new")}
    return Listed(
        **plain,
        causes=tuple(row["causes"].split(", ")),
        batches=tuple(int(each) for each in row["batches"].split(", ") if each),
        batch=row["batch"],
        at=row["noted_at"].replace(tzinfo=UTC),
    )
