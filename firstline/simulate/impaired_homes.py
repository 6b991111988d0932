"""What impaired homes get in touch about while that lasts; a visit that mends what it finds ends it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firstline.simulate.columns import NOBODY, Flags, Ints, drawn, filled, pick
from firstline.simulate.drivers import BY_TECH, DOWN, DROPS, GATEWAY, SLOW, TROUBLE_OF_TECH, WIFI, number_of
from firstline.simulate.impairments import LINE, MEAN_SEVERITY, Impairments
from firstline.simulate.issues import IMPAIRED, Issues, usual_until
from firstline.simulate.journeys import Journeys
from firstline.simulate.rates import Rates
from firstline.simulate.subscribers import Subscribers
from firstline.simulate.visits import FIXED, TROUBLE
from firstline.simulate.wallclock import Clock

SYMPTOMS: tuple[dict[str, float], ...] = ({WIFI: 0.65, GATEWAY: 0.20, SLOW: 0.15}, {SLOW: 1.0, DOWN: 1.0, DROPS: 1.0})
"""By place: the reasons that its impairment makes more frequent, and their weights; judgement.

On the line they are weighted as the technology has them anyhow.
"""


def impaired_issues(
    rng: np.random.Generator, clock: Clock, subscribers: Subscribers, impairments: Impairments, rates: Rates
) -> Issues:
    """What impairments add: more of it in bad ones, at the hours in which people get in touch anyhow."""
    homes = np.flatnonzero(impairments.place != NOBODY)
    edges, usual = usual_until(clock, rates)
    begins = np.interp(np.maximum(impairments.onset[homes], subscribers.active_from[homes]), edges, usual)
    ends = np.interp(impairments.until[homes], edges, usual)
    often = rates.impaired_issues * impairments.severity[homes] / MEAN_SEVERITY
    often = often * TROUBLE_OF_TECH[subscribers.tech[homes]]
    times = rng.poisson(np.maximum(ends - begins, 0) * often)
    of = np.repeat(np.arange(len(homes)), times)
    at = np.interp(rng.uniform(begins[of], ends[of]), usual, edges).astype(np.int64)
    n = len(at)
    driver = symptoms(rng, impairments.place[homes[of]], subscribers.tech[homes[of]])
    return Issues(homes[of], at, driver, filled(n, NOBODY), filled(n, IMPAIRED))


def symptoms(rng: np.random.Generator, place: Ints, tech: Ints) -> Ints:
    """A reason for each impairment that somebody notices, by where it is and the access technology."""
    driver = filled(len(place), NOBODY)
    for row, weights in enumerate(SYMPTOMS):
        rows = [number_of(code) for code in weights]
        for technology, usual in enumerate(BY_TECH):
            mine = (place == row) & (tech == technology)
            often = np.array(list(weights.values())) * (usual[rows] if row == LINE else 1.0)
            driver[mine] = np.array(rows)[drawn(rng, often, int(mine.sum()))]
    return driver


def with_repairs(impairments: Impairments, issues: Issues, journeys: Journeys) -> tuple[Impairments, Journeys]:
    """Any visit to an impaired home that mends what it finds ends the impairment; nothing comes of it afterwards.

    The first such visit is never one that this takes away: what led to it came before its end.
    """
    visits = journeys.visits
    mends = (visits.purpose == TROUBLE) & (visits.outcome == FIXED)
    home, at = visits.subscriber[mends], visits.settled[mends]
    mended = impairments.lasts(home, at)
    until = impairments.until.copy()
    np.minimum.at(until, home[mended], at[mended])
    ended = replace(impairments, until=until, mended=until < impairments.until)
    forestalled = (issues.cause == IMPAIRED) & (issues.at >= until[issues.subscriber])
    return ended, _without(journeys, forestalled)


def _without(journeys: Journeys, issues: Flags) -> Journeys:
    """The same without what these issues led to; visits refer to the new rows of their tickets."""
    tickets, visits = journeys.tickets, journeys.visits
    kept = ~issues[tickets.issue]
    place = np.where(kept, np.cumsum(kept) - 1, NOBODY)
    made = pick(visits, kept[visits.ticket])
    return Journeys(
        contacts=pick(journeys.contacts, ~issues[journeys.contacts.issue]),
        tickets=pick(tickets, kept),
        visits=replace(made, ticket=place[made.ticket]),
    )
