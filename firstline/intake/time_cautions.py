"""What an import should tell of its times: those that say never, that no clock showed, and that look swapped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from firstline.intake.cells import Cells
from firstline.intake.parts import FieldPlan
from firstline.intake.stage import Part
from firstline.model.clock_marks import SKIPPED, TWICE, mark_of
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted

TOLD_SKIPPED = "that the change to summer time skips; they were read with the offset in force before it"
TOLD_TWICE = "that occur twice when the clocks go back; they were read as the later of the two"
LAST_AMBIGUOUS_DAY = 12
ENOUGH = 5
"""Rows on either side that a pattern of swapped days and months needs."""
FEW, MOST = 0.2, 0.9


def time_cautions(warehouse: Warehouse, cells: Cells, part: Part, zone: str) -> Iterator[str]:
    """One sentence for each time field and kind of doubt, with counts and the first row; `zone` is the file's."""
    for name, plan in part.plan.fields.items():
        if plan.field.type not in ("ts", "date") or plan.raw is None:
            continue
        place = f"{part.entity.name}.{name}"
        yield from _nevers(warehouse, part, name, place)
        if plan.local is not None:
            yield from _unclear(warehouse, cells, part, plan, plan.zone or zone, place)
        yield from _swapped(warehouse, part, plan, plan.zone or zone, place)


def _nevers(warehouse: Warehouse, part: Part, name: str, place: str) -> Iterator[str]:
    found = warehouse.row(
        f"SELECT count(*) AS n, min(row_number) AS first_row FROM {part.table} "
        f"WHERE nevers IS NOT NULL AND list_contains(string_split(nevers, ','), '{name}')"
    )
    if found["n"]:
        yield f"{place}: {found['n']:,} cells say 1970-01-01, read as never (null), first in row {found['first_row']}."


def _unclear(warehouse: Warehouse, cells: Cells, part: Part, plan: FieldPlan, zone: str, place: str) -> Iterator[str]:
    """Local times that no clock showed, or that one showed twice."""
    for kind, told in ((SKIPPED, TOLD_SKIPPED), (TWICE, TOLD_TWICE)):
        mark = mark_of(plan.field.name, kind)
        found = warehouse.row(
            f"SELECT count(*) AS n, min(row_number) AS first_row FROM {part.table} "
            f"WHERE unclear_times IS NOT NULL AND list_contains(string_split(unclear_times, ','), '{mark}')"
        )
        if found["n"]:
            cell = warehouse.value(f"SELECT {plan.raw} FROM {cells.table} WHERE row_number = ?", [found["first_row"]])
            where = f"first in row {found['first_row']}: '{cell}'"
            yield f"{place}: {found['n']:,} cells are local times of {zone} {told}, {where}."


def _swapped(warehouse: Warehouse, part: Part, plan: FieldPlan, zone: str, place: str) -> Iterator[str]:
    """Days and months swapped in part of the rows: those that can be swapped lie in other months than the rest.

    A spreadsheet that opens 04/03 as the 3rd of April and leaves 13/03 as it is makes such a column.
    """
    days = _days(warehouse, part, plan, zone)
    fixed = Counter[tuple[int, int]]()
    for (year, month, day), count in days.items():
        if day > LAST_AMBIGUOUS_DAY:
            fixed[year, month] += count
    open_days = {date: count for date, count in days.items() if date[2] <= LAST_AMBIGUOUS_DAY}
    total = sum(open_days.values())
    if total < ENOUGH or fixed.total() < ENOUGH:
        return
    as_read = sum(count for (year, month, _), count in open_days.items() if (year, month) in fixed)
    swapped = sum(count for (year, _, day), count in open_days.items() if (year, day) in fixed)
    if as_read <= FEW * total and swapped >= MOST * total:
        yield (
            f"{place}: of {total:,} dates with a day of {LAST_AMBIGUOUS_DAY} or less {total - as_read:,} lie in other "
            f"months than the {fixed.total():,} later in the month, but {swapped:,} would lie in the same with day and "
            "month swapped: check how the file was made, and the stated format."
        )


def _days(warehouse: Warehouse, part: Part, plan: FieldPlan, zone: str) -> dict[tuple[int, int, int], int]:
    """How many rows have each day (year, month, day), as the file's own clock shows it."""
    field, known = quoted(plan.field.name), ZoneInfo(zone)
    rows = warehouse.rows(
        f"SELECT date_trunc('hour', CAST({field} AS TIMESTAMP)) AS hour, count(*) AS n FROM {part.table} "
        f"WHERE {field} IS NOT NULL GROUP BY hour"
    )
    days = Counter[tuple[int, int, int]]()
    for row in rows:
        hour: datetime = row["hour"]
        local = hour.replace(tzinfo=UTC).astimezone(known) if plan.field.type == "ts" else hour
        days[local.year, local.month, local.day] += row["n"]
    return days
