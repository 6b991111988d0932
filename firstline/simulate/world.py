"""The simulated provider in memory: everything that happened in the span, before any system exported it.

Each kind of thing draws from a stream of chance of its own (children of one seed), so that a change to
surveys leaves the calls as they were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from firstline.simulate.casework import Desk
from firstline.simulate.churn import Departures, active_until, draw_departures, left_on
from firstline.simulate.columns import NOBODY, Flags, Ints, filled, pick, stack
from firstline.simulate.contacts import Contacts
from firstline.simulate.issues import draw_issues
from firstline.simulate.journeys import Journeys, live_through
from firstline.simulate.network import Network, build_network
from firstline.simulate.outages import CutOffs, Outages, draw_outages, without_the_departed
from firstline.simulate.people import Agents, hire_agents
from firstline.simulate.planted import Planted, plant
from firstline.simulate.rates import Rates
from firstline.simulate.side_tickets import add_side_tickets
from firstline.simulate.subscribers import Subscribers, draw_subscribers
from firstline.simulate.surveys import Surveys, draw_surveys
from firstline.simulate.ticket_events import TicketEvents, ticket_events
from firstline.simulate.tickets import Tickets
from firstline.simulate.visits import Visits, other_jobs
from firstline.simulate.wallclock import Clock

STREAMS = (
    *("subscribers", "agents", "issues", "contacts", "tickets", "visits", "departures", "surveys"),
    *("network", "outages"),
)


@dataclass(frozen=True)
class World:
    """All that happened in [clock.start, clock.end), each table in order of time, rows refer to rows."""

    clock: Clock
    rates: Rates
    subscribers: Subscribers
    network: Network
    agents: Agents
    planted: Planted
    outages: Outages
    cut_offs: CutOffs
    contacts: Contacts
    tickets: Tickets
    events: TicketEvents
    visits: Visits
    surveys: Surveys
    departures: Departures
    until: Ints
    left: Ints


def build_world(first: date, last: date, zone: str, subscribers: int, seed: int, rates: Rates) -> World:
    """Simulate the local days [first, last) of a provider with so many subscribers on the first day."""
    chance = dict(zip(STREAMS, map(np.random.default_rng, _seeds(seed)), strict=True))
    clock = Clock(zone, first, last, rates)
    people = draw_subscribers(chance["subscribers"], clock, subscribers, rates)
    agents = hire_agents(chance["agents"], first, last, subscribers, rates)
    network = build_network(chance["network"], people)
    planted = plant(clock, people, network, rates)
    outages, cut_offs = draw_outages(chance["outages"], clock, people, network, planted.outage, rates)
    issues = draw_issues(chance["issues"], clock, people, planted, outages, cut_offs, rates)
    desk = Desk(chance["tickets"], clock, agents, rates, outages, issues.outage)
    journeys = live_through(desk, chance["contacts"], chance["visits"], issues)
    departures = draw_departures(chance["departures"], clock, rates, people, journeys.contacts, journeys.tickets)
    until, left = active_until(clock, people, departures), left_on(people, departures)
    journeys = replace(journeys, tickets=add_side_tickets(desk, people, journeys.tickets))
    outages, cut_offs = without_the_departed(outages, cut_offs, until)
    contacts, tickets, visits = _within(clock, journeys, until)
    jobs = other_jobs(chance["visits"], clock, rates, people.activated, left)
    visits = _in_order(stack([visits, *(pick(job, job.created < clock.end) for job in jobs)]))
    return World(
        clock=clock,
        rates=rates,
        subscribers=people,
        network=network,
        agents=agents,
        planted=planted,
        outages=outages,
        cut_offs=cut_offs,
        contacts=contacts,
        tickets=tickets,
        events=ticket_events(tickets, agents, clock.end),
        visits=visits,
        surveys=draw_surveys(chance["surveys"], clock, rates, people, until, contacts, tickets),
        departures=departures,
        until=until,
        left=left,
    )


def _seeds(seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(len(STREAMS))


def _within(clock: Clock, journeys: Journeys, until: Ints) -> tuple[Contacts, Tickets, Visits]:
    """What began before its subscriber's events end, in order of time, with references to the new rows."""
    contacts, tickets, visits = journeys.contacts, journeys.tickets, journeys.visits
    contact_rows = _rows(contacts.entered, contacts.entered < until[contacts.subscriber])
    owned = tickets.subscriber != NOBODY
    ticket_rows = _rows(tickets.opened, tickets.opened < np.where(owned, until[tickets.subscriber], clock.end))
    place = filled(len(tickets.opened) + 1, NOBODY)  # the extra last place answers for NOBODY
    place[ticket_rows] = np.arange(len(ticket_rows))
    kept = pick(tickets, ticket_rows)
    kept = replace(kept, into=place[kept.into])
    visits = pick(visits, visits.created < until[visits.subscriber])
    return pick(contacts, contact_rows), kept, replace(visits, ticket=place[visits.ticket])


def _rows(at: Ints, kept: Flags) -> Ints:
    rows = np.flatnonzero(kept)
    return rows[np.argsort(at[rows], kind="stable")]


def _in_order(visits: Visits) -> Visits:
    return pick(visits, np.argsort(visits.created, kind="stable"))
