"""Truck rolls: trouble visits booked from tickets, return trips, installs, recoveries, planned jobs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firstline.simulate.cells import Column, numbered
from firstline.simulate.columns import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    NOBODY,
    Flags,
    Ints,
    drawn,
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
FAULT_WEIGHTS = (0.16, 0.17, 0.22, 0.16, 0.07, 0.06, 0.09, 0.07)
AVOIDABLE: tuple[str, ...] = ("no", "yes", "unknown")
AVOIDABLE_FAULTS = [FAULTS.index(fault) for fault in ("wifi", "customer_equipment", "education", "none")]
"""Reference, K16: what a visit should not have been needed for."""
RETURN_OUTCOMES = (0.86, 0.14, 0.0, 0.0, 0.0, 0.0, 0.0)
"""A return trip settles the matter: fixed, or nothing found; judgement."""
TECHNICIANS = 9
SLOTS = (8 * HOUR, 13 * HOUR)
SLOT_HOURS = 4


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
    rng: np.random.Generator,
    clock: Clock,
    rates: Rates,
    *,
    purpose: int,
    ticket: Ints,
    subscriber: Ints,
    driver: Ints,
    created: Ints,
    day: Ints,
) -> Visits:
    """One job per row in a morning or afternoon window of its local day.

    Only trouble visits fail in the ways of `Rates.visit_outcomes`; other jobs are done as planned.
    """
    n = len(created)
    window = clock.instant(day, np.array(SLOTS, dtype=np.int64)[rng.integers(0, 2, n)])
    outcome = drawn(rng, rates.visit_outcomes, n) if purpose == TROUBLE else filled(n, FIXED)
    start = window + rng.integers(0, (SLOT_HOURS - 1) * HOUR, n)
    rolled = start - rng.integers(15 * MINUTE, 45 * MINUTE, n)
    on_site = seconds(skewed(rng, 55 * 60.0, 0.45, n))
    # Called off between the booking and the day before the window.
    ahead = np.maximum(window - created - 2 * HOUR, HOUR)
    called_off = clock.writable(created + seconds(rng.uniform(0.1, 0.9, n) * ahead))
    before, late = outcome == CANCELLED, outcome == CANCELLED_LATE
    short = (outcome == NO_ACCESS) | (outcome == TURNED_AWAY)
    fault = np.where(outcome == NO_FAULT, NO_FAULT_FOUND, drawn(rng, FAULT_WEIGHTS, n))
    found = (outcome <= PARTIAL) & (purpose == TROUBLE)
    coded = np.where(np.isin(fault, AVOIDABLE_FAULTS), AVOIDABLE.index("yes"), AVOIDABLE.index("no"))
    avoidable = np.where(found & ~happens(rng, 0.15, n), coded, AVOIDABLE.index("unknown"))
    return Visits(
        ticket=ticket,
        subscriber=subscriber,
        driver=driver,
        purpose=filled(n, purpose),
        created=created,
        window=window,
        dispatched=np.where(before, NEVER, rolled),
        arrived=np.where(before | late, NEVER, start),
        settled=np.select(
            [before, late, short], [called_off, rolled + 10 * MINUTE, start + 15 * MINUTE], start + on_site
        ),
        outcome=outcome,
        fault=np.where(found, fault, NOBODY),
        avoidable=avoidable,
        travel_km=np.where(before, 0, rng.integers(3, 60, n)),
        technician=rng.integers(0, TECHNICIANS, n),
        contractor=happens(rng, rates.contractor_share, n),
    )


def book_trouble_visits(
    rng: np.random.Generator,
    clock: Clock,
    rates: Rates,
    *,
    ticket: Ints,
    subscriber: Ints,
    driver: Ints,
    created: Ints,
) -> tuple[list[Visits], Ints]:
    """A first visit for each row, a return trip where it settled nothing, and when the matter ended.

    A visit called off before dispatch ends the matter: the fault was mended from afar.
    """
    first = book_visits(
        rng,
        clock,
        rates,
        purpose=TROUBLE,
        ticket=ticket,
        subscriber=subscriber,
        driver=driver,
        created=created,
        day=clock.day(created) + rng.integers(1, 5, len(created)),
    )
    again = np.flatnonzero(np.isin(first.outcome, (PARTIAL, NO_ACCESS, TURNED_AWAY, CANCELLED_LATE)))
    booked = clock.into_hours(first.settled[again] + 10 * MINUTE, rng)
    second = book_visits(
        rng,
        clock,
        replace(rates, visit_outcomes=RETURN_OUTCOMES),
        purpose=TROUBLE,
        ticket=ticket[again],
        subscriber=subscriber[again],
        driver=driver[again],
        created=booked,
        day=clock.day(booked) + rng.integers(1, 4, len(again)),
    )
    ended = first.settled.copy()
    ended[again] = second.settled
    return [first, second], ended


def other_jobs(rng: np.random.Generator, clock: Clock, rates: Rates, activated: Ints, left: Ints) -> list[Visits]:
    """Installs of those who join in the span, recoveries at some who leave, planned maintenance.

    `activated` and `left` are local days by subscriber (NEVER for those who stay).
    """
    begins, ends = int(clock.day(np.array([clock.start]))[0]), int(clock.day(np.array([clock.end]))[0])
    joining = np.flatnonzero(activated > begins)
    leaving = np.flatnonzero((left < ends) & happens(rng, 0.4, len(left)))
    months = (clock.end - clock.start) / DAY / 30.4375
    kept_up = rng.integers(0, len(left), rng.poisson(rates.maintenance_per_month * months * len(left)))
    jobs = []
    for purpose, who, day, lead in (
        (INSTALL, joining, activated[joining], 7),
        (DISCONNECT, leaving, left[leaving] + 2, 3),
        (MAINTENANCE, kept_up, rng.integers(begins + 10, ends + 10, len(kept_up)), 10),
    ):
        n = len(who)
        created = clock.instant(day - lead, rng.integers(9 * HOUR, 17 * HOUR, n))
        visits = book_visits(
            rng,
            clock,
            rates,
            purpose=purpose,
            ticket=filled(n, NOBODY),
            subscriber=who,
            driver=filled(n, NOBODY),
            created=created,
            day=day,
        )
        jobs.append(pick(visits, created >= clock.start))
    return jobs
