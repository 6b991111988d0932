"""Which figures of which months differ between two states of the data: before and after an undo, a new mapping, a
recoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isclose
from typing import Any

from firstline.catalogue.read import Catalogue
from firstline.query.answer import Record
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.question import Query
from firstline.query.run import answer_by
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse

Key = tuple[str, datetime, tuple[tuple[str, str | None], ...]]
Figures = Mapping[Key, Record]


ORGANISATION = ("team", "tier", "site", "employer", "vendor")
"""The dimensions that a change of agents, teams and queues may move figures between, while the whole stays."""


@dataclass(frozen=True)
class Moved:
    """A KPI's month that differs: value (in the `unit` of its record) and sample before and after, null where there was
    or is none.

    `group` is filled for KPIs that are only ever told by a dimension, such as shares of drivers, and where the figures
    of teams, tiers, sites, employers and vendors were compared.
    """

    kpi: str
    group: Mapping[str, str | None]
    period_start: datetime
    period_end: datetime
    unit: str
    before: float | None
    after: float | None
    n_before: int | None
    n_after: int | None

    @property
    def month(self) -> str:
        """The month as everywhere else, such as 2026-03; "(part)" where only a part of it has data."""
        edges = (self.period_start, self.period_end)
        is_whole = all((each.day, each.hour, each.minute, each.second) == (1, 0, 0, 0) for each in edges)
        return f"{self.period_start:%Y-%m}{'' if is_whole else ' (part)'}"

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; instants in ISO form with offset."""
        plain = {**self.__dict__, "group": dict(self.group)}
        return {**plain, "period_start": self.period_start.isoformat(), "period_end": self.period_end.isoformat()}


def monthly_figures(warehouse: Warehouse, catalogue: Catalogue, settings: Settings, now: datetime) -> Figures:
    """Every KPI by calendar month over all of its data, asked at `now` (aware)."""
    found: dict[Key, Record] = {}
    books = Bookkeeping(warehouse, settings)
    for kpi in catalogue.kpis:
        for record in answer_by(books, catalogue, Query((kpi,), now, by="month")).records:
            # the first and the last month are cut to the data: the month stands for what is left of it
            month = record.period_start.replace(day=1)
            found[(kpi, month, tuple(record.group.items()))] = record
    return found


def organised_figures(warehouse: Warehouse, catalogue: Catalogue, settings: Settings, now: datetime) -> Figures:
    """Every KPI that knows who did the work, by calendar month and all of ORGANISATION that it has, asked at `now`.

    All these dimensions at once: one question for each KPI, and whoever moves from one group to another is seen.
    """
    found: dict[Key, Record] = {}
    books = Bookkeeping(warehouse, settings)
    for name, kpi in catalogue.kpis.items():
        group = tuple(each for each in ORGANISATION if catalogue.column(kpi, each))
        if not group or kpi.share_over:
            continue
        for record in answer_by(books, catalogue, Query((name,), now, by="month", group=group)).records:
            if any(record.group.values()):
                found[(name, record.period_start.replace(day=1), tuple(record.group.items()))] = record
    return found


def shown_of(moved: Sequence[Moved], most: int = 40) -> tuple[list[Moved], int]:
    """What to show of the figures that moved, and how many figures of groups are left out beyond the first `most`."""
    groups = [each for each in moved if set(each.group) & set(ORGANISATION)]
    left_out = groups[most:]
    return [each for each in moved if each not in left_out], len(left_out)


def moved_figures(before: Figures, after: Figures) -> list[Moved]:
    """The months that differ in value or sample, by KPI and time, the whole before its groups."""
    moved = []
    for key in sorted(before.keys() | after.keys(), key=lambda key: (key[0], key[1], bool(key[2]), str(key[2]))):
        old, new = before.get(key), after.get(key)
        known = new or old
        assert known is not None
        if _told(old) == _told(new) or (old and new and _equal(old, new)):
            continue
        moved.append(
            Moved(
                kpi=known.kpi,
                group=known.group,
                period_start=known.period_start,
                period_end=known.period_end,
                unit=known.unit,
                before=old.value if old else None,
                after=new.value if new else None,
                n_before=old.n if old else None,
                n_after=new.n if new else None,
            )
        )
    return moved


def _told(record: Record | None) -> tuple[object, ...]:
    """What a month says; one without any rows says as much as one that is absent."""
    if record is None or (record.value is None and not record.n):
        return (None, 0)
    return (record.value, record.n)


def _equal(old: Record, new: Record) -> bool:
    """Equal but for rounding: sums of fractions depend on the order in which the engine adds them."""
    if old.n != new.n or old.value is None or new.value is None:
        return False
    return isclose(old.value, new.value, rel_tol=1e-12, abs_tol=1e-12)
