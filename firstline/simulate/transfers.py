"""Which answered contacts are handed on to a second agent, to whom, and how long the customer waits for that one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import NOBODY, Flags, Floats, Ints, happens
from firstline.simulate.drivers import HARD
from firstline.simulate.people import Agents
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import Clock

HARD_MOVES, EASY_MOVES = 1.8, 0.75
"""How often contacts with hard and with other reasons are handed on, against the usual; judgement."""
MOST_MOVED = 0.9
BEFORE = 0.5
"""The first agent talks for so much of the usual time before handing on; judgement."""
TIER_2_SOLVES = 1.3
"""How many times as often tier 2 solves in the contact as tier 1 does; judgement."""


@dataclass(frozen=True)
class Handed:
    """`moved` to a second agent; `agent` has the contact last, after `wait_s` seconds on hold."""

    moved: Flags
    agent: Ints
    wait_s: Floats


def hand_on(
    rng: np.random.Generator, clock: Clock, agents: Agents, rates: Rates, first: Ints, driver: Ints, at: Ints
) -> Handed:
    """What becomes of contacts that `first` answered (rows of Agents or NOBODY) at these instants.

    The chance depends on the reason, and on skill and tenure of the first agent. Hard reasons go to tier 2 while the
    network desk is there, everything else to a colleague of tier 1.
    """
    n, day, late = len(first), clock.day(at), clock.is_late(at)
    chance = rates.transfer_share * np.where(HARD[driver], HARD_MOVES, EASY_MOVES)
    chance = np.minimum(chance * agents.effect(first, day, rates).escalating, MOST_MOVED)
    moved = (first != NOBODY) & happens(rng, chance, n)
    to_network = HARD[driver] & clock.is_network_open(at)
    second = first.copy()
    for tier, some in ((1, moved & ~to_network), (2, moved & to_network)):
        second[some] = agents.working(rng, day[some], tier, late[some])
    moved &= second != first  # nobody hands on to oneself
    return Handed(moved, second, np.where(moved, rng.exponential(rates.transfer_wait_s, n), 0.0))
