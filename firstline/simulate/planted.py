"""What is planted in the data so that it can be found again: an outage and a failing PON port.

The third planted truth, a vendor team whose fixes fail, is a factor in people.py. Sizes are rates, so
that a test can switch each off.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, HOUR, Ints
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import REGIONS, Subscribers, element_name
from firstline.simulate.wallclock import EPOCH, Clock

CABLE, FIBER = 1, 0


@dataclass(frozen=True)
class AreaOutage:
    """Every subscriber of one cable node is off from `onset` to `restored` (instants)."""

    element: str
    region: str
    affected: Ints
    onset: int
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


def plant(clock: Clock, subscribers: Subscribers, rates: Rates) -> Planted:
    """Choose where and when: the outage past the middle of the span, the port in the last two months."""
    return Planted(
        _outage(clock, subscribers, rates) if rates.outage_contacts else None,
        _port(clock, subscribers) if rates.port_issues_per_month else None,
    )


def _outage(clock: Clock, subscribers: Subscribers, rates: Rates) -> AreaOutage | None:
    affected = subscribers.on_element(0, CABLE, 0)
    begins, ends = (clock.first - EPOCH).days, (clock.last - EPOCH).days
    day = begins + (ends - begins) * 3 // 5
    onset = int(clock.instant(np.array([day]), 14 * HOUR + 40 * 60)[0])  # ends within staffed hours
    restored = onset + int(rates.outage_h * HOUR)
    affected = affected[subscribers.active_from[affected] < onset]
    if not len(affected) or restored >= clock.end:
        return None
    return AreaOutage(element_name(0, CABLE, 0), REGIONS[0], affected, onset, restored)


def _port(clock: Clock, subscribers: Subscribers) -> FailingPort | None:
    affected = subscribers.on_element(1, FIBER, 0)
    since = int(clock.month_starts[max(0, len(clock.month_starts) - 2)])
    if not len(affected) or clock.end - since < DAY:
        return None
    return FailingPort(element_name(1, FIBER, 0), REGIONS[1], affected, since)
