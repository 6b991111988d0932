"""Calendar periods in the provider's zone: pure functions, `now` and the zone are arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from firstline.errors import MisuseError, unknown_name

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)


@dataclass(frozen=True)
class Period:
    """A span of time: `start` inclusive, `end` exclusive, both aware instants; `partial` where cut."""

    start: datetime
    end: datetime
    partial: bool = False

    @property
    def days(self) -> float:
        """Length in elapsed days (a daylight-saving day is 23/24 or 25/24 of one)."""
        return (self.end.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds() / 86_400

    @property
    def is_calendar_month(self) -> bool:
        """Whether it is one whole month of the zone that its instants carry."""
        return self.start.day == 1 and self.end.date() == next_start(self.start.date(), "month")


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins, carrying the zone's offset."""
    return datetime.combine(day, time(), zone)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The local calendar day of an instant."""
    return instant.astimezone(zone).date()


def parse_moment(text: str, zone: ZoneInfo, option: str) -> datetime:
    """A date (local midnight) or an instant with an offset, as an aware datetime.

    Raises MisuseError naming the option and the value.
    """
    try:
        if len(text) == 10:
            return midnight(date.fromisoformat(text), zone)
        instant = datetime.fromisoformat(text)
    except ValueError:
        hint = "Write a date (2026-03-31) or an instant with an offset (2026-03-31T06:00:00+02:00)."
        raise MisuseError("bad_date", f"{option} {text!r} is not a date or an instant.", hint) from None
    if instant.tzinfo is None:
        hint = f"Add one, such as {text}Z, or give the date alone."
        raise MisuseError("bad_date", f"{option} {text!r} has no offset.", hint)
    return instant


def parse_grain(text: str) -> Grain:
    """One of the five grains. Raises MisuseError naming the nearest one."""
    for grain in GRAINS:
        if text == grain:
            return grain
    raise unknown_name("period", text, GRAINS, where="by")


def floor_date(day: date, grain: Grain) -> date:
    """The first day of the calendar period that holds `day`; weeks start on Monday."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if grain == "year" else day


def next_start(start: date, grain: Grain) -> date:
    """The first day of the period after the one that begins on `start`."""
    if grain == "day":
        return start + timedelta(days=1)
    if grain == "week":
        return start + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def calendar_periods(start: datetime, end: datetime, grain: Grain, zone: ZoneInfo) -> tuple[Period, ...]:
    """The calendar periods that touch [start, end), cut to it; `partial` where cut."""
    periods = []
    first = floor_date(local_date(start, zone), grain)
    while (opening := midnight(first, zone)) < end:
        following = next_start(first, grain)
        closing = midnight(following, zone)
        cut_start, cut_end = max(opening, start), min(closing, end)
        partial = cut_start > opening or cut_end < closing
        periods.append(Period(cut_start.astimezone(zone), cut_end.astimezone(zone), partial))
        first = following
    return tuple(periods)
