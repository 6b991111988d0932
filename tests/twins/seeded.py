"""A provider made at random from a seed: gaps, ties and contradictions that nobody thought of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from tests.twins.planting import Cells, Data, local

COMPLETE_UNTIL = local("2026-04-20 00:00")
FIRST = local("2026-01-05 00:00")
HOURS = 24 * 100

TYPES = (
    "opened", "assigned", "first_response", "public_reply", "internal_note", "customer_reply", "status_change",
    "escalated", "reassigned", "pending_customer", "resolved", "resolved", "resolved", "reopened", "closed",
    "cancelled", "rejected", "merged",
)  # fmt: skip
CHANNELS = ("phone", "email", "live_chat", "web_form", "sms", "walk_in", None)
REASONS = ("connectivity.slow.wifi", "connectivity.slow.line", "connectivity.down", "billing.invoice.late", "order", None)
DISPOSITIONS = (
    "answered", "answered", "answered", "answered", "abandoned_queue", "abandoned_queue", "abandoned_ivr",
    "callback_requested", "voicemail", "overflow_out", "blocked", "after_hours", "failed", "bot_contained",
    "bot_escalated", None,
)  # fmt: skip
OUTCOMES = (
    "completed_fixed", "completed_no_fault", "completed_partial", "no_access", "turned_away",
    "cancelled_before_dispatch", "cancelled_after_dispatch", None,
)  # fmt: skip
LOSSES = ("voluntary", "voluntary", "involuntary_nonpay", "move_out_of_area", "move_transfer", "deceased", None)
Thing = TypeVar("Thing")


def seeded(seed: int) -> Data:
    """The rows of the provider that this seed makes; the same for every run."""
    dice = Dice(seed)
    tickets, events = _tickets(dice)
    contacts, legs = _contacts(dice)
    visits, steps = _visits(dice)
    return Data(
        {
            "subscriber": _subscribers(dice),
            "account": _accounts(dice),
            "location": _locations(dice),
            "service": _services(dice),
            "churn_event": _churn(dice),
            "subscriber_snapshot": _snapshots(dice),
            "ticket": tickets,
            "ticket_event": events,
            "contact": contacts,
            "contact_leg": legs,
            "queue_interval": _intervals(dice),
            "truck_roll": visits,
            "truck_roll_event": steps,
            "survey_response": _answers(dice),
        },
        COMPLETE_UNTIL,
    )


class Dice:
    """Random choices in the words of the data."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self, things: Sequence[Thing]) -> Thing:
        """Any of them."""
        return self._random.choice(things)

    def chance(self, share: float) -> bool:
        """True in this share of the throws."""
        return self._random.random() < share

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends possible."""
        return self._random.randint(low, high)

    def maybe(self, thing: Thing, share: float = 0.85) -> Thing | None:
        """The thing, or nothing."""
        return thing if self.chance(share) else None

    def moment(self) -> datetime:
        """An instant of the data's span, often on a full hour so that many coincide."""
        at = FIRST + timedelta(hours=self.number(0, HOURS))
        return at if self.chance(0.4) else at + timedelta(seconds=self.number(0, 3599))

    def later(self, at: datetime) -> datetime:
        """The same instant or some seconds, minutes, hours or days after it."""
        step = self.one((0, 1, 60, 600, 1800, 3600, 86_400, 3 * 86_400))
        return at + timedelta(seconds=step * self.number(0, 9))

    def account(self) -> str | None:
        """An account's id, now and then none or one that nobody knows."""
        return self.maybe(f"A{self.number(0, 44)}")


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
        {"source": "billing", "location_id": f"L{number}", "region_id": "west", "tz": "UTC"}
        for number in range(10)
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


def _tickets(dice: Dice) -> tuple[list[Cells], list[Cells]]:
    tickets: list[Cells] = []
    events: list[Cells] = []
    taken: set[tuple[str, str]] = set()
    for number in range(420):
        source, name = dice.one(("helpdesk", "helpdesk", "partner")), f"T{number - dice.one((0, 0, 0, 1))}"
        if (source, name) in taken:
            continue
        taken.add((source, name))
        opened = dice.moment()
        tickets.append(
            {
                "source": source,
                "ticket_id": name,
                "opened_at": dice.maybe(opened, 0.9),
                "account_id": dice.account(),
                "origin": dice.one(("customer", "customer", "agent", "proactive_telemetry", None)),
                "channel": dice.one(CHANNELS),
                "type": dice.one(("trouble", "trouble", "billing", "internal" if dice.chance(0.2) else "order", None)),
                "reason_code": dice.one(REASONS),
                "current_status": dice.one((None, None, "resolved", "closed", "rejected" if dice.chance(0.3) else None)),
                "merged_into": f"T{dice.number(0, 400)}" if dice.chance(0.03) else None,
                "parent_ticket_id": f"T{dice.number(0, 430)}" if dice.chance(0.05) else None,
                "is_test": dice.one((False, None, dice.chance(0.1))),
                "is_spam": dice.one((False, None, dice.chance(0.1))),
                "reporter": dice.one(("customer", "employee" if dice.chance(0.1) else "customer", None)),
                "deleted": dice.chance(0.03),
            }
        )
        events += _events(dice, source, name, opened)
    return tickets, events


