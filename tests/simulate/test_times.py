"""No exported time falls into the hour that the clock repeats in autumn or skips in spring."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from firstline.simulate.columns import HOUR, NEVER, Ints
from firstline.simulate.rates import RATES
from firstline.simulate.world import World
from tests.simulate.conftest import world_of

DENVER = ZoneInfo("America/Denver")
# 2025-11-02: 01:00 to 02:00 local occurs twice, first as 07:00Z, again as 08:00Z
REPEATED = (
    int(datetime(2025, 11, 2, 7, tzinfo=UTC).timestamp()),
    int(datetime(2025, 11, 2, 9, tzinfo=UTC).timestamp()),
)
NOT_INSTANTS = {
    *("issue", "subscriber", "driver", "channel", "origin", "nature", "kind", "agent", "solver", "into"),
    *("ticket", "actor", "from_tier", "to_tier", "purpose", "outcome", "fault", "avoidable", "travel_km"),
    *("technician", "disposition", "ivr_s", "wait_s", "talk_s", "hold_s", "wrap_s", "transfers", "flag", "taken_by"),
}


@pytest.fixture(scope="module")
def busy_night() -> World:
    """One week around the change of the clock with as many subscribers as it takes to have calls at night."""
    return world_of(date(2025, 10, 27), date(2025, 11, 10), "America/Denver", 60_000, 2, RATES)


def _instants(table: Any) -> dict[str, Ints]:
    columns = {item.name: getattr(table, item.name) for item in fields(table)}
    return {
        name: column[column < NEVER]
        for name, column in columns.items()
        if name not in NOT_INSTANTS and column.dtype == np.int64
    }


def test_no_exported_instant_is_in_the_repeated_hour(busy_night: World) -> None:
    begins, ends = REPEATED
    near = 0
    for table in (busy_night.contacts, busy_night.tickets, busy_night.events, busy_night.visits):
        for name, at in _instants(table).items():
            inside = (at >= begins) & (at < ends)
            assert not inside.any(), (type(table).__name__, name)
            near += int(((at >= begins - 6 * HOUR) & (at < ends + 6 * HOUR)).sum())
    contacts = busy_night.contacts
    for at in (contacts.ended, contacts.queued, contacts.answered):
        assert not ((at >= begins) & (at < ends)).any()
    assert near > 100


def test_events_were_moved_out_of_the_repeated_hour_not_absent(busy_night: World) -> None:
    """The first second after the repeated hour holds what was moved: without the move the test above fails."""
    assert (busy_night.contacts.entered == REPEATED[1]).sum() > 5


def test_wall_times_lead_back_to_one_instant(busy_night: World) -> None:
    at = busy_night.contacts.entered
    local = busy_night.clock.local(at)
    step = max(1, len(at) // 2_000)
    for instant, wall in zip(at[::step].tolist(), local[::step].tolist(), strict=True):
        naive = datetime(1970, 1, 1) + timedelta(seconds=wall)
        for fold in (0, 1):
            assert naive.replace(tzinfo=DENVER, fold=fold).timestamp() == instant
