"""A provider made at random from a seed: gaps, ties and contradictions that nobody thought of."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.twins.dice import FIRST, Dice
from tests.twins.hours_rows import dealt
from tests.twins.outages import random_outages
from tests.twins.planting import Cells, Data, local
from tests.twins.seeded_issues import about, asked
from tests.twins.seeded_support import agents, contacts_and_legs, intervals, queues_and_teams, tickets_and_events

COMPLETE_UNTIL = local("2026-04-20 00:00")
MONTHS = ((2026, 1), (2026, 2), (2026, 3))
"""The months asked, as year and month."""

OUTCOMES = (
    "completed_fixed", "completed_no_fault", "completed_partial", "no_access", "turned_away",
    "cancelled_before_dispatch", "cancelled_after_dispatch", None,
)  # fmt: skip
LOSSES = ("voluntary", "voluntary", "involuntary_nonpay", "move_out_of_area", "move_transfer", "deceased", None)


def seeded(seed: int) -> Data:
    """The rows of the provider that this seed makes; the same for every run."""
    dice = Dice(seed)
    tickets, events = tickets_and_events(dice)
    contacts, legs = contacts_and_legs(dice)
    visits, steps = _visits(dice)
    contacts = about(seed, contacts, tickets, visits)
    invites, resolved = asked(seed, contacts)
    outages, impacts = random_outages(seed, contacts)
    queues, teams = queues_and_teams(Dice(seed + 1000))
    hours, tickets, events = dealt(Dice(seed + 2000), tickets, events)
    return Data(
        {
            "subscriber": _subscribers(dice),
            "account": _accounts(dice),
            "location": _locations(dice),
            "service": _services(dice),
            "churn_event": _churn(dice),
            "subscriber_snapshot": _snapshots(dice),
            "agent": agents(dice),
            "ticket": tickets,
            "ticket_event": events,
            "contact": contacts,
            "contact_leg": legs,
            "outage": outages,
            "outage_impact": impacts,
            "queue_interval": intervals(dice),
            "queue": [*queues, *hours.pop("queue")],
            "team": [*teams, *hours.pop("team")],
            **hours,
            "truck_roll": visits,
            "truck_roll_event": steps,
            "survey_invite": invites,
            "survey_response": [*_answers(dice), *resolved],
        },
        COMPLETE_UNTIL,
        MONTHS,
    )


def _subscribers(dice: Dice) -> list[Cells]:
    rows: list[Cells] = []
    for number in range(40):
        joined = dice.moment() if dice.chance(0.3) else FIRST - timedelta(days=300)
        rows.append(
            {
                "source": "billing",
                "subscriber_id": f"S{number}",
                "region_id": dice.one(("north", "south", None)),
                "activated_at": joined,
                "disconnected_at": dice.later(joined) if number >= 30 and dice.chance(0.4) else None,
                "is_test": dice.one((False, False, False, False, True, None)) if number % 3 == 0 else False,
                "deleted": dice.chance(0.05),
            }
        )
    return rows


def _accounts(dice: Dice) -> list[Cells]:
    """Accounts of the first thirty subscribers; the others have none."""
    rows: list[Cells] = []
    for number in range(40):
        start: datetime | None = dice.one((None, FIRST - timedelta(days=300), dice.moment()))
        for _ in range(dice.number(1, 3)):
            end = dice.moment()
            end = end if start is None or end > start else start + timedelta(days=2)
            last = dice.chance(0.5)
            rows.append(
                {
                    "source": "billing",
                    "account_id": f"A{number}",
                    "subscriber_id": f"S{number % 30}" if dice.chance(0.9) else f"S{dice.number(0, 29)}",
                    "status": dice.one(("active", "active", "suspended_vacation", "suspended_nonpay", "disconnected")),
                    "valid_from": start,
                    "valid_to": None if last else end,
                    "deleted": dice.chance(0.03),
                }
            )
            if last:
                break
            start = end
    return rows


def _locations(dice: Dice) -> list[Cells]:
    return [
        {"source": "billing", "location_id": f"L{number}", "region_id": "west", "tz": "UTC"} for number in range(10)
    ]


def _services(dice: Dice) -> list[Cells]:
    return [
        {
            "source": "billing",
            "service_id": f"V{number}",
            "account_id": f"A{number}",
            "location_id": f"L{dice.number(0, 11)}",
            "access_tech": dice.one(("fiber_gpon", "dsl")),
            "valid_from": FIRST - timedelta(days=300),
        }
        for number in range(0, 44, 2)
    ]


def _churn(dice: Dice) -> list[Cells]:
    rows: dict[tuple[str, datetime], Cells] = {}
    for _ in range(50):
        name, at = f"S{dice.number(0, 42)}", dice.moment()
        rows[name, at] = {
            "source": "billing",
            "subscriber_id": name,
            "effective_at": at,
            "kind": dice.one(LOSSES),
            "deleted": dice.chance(0.05),
        }
    return list(rows.values())


def _snapshots(dice: Dice) -> list[Cells]:
    months = (local("2026-01-31 23:00"), local("2026-02-28 23:00"), local("2026-02-14 12:00"))
    return [
        {
            "source": "crm",
            "subscriber_id": f"S{number}",
            "as_of": at,
            "is_lost": dice.one((True, False, False, None)),
            "region_id": dice.one(("north", "south", None)),
            "deleted": dice.chance(0.05),
        }
        for at in months
        for number in range(40)
        if dice.chance(0.8)
    ]


def _visits(dice: Dice) -> tuple[list[Cells], list[Cells]]:
    visits: list[Cells] = []
    steps: list[Cells] = []
    for number in range(160):
        booked = dice.moment()
        gone = dice.later(booked)
        outcome = dice.one(OUTCOMES)
        visits.append(
            {
                "source": "dispatch",
                "visit_id": f"W{number}",
                "account_id": dice.account(),
                "purpose": dice.one(("trouble", "trouble", "trouble", "install", "maintenance", None)),
                "created_at": booked,
                "scheduled_start": dice.maybe(dice.later(booked)),
                "dispatched_at": dice.maybe(gone, 0.6),
                "arrived_at": dice.maybe(dice.later(gone), 0.5) if outcome != "cancelled_before_dispatch" else None,
                "completed_at": dice.later(gone) if (outcome or "").startswith("completed") else None,
                "outcome": outcome,
                "cost": dice.one((None, "99.50", "180", "0")),
                "currency": dice.one(("USD", "USD", None, "EUR")),
                "deleted": dice.chance(0.03),
            }
        )
        if dice.chance(0.2):
            status = dice.one(("scheduled", "dispatched", "en_route", "arrived", "rescheduled", "cancelled"))
            steps.append({"source": "dispatch", "visit_id": f"W{number}", "seq": 1, "at": gone, "status": status})
    return visits, steps


def _answers(dice: Dice) -> list[Cells]:
    rows: list[Cells] = []
    for number in range(300):
        kind = dice.one(("csat", "csat", "nps_relational", "nps_transactional", "ces"))
        scales: tuple[tuple[int | None, int | None], ...] = ((1, 5), (1, 5), (1, 10), (0, 10), (None, 5))
        low, high = dice.one(scales) if kind == "csat" else dice.one(((0, 10), (0, 10), (1, 10)))
        about = dice.one(("contact", "contact", "ticket", "visit", None))
        rows.append(
            {
                "source": dice.one(("surveys", "acd")),
                "response_id": f"Y{number}",
                "kind": kind,
                "scale_min": low,
                "scale_max": high,
                "score": dice.maybe(float(dice.number(0, (high or 5) + (1 if dice.chance(0.05) else 0))), 0.95),
                "responded_at": dice.moment(),
                "account_id": dice.account(),
                "contact_id": f"C{dice.number(0, 200)}" if about == "contact" else None,
                "ticket_id": f"T{dice.number(0, 250)}" if about == "ticket" else None,
                "visit_id": f"W{dice.number(0, 170)}" if about == "visit" else None,
                "channel": dice.one(("email", "sms", None)),
                "deleted": dice.chance(0.03),
            }
        )
    return rows
