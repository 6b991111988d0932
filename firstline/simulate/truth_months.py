"""What happened in each month: rows, or the sum of what they say."""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import Flags, Floats, Ints
from firstline.simulate.world import World


def by_month(world: World, at: Ints, chosen: Flags, values: Ints | Floats | None = None) -> list[float]:
    """Chosen rows (or the sum of their values) by month; instants outside the span count nowhere."""
    chosen = chosen & (at >= world.clock.start) & (at < world.clock.end)
    weights = None if values is None else values[chosen]
    counted = np.bincount(world.clock.month(at[chosen]), weights, minlength=len(world.clock.month_names))
    return [int(value) for value in counted.tolist()]
