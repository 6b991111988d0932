"""Mark the rows whose local times no clock showed, or one showed twice: which fields, and which of the two it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from firstline.intake.cells import Cells
from firstline.intake.clock_changes import ClockChange, clock_changes
from firstline.intake.parts import FieldPlan
from firstline.intake.stage import Part
from firstline.model.clock_marks import SKIPPED, TWICE, mark_of
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted

MARGIN = timedelta(days=1)


def mark_unclear_times(warehouse: Warehouse, cells: Cells, parts: Sequence[Part], zone: str) -> None:
    """Fill `unclear_times` of staged parts; `zone` is the file's. Only rows near a change of clocks are looked at."""
    for part in parts:
        for plan in part.plan.fields.values():
            if plan.field.type == "ts" and plan.raw is not None and plan.local is not None:
                _mark(warehouse, cells, part, plan, plan.zone or zone)


def _mark(warehouse: Warehouse, cells: Cells, part: Part, plan: FieldPlan, zone: str) -> None:
    field = quoted(plan.field.name)
    reach = warehouse.row(f"SELECT min({field}) AS first, max({field}) AS last FROM {part.table}")
    if reach["first"] is None:
        return
    changes = clock_changes(zone, reach["first"] - MARGIN, reach["last"] + MARGIN)
    near = " OR ".join(_near(field, change) for change in changes)
    if not near or not warehouse.value(f"SELECT 1 FROM {part.table} WHERE {near} LIMIT 1"):
        return
    for is_skipped, kind in ((True, SKIPPED), (False, TWICE)):
        spans = " OR ".join(_shows(change) for change in changes if change.is_skipped is is_skipped)
        if not spans:
            continue
        warehouse.execute(
            f"UPDATE {part.table} SET unclear_times = concat_ws(',', unclear_times, "
            f"'{mark_of(plan.field.name, kind)}') WHERE ({near}) AND row_number IN (SELECT row_number FROM ("
            f"SELECT row_number, {plan.local} AS local FROM {cells.table} "
            f"SEMI JOIN (SELECT row_number FROM {part.table} WHERE {near}) USING (row_number)) WHERE {spans})"
        )


def _near(field: str, change: ClockChange) -> str:
    return f"({field} >= TIMESTAMP '{change.instant}' AND {field} < TIMESTAMP '{change.instant + change.length}')"


def _shows(change: ClockChange) -> str:
    return f"(local >= TIMESTAMP '{change.first}' AND local < TIMESTAMP '{change.end}')"
