"""Truck rolls: trouble visits booked from tickets, return trips, installs, recoveries, planned jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from firstline.simulate.cells import Column, numbered
from firstline.simulate.columns import (
    DAY,
    HOUR,
    MINUTE,
    MONTH_DAYS,
    NEVER,
    NOBODY,
    Flags,
    Ints,
    drawn_each,
    filled,
    happens,
    pick,
    seconds,
    skewed,
)
from firstline.simulate.rates import Rates
from firstline.simulate.wallclock import Clock

PURPOSES: tuple[str, ...] = ("trouble", "install", "disconnect", "maintenance")
TROUBLE, INSTALL, DISCONNECT, MAINTENANCE = range(4)
OUTCOMES: tuple[str, ...] = (
    "completed_fixed",
    "completed_no_fault",
    "completed_partial",
    "no_access",
    "turned_away",
    "cancelled_before_dispatch",
    "cancelled_after_dispatch",
)
FIXED, NO_FAULT, PARTIAL, NO_ACCESS, TURNED_AWAY, CANCELLED, CANCELLED_LATE = range(7)
FAULTS: tuple[str, ...] = (
    "inside_wiring",
    "wifi",
    "cpe",
    "drop",
    "tap_splitter",
    "plant",
    "customer_equipment",
    "education",
    "none",
)
NO_FAULT_FOUND = FAULTS.index("none")
AVOIDABLE: tuple[str, ...] = ("no", "yes", "unknown")
AVOIDABLE_FAULTS = [FAULTS.index(fault) for fault in ("wifi", "customer_equipment", "education", "none")]
"""Reference, K16: what a visit should not have been needed for."""
MISSES = np.array([PARTIAL, NO_ACCESS, TURNED_AWAY, CANCELLED, CANCELLED_LATE])
"""Outcomes that settle nothing, in the order of Rates.visit_misses; who gets in and comes to an end mends the fault."""
RETURN_MISSES = (0.06, 0.05, 0.01, 0.0, 0.01)
LAST_MISSES = (0.0, 0.0, 0.0, 0.0, 0.0)
"""The same of a second trip, and of a third, which always settles the matter; judgement."""
TRIP_LEADS = (4, 3, 3)
"""A trip is booked one to so many days ahead; judgement."""
NO_ACCESS_BY_LEAD = (0.7, 0.9, 1.1, 1.3)
"""How many times as often as usual nobody is at home, by the days that the trip was booked ahead; judgement."""
NO_ACCESS_BY_SLOT = (0.8, 1.2)
"""The same for a morning and for an afternoon; judgement."""
RECALLED = 0.5
"""The share of trips to homes in an outage that are called off once it is declared; judgement."""
CALLED_OFF_UNTIL, BOOKED_AGAIN_AFTER = 2 * HOUR, 10 * MINUTE
"""How long before the window a visit may be called off, and until a missed one is booked again; judgement."""
CALLED_OFF = (0.1, 0.9)
"""In which part of the time before it a visit is called off; judgement."""
TECHNICIANS = 9
SLOTS = (8 * HOUR, 13 * HOUR)
SLOT_HOURS = 4
ON_SITE_MIN, ON_SITE_SPREAD = 55, 0.45
"""Median minutes at the customer's, and the standard deviation of the logarithm; judgement."""
DRIVE_MIN, MISSED_AFTER_MIN, TURNED_BACK_MIN = (15, 45), 15, 10
"""Minutes on the road; until nobody opened; until one who was called off on the road is told; judgement."""
KM, KM_OF_REGION = (3, 60), (0.7, 0.8, 1.3, 1.4)
"""Kilometres to a home, and how many times as many in each of the REGIONS: the last two are rural; judgement."""
RECOVERED = 0.4
"""The share of those who leave whose equipment is fetched; judgement."""
BOOKED_AHEAD = {INSTALL: 7, DISCONNECT: 3, MAINTENANCE: 10}
"""Days between the booking and the day of the jobs that no ticket led to; judgement."""
OFFICE = (9 * HOUR, 17 * HOUR)
"""When these are booked; judgement."""


