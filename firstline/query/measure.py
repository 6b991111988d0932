"""Run compiled statements and gather their rows into sums per period and group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from firstline.catalogue.kpi import NO_ACCOUNT, Kpi, Rows
from firstline.catalogue.read import Catalogue
from firstline.periods import Period, local_date
from firstline.query.compile import JUDGED, PENDING, compile_base, compile_base_days, compile_ranks, compile_sums
from firstline.query.frame import Frame, Statement, end_date
from firstline.warehouse.engine import Row, Warehouse

Group = tuple[str | None, ...]
Cell = tuple[date, Group]
"""A period, by its first local day, and a group."""


@dataclass
class Sums:
    """What the rows of one cell add up to; `excluded` by the name of the exclusion, in things, not rows.

    `identified` of the `followed` rows are attached to an account: those that count but for that.
    """

    weight: float = 0.0
    n_rows: int = 0
    numerator: float = 0.0
    denominator: float = 0.0
    squares: float = 0.0
    cubes: float = 0.0
    n_aggregated: int = 0
    pending: float = 0.0
    excluded: dict[str, float] = field(default_factory=dict)
    caveats: list[float] = field(default_factory=list)
    mixed: list[bool] = field(default_factory=list)
    identified: float = 0.0
    followed: float = 0.0
    ranks: dict[int, float] = field(default_factory=dict)
    n_ranked: int = 0
    has_rows: bool = False

    @property
    def identified_share(self) -> float | None:
        """The share 0..1 of the followed rows that are attached to an account; None where none is followed."""
        return self.identified / self.followed if self.followed else None


@dataclass(frozen=True)
class Base:
    """Subscribers of one cell: their average over `days` days (or their number on one).

    `inferred_ends` of them left in that time because a full list lacks them, not because anybody said so. `left_out`
    are not among them: on some of these days an exclusion takes them out.
    """

    subscribers: float
    days: float
    inferred_ends: int = 0
    left_out: int = 0


def read_sums(warehouse: Warehouse, catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame) -> dict[Cell, Sums]:
    """The sums of every cell that has rows."""
    cells: dict[Cell, Sums] = defaultdict(Sums)
    for row in _run(warehouse, compile_sums(catalogue, kpi, rows, frame)):
        sums = cells[_cell(row, frame)]
        _add(sums, row, kpi if rows is not kpi.against else None)
        if kpi.chained_by and rows is not kpi.against and _is_followed(row["standing"], rows):
            sums.identified += float(row["identified"] or 0)
            sums.followed += float(row["weight"] or 0)
    if kpi.additivity == "quantile":
        for row in _run(warehouse, compile_ranks(catalogue, kpi, rows, frame)):
            sums = cells[_cell(row, frame)]
            sums.n_ranked = int(row["n"])
            sums.ranks[int(row["row_no"])] = float(row["value"])
    return dict(cells)


def accumulate(cells: dict[Cell, Sums], starts: Sequence[date]) -> dict[Cell, Sums]:
    """Running sums over the periods, for a snapshot: each cell also holds everything before it.

    Of the cells made so, only those with rows of their own have `has_rows`.
    """
    running: dict[Group, Sums] = {}
    found: dict[Cell, Sums] = {}
    for start in starts:
        running = {group: replace(sums, has_rows=False) for group, sums in running.items()}
        for period_on, group in cells:
            if period_on == start:
                running[group] = _together(running.get(group, Sums()), cells[start, group])
        found |= {(start, group): sums for group, sums in running.items()}
    return found


def read_base(
    warehouse: Warehouse, catalogue: Catalogue, kpi: Kpi, frame: Frame, periods: Sequence[Period]
) -> dict[Cell, Base]:
    """Active subscribers of every cell: the mean of the days of the period, or those at its start."""
    spans = [_days_of(period, frame, at_start=kpi.base == "start") for period in periods]
    stated_days = {row["period_on"]: float(row["days"]) for row in _run(warehouse, compile_base_days(spans))}
    lengths = {period_on: float((to_on - from_on).days) for period_on, from_on, to_on in spans}
    found: dict[Cell, Base] = {}
    for row in _run(warehouse, compile_base(catalogue, frame, spans)):
        cell = _cell(row, frame)
        days = stated_days[cell[0]] if row["told_by"] == "total" else lengths[cell[0]]
        found[cell] = Base(float(row["subscriber_days"]) / days, days, int(row["inferred_ends"]), int(row["left_out"]))
    return found


def _days_of(period: Period, frame: Frame, at_start: bool) -> tuple[date, date, date]:
    first = local_date(period.start, frame.zone)
    if at_start:
        return first, first, first + timedelta(days=1)
    last = max(end_date(period.end, frame.zone), first + timedelta(days=1))
    return first, first, last


def _run(warehouse: Warehouse, statement: Statement) -> list[Row]:
    return warehouse.rows(statement.sql, statement.parameters)


def _cell(row: Row, frame: Frame) -> Cell:
    return row["period_on"], tuple(row[f"g{i}"] for i in range(len(frame.group)))


def _add(sums: Sums, row: Row, kpi: Kpi | None) -> None:
    weight = float(row["weight"] or 0)
    sums.has_rows = True
    if row["standing"] == PENDING:
        sums.pending += weight
    elif row["standing"] != JUDGED:
        sums.excluded[row["standing"]] = sums.excluded.get(row["standing"], 0.0) + weight
    else:
        sums.weight, sums.n_rows = weight, int(row["n_rows"])
        sums.numerator = float(row["numerator"] or 0)
        sums.denominator = float(row["denominator"] or 0)
        sums.squares, sums.cubes = float(row["squares"] or 0), float(row["cubes"] or 0)
        sums.n_aggregated = int(row["n_aggregated"])
        if kpi:
            sums.caveats = [float(row[f"c{i}"] or 0) for i in range(len(kpi.caveats))]
            sums.mixed = [_differ(row[f"p{i}_low"], row[f"p{i}_high"]) for i in range(len(kpi.never_pooled))]


def _is_followed(standing: str, rows: Rows) -> bool:
    """Whether rows of this standing would be followed if they had an account: nothing tried before leaves them out."""
    return standing not in rows.exclusions[: rows.exclusions.index(NO_ACCOUNT)]


def _differ(low: Any, high: Any) -> bool:
    return bool(low != high)


def _together(one: Sums, other: Sums) -> Sums:
    excluded = dict(one.excluded)
    for name, weight in other.excluded.items():
        excluded[name] = excluded.get(name, 0.0) + weight
    return Sums(
        weight=one.weight + other.weight,
        n_rows=one.n_rows + other.n_rows,
        numerator=one.numerator + other.numerator,
        denominator=one.denominator + other.denominator,
        excluded=excluded,
        has_rows=True,
    )
