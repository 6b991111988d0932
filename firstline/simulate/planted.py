"""What is planted in the data so that it can be found again: an outage and a failing PON port.

The third planted truth, a vendor team whose fixes fail, is a factor in people.py. Sizes are rates, so
that a test can switch each off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, HOUR, MINUTE, Ints
from firstline.simulate.equipment import NODE, PON
from firstline.simulate.network import Network
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import REGIONS, Subscribers
from firstline.simulate.wallclock import EPOCH, Clock


@dataclass(frozen=True)
class AreaOutage:
    """A fibre cut at one cable node: all its subscribers are off from `onset` to `restored` (instants).

    `row` is the node in the network's elements; at `declared` the network desk opens the master ticket.
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
class Planted:
    """The planted truths of one run; None where there is nothing of the kind."""

    outage: AreaOutage | None
    port: FailingPort | None


def plant(clock: Clock, subscribers: Subscribers, network: Network, rates: Rates) -> Planted:
    """Choose where and when: the outage past the middle of the span, the port in the last two months."""
    return Planted(
        _outage(clock, subscribers, network, rates) if rates.outage_contacts else None,
        _port(clock, network) if rates.port_issues_per_month else None,
    )


def _outage(clock: Clock, subscribers: Subscribers, network: Network, rates: Rates) -> AreaOutage | None:
    node = network.find(NODE, 0)
    if node is None:
        return None
    affected = network.subscribers_of(node)
    begins, ends = (clock.first - EPOCH).days, (clock.last - EPOCH).days
    day = begins + (ends - begins) * 3 // 5
    onset = int(clock.instant(np.array([day]), 14 * HOUR + 40 * 60)[0])  # ends within staffed hours
    restored = onset + int(rates.outage_h * HOUR)
    affected = affected[subscribers.active_from[affected] < onset]
    if not len(affected) or restored >= clock.end:
        return None
    declared = onset + 24 * MINUTE  # after the first customers called
    return AreaOutage(node, network.name(node), REGIONS[0], affected, onset, declared, restored)


def _port(clock: Clock, network: Network) -> FailingPort | None:
    port = network.find(PON, 1)
    since = int(clock.month_starts[max(0, len(clock.month_starts) - 2)])
    if port is None or clock.end - since < DAY:
        return None
    return FailingPort(network.name(port), REGIONS[1], network.subscribers_of(port), since)
