"""How each home's metrics lie over time: its own level, what is wrong with it, the load of the hour, outages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from firstline.simulate.columns import DAY, HOUR, Flags, Ints
from firstline.simulate.telemetry.metrics import LINE, METRICS, WIFI, Metric
from firstline.simulate.world import World

Values = NDArray[np.float32]

RELEASE_RETRIES = 12.0
"""Points of retries that the bad firmware release adds; judgement."""

PORT_LOSS_DB = 6.0
"""What the failing PON port has lost by the end of the span; judgement."""

LOAD = {"channel_utilisation": 14.0, "rtt": 5.0, "packet_loss": 0.03}
"""What the busiest hour adds to a metric; judgement."""

PARTIAL_LOSS = 3.0
"""Per cent of packets that are lost while the service is impaired; judgement."""


Levels = dict[str, Values]
"""By metric: the level of each home, a row per subscriber."""


def levels(world: World, rng: np.random.Generator) -> Levels:
    """Each home's own level of each metric, with what is wrong with the home."""
    return {metric.name: _level(world, rng, metric) for metric in METRICS}


def _level(world: World, rng: np.random.Generator, metric: Metric) -> Values:
    bad = {WIFI: world.impairments.wifi, LINE: world.impairments.line}.get(
        metric.place, (world.impairments.wifi + world.impairments.line) / 2
    )
    own = rng.standard_normal(world.subscribers.count) * metric.homes
    level: Values = (metric.usual + own + metric.worse * bad * metric.homes).astype(np.float32)
    return level


def shifts(world: World, metric: Metric, homes: Ints, at: int) -> Values:
    """What the hour that begins at an instant adds to the level of these homes."""
    local = world.clock.local(np.array([at]))
    evening = np.exp(-(((local[0] % DAY / HOUR - 20.5) / 3) ** 2))
    shift = np.full(len(homes), LOAD.get(metric.name, 0.0) * evening, dtype=np.float32)
    planted = world.planted
    if planted.release and metric.name == "wifi_retry_rate":
        faulty = world.gateways.model[homes] == planted.release.model
        shift += np.where(faulty & (world.gateways.upgraded[homes] <= at), RELEASE_RETRIES, 0.0).astype(np.float32)
    if planted.port and metric.place == LINE and metric.name in ("ont_rx_power", "fec_uncorrectable_ratio_log10"):
        gone = (at - planted.port.since) / (world.clock.end - planted.port.since)
        size = metric.worse * max(0.0, gone) * (PORT_LOSS_DB if metric.name == "ont_rx_power" else PORT_LOSS_DB / 2)
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


def measured(tech: int) -> tuple[Metric, ...]:
    """The metrics of an access technology."""
    return tuple(metric for metric in METRICS if tech in metric.techs)
