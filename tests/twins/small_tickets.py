"""Tickets of the small provider: ordinary ones, those that do not count, and those on an edge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.twins.planting import Cells, local


class Desk:
    """Collects tickets and their events."""

    def __init__(self) -> None:
        self.tickets: list[Cells] = []
        self.events: list[Cells] = []
        self.agents: list[Cells] = []

    def ticket(self, name: str, at: str | None, *happened: Any, **more: Any) -> None:
        """A ticket opened then, with its events: (time, type) or (time, type, further fields)."""
        shape = {"origin": "customer", "channel": "email", "type": "trouble", "reason_code": "connectivity.slow.wifi"}
        source = more.get("source", "helpdesk")
        events_from = more.pop("events_from", source)
        self.tickets.append(
            {"source": source, "ticket_id": name, "opened_at": local(at) if at else None, **shape, **more}
        )
        for when, kind, *fields in happened:
            extra = fields[0] if fields else {}
            self.events.append({"source": events_from, "ticket_id": name, "at": local(when), "type": kind, **extra})


def plain(desk: Desk) -> None:
    """Ordinary tickets of several months, enough in February that shares and quantiles are shown."""
    channels = ["email", "web_form", "sms", "phone", "social", None]
    reasons = [
        "connectivity.slow.wifi",
        "connectivity.slow.line",
        "billing.invoice.dispute",
        "connectivity.down.ont",
        None,
    ]
    accounts = ["A1", "A2", "A3", "A4", "A5", "A6", "A18", None]
    for number in range(60):
        start = datetime(2026, 2, 1, 8) + timedelta(hours=9 * number, minutes=7 * number)
        done = start + timedelta(hours=2 + (number * number) % 131)
        happened: list[tuple[Any, ...]] = [
            (start.isoformat(), "opened", {"actor_kind": "customer", "to_tier": "1"}),
            ((start + timedelta(minutes=1)).isoformat(), "public_reply", {"actor_kind": "bot"}),
        ]
        if number % 7:
            answer = start + timedelta(minutes=5 + 17 * (number % 13))
            happened.append((answer.isoformat(), "public_reply", {"actor_kind": "agent"}))
        if number % 6 == 0:
            happened.append(((start + timedelta(hours=1)).isoformat(), "escalated", {"from_tier": "1", "to_tier": "2"}))
        if number % 11:
            happened.append((done.isoformat(), "resolved", {"actor_kind": "agent"}))
            happened.append(((done + timedelta(hours=6)).isoformat(), "closed", {"actor_kind": "system"}))
        desk.ticket(
            f"P{number}",
            start.isoformat(),
            *happened,
            channel=channels[number % 6],
            reason_code=reasons[number % 5],
            account_id=accounts[number % 8],
            origin="agent" if number % 10 == 9 else "customer",
        )
    resolved = ("2025-11-05 09:00", "resolved")
    desk.ticket("N1", "2025-11-03 09:00", resolved, account_id="A1", resolution_code="reset")
    desk.ticket("N2", "2025-11-20 09:00", account_id="A2", channel=None, reason_code=None)
    desk.ticket("N3", "2025-12-31 23:59", ("2026-03-01 00:00", "resolved"), account_id=None)
    desk.ticket("N4", "2026-05-15 10:00", ("2026-05-16 10:00", "resolved"), account_id="A4")
    desk.ticket("N5", "2026-05-19 10:00", account_id="A4", channel="phone")


def not_counted(desk: Desk) -> None:
    """Tickets that count nowhere or not as themselves."""
    done = ("2026-03-12 10:00", "resolved")
    at = "2026-03-12 08:00"
    desk.ticket("X1", at, done, is_test=True)
    desk.ticket("X2", at, done, is_spam=True)
    desk.ticket("X3", at, done, type="internal")
    desk.ticket("X4", at, done, reporter="employee")
    desk.ticket("X5", at, done, account_id="A20")
    desk.ticket("X6", at, done, deleted=True)
    desk.ticket("X7", at, ("2026-03-12 11:00", "rejected", {"actor_kind": "agent"}))
    desk.ticket("X8", at, current_status="rejected")
    desk.ticket("X9", at, ("2026-03-13 09:00", "merged", {"to_value": "M1"}), merged_into="M1")
    desk.ticket("X10", at, ("2026-03-13 09:30", "merged", {"to_value": "M1"}))
    desk.ticket("X11", at, merged_into="M1")
    desk.ticket("M1", "2026-03-12 07:00", ("2026-03-14 07:00", "resolved"), account_id="A3")
    # an outage's master and its two children
    desk.ticket("O1", "2026-03-20 02:00", ("2026-03-20 06:00", "resolved"), origin="proactive_outage", account_id=None)
    desk.ticket("O2", "2026-03-20 02:20", ("2026-03-20 06:00", "resolved"), parent_ticket_id="O1", account_id="A3")
    desk.ticket("O3", "2026-03-20 02:30", ("2026-03-20 06:00", "resolved"), parent_ticket_id="O1", account_id="A4")
    # called off by the customer, by an agent, and by its status alone; called off and then done after all
    desk.ticket("C1", "2026-03-15 09:00", ("2026-03-15 12:00", "cancelled", {"actor_kind": "customer"}))
    desk.ticket("C2", "2026-03-15 09:10", ("2026-03-15 12:00", "cancelled", {"actor_kind": "agent"}))
    desk.ticket("C3", "2026-03-15 09:20", current_status="cancelled")
    desk.ticket(
        "C4",
        "2026-03-15 09:30",
        ("2026-03-15 12:00", "cancelled", {"actor_kind": "customer"}),
        ("2026-03-15 13:00", "reopened", {"actor_kind": "agent"}),
        ("2026-03-15 15:00", "resolved"),
    )
    # turned down, then taken up after all
    desk.ticket(
        "C5",
        "2026-03-15 09:40",
        ("2026-03-15 10:00", "rejected"),
        ("2026-03-16 10:00", "reopened", {"actor_kind": "agent"}),
        ("2026-03-17 10:00", "resolved"),
    )


def over_by_record(desk: Desk) -> None:
    """Tickets of which their own row says more than their events, or less."""
    at, done = "2026-03-23 08:00", ("2026-03-23 12:00", "resolved")
    again = ("2026-03-24 09:00", "reopened", {"actor_kind": "agent"})
    # open again by its events, over by its row: a newer one, an older one
    for name, status in (("B1", "closed"), ("B2", "rejected"), ("B3", "cancelled")):
        desk.ticket(name, at, done, again, current_status=status)
        desk.ticket(f"{name}old", at, done, again, current_status=status, version_at=local("2026-03-23 13:00"))
    # over by its row alone; by its row and by an event, each in its own way
    desk.ticket("B4", at, current_status="resolved")
    desk.ticket("B5", at, done, current_status="cancelled")
    desk.ticket("B6", at, done, merged_into="M1")
    desk.ticket("B7", at, done, again, merged_into="M1")
    # handed on after the row was written, which says nothing about being over
    desk.ticket(
        "B8", at, ("2026-03-24 09:00", "assigned"), current_status="closed", version_at=local("2026-03-23 13:00")
    )
    desk.ticket(
        "B9",
        at,
        ("2026-03-24 09:00", "assigned", {"reopens": True}),
        current_status="closed",
        version_at=local("2026-03-23 13:00"),
    )


def edges(desk: Desk) -> None:
    """Ticket times at the edges of days, of the daylight-saving night and of sources."""
    # open across the night that has 23 hours
    desk.ticket("D1", "2026-03-07 22:00", ("2026-03-08 04:00", "resolved"), account_id="A1")
    desk.ticket("D2", "2026-03-06 16:50", ("2026-03-13 17:00", "resolved"), account_id="A2")
    # the last second of a month, the first instant of the next
    desk.ticket("E1", "2026-02-28 23:59:59", ("2026-03-01 00:00:00", "resolved"), account_id="A4")
    desk.ticket("E2", "2026-03-01 00:00:00", ("2026-03-31 23:59:59", "resolved"), account_id="A6")
    desk.ticket("E3", "2026-03-31 23:59:59", ("2026-04-01 00:00:00", "closed"), account_id="A6")
    # known by its events alone
    desk.ticket(
        "E4",
        None,
        ("2026-03-03 10:00", "opened"),
        ("2026-03-03 10:30", "assigned"),
        ("2026-03-04 10:00", "resolved"),
        account_id="A7",
    )
    # a ticket without a time is nowhere
    desk.ticket("E5", None, account_id="A7")
    # two helpdesks have a ticket 1001 each
    desk.ticket("1001", "2026-03-05 09:00", ("2026-03-05 10:00", "resolved"), account_id="A3")
    desk.ticket("1001", "2026-03-06 09:00", ("2026-03-09 10:00", "resolved"), source="partner", account_id="A4")
    # the ticket from one file, its events from another
    desk.ticket("2002", "2026-03-07 09:00", ("2026-03-07 11:00", "resolved"), events_from="eventlog", account_id="A3")
    # events of an unknown and of a deleted ticket; a deleted event
    desk.events.append({"ticket_id": "nobody", "at": local("2026-03-07 11:00"), "type": "resolved"})
    desk.ticket("E6", "2026-03-08 09:00", account_id="A3")
    desk.events.append({"ticket_id": "E6", "at": local("2026-03-08 11:00"), "type": "resolved", "deleted": True})
    # the partner's 3003 was deleted, and its events stay the partner's
    desk.ticket("3003", "2026-03-08 09:00", account_id="A3")
    desk.ticket("3003", "2026-03-07 09:00", ("2026-03-08 11:00", "resolved"), source="partner", deleted=True)
    # an event before the opening that says nothing, and one that says it was resolved
    desk.ticket("E10", "2026-03-25 10:00", ("2026-03-24 10:00", "assigned"), ("2026-03-26 10:00", "resolved"))
    desk.ticket("E11", "2026-03-25 10:00", ("2026-03-24 10:00", "resolved"))
    # resolved at the instant of opening; closed twice in one second; closed without ever being resolved
    desk.ticket("E7", "2026-03-09 09:00", ("2026-03-09 09:00", "resolved"), account_id="A3")
    desk.ticket(
        "E8",
        "2026-03-09 10:00",
        ("2026-03-09 12:00", "closed", {"seq": 2}),
        ("2026-03-09 12:00", "resolved"),
        ("2026-03-09 12:00", "closed"),
        ("2026-03-10 12:00", "closed"),
    )
    desk.ticket("E9", "2026-03-09 11:00", ("2026-03-11 12:00", "closed"), ("2026-03-11 12:30", "resolved"))
    # exactly one, three, seven and thirty days
    for days in (1, 3, 7, 30):
        opened = datetime(2026, 3, 10, 12)
        desk.ticket(f"H{days}", opened.isoformat(), ((opened + timedelta(days=days)).isoformat(), "resolved"))
        late = opened + timedelta(days=days, seconds=1)
        desk.ticket(f"L{days}", opened.isoformat(), (late.isoformat(), "resolved"))
