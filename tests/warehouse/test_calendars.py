"""When calendars are open: against a clock that is read minute by minute, and on the nights that go wrong elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.warehouse.calendars.opening import (
    CalendarRow,
    UnreadableCalendarError,
    check_row,
    open_spans,
    unknown_spans,
)
from firstline.warehouse.calendars.wall_clock import first_instant

DENVER, LORD_HOWE = "America/Denver", "Australia/Lord_Howe"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def utc(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    """The naive UTC instant of a wall-clock time."""
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return wall.astimezone(UTC).replace(tzinfo=None)


def weekly(zone: str, opens: str, closes: str, days: str = "1234567", **more: datetime) -> list[CalendarRow]:
    return [CalendarRow(zone, int(day), opens, closes, **more) for day in days]


def minutes(rows: list[CalendarRow], start: datetime, end: datetime) -> float:
    """The open minutes between two instants."""
    return sum((to - at) / MINUTE for at, to in open_spans(rows, start, end))


@pytest.mark.parametrize(
    ("opened", "answered", "elapsed"),
    [
        ("2024-03-08 16:50", "2024-03-11 08:20", 3750),
        ("2024-04-05 16:50", "2024-04-08 08:20", 3810),
        ("2024-11-01 16:50", "2024-11-04 08:20", 3870),
    ],
)
def test_a_weekend_has_30_business_minutes_whatever_the_clocks_do(opened: str, answered: str, elapsed: int) -> None:
    start, end = utc(opened, DENVER), utc(answered, DENVER)
    assert (end - start) / MINUTE == elapsed
    assert minutes(weekly(DENVER, "08:00", "17:00", "12345"), start, end) == 30


@pytest.mark.parametrize(
    ("zone", "noon", "hours"),
    [
        (DENVER, "2026-03-06 12:00", [8, 7, 8]),
        (DENVER, "2026-10-30 12:00", [8, 9, 8]),
        (LORD_HOWE, "2026-10-02 12:00", [8, 7.5, 8]),
        (LORD_HOWE, "2026-04-03 12:00", [8, 8.5, 8]),
    ],
)
def test_a_shift_from_22_to_06_is_as_long_as_the_night(zone: str, noon: str, hours: list[float]) -> None:
    start = utc(noon, zone)
    shifts = open_spans(weekly(zone, "22:00", "06:00"), start, start + 3 * DAY)
    assert [(end - at) / timedelta(hours=1) for at, end in shifts] == hours


def test_a_skipped_time_is_the_change_and_a_doubled_one_its_first_occurrence() -> None:
    denver, howe = ZoneInfo(DENVER), ZoneInfo(LORD_HOWE)
    assert first_instant(datetime(2026, 3, 8, 2, 30), denver) == utc("2026-03-08 03:00", DENVER)
    assert first_instant(datetime(2026, 11, 1, 1, 30), denver) == utc("2026-11-01 01:30", DENVER, fold=0)
    assert first_instant(datetime(2026, 10, 4, 2, 10), howe) == utc("2026-10-04 02:30", LORD_HOWE)
    assert first_instant(datetime(2026, 4, 5, 1, 45), howe) == utc("2026-04-05 01:45", LORD_HOWE, fold=0)
    # two shifts that meet at such a time leave no gap and no overlap
    for night in ("2026-03-07 12:00", "2026-10-31 12:00"):
        halves = [
            *weekly(DENVER, "22:00", "01:30"),
            *weekly(DENVER, "01:30", "02:30"),
            *weekly(DENVER, "02:30", "06:00"),
        ]
        start = utc(night, DENVER)
        assert open_spans(halves, start, start + DAY) == open_spans(
            weekly(DENVER, "22:00", "06:00"), start, start + DAY
        )


def test_a_holiday_takes_the_part_of_a_night_shift_that_lies_on_its_date() -> None:
    rows = [*weekly(DENVER, "22:00", "06:00"), CalendarRow(DENVER, holiday=date(2026, 12, 25))]
    found = open_spans(rows, utc("2026-12-24 12:00", DENVER), utc("2026-12-26 12:00", DENVER))
    assert found == [
        (utc("2026-12-24 22:00", DENVER), utc("2026-12-25 00:00", DENVER)),
        (utc("2026-12-26 00:00", DENVER), utc("2026-12-26 06:00", DENVER)),
    ]


def test_a_holiday_may_have_hours_of_its_own() -> None:
    eve = CalendarRow(DENVER, holiday=date(2026, 12, 24), opens="08:00", closes="12:00")
    found = open_spans(
        [*weekly(DENVER, "08:00", "17:00"), eve], utc("2026-12-24 00:00", DENVER), utc("2026-12-25 00:00", DENVER)
    )
    assert found == [(utc("2026-12-24 08:00", DENVER), utc("2026-12-24 12:00", DENVER))]


def test_new_hours_of_a_weekday_replace_its_old_ones_and_no_others() -> None:
    change = utc("2026-06-01 00:00", DENVER)
    rows = [*weekly(DENVER, "08:00", "17:00", "12345"), *weekly(DENVER, "10:00", "12:00", "1", valid_from=change)]
    before = (utc("2026-05-25 00:00", DENVER), utc("2026-05-27 00:00", DENVER))
    after = (utc("2026-06-01 00:00", DENVER), utc("2026-06-03 00:00", DENVER))
    assert minutes(rows, *before) == minutes(weekly(DENVER, "08:00", "17:00", "12345"), *before) == 18 * 60
    assert minutes(rows, *after) == 11 * 60


def test_before_the_first_hours_are_stated_nothing_is_known_and_that_is_not_closed() -> None:
    begins, ends = utc("2026-02-01 00:00"), utc("2026-03-01 00:00")
    rows = weekly("UTC", "08:00", "17:00", "12345", valid_from=begins, valid_to=ends)
    assert unknown_spans(rows, begins - DAY, ends + DAY) == [(begins - DAY, begins), (ends, ends + DAY)]
    holidays = [CalendarRow("UTC", holiday=date(2026, 2, 3))]
    assert unknown_spans(holidays, begins, ends) == [(begins, ends)]


def test_a_day_to_24_00_and_one_that_closes_when_it_opens_are_whole_days() -> None:
    for opens, closes in (("00:00", "24:00"), ("00:00", "00:00"), ("06:00", "06:00")):
        assert minutes(weekly(DENVER, opens, closes), utc("2026-03-07 00:00"), utc("2026-03-10 00:00")) == 3 * 1440


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (CalendarRow("Mountain", 1, "08:00", "17:00"), "'Mountain' is no time zone"),
        (CalendarRow(DENVER, 8, "08:00", "17:00"), "8 is no weekday; weekdays are 1 for Monday to 7 for Sunday"),
        (CalendarRow(DENVER, None, "08:00", "17:00"), "neither a weekday nor a holiday"),
        (CalendarRow(DENVER, 1, "08:00", None), "opens and closes are both needed"),
        (CalendarRow(DENVER, 1, "8 am", "17:00"), "'8 am' is no time of day; 00:00 to 24:00 are"),
        (CalendarRow(DENVER, 1, "08:00", "25:00"), "'25:00' is no time of day"),
        (CalendarRow(DENVER, 1, "24:00", "08:00"), "24:00 is no time to open at"),
        (CalendarRow(DENVER, holiday=date(2026, 1, 1), opens="08:00"), "needs opens and closes"),
    ],
)
def test_a_row_that_cannot_be_read_says_what_is_allowed(row: CalendarRow, said: str) -> None:
    with pytest.raises(UnreadableCalendarError, match=said):
        check_row(row)


CHANGES = {
    DENVER: ("2026-03-08", "2026-11-01", "2026-07-04"),
    LORD_HOWE: ("2026-04-05", "2026-10-04"),
    "Europe/Zurich": ("2026-03-29", "2026-10-25"),
    "Asia/Kathmandu": ("2026-05-05",),
    "America/Santiago": ("2026-04-05", "2026-09-06"),
}
clocks = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
hours = st.tuples(st.integers(1, 7), clocks, clocks | st.just("24:00"))


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[CalendarRow], datetime, datetime]:
    """A calendar and some days around a change of its zone's clocks."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = date.fromisoformat(draw(st.sampled_from(CHANGES[zone])))
    rows = [CalendarRow(zone, *each) for each in draw(st.lists(hours, min_size=1, max_size=6))]
    rows += [CalendarRow(zone, holiday=change + DAY * n) for n in draw(st.sets(st.integers(-2, 2), max_size=2))]
    start = datetime(change.year, change.month, change.day) + MINUTE * draw(st.integers(-4000, 1000))
    return rows, start, start + MINUTE * draw(st.integers(0, 5000))