@dataclass(frozen=True)
class Calls:
    """Who needs a technician: one row per job to book. `fault` is what is to be found there, NOBODY where nothing is.

    `in_outage`: the trouble is an outage that the network desk has not declared yet when the job is booked.
    """

    ticket: Ints
    subscriber: Ints
    driver: Ints
    region: Ints
    created: Ints
    fault: Ints
    in_outage: Flags


@dataclass(frozen=True)
class Visits:
    """One row per job. Instants are NEVER for what did not happen; `settled` is when the outcome was known.

    `ticket` is a row of the tickets or NOBODY, `driver` a row of DRIVERS (of trouble visits alone).
    """

    ticket: Ints
    subscriber: Ints
    driver: Ints
    purpose: Ints
    created: Ints
    window: Ints
    dispatched: Ints
    arrived: Ints
    settled: Ints
    outcome: Ints
    fault: Ints
    avoidable: Ints
    travel_km: Ints
    technician: Ints
    contractor: Flags


def technicians(visits: Visits, block: int) -> Column:
    """The numbers of the technicians; each block has a crew of its own."""
    return numbered("TECH", 1 + block * TECHNICIANS, visits.technician)


def book_visits(
    rng: np.random.Generator, clock: Clock, rates: Rates, purpose: int, calls: Calls, day: Ints, misses: Sequence[float]
) -> Visits:
    """One job per row in a morning or afternoon window of its local day; `misses` are the shares of MISSES."""
    n = len(day)
    slot = rng.integers(0, 2, n)
    window = clock.instant(day, np.array(SLOTS, dtype=np.int64)[slot])
    contractor = happens(rng, rates.contractor_share, n)
    outcome = _outcomes(rng, rates, calls, day - clock.day(calls.created), slot, contractor, misses)
    start = window + rng.integers(0, (SLOT_HOURS - 1) * HOUR, n)
    rolled = start - rng.integers(DRIVE_MIN[0] * MINUTE, DRIVE_MIN[1] * MINUTE, n)
    on_site = seconds(skewed(rng, ON_SITE_MIN * float(MINUTE), ON_SITE_SPREAD, n))
    # Called off between the booking and the day before the window.
    ahead = np.maximum(window - calls.created - CALLED_OFF_UNTIL, HOUR)
    called_off = clock.writable(calls.created + seconds(rng.uniform(*CALLED_OFF, n) * ahead))
    before, late = outcome == CANCELLED, outcome == CANCELLED_LATE
    short = (outcome == NO_ACCESS) | (outcome == TURNED_AWAY)
    found = (outcome <= PARTIAL) & (calls.fault != NOBODY)
    coded = np.where(np.isin(calls.fault, AVOIDABLE_FAULTS), AVOIDABLE.index("yes"), AVOIDABLE.index("no"))
    avoidable = np.where(found & ~happens(rng, rates.uncoded_share, n), coded, AVOIDABLE.index("unknown"))
    travel_km = seconds(rng.integers(*KM, n) * np.array(KM_OF_REGION)[calls.region])
    return Visits(
        ticket=calls.ticket,
        subscriber=calls.subscriber,
        driver=calls.driver,
        purpose=filled(n, purpose),
        created=calls.created,
        window=window,
        dispatched=np.where(before, NEVER, rolled),
        arrived=np.where(before | late, NEVER, start),
        settled=np.select(
            [before, late, short],
            [called_off, rolled + TURNED_BACK_MIN * MINUTE, start + MISSED_AFTER_MIN * MINUTE],
            start + on_site,
        ),
        outcome=outcome,
        fault=np.where(found, calls.fault, NOBODY),
        avoidable=avoidable,
        travel_km=np.where(before, 0, travel_km),
        technician=rng.integers(0, TECHNICIANS, n),
        contractor=contractor,
    )


