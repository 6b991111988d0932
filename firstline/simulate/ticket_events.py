"""The event log of the tickets: what was done when and by whom, from the instants of each ticket's life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firstline.simulate.columns import MINUTE, NEVER, NOBODY, Ints, filled, pick, stack
from firstline.simulate.contacts import EMAIL
from firstline.simulate.people import Agents
from firstline.simulate.tickets import BY_CUSTOMER as FROM_CUSTOMER
from firstline.simulate.tickets import MASTER, Tickets
from firstline.simulate.visits import Visits

ACTIVITIES: tuple[str, ...] = (
    "opened",
    "assigned",
    "linked_outage",
    "first_response",
    "public_reply",
    "pending_customer",
    "customer_reply",
    "linked_visit",
    "held",
    "internal_note",
    "escalated",
    "reassigned",
    "resolved",
    "reopened",
    "priority_change",
    "merged",
    "cancelled",
    "closed",
)
"""Types of ticket events in the order in which they can follow each other within one second."""

TAKEN_AFTER = 5 * MINUTE
"""Until tier 2 has taken a ticket that rose to it; judgement."""
ACTORS: tuple[str, ...] = ("agent", "system", "customer")
BY_AGENT, BY_SYSTEM, BY_CUSTOMER = range(3)
RAISED = ACTIVITIES.index("priority_change")


@dataclass(frozen=True)
class TicketEvents:
    """One row per event: `ticket` and `agent` are rows, `kind` a place in ACTIVITIES, tiers 0 if not said."""

    ticket: Ints
    at: Ints
    kind: Ints
    actor: Ints
    agent: Ints
    from_tier: Ints
    to_tier: Ints

    @property
    def entry(self) -> Ints:
        """The place of each event in its ticket's history, from 1 on."""
        return np.arange(len(self.ticket)) - np.searchsorted(self.ticket, self.ticket, side="left") + 1

    def team_of(self, agents: Agents) -> Ints:
        """The team that each event brings the ticket to, or NOBODY."""
        moved = (self.to_tier > 0) & (self.agent != NOBODY)
        return np.where(moved, agents.team[self.agent], NOBODY)


def ticket_events(tickets: Tickets, visits: Visits, agents: Agents, end: int) -> TicketEvents:
    """All events before `end`, by ticket and time.

    An agent's first reply is marked as such besides, as helpdesks do; a job's outcome is noted when the dispatch system
    tells it, and what hangs on an outage is linked to it as soon as there are both.
    """
    visits = pick(visits, visits.ticket != NOBODY)
    agent_of_visit = tickets.agent[visits.ticket]
    child = tickets.parent != NOBODY
    linked = np.where(child, np.maximum(tickets.opened, tickets.opened[tickets.parent]), NEVER)
    asked = np.where(tickets.replied < NEVER, tickets.waiting, NEVER)
    rises = tickets.escalated < NEVER
    # Tier 2 takes it minutes later, or in the moment in which it ended
    taken = np.where(rises, tickets.escalated, 0) + TAKEN_AFTER
    handed_over = np.where(rises, np.minimum(taken, np.minimum(tickets.solved, tickets.cancelled)), NEVER)
    entry_tier = np.where(tickets.agent == NOBODY, 0, agents.tier[tickets.agent])
    log = stack(
        [
            _events("opened", tickets.opened, _opener(tickets), tickets.agent),
            _events("assigned", tickets.assigned, BY_SYSTEM, tickets.agent, to_tier=entry_tier),
            _events("linked_outage", linked, BY_SYSTEM, tickets.agent),
            _events("first_response", tickets.replied, BY_AGENT, tickets.agent),
            _events("public_reply", tickets.replied, BY_AGENT, tickets.agent),
            _events("public_reply", asked, BY_AGENT, tickets.agent),
            _events("pending_customer", tickets.waiting, BY_AGENT, tickets.agent),
            _events("customer_reply", tickets.answered, BY_CUSTOMER, tickets.agent),
            _events("linked_visit", visits.created, BY_AGENT, agent_of_visit, ticket=visits.ticket),
            _events("held", tickets.held, BY_AGENT, tickets.agent),
            _events("internal_note", visits.settled, BY_SYSTEM, agent_of_visit, ticket=visits.ticket),
            _events("escalated", tickets.escalated, BY_AGENT, tickets.agent, from_tier=1, to_tier=2),
            _events("reassigned", handed_over, BY_SYSTEM, tickets.solver, from_tier=1, to_tier=2),
            _events("resolved", tickets.solved, _solver(tickets), tickets.solver),
            _events("reopened", tickets.reopened, BY_CUSTOMER, tickets.solver),
            _events("priority_change", tickets.raised, BY_SYSTEM, tickets.solver),
            _events("resolved", tickets.solved_again, BY_AGENT, tickets.solver),
            _events("merged", tickets.merged, BY_AGENT, tickets.agent),
            _events("cancelled", tickets.cancelled, BY_CUSTOMER, tickets.agent),
            _events("closed", tickets.closed, BY_SYSTEM, tickets.solver),
        ]
    )
    log = pick(log, log.at < end)
    return pick(log, np.lexsort((log.kind, log.at, log.ticket)))


def _opener(tickets: Tickets) -> Ints:
    """Agents note what is said to them; what is written, the customer opens; the rest is automatic."""
    spoken = tickets.channel < EMAIL
    by_customer = tickets.origin == FROM_CUSTOMER
    return np.select([by_customer & spoken, by_customer], [BY_AGENT, BY_CUSTOMER], BY_SYSTEM)


def _solver(tickets: Tickets) -> Ints:
    """The incident log ends the master of an outage, agents all others."""
    return np.where(tickets.nature == MASTER, BY_SYSTEM, BY_AGENT)


def _events(
    kind: str,
    at: Ints,
    actor: Ints | int,
    agent: Ints,
    from_tier: Ints | int = 0,
    to_tier: Ints | int = 0,
    ticket: Ints | None = None,
) -> TicketEvents:
    """One event of each ticket, or of the tickets given."""
    n = len(at)
    nothing = np.zeros(n, dtype=np.int64)
    return TicketEvents(
        ticket=np.arange(n) if ticket is None else ticket,
        at=at,
        kind=filled(n, ACTIVITIES.index(kind)),
        actor=nothing + actor,
        agent=agent,
        from_tier=nothing + from_tier,
        to_tier=nothing + to_tier,
    )
