"""Abandonment and waits of the simulated provider beside what Erlang A makes of those who came, reckoned on its own."""

from __future__ import annotations

import numpy as np

from bench.picture import Picture
from firstline.simulate.contacts import ABANDONED, ANSWERED
from firstline.simulate.lines import INTERVAL
from firstline.simulate.queues import queue_of
from firstline.simulate.world import World

ALIKE = 20
"""Half hours are taken together whose planned arrivals differ by less than a twentieth."""

CLASSES = 6


def waiting(world: World) -> list[Picture]:
    """Half hours of the same queue with as many agents and about as many callers are one load.

    What Erlang A makes of a load is reckoned here from the callers who came in it, its agents, the mean time an agent
    had for one of them, and the patience asked for. An answer takes the ring as well; times are cut to whole seconds.
    """
    contacts, lines, rates = world.contacts, world.lines, world.rates
    queued = np.isin(contacts.disposition, (ANSWERED, ABANDONED)) & (contacts.queued < world.clock.end)
    queue, interval = queue_of(contacts)[queued], lines.interval(contacts.queued[queued])
    steps = np.rint(np.log(np.maximum(lines.arrivals, 1e-9)) * ALIKE).astype(np.int64)
    rows = np.arange(len(steps))[:, None] + np.zeros_like(steps)
    kinds, load = np.unique(np.stack([rows, lines.agents, steps]).reshape(3, -1), axis=1, return_inverse=True)
    of = load.reshape(steps.shape)[queue, interval]
    came = np.bincount(of, minlength=kinds.shape[1])
    lasted = np.bincount(load.ravel(), minlength=kinds.shape[1]) * float(INTERVAL)
    answered = contacts.disposition[queued] == ANSWERED
    took = (contacts.talk_s + contacts.hold_s + contacts.wrap_s)[queued]
    handle = np.bincount(queue[answered], took[answered]) / np.bincount(queue[answered])
    some = came > 0
    expected = np.zeros((len(came), 2))
    expected[some] = [
        erlang_a(calls / time, int(agents), handle[at], rates.patience_s)
        for calls, time, agents, at in zip(came[some], lasted[some], kinds[1, some], kinds[0, some], strict=True)
    ]
    busy = (came * handle[kinds[0]] / lasted / kinds[1])[of]
    edges = np.quantile(busy, np.linspace(0, 1, CLASSES + 1))
    part = np.clip(np.searchsorted(edges, busy, side="right") - 1, 0, CLASSES - 1)
    n = np.bincount(part, minlength=CLASSES)
    gives_up, waits = (np.bincount(part, row[of], minlength=CLASSES) / n for row in expected.T)
    return [
        Picture(
            title=title,
            says="By load: the work that came, for each agent on shift; all queues.",
            axis="agents' time asked for, per agent",
            unit=unit,
            places=np.round(np.bincount(part, busy, minlength=CLASSES) / n, 2).tolist(),
            asked=asked,
            came=np.bincount(part, seen, minlength=CLASSES) / n,
            rows=n,
        )
        for title, unit, asked, seen in (
            ("Abandonment against Erlang A", "share that gave up", gives_up, ~answered),
            (
                "Waits against Erlang A",
                "mean seconds in the queue",
                waits + (1 - gives_up) * rates.ring_s - 0.5,
                contacts.wait_s[queued],
            ),
        )
    ]


def erlang_a(arrivals: float, agents: int, handle_s: float, patience_s: float) -> tuple[float, float]:
    """The share of callers that gives up, and their mean wait in seconds, of callers who come `arrivals` a second.

    The callers there are a birth-death chain, added up term by term until no term counts. Source: the domain reference.
    """
    term, total, waiting, there = 1.0, 1.0, 0.0, 0
    while there < agents or term > 1e-12 * total:
        there += 1
        term *= arrivals / (min(there, agents) / handle_s + max(there - agents, 0) / patience_s)
        total += term
        waiting += max(there - agents, 0) * term
    wait = waiting / total / arrivals
    return wait / patience_s, wait
