"""Queues behave as Erlang A says: the formula, the waits that are drawn, the plan of agents, and what a burst does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from heapq import heappop, heappush

import numpy as np
import pytest

from bench.waits import erlang_a
from firstline.simulate.columns import DAY, HOUR, Flags, Ints, filled
from firstline.simulate.contacts import ABANDONED, ANSWERED, BILLING, QUEUES, TECHNICAL
from firstline.simulate.drivers import DOWN, DROPS, OUTAGE, number_of
from firstline.simulate.erlang import fewest_agents, gives_up
from firstline.simulate.lines import INTERVAL, Lines
from firstline.simulate.queues import queue_of
from firstline.simulate.rates import RATES
from firstline.simulate.world import World
from tests.simulate.conftest import world_of


@pytest.mark.parametrize(("agents", "share", "wait_s"), [(20, 0.109, 13.0), (24, 0.035, 4.2)])
def test_the_worked_examples_of_the_reference(agents: int, share: float, wait_s: float) -> None:
    """Twenty callers' worth of work at once, 300 s each, patience 120 s."""
    found = gives_up(np.array([20 / 300]), np.array([agents]), np.array([300.0]), 120.0)
    assert found[0] == pytest.approx(share, abs=0.0005)
    assert found[0] * 120 == pytest.approx(wait_s, abs=0.05)
    assert erlang_a(20 / 300, agents, 300.0, 120.0) == pytest.approx((share, wait_s), rel=0.01)


def test_tables_of_many_loads_say_what_each_load_says_alone() -> None:
    arrivals = np.array([1e-7, 0.001, 0.01, 0.2, 0.2, 0.4])
    agents, handle = np.array([1, 1, 4, 30, 110, 60]), np.array([100.0, 400, 500, 450, 450, 300])
    found = gives_up(arrivals, agents, handle, 240.0)
    alone = [erlang_a(*load, 240.0)[0] for load in zip(arrivals, agents.tolist(), handle, strict=True)]
    assert found == pytest.approx(alone, rel=1e-6)


def test_as_few_agents_as_the_plan_allows() -> None:
    arrivals = np.array([1e-7, 0.0005, 0.004, 0.02, 0.3])
    handle = filled(len(arrivals), 450).astype(np.float64)
    agents = fewest_agents(arrivals, handle, 240.0, 0.1)
    assert (gives_up(arrivals, agents, handle, 240.0) <= 0.1).all()
    more = agents > 1
    assert agents[~more].tolist() == [1]
    assert (gives_up(arrivals[more], agents[more] - 1, handle[more], 240.0) > 0.1).all()


def _served(rng: np.random.Generator, calls: int, agents: int) -> tuple[float, float]:
    """One call after the other, the agents a heap of when each is free: the share that gives up and the mean wait."""
    at = np.cumsum(rng.exponential(100.0, calls)).tolist()
    handle, patience = rng.exponential(450.0, calls).tolist(), rng.exponential(240.0, calls).tolist()
    free, lost, waited = [0.0] * agents, 0, 0.0
    for comes, takes, stays in zip(at, handle, patience, strict=True):
        wait = max(0.0, free[0] - comes)
        waited += min(wait, stays)
        if wait > stays:
            lost += 1
        else:
            heappush(free, max(heappop(free), comes) + takes)
    return lost / calls, waited / calls


def test_callers_wait_as_in_a_queue_that_is_served_call_by_call() -> None:
    lines = Lines(0, np.array([[0.01]]), np.array([[4]]), np.array([450.0]), 240.0)
    rng, n = np.random.default_rng(3), 60_000
    wait, patience = lines.wait(rng, filled(n, 0), filled(n, 0)), rng.exponential(240.0, n)
    lost, waited = _served(rng, n, 4)
    assert float((patience < wait).mean()) == pytest.approx(lost, rel=0.06)
    assert float(np.minimum(wait, patience).mean()) == pytest.approx(waited, rel=0.06)


def _queued(world: World) -> tuple[Flags, Ints, Ints]:
    contacts = world.contacts
    queued = np.isin(contacts.disposition, (ANSWERED, ABANDONED)) & (contacts.queued < world.clock.end)
    return queued, queue_of(contacts), world.lines.interval(contacts.queued)


def test_as_many_come_to_each_queue_as_its_agents_were_planned_for(world: World) -> None:
    queued, queue, _ = _queued(world)
    for row in range(len(QUEUES)):
        planned = float(world.lines.arrivals[row].sum()) * INTERVAL
        assert int((queued & (queue == row)).sum()) == pytest.approx(planned, rel=0.04)
    local = world.clock.local(world.lines.begins + INTERVAL * np.arange(world.lines.agents.shape[1]))
    busy, night = (world.lines.agents[TECHNICAL][local % DAY == hour * HOUR] for hour in (18, 0))
    assert busy.min() > night.max() == 1


def test_a_burst_of_an_outage_makes_everybody_in_the_queue_wait() -> None:
    """Those who ask for something else as well; in another queue nobody notices."""
    stormy = world_of(date(2026, 1, 1), date(2026, 4, 1), "UTC", 20_000, 3, replace(RATES, outages=15.0))
    contacts = stormy.contacts
    queued, queue, interval = _queued(stormy)
    about = np.isin(contacts.driver, [number_of(code) for code in (OUTAGE, DOWN, DROPS)])
    counted = np.bincount(interval[queued & (contacts.driver == number_of(OUTAGE))], minlength=interval.max() + 1)
    crowded = counted[interval] >= 4
    shares = {}
    for row in (TECHNICAL, BILLING):
        for burst in (True, False):
            some = queued & (queue == row) & ~about & (crowded == burst)
            shares[row, burst] = float((contacts.disposition[some] == ABANDONED).mean())
            assert some.sum() > 100
    assert shares[TECHNICAL, True] > 3 * shares[TECHNICAL, False]
    assert shares[BILLING, True] < 2.5 * shares[BILLING, False]


def test_a_small_provider_has_one_agent_a_queue_and_seldom_a_wait() -> None:
    calm = replace(RATES, outages=0.0, outage_contacts=0.0)
    small = world_of(date(2026, 1, 1), date(2026, 4, 1), "UTC", 200, 3, calm)
    assert (small.lines.agents == 1).mean() > 0.95
    queued, _, _ = _queued(small)
    assert np.median(small.contacts.wait_s[queued]) <= 4
