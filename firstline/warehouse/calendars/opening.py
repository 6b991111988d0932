"""When a calendar is open: its stated rows become spans of UTC instants.

The rules: the hours that hold at an instant decide over it. A weekday's rows hold from their `valid_from` to their
`valid_to`, or until rows with a later `valid_from` state that weekday anew. Closing at or before opening is on the
next day; what a shift over midnight has of a weekday's or a holiday's date belongs to that date. A holiday cuts all
that lies on its date; hours stated in the holiday's own row are open all the same. Where no weekly row holds,
nothing is known: that is not the same as closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo, available_timezones

from firstline.warehouse.calendars.wall_clock import first_instant

Span = tuple[datetime, datetime]
"""From an instant up to another, naive UTC."""

ALWAYS, EVER = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("9999-01-01")
DAY = timedelta(days=1)
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?")


class UnreadableCalendarError(ValueError):
    """A row of a calendar cannot be understood; the message says what of it."""


@dataclass(frozen=True)
class CalendarRow:
    """One row as it is stated: weekly hours, or a holiday. `valid_from` and `valid_to` are naive UTC."""

    zone: str
    weekday: int | None = None
    opens: str | None = None
    closes: str | None = None
    holiday: date | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True)
class _Hours:
    zone: ZoneInfo
    opens: timedelta
    closes: timedelta
    holds: Span

    def on(self, day: date) -> Span:
        """The span that begins on a local date, as far as the row holds."""
        start = datetime.combine(day, time())
        return _common((_at(start + self.opens, self.zone), _at(start + self.closes, self.zone)), self.holds)


def check_row(row: CalendarRow) -> None:
    """Raise UnreadableCalendarError naming what is wrong with a row and what is allowed."""
    if row.zone not in available_timezones():
        raise UnreadableCalendarError(f"'{row.zone}' is no time zone; an IANA name is, such as America/Denver")
    if row.holiday is None:
        if row.weekday is None or not 1 <= row.weekday <= 7:
            told = (
                "neither a weekday nor a holiday is stated" if row.weekday is None else f"{row.weekday} is no weekday"
            )
            raise UnreadableCalendarError(f"{told}; weekdays are 1 for Monday to 7 for Sunday")
        if row.opens is None or row.closes is None:
            raise UnreadableCalendarError("opens and closes are both needed; a day that is closed has no row")
    if row.holiday is not None and (row.opens is None) != (row.closes is None):
        raise UnreadableCalendarError("a holiday with hours of its own needs opens and closes")
    if row.opens is not None and row.closes is not None:
        _length(row.opens, row.closes)


def open_spans(rows: Sequence[CalendarRow], first: datetime, last: datetime) -> list[Span]:
    """The open spans of one calendar between two instants, in order, apart from each other.

    Raises UnreadableCalendarError where a row cannot be understood.
    """
    weekly, holidays = _hours_by_weekday(rows), [row for row in rows if row.holiday is not None]
    start, end = first.date() - 2 * DAY, last.date() + 2 * DAY
    found: list[Span] = []
    for number in range((end - start).days):
        day = start + number * DAY
        found += [hours.on(day) for hours in weekly.get(day.isoweekday(), ())]
    closed = [_common(_whole_day(row), _holds(row)) for row in holidays]
    special = [_hours(row, _holds(row)).on(row.holiday) for row in holidays if row.holiday and row.opens is not None]
    spans = joined([*without(joined(found), joined(closed)), *special])
    return [span for each in spans if (span := _common(each, (first, last)))[0] < span[1]]


def unknown_spans(rows: Sequence[CalendarRow], first: datetime, last: datetime) -> list[Span]:
    """The spans between two instants in which no weekly row of the calendar holds: nobody knows when it was open."""
    known = [hours.holds for days in _hours_by_weekday(rows).values() for hours in days]
    return without([(first, last)], joined(known))


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same instants in as few spans as possible, in order."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of spans (joined) when others (joined) are taken out."""
    found: list[Span] = []
    position = 0
    for start, end in spans:
        while position < len(taken) and taken[position][1] <= start:
            position += 1
        at, ahead = start, position
        while ahead < len(taken) and taken[ahead][0] < end:
            if taken[ahead][0] > at:
                found.append((at, taken[ahead][0]))
            at = max(at, taken[ahead][1])
            ahead += 1
        if at < end:
            found.append((at, end))
    return found


def _hours_by_weekday(rows: Sequence[CalendarRow]) -> dict[int, list[_Hours]]:
    for row in rows:
        check_row(row)
    weekly = sorted((row for row in rows if row.holiday is None), key=lambda row: (row.weekday or 0, _from(row)))
    found: dict[int, list[_Hours]] = {}
    for weekday, of_day in groupby(weekly, key=lambda row: row.weekday or 0):
        states = [list(state) for _, state in groupby(of_day, key=_from)]
        ends = [*(_from(state[0]) for state in states[1:]), EVER]
        found[weekday] = [
            _hours(row, _common(_holds(row), (ALWAYS, end)))
            for state, end in zip(states, ends, strict=True)
            for row in state
        ]
    return found


def _hours(row: CalendarRow, holds: Span) -> _Hours:
    opens, closes = _length(row.opens or "", row.closes or "")
    return _Hours(ZoneInfo(row.zone), opens, closes, holds)


def _length(opens: str, closes: str) -> tuple[timedelta, timedelta]:
    """Opening and closing after the local midnight on which the span begins."""
    begin, end = _clock(opens), _clock(closes)
    if begin == DAY:
        raise UnreadableCalendarError("24:00 is no time to open at; a day begins at 00:00")
    return begin, end if end > begin else end + DAY


def _clock(text: str) -> timedelta:
    found = CLOCK.fullmatch(text.strip())
    after = timedelta(hours=int(found[1]), minutes=int(found[2])) if found else None
    if after is None or after > DAY:
        raise UnreadableCalendarError(f"'{text}' is no time of day; 00:00 to 24:00 are")
    return after


def _whole_day(row: CalendarRow) -> Span:
    start = datetime.combine(row.holiday or date.min, time())
    zone = ZoneInfo(row.zone)
    return _at(start, zone), _at(start + DAY, zone)


def _at(wall: datetime, zone: ZoneInfo) -> datetime:
    return first_instant(wall, zone)


def _from(row: CalendarRow) -> datetime:
    return row.valid_from or ALWAYS


def _holds(row: CalendarRow) -> Span:
    return _from(row), row.valid_to or EVER


def _common(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])
