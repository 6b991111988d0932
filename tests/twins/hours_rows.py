"""Opening hours, places and promises of the providers that twins are tried on."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.twins.dice import FIRST, Dice
from tests.twins.planting import ZONE, Cells, local
from tests.twins.small_tickets import Desk

LORD_HOWE = "Australia/Lord_Howe"


def hours(calendar: str, days: str, opens: str, closes: str, zone: str = ZONE, **more: Any) -> list[Cells]:
    """Weekly hours of a calendar, a row for each weekday."""
    shape = {"source": "setup", "calendar_id": calendar, "tz": zone, "opens": opens, "closes": closes, **more}
    return [{**shape, "weekday": int(day)} for day in days]


def small_calendars() -> list[Cells]:
    """A day desk with holidays whose hours change twice, a night desk, and one far away that is known for a while."""
    spring, summer = local("2026-03-01 00:00"), local("2026-04-01 12:00")
    return [
        *hours("day", "12345", "08:00", "17:00"),
        *hours("day", "6", "09:00", "12:00", valid_to=spring),
        *hours("day", "12", "06:00", "20:00", valid_from=spring),
        *hours("day", "1", "10:00", "12:00", valid_from=summer),
        *hours("day", "1", "13:00", "24:00", valid_from=summer),
        {"source": "setup", "calendar_id": "day", "tz": ZONE, "holiday": date(2026, 2, 16)},
        {"source": "setup", "calendar_id": "day", "holiday": date(2026, 3, 9)},
        *hours("night", "1234567", "22:00", "06:00"),
        {"source": "setup", "calendar_id": "night", "tz": ZONE, "holiday": date(2026, 2, 10)},
        *hours("howe", "1234567", "09:00", "17:30", LORD_HOWE, valid_from=local("2026-02-05 00:00")),
        *hours("howe", "1234567", "00:00", "00:00", LORD_HOWE, deleted=True),
    ]


def small_places() -> tuple[list[Cells], list[Cells]]:
    """Queues and teams with calendars: stated for the queue, by its team, by a team of that name, for all the rest."""
    moved = local("2026-02-20 10:00")
    queues: list[Cells] = [
        {"source": "setup", "queue_id": "support", "calendar_id": "day"},
        {"source": "setup", "queue_id": "tier2", "team": "nights"},
        {"source": "setup", "queue_id": "*", "calendar_id": "night", "valid_from": local("2026-02-12 00:00")},
        {"source": "setup", "queue_id": "*", "calendar_id": "nowhere", "valid_from": local("2026-04-10 00:00")},
    ]
    teams: list[Cells] = [
        {"source": "setup", "team": "nights", "calendar_id": "night", "valid_to": moved},
        {"source": "setup", "team": "nights", "calendar_id": "day", "valid_from": moved},
        {"source": "setup", "team": "field", "calendar_id": "howe"},
    ]
    return queues, teams


def small_policies() -> list[Cells]:
    def policy(name: str, clock: str, target: int, **more: Any) -> Cells:
        return {"source": "setup", "policy_id": name, "clock": clock, "target_s": target, **more}

    spring = local("2026-03-01 00:00")
    return [
        policy("answer", "first_response", 3600, calendar_id="day"),
        policy("answer", "first_response", 1800, calendar_id="day", valid_from=spring),
        policy("solve", "resolution", 28_800, calendar_id="day", pauses_on="pending held"),
        policy("solve-high", "resolution", 86_400, priority="High", pauses_on="pending_customer"),
        policy("solve-mail", "resolution", 14_400, priority="high", channel="email", calendar_id="night"),
        policy("solve-far", "resolution", 7200, channel="sms", calendar_id="howe"),
        policy("a-twin", "resolution", 1, channel="sms", calendar_id="day", deleted=True),
        policy("gone", "first_response", 60, channel="web_form", valid_to=local("2026-02-10 00:00")),
    ]


def moved_and_waiting(desk: Desk) -> None:
    """Tickets that change hands, wait, rest and come back, over both changes of the clocks and beyond a year's end."""
    month: list[Cells] = []
    for number, row in enumerate(desk.tickets):
        changed = {
            "queue_id": ("support", None, "unknown", "tier2")[number % 4],
            "priority": ("high", "low", None)[number % 3],
        }
        month.append({**row, **changed})
    desk.tickets[:] = month
    shape = {"account_id": "A1", "queue_id": "support", "priority": "high"}
    agent = {"actor_kind": "agent"}
    desk.ticket(
        "HR1", "2026-02-13 16:50",
        ("2026-02-13 16:55", "assigned", {"to_team": "tier2"}), ("2026-02-16 09:00", "pending_customer"),
        ("2026-02-16 09:30", "public_reply", agent), ("2026-02-17 11:00", "customer_reply"),
        ("2026-02-20 12:00", "reassigned", {"to_team": "field"}), ("2026-02-21 15:00", "held"),
        ("2026-02-21 16:00", "customer_reply"), ("2026-02-22 09:00", "status_change", {"to_value": "In progress"}),
        ("2026-02-23 09:00", "resolved", agent), **shape,
    )  # fmt: skip
    desk.ticket(
        "HR2", "2026-03-06 16:50",
        ("2026-03-07 23:00", "priority_change", {"from_value": "low", "to_value": "high"}),
        ("2026-03-09 08:20", "public_reply", agent), ("2026-03-10 08:00", "resolved", agent),
        ("2026-03-12 08:00", "reopened"), ("2026-03-12 09:00", "status_change", {"to_value": "Pending-Customer"}),
        ("2026-03-13 09:00", "resolved", agent), **shape,
    )  # fmt: skip
    desk.ticket(
        "HR3",
        "2026-03-02 09:00",
        ("2026-03-02 09:10", "status_change", {"to_value": "held"}),
        **{**shape, "priority": "low"},
    )
    desk.ticket(
        "HR4", "2026-03-02 09:00", ("2026-03-02 09:00", "first_response"), ("2026-03-02 09:05", "closed"), **shape
    )
    desk.ticket(
        "HR5",
        "2026-03-02 12:00",
        ("2026-03-02 12:00", "resolved", agent),
        **{**shape, "channel": "sms", "queue_id": None},
    )
    assigned = ("2026-03-03 13:00", "assigned", {"from_team": "field", "to_team": "nights"})
    resolved = ("2026-03-05 13:00", "resolved", agent)
    desk.ticket("HR6", "2026-03-03 12:00", assigned, resolved, **{**shape, "channel": "sms"})
    desk.ticket(
        "HR7",
        "2025-11-10 09:00",
        ("2026-03-20 09:00", "public_reply", agent),
        ("2026-03-21 09:00", "resolved", agent),
        **shape,
    )


