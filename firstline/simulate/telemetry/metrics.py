"""What is measured in homes and on their lines: metrics, their units and usual values, how often they are polled."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.simulate.columns import HOUR
from firstline.simulate.drivers import ACCESS_TECHS

EVERYWHERE = tuple(range(len(ACCESS_TECHS)))
FIBER, CABLE, WIRELESS = EVERYWHERE
WIFI, LINE, PATH, USE = "wifi", "line", "path", "use"
"""What shows in a metric: `path` shows the load of the hour and both of the others a little, `use` what a home does."""


@dataclass(frozen=True)
class Group:
    """Metrics that are polled together: every so many seconds so many measurements. Reference: its sampling needs."""

    name: str
    every_s: int
    measurements: int = 1
    method: str = "poll"


RADIO = Group("wifi", 300)
PROBES = Group("path", 300, 30)
LOOKUPS = Group("dns", 300, 10)
SIGNAL = Group("line", 900)
COUNTERS = Group("counters", 300)
SPEED_TEST = Group("speed_test", 6 * HOUR, 1, "test")
"""Four times a day; which hours these are differs from home to home."""
GROUPS = (RADIO, PROBES, LOOKUPS, SIGNAL, COUNTERS, SPEED_TEST)


@dataclass(frozen=True)
class Metric:
    """A metric of some access technologies.

    `usual` is its median home, `homes` the standard deviation between homes and `within` that within an hour, `worse`
    the sign of what is bad (0: either side of `usual` is). Values stay between `least` and `most`. All judgement,
    around the good ends of the reference's thresholds.
    """

    name: str
    unit: str
    place: str
    group: Group
    usual: float
    homes: float
    within: float
    worse: int
    least: float
    most: float
    techs: tuple[int, ...] = EVERYWHERE


MESH = "mesh_backhaul_rssi"
"""The one metric that only a part of the homes has: those with a wireless mesh."""

METRICS: tuple[Metric, ...] = (
    Metric("wifi_rssi", "dBm", WIFI, RADIO, -60.0, 5.0, 3.0, -1, -95.0, -30.0),
    Metric("wifi_snr", "dB", WIFI, RADIO, 30.0, 4.0, 2.5, -1, 0.0, 60.0),
    Metric("wifi_retry_rate", "%", WIFI, RADIO, 8.0, 3.0, 3.0, 1, 0.0, 100.0),
    Metric("channel_utilisation", "%", WIFI, RADIO, 30.0, 10.0, 6.0, 1, 0.0, 100.0),
    Metric(MESH, "dBm", WIFI, RADIO, -55.0, 5.0, 1.5, -1, -95.0, -30.0),
    Metric("rtt", "ms", PATH, PROBES, 18.0, 5.0, 4.0, 1, 1.0, 2_000.0),
    Metric("packet_loss", "%", PATH, PROBES, 0.10, 0.05, 0.05, 1, 0.0, 100.0),
    Metric("ont_rx_power", "dBm", LINE, SIGNAL, -20.0, 2.0, 0.2, -1, -40.0, -6.0, (FIBER,)),
    Metric("fec_uncorrectable_ratio_log10", "log10", LINE, SIGNAL, -9.0, 0.5, 0.3, 1, -12.0, 0.0, (FIBER,)),
    Metric("downstream_power", "dBmV", LINE, SIGNAL, 0.0, 2.5, 0.3, 0, -25.0, 25.0, (CABLE,)),
    Metric("downstream_mer", "dB", LINE, SIGNAL, 38.0, 1.2, 0.4, -1, 15.0, 45.0, (CABLE,)),
    Metric("ofdm_rxmer", "dB", LINE, SIGNAL, 42.0, 1.2, 0.4, -1, 15.0, 50.0, (CABLE,)),
    Metric("docsis_uncorrectable_ratio_log10", "log10", LINE, SIGNAL, -7.5, 0.6, 0.3, 1, -12.0, 0.0, (CABLE,)),
    Metric("upstream_tx_power", "dBmV", LINE, SIGNAL, 43.0, 2.5, 0.5, 1, 20.0, 60.0, (CABLE,)),
    Metric("rsrp", "dBm", LINE, SIGNAL, -86.0, 6.0, 2.0, -1, -130.0, -60.0, (WIRELESS,)),
    Metric("sinr", "dB", LINE, SIGNAL, 16.0, 3.0, 1.5, -1, -10.0, 35.0, (WIRELESS,)),
    Metric("download_ratio", "of the plan", LINE, SPEED_TEST, 0.96, 0.04, 0.02, -1, 0.0, 1.2),
    Metric("upload_ratio", "of the plan", LINE, SPEED_TEST, 0.97, 0.04, 0.02, -1, 0.0, 1.2),
    Metric("rtt_rise_under_load", "ms", PATH, SPEED_TEST, 25.0, 8.0, 4.0, 1, 0.0, 3_000.0),
)


@dataclass(frozen=True)
class Count:
    """What is counted in an hour, of some access technologies.

    A usual home has `usual` in an hour on average; each standard deviation of what is wrong there adds `worse` times as
    many, an outage that begins or ends in it `outage`. `is_share` says that it is told in % of the measurements of its
    group. All judgement.
    """

    name: str
    unit: str
    place: str
    group: Group
    usual: float
    worse: float
    outage: float = 0.0
    is_share: bool = False
    techs: tuple[int, ...] = EVERYWHERE


COUNTS: tuple[Count, ...] = (
    Count("reboots", "1", PATH, COUNTERS, 0.0008, 4.0),
    Count("plan_saturation", "%", USE, COUNTERS, 0.10, 0.0, is_share=True),
    Count("dns_failure_rate", "%", PATH, LOOKUPS, 0.04, 3.0, outage=2.0, is_share=True),
    Count("pon_alarms", "1", LINE, COUNTERS, 0.0005, 10.0, outage=1.0, techs=(FIBER,)),
    Count("t3_timeouts", "1", LINE, COUNTERS, 0.05, 5.0, outage=6.0, techs=(CABLE,)),
    Count("t4_timeouts", "1", LINE, COUNTERS, 0.001, 10.0, outage=1.0, techs=(CABLE,)),
)
