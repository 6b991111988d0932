"""Read an iCalendar file: every whole day that it names is a row, such as the holidays of a country."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from firstline.errors import UnreadableError
from firstline.intake.reading.scratch_rows import ScratchRows
from firstline.intake.reading.table import RawTable
from firstline.intake.reading.trimming import trim
from firstline.warehouse.engine import Warehouse

HEADERS = ("holiday", "calendar name", "summary", "uid")
"""The date, what the file calls itself, what the day is called, and the event's own id."""

TIMED, CANCELLED = "timed_event", "cancelled_event"
REASONS = (TIMED, CANCELLED)
MAX_BYTES = 20_000_000
AHEAD = timedelta(days=10 * 366)
"""For how long after it was written an event that recurs without an end is followed."""

BROKEN = (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError)
"""What the library raises over a file that is damaged."""

DAY = timedelta(days=1)


def read_icalendar(warehouse: Warehouse, path: Path, name: str, scratch: Path) -> RawTable:
    """Read the whole days of an iCalendar file into scratch table `raw`, in order: one that lasts has several rows.

    Recurring days are written out. An event with times of day and one that was cancelled is rejected: it closes
    nothing. Raises UnreadableError for a file that is no calendar, is too large, or has no event.
    """
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableError("too_large", f"{name} has more than {MAX_BYTES / 1e6:,.0f} MB.", "Export fewer years.")
    calendars = _calendars(path, name)
    number = rejected = 0
    with ScratchRows(scratch) as rows:
        for calendar in calendars:
            for event in _occurrences(calendar, name):
                summary, uid = str(event.get("SUMMARY", "")), str(event.get("UID", ""))
                told = _why_not(event)
                if told:
                    number, rejected = number + 1, rejected + 1
                    rows.reject(number, *told, f"{summary} ({uid})")
                    continue
                for day in _days(event):
                    number += 1
                    rows.add(number, (day.isoformat(), str(calendar.get("X-WR-CALNAME", "")) or None, summary, uid))
    if not number:
        raise UnreadableError("empty_file", f"{name} is a calendar without an event.", "Export it again.")
    rows.load(warehouse, len(HEADERS))
    trimmed = trim(warehouse, skip_total=False)
    return RawTable(
        "raw",
        HEADERS,
        trimmed.kept + rejected,
        ("iCalendar",),
        rejects="rejects" if rejected else None,
        has_points=True,
    )


def _calendars(path: Path, name: str) -> list[Any]:
    # the library takes a moment to load, which only an import of such a file has to wait for
    from icalendar import Calendar

    try:
        found = Calendar.from_ical(path.read_bytes(), multiple=True)
    except BROKEN as error:
        raise _broken(name, f"is not a readable calendar: {error}") from None
    calendars = [each for each in found if each.name == "VCALENDAR"]
    if not calendars:
        raise _broken(name, "holds no calendar")
    return calendars


def _occurrences(calendar: Any, name: str) -> list[Any]:
    """Every occurrence of every event, by date; the endless ones for ten years after the file was written."""
    import recurring_ical_events

    try:
        events = [each for each in calendar.walk("VEVENT") if each.get("DTSTART") is not None]
        begins = [_date(each["DTSTART"].dt) for each in events]
        written = [_date(each["DTSTAMP"].dt) for each in events if each.get("DTSTAMP") is not None]
        if not events:
            return []
        return list(recurring_ical_events.of(calendar).between(min(begins), max([*begins, *written]) + AHEAD))
    except BROKEN as error:
        raise _broken(name, f"has an event that cannot be read: {error}") from None


def _why_not(event: Any) -> tuple[str, str] | None:
    """Why an event closes no day, as reason and detail; None where it does."""
    start = event["DTSTART"].dt
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return CANCELLED, f"cancelled: {_date(start)}"
    if isinstance(start, datetime):
        return TIMED, f"begins at {start.isoformat()}: only whole days are holidays"
    return None


def _days(event: Any) -> Iterator[date]:
    day = _date(event["DTSTART"].dt)
    end = _date(event["DTEND"].dt) if event.get("DTEND") is not None else day + DAY
    yield day
    while (day := day + DAY) < end:
        yield day


def _date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _broken(name: str, told: str) -> UnreadableError:
    return UnreadableError("broken_icalendar", f"{name} {told}.", "Export it again as iCalendar (.ics).")
