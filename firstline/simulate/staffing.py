"""How many agents are on shift in each queue and half hour, planned from what a rehearsal of the span says of demand.

The issues are lived through once with nobody waiting; what comes to each queue is the forecast. The rate of everyday
contacts is smooth: by month, day of the week and hour. What outages bring is counted as it came; nobody plans for it.
See docs/decisions/0024-queues-by-erlang-a.md.
"""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import DAY, HOUR, Flags, Floats, Ints
from firstline.simulate.contacts import ABANDONED, ANSWERED, QUEUES, Contacts
from firstline.simulate.drivers import TALK_S
from firstline.simulate.erlang import fewest_agents
from firstline.simulate.lines import INTERVAL, RARE, Lines
from firstline.simulate.queues import queue_of
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import Clock


def plan_lines(clock: Clock, rates: Rates, rehearsed: Contacts, by_outage: Flags, blocks: int) -> Lines:
    """The lines of the whole provider, of which `rehearsed` are the contacts of one of `blocks` alike."""
    queue, queued = queue_of(rehearsed), np.isin(rehearsed.disposition, (ANSWERED, ABANDONED))
    interval = (rehearsed.queued - clock.start) // INTERVAL
    queued &= interval < (clock.end - clock.start) // INTERVAL
    everyday = _table(clock, queue, interval, queued & ~by_outage)
    burst = _table(clock, queue, interval, queued & by_outage)
    usual = np.stack([_smooth(clock, row) for row in everyday]) * blocks / INTERVAL
    handle_s = _handle_s(rehearsed, queue)
    return Lines(
        begins=clock.start,
        arrivals=usual + burst / INTERVAL,
        agents=_on_shift(rates, usual, handle_s),
        handle_s=handle_s,
        patience_s=rates.patience_s,
    )


def _table(clock: Clock, queue: Ints, interval: Ints, chosen: Flags) -> Floats:
    """How many of the chosen came to each queue in each half hour."""
    columns = (clock.end - clock.start) // INTERVAL
    cells = queue[chosen] * columns + interval[chosen]
    return np.bincount(cells, minlength=len(QUEUES) * columns).astype(np.float64).reshape(len(QUEUES), columns)


def _smooth(clock: Clock, counted: Floats) -> Floats:
    """The mean of each half hour by its month, day of the week and hour, each with a factor of its own."""
    starts = clock.start + INTERVAL * np.arange(len(counted))
    local = clock.local(starts)
    mean = counted.mean()
    expected = np.full(len(counted), mean)
    if mean:
        for part in (clock.month(starts), (local // DAY + 3) % 7, local % DAY // HOUR):
            factors = np.bincount(part, counted) / np.maximum(np.bincount(part), 1) / mean
            expected *= factors[part]
    return expected


def _handle_s(contacts: Contacts, queue: Ints) -> Floats:
    """Mean talk, hold and wrap-up of each queue; the usual talk where nobody was answered."""
    answered = contacts.disposition == ANSWERED
    took = (contacts.talk_s + contacts.hold_s + contacts.wrap_s)[answered]
    rows = np.bincount(queue[answered], minlength=len(QUEUES))
    mean = np.bincount(queue[answered], took, minlength=len(QUEUES)) / np.maximum(rows, 1)
    return np.where(rows > 0, mean, TALK_S.mean())


def _on_shift(rates: Rates, usual: Floats, handle_s: Floats) -> Ints:
    """The fewest agents with whom no more give up than is planned; hours of the same expected load have as many."""
    agents = np.empty(usual.shape, dtype=np.int64)
    for queue, row in enumerate(usual):
        loads, of = np.unique(np.maximum(row, RARE), return_inverse=True)
        handle = np.full(len(loads), handle_s[queue])
        agents[queue] = fewest_agents(loads, handle, rates.patience_s, rates.planned_abandonment)[of]
    return agents
