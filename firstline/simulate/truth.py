"""The truth of a simulated provider: monthly totals counted from the events in memory, and what was planted.

It is written outside the import folder and no product room may read it: detection and figures are scored
against it. Nothing here looks at an export; months are local calendar months.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from firstline.simulate.churn import NONPAY, VOLUNTARY
from firstline.simulate.columns import NEVER, Flags, Ints, iso
from firstline.simulate.contacts import (
    ABANDONED,
    ABANDONED_IVR,
    AFTER_HOURS,
    ANSWERED,
    CHAT,
    PHONE,
)
from firstline.simulate.drivers import DRIVERS, KINDS, WIFI
from firstline.simulate.gateways import GATEWAYS
from firstline.simulate.people import MIX_TEAM, REPEAT_TEAM, TEAMS
from firstline.simulate.surveys import CSAT, NPS_RELATION, NPS_TICKET
from firstline.simulate.surveys import KINDS as KINDS_OF_SURVEYS
from firstline.simulate.tickets import NORMAL
from firstline.simulate.truth_mistakes import mistakes_of
from firstline.simulate.truth_months import by_month
from firstline.simulate.truth_outages import children_of, outages_of
from firstline.simulate.truth_people import agents_of
from firstline.simulate.truth_selfservice import kept_without_help, self_service
from firstline.simulate.truth_telemetry import sizes_of_faults
from firstline.simulate.truth_texts import lacking_of
from firstline.simulate.vendor_reports import vendor_work
from firstline.simulate.visits import NO_ACCESS, TROUBLE
from firstline.simulate.world import World

SHORT_S, TARGET_S = 10, 20
"""Short abandon and answered-within limits of the totals: the product's defaults."""

Totals = dict[str, list[float]]


def truth_of(world: World) -> dict[str, Any]:
    """A JSON-ready record: months, totals by month (lists in the order of months), planted truths, rates."""
    totals = {
        **_tickets(world),
        **_contacts(world, PHONE),
        **_contacts(world, CHAT),
        **self_service(world),
        **_visits(world),
        **_subscribers(world),
        **_surveys(world),
    }
    return {
        "simulated": True,
        "zone": world.clock.zone.key,
        "first_day": world.clock.first.isoformat(),
        "day_after_last": world.clock.last.isoformat(),
        "months": list(world.clock.month_names),
        "totals": totals,
        "ticket_types": _by_kind(world),
        "drivers": _by_driver(world),
        "planted": _planted(world),
        "mistakes": mistakes_of(world),
        "agents": agents_of(world.agents),
        "vendor_work": vendor_work(world, counted_tickets(world)),
        "telemetry": sizes_of_faults(world.planted, world.rates),
        "kept_without_help": kept_without_help(world),
        "outages": outages_of(world),
        "rates": asdict(world.rates),
    }


def counted_tickets(world: World) -> Flags:
    """Tickets that figures count: no master, test, spam or internal ones, and none merged before the end."""
    tickets = world.tickets
    counted: Flags = (tickets.nature == NORMAL) & (tickets.merged >= world.clock.end)
    return counted


def final_solution(world: World) -> Ints:
    """When each ticket was solved for good, as known at the end of the span; NEVER where it was not."""
    tickets, end = world.tickets, world.clock.end
    reopened = tickets.reopened < end
    last = np.where(reopened, tickets.solved_again, tickets.solved)
    return np.where(last < end, last, NEVER)


def _tickets(world: World) -> Totals:
    tickets, end = world.tickets, world.clock.end
    counted, final = counted_tickets(world), final_solution(world)
    everything = np.ones(len(counted), dtype=np.bool_)
    edges = [*world.clock.month_starts[1:].tolist(), end]
    return {
        "tickets_opened_with_excluded": by_month(world, tickets.opened, everything),
        "tickets_opened": by_month(world, tickets.opened, counted),
        "tickets_first_solved": by_month(world, tickets.solved, counted),
        "tickets_first_solved_and_reopened": by_month(world, tickets.solved, counted & (tickets.reopened < end)),
        "tickets_solved": by_month(world, final, counted),
        "tickets_solved_after_escalation": by_month(world, final, counted & (tickets.escalated < end)),
        "tickets_cancelled": by_month(world, tickets.cancelled, counted),
        "solution_time_s": by_month(world, final, counted, np.where(final < NEVER, final - tickets.opened, 0)),
        "tickets_open_at_end": [int((counted & _open_at(world, edge)).sum()) for edge in edges],
    }