@settings(max_examples=25, deadline=None)
@given(situations())
def test_it_is_open_as_a_clock_shows_that_is_read_minute_by_minute(
    situation: tuple[list[CalendarRow], datetime, datetime],
) -> None:
    rows, start, end = situation
    first = start - 3 * DAY
    zone = ZoneInfo(rows[0].zone)
    instants = [first + number * MINUTE for number in range(int((end + 3 * DAY - first) / MINUTE))]
    shown = [each.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) for each in instants]
    latest = [shown[0]]
    for each in shown[1:]:
        latest.append(max(each, latest[-1]))

    def reached(day: date, clock: str) -> int:
        """The first minute at which the clock shows this time of a day or a later one."""
        wall = datetime(day.year, day.month, day.day) + timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))
        return next((number for number, each in enumerate(latest) if each >= wall), len(latest))

    is_open = [False] * len(instants)
    days = [shown[0].date() + number * DAY for number in range((shown[-1].date() - shown[0].date()).days + 1)]
    for row in rows:
        for day in days:
            if day.isoweekday() == row.weekday and row.opens and row.closes:
                until = day if row.closes > row.opens else day + DAY
                for number in range(reached(day, row.opens), reached(until, row.closes)):
                    is_open[number] = True
    for row in rows:
        if row.holiday:
            for number in range(reached(row.holiday, "00:00"), reached(row.holiday + DAY, "00:00")):
                is_open[number] = False
    counted = sum(is_open[number] for number, each in enumerate(instants) if start <= each < end)
    assert minutes(rows, start, end) == counted
