"""Local time of whole columns agrees with zoneinfo, one instant at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from firstline.simulate.columns import DAY, HOUR, Ints
from firstline.simulate.rates import RATES
from firstline.simulate.wallclock import Clock

ZONES = ["America/Denver", "Europe/Zurich", "Australia/Lord_Howe", "Asia/Kathmandu"]


def _clock(zone: str = "America/Denver") -> Clock:
    return Clock(zone, date(2025, 10, 1), date(2026, 4, 10), RATES)


def _instants(clock: Clock, n: int = 5_000) -> Ints:
    return np.random.default_rng(5).integers(clock.start, clock.end, n)


@pytest.mark.parametrize("zone", ZONES)
def test_local_time_is_that_of_zoneinfo(zone: str) -> None:
    clock = _clock(zone)
    at = _instants(clock)
    expected = [
        datetime.fromtimestamp(second, UTC).astimezone(clock.zone).replace(tzinfo=UTC).timestamp()
        for second in at.tolist()
    ]
    assert clock.local(at).tolist() == expected


@pytest.mark.parametrize("zone", ZONES)
def test_a_wall_clock_time_leads_back_to_its_instant(zone: str) -> None:
    clock = _clock(zone)
    at = clock.writable(_instants(clock))
    local = clock.local(at)
    assert (clock.instant(local // DAY, local % DAY) == at).all()


def test_no_written_time_is_ambiguous_and_the_order_stays() -> None:
    clock = _clock()
    # 2025-11-02 02:00 MDT is followed by 01:00 MST: wall times 01:00 to 02:00 occur twice
    at = np.arange(clock.of(date(2025, 11, 2)), clock.of(date(2025, 11, 3)), 60, dtype=np.int64)
    written = clock.writable(at)
    assert (np.diff(written) >= 0).all()
    hours = clock.local(written) % DAY // HOUR
    assert (hours != 1).all()
    assert (clock.local(at) % DAY // HOUR == 1).sum() == 120
    assert (written != at).sum() == 120


def test_work_happens_in_staffed_hours_and_never_before_its_time() -> None:
    clock = _clock()
    at = _instants(clock)
    moved = clock.into_hours(at, np.random.default_rng(1))
    assert clock.is_open(moved).all()
    assert (moved >= at).all()
    assert (moved[clock.is_open(at)] == at[clock.is_open(at)]).all()
    assert (moved - at).max() < 12 * HOUR


def test_months_are_local() -> None:
    clock = _clock()
    assert clock.month_names[0] == "2025-10"
    first_of_november = clock.of(date(2025, 11, 1))
    assert clock.month(np.array([first_of_november - 1, first_of_november])).tolist() == [0, 1]
