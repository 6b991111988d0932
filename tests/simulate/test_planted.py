"""The planted truths show in the events, and nothing of the kind does when they are switched off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from firstline.simulate.drivers import OUTAGE, SLOW, number_of
from firstline.simulate.people import REPEAT_TEAM, TEAMS
from firstline.simulate.rates import RATES
from firstline.simulate.truth import truth_of
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE, world_of

NOTHING = replace(RATES, outage_contacts=0.0, port_issues_per_month=0.0, repeat_team_factor=1.0)


@pytest.fixture(scope="module")
def unplanted() -> World:
    """The same provider with nothing planted."""
    return world_of(date(2025, 10, 1), END, ZONE, 20_000, 11, NOTHING)


def _fails(world: World, team: str) -> float:
    tickets = world.tickets
    mine = world.agents.team[tickets.solver] == [item.name for item in TEAMS].index(team)
    return float(tickets.failed[mine & tickets.can_fail].mean())


def test_the_fixes_of_one_vendor_team_fail_more_often(world: World, unplanted: World) -> None:
    assert _fails(world, REPEAT_TEAM) / _fails(world, "BrightDesk Support") == pytest.approx(
        RATES.repeat_team_factor, rel=0.2
    )
    assert _fails(unplanted, REPEAT_TEAM) / _fails(unplanted, "BrightDesk Support") == pytest.approx(1, rel=0.2)


def _slow_issues(world: World, rows: np.ndarray, month: int) -> int:
    contacts = world.contacts
    mine = np.isin(contacts.subscriber, rows) & (contacts.driver == number_of(SLOW))
    return int((mine & (world.clock.month(contacts.entered) == month)).sum())


def test_the_failing_port_slows_its_subscribers_in_the_last_two_months(world: World, unplanted: World) -> None:
    port = world.planted.port
    assert port is not None
    assert 32 <= len(port.affected) <= 64
    before = [_slow_issues(world, port.affected, month) for month in range(4)]
    after = [_slow_issues(world, port.affected, month) for month in (4, 5)]
    assert sum(after) > 3 * (sum(before) + 1)
    assert after[1] > after[0]
    quiet = [_slow_issues(unplanted, port.affected, month) for month in (4, 5)]
    assert sum(quiet) < sum(after) / 3


def test_the_outage_brings_its_subscribers_at_once(world: World, unplanted: World) -> None:
    outage = world.planted.outage
    assert outage is not None
    calls = (world.contacts.driver == number_of(OUTAGE)) & np.isin(world.contacts.subscriber, outage.affected)
    first = calls & (world.contacts.entered >= outage.onset) & (world.contacts.entered < outage.restored)
    assert first.sum() > 0.3 * len(outage.affected)
    same = np.isin(unplanted.contacts.subscriber, outage.affected)
    same &= (unplanted.contacts.entered >= outage.onset) & (unplanted.contacts.entered < outage.restored)
    assert same.sum() < first.sum() / 5


def test_what_is_switched_off_is_absent_from_the_truth(unplanted: World) -> None:
    planted = truth_of(unplanted)["planted"]
    assert planted["area_outage"] is None
    assert planted["failing_pon_port"] is None
    assert planted["repeat_team"]["factor"] == 1.0
    assert not any(outage["planted"] for outage in truth_of(unplanted)["outages"])
    assert len(unplanted.outages.onset) > 20
    assert not unplanted.tickets.outage_child.any()