def _outcomes(
    rng: np.random.Generator,
    rates: Rates,
    calls: Calls,
    lead: Ints,
    slot: Ints,
    contractor: Flags,
    misses: Sequence[float],
) -> Ints:
    """How each job ends. Nothing found is settled in one trip; long leads and afternoons find nobody at home."""
    share = np.tile(np.asarray(misses, dtype=np.float64), (len(lead), 1))
    partial, no_access, _, called_off, _ = range(len(MISSES))
    none = calls.fault == NO_FAULT_FOUND
    share[:, partial] *= np.where(none, 0.0, np.where(contractor, rates.contractor_partial, 1.0))
    share[:, no_access] *= np.array(NO_ACCESS_BY_LEAD)[np.clip(lead, 1, len(NO_ACCESS_BY_LEAD)) - 1]
    share[:, no_access] *= np.array(NO_ACCESS_BY_SLOT)[slot]
    share[calls.in_outage, called_off] = RECALLED
    which = drawn_each(rng, np.column_stack([1 - share.sum(axis=1), share]))
    return np.where(which == 0, np.where(none, NO_FAULT, FIXED), MISSES[which - 1])


def book_trouble_visits(
    rng: np.random.Generator, clock: Clock, rates: Rates, calls: Calls
) -> tuple[list[Visits], Ints, Ints]:
    """The trips of each row, another one while the last settled nothing; when the matter ended, and how.

    A visit called off before dispatch ends the matter: the fault was mended from afar.
    """
    ended, last = filled(len(calls.created), NEVER), filled(len(calls.created), NOBODY)
    rows, trips = np.arange(len(ended)), []
    for misses, lead in zip((rates.visit_misses, RETURN_MISSES, LAST_MISSES), TRIP_LEADS, strict=True):
        day = clock.day(calls.created) + rng.integers(1, lead + 1, len(rows))
        trip = book_visits(rng, clock, rates, TROUBLE, calls, day, misses)
        trips.append(trip)
        ended[rows], last[rows] = trip.settled, trip.outcome
        again = np.flatnonzero(np.isin(trip.outcome, MISSES) & (trip.outcome != CANCELLED))
        booked = clock.into_hours(trip.settled[again] + BOOKED_AGAIN_AFTER, rng)
        rows, calls = rows[again], replace(pick(calls, again), created=booked)
    return trips, ended, last


def other_jobs(
    rng: np.random.Generator, clock: Clock, rates: Rates, region: Ints, activated: Ints, left: Ints
) -> list[Visits]:
    """Installs of those who join in the span, recoveries at some who leave, planned maintenance; all done as planned.

    `activated` and `left` are local days by subscriber (NEVER for those who stay).
    """
    begins, ends = int(clock.day(np.array([clock.start]))[0]), int(clock.day(np.array([clock.end]))[0])
    joining = np.flatnonzero(activated > begins)
    leaving = np.flatnonzero((left < ends) & happens(rng, RECOVERED, len(left)))
    months = (clock.end - clock.start) / DAY / MONTH_DAYS
    kept_up = rng.integers(0, len(left), rng.poisson(rates.maintenance_per_month * months * len(left)))
    jobs = []
    for purpose, who, day in (
        (INSTALL, joining, activated[joining]),
        (DISCONNECT, leaving, left[leaving] + 2),
        (MAINTENANCE, kept_up, rng.integers(begins + 10, ends + 10, len(kept_up))),
    ):
        n = len(who)
        created = clock.instant(day - BOOKED_AHEAD[purpose], rng.integers(*OFFICE, n))
        nothing = filled(n, NOBODY)
        calls = Calls(nothing, who, nothing, region[who], created, nothing, nothing != NOBODY)
        jobs.append(pick(book_visits(rng, clock, rates, purpose, calls, day, LAST_MISSES), created >= clock.start))
    return jobs
