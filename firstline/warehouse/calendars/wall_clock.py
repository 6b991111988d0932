"""From the wall clock of a time zone to instants, over every change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant (naive UTC) at which the zone's clock shows this wall time (naive) or a later one.

    A time that occurs twice is its first occurrence, one that is skipped is the instant of the change.

    >>> first_instant(datetime(2026, 3, 8, 2, 30), ZoneInfo("America/Denver"))
    datetime.datetime(2026, 3, 8, 9, 0)
    """
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _shown(found, zone) == wall:
        return found.replace(tzinfo=None)
    # skipped: read with the offset after the change it lies before it, with the one before the change after it
    low, high = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while high - low > SECOND:
        middle = low + timedelta(seconds=(high - low) // SECOND // 2)
        low, high = (low, middle) if _shown(middle, zone) >= wall else (middle, high)
    return high.replace(tzinfo=None)


def _shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
