"""Who leaves, when and why: a monthly chance for each kind of reason.

That of leaving of one's own accord rises with each bad experience of the last two months, and while the home is
impaired; that of not paying rises a little; nobody moves or dies because of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import DAY, HOUR, MONTH_DAYS, NEVER, NOBODY, Flags, Floats, Ints, filled, happens
from firstline.simulate.contacts import ANSWERED, CONTAINED, WRITTEN, Contacts
from firstline.simulate.impairments import Impairments
from firstline.simulate.outages import CutOffs
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.tickets import Tickets
from firstline.simulate.wallclock import Clock

KINDS: tuple[str, ...] = ("voluntary", "involuntary_nonpay", "move_out_of_area", "deceased", "move_transfer")
VOLUNTARY, NONPAY, MOVED_AWAY, DECEASED, MOVED_WITHIN = range(5)
KIND_SHARES = (0.70, 0.15, 0.09, 0.01, 0.05)
"""Shares of the kinds without bad experience; judgement. Who moves within the area takes the line along and stays."""

WORST = 4
"""More bad experiences than these change nothing any more; judgement."""

TECH_FACTOR: Floats = np.array([0.9, 1.0, 1.4])
"""Chance of leaving of one's own accord by access technology; judgement."""

CUT_OFF_HOURS = 4.0
"""So many hours in a month without the full service are one bad experience; judgement."""

SLOW_DAYS = 5
"""A ticket that takes longer is one; judgement."""

SETTLED_DAYS = 7
"""Nobody leaves in a month that begins sooner after the activation; judgement."""

MOST_LIKELY = 0.5
"""The chance of leaving in a month is no higher; judgement."""

REQUESTED_DAYS = (2, 25)
"""From a request to its effect: at least, and fewer than; judgement."""


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
    cut_offs: CutOffs,
    impairments: Impairments,
) -> Departures:
    """At most one departure per subscriber, in order of time."""
    bad = bad_experiences(clock, subscribers, contacts, tickets, cut_offs)
    n = subscribers.count
    everybody = np.arange(n)
    gone = np.zeros(n, dtype=np.bool_)
    edges = [*clock.month_starts.tolist(), clock.end]
    who, when, why = [], [], []
    for month, (begins, ends) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        recent = np.minimum(bad[max(0, month - 2) : month].sum(axis=0), WORST)
        chances = _chances(rates, subscribers.tech, recent, impairments.lasts(everybody, begins))
        length = (ends - begins) / DAY / MONTH_DAYS
        leaving = np.flatnonzero(
            happens(rng, 1 - (1 - np.minimum(chances.sum(axis=0), MOST_LIKELY)) ** length, n)
            & ~gone
            & (subscribers.active_from + SETTLED_DAYS * DAY < begins)
        )
        edges_of_kinds = np.cumsum(chances[:, leaving], axis=0)
        why.append((rng.random(len(leaving)) * edges_of_kinds[-1] >= edges_of_kinds[:-1]).sum(axis=0))
        gone[leaving] = True
        who.append(leaving)
        first_day, days = clock.day(filled(1, begins))[0], max(1, round((ends - begins) / DAY))
        when.append(first_day + rng.integers(0, days, len(leaving)))
    subscriber, effective = np.concatenate(who), np.concatenate(when)
    order = np.argsort(effective, kind="stable")
    subscriber, effective = subscriber[order], effective[order]
    return Departures(
        subscriber=subscriber,
        requested=effective - rng.integers(*REQUESTED_DAYS, len(effective)),
        effective=effective,
        effective_at=clock.instant(effective, 0),
        kind=np.concatenate(why)[order],
    )


def _chances(rates: Rates, tech: Ints, recent: Ints, impaired: Flags) -> Floats:
    """The chance of each kind (row) for each subscriber (column) in a month of usual length."""
    chances: Floats = np.repeat(rates.leaves_per_month * np.array(KIND_SHARES)[:, None], len(tech), axis=1)
    chances[VOLUNTARY] *= TECH_FACTOR[tech] * np.exp(rates.leaves_more * recent + rates.leaves_impaired * impaired)
    chances[NONPAY] *= np.exp(rates.nonpay_more * recent)
    return chances


def bad_experiences(
    clock: Clock, subscribers: Subscribers, contacts: Contacts, tickets: Tickets, cut_offs: CutOffs
) -> Ints:
    """How many bad experiences each subscriber (column) had in each calendar month of the span (row).

    Not reached, in touch again about the same, asking how far a ticket is, helped late or by a fix that was none, and
    hours without the full service.
    """
    shape = (len(clock.month_starts), subscribers.count)
    found = np.zeros(shape, dtype=np.int64)
    reached = np.isin(contacts.disposition, (ANSWERED, WRITTEN, CONTAINED))
    slow = (tickets.solved < NEVER) & (tickets.solved - tickets.opened > SLOW_DAYS * DAY)
    slow &= tickets.subscriber != NOBODY
    again = _again(contacts) & reached & ~contacts.chases
    for who, at in (
        (contacts.subscriber[~reached], contacts.entered[~reached]),
        (contacts.subscriber[contacts.chases], contacts.entered[contacts.chases]),
        (contacts.subscriber[again], contacts.entered[again]),
        (tickets.subscriber[tickets.failed], tickets.solved[tickets.failed]),
        (tickets.subscriber[slow], tickets.solved[slow]),
    ):
        inside = at < clock.end
        np.add.at(found, (clock.month(at[inside]), who[inside]), 1)
    hours = np.zeros(shape)
    lasted = (np.minimum(cut_offs.restored, clock.end) - cut_offs.lost) / HOUR
    np.add.at(hours, (clock.month(cut_offs.lost), cut_offs.subscriber), lasted)
    return found + (hours / CUT_OFF_HOURS).astype(np.int64)


def _again(contacts: Contacts) -> Flags:
    """Which contacts follow another of the same issue; what a bot or the app kept is neither."""
    rows = np.flatnonzero(contacts.disposition != CONTAINED)
    _, first = np.unique(contacts.issue[rows], return_index=True)
    later = np.zeros(len(contacts.issue), dtype=np.bool_)
    later[rows] = True
    later[rows[first]] = False
    return later


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
