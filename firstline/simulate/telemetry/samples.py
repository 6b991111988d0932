"""Telemetry as it was polled: canonical samples of a few homes on the last day, each group of metrics at its pace."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from firstline.simulate.canonical.moments import instants
from firstline.simulate.cells import Columns, numbers, words
from firstline.simulate.columns import DAY, HOUR, NEVER, Flags, Ints
from firstline.simulate.telemetry.counts import Expected, counted, in_hour
from firstline.simulate.telemetry.homes import PARTIAL_LOSS, Levels, down_seconds, now, polls, shifts
from firstline.simulate.telemetry.metrics import COUNTS, METRICS, Count, Group, Metric
from firstline.simulate.world import World

SAMPLED = ("sampled_at", "device_id", "metric", "value", "unit", "method", "interval_s", "sample_count")
"""The columns of a sample."""
KINDS: tuple[Metric | Count, ...] = (*METRICS, *COUNTS)
Part = tuple[np.ndarray, ...]
"""Instants, homes, kinds and values of some samples."""


def samples(world: World, bases: Levels, usual: Expected, rng: np.random.Generator, homes: int) -> Columns:
    """A row per poll and metric of the first `homes` that are active all day; none while a line is down."""
    begins = world.clock.end - DAY
    there = (world.subscribers.active_from <= begins) & (world.until >= world.clock.end)
    chosen = np.flatnonzero(there)[:homes]
    offset = rng.integers(0, min(kind.group.every_s for kind in KINDS), len(chosen))
    parts: list[Part] = []
    for hour in range(begins, world.clock.end, HOUR):
        down, impaired = down_seconds(world, hour)
        for row, kind in enumerate(KINDS):
            mine = np.isin(world.subscribers.tech[chosen], kind.techs)
            polled, after = chosen[mine], offset[mine]
            slots = _slots(kind.group)
            shape = (len(polled), len(slots))
            if isinstance(kind, Metric):
                values = _levels(world, bases, kind, polled, hour, impaired)[:, None]
                values = np.clip(values + kind.within * rng.standard_normal(shape), kind.least, kind.most)
            else:
                many = in_hour(world, usual, kind, polled, hour, down[polled])
                each = np.repeat(many, len(slots)) / np.float32(len(slots))
                values = counted(rng, kind, each, np.full(len(each), kind.group.measurements)).reshape(shape)
            answered = np.arange(len(slots)) < polls(kind.group, polled, down[polled], hour)[:, None]
            answered &= ~np.isnan(values)
            at = hour + after[:, None] + slots
            home = np.broadcast_to(polled[:, None], shape)
            parts.append(tuple(_kept((at, home, np.full(shape, row), np.round(values, 2)), answered)))
    at, home, kind_of, values = (np.concatenate(each) for each in zip(*parts, strict=True))
    return _columns(world, at, home, kind_of, values)


def _slots(group: Group) -> Ints:
    """The seconds of an hour at which a group is polled."""
    return np.arange(0, HOUR, min(group.every_s, HOUR))


def _levels(world: World, bases: Levels, metric: Metric, polled: Ints, hour: int, impaired: Flags) -> np.ndarray:
    level = now(world, bases[metric.name], polled, hour) + shifts(world, metric, polled, hour)
    lost = np.float32(PARTIAL_LOSS) * impaired[polled] if metric.name == "packet_loss" else np.float32(0)
    return np.asarray(level + lost)


def _kept(each: Part, answered: Flags) -> Iterator[np.ndarray]:
    return (part[answered] for part in each)


def _columns(world: World, at: Ints, home: Ints, kind: Ints, values: np.ndarray) -> Columns:
    order = np.lexsort((kind, home, at))
    row = kind[order]
    groups = [each.group for each in KINDS]
    return {
        "sampled_at": instants(at[order], NEVER),
        "device_id": world.ids.gateways(home[order]),
        "metric": words([each.name for each in KINDS], row),
        "value": pa.array(values[order].astype(np.float64)),
        "unit": words([each.unit for each in KINDS], row),
        "method": words([group.method for group in groups], row),
        "interval_s": numbers(np.array([group.every_s for group in groups])[row]),
        "sample_count": numbers(np.array([group.measurements for group in groups])[row]),
    }
