"""What is counted at homes and on their lines by the hour: reboots, alarms, timeouts, failed lookups, a full line."""

from __future__ import annotations

import numpy as np

from firstline.simulate.columns import HOUR, Ints
from firstline.simulate.telemetry.homes import Values, gone, load, wrong
from firstline.simulate.telemetry.metrics import COUNTS, USE, Count
from firstline.simulate.world import World

USE_SPREAD = 1.0
"""How much homes differ in how often their line is full: the standard deviation of the logarithm; judgement."""
BUSIEST_ADDS = 4.0
"""Times as often again is it full in the busiest hour; judgement."""
PORT_ALARMS = 0.5
"""Alarms an hour at each home of the failing PON port by the end of the span; judgement."""

Expected = dict[str, Values]
"""By count: how many each home has in a usual hour, a row per subscriber."""


def expected(world: World, rng: np.random.Generator) -> Expected:
    """What each home has of each count in a usual hour, while what is wrong with the home lasts."""
    spread = np.exp(USE_SPREAD * rng.standard_normal(world.subscribers.count))
    return {
        count.name: (
            count.usual * (spread if count.place == USE else 1 + count.worse * wrong(world, count.place))
        ).astype(np.float32)
        for count in COUNTS
    }


def in_hour(world: World, usual: Expected, count: Count, homes: Ints, at: int, down: Ints) -> Values:
    """How many of a count are expected at these homes in the hour that begins at an instant."""
    impaired = world.impairments.lasts(homes, at) | (count.place == USE)
    many: Values = np.where(impaired, usual[count.name][homes], np.float32(count.usual))
    if count.place == USE:
        many = many * np.float32(1 + BUSIEST_ADDS * load(world, at))
    if count.outage:
        many = many + count.outage * ((down > 0) & (down < HOUR)).astype(np.float32)
    port = world.planted.port
    if port and count.name == "pon_alarms" and gone(world, at):
        many = many + PORT_ALARMS * gone(world, at) * np.isin(homes, port.affected).astype(np.float32)
    return many


def counted(rng: np.random.Generator, count: Count, many: Values, measurements: Ints) -> Values:
    """The count, or its share in % of so many measurements.

    Most homes have none: so how many all of them have together is drawn, and then whose each is.
    """
    edges = np.cumsum(many, dtype=np.float64)
    total = edges[-1] if len(edges) else 0.0
    whose = np.searchsorted(edges, np.sort(rng.random(rng.poisson(total))) * total, side="right")
    found = np.bincount(whose, minlength=len(many))
    if not count.is_share:
        return found.astype(np.float32)
    return np.asarray(100 * np.minimum(found / np.maximum(measurements, 1), 1), dtype=np.float32)
