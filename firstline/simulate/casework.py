"""How agents work a ticket: first reply, waiting for the customer, escalation, visit, solution, reopening."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firstline.simulate.columns import (
    HOUR,
    MINUTE,
    NEVER,
    NOBODY,
    Flags,
    Floats,
    Ints,
    filled,
    happens,
    pick,
    skewed,
)
from firstline.simulate.contacts import ANSWERED, EMAIL, WRITTEN, Contacts
from firstline.simulate.drivers import COMPLAINT, FAILS, KIND_OF, VISITED
from firstline.simulate.faults import find_faults, sent
from firstline.simulate.outages import Outages
from firstline.simulate.people import Agents
from firstline.simulate.planted import Initiative
from firstline.simulate.rates import Rates
from firstline.simulate.tickets import BY_CUSTOMER, NORMAL, Tickets
from firstline.simulate.visits import NO_FAULT_FOUND, Calls, Visits, book_trouble_visits
from firstline.simulate.wallclock import Clock

WORK_SPREAD, REWORK_SPREAD, REPLY_SPREAD, ANSWER_SPREAD = 1.4, 0.9, 0.8, 0.9
"""Standard deviations of the logarithm of how long work, work after reopening and replies take; judgement."""
TIER_2_TAKES = 1.6
"""How many times as long tier 2 works as tier 1 would: it gets the hard ones; judgement."""
BOOKED_SPOKEN_MIN, BOOKED_WRITTEN_MIN = 10, 120
"""Within so many minutes of the work's begin a technician is booked: on the telephone at once; judgement."""
FAILS_AFTER = (0.75, 1.9, 1.0, 1.0, 1.0, 1.0, 1.0)
"""How often a solution turns out to be none, by the outcome of the last visit (visits.OUTCOMES): where a technician
found nothing it comes back; judgement. About 1 over all visits."""
ROUTED_WITHIN, RISES_WITHIN, ASKED_WITHIN = (5 * MINUTE, 50 * MINUTE), (15 * MINUTE, 6 * HOUR), (10 * MINUTE, 5 * HOUR)
"""The least and the most working time until a written ticket is assigned, until one rises to tier 2, and until its
customer is asked something; judgement."""
LEAST_WORK, LEAST_REWORK = 5 * MINUTE, 20 * MINUTE
"""What a solution and a second one take at least; judgement."""
REOPENED_FROM, BEFORE_CLOSING_H = 2 * HOUR, 8
"""A ticket is reopened that long after its solution at the earliest, and so many hours before it is closed at the
latest; judgement."""
BOOKED_FROM = 0.1
"""The earliest part of the time within which a visit is booked; judgement."""
MOST_FAIL = 0.9
"""The share of tickets that are escalated, and of solutions that are none, with the worst agent; judgement."""


@dataclass(frozen=True)
class Opening:
    """The first part of a ticket's life: who has it, and `worked_from`, when somebody starts on it."""

    agent: Ints
    opened: Ints
    assigned: Ints
    replied: Ints
    worked_from: Ints
    at_once: Flags


@dataclass(frozen=True)
class Desk:
    """What casework needs to know: the clock, the people, the rates, the outages, a stream of chance for tickets.

    `outage_of` gives for each issue the outage that is its reason (a row of `outages`), or NOBODY; `region` each
    subscriber's.
    """

    rng: np.random.Generator
    clock: Clock
    agents: Agents
    rates: Rates
    outages: Outages
    outage_of: Ints
    region: Ints
    initiative: Initiative | None

    def staffed_after(self, at: Ints, delay: Floats | Ints) -> Ints:
        """A delay later, in staffed hours; NEVER stays NEVER."""
        return np.where(at < NEVER, self.clock.into_hours(_after(at, delay, absent=0), self.rng), NEVER)

    def network_after(self, at: Ints, delay: Floats | Ints) -> Ints:
        """A delay later, in the hours of the network desk; NEVER stays NEVER."""
        later = _after(at, delay, absent=self.clock.start)
        return np.where(at < NEVER, self.clock.into_network_hours(later, self.rng), NEVER)

    def still_there(self, agent: Ints, day: Ints, tier: int) -> Ints:
        """The same agents on these local days; who has left by then handed over to another of the tier."""
        gone = np.flatnonzero(self.agents.left[agent] <= day)
        chosen = agent.copy()
        chosen[gone] = self.agents.working(self.rng, day[gone], tier)
        return chosen

    def any_time_after(self, at: Ints, delay: Floats | Ints) -> Ints:
        """A delay later, whatever the hour (what customers and automatons do); NEVER stays NEVER."""
        return self.clock.writable(_after(at, delay, absent=NEVER))


