"""The queues hour by hour: who is expected to come, how many agents are there, and how long a caller waits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from firstline.simulate.columns import HOUR, Floats, Ints
from firstline.simulate.erlang import shares

INTERVAL = HOUR // 2
"""Agents are planned, and callers counted, by the half hour."""

RARE = 1e-7
"""Callers a second of a queue to which hardly anybody comes."""

STEPS = 50
"""Arrivals are told apart in steps of a fiftieth of their logarithm, 2 %: half hours that are alike share a table."""


@dataclass(frozen=True)
class Lines:
    """What a caller finds. Tables have a row per queue and a column per half hour from `begins` on.

    `arrivals` are the callers a second that come on average, bursts of outages included; `agents` those on shift;
    `handle_s` the mean time of an agent per caller of each queue, `patience_s` the mean patience.
    """

    begins: int
    arrivals: Floats
    agents: Ints
    handle_s: Floats
    patience_s: float

    def interval(self, at: Ints) -> Ints:
        """The column of each instant; the first or the last beyond the span."""
        return np.clip((at - self.begins) // INTERVAL, 0, self.arrivals.shape[1] - 1)

    def wait(self, rng: np.random.Generator, queue: Ints, at: Ints) -> Floats:
        """Seconds until an agent is free for callers who enter these queues at these instants, if they wait so long.

        A caller finds the queue as it is on average over time. Behind k others, the place in front is reached after
        the sum of exponential times with rates n / handle + i / patience, i = k to 0: the logarithm of a beta variate
        (Renyi's sum).
        """
        cell, (upto, agents, handle_s) = self._cells
        row = cell[queue, self.interval(at)]
        found = np.searchsorted(upto.ravel(), row + rng.random(len(row)), side="right") - row * upto.shape[1]
        before = np.minimum(found, upto.shape[1] - 1) - agents[row]
        wait = np.zeros(len(row))
        waits = np.flatnonzero(before >= 0)
        of = row[waits]
        free = agents[of] * self.patience_s / handle_s[of]
        wait[waits] = -np.log(rng.beta(free, before[waits] + 1)) * self.patience_s
        return wait

    @cached_property
    def _cells(self) -> tuple[Ints, tuple[Floats, Ints, Floats]]:
        """The row of each queue and half hour in a table of the kinds of half hour, and that table.

        It holds the cumulated shares of callers there, raised by the number of the row (so that one search finds the
        place in all of them), the agents and the handle time.
        """
        step = np.rint(np.log(np.maximum(self.arrivals, RARE)) * STEPS).astype(np.int64)
        queue = np.arange(len(self.arrivals))[:, None] + np.zeros_like(step)
        kinds, cell = np.unique(np.stack([queue, self.agents, step]).reshape(3, -1), axis=1, return_inverse=True)
        agents, handle_s = kinds[1], self.handle_s[kinds[0]]
        upto = np.cumsum(shares(np.exp(kinds[2] / STEPS), agents, handle_s, self.patience_s), axis=1)
        upto[:, -1] = 1.0
        upto += np.arange(len(upto))[:, None]
        return cell.reshape(step.shape), (upto, agents, handle_s)
