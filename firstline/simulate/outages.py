"""Outages: which elements failed, from when until when, and whom each cut off or impaired.

Most are drawn at random, each kind of element with its own frequency; the planted one is among them. An outage that
the network desk has not declared by the end of the span is not known yet and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firstline.simulate.columns import (
    DAY,
    HOUR,
    MINUTE,
    MONTH_DAYS,
    NEVER,
    Flags,
    Floats,
    Ints,
    drawn,
    filled,
    happens,
    pick,
    seconds,
    skewed,
    stack,
)
from firstline.simulate.equipment import CAUSES, CHAINS, PARTS
from firstline.simulate.network import Network, run_positions
from firstline.simulate.planted import AreaOutage
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.wallclock import Clock

NOTICED: tuple[str, ...] = ("telemetry", "noc", "customer", "ticket_burst")
BURST = NOTICED.index("ticket_burst")
CAUSE_CODES: tuple[str, ...] = tuple(cause.code for cause in CAUSES)


@dataclass(frozen=True)
class Outages:
    """One row per outage, in order of onset. Instants are NEVER for what did not happen.

    `element` is a row of the network's elements, `cause` of CAUSES, `noticed` a position in NOTICED. A `partial` one
    impairs the service and does not cut it off; a `planted` one has a master ticket on which its tickets hang.
    """

    element: Ints
    cause: Ints
    noticed: Ints
    partial: Flags
    planted: Flags
    onset: Ints
    detected: Ints
    declared: Ints
    notified: Ints
    restored: Ints

    def restored_for(self, rows: Ints) -> Ints:
        """When the outages of these rows were over; NEVER for NOBODY."""
        return np.append(self.restored, NEVER)[rows]

    def has_master(self, rows: Ints) -> Flags:
        """Which of these rows are outages with a master ticket; False for NOBODY."""
        found: Flags = np.append(self.planted, False)[rows]
        return found


@dataclass(frozen=True)
class CutOffs:
    """One row per outage and subscriber: from when until when the service was lost or impaired."""

    outage: Ints
    subscriber: Ints
    lost: Ints
    restored: Ints


def draw_outages(
    rng: np.random.Generator,
    clock: Clock,
    subscribers: Subscribers,
    network: Network,
    area: AreaOutage | None,
    rates: Rates,
) -> tuple[Outages, CutOffs]:
    """All outages of the span that cut off somebody who had the service by then."""
    outages = _at_random(rng, clock, network, rates)
    if area:
        outages = stack([outages, _planted(area)])
    outages = pick(outages, outages.declared < clock.end)
    outages = pick(outages, np.argsort(outages.onset, kind="stable"))
    return _with_cut_offs(outages, _cut_offs(rng, subscribers, network, outages, rates))


def without_the_departed(outages: Outages, cut_offs: CutOffs, until: Ints) -> tuple[Outages, CutOffs]:
    """The same without subscribers whose events had ended (`until`) before the outage began."""
    return _with_cut_offs(outages, pick(cut_offs, cut_offs.lost < until[cut_offs.subscriber]))


def _at_random(rng: np.random.Generator, clock: Clock, network: Network, rates: Rates) -> Outages:
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    part = network.elements.part
    expected = np.array([item.outages_per_month for item in PARTS])[part] * rates.outages * months
    element = np.repeat(np.arange(len(part)), rng.poisson(expected))
    n = len(element)
    cause = _causes(rng, part[element])
    onset = rng.integers(clock.start, clock.end, n)
    hours = skewed(rng, rates.outage_median_h, rates.outage_spread, n)
    lasts = seconds(np.clip(hours, rates.outage_least_h, rates.outage_most_h) * HOUR)
    # Whoever notices first, the network desk knows before two thirds of it are over
    detected = onset + np.minimum(seconds(rng.exponential(rates.outage_detected_min * MINUTE, n)) + MINUTE, lasts // 3)
    declared = detected + np.minimum(seconds(rng.exponential(rates.outage_declared_min * MINUTE, n)), lasts // 3)
    told = declared + seconds(rng.exponential(rates.outage_told_min * MINUTE, n)) + MINUTE
    restored = onset + lasts
    is_told = happens(rng, rates.outage_told_share, n) & (told < restored)
    return Outages(
        element=element,
        cause=cause,
        noticed=drawn(rng, rates.outage_noticed, n),
        partial=happens(rng, np.array([item.partial for item in CAUSES])[cause], n),
        planted=np.zeros(n, dtype=np.bool_),
        onset=onset,
        detected=detected,
        declared=declared,
        notified=np.where(is_told, told, NEVER),
        restored=restored,
    )


def _causes(rng: np.random.Generator, part: Ints) -> Ints:
    """A cause for each failed element by its access technology."""
    tech = np.array([next((t for t, chain in enumerate(CHAINS) if item in chain), 0) for item in range(len(PARTS))])
    weights: Floats = np.array([cause.weights for cause in CAUSES], dtype=np.float64).T
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    cause = (rng.random(len(part))[:, None] >= edges[tech[part]]).sum(axis=1)
    chosen: Ints = np.minimum(cause, len(CAUSES) - 1).astype(np.int64)  # the last edge is 1 but for rounding
    return chosen


def _planted(area: AreaOutage) -> Outages:
    return Outages(
        element=filled(1, area.row),
        cause=filled(1, CAUSE_CODES.index("fiber_cut")),
        noticed=filled(1, BURST),
        partial=np.zeros(1, dtype=np.bool_),
        planted=np.ones(1, dtype=np.bool_),
        onset=filled(1, area.onset),
        detected=filled(1, area.onset + 15 * MINUTE),
        declared=filled(1, area.declared),
        notified=filled(1, area.declared + 20 * MINUTE),
        restored=filled(1, area.restored),
    )


def _cut_offs(
    rng: np.random.Generator, subscribers: Subscribers, network: Network, outages: Outages, rates: Rates
) -> CutOffs:
    """An element takes all below it at once; they come back one after the other towards the end."""
    elements = network.elements
    size = elements.size[outages.element]
    outage = np.repeat(np.arange(len(size)), size)
    subscriber = network.order[run_positions(elements.first[outages.element], size)]
    lost, last = outages.onset[outage], outages.restored[outage]
    early = rng.uniform(0, rates.outage_back_early, len(outage)) * (last - lost)
    cut_offs = CutOffs(outage, subscriber, lost, last - seconds(early))
    return pick(cut_offs, subscribers.active_from[subscriber] < lost)


def _with_cut_offs(outages: Outages, cut_offs: CutOffs) -> tuple[Outages, CutOffs]:
    """Only the outages that cut off somebody, one of whom is back when it is over."""
    kept, firsts, outage = np.unique(cut_offs.outage, return_index=True, return_inverse=True)
    restored = cut_offs.restored.copy()
    restored[firsts] = outages.restored[kept]
    return pick(outages, kept), replace(cut_offs, outage=outage.astype(np.int64), restored=restored)
