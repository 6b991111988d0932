"""Erlang A (M/M/n+M): how many callers a queue with impatient callers has in it, and what share of them gives up.

Callers come at random at a rate, each of n agents takes an exponential time per caller, and who waits gives up after an
exponential time. The number of callers is then a birth-death chain: one more comes at the arrival rate, one goes at
min(j, n) / handle time + max(j - n, 0) / patience. Source: the Erlang A of the domain reference, as in Garnett,
Mandelbaum and Reiman (2002).
"""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import Floats, Ints

SPREAD = 10
"""So many standard deviations beyond the mean of all who could be there at once are reckoned with."""


def shares(arrivals: Floats, agents: Ints, handle_s: Floats, patience_s: float) -> Floats:
    """The share of time with 0, 1, 2... callers (columns), for each queue (row).

    `arrivals` are callers a second (above 0), `handle_s` and `patience_s` means in seconds.
    """
    waiting = float((arrivals * patience_s).max(initial=0))
    most = int(agents.max(initial=1) + waiting + SPREAD * np.sqrt(waiting + 1))
    callers = np.arange(1, most + 1)[None, :]
    served = np.minimum(callers, agents[:, None]) / handle_s[:, None]
    goes = served + np.maximum(callers - agents[:, None], 0) / patience_s
    weight = np.zeros((len(arrivals), most + 1))
    np.cumsum(np.log(arrivals[:, None] / goes), axis=1, out=weight[:, 1:])
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    found: Floats = weight / weight.sum(axis=1, keepdims=True)
    return found


def gives_up(arrivals: Floats, agents: Ints, handle_s: Floats, patience_s: float) -> Floats:
    """The share of callers that gives up: mean number waiting / patience / arrivals."""
    of = shares(arrivals, agents, handle_s, patience_s)
    waiting = np.maximum(np.arange(of.shape[1])[None, :] - agents[:, None], 0)
    share: Floats = (of * waiting).sum(axis=1) / patience_s / arrivals
    return share


def fewest_agents(arrivals: Floats, handle_s: Floats, patience_s: float, most: float) -> Ints:
    """The fewest agents, 1 or more, with whom no larger share than `most` gives up."""
    # With fewer than this, callers come faster than agents and impatience of `most` of them take them away
    agents = np.maximum(1, np.floor(arrivals * handle_s * (1 - most))).astype(np.int64)
    lacking = np.arange(len(agents))
    while len(lacking):
        share = gives_up(arrivals[lacking], agents[lacking], handle_s[lacking], patience_s)
        lacking = lacking[share > most]
        agents[lacking] += 1
    return agents
