"""When the clocks of a time zone change: the local times that are skipped, and those that occur twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(hours=12)
"""No zone changes its clocks twice within this time."""


@dataclass(frozen=True)
class ClockChange:
    """A change at `instant` (UTC). The local times from `first` up to `end` are skipped, or else occur twice."""

    instant: datetime
    first: datetime
    end: datetime
    is_skipped: bool

    @property
    def length(self) -> timedelta:
        """By how much the clocks change."""
        return self.end - self.first


def clock_changes(zone: str, start: datetime, end: datetime) -> list[ClockChange]:
    """The changes from `start` to `end` (naive UTC), in order; all times of the answer are naive too."""
    known = ZoneInfo(zone)

    def offset(instant: datetime) -> timedelta:
        return known.utcoffset(instant.replace(tzinfo=UTC).astimezone(known)) or timedelta()

    found = []
    at, before = start, offset(start)
    while at < end:
        after_step = at + STEP
        after = offset(after_step)
        if after != before:
            low, high = at, after_step
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            instant = high.replace(microsecond=0)
            first, last = sorted((instant + before, instant + after))
            found.append(ClockChange(instant, first, last, after > before))
        at, before = after_step, after
    return found
