"""Telemetry as it was polled: canonical samples of a few homes on the last day, every five minutes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from firstline.simulate.canonical.moments import instants
from firstline.simulate.cells import Columns, constant, numbers, words
from firstline.simulate.columns import DAY, HOUR, NEVER, filled
from firstline.simulate.telemetry.homes import PARTIAL_LOSS, Levels, down_seconds, shifts
from firstline.simulate.telemetry.metrics import METRICS, POLL_S
from firstline.simulate.world import World

SAMPLED = ("sampled_at", "device_id", "metric", "value", "unit", "method", "interval_s", "sample_count")
"""The columns of a sample."""


def samples(world: World, bases: Levels, rng: np.random.Generator, homes: int) -> Columns:
    """A row per poll and metric of the first `homes` that are active all day; none while a line is down."""
    begins = world.clock.end - DAY
    there = (world.subscribers.active_from <= begins) & (world.until >= world.clock.end)
    chosen = np.flatnonzero(there)[:homes]
    offset = rng.integers(0, POLL_S, len(chosen))
    parts: list[tuple[np.ndarray, ...]] = []
    for hour in range(begins, world.clock.end, HOUR):
        down, impaired = down_seconds(world, hour)
        for row, metric in enumerate(METRICS):
            mine = np.isin(world.subscribers.tech[chosen], metric.techs)
            polled = chosen[mine]
            level = bases[metric.name][polled] + shifts(world, metric, polled, hour)
            if metric.name == "packet_loss":
                level = level + np.float32(PARTIAL_LOSS) * impaired[polled]
            at = hour + offset[mine][:, None] + np.arange(0, HOUR, POLL_S)
            noise = metric.within * rng.standard_normal(at.shape)
            answered = np.arange(0, HOUR, POLL_S) < HOUR - down[polled][:, None]
            home = np.broadcast_to(polled[:, None], at.shape)
            kind = np.full(at.shape, row)
            values = np.round(np.clip(level[:, None] + noise, metric.least, metric.most), 2)
            parts.append(tuple(each[answered] for each in (at, home, kind, values)))
    at, home, kind, values = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((kind, home, at))
    n = len(order)
    return {
        "sampled_at": instants(at[order], NEVER),
        "device_id": world.ids.gateways(home[order]),
        "metric": words([metric.name for metric in METRICS], kind[order]),
        "value": pa.array(values[order]),
        "unit": words([metric.unit for metric in METRICS], kind[order]),
        "method": constant("poll", n),
        "interval_s": numbers(filled(n, POLL_S)),
        "sample_count": numbers(filled(n, 1)),
    }
