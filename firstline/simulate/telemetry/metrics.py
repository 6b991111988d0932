"""What is measured in homes and on their lines: metrics with their units and usual values."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.simulate.drivers import ACCESS_TECHS

EVERYWHERE = tuple(range(len(ACCESS_TECHS)))
FIBER, CABLE, WIRELESS = EVERYWHERE
WIFI, LINE, PATH = "wifi", "line", "path"
"""Where a metric looks; `path` shows the load of the hour and both of the others a little."""


@dataclass(frozen=True)
class Metric:
    """A metric of some access technologies.

    `usual` is its median home, `homes` the standard deviation between homes and `within` that within an hour, `worse`
    the sign of what is bad. Values stay between `least` and `most`. All judgement, around the good ends of the
    reference's thresholds.
    """

    name: str
    unit: str
    place: str
    usual: float
    homes: float
    within: float
    worse: int
    least: float
    most: float
    techs: tuple[int, ...] = EVERYWHERE


METRICS: tuple[Metric, ...] = (
    Metric("wifi_rssi", "dBm", WIFI, -60.0, 5.0, 3.0, -1, -95.0, -30.0),
    Metric("wifi_retry_rate", "%", WIFI, 8.0, 3.0, 3.0, 1, 0.0, 100.0),
    Metric("channel_utilisation", "%", WIFI, 30.0, 10.0, 6.0, 1, 0.0, 100.0),
    Metric("rtt", "ms", PATH, 18.0, 5.0, 4.0, 1, 1.0, 2_000.0),
    Metric("packet_loss", "%", PATH, 0.10, 0.05, 0.05, 1, 0.0, 100.0),
    Metric("ont_rx_power", "dBm", LINE, -20.0, 2.0, 0.2, -1, -40.0, -8.0, (FIBER,)),
    Metric("fec_uncorrectable_ratio_log10", "log10", LINE, -9.0, 0.5, 0.3, 1, -12.0, 0.0, (FIBER,)),
    Metric("downstream_mer", "dB", LINE, 38.0, 1.2, 0.4, -1, 15.0, 45.0, (CABLE,)),
    Metric("upstream_tx_power", "dBmV", LINE, 43.0, 2.5, 0.5, 1, 20.0, 60.0, (CABLE,)),
    Metric("rsrp", "dBm", LINE, -86.0, 6.0, 2.0, -1, -130.0, -60.0, (WIRELESS,)),
    Metric("sinr", "dB", LINE, 16.0, 3.0, 1.5, -1, -10.0, 35.0, (WIRELESS,)),
)

POLL_S = 300
POLLS = 3_600 // POLL_S
"""Each metric is asked for so often in an hour, unless the line is down."""
