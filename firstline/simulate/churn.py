"""Who leaves, when and why: a monthly chance that rises with each bad experience of the last two months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, MONTH_DAYS, NEVER, Flags, Floats, Ints, drawn, filled, happens
from firstline.simulate.contacts import ANSWERED, CONTAINED, WRITTEN, Contacts
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.tickets import Tickets
from firstline.simulate.wallclock import Clock

KINDS: tuple[str, ...] = ("voluntary", "involuntary_nonpay", "move_out_of_area", "deceased", "move_transfer")
VOLUNTARY, NONPAY, MOVED_AWAY, DECEASED, MOVED_WITHIN = range(5)
KIND_SHARES = (0.70, 0.15, 0.09, 0.01, 0.05)
"""Shares of the kinds; judgement. Who moves within the area takes the line along and stays a subscriber."""

WORST = 4
"""More bad experiences than these change nothing any more; judgement."""

TECH_FACTOR: Floats = np.array([0.9, 1.0, 1.4])
"""Chance of leaving by access technology; judgement."""


@dataclass(frozen=True)
class Departures:
    """One row per cancellation. `effective` is a local day since 1970 and `effective_at` its midnight."""

    subscriber: Ints
    requested: Ints
    effective: Ints
    effective_at: Ints
    kind: Ints

    @property
    def leaves(self) -> Flags:
        """True where the subscriber is one no longer."""
        leaving: Flags = self.kind != MOVED_WITHIN
        return leaving


def draw_departures(
    rng: np.random.Generator,
    clock: Clock,
    rates: Rates,
    subscribers: Subscribers,
    contacts: Contacts,
    tickets: Tickets,
) -> Departures:
    """At most one departure per subscriber, in order of time."""
    bad = bad_experiences(clock, subscribers, contacts, tickets)
    n = subscribers.count
    gone = np.zeros(n, dtype=np.bool_)
    edges = [*clock.month_starts.tolist(), clock.end]
    who, when = [], []
    for month, (begins, ends) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        recent = np.minimum(bad[max(0, month - 2) : month].sum(axis=0), WORST)
        chance = rates.leaves_per_month * TECH_FACTOR[subscribers.tech] * np.exp(rates.leaves_more * recent)
        length = (ends - begins) / DAY / MONTH_DAYS
        leaving = np.flatnonzero(
            happens(rng, 1 - (1 - np.minimum(chance, 0.5)) ** length, n)
            & ~gone
            & (subscribers.active_from + 7 * DAY < begins)
        )
        gone[leaving] = True
        who.append(leaving)
        first_day, days = clock.day(filled(1, begins))[0], max(1, round((ends - begins) / DAY))
        when.append(first_day + rng.integers(0, days, len(leaving)))
    subscriber, effective = np.concatenate(who), np.concatenate(when)
    order = np.argsort(effective, kind="stable")
    subscriber, effective = subscriber[order], effective[order]
    return Departures(
        subscriber=subscriber,
        requested=effective - rng.integers(2, 25, len(effective)),
        effective=effective,
        effective_at=clock.instant(effective, 0),
        kind=drawn(rng, KIND_SHARES, len(effective)),
    )


def bad_experiences(clock: Clock, subscribers: Subscribers, contacts: Contacts, tickets: Tickets) -> Ints:
    """How many bad experiences each subscriber (column) had in each calendar month of the span (row).

    Not reached, helped neither at once nor by a ticket, or helped by a fix that was none.
    """
    shape = (len(clock.month_starts), subscribers.count)
    found = np.zeros(shape, dtype=np.int64)
    reached = np.isin(contacts.disposition, (ANSWERED, WRITTEN, CONTAINED))
    for who, at in (
        (contacts.subscriber[~reached], contacts.entered[~reached]),
        (contacts.subscriber[contacts.chases], contacts.entered[contacts.chases]),
        (tickets.subscriber[tickets.failed], tickets.solved[tickets.failed]),
    ):
        inside = at < clock.end
        np.add.at(found, (clock.month(at[inside]), who[inside]), 1)
    return found


def active_until(clock: Clock, subscribers: Subscribers, departures: Departures) -> Ints:
    """The instant from which a subscriber has no more events: the departure or the end of the span."""
    until = filled(subscribers.count, clock.end)
    leaves = departures.leaves
    until[departures.subscriber[leaves]] = departures.effective_at[leaves]
    return until


def left_on(subscribers: Subscribers, departures: Departures) -> Ints:
    """The local day on which each subscriber left; NEVER for those who stay."""
    left = filled(subscribers.count, NEVER)
    leaves = departures.leaves
    left[departures.subscriber[leaves]] = departures.effective[leaves]
    return left
