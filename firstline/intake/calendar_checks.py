"""What is wrong with rows of business calendars: zones, weekdays and times of day that nobody can read."""

from __future__ import annotations

from firstline.intake.stage import Part
from firstline.warehouse.calendars.opening import CalendarRow, UnreadableCalendarError, check_row
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.text import text_literal

REASON = "bad_opening_hours"
COLUMNS = ("tz", "weekday", "opens", "closes", "holiday")


def calendar_faults(warehouse: Warehouse, part: Part, rank: int) -> list[str]:
    """SELECTs of (row_number, reason, detail, rank) over the faulty rows of a part; none for other entities."""
    if part.entity.name != "business_calendar":
        return []
    named = [name if name in part.plan.fields else f"NULL AS {name}" for name in COLUMNS]
    wrong = []
    for row in warehouse.rows(f"SELECT row_number, {', '.join(named)} FROM {part.table} WHERE NOT is_deleted"):
        if fault := _fault(row):
            wrong.append(f"({row['row_number']}, {text_literal(fault)})")
    if not wrong:
        return []
    rows = ", ".join(wrong)
    return [
        f"SELECT row_number, '{REASON}' AS reason, detail, {rank} AS rank FROM (VALUES {rows}) t (row_number, detail)"
    ]


def _fault(row: Row) -> str | None:
    # a row without a zone takes that of its calendar
    stated = {name: row[name] for name in COLUMNS if name != "tz"}
    try:
        check_row(CalendarRow(zone=row["tz"] or "UTC", **stated))
    except UnreadableCalendarError as error:
        return str(error)
    return None
