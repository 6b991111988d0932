"""The support side as canonical rows: contacts, tickets and their history, visits, surveys."""

from __future__ import annotations

import numpy as np

from firstline.simulate.canonical.moments import instants
from firstline.simulate.cells import Columns, constant, flags, numbers, words
from firstline.simulate.columns import HOUR, NEVER, NOBODY
from firstline.simulate.contacts import (
    ANSWERED,
    CHANNELS,
    CONTAINED,
    DISPOSITIONS,
    FLAG_MISSING,
    FLAG_YES,
    NEVER_QUEUED,
    PHONE,
    QUEUES,
    WRITTEN,
)
from firstline.simulate.drivers import CODES, KINDS
from firstline.simulate.ids import agents as agent_ids
from firstline.simulate.people import TEAMS
from firstline.simulate.queues import queue_of
from firstline.simulate.surveys import KINDS as SURVEY_KINDS
from firstline.simulate.surveys import SCALES, VIA
from firstline.simulate.ticket_events import ACTIVITIES, ACTORS, RAISED
from firstline.simulate.tickets import BY_CUSTOMER, ORIGINS, PRIORITIES, REPORTERS, SPAM, STATUSES, TEST
from firstline.simulate.visits import AVOIDABLE, FAULTS, OUTCOMES, PARTIAL, PURPOSES, SLOT_HOURS, technicians
from firstline.simulate.world import World

TIERS = ("1", "2")


def contacts(world: World) -> Columns:
    """One row per call, chat and session of a bot or the app, those not answered included."""
    table = world.contacts
    rows = np.flatnonzero(table.disposition != WRITTEN)
    how = table.disposition[rows]
    answered, queued = how == ANSWERED, ~np.isin(how, NEVER_QUEUED)
    flag = table.flag[rows]
    return {
        "contact_id": world.ids.contacts(table, rows),
        "account_id": world.ids.accounts(np.where(table.identified[rows], table.subscriber[rows], NOBODY)),
        "channel": words(CHANNELS, table.channel[rows]),
        "direction": constant("inbound", len(rows)),
        "initiator": constant("customer", len(rows)),
        "queue_id": words(QUEUES, queue_of(table)[rows]),
        "entered_at": instants(table.entered[rows]),
        "queued_at": instants(np.where(queued, table.queued[rows], NEVER)),
        "answered_at": instants(np.where(answered, table.answered[rows], NEVER)),
        "ended_at": instants(table.ended[rows]),
        "disposition": words(DISPOSITIONS, table.told[rows]),
        "ivr_s": numbers(table.ivr_s[rows], table.channel[rows] == PHONE),
        "wait_s": numbers(table.wait_s[rows], queued),
        "talk_s": numbers(table.talk_s[rows], answered),
        "hold_s": numbers(table.hold_s[rows], answered),
        "wrap_s": numbers(table.wrap_s[rows], answered),
        "transfers": numbers(table.transfers[rows], answered),
        "agent_id": agent_ids(table.agent[rows]),
        "reason_code": words(CODES, np.where(answered | (how == CONTAINED), table.driver[rows], NOBODY)),
        "resolved_flag": flags(flag == FLAG_YES, answered & (flag != FLAG_MISSING)),
    }


def tickets(world: World) -> Columns:
    """One row per ticket as it stands at the end of the span."""
    table, end = world.tickets, world.clock.end
    by_customer = table.origin == BY_CUSTOMER
    return {
        "ticket_id": world.ids.tickets(np.arange(len(table.opened))),
        "account_id": world.ids.accounts(table.subscriber),
        "service_id": world.ids.services(table.subscriber),
        "opened_at": instants(table.opened),
        "origin": words(ORIGINS, table.origin),
        "channel": words(CHANNELS, np.where(by_customer, table.channel, NOBODY)),
        "type": words(KINDS, table.kind),
        "priority": words(PRIORITIES, (table.urgent | (table.raised < end)).astype(np.int64)),
        "reason_code": words(CODES, table.driver),
        "current_status": words([*STATUSES[:-1], "closed"], table.status_at(end)),
        "merged_into": world.ids.tickets(np.where(table.merged < end, table.into, NOBODY)),
        "parent_ticket_id": world.ids.tickets(table.parent),
        "is_test": flags(table.nature == TEST),
        "is_spam": flags(table.nature == SPAM),
        "reporter": words(REPORTERS, table.reporter),
    }


