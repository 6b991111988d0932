"""One block of the simulated provider in memory: all that happened to its subscribers, before any export."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from firstline.simulate.casework import Desk
from firstline.simulate.churn import Departures, active_until, draw_departures, left_on
from firstline.simulate.columns import NEVER, NOBODY, Flags, Ints, filled, pick, stack
from firstline.simulate.contacts import Contacts
from firstline.simulate.gateways import Gateways, GatewayStates, place_gateways, states_of
from firstline.simulate.ids import Ids
from firstline.simulate.impaired_homes import impaired_issues, with_repairs
from firstline.simulate.impairments import Impairments, draw_impairments
from firstline.simulate.issues import Issues, draw_issues
from firstline.simulate.journeys import Journeys, live_through
from firstline.simulate.lines import Lines
from firstline.simulate.mistakes import Flaws
from firstline.simulate.network import Network, build_network
from firstline.simulate.notes import Notes, write_notes
from firstline.simulate.noticed import draw_noticed
from firstline.simulate.outages import CutOffs, Outages, draw_outages, without_the_departed
from firstline.simulate.people import Agents
from firstline.simulate.planted import Planted, plant
from firstline.simulate.provider import PURPOSES, Provider
from firstline.simulate.rates import Rates
from firstline.simulate.selfservice import begin_with_bots, draw_sessions
from firstline.simulate.side_tickets import add_side_tickets, masters_of, proactive
from firstline.simulate.staffing import plan_lines
from firstline.simulate.subscribers import Subscribers, draw_subscribers
from firstline.simulate.surveys import Surveys, draw_surveys
from firstline.simulate.texts import Texts, write_texts
from firstline.simulate.ticket_events import TicketEvents, ticket_events
from firstline.simulate.tickets import MASTER, Tickets
from firstline.simulate.visits import Visits, other_jobs
from firstline.simulate.wallclock import Clock


@dataclass(frozen=True)
class World:
    """All that happened to one block in [clock.start, clock.end), rows refer to rows, tables are in order of time.

    But `issues`, the reasons of contacts and tickets, are in no order; some came to nothing.
    """

    block: int
    clock: Clock
    rates: Rates
    flaws: Flaws
    subscribers: Subscribers
    network: Network
    gateways: Gateways
    impairments: Impairments
    agents: Agents
    lines: Lines
    planted: Planted
    outages: Outages
    cut_offs: CutOffs
    issues: Issues
    contacts: Contacts
    tickets: Tickets
    texts: Texts
    events: TicketEvents
    visits: Visits
    notes: Notes
    surveys: Surveys
    departures: Departures
    until: Ints
    left: Ints

    @property
    def gateway_states(self) -> GatewayStates:
        """What the gateway of each home ran, from when until when."""
        left = self.left < NEVER
        gone = np.where(left, self.clock.instant(np.where(left, self.left, 0), 0), NEVER)
        return states_of(self.gateways, self.subscribers.active_from, gone)

    @property
    def booked_by(self) -> Ints:
        """The agent who booked each visit: whoever had the ticket; NOBODY for jobs that no ticket led to."""
        return np.append(self.tickets.agent, NOBODY)[self.visits.ticket]

    @property
    def ids(self) -> Ids:
        """The numbers of its rows in all systems."""
        return Ids(self.block)


def build_world(provider: Provider, block: int = 0) -> World:
    """Let one block of the provider live through the span."""
    clock, rates, agents = provider.clock, provider.rates, provider.agents
    chance = {purpose: provider.chance(purpose, block) for purpose in PURPOSES}
    people = draw_subscribers(chance["subscribers"], clock, provider.subscribers_of(block), rates)
    network = build_network(chance["network"], people, block)
    gateways = place_gateways(chance["gateways"], clock, people.count)
    planted = plant(clock, people, network, rates)
    outages, cut_offs = draw_outages(chance["outages"], clock, people, network, planted.outage, rates)
    impairments = draw_impairments(chance["impairments"], clock, people.count, rates)
    issues = stack(
        [
            draw_issues(chance["issues"], clock, people, gateways, planted, outages, cut_offs, rates),
            impaired_issues(chance["impaired_issues"], clock, people, impairments, rates),
        ]
    )
    desk = Desk(chance["tickets"], clock, agents, rates, outages, issues.outage, people.region, planted.initiative)
    lines = _rehearsed(provider, block, desk, people, issues, cut_offs, impairments)
    journeys = live_through(desk, chance["contacts"], chance["visits"], issues, lines)
    impairments, journeys = with_repairs(impairments, issues, journeys)
    experience = (journeys.contacts, journeys.tickets, cut_offs, impairments)
    departures = draw_departures(chance["departures"], clock, rates, people, *experience)
    until, left = active_until(clock, people, departures), left_on(people, departures)
    bots = (chance["bots"], clock, people, rates, journeys.contacts, issues.outage[journeys.contacts.issue])
    contacts = stack([begin_with_bots(*bots), draw_sessions(*bots)])
    showing = (people, planted, impairments, outages, cut_offs, proactive(rates, journeys.tickets))
    noticed = draw_noticed(chance["noticed"], clock, *showing)
    tickets = add_side_tickets(desk, journeys.tickets, noticed, first=len(issues.at))
    journeys = replace(journeys, contacts=contacts, tickets=tickets)
    outages = replace(outages, master=masters_of(outages, tickets))
    issues, all_outages = stack([issues, noticed]), outages
    outages, cut_offs = without_the_departed(outages, cut_offs, until)
    issues = replace(issues, outage=_places(all_outages, outages)[issues.outage])
    contacts, tickets, visits, outages = _within(clock, journeys, outages, until)
    jobs = other_jobs(chance["visits"], clock, rates, people.region, people.activated, left)
    visits = _in_order(stack([visits, *(pick(job, job.created < clock.end) for job in jobs)]))
    return World(
        block=block,
        clock=clock,
        rates=rates,
        flaws=provider.flaws,
        subscribers=people,
        network=network,
        gateways=gateways,
        impairments=impairments,
        agents=agents,
        lines=lines,
        planted=planted,
        outages=outages,
        cut_offs=cut_offs,
        issues=issues,
        contacts=contacts,
        tickets=tickets,
        texts=write_texts(chance["texts"], rates, tickets, len(issues.at)),
        events=ticket_events(tickets, visits, agents, clock.end),
        visits=visits,
        notes=write_notes(chance["notes"], rates, visits, clock.end),
        surveys=draw_surveys(chance["surveys"], clock, rates, people, until, contacts, tickets, planted.survey_change),
        departures=departures,
        until=until,
        left=left,
    )


def _rehearsed(
    provider: Provider,
    block: int,
    desk: Desk,
    people: Subscribers,
    issues: Issues,
    cut_offs: CutOffs,
    impairments: Impairments,
) -> Lines:
    """The lines as planned from a rehearsal. It begins with the same chances: who calls first is the same in both."""
    clock, rates = provider.clock, provider.rates
    chance = {purpose: provider.chance(purpose, block) for purpose in PURPOSES}
    lived = live_through(replace(desk, rng=chance["tickets"]), chance["contacts"], chance["visits"], issues, None)
    impairments, lived = with_repairs(impairments, issues, lived)
    experience = (lived.contacts, lived.tickets, cut_offs, impairments)
    departures = draw_departures(chance["departures"], clock, rates, people, *experience)
    stays = lived.contacts.entered < active_until(clock, people, departures)[lived.contacts.subscriber]
    rehearsed = pick(lived.contacts, stays)
    return plan_lines(clock, rates, rehearsed, issues.outage[rehearsed.issue] != NOBODY, provider.blocks)


def _places(before: Outages, after: Outages) -> Ints:
    """Where each outage stands among those that are left, NOBODY for the others and for NOBODY."""
    place = {pair: row for row, pair in enumerate(zip(after.onset.tolist(), after.element.tolist(), strict=True))}
    pairs = zip(before.onset.tolist(), before.element.tolist(), strict=True)
    return np.array([*(place.get(pair, NOBODY) for pair in pairs), NOBODY], dtype=np.int64)


def _within(
    clock: Clock, journeys: Journeys, outages: Outages, until: Ints
) -> tuple[Contacts, Tickets, Visits, Outages]:
    """What began before its subscriber's events end, in order of time, with references to the new rows.

    A master on which no ticket hangs is left out: nobody needed it.
    """
    contacts, tickets, visits = journeys.contacts, journeys.tickets, journeys.visits
    contact_rows = _rows(contacts.entered, contacts.entered < until[contacts.subscriber])
    owned = tickets.subscriber != NOBODY
    begun = tickets.opened < np.where(owned, until[tickets.subscriber], clock.end)
    needed = np.isin(np.arange(len(begun)), tickets.parent[begun]) | (tickets.nature != MASTER)
    ticket_rows = _rows(tickets.opened, begun & needed)
    place = filled(len(tickets.opened) + 1, NOBODY)  # the extra last place answers for NOBODY
    place[ticket_rows] = np.arange(len(ticket_rows))
    kept = pick(tickets, ticket_rows)
    kept = replace(kept, into=place[kept.into], parent=place[kept.parent])
    visits = pick(visits, visits.created < until[visits.subscriber])
    visits, outages = replace(visits, ticket=place[visits.ticket]), replace(outages, master=place[outages.master])
    return pick(contacts, contact_rows), kept, visits, outages


def _rows(at: Ints, kept: Flags) -> Ints:
    rows = np.flatnonzero(kept)
    return rows[np.argsort(at[rows], kind="stable")]


def _in_order(visits: Visits) -> Visits:
    return pick(visits, np.argsort(visits.created, kind="stable"))