def _open_at(world: World, instant: int) -> Flags:
    tickets = world.tickets
    pending_again = (tickets.reopened <= instant) & (tickets.solved_again > instant)
    done = (tickets.solved <= instant) & ~pending_again
    return (tickets.opened <= instant) & (tickets.cancelled > instant) & (tickets.merged > instant) & ~done


def _contacts(world: World, channel: int) -> Totals:
    contacts = world.contacts
    mine = contacts.channel == channel
    answered = mine & (contacts.disposition == ANSWERED)
    abandoned = mine & (contacts.disposition == ABANDONED)
    at, name = contacts.entered, {PHONE: "calls", CHAT: "chats"}[channel]
    return {
        f"{name}_entered": by_month(world, at, mine),
        f"{name}_answered": by_month(world, at, answered),
        f"{name}_answered_within_{TARGET_S}s": by_month(world, at, answered & (contacts.wait_s <= TARGET_S)),
        f"{name}_abandoned": by_month(world, at, abandoned),
        f"{name}_abandoned_within_{SHORT_S}s": by_month(world, at, abandoned & (contacts.wait_s <= SHORT_S)),
        f"{name}_abandoned_ivr": by_month(world, at, mine & (contacts.disposition == ABANDONED_IVR)),
        f"{name}_after_hours": by_month(world, at, mine & (contacts.disposition == AFTER_HOURS)),
        f"{name}_wait_answered_s": by_month(world, at, answered, contacts.wait_s),
        f"{name}_talk_s": by_month(world, at, answered, contacts.talk_s),
        f"{name}_hold_s": by_month(world, at, answered, contacts.hold_s),
        f"{name}_wrap_s": by_month(world, at, answered, contacts.wrap_s),
    }


def _visits(world: World) -> Totals:
    visits = world.visits
    trouble = visits.purpose == TROUBLE
    return {
        "truck_rolls": by_month(world, visits.dispatched, trouble),
        "truck_rolls_without_access": by_month(world, visits.dispatched, trouble & (visits.outcome == NO_ACCESS)),
        "other_jobs_dispatched": by_month(world, visits.dispatched, ~trouble),
    }


def _subscribers(world: World) -> Totals:
    """Active at a local midnight: activated by then and not disconnected by then."""
    clock, people = world.clock, world.subscribers
    first = int(clock.day(np.array([clock.start]))[0])
    days = int(clock.day(np.array([clock.end]))[0]) - first
    activated = np.clip(people.activated - first, 0, days)
    left = np.clip(np.where(world.left < NEVER, world.left, first + days) - first, 0, days)
    change = np.bincount(activated, minlength=days + 1) - np.bincount(left, minlength=days + 1)
    active = np.cumsum(change)[:days]
    month = clock.month(clock.instant(np.arange(first, first + days), 0))
    starts = np.searchsorted(month, np.arange(len(clock.month_names)))
    means = np.bincount(month, active) / np.bincount(month)
    departures = world.departures
    counted = (departures.kind == VOLUNTARY) | (departures.kind == NONPAY)
    return {
        "subscribers_at_start": active[starts].tolist(),
        "subscribers_mean_of_days": means.tolist(),
        "subscribers_joined": by_month(world, people.active_from, people.activated > first),
        "subscribers_lost": by_month(world, departures.effective_at, counted),
        "subscribers_left_for_any_reason": by_month(world, departures.effective_at, departures.leaves),
    }


