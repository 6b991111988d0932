"""Tickets that no customer's contact explains: outage master, telemetry, our own, tests, spam, duplicates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from firstline.simulate.casework import Desk
from firstline.simulate.columns import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    NOBODY,
    Ints,
    filled,
    pick,
    seconds,
    skewed,
    stack,
)
from firstline.simulate.contacts import CHANNELS
from firstline.simulate.drivers import KINDS, OUTAGE, UNKNOWN, number_of
from firstline.simulate.issues import Issues
from firstline.simulate.outages import Outages
from firstline.simulate.rates import Rates
from firstline.simulate.tickets import (
    BY_AGENT,
    BY_CUSTOMER,
    BY_OUTAGE,
    BY_TELEMETRY,
    INTERNAL,
    MASTER,
    NORMAL,
    SPAM,
    TEST,
    Tickets,
)

MENDED_AFAR_H, MENDED_AFAR_SPREAD = 5.0, 0.8
CLEARED_H, CLEARED_SPREAD = 3.0, 1.0
"""Median hours until what a rule saw is mended, and until what no customer reported is cleared away, each with the
standard deviation of the logarithm; judgement."""
MASTER_ASSIGNED_S, MASTER_SOLVED_S = 40, 4 * MINUTE
"""So long after its opening a master is given to somebody, so long after the end it is solved; judgement."""

LASTING, WRITTEN_TWICE, MERGED_WITHIN = 2 * HOUR, (10 * MINUTE, 100 * MINUTE), (5 * MINUTE, 3 * HOUR)
"""From what length on a ticket is written about twice, when after the first, and within what time the two are merged;
judgement."""
TAKEN_UP_WITHIN = (5 * MINUTE, HOUR)
"""Until somebody takes up what telemetry noticed; judgement."""

EMAIL, WEB_FORM = CHANNELS.index("email"), CHANNELS.index("web_form")


def proactive(rates: Rates, tickets: Tickets) -> int:
    """How many tickets telemetry is to open, for so many of customers."""
    return _some(rates.proactive_share, len(tickets.opened))


def add_side_tickets(desk: Desk, tickets: Tickets, noticed: Issues, first: int) -> Tickets:
    """The tickets of customers followed by all others; rows of the former keep their place.

    What telemetry `noticed` are the issues from row `first` on.
    """
    n = len(tickets.opened)
    rates = desk.rates
    parts = [
        tickets,
        _duplicates(desk, tickets, _some(rates.duplicate_share, n)),
        _from_telemetry(desk, noticed, first),
        _of_nobody(desk, _some(rates.spam_share, n), SPAM),
        _of_nobody(desk, _some(rates.test_share, n), TEST),
        _of_nobody(desk, _some(rates.internal_share, n), INTERNAL),
    ]
    whole = stack([*parts, _masters(desk)])
    master = np.append(masters_of(desk.outages, whole), NOBODY)
    outage = np.concatenate([desk.outage_of, noticed.outage, [NOBODY]])[whole.issue]
    return replace(whole, parent=master[outage])


def masters_of(outages: Outages, tickets: Tickets) -> Ints:
    """The row of the master ticket of each outage, or NOBODY; `tickets` are those of `add_side_tickets`."""
    rows = filled(len(outages.onset), NOBODY)
    rows[outages.large] = np.flatnonzero(tickets.nature == MASTER)
    return rows


def _some(share: float, n: int) -> int:
    """A share of n, at least one of each kind where the share is not 0: a small demo shows them all."""
    return max(1, round(share * n)) if share and n else 0


def _plain(n: int, **columns: Any) -> Tickets:
    """n tickets with nothing known of them but the columns given and an opening."""
    absent = dict.fromkeys(
        ("replied", "waiting", "answered", "escalated", "solved", "reopened", "solved_again", "closed"), NEVER
    )
    defaults: dict[str, Ints] = {
        name: filled(n, value)
        for name, value in {
            **absent,
            **dict.fromkeys(("assigned", "held", "cancelled", "merged"), NEVER),
            **dict.fromkeys(("issue", "subscriber", "agent", "solver", "into", "parent"), NOBODY),
            "driver": number_of(UNKNOWN),
            "channel": EMAIL,
            "origin": BY_CUSTOMER,
            "nature": NORMAL,
            "kind": KINDS.index("question"),
        }.items()
    }
    nothing = np.zeros(n, dtype=np.bool_)
    return Tickets(**{**defaults, **dict.fromkeys(("can_fail", "failed"), nothing), **columns})


def _duplicates(desk: Desk, tickets: Tickets, count: int) -> Tickets:
    """The customer writes as well; an agent merges the second ticket into the first within staffed hours."""
    lasting = np.flatnonzero(np.minimum(tickets.solved, desk.clock.end) - tickets.opened > LASTING)
    into = lasting[desk.rng.choice(len(lasting), min(count, len(lasting)), replace=False)]
    n = len(into)
    opened = desk.clock.writable(tickets.opened[into] + desk.rng.integers(*WRITTEN_TWICE, n))
    return _plain(
        n,
        subscriber=tickets.subscriber[into],
        driver=tickets.driver[into],
        kind=tickets.kind[into],
        channel=filled(n, WEB_FORM),
        agent=tickets.agent[into],
        opened=opened,
        merged=desk.staffed_after(opened, desk.rng.integers(*MERGED_WITHIN, n)),
        into=into,
    )


def _from_telemetry(desk: Desk, noticed: Issues, first: int) -> Tickets:
    """Opened by a rule and worked on from afar; where the element is down, until it is mended."""
    opened, count = noticed.at, len(noticed.at)
    assigned = desk.staffed_after(opened, desk.rng.integers(*TAKEN_UP_WITHIN, count))
    agent = desk.agents.working(desk.rng, desk.clock.day(assigned), 1)
    over = np.where(noticed.outage == NOBODY, 0, desk.outages.restored_for(noticed.outage))
    worked = skewed(desk.rng, MENDED_AFAR_H * HOUR, MENDED_AFAR_SPREAD, count)
    solved = desk.staffed_after(np.maximum(over, assigned), worked)
    return _plain(
        count,
        issue=first + np.arange(count),
        subscriber=noticed.subscriber,
        driver=noticed.driver,
        kind=filled(count, KINDS.index("trouble")),
        origin=filled(count, BY_TELEMETRY),
        agent=agent,
        solver=desk.still_there(agent, desk.clock.day(solved), 1),
        opened=opened,
        assigned=assigned,
        solved=solved,
        closed=desk.any_time_after(solved, filled(count, desk.rates.closes_after_h * HOUR)),
    )


def _of_nobody(desk: Desk, count: int, nature: int) -> Tickets:
    """Spam, tests and tickets of our own people: no subscriber, closed without more ado."""
    opened = _any_time(desk, count)
    internal = nature == INTERNAL
    solved = desk.staffed_after(opened, seconds(skewed(desk.rng, CLEARED_H * HOUR, CLEARED_SPREAD, count)))
    return _plain(
        count,
        nature=filled(count, nature),
        kind=filled(count, KINDS.index("internal" if internal else "question")),
        origin=filled(count, BY_AGENT if internal else BY_CUSTOMER),
        agent=desk.agents.working(desk.rng, desk.clock.day(solved), 1),
        solver=desk.agents.working(desk.rng, desk.clock.day(solved), 1),
        opened=opened,
        solved=solved,
        closed=solved,
    )


def _masters(desk: Desk) -> Tickets:
    """One ticket for each large outage, which the incident log opens with its declaration and solves with its end."""
    outages = pick(desk.outages, desk.outages.large)
    n = len(outages.onset)
    opened = desk.clock.writable(outages.declared)
    agent = desk.agents.working(desk.rng, desk.clock.day(opened), 2)
    solved = desk.clock.writable(np.maximum(outages.restored, opened) + MASTER_SOLVED_S)
    return _plain(
        n,
        nature=filled(n, MASTER),
        kind=filled(n, KINDS.index("trouble")),
        driver=filled(n, number_of(OUTAGE)),
        origin=filled(n, BY_OUTAGE),
        agent=agent,
        solver=desk.still_there(agent, desk.clock.day(solved), 2),
        opened=opened,
        assigned=desk.clock.writable(opened + MASTER_ASSIGNED_S),
        solved=solved,
        closed=desk.any_time_after(solved, filled(n, DAY)),
    )


def _any_time(desk: Desk, count: int) -> Ints:
    return desk.clock.writable(np.sort(desk.rng.integers(desk.clock.start, desk.clock.end, count)))
