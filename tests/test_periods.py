"""Calendar periods in the provider's zone: they tile the span, begin at local midnight, and weeks on Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from firstline.errors import MisuseError
from firstline.periods import GRAINS, Grain, calendar_periods, midnight, parse_grain, parse_moment

DENVER = ZoneInfo("America/Denver")
ZONES = tuple(
    ZoneInfo(name) for name in ("UTC", "America/Denver", "Europe/Rome", "Australia/Lord_Howe", "Asia/Kolkata")
)


def days(start: str, end: str, grain: Grain) -> list[tuple[str, str, bool]]:
    """First and last-but-one day and whether the period is cut, in Denver."""
    first, last = (midnight(date.fromisoformat(day), DENVER) for day in (start, end))
    found = calendar_periods(first, last, grain, DENVER)
    return [(f"{each.start:%m-%d}", f"{each.end:%m-%d}", each.partial) for each in found]


def test_weeks_begin_on_monday_and_are_cut_to_the_span() -> None:
    assert days("2026-03-05", "2026-03-16", "week") == [("03-05", "03-09", True), ("03-09", "03-16", False)]


def test_months_quarters_and_years_are_those_of_the_calendar() -> None:
    assert days("2026-01-01", "2026-03-01", "month") == [("01-01", "02-01", False), ("02-01", "03-01", False)]
    assert days("2026-02-01", "2026-07-01", "quarter") == [("02-01", "04-01", True), ("04-01", "07-01", False)]
    assert days("2025-12-31", "2026-01-02", "year") == [("12-31", "01-01", True), ("01-01", "01-02", True)]


def test_a_day_of_changing_clocks_is_23_or_25_hours_long() -> None:
    spring, autumn = (
        calendar_periods(midnight(day, DENVER), midnight(day + timedelta(days=1), DENVER), "day", DENVER)[0]
        for day in (date(2026, 3, 8), date(2026, 11, 1))
    )
    assert spring.days * 24 == pytest.approx(23)
    assert autumn.days * 24 == pytest.approx(25)
    assert spring.start.isoformat() == "2026-03-08T00:00:00-07:00"
    assert spring.end.isoformat() == "2026-03-09T00:00:00-06:00"


@given(
    some.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    some.integers(1, 800),
    some.sampled_from(GRAINS),
    some.sampled_from(ZONES),
)
def test_periods_tile_the_span_whatever_the_zone(first: datetime, length: int, grain: Grain, zone: ZoneInfo) -> None:
    start = first.replace(tzinfo=UTC)
    end = start + timedelta(hours=length)
    found = calendar_periods(start, end, grain, zone)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == following.start and one.start < one.end for one, following in pairwise(found))
    assert [each.partial for each in found[1:-1]] == [False] * len(found[1:-1])
    assert all(each.start.astimezone(zone).hour == 0 for each in found[1:])


def test_a_date_is_local_midnight_and_an_instant_needs_an_offset() -> None:
    assert parse_moment("2026-07-01", DENVER, "--from").isoformat() == "2026-07-01T00:00:00-06:00"
    assert parse_moment("2026-07-01T00:00:00Z", DENVER, "--from") == datetime(2026, 7, 1, tzinfo=UTC)
    for text in ("2026-07-01T00:00:00", "2026-13-01", "yesterday"):
        with pytest.raises(MisuseError, match="--from"):
            parse_moment(text, DENVER, "--from")


def test_a_wrong_period_names_the_nearest() -> None:
    with pytest.raises(MisuseError, match="month"):
        parse_grain("mnoth")