def ticket_texts(world: World) -> Columns:
    """One row per ticket: what it says."""
    texts = world.texts
    return {
        "ticket_id": world.ids.tickets(np.arange(len(texts.subject))),
        "subject": texts.subjects,
        "body": texts.bodies,
    }


def ticket_events(world: World) -> Columns:
    """One row per entry of a ticket's history."""
    log = world.events
    raised = np.where(log.kind == RAISED, 0, NOBODY)
    return {
        "ticket_id": world.ids.tickets(log.ticket),
        "seq": numbers(log.entry),
        "at": instants(log.at),
        "type": words(ACTIVITIES, log.kind),
        "from_value": words(PRIORITIES[:1], raised),
        "to_value": words(PRIORITIES[1:], raised),
        "actor_id": agent_ids(np.where(log.actor == ACTORS.index("agent"), log.agent, NOBODY)),
        "actor_kind": words(ACTORS, log.actor),
        "from_tier": words(TIERS, log.from_tier - 1),
        "to_tier": words(TIERS, log.to_tier - 1),
        "to_team": words([team.name for team in TEAMS], log.team_of(world.agents)),
    }


def visits(world: World) -> Columns:
    """One row per truck roll, those booked and not yet done included."""
    table, end = world.visits, world.clock.end
    settled, arrived = table.settled < end, table.arrived < end
    done = settled & (table.outcome <= PARTIAL)
    n = len(table.created)
    return {
        "visit_id": world.ids.jobs(np.arange(n)),
        "ticket_id": world.ids.tickets(table.ticket),
        "account_id": world.ids.accounts(table.subscriber),
        "location_id": world.ids.premises(table.subscriber),
        "purpose": words(PURPOSES, table.purpose),
        "created_at": instants(table.created),
        "scheduled_start": instants(table.window),
        "scheduled_end": instants(table.window + SLOT_HOURS * HOUR),
        "dispatched_at": instants(table.dispatched, end),
        "arrived_at": instants(table.arrived, end),
        "completed_at": instants(np.where(done, table.settled, NEVER)),
        "outcome": words(OUTCOMES, np.where(settled, table.outcome, NOBODY)),
        "fault_found": words(FAULTS, np.where(settled, table.fault, NOBODY)),
        "avoidable": words(AVOIDABLE, np.where(settled, table.avoidable, NOBODY)),
        "labour_s": numbers(np.where(done, table.settled - np.where(done, table.arrived, 0), 0), done),
        "travel_km": numbers(table.travel_km, arrived),
        "technician_id": technicians(table, world.block),
        "booked_by_agent_id": agent_ids(world.booked_by),
        "employer": words(("in_house", "contractor"), table.contractor.astype(np.int64)),
    }


def invitations(world: World) -> Columns:
    """One row per survey that was sent."""
    table = world.surveys
    return {
        "invite_id": world.ids.surveys(np.arange(len(table.sent))),
        "sent_at": instants(table.sent),
        "contact_id": world.ids.contacts(world.contacts, table.contact),
        "ticket_id": world.ids.tickets(table.ticket),
        "account_id": world.ids.accounts(table.subscriber),
        "channel": words(VIA, table.via),
    }


def responses(world: World) -> Columns:
    """One row per survey that was answered."""
    table = world.surveys
    rows = np.flatnonzero(table.answered)
    low, high = np.array(SCALES, dtype=np.int64).T
    kind = table.kind[rows]
    return {
        "response_id": world.ids.surveys(rows),
        "invite_id": world.ids.surveys(rows),
        "contact_id": world.ids.contacts(world.contacts, table.contact[rows]),
        "ticket_id": world.ids.tickets(table.ticket[rows]),
        "account_id": world.ids.accounts(table.subscriber[rows]),
        "kind": words(SURVEY_KINDS, kind),
        "scale_min": numbers(low[kind]),
        "scale_max": numbers(high[kind]),
        "score": numbers(table.score[rows]),
        "responded_at": instants(table.responded[rows]),
        "channel": words(VIA, table.via[rows]),
    }
