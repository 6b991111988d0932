"""What telemetry notices of itself, before any customer does: shown impairments, the failing port, partial outages."""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import NOBODY, Ints, filled, pick, stack
from firstline.simulate.drivers import DROPS, SLOW, number_of
from firstline.simulate.impaired_homes import symptoms
from firstline.simulate.impairments import Impairments
from firstline.simulate.issues import CUT_OFF, IMPAIRED, PORT, Issues
from firstline.simulate.outages import CutOffs, Outages
from firstline.simulate.planted import Planted
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.wallclock import Clock


def draw_noticed(
    rng: np.random.Generator,
    clock: Clock,
    subscribers: Subscribers,
    planted: Planted,
    impairments: Impairments,
    outages: Outages,
    cut_offs: CutOffs,
    count: int,
) -> Issues:
    """As many as are wanted of the homes in which something shows, each fault of a home at most once while it lasts."""
    shown = np.flatnonzero(impairments.shown)
    dimmed = planted.port.affected if planted.port else filled(0, NOBODY)
    some = pick(cut_offs, outages.partial[cut_offs.outage])
    faults = stack(
        [
            _faults(shown, symptoms(rng, impairments.place[shown], subscribers.tech[shown]), IMPAIRED),
            _faults(dimmed, filled(len(dimmed), number_of(SLOW)), PORT),
            _faults(some.subscriber, filled(len(some.outage), number_of(DROPS)), CUT_OFF, some.outage),
        ]
    )
    since = planted.port.since if planted.port else clock.end
    begins = np.concatenate([impairments.onset[shown], filled(len(dimmed), since), some.lost])
    ends = np.concatenate([impairments.until[shown], filled(len(dimmed), clock.end), some.restored])
    begins = np.maximum(begins, np.maximum(subscribers.active_from[faults.subscriber], clock.start))
    ends = np.minimum(ends, clock.end)
    there = np.flatnonzero(begins < ends)
    chosen = rng.choice(there, min(count, len(there)), replace=False)
    faults.at[chosen] = clock.writable(rng.integers(begins[chosen], ends[chosen]))
    return pick(faults, chosen[np.argsort(faults.at[chosen], kind="stable")])


def _faults(homes: Ints, driver: Ints, cause: int, outage: Ints | None = None) -> Issues:
    """Faults of one cause, whose instants are not drawn yet."""
    n = len(homes)
    return Issues(homes, filled(n, 0), driver, filled(n, NOBODY) if outage is None else outage, filled(n, cause))
