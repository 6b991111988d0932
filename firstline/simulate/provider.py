"""What is drawn once for the whole provider, and into which blocks its subscribers are cut.

A block is a part of the provider with an access network of its own. All that happens to its subscribers is drawn from
generators that the seed, the purpose and the number of the block name, so that the blocks can be made in any order, by
any number of threads, and give the same rows. See docs/decisions/0021-simulated-in-blocks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from firstline.simulate.columns import DAY, MONTH_DAYS
from firstline.simulate.mistakes import NO_MISTAKES, Flaws, Mistakes, flaws_of
from firstline.simulate.people import Agents, hire_agents
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import Clock

AGENTS = "agents"
PURPOSES = (
    *("subscribers", AGENTS, "issues", "contacts", "tickets", "visits", "departures", "surveys"),
    *("network", "outages", "gateways", "impairments", "levels", "telemetry", "samples"),
    *("texts", "notes", "bots"),
    *("counts", "impaired_issues", "noticed"),
)
"""Each kind of thing draws from a generator of its own: a change to surveys leaves the calls as they were."""

LARGEST_BLOCK = 65_536
SUBSCRIBER_MONTHS_OF_BLOCK = 600_000
"""What a block holds at most: few enough that two of them fit into a gigabyte, and over 18 months, in a block of 24,000
or more, enough to fill an OLT and a tower; in smaller ones the largest serve fewer."""


@dataclass(frozen=True)
class Provider:
    """A simulated provider before anything happened to its subscribers."""

    clock: Clock
    rates: Rates
    seed: int
    subscribers: int
    agents: Agents
    flaws: Flaws

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        months = max(1.0, (self.clock.end - self.clock.start) / DAY / MONTH_DAYS)
        return -(-self.subscribers // int(min(LARGEST_BLOCK, SUBSCRIBER_MONTHS_OF_BLOCK / months)))

    def subscribers_of(self, block: int) -> int:
        """How many subscribers a block has on the first day."""
        return self.subscribers // self.blocks + (block < self.subscribers % self.blocks)

    def chance(self, purpose: str, block: int = 0) -> np.random.Generator:
        """The generator of one purpose in one block."""
        return generator(self.seed, purpose, block)


def generator(seed: int, purpose: str, block: int = 0) -> np.random.Generator:
    """The generator that seed, purpose and block name."""
    key = np.random.SeedSequence(seed, spawn_key=(PURPOSES.index(purpose), block))
    return np.random.Generator(np.random.Philox(key))


def found_provider(
    first: date,
    last: date,
    zone: str,
    subscribers: int,
    seed: int,
    rates: Rates,
    mistakes: Mistakes = NO_MISTAKES,
) -> Provider:
    """A provider over the local days [first, last) with so many subscribers on the first day."""
    agents = hire_agents(generator(seed, AGENTS), first, last, subscribers, rates)
    clock = Clock(zone, first, last, rates)
    return Provider(clock, rates, seed, subscribers, agents, flaws_of(mistakes, clock))