def _after(at: Ints, delay: Floats | Ints, absent: int) -> Ints:
    """`at` plus a delay, `absent` in place of NEVER: adding to NEVER would wrap around."""
    happened = at < NEVER
    return np.where(happened, np.where(happened, at, 0) + delay.astype(np.int64), absent)


def open_tickets(desk: Desk, visit_rng: np.random.Generator, contacts: Contacts) -> tuple[Tickets, list[Visits]]:
    """The tickets that contacts lead to, worked to their end, and their visits (`ticket` a row of these)."""
    contacts = pick(contacts, _logged(desk, contacts))
    opening = _open(desk, contacts)
    n = len(opening.opened)
    outage = desk.outage_of[contacts.issue]
    eager = desk.agents.effect(opening.agent, desk.clock.day(opening.opened), desk.rates).escalating
    calls = _calls(desk, visit_rng, contacts, opening, eager)
    visits, visit_ended, visit_outcome = book_trouble_visits(visit_rng, desk.clock, desk.rates, calls)
    given, held, come_of_it = filled(n, NEVER), filled(n, NEVER), filled(n, NOBODY)
    given[calls.ticket], held[calls.ticket], come_of_it[calls.ticket] = visit_ended, calls.created, visit_outcome
    over = np.where(outage == NOBODY, 0, desk.outages.restored_for(outage))
    ended = desk.staffed_after(np.maximum(over, opening.worked_from), desk.rng.integers(300, HOUR, n))
    # Who was sent to a home in an outage before it was declared had come to an end as well
    ended = np.maximum(ended, np.where(given < NEVER, given, 0))
    given = np.where(outage == NOBODY, given, ended)
    can_fail = ~opening.at_once & (outage == NOBODY)
    return replace(_work(desk, contacts, opening, eager, given, can_fail, come_of_it), held=held), visits


def _calls(desk: Desk, rng: np.random.Generator, contacts: Contacts, opening: Opening, eager: Floats) -> Calls:
    """The tickets for which an agent sends a technician; an `eager` one does so where it should not be needed.

    In an outage a crew mends the element, and nobody is sent to the home once the network desk has declared it.
    """
    share = VISITED[contacts.driver] * sent(contacts.driver, eager)
    region = desk.region[contacts.subscriber]
    if desk.initiative:
        share = share * desk.initiative.left(region, opening.opened)
    rows = np.flatnonzero(happens(desk.rng, share, len(share)) & ~opening.at_once)
    spoken = contacts.channel[rows] < EMAIL
    within = np.where(spoken, BOOKED_SPOKEN_MIN, BOOKED_WRITTEN_MIN) * MINUTE
    created = desk.staffed_after(opening.worked_from[rows], rng.uniform(BOOKED_FROM, 1.0, len(rows)) * within)
    outage = desk.outage_of[contacts.issue[rows]]
    booked = (outage == NOBODY) | (created < np.append(desk.outages.declared, 0)[outage])
    rows, created, in_outage = rows[booked], created[booked], outage[booked] != NOBODY
    driver = contacts.driver[rows]
    fault = np.where(in_outage, NO_FAULT_FOUND, find_faults(rng, driver, eager[rows]))
    return Calls(rows, contacts.subscriber[rows], driver, region[rows], created, fault, in_outage)


def _logged(desk: Desk, contacts: Contacts) -> Flags:
    """Which contacts lead to a ticket: all that is written, most of what was not solved at once."""
    rates = desk.rates
    share = np.where(contacts.solved, rates.ticket_if_resolved, rates.ticket_if_unresolved)
    spoken = (contacts.disposition == ANSWERED) & happens(desk.rng, share, len(share))
    logged: Flags = (spoken | (contacts.disposition == WRITTEN)) & ~contacts.chases
    return logged


