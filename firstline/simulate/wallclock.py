"""The provider's clock on the wall: local time of whole columns of instants, opening hours, calendar months.

Exports carry local wall time without an offset, as most systems write it. The hour that a clock repeats in
autumn cannot be written that way, so no event is placed in it (`writable`); the hour that is skipped in
spring cannot occur, because the simulator counts in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from firstline.periods import calendar_periods, midnight
from firstline.simulate.columns import DAY, HOUR, Flags, Floats, Ints
from firstline.simulate.rates import HOUR_WEIGHTS, SEASON_WEIGHTS, WEEKDAY_WEIGHTS, Rates

STEP = 900
MARGIN_DAYS = 120
EPOCH = date(1970, 1, 1)
SPREAD_S = 5_400
"""What waited for the opening is done within so many seconds of it; judgement."""


class Clock:
    """Local time of one zone over the simulated span [start, end), both epoch seconds of local midnights."""

    def __init__(self, zone: str, first: date, last: date, rates: Rates) -> None:
        self.zone = ZoneInfo(zone)
        self.first, self.last = first, last
        self.start, self.end = self.of(first), self.of(last)
        self.opens, self.closes = rates.opens, rates.closes
        self.network_opens, self.network_closes = rates.network_opens, rates.network_closes
        months = calendar_periods(midnight(first, self.zone), midnight(last, self.zone), "month", self.zone)
        self.month_starts: Ints = np.array([int(month.start.timestamp()) for month in months], dtype=np.int64)
        self.month_names = tuple(f"{month.start:%Y-%m}" for month in months)
        self._table_start = self.start - MARGIN_DAYS * DAY
        steps = range(self._table_start, self.end + MARGIN_DAYS * DAY, STEP)
        self._offsets: Ints = np.array([self._offset_at(second) for second in steps], dtype=np.int64)
        turns = np.flatnonzero(np.diff(self._offsets) < 0) + 1
        self._repeated = tuple(
            (at - back, at + back)
            for at, back in (
                (self._table_start + int(turn) * STEP, int(self._offsets[turn - 1] - self._offsets[turn]))
                for turn in turns
            )
        )

    def of(self, day: date) -> int:
        """The instant of a day's local midnight."""
        return int(midnight(day, self.zone).timestamp())

    def _offset_at(self, second: int) -> int:
        offset = datetime.fromtimestamp(second, UTC).astimezone(self.zone).utcoffset()
        return int((offset or timedelta()).total_seconds())

    def local(self, at: Ints) -> Ints:
        """Wall-clock seconds, as if the zone were UTC; far outside the span with the offset of its edge."""
        step = np.clip((at - self._table_start) // STEP, 0, len(self._offsets) - 1)
        return at + self._offsets[step]

    def day(self, at: Ints) -> Ints:
        """Local calendar day as days since 1970-01-01."""
        return self.local(at) // DAY

    def instant(self, day: Ints, second: Ints | int) -> Ints:
        """The instant at which the wall clock of a local day shows `second` seconds after midnight."""
        wall = day * DAY + second
        guess = wall - (self.local(wall) - wall)
        return guess - (self.local(guess) - wall)

    def month(self, at: Ints) -> Ints:
        """Position in `month_names` of the calendar month that holds each instant of the span."""
        return np.searchsorted(self.month_starts, at, side="right") - 1

    def writable(self, at: Ints, margin: int = 0) -> Ints:
        """Instants moved out of the repeated hour to the first second after it.

        `margin` seconds before it are moved too, for events that last that long.
        """
        for begins, ends in self._repeated:
            at = np.where((at >= begins - margin) & (at < ends), ends, at)
        return at

    def is_open(self, at: Ints) -> Flags:
        """True while the lines are staffed."""
        hour = self.local(at) % DAY // HOUR
        return (hour >= self.opens) & (hour < self.closes)

    def is_network_open(self, at: Ints) -> Flags:
        """True while the network desk is there, from Monday to Friday."""
        local = self.local(at)
        hour = local % DAY // HOUR
        weekday = (local // DAY + 3) % 7  # 1970-01-01 was a Thursday
        return (hour >= self.network_opens) & (hour < self.network_closes) & (weekday < 5)

    def is_late(self, at: Ints) -> Flags:
        """True in the second half of the staffed hours and after them: another shift is there."""
        late: Flags = self.local(at) % DAY * 2 >= (self.opens + self.closes) * HOUR
        return late

    def into_hours(self, at: Ints, rng: np.random.Generator) -> Ints:
        """Instants outside staffed hours moved into the first hour and a half of the next opening."""
        return self._into(at, rng, self.opens, self.closes, 7)

    def into_network_hours(self, at: Ints, rng: np.random.Generator) -> Ints:
        """The same for the network desk, which is there from Monday to Friday."""
        return self._into(at, rng, self.network_opens, self.network_closes, 5)

    def _into(self, at: Ints, rng: np.random.Generator, opens: int, closes: int, days: int) -> Ints:
        """The same for hours of the first `days` days of the week."""
        spread = rng.integers(0, SPREAD_S, len(at))
        moved = at
        for _ in range(2):  # twice: a night of 23 or 25 hours lands an hour beside the opening
            local = self.local(moved)
            clock = local % DAY
            later = (clock >= closes * HOUR).astype(np.int64)
            weekday = (local // DAY + 3 + later) % 7  # 1970-01-01 was a Thursday
            later += np.where(weekday >= days, 7 - weekday, 0)
            closed = (later > 0) | (clock < opens * HOUR)
            moved = moved + np.where(closed, later * DAY + opens * HOUR - clock, 0)
        return np.where(moved == at, at, moved + spread)

    def hours(self) -> tuple[Ints, Floats]:
        """Every hour of the span (its first second) and how many contacts it has against the others."""
        hours = np.arange(self.start, self.end, HOUR, dtype=np.int64)
        return hours, self.load(hours)

    def load(self, at: Ints) -> Floats:
        """Relative demand at an instant: hour of the day x day of the week x season; about 1 on average."""
        local = self.local(at)
        weekday = (local // DAY + 3) % 7  # 1970-01-01 was a Thursday
        month = local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
        load: Floats = (
            np.array(HOUR_WEIGHTS)[local % DAY // HOUR]
            * np.array(WEEKDAY_WEIGHTS)[weekday]
            * np.array(SEASON_WEIGHTS)[month]
        )
        return load
