"""How each home's metrics lie over time: its own level, what is wrong with it, the load of the hour, outages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firstline.simulate.columns import DAY, HOUR, Flags, Floats, Ints, happens
from firstline.simulate.telemetry.metrics import LINE, MESH, METRICS, PATH, SPEED_TEST, USE, WIFI, Group, Metric
from firstline.simulate.world import World

Values = NDArray[np.float32]

RELEASE_METRIC = "wifi_retry_rate"
RELEASE_RETRIES = 12.0
"""Points of retries that the bad firmware release adds; judgement."""

PORT_LOSS_DB = 6.0
"""What the failing PON port has lost by the end of the span; judgement."""
PORT_ERRORS = 3.0
"""By how many powers of ten it has more uncorrectable errors by then; judgement."""
PORT_SLOWER = 0.4
"""How much of the plan's speed its subscribers have lost by then; judgement."""
PORT_ADDS = {
    "ont_rx_power": -PORT_LOSS_DB,
    "fec_uncorrectable_ratio_log10": PORT_ERRORS,
    "download_ratio": -PORT_SLOWER,
}

LOAD = {
    **{"channel_utilisation": 14.0, "wifi_snr": -1.5, "rtt": 5.0, "packet_loss": 0.03},
    **{"download_ratio": -0.02, "rtt_rise_under_load": 10.0},
}
"""What the busiest hour adds to a metric; judgement."""
BUSIEST_H, BUSY_H = 20.5, 3.0
"""The local hour with the most load, and how many hours away from it an e-th part of that is left; judgement."""

PARTIAL_LOSS = 3.0
"""Per cent of packets that are lost while the service is impaired; judgement."""

MESH_SHARE = 0.3
"""Homes with a wireless mesh; judgement."""

TOO_MUCH_LIGHT = 0.1
"""Of the fibre homes whose line shows what is wrong: those that get too much light, not too little; judgement."""
TOO_BRIGHT_DBM, BRIGHTER_DB = -10.5, 0.6
"""How bright such a home is, and how much brighter with each standard deviation of what is wrong; judgement."""


class Level(NamedTuple):
    """A row per subscriber: a metric's level, `home` with what is wrong there and `well` without, and the sign of bad.

    NaN where the home has no such metric. They are the same where no impairment shows.
    """

    home: Values
    well: Values
    worse: Values


Levels = dict[str, Level]
"""By metric."""


def levels(world: World, rng: np.random.Generator) -> Levels:
    """Each home's own level of each metric, with what is wrong with the home."""
    return {metric.name: _level(world, rng, metric) for metric in METRICS}


def _level(world: World, rng: np.random.Generator, metric: Metric) -> Level:
    n, bad = world.subscribers.count, wrong(world, metric.place)
    own = rng.standard_normal(n)
    worse = np.full(n, metric.worse) if metric.worse else np.sign(own)
    well = metric.usual + own * metric.homes
    if metric.name == MESH:
        well[~happens(rng, MESH_SHARE, n)] = np.nan
    level = well + worse * bad * metric.homes
    if metric.name == "ont_rx_power":
        bright = happens(rng, TOO_MUCH_LIGHT, n) & (bad > 0)
        level[bright] = TOO_BRIGHT_DBM + BRIGHTER_DB * bad[bright]
        worse[bright] = 1
    return Level(level.astype(np.float32), well.astype(np.float32), worse.astype(np.float32))


def now(world: World, level: Level, homes: Ints, at: int) -> Values:
    """The level of these homes at an instant: that of the impairment while it lasts."""
    found: Values = np.where(world.impairments.lasts(homes, at), level.home[homes], level.well[homes])
    return found


def wrong(world: World, place: str) -> Floats:
    """By subscriber: how much of what is wrong shows in such a metric, in standard deviations of homes."""
    homes = world.impairments
    shown = {WIFI: homes.wifi, LINE: homes.line, PATH: (homes.wifi + homes.line) / 2}
    return np.zeros(world.subscribers.count) if place == USE else shown[place]


def load(world: World, at: int) -> float:
    """The load of the hour that begins at an instant, of that of the busiest."""
    local = world.clock.local(np.array([at]))
    return float(np.exp(-(((local[0] % DAY / HOUR - BUSIEST_H) / BUSY_H) ** 2)))


def gone(world: World, at: int) -> float:
    """How far the planted port's failing has come at an instant, 0..1."""
    port = world.planted.port
    return max(0.0, (at - port.since) / (world.clock.end - port.since)) if port else 0.0


def shifts(world: World, metric: Metric, homes: Ints, at: int) -> Values:
    """What the hour that begins at an instant adds to the level of these homes."""
    busy = LOAD[metric.name] * load(world, at) if metric.name in LOAD else 0.0
    shift = np.full(len(homes), busy, dtype=np.float32)
    planted = world.planted
    if planted.release and metric.name == RELEASE_METRIC:
        faulty = world.gateways.model[homes] == planted.release.model
        shift += np.where(faulty & (world.gateways.upgraded[homes] <= at), RELEASE_RETRIES, 0.0).astype(np.float32)
    if planted.port and metric.name in PORT_ADDS:
        size = PORT_ADDS[metric.name] * gone(world, at)
        shift += np.where(np.isin(homes, planted.port.affected), size, 0.0).astype(np.float32)
    return shift


def down_seconds(world: World, at: int) -> tuple[Ints, Flags]:
    """By subscriber: seconds without service in the hour that begins at an instant, and whether it was impaired."""
    cut_offs = world.cut_offs
    lost = np.minimum(cut_offs.restored, at + HOUR) - np.maximum(cut_offs.lost, at)
    partial = world.outages.partial[cut_offs.outage]
    n = world.subscribers.count
    down = np.bincount(
        cut_offs.subscriber[(lost > 0) & ~partial], weights=lost[(lost > 0) & ~partial], minlength=n
    ).astype(np.int64)
    impaired = np.zeros(n, dtype=np.bool_)
    impaired[cut_offs.subscriber[(lost > 0) & partial]] = True
    return np.minimum(down, HOUR), impaired


def polls(group: Group, homes: Ints, down: Ints, at: int) -> Ints:
    """How many polls of a group these homes answer in an hour in which they are `down` for so many seconds."""
    if group == SPEED_TEST:
        hours = group.every_s // HOUR
        return np.asarray((((homes + at // HOUR) % hours == 0) & (down == 0)).astype(np.int64))
    return np.asarray(HOUR // group.every_s - down // group.every_s)


def measured(tech: int) -> tuple[Metric, ...]:
    """The metrics of an access technology."""
    return tuple(metric for metric in METRICS if tech in metric.techs)