def _events(dice: Dice, source: str, ticket: str, opened: datetime) -> list[Cells]:
    rows: list[Cells] = []
    at = opened
    told_by = source if dice.chance(0.95) else dice.one(("eventlog", "partner"))
    for position in range(dice.number(0, 8)):
        at = dice.later(at)
        kind = dice.one(TYPES)
        tiered = kind in ("escalated", "assigned", "reassigned", "opened")
        rows.append(
            {
                "source": told_by,
                "ticket_id": ticket,
                "seq": dice.maybe(position, 0.5),
                "at": at,
                "type": kind,
                "actor_kind": dice.one(("agent", "agent", "system", "customer", "bot", None)),
                "from_tier": dice.one(("0", "1", "2", None, None)) if tiered else None,
                "to_tier": dice.one(("1", "1", "2", "3", "vendor", None)) if tiered else None,
                "reopens": dice.chance(0.3) if kind in ("assigned", "resolved", "internal_note") else None,
                "deleted": dice.chance(0.03),
            }
        )
    return rows


def _contacts(dice: Dice) -> tuple[list[Cells], list[Cells]]:
    contacts: list[Cells] = []
    legs: list[Cells] = []
    taken: set[tuple[str, str]] = set()
    for number in range(520):
        source, name = dice.one(("acd", "acd", "chat")), f"C{number - dice.one((0, 0, 0, 1))}"
        if (source, name) in taken:
            continue
        taken.add((source, name))
        entered = dice.moment()
        queued = dice.maybe(entered + timedelta(seconds=dice.number(0, 20)))
        what = dice.one(DISPOSITIONS)
        wait = dice.number(0, 40)
        answered = (queued or entered) + timedelta(seconds=wait)
        is_answered = what == "answered" or dice.chance(0.02)
        contacts.append(
            {
                "source": source,
                "contact_id": name,
                "account_id": dice.account(),
                "channel": dice.one(("phone", "phone", "phone", "live_chat", "email", None)),
                "direction": dice.one(("inbound", "inbound", "inbound", "inbound", "outbound", None)),
                "queue_id": dice.one(("support", "sales", None)),
                "entered_at": entered,
                "queued_at": queued,
                "answered_at": dice.maybe(answered) if is_answered else None,
                "ended_at": dice.maybe(answered + timedelta(seconds=dice.number(0, 900) if is_answered else 0)),
                "disposition": what,
                "wait_s": dice.maybe(wait),
                "talk_s": dice.maybe(dice.number(0, 900)),
                "hold_s": dice.maybe(dice.number(0, 90)),
                "wrap_s": dice.maybe(dice.number(0, 90)),
                "resolved_flag": dice.one((True, False, None)),
                "callback_of": f"C{dice.number(0, 500)}" if dice.chance(0.1) else None,
                "deleted": dice.chance(0.03),
            }
        )
        legs += _legs(dice, source, name, entered)
    return contacts, legs


def _legs(dice: Dice, source: str, contact: str, entered: datetime) -> list[Cells]:
    if dice.chance(0.8):
        return []
    return [
        {
            "source": source,
            "contact_id": contact,
            "seq": position,
            "entered_at": entered,
            "talk_s": dice.maybe(dice.number(0, 500)),
            "hold_s": dice.maybe(dice.number(0, 50)),
            "wrap_s": dice.maybe(dice.number(0, 50)),
            "deleted": dice.chance(0.05),
        }
        for position in range(1, dice.number(2, 4))
    ]


def _intervals(dice: Dice) -> list[Cells]:
    rows: dict[Any, Cells] = {}
    for _ in range(120):
        at = local("2026-01-05 00:00") + timedelta(hours=dice.number(0, HOURS), minutes=dice.one((0, 30)))
        queue = dice.one(("support", "sales", "billing", None))
        answered, abandoned, short = dice.number(0, 30), dice.number(0, 9), dice.number(0, 3)
        rows[at, queue] = {
            "source": "pbx",
            "queue_id": queue,
            "interval_start": at,
            "interval_s": 1800,
            "offered": dice.maybe(answered + abandoned + short),
            "answered": answered,
            "answered_within_t": dice.maybe(answered // 2),
            "t_s": dice.one((20, 20, 30, None)),
            "abandoned": dice.maybe(abandoned + short),
            "abandoned_within_short": dice.maybe(short),
            "short_s": dice.one((10, 10, 5, None)),
            "wait_answered_s": dice.maybe(float(answered * 15)),
            "talk_s": dice.maybe(float(answered * 200)),
            "hold_s": dice.maybe(float(answered * 10)),
            "wrap_s": dice.maybe(float(answered * 30)),
            "deleted": dice.chance(0.05),
        }
    return list(rows.values())


def _visits(dice: Dice) -> tuple[list[Cells], list[Cells]]:
    visits: list[Cells] = []
    steps: list[Cells] = []
    for number in range(200):
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
    for number in range(420):
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
                "ticket_id": f"T{dice.number(0, 430)}" if about == "ticket" else None,
                "visit_id": f"W{dice.number(0, 210)}" if about == "visit" else None,
                "channel": dice.one(("email", "sms", None)),
                "deleted": dice.chance(0.03),
            }
        )
    return rows
