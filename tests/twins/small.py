"""A small provider made by hand, each row for a reason: every trap that a KPI of this issue can fall into."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.twins.planting import Cells, Data, local

COMPLETE_UNTIL = local("2026-05-20 00:00")
FIRST_DAY = local("2025-11-01 00:00")
"""The month of January 2026 is empty on purpose; the clocks change on 2026-03-08."""


def small() -> Data:
    """The rows of the provider, by entity."""
    tickets, events = _tickets()
    return Data(
        {
            "subscriber": _subscribers(),
            "account": _accounts(),
            "location": _locations(),
            "service": _services(),
            "churn_event": _churn(),
            "subscriber_snapshot": _snapshots(),
            "ticket": tickets,
            "ticket_event": events,
            "contact": _contacts(),
            "contact_leg": _legs(),
            "queue_interval": _intervals(),
            "truck_roll": _visits(),
            "truck_roll_event": _visit_events(),
            "survey_response": _answers(),
        },
        COMPLETE_UNTIL,
    )


def _subscribers() -> list[Cells]:
    def row(name: str, region: str | None, since: str, until: str | None = None, **more: Any) -> Cells:
        left = local(until) if until else None
        return {
            "source": "billing",
            "subscriber_id": name,
            "region_id": region,
            "activated_at": local(since),
            "disconnected_at": left,
            "is_test": False,
            **more,
        }

    old = "2024-05-01 09:00"
    return [
        row("S1", "north", old),
        row("S2", "north", old),
        row("S3", "south", old),
        row("S4", "south", old),
        row("S5", None, old),
        # joins in the middle of a month; joins at local midnight of the first
        row("S6", "north", "2025-12-15 10:00"),
        row("S7", "south", "2026-02-01 00:00"),
        # leaves in the middle of a month; leaves at local midnight of the first
        row("S8", "north", old, "2026-02-15 12:00"),
        row("S9", "south", old, "2026-03-01 00:00"),
        # leaves and is back after 10 days; leaves and is back after 40
        row("S10", "north", old),
        row("S11", "south", old),
        # new and lost in one month
        row("S12", "north", "2026-04-03 09:00", "2026-04-20 09:00"),
        # cut off for not paying, lost a month later
        row("S13", "south", old, "2026-04-10 00:00"),
        # moves away, moves within, dies, changes plan
        row("S14", "north", old, "2026-02-10 00:00"),
        row("S15", "north", old),
        row("S16", "south", old, "2026-02-12 00:00"),
        row("S17", "south", old),
        # on vacation; never had an account row; a test customer; a deleted row
        row("S18", "north", old),
        row("S19", "north", old, "2026-03-20 00:00"),
        row("S20", "north", old, is_test=True),
        row("S21", "north", old, deleted=True),
    ]


def _accounts() -> list[Cells]:
    def row(
        name: str, holder: str, status: str | None, since: str | None, until: str | None = None, **more: Any
    ) -> Cells:
        return {
            "source": "billing",
            "account_id": name,
            "subscriber_id": holder,
            "status": status,
            "valid_from": local(since) if since else None,
            "valid_to": local(until) if until else None,
            **more,
        }

    old = "2024-05-01 09:00"
    return [
        row("A1", "S1", "active", None),
        # a second account of one subscriber counts once
        row("A1b", "S1", "active", old),
        # passes from one subscriber to another: facts take the one of their time
        row("A2", "S2", "active", old, "2026-03-10 00:00"),
        row("A2", "S3", "active", "2026-03-10 00:00"),
        row("A2b", "S2", "active", old),
        row("A3", "S3", "active", old),
        row("A4", "S4", "active", old),
        row("A5", "S5", "active", old),
        row("A6", "S6", "pending", "2025-12-01 09:00", "2025-12-15 10:00"),
        row("A6", "S6", "active", "2025-12-15 10:00"),
        row("A7", "S7", "active", "2026-02-01 00:00"),
        row("A8", "S8", "active", old, "2026-02-15 12:00"),
        row("A8", "S8", "disconnected", "2026-02-15 12:00"),
        row("A9", "S9", "active", old, "2026-03-01 00:00"),
        row("A9", "S9", "disconnected", "2026-03-01 00:00"),
        row("A10", "S10", "active", old, "2026-02-05 08:00"),
        row("A10", "S10", "disconnected", "2026-02-05 08:00", "2026-02-15 08:00"),
        row("A10", "S10", "active", "2026-02-15 08:00"),
        row("A11", "S11", "active", old, "2026-02-06 08:00"),
        row("A11", "S11", "disconnected", "2026-02-06 08:00", "2026-03-18 08:00"),
        row("A11", "S11", "active", "2026-03-18 08:00"),
        row("A12", "S12", "active", "2026-04-03 09:00", "2026-04-20 09:00"),
        row("A12", "S12", "disconnected", "2026-04-20 09:00"),
        row("A13", "S13", "active", old, "2026-03-05 00:00"),
        row("A13", "S13", "suspended_nonpay", "2026-03-05 00:00", "2026-04-10 00:00"),
        row("A13", "S13", "disconnected", "2026-04-10 00:00"),
        row("A14", "S14", "active", old, "2026-02-10 00:00"),
        row("A15", "S15", "active", old),
        row("A16", "S16", "active", old, "2026-02-12 00:00"),
        row("A17", "S17", "active", old),
        row("A18", "S18", "suspended_vacation", old),
        row("A20", "S20", "active", old),
        row("A21", "S21", "active", old),
        row("A3", "S4", "active", old, deleted=True),
    ]


def _locations() -> list[Cells]:
    return [
        {"source": "billing", "location_id": "L5", "region_id": "west", "tz": "America/Denver"},
        {"source": "billing", "location_id": "L1", "region_id": "west", "tz": "America/Denver"},
    ]


def _services() -> list[Cells]:
    shared = {"source": "billing", "access_tech": "fiber_gpon", "plan_down_mbps": 500.0, "plan_up_mbps": 100.0}
    return [
        # S5 says no region, its place does; S1 says one, which counts before the place's
        {**shared, "service_id": "V5", "account_id": "A5", "location_id": "L5", "valid_from": None},
        {**shared, "service_id": "V1", "account_id": "A1", "location_id": "L1", "valid_from": None},
    ]


def _churn() -> list[Cells]:
    def row(name: str, at: str, kind: str, **more: Any) -> Cells:
        return {"source": "billing", "subscriber_id": name, "effective_at": local(at), "kind": kind, **more}

    return [
        row("S8", "2026-02-15 12:00", "voluntary"),
        row("S9", "2026-03-01 00:00", "voluntary"),
        row("S10", "2026-02-05 08:00", "voluntary"),
        row("S11", "2026-02-06 08:00", "voluntary"),
        row("S12", "2026-04-20 09:00", "voluntary"),
        row("S13", "2026-04-10 00:00", "involuntary_nonpay"),
        row("S14", "2026-02-10 00:00", "move_out_of_area"),
        row("S15", "2026-02-11 00:00", "move_transfer"),
        row("S16", "2026-02-12 00:00", "deceased"),
        row("S17", "2026-02-13 00:00", "product_downgrade"),
        row("S19", "2026-03-20 00:00", "voluntary"),
        row("S20", "2026-02-14 00:00", "voluntary"),
        row("S1", "2026-02-14 00:00", "voluntary", deleted=True),
    ]


def _snapshots() -> list[Cells]:
    def rows(at: str, lost: int, kept: int, region: str | None) -> list[Cells]:
        name = f"{at}-{region}"
        return [
            {
                "source": "crm",
                "subscriber_id": f"{name}-{number}",
                "as_of": local(at),
                "is_lost": number < lost,
                "region_id": region,
            }
            for number in range(lost + kept)
        ]

    unknown: list[Cells] = [
        {"source": "crm", "subscriber_id": "x", "as_of": local("2026-03-31 23:59"), "is_lost": None},
        {
            "source": "crm",
            "subscriber_id": "y",
            "as_of": local("2026-03-31 23:59"),
            "is_lost": True,
            "deleted": True,
        },
    ]
    return [
        *rows("2026-03-31 23:59", 9, 20, "north"),
        *rows("2026-03-31 23:59", 2, 8, None),
        *rows("2025-12-31 23:59", 1, 3, "south"),
        *unknown,
    ]


class _Desk:
    """Collects tickets and their events."""

    def __init__(self) -> None:
        self.tickets: list[Cells] = []
        self.events: list[Cells] = []

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
            self.events.append(
                {"source": events_from, "ticket_id": name, "at": local(when), "type": kind, **extra}
            )


def _tickets() -> tuple[list[Cells], list[Cells]]:
    desk = _Desk()
    for part in (_plain, _not_counted, _edges, _reopened, _repeats, _answered, _tiers):
        part(desk)
    return desk.tickets, desk.events


def _plain(desk: _Desk) -> None:
    """Ordinary tickets of several months, enough in February that shares and quantiles are shown."""
    channels = ["email", "web_form", "sms", "phone", "social", None]
    reasons = ["connectivity.slow.wifi", "connectivity.slow.line", "billing.invoice.dispute", "connectivity.down.ont", None]
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
            happened.append(
                ((start + timedelta(hours=1)).isoformat(), "escalated", {"from_tier": "1", "to_tier": "2"})
            )
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
    desk.ticket("N1", "2025-11-03 09:00", ("2025-11-05 09:00", "resolved"), account_id="A1")
    desk.ticket("N2", "2025-11-20 09:00", account_id="A2", channel=None, reason_code=None)
    desk.ticket("N3", "2025-12-31 23:59", ("2026-03-01 00:00", "resolved"), account_id=None)
    desk.ticket("N4", "2026-05-15 10:00", ("2026-05-16 10:00", "resolved"), account_id="A4")
    desk.ticket("N5", "2026-05-19 10:00", account_id="A4", channel="phone")


def _not_counted(desk: _Desk) -> None:
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


def _edges(desk: _Desk) -> None:
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
    desk.ticket(
        "2002", "2026-03-07 09:00", ("2026-03-07 11:00", "resolved"), events_from="eventlog", account_id="A3"
    )
    # events of an unknown and of a deleted ticket; a deleted event
    desk.events.append({"ticket_id": "nobody", "at": local("2026-03-07 11:00"), "type": "resolved"})
    desk.ticket("E6", "2026-03-08 09:00", account_id="A3")
    desk.events.append({"ticket_id": "E6", "at": local("2026-03-08 11:00"), "type": "resolved", "deleted": True})
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


def _reopened(desk: _Desk) -> None:
    """Tickets that open again, really or by automation."""
    resolved = ("2026-03-16 10:00", "resolved", {"actor_kind": "agent"})
    system = {"actor_kind": "system"}
    agent = {"actor_kind": "agent"}
    customer = {"actor_kind": "customer"}
    at = "2026-03-16 08:00"
    # really; and never resolved again
    desk.ticket("R1", at, resolved, ("2026-03-18 10:00", "reopened", agent), ("2026-03-19 10:00", "resolved"))
    desk.ticket("R2", at, resolved, ("2026-03-18 10:00", "reopened", agent))
    # reopened, then closed without being resolved
    desk.ticket("R3", at, resolved, ("2026-03-18 10:00", "reopened", agent), ("2026-03-20 10:00", "closed"))
    # 'thank you': reopened by automation, done again within the half hour, nobody wrote
    for name, actor in (("R4", system), ("R5", customer), ("R6", {"actor_kind": "bot"}), ("R7", {})):
        desk.ticket(name, at, resolved, ("2026-03-17 10:00", "reopened", actor), ("2026-03-17 10:10", "resolved"))
    # ... but by an agent; ... after half an hour; ... with a reply; ... and then a real one
    desk.ticket("R8", at, resolved, ("2026-03-17 10:00", "reopened", agent), ("2026-03-17 10:10", "resolved"))
    desk.ticket("R9", at, resolved, ("2026-03-17 10:00", "reopened", system), ("2026-03-17 10:30", "resolved"))
    desk.ticket(
        "R10",
        at,
        resolved,
        ("2026-03-17 10:00", "reopened", system),
        ("2026-03-17 10:05", "public_reply", agent),
        ("2026-03-17 10:10", "resolved"),
    )
    desk.ticket(
        "R11",
        at,
        resolved,
        ("2026-03-17 10:00", "reopened", system),
        ("2026-03-17 10:10", "resolved"),
        ("2026-03-20 10:00", "reopened", agent),
        ("2026-03-21 10:10", "resolved"),
    )
    # ... across midnight, so that the day's backlog sees it
    desk.ticket("R12", at, resolved, ("2026-03-17 23:50", "reopened", system), ("2026-03-18 00:10", "resolved"))
    # after exactly 14 days, and a second later
    desk.ticket("R13", at, resolved, ("2026-03-30 10:00", "reopened", agent))
    desk.ticket("R14", at, resolved, ("2026-03-30 10:00:01", "reopened", agent))
    # as its source marks it: an assignment after a resolution, one before, a second marked resolution
    desk.ticket(
        "R15",
        at,
        ("2026-03-16 09:00", "assigned", {"reopens": True}),
        resolved,
        ("2026-03-17 09:00", "assigned", {"reopens": True, **agent}),
        ("2026-03-17 12:00", "resolved"),
    )
    desk.ticket("R16", at, ("2026-03-16 09:00", "assigned", {"reopens": True}), resolved)
    desk.ticket("R17", at, resolved, ("2026-03-19 10:00", "resolved", {"reopens": True, **agent}))
    # a second resolution that nothing marks
    desk.ticket("R18", at, resolved, ("2026-03-19 10:00", "resolved", agent))
    # resolved and reopened in one second, without and with positions
    desk.ticket("R19", at, resolved, ("2026-03-16 10:00", "reopened", system))
    # resolved in the last two weeks: too early to say
    desk.ticket("R20", "2026-05-10 08:00", ("2026-05-10 10:00", "resolved"))
    # resolved, then merged away; resolved, then called off
    desk.ticket("R21", at, resolved, ("2026-03-17 10:00", "merged"))
    desk.ticket("R22", at, resolved, ("2026-03-17 10:00", "cancelled", customer))
    # enough ordinary ones that a rate is shown
    for number in range(20):
        desk.ticket(f"R1{number:02}x", at, resolved)


def _repeats(desk: _Desk) -> None:
    """Tickets of one account again and again."""
    slow, line, bill = "connectivity.slow.wifi", "connectivity.slow.line", "billing.invoice.dispute"
    # the same family 5 days later, another family, the same after 20 days
    desk.ticket("Q1", "2026-04-01 10:00", ("2026-04-02 10:00", "resolved"), account_id="A7", reason_code=slow)
    desk.ticket("Q2", "2026-04-06 10:00", ("2026-04-07 10:00", "resolved"), account_id="A7", reason_code=line)
    desk.ticket("Q3", "2026-04-07 10:00", account_id="A7", reason_code=bill)
    desk.ticket("Q4", "2026-04-26 10:00", account_id="A7", reason_code=slow)
    # opened long before but resolved lately; still open
    desk.ticket("Q5", "2025-12-01 10:00", ("2026-04-09 10:00", "resolved"), account_id="A15", reason_code=bill)
    desk.ticket("Q6", "2026-04-12 10:00", account_id="A15", reason_code=bill)
    desk.ticket("Q7", "2026-04-29 10:00", account_id="A17", reason_code=bill)
    # without a reason, beside connectivity and beside billing; without any reason twice
    desk.ticket("Q8", "2026-04-10 10:00", account_id="A11", reason_code=slow)
    desk.ticket("Q9", "2026-04-11 10:00", account_id="A11", reason_code=None)
    desk.ticket("Q10", "2026-04-10 10:00", account_id="A8", reason_code=bill)
    desk.ticket("Q11", "2026-04-11 10:00", account_id="A8", reason_code=None)
    desk.ticket("Q12", "2026-04-10 10:00", account_id="A9", reason_code=None)
    desk.ticket("Q13", "2026-04-11 10:00", account_id="A9", reason_code=None)
    # a reason of one level; at the same second; exactly 7 days; across two helpdesks
    desk.ticket("Q14", "2026-04-10 10:00", account_id="A10", reason_code="order")
    desk.ticket("Q15", "2026-04-12 10:00", account_id="A10", reason_code="order")
    desk.ticket("Q16", "2026-04-15 10:00", account_id="A14", reason_code=bill)
    desk.ticket("Q17", "2026-04-15 10:00", account_id="A14", reason_code=bill)
    desk.ticket("Q18", "2026-04-15 10:00", account_id="A16", reason_code=bill)
    desk.ticket("Q19", "2026-04-22 10:00", account_id="A16", reason_code=bill, source="partner")
    desk.ticket("Q20", "2026-04-29 10:00:01", account_id="A16", reason_code=bill, source="partner")
    # the earlier one is an outage's child, spam, called off
    desk.ticket("Q21", "2026-03-22 10:00", account_id="A4", reason_code=slow)
    desk.ticket("Q22", "2026-04-15 10:00", account_id="A12", reason_code=bill, is_spam=True)
    desk.ticket("Q23", "2026-04-16 10:00", account_id="A12", reason_code=bill)
    desk.ticket("Q24", "2026-04-15 10:00", ("2026-04-15 11:00", "cancelled"), account_id="A13", reason_code=bill)
    desk.ticket("Q25", "2026-04-16 10:00", account_id="A13", reason_code=bill)


def _answered(desk: _Desk) -> None:
    """First responses of every kind."""
    agent, bot = {"actor_kind": "agent"}, {"actor_kind": "bot"}
    at = "2026-04-20 16:50"
    desk.ticket("F1", at, ("2026-04-20 16:51", "first_response", bot), ("2026-04-20 18:00", "public_reply", agent))
    desk.ticket("F2", at, ("2026-04-20 17:00", "first_response", agent), ("2026-04-20 18:00", "public_reply", agent))
    desk.ticket("F3", at, ("2026-04-20 17:10", "first_response"))
    desk.ticket("F4", at, ("2026-04-20 17:20", "public_reply"))
    desk.ticket("F5", at, ("2026-04-20 17:30", "internal_note", agent))
    desk.ticket("F6", at, ("2026-04-20 17:40", "public_reply", agent), channel="phone")
    desk.ticket("F7", at, ("2026-04-20 17:50", "public_reply", agent), channel=None)
    desk.ticket("F8", at, ("2026-04-20 18:00", "public_reply", agent), origin="agent")
    desk.ticket("F9", at, ("2026-04-20 18:10", "public_reply", agent), origin=None)
    desk.ticket("F10", at, ("2026-04-20 16:50", "public_reply", agent))
    desk.ticket("F11", at, ("2026-04-20 18:10", "public_reply", {"actor_kind": "system"}))
    # over the night that has 23 hours
    desk.ticket("F12", "2026-03-06 16:50", ("2026-03-09 08:20", "public_reply", agent))


def _tiers(desk: _Desk) -> None:
    """Escalations of every kind, all resolved in April."""
    done = ("2026-04-24 10:00", "resolved")
    at = "2026-04-21 08:00"

    def first(tier: str | None) -> tuple[str, str, dict[str, str | None]]:
        return ("2026-04-21 08:05", "assigned", {"to_tier": tier})

    def up(frm: str | None, to: str | None) -> tuple[str, str, dict[str, str | None]]:
        return ("2026-04-22 08:05", "escalated", {"from_tier": frm, "to_tier": to})

    desk.ticket("G1", at, first("1"), up("1", "2"), done)
    desk.ticket("G2", at, first("1"), up("1", "vendor"), done)
    desk.ticket("G3", at, first("1"), up("1", "3"), done)
    desk.ticket("G4", at, first("1"), up("2", "3"), done)
    desk.ticket("G5", at, first("2"), up("2", "3"), done)
    desk.ticket("G6", at, up("1", "2"), done)
    desk.ticket("G7", at, first(None), done)
    desk.ticket("G8", at, first("1"), done)
    desk.ticket("G9", at, first("1"), up("1", "2"), ("2026-04-22 09:00", "escalated", {"from_tier": "1", "to_tier": "2"}), done)
    desk.ticket("G10", at, first("1"), up("1", "2"))
    desk.ticket("G11", at, first("0"), up("0", "1"), done)
    desk.ticket("G12", at, first("1"), ("2026-04-22 08:05", "reassigned", {"from_tier": "1", "to_tier": "2"}), done)
    # the ticket was opened at tier 1, which only the escalation says; the escalation names no tiers at all
    desk.ticket("G13", at, up(None, "2"), done)
    desk.ticket("G14", at, first("1"), up(None, None), done)


def _contacts() -> list[Cells]:
    rows: list[Cells] = []
    calls = iter(range(1, 1000))

    def call(at: str, disposition: str | None, wait: int | None = 5, talk: int | None = None, **more: Any) -> None:
        start = local(at)
        answered = disposition == "answered"
        talk_s = (talk if talk is not None else 200) if answered else None
        picked_up = start + timedelta(seconds=wait or 0) if answered else None
        ended = start + timedelta(seconds=(wait or 0) + (talk_s or 0))
        rows.append(
            {
                "source": "acd",
                "contact_id": f"K{next(calls)}",
                "channel": "phone",
                "direction": "inbound",
                "initiator": "customer",
                "queue_id": "support",
                "entered_at": start,
                "queued_at": start,
                "answered_at": picked_up,
                "ended_at": ended,
                "disposition": disposition,
                "wait_s": wait,
                "talk_s": talk_s,
                "hold_s": 20 if answered else None,
                "wrap_s": 40 if answered else None,
                "account_id": "A1",
                **more,
            }
        )

    _busy_month(call)
    # short, long and exactly the limit; of a wait that is not known, or only by its times
    for wait in (3, 10, 11, 200):
        call("2026-03-04 09:00", "abandoned_queue", wait)
    call("2026-03-04 09:00", "abandoned_queue", None, ended_at=None)
    call("2026-03-04 09:00", "abandoned_queue", None, ended_at=local("2026-03-04 09:00:08"))
    call("2026-03-04 09:00", "abandoned_queue", None, queued_at=None)
    # everything else that can become of a call
    for what in (
        "abandoned_ivr", "callback_requested", "voicemail", "overflow_out", "blocked", "after_hours", "failed",
        "bot_contained", "bot_escalated", None,
    ):  # fmt: skip
        call("2026-03-05 09:00", what, 30)
    # callbacks: completed, not reached, of a voicemail, of another source's contact
    call("2026-03-05 10:00", "callback_requested", 30, contact_id="CB1")
    call("2026-03-05 10:00", "callback_requested", 30, contact_id="CB2")
    call("2026-03-05 10:00", "voicemail", 30, contact_id="CB3")
    call("2026-03-05 10:00", "after_hours", None, contact_id="CB4")
    call("2026-03-05 11:00", "answered", 0, direction="outbound", callback_of="CB1")
    call("2026-03-05 11:00", "failed", 0, direction="outbound", callback_of="CB2")
    call("2026-03-05 11:00", "answered", 0, direction="outbound", callback_of="CB3")
    call("2026-03-05 11:00", "answered", 0, direction="outbound", callback_of="CB4", source="other")
    # answered at exactly T and a second later, with an unknown wait, or known by its times only
    call("2026-03-06 09:00", "answered", 20)
    call("2026-03-06 09:00", "answered", 21)
    call("2026-03-06 09:00", "answered", None, queued_at=None)
    call("2026-03-06 09:00", "answered", None, answered_at=local("2026-03-06 09:00:15"))
    # without talk, hold or wrap; a live chat; an e-mail; a walk-in; no channel; no direction; no account; no times
    call("2026-03-06 10:00", "answered", 5, talk_s=None)
    call("2026-03-06 10:00", "answered", 5, hold_s=None)
    call("2026-03-06 10:00", "answered", 5, wrap_s=None)
    call("2026-03-06 10:00", "answered", 5, channel="live_chat")
    call("2026-03-06 10:00", "answered", 5, channel="email")
    call("2026-03-06 10:00", "answered", 5, channel="walk_in")
    call("2026-03-06 10:00", "answered", 5, channel=None)
    call("2026-03-06 10:00", "answered", 5, direction=None)
    call("2026-03-06 10:00", "answered", 5, account_id=None)
    call("2026-03-06 10:00", "answered", 5, answered_at=None, ended_at=None)
    call("2026-03-06 10:00", None, 5, answered_at=local("2026-03-06 10:00:05"), talk_s=100, hold_s=0, wrap_s=0)
    # of a test customer; deleted; at both sides of midnight between two months
    call("2026-03-06 11:00", "answered", 5, account_id="A20")
    call("2026-03-06 11:00", "answered", 5, deleted=True)
    call("2026-03-31 23:59:58", "answered", 5)
    call("2026-03-31 23:59:00", "answered", 5)
    # handled in legs: the seconds of the legs count
    call("2026-03-07 09:00", "answered", 5, contact_id="LEG1", transfers=1)
    call("2026-03-07 09:00", "answered", 5, contact_id="LEG2")
    call("2026-03-07 09:00", "answered", 5, contact_id="LEG3", talk_s=None, hold_s=None, wrap_s=None)
    # the caller's matter was resolved, in the agent's own word
    for flag, account in ((True, "A1"), (False, "A1"), (True, None), (None, "A1")):
        call("2026-03-10 09:00", "answered", 5, resolved_flag=flag, account_id=account)
    call("2026-03-10 09:00", "abandoned_queue", 50, resolved_flag=False)
    call("2026-03-10 09:00", "answered", 5, resolved_flag=True, channel="email")
    call("2026-03-10 09:00", "answered", 5, resolved_flag=True, direction="outbound")
    return rows


def _busy_month(call: Any) -> None:
    """Calls of February, enough that shares and means are shown."""
    for number in range(80):
        at = (datetime(2026, 2, 2, 8) + timedelta(hours=8 * number)).isoformat()
        account = ["A1", "A3", "A5", None][number % 4]
        flag = [True, False, None][number % 3]
        if number % 8 == 7:
            call(at, "abandoned_queue", number, account_id=account)
        else:
            call(at, "answered", (number * 7) % 45, 100 + 13 * number, account_id=account, resolved_flag=flag)


def _legs() -> list[Cells]:
    def leg(contact: str, seq: int, talk: int | None, hold: int | None, wrap: int | None, **more: Any) -> Cells:
        at = local("2026-03-07 09:00") + timedelta(minutes=seq)
        return {
            "source": "acd",
            "contact_id": contact,
            "seq": seq,
            "entered_at": at,
            "talk_s": talk,
            "hold_s": hold,
            "wrap_s": wrap,
            **more,
        }

    return [
        leg("LEG1", 1, 100, 10, 0),
        leg("LEG1", 2, 300, 0, 50),
        leg("LEG1", 3, 999, 999, 999, deleted=True),
        leg("LEG2", 1, None, None, None),
        leg("LEG3", 1, 70, 7, 17),
        leg("LEG3", 2, 30, None, 3),
        leg("unknown", 1, 30, 30, 30),
    ]


def _intervals() -> list[Cells]:
    def row(at: str, **more: Any) -> Cells:
        return {
            "source": "pbx",
            "queue_id": "support",
            "interval_start": local(at),
            "interval_s": 1800,
            "offered": 50,
            "answered": 42,
            "answered_within_t": 30,
            "t_s": 20,
            "abandoned": 7,
            "abandoned_within_short": 3,
            "short_s": 10,
            "wait_answered_s": 900.0,
            "talk_s": 8400.0,
            "hold_s": 420.0,
            "wrap_s": 1260.0,
            **more,
        }

    return [
        # days without a single call on record
        row("2025-12-03 09:00"),
        row("2025-12-03 09:30", offered=0, answered=0, answered_within_t=0, abandoned=0, abandoned_within_short=0,
            wait_answered_s=0.0, talk_s=0.0, hold_s=0.0, wrap_s=0.0),
        row("2025-12-04 09:00", t_s=30),
        row("2025-12-04 09:30", short_s=5),
        row("2025-12-05 09:00", abandoned_within_short=None, short_s=None),
        row("2025-12-05 09:30", answered_within_t=None, t_s=None),
        row("2025-12-06 09:00", wait_answered_s=None, hold_s=None),
        row("2025-12-06 09:30", queue_id=None),
        row("2025-12-31 23:30"),
        row("2026-04-02 09:00"),
        row("2026-04-02 09:30", deleted=True),
        # days of which the calls are known one by one: another queue's, and the same queue's
        row("2026-03-04 09:00", queue_id="sales"),
        row("2026-03-05 09:00"),
        row("2026-03-06 20:00", queue_id=None),
    ]  # fmt: skip


def _visits() -> list[Cells]:
    rows: list[Cells] = []

    def visit(at: str | None, outcome: str | None, purpose: str | None = "trouble", **more: Any) -> None:
        booked = local("2026-03-01 08:00")
        rows.append(
            {
                "source": "dispatch",
                "visit_id": f"W{len(rows)}",
                "account_id": "A1",
                "purpose": purpose,
                "created_at": booked,
                "scheduled_start": booked + timedelta(days=1),
                "dispatched_at": local(at) if at else None,
                "outcome": outcome,
                **more,
            }
        )

    for outcome in (
        "completed_fixed", "completed_no_fault", "completed_partial", "no_access", "turned_away",
        "cancelled_before_dispatch", "cancelled_after_dispatch", None,
    ):  # fmt: skip
        visit("2026-03-03 09:00", outcome)
        visit(None, outcome)
        visit(None, outcome, arrived_at=local("2026-04-01 10:00"))
    for purpose in ("install", "disconnect", "upgrade", "maintenance", "survey", None):
        visit("2026-03-03 09:00", "completed_fixed", purpose)
    visit("2026-02-28 23:59:59", "completed_fixed", cost="180.50", currency="USD")
    visit("2026-03-01 00:00:00", "no_access", cost="0", currency="USD", account_id="A3")
    visit("2026-03-04 09:00", "completed_fixed", account_id=None)
    visit("2026-03-04 09:00", "completed_fixed", account_id="A20")
    visit("2026-03-04 09:00", "completed_fixed", deleted=True)
    # two technicians on one visit; a return trip is another visit
    visit("2026-03-05 09:00", "completed_partial", visit_id="TWO", technician_id="g1", account_id="A5")
    visit("2026-03-06 09:00", "completed_fixed", account_id="A5")
    # when the truck moved is known from its child rows alone
    visit(None, None, visit_id="BYEVENTS")
    visit(None, "completed_fixed", visit_id="BYEVENTS2")
    # completed, and nothing else is said
    visit(None, None, completed_at=local("2026-04-07 10:00"))
    visit(None, "completed_fixed", completed_at=local("2026-04-08 10:00"))
    for number in range(35):
        at = (datetime(2026, 2, 2, 9) + timedelta(hours=17 * number)).isoformat()
        visit(at, "completed_fixed", cost=None if number % 3 else "150", account_id=["A1", "A3", "A5"][number % 3])
    return rows


def _visit_events() -> list[Cells]:
    def row(visit: str, at: str, status: str, who: str) -> Cells:
        return {"source": "dispatch", "visit_id": visit, "at": local(at), "status": status, "technician_id": who}

    return [
        row("TWO", "2026-03-05 09:00", "dispatched", "g1"),
        row("TWO", "2026-03-05 09:00", "dispatched", "g2"),
        row("TWO", "2026-03-05 09:30", "arrived", "g1"),
        row("TWO", "2026-03-05 09:40", "arrived", "g2"),
        row("BYEVENTS", "2026-04-05 09:00", "dispatched", "g1"),
        row("BYEVENTS2", "2026-04-06 09:00", "dispatched", "g1"),
    ]


def _answers() -> list[Cells]:
    rows: list[Cells] = []

    def said(kind: str, low: int | None, high: int | None, score: float | None, at: str, **more: Any) -> None:
        rows.append(
            {
                "source": "surveys",
                "response_id": f"Y{len(rows)}",
                "kind": kind,
                "scale_min": low,
                "scale_max": high,
                "score": score,
                "responded_at": local(at),
                "account_id": "A1",
                "channel": "email",
                **more,
            }
        )

    # February: one scale only, with the counts of the worked example divided by two
    for score, count in ((1, 2), (2, 3), (3, 5), (4, 15), (5, 25)):
        for number in range(count):
            account = ["A1", "A3", None][number % 3]
            said("csat", 1, 5, score, "2026-02-10 12:00", account_id=account)
    # March: scales mixed, out of scale, no score, no scale, two answers about one contact, a scale of one point
    for score in (8, 9, 10, 5, 6):
        for _ in range(4):
            said("csat", 1, 10, score, "2026-03-10 12:00")
    for score in (0, 9, 10):
        said("csat", 0, 10, score, "2026-03-10 12:00")
    for score in (0, 6, None):
        said("csat", 1, 5, score, "2026-03-10 12:00", channel=None)
    said("csat", None, None, 5, "2026-03-10 12:00")
    said("csat", 1, 5, 1, "2026-03-11 12:00", contact_id="K1")
    said("csat", 1, 5, 5, "2026-03-12 12:00", contact_id="K1")
    said("csat", 1, 5, 3, "2026-03-12 12:00", contact_id="K1", deleted=True)
    said("csat", 1, 5, 2, "2026-03-12 12:00", contact_id="K2")
    said("csat", 1, 5, 4, "2026-03-12 12:00", contact_id="K2")
    # about a call of March, answered in April; about a ticket; about a visit; about a contact nobody knows
    said("csat", 1, 5, 4, "2026-04-02 12:00", contact_id="LEG1")
    said("csat", 1, 5, 4, "2026-04-02 12:00", ticket_id="D1")
    said("csat", 1, 5, 4, "2026-04-02 12:00", visit_id="TWO")
    said("csat", 1, 5, 4, "2026-04-02 12:00", contact_id="nobody")
    said("csat", 1, 5, 4, "2026-04-02 12:00", ticket_id="1001")
    # about the relationship; of a test customer
    said("csat", 1, 5, 4, "2026-04-03 12:00", is_relational=True)
    said("csat", 1, 5, 4, "2026-04-03 12:00", account_id="A20")
    # promoters, passives, detractors; on 1 to 10; on a scale that is no such scale
    for number in range(60):
        said("nps_relational", 0, 10, (number * 3) % 11, "2026-02-20 12:00")
        said("nps_transactional", 0, 10, 10 - number % 5, "2026-04-10 12:00")
        said("nps_transactional", 1, 10, 1 + number % 10, "2026-02-20 12:00", channel=None)
    said("nps_relational", 1, 5, 5, "2026-02-20 12:00")
    said("nps_transactional", 1, 10, 0, "2026-02-20 12:00")
    said("nps_transactional", 0, 10, 10, "2026-04-02 12:00", contact_id="LEG2")
    said("nps_relational", 0, 10, 10, "2026-04-02 12:00", contact_id="LEG2")
    said("nps_relational", 0, 10, 3, "2026-04-02 12:00")
    for kind in ("ces", "fcr"):
        said(kind, 1, 7, 5, "2026-04-02 12:00")
    return rows


def months() -> Sequence[str]:
    """The first days of the months of the data."""
    return ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04")
