"""Issues lived through: attempts, contacts, tickets and visits in waves, until each issue comes to rest.

A wave is one attempt of every issue that is still going. Who was not reached tries again; whose fix
failed comes back; whose ticket takes long asks how far it is. A chain has at most `Rates.longest_chain`
waves, so the work is linear in the number of issues.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firstline.simulate.casework import Desk, open_tickets
from firstline.simulate.columns import (
    DAY,
    HOUR,
    MINUTE,
    NEVER,
    NOBODY,
    Flags,
    Ints,
    filled,
    happens,
    pick,
    seconds,
    skewed,
    stack,
)
from firstline.simulate.contacts import AFTER_HOURS, ANSWERED, WRITTEN, Attempts, Contacts, take_contacts
from firstline.simulate.issues import Issues
from firstline.simulate.lines import Lines
from firstline.simulate.tickets import Tickets
from firstline.simulate.visits import Visits

TRIES_AGAIN_FROM, TRIES_AGAIN_AFTER = 3 * MINUTE, 45 * MINUTE
"""The least until somebody who was not reached tries again, and the mean beyond it; judgement."""
MOST_RECUR = 0.9
"""No agent has a larger share of solved matters that come back; judgement."""
RECURS_AFTER_DAYS, NO_FIX_AFTER_DAYS, RECURS_SPREAD = 4.0, 3.0, 0.9
"""Median days until a matter comes back that seemed solved, or that a fix left as it was, and the spread of both (the
standard deviation of the logarithm); judgement."""
CHASED_BETWEEN = (0.3, 0.9)
"""In which part of a ticket's time its customer asks how far it is; judgement."""


@dataclass(frozen=True)
class Journeys:
    """Everything that the issues led to, beyond the end of the span included."""

    contacts: Contacts
    tickets: Tickets
    visits: Visits


def live_through(
    desk: Desk,
    contact_rng: np.random.Generator,
    visit_rng: np.random.Generator,
    issues: Issues,
    lines: Lines | None,
) -> Journeys:
    """All contacts, tickets and visits of the issues, wave by wave; without `lines` a rehearsal without queues."""
    n = len(issues.at)
    no = np.zeros(n, dtype=np.bool_)
    attempts = Attempts(np.arange(n), issues.subscriber, issues.driver, issues.at, no, filled(n, NOBODY), no)
    contacts, tickets, visits = [], [], []
    opened_before = 0
    for _ in range(desk.rates.longest_chain):
        outage = desk.outage_of[attempts.issue]
        taken = take_contacts(contact_rng, desk.clock, desk.agents, desk.rates, attempts, outage != NOBODY, lines)
        opened, booked = open_tickets(desk, visit_rng, taken)
        contacts.append(taken)
        tickets.append(opened)
        visits += [replace(visit, ticket=visit.ticket + opened_before) for visit in booked]
        opened_before += len(opened.opened)
        attempts = _next_wave(contact_rng, desk, taken, opened)
    return Journeys(stack(contacts), stack(tickets), stack(visits))


def _next_wave(rng: np.random.Generator, desk: Desk, contacts: Contacts, tickets: Tickets) -> Attempts:
    """Who gets in touch again, and when; attempts after the end of the span are not followed."""
    parts = [
        _not_reached(rng, desk, contacts),
        _back_again(rng, desk, contacts),
        _fix_failed(rng, tickets),
        _asks_how_far(rng, desk, tickets),
    ]
    attempts = stack(parts)
    return pick(attempts, attempts.at < desk.clock.end)


def _not_reached(rng: np.random.Generator, desk: Desk, contacts: Contacts) -> Attempts:
    """Abandoned: again within the hours; outside staffed hours: at the next opening."""
    n = len(contacts.entered)
    lost = (contacts.disposition != ANSWERED) & (contacts.disposition != WRITTEN)
    lost &= happens(rng, desk.rates.retry_share, n)
    soon = contacts.ended + TRIES_AGAIN_FROM + seconds(rng.exponential(TRIES_AGAIN_AFTER, n))
    at = np.where(contacts.disposition == AFTER_HOURS, desk.clock.into_hours(contacts.ended, rng), soon)
    return _attempts(contacts, at, lost, contacts.chases, lost)


def _back_again(rng: np.random.Generator, desk: Desk, contacts: Contacts) -> Attempts:
    """Solved in the contact, but not for good: back within days."""
    n = len(contacts.entered)
    answered = (contacts.disposition == ANSWERED) & ~contacts.chases
    # An agent whose fixes fail sends away more callers who believe that all is well.
    chance = np.minimum(desk.rates.recurs_share * desk.agents.failing(desk.rates)[contacts.agent], MOST_RECUR)
    returns = answered & contacts.solved & happens(rng, chance, n)
    at = contacts.ended + seconds(skewed(rng, RECURS_AFTER_DAYS * DAY, RECURS_SPREAD, n))
    return _attempts(contacts, at, returns, contacts.chases, np.zeros(n, dtype=np.bool_))


def _fix_failed(rng: np.random.Generator, tickets: Tickets) -> Attempts:
    """The fix was none and the ticket was not reopened: back within days of it."""
    n = len(tickets.opened)
    returns = tickets.failed & (tickets.reopened == NEVER)
    at = np.where(returns, tickets.solved, 0) + seconds(skewed(rng, NO_FIX_AFTER_DAYS * DAY, RECURS_SPREAD, n)) + HOUR
    no = np.zeros(n, dtype=np.bool_)
    return _attempts(tickets, at, returns, no, no)


def _asks_how_far(rng: np.random.Generator, desk: Desk, tickets: Tickets) -> Attempts:
    """Tickets open for more than a day: some customers ask once, before the solution."""
    n = len(tickets.opened)
    ended = np.minimum(tickets.solved, tickets.cancelled)
    lasts = np.where(ended < NEVER, ended - tickets.opened, 0)
    asks = (lasts > DAY) & happens(rng, desk.rates.chase_share, n)
    at = tickets.opened + seconds(rng.uniform(*CHASED_BETWEEN, n) * lasts)
    return _attempts(tickets, at, asks, np.ones(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_))


def _attempts(rows: Contacts | Tickets, at: Ints, chosen: Flags, chases: Flags, lost: Flags) -> Attempts:
    return pick(Attempts(rows.issue, rows.subscriber, rows.driver, at, chases, rows.channel, lost), chosen)
