"""Outages: which elements failed, from when until when, and whom each cut off or impaired.

Most are drawn at random, each kind of element with its own frequency; the planted one is among them, and two that
chance could leave out of a provider of the demo's size: one of the first block's largest tower, and a partial one of
its largest OLT. What the network desk has not declared by the end of the span is not known yet and is left out.
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
    NOBODY,
    Flags,
    Floats,
    Ints,
    drawn,
    drawn_each,
    filled,
    happens,
    pick,
    seconds,
    skewed,
    stack,
)
from firstline.simulate.equipment import CAUSES, CHAINS, OLT, PARTS, TOWER
from firstline.simulate.network import Network, run_positions
from firstline.simulate.planted import AreaOutage
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.wallclock import Clock

NOTICED: tuple[str, ...] = ("telemetry", "noc", "customer", "ticket_burst")
BURST = NOTICED.index("ticket_burst")
CAUSE_CODES: tuple[str, ...] = tuple(cause.code for cause in CAUSES)
PLANTED_DETECTED_MIN, PLANTED_TOLD_MIN = 15, 20
"""The planted one is noticed so long after its onset, and told so long after it is declared; judgement."""


@dataclass(frozen=True)
class Outages:
    """One row per outage, in order of onset. Instants are NEVER for what did not happen.

    `element` is a row of the network's elements, `cause` of CAUSES, `noticed` a position in NOTICED. A `partial` one
    impairs the service and does not cut it off. For a `large` one the network desk opens a master ticket on which its
    tickets hang, if there are any: `master` is its row in the tickets, or NOBODY.
    """

    element: Ints
    cause: Ints
    noticed: Ints
    partial: Flags
    planted: Flags
    large: Flags
    master: Ints
    onset: Ints
    detected: Ints
    declared: Ints
    notified: Ints
    restored: Ints

    def restored_for(self, rows: Ints) -> Ints:
        """When the outages of these rows were over; NEVER for NOBODY."""
        return np.append(self.restored, NEVER)[rows]


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
    parts = [_at_random(rng, clock, network, rates)]
    if network.block == 0 and rates.outages:
        parts.append(_always(rng, clock, network, rates))
    if area:
        parts.append(_planted(area))
    outages = stack(parts)
    outages = pick(outages, outages.declared < clock.end)
    outages = pick(outages, np.argsort(outages.onset, kind="stable"))
    outages, cut_offs = _with_cut_offs(outages, _cut_offs(rng, subscribers, network, outages, rates))
    size = np.bincount(cut_offs.outage, minlength=len(outages.onset))
    return replace(outages, large=outages.large | (size >= rates.outage_master_from)), cut_offs


def without_the_departed(outages: Outages, cut_offs: CutOffs, until: Ints) -> tuple[Outages, CutOffs]:
    """The same without subscribers whose events had ended (`until`) before the outage began."""
    return _with_cut_offs(outages, pick(cut_offs, cut_offs.lost < until[cut_offs.subscriber]))


def _at_random(rng: np.random.Generator, clock: Clock, network: Network, rates: Rates) -> Outages:
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    part = network.elements.part
    expected = np.array([item.outages_per_month for item in PARTS])[part] * rates.outages * months
    return _of_elements(rng, clock, network, rates, np.repeat(np.arange(len(part)), rng.poisson(expected)))


def _always(rng: np.random.Generator, clock: Clock, network: Network, rates: Rates) -> Outages:
    """One of the largest tower and a partial one of the largest OLT; not where there is no such element."""
    elements = network.elements
    kinds = [kind for kind in (TOWER, OLT) if (elements.part == kind).any()]
    largest = [np.argmax(np.where(elements.part == kind, elements.size, 0)) for kind in kinds]
    outages = _of_elements(rng, clock, network, rates, np.array(largest, dtype=np.int64))
    olt = elements.part[outages.element] == OLT
    equipment = CAUSE_CODES.index("equipment")
    return replace(outages, partial=outages.partial | olt, cause=np.where(olt, equipment, outages.cause))


def _of_elements(rng: np.random.Generator, clock: Clock, network: Network, rates: Rates, element: Ints) -> Outages:
    """One outage of each of these elements, at any time of the span."""
    n = len(element)
    cause = _causes(rng, network.elements.part[element])
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
        large=np.zeros(n, dtype=np.bool_),
        master=filled(n, NOBODY),
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
    return drawn_each(rng, weights[tech[part]])


def _planted(area: AreaOutage) -> Outages:
    return Outages(
        element=filled(1, area.row),
        cause=filled(1, CAUSE_CODES.index("fiber_cut")),
        noticed=filled(1, BURST),
        partial=np.zeros(1, dtype=np.bool_),
        planted=np.ones(1, dtype=np.bool_),
        large=np.ones(1, dtype=np.bool_),
        master=filled(1, NOBODY),
        onset=filled(1, area.onset),
        detected=filled(1, area.onset + PLANTED_DETECTED_MIN * MINUTE),
        declared=filled(1, area.declared),
        notified=filled(1, area.declared + PLANTED_TOLD_MIN * MINUTE),
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
