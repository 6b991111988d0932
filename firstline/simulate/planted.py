"""What is planted in the data so that it can be found again: where and from when.

An outage and a failing PON port in the first block; in all blocks an initiative that saves truck rolls in some regions,
a bad firmware release and a change of the survey. The two planted vendor teams stand in people.py. Sizes are rates, so
that each can be switched off (rates.NOTHING_PLANTED).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, HOUR, MINUTE, Floats, Ints
from firstline.simulate.equipment import NODE, PON
from firstline.simulate.gateways import FAULTY, release_of
from firstline.simulate.network import Network
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import REGIONS, Subscribers
from firstline.simulate.wallclock import EPOCH, Clock


@dataclass(frozen=True)
class AreaOutage:
    """A fibre cut at one cable node: all its subscribers are off from `onset` to `restored` (instants).

    `row` is the node in the network's elements; at `declared` the network desk tells of it.
    """

    row: int
    element: str
    region: str
    affected: Ints
    onset: int
    declared: int
    restored: int


@dataclass(frozen=True)
class FailingPort:
    """A PON port whose subscribers get slower and slower from `since` to the end of the span."""

    element: str
    region: str
    affected: Ints
    since: int


@dataclass(frozen=True)
class Initiative:
    """From `since` on a share (`cut`) of the visits in some regions is not needed: the fault is mended from afar."""

    regions: tuple[str, ...]
    since: int
    cut: float

    def left(self, region: Ints, at: Ints) -> Floats:
        """The share of visits that is still made for tickets opened at these instants in these regions."""
        treated = np.isin(region, [REGIONS.index(name) for name in self.regions]) & (at >= self.since)
        return np.where(treated, 1 - self.cut, 1.0)


@dataclass(frozen=True)
class BadRelease:
    """A firmware release after which Wi-Fi is the reason `factor` times as often; its rollout begins at `since`.

    `model` is a row of gateways.GATEWAYS.
    """

    model: int
    since: int
    factor: float


@dataclass(frozen=True)
class SurveyChange:
    """From `since` on contacts are followed up by e-mail and not by text message: fewer answer, and more kindly."""

    since: int
    points: float
    responds: float


@dataclass(frozen=True)
class Planted:
    """The planted truths of one run; None where there is nothing of the kind."""

    outage: AreaOutage | None = None
    port: FailingPort | None = None
    initiative: Initiative | None = None
    release: BadRelease | None = None
    survey_change: SurveyChange | None = None


TREATED = (REGIONS[1], REGIONS[3])
"""The regions of the initiative; the others are there to compare with."""

OUTAGE_AT, OUTAGE_DECLARED_AFTER = 14 * HOUR + 40 * MINUTE, 24 * MINUTE
"""When of its day the planted outage begins, so that it ends within staffed hours, and how much later it is declared:
after the first customers called; judgement."""


def plant(clock: Clock, subscribers: Subscribers, network: Network, rates: Rates) -> Planted:
    """Choose where and when: the outage past the middle of the span, the port in the last two months.

    The initiative begins with the first month of the last third, the survey changes with the first of the second half;
    spans that are too short for a before and an after have neither.
    """
    begun = clock.month_starts.tolist()
    initiative = survey_change = release = None
    if rates.truck_rolls_cut and len(begun) > 2:
        initiative = Initiative(TREATED, begun[len(begun) * 2 // 3], rates.truck_rolls_cut)
    if (rates.survey_change_points or rates.survey_change_responds != 1) and len(begun) > 1:
        since = begun[len(begun) // 2]
        survey_change = SurveyChange(since, rates.survey_change_points, rates.survey_change_responds)
    if rates.firmware_wifi_factor > 1:
        release = BadRelease(FAULTY, release_of(clock, FAULTY), rates.firmware_wifi_factor)
    outage, port = None, None
    if network.block == 0:
        outage = _outage(clock, subscribers, network, rates) if rates.outage_contacts else None
        port = _port(clock, network) if rates.port_issues_per_month else None
    return Planted(outage, port, initiative, release, survey_change)


def _outage(clock: Clock, subscribers: Subscribers, network: Network, rates: Rates) -> AreaOutage | None:
    node = network.find(NODE, 0)
    if node is None:
        return None
    affected = network.subscribers_of(node)
    begins, ends = (clock.first - EPOCH).days, (clock.last - EPOCH).days
    day = begins + (ends - begins) * 3 // 5
    onset = int(clock.instant(np.array([day]), OUTAGE_AT)[0])
    restored = onset + int(rates.outage_h * HOUR)
    affected = affected[subscribers.active_from[affected] < onset]
    if not len(affected) or restored >= clock.end:
        return None
    declared = onset + OUTAGE_DECLARED_AFTER
    return AreaOutage(node, network.name(node), REGIONS[0], affected, onset, declared, restored)


def _port(clock: Clock, network: Network) -> FailingPort | None:
    port = network.find(PON, 1)
    since = int(clock.month_starts[max(0, len(clock.month_starts) - 2)])
    if port is None or clock.end - since < DAY:
        return None
    return FailingPort(network.name(port), REGIONS[1], network.subscribers_of(port), since)