def dealt(
    dice: Dice, tickets: list[Cells], events: list[Cells]
) -> tuple[dict[str, list[Cells]], list[Cells], list[Cells]]:
    """Random calendars, places and promises, and the tickets and events with what these ask for."""
    calendars: dict[Any, Cells] = {}
    for name in ("one", "two"):
        for _ in range(dice.number(6, 14)):
            opens = f"{dice.one((0, 4, 8, 12, 22)):02}:{dice.one((0, 30)):02}"
            start = dice.one((None, None, dice.moment()))
            row = hours(name, str(dice.number(1, 7)), opens, f"{dice.one((6, 9, 17, 20, 24)):02}:00", valid_from=start)[
                0
            ]
            ends = dice.maybe(None, 0.8) if start is None else None
            calendars[name, row["weekday"], opens, start] = {**row, "valid_to": ends, "deleted": dice.chance(0.05)}
        for _ in range(4):
            day = dice.moment().date()
            calendars[name, day] = {"source": "setup", "calendar_id": name, "tz": ZONE, "holiday": day}
    queues: dict[Any, Cells] = {}
    teams: dict[Any, Cells] = {}
    for _ in range(7):
        start = dice.one((None, dice.moment()))
        till = dice.maybe(dice.later(start or FIRST), 0.3)
        shape = {
            "source": "setup",
            "valid_from": start,
            "valid_to": till,
            "calendar_id": dice.one(("one", "two", "one", None, "gone")),
        }
        queue, team = dice.one(("desk", "*", "front", "support")), dice.one(("front", "back"))
        takes = {"team": dice.one((None, "back")), "channel": dice.one((None, "phone", "email"))}
        queues[queue, start] = {**shape, **takes, "queue_id": queue}
        teams[team, start] = {**shape, "team": team}
    policies: dict[Any, Cells] = {}
    for number in range(8):
        start = dice.one((None, None, dice.moment()))
        policies[number % 5, start] = {
            "source": "setup",
            "policy_id": f"P{number % 5}",
            "clock": ("first_response", "resolution")[number % 5 % 2],
            "target_s": dice.one((1800, 7200, 28_800, 200_000)),
            "calendar_id": dice.one(("one", "two", None, "gone")),
            "pauses_on": dice.one((None, "pending", "held pending_customer", "waiting")),
            "priority": dice.one((None, None, "high")),
            "channel": dice.one((None, None, "email", "phone")),
            "valid_from": start,
            "valid_to": dice.maybe(dice.later(start or FIRST), 0.2),
            "deleted": dice.chance(0.05),
        }
    said: list[Cells] = [
        {**row, "queue_id": dice.one(("desk", "other", None)), "priority": dice.one(("High", "low", None))}
        for row in tickets
    ]
    told = [
        {**row, "to_value": dice.one(("Waiting", "Pending Customer", "held", "open", None))}
        if row["type"] == "status_change"
        else row
        for row in events
    ]
    stated = {"business_calendar": list(calendars.values()), "sla_policy": list(policies.values())}
    return {**stated, "queue": list(queues.values()), "team": list(teams.values())}, said, told