def _open(desk: Desk, contacts: Contacts) -> Opening:
    n = len(contacts.entered)
    written = contacts.channel >= EMAIL
    opened = np.where(written, contacts.entered, contacts.answered + contacts.talk_s // 2)
    routed = desk.staffed_after(opened, desk.rng.integers(*ROUTED_WITHIN, n))
    assigned = np.where(written, routed, opened + 2)
    agent = np.where(written, desk.agents.working(desk.rng, desk.clock.day(assigned), 1), contacts.taken_by)
    reply = desk.staffed_after(assigned, skewed(desk.rng, desk.rates.first_reply_h * HOUR, REPLY_SPREAD, n))
    replied = np.where(written, reply, NEVER)
    return Opening(agent, opened, assigned, replied, np.where(written, replied, contacts.ended), contacts.solved)


def _work(
    desk: Desk, contacts: Contacts, opening: Opening, eager: Floats, given: Ints, can_fail: Flags, come_of_it: Ints
) -> Tickets:
    """From `worked_from` to the end; `given` is that end where a visit or an outage decides it.

    `come_of_it` is the outcome of the last visit, or NOBODY.
    """
    n = len(opening.opened)
    plain = ~opening.at_once & (given == NEVER)
    waiting, answered, ready = _pause(desk, opening.worked_from, plain)
    rises = plain & happens(desk.rng, np.minimum(desk.rates.escalated_share * eager, MOST_FAIL), n)
    risen = desk.staffed_after(ready, desk.rng.integers(*RISES_WITHIN, n))
    escalated = np.where(rises, risen, NEVER)
    effort = skewed(desk.rng, np.where(rises, TIER_2_TAKES, 1.0) * desk.rates.work_h * HOUR, WORK_SPREAD, n)
    effort += LEAST_WORK
    worked = np.where(
        rises, desk.network_after(escalated, effort), desk.staffed_after(np.where(rises, NEVER, ready), effort)
    )
    ended = np.select([opening.at_once, given < NEVER], [opening.worked_from, given], worked)
    gives_up = plain & happens(desk.rng, desk.rates.cancelled_share, n)
    solved = np.where(gives_up, NEVER, desk.clock.writable(ended))
    day = desk.clock.day(np.minimum(ended, desk.clock.end))
    solver = np.where(rises, desk.agents.working(desk.rng, day, 2), opening.agent)
    solver = desk.still_there(solver, day, 1)
    fails = FAILS[contacts.driver] * np.append(FAILS_AFTER, 1.0)[come_of_it]
    failed, reopened = _reopen(desk, fails, solved, solver, can_fail)
    rework = skewed(desk.rng, desk.rates.rework_h * HOUR, REWORK_SPREAD, n) + LEAST_REWORK
    solved_again = np.where(rises, desk.network_after(reopened, rework), desk.staffed_after(reopened, rework))
    return Tickets(
        issue=contacts.issue,
        subscriber=contacts.subscriber,
        driver=contacts.driver,
        channel=contacts.channel,
        origin=filled(n, BY_CUSTOMER),
        nature=filled(n, NORMAL),
        kind=np.where(happens(desk.rng, desk.rates.complaint_share, n), COMPLAINT, KIND_OF[contacts.driver]),
        agent=opening.agent,
        solver=solver,
        opened=opening.opened,
        assigned=opening.assigned,
        replied=opening.replied,
        waiting=waiting,
        answered=answered,
        held=filled(n, NEVER),
        escalated=escalated,
        solved=solved,
        reopened=reopened,
        solved_again=solved_again,
        closed=desk.any_time_after(
            np.where(reopened < NEVER, solved_again, solved), filled(n, desk.rates.closes_after_h * HOUR)
        ),
        cancelled=np.where(gives_up, ended, NEVER),
        merged=filled(n, NEVER),
        into=filled(n, NOBODY),
        parent=filled(n, NOBODY),
        can_fail=can_fail,
        failed=failed,
    )


def _pause(desk: Desk, worked_from: Ints, plain: Flags) -> tuple[Ints, Ints, Ints]:
    """When a ticket began to wait for the customer, when the customer answered, when work can go on."""
    n = len(worked_from)
    pauses = plain & happens(desk.rng, desk.rates.waiting_share, n)
    asked = desk.staffed_after(worked_from, desk.rng.integers(*ASKED_WITHIN, n))
    waiting = np.where(pauses, asked, NEVER)
    answered = desk.any_time_after(waiting, skewed(desk.rng, desk.rates.customer_answers_h * HOUR, ANSWER_SPREAD, n))
    return waiting, answered, np.where(pauses, answered, worked_from)


def _reopen(desk: Desk, fails: Floats, solved: Ints, solver: Ints, can_fail: Flags) -> tuple[Flags, Ints]:
    """Which solutions were none, and of these the tickets the customer reopened before they closed."""
    n = len(solved)
    rates = desk.rates
    chance = np.minimum(rates.fix_fails_share * fails * desk.agents.failing(rates)[solver], MOST_FAIL)
    failed = happens(desk.rng, chance, n) & can_fail & (solved < NEVER)
    again = failed & happens(desk.rng, rates.reopened_share_of_failed, n)
    delay = desk.rng.integers(REOPENED_FROM, (rates.closes_after_h - BEFORE_CLOSING_H) * HOUR, n)
    reopened = desk.any_time_after(np.where(again, solved, NEVER), delay)
    return failed, reopened
