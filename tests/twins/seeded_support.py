"""Random tickets and contacts: events in any order, references to anything, times that coincide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.twins.dice import FIRST, HOURS, Dice
from tests.twins.planting import Cells

TYPES = (
    "opened", "assigned", "first_response", "public_reply", "internal_note", "customer_reply", "status_change",
    "escalated", "reassigned", "pending_customer", "resolved", "resolved", "resolved", "reopened", "closed",
    "cancelled", "rejected", "merged",
)  # fmt: skip
TEAMS = ("front", "back", "outside")
CHANNELS = ("phone", "email", "live_chat", "web_form", "sms", "walk_in", None)
REASONS = (
    "connectivity.slow.wifi",
    "connectivity.slow.line",
    "connectivity.down",
    "billing.invoice.late",
    "order",
    None,
)
DISPOSITIONS = (
    "answered", "answered", "answered", "answered", "abandoned_queue", "abandoned_queue", "abandoned_ivr",
    "callback_requested", "voicemail", "overflow_out", "blocked", "after_hours", "failed", "bot_contained",
    "bot_escalated", None,
)  # fmt: skip


def tickets_and_events(dice: Dice) -> tuple[list[Cells], list[Cells]]:
    tickets: list[Cells] = []
    events: list[Cells] = []
    taken: set[tuple[str, str]] = set()
    for number in range(240):
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
                "current_status": dice.one(
                    (None, None, "resolved", "closed", "rejected" if dice.chance(0.3) else None)
                ),
                "merged_into": f"T{dice.number(0, 235)}" if dice.chance(0.03) else None,
                "parent_ticket_id": f"T{dice.number(0, 250)}" if dice.chance(0.05) else None,
                "is_test": dice.one((False, None, dice.chance(0.1))),
                "is_spam": dice.one((False, None, dice.chance(0.1))),
                "reporter": dice.one(("customer", "employee" if dice.chance(0.1) else "customer", None)),
                "deleted": dice.chance(0.03),
                "version_at": dice.one((None, None, dice.later(opened))),
            }
        )
        events += _events(dice, source, name, opened)
    return tickets, events


def agents(dice: Dice) -> list[Cells]:
    """People who change teams, tiers and employers, each interval up to the next or open."""
    rows: list[Cells] = []
    for number in range(12):
        since: datetime | None = None
        for _ in range(dice.number(1, 3)):
            until = dice.moment()
            rows.append(
                {
                    "source": "hr",
                    "agent_id": f"G{number}",
                    "team": dice.one(TEAMS),
                    "tier": dice.one(("1", "1", "2", None)),
                    "employer": dice.one(("vendor", "vendor", "in_house", None)),
                    "valid_from": since,
                    "valid_to": dice.maybe(until, 0.5) if since is None or until > since else None,
                    "deleted": dice.chance(0.05),
                }
            )
            if since is not None and until <= since:
                break
            since = until
    return rows


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
                "to_tier": dice.one(("1", "1", "2", "3", "vendor", None, None)) if tiered else None,
                "from_team": dice.one((*TEAMS, None)) if tiered else None,
                "to_team": dice.one((*TEAMS, None)) if tiered else None,
                "reopens": dice.chance(0.3) if kind in ("assigned", "resolved", "internal_note") else None,
                "deleted": dice.chance(0.03),
            }
        )
    return rows


def contacts_and_legs(dice: Dice) -> tuple[list[Cells], list[Cells]]:
    contacts: list[Cells] = []
    legs: list[Cells] = []
    taken: set[tuple[str, str]] = set()
    for number in range(360):
        source, name = dice.one(("acd", "acd", "chat")), f"C{number - dice.one((0, 0, 0, 1))}"
        if (source, name) in taken:
            continue
        taken.add((source, name))
        entered = dice.moment()
        queued = dice.maybe(entered + timedelta(seconds=dice.number(0, 20)))
        what = dice.one(DISPOSITIONS)
        wait = dice.number(0, 40)
        answered = (queued or entered) + timedelta(seconds=wait)
        is_answered = what == "answered" or dice.chance(0.15)
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
                "answered_at": dice.maybe(dice.one((answered, answered, entered))) if is_answered else None,
                "ended_at": dice.maybe(answered + timedelta(seconds=dice.number(0, 900) if is_answered else 0)),
                "disposition": what,
                "wait_s": dice.maybe(wait),
                "talk_s": dice.maybe(dice.number(0, 900)),
                "hold_s": dice.maybe(dice.number(0, 90)),
                "wrap_s": dice.maybe(dice.number(0, 90)),
                "resolved_flag": dice.one((True, False, None)),
                "callback_of": f"C{dice.number(0, 370)}" if dice.chance(0.1) else None,
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
            "entered_at": entered + timedelta(seconds=dice.number(0, 300)),
            "queue_id": dice.one(("support", "sales", None)),
            "answered_at": dice.maybe(entered + timedelta(seconds=dice.number(0, 600)), 0.5),
            "ended_at": dice.maybe(entered + timedelta(seconds=dice.number(600, 1200)), 0.5),
            "wait_s": dice.maybe(dice.number(0, 40), 0.5),
            "talk_s": dice.maybe(dice.number(0, 500)),
            "hold_s": dice.maybe(dice.number(0, 50)),
            "wrap_s": dice.maybe(dice.number(0, 50)),
            "deleted": dice.chance(0.05),
        }
        for position in range(1, dice.number(2, 4))
    ]


def intervals(dice: Dice) -> list[Cells]:
    rows: dict[Any, Cells] = {}
    for _ in range(120):
        at = FIRST + timedelta(hours=dice.number(0, HOURS), minutes=dice.one((0, 30)))
        queue = dice.one(("support", "sales", "billing", None))
        answered, abandoned, short = dice.number(0, 30), dice.number(0, 9), dice.number(0, 3)
        rows[at, queue] = {
            "source": "pbx",
            "queue_id": queue,
            "interval_start": at,
            "interval_s": 1800,
            "offered": dice.maybe(answered + abandoned + short),
            "answered": dice.maybe(answered),
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


def queues_and_teams(dice: Dice) -> tuple[list[Cells], list[Cells]]:
    """What is stated of some queues and teams, by interval; gaps and all."""
    queues: dict[Any, Cells] = {}
    for _ in range(8):
        name, start = dice.one(("support", "sales", "billing")), dice.maybe(dice.moment())
        queues[name, start] = {
            "source": "setup",
            "queue_id": name,
            "service_level_s": dice.one((10, 20, 30, None)),
            "short_abandon_s": dice.one((5, 10, None)),
            "valid_from": start,
            "valid_to": dice.maybe(dice.later(start or FIRST)),
            "deleted": dice.chance(0.05),
        }
    teams: dict[Any, Cells] = {}
    for _ in range(4):
        name, start = dice.one(TEAMS), dice.maybe(dice.moment())
        teams[name, start] = {
            "source": "setup",
            "team": name,
            "tier": dice.one(("0", "1", "2", None)),
            "valid_from": start,
            "valid_to": dice.maybe(dice.later(start or FIRST)),
            "deleted": dice.chance(0.05),
        }
    return list(queues.values()), list(teams.values())