def _surveys(world: World) -> Totals:
    """Answers by the month in which they were given."""
    surveys = world.surveys
    totals: Totals = {"surveys_sent": by_month(world, surveys.sent, surveys.sent < NEVER)}
    csat = surveys.answered & (surveys.kind == CSAT)
    totals["csat_answers"] = by_month(world, surveys.responded, csat)
    totals["csat_answers_4_or_5"] = by_month(world, surveys.responded, csat & (surveys.score >= 4))
    totals["csat_points"] = by_month(world, surveys.responded, csat, surveys.score)
    for kind, name in ((NPS_TICKET, "nps_transactional"), (NPS_RELATION, "nps_relational")):
        answers = surveys.answered & (surveys.kind == kind)
        totals[f"{name}_answers"] = by_month(world, surveys.responded, answers)
        totals[f"{name}_promoters"] = by_month(world, surveys.responded, answers & (surveys.score >= 9))
        totals[f"{name}_detractors"] = by_month(world, surveys.responded, answers & (surveys.score <= 6))
    return totals


def _by_kind(world: World) -> Totals:
    tickets, counted = world.tickets, counted_tickets(world)
    return {name: by_month(world, tickets.opened, counted & (tickets.kind == row)) for row, name in enumerate(KINDS)}


def _by_driver(world: World) -> Totals:
    tickets, counted = world.tickets, counted_tickets(world)
    return {
        driver.code: by_month(world, tickets.opened, counted & (tickets.driver == row))
        for row, driver in enumerate(DRIVERS)
    }


def _planted(world: World) -> dict[str, Any]:
    outage, port, release = world.planted.outage, world.planted.port, world.planted.release
    initiative, change = world.planted.initiative, world.planted.survey_change
    return {
        "area_outage": outage
        and {
            "element": outage.element,
            "region": outage.region,
            "onset": iso(outage.onset),
            "restored": iso(outage.restored),
            "subscribers": world.ids.customers(
                world.cut_offs.subscriber[world.outages.planted[world.cut_offs.outage]]
            ).to_pylist(),
            "child_tickets": int(children_of(world)[world.outages.planted].sum()),
        },
        "failing_pon_port": port
        and {
            "element": port.element,
            "region": port.region,
            "since": iso(port.since),
            "subscribers": world.ids.customers(port.affected).to_pylist(),
            "extra_issues_per_month": world.rates.port_issues_per_month,
        },
        "repeat_team": {
            "team": REPEAT_TEAM,
            "factor": world.rates.repeat_team_factor,
            "solved_and_failed_by_team": _failures(world),
        }
        if world.rates.repeat_team_factor != 1
        else None,
        "team_with_hard_calls": {"team": MIX_TEAM, "share_of_hard_calls_routed": world.rates.hard_calls_routed}
        if world.rates.hard_calls_routed
        else None,
        "lacking_drivers": lacking_of(world),
        "initiative": initiative
        and {
            "regions": list(initiative.regions),
            "since": iso(initiative.since),
            "truck_rolls_cut": initiative.cut,
        },
        "firmware_release": release
        and {
            "model": GATEWAYS[release.model].model,
            "firmware": GATEWAYS[release.model].after,
            "since": iso(release.since),
            "driver": WIFI,
            "factor": release.factor,
        },
        "survey_change": change
        and {
            "since": iso(change.since),
            "questionnaire": KINDS_OF_SURVEYS[CSAT],
            "from": "sms",
            "to": "email",
            "points": change.points,
            "responds": change.responds,
        },
    }


def _failures(world: World) -> dict[str, list[int]]:
    """By team: tickets solved after the first contact, and how many of those solutions were none."""
    tickets = world.tickets
    solved = counted_tickets(world) & (tickets.solved < world.clock.end) & tickets.can_fail
    team = np.where(solved, world.agents.team[tickets.solver], 0)
    return {
        item.name: [int((solved & (team == row)).sum()), int((solved & (team == row) & tickets.failed).sum())]
        for row, item in enumerate(TEAMS)
    }
