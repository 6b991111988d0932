"""Callers of the small provider, one account each, all in April: who calls once, who is back, and who counts nowhere.

A call lasts five minutes, is about a slow line and was answered by an agent, unless its line says otherwise.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.twins.planting import Cells, local
from tests.twins.small_tickets import Desk

SLOW, BILL = "connectivity.slow.evening", "billing.invoice.dispute"
AT = datetime(2026, 4, 8, 10)
LATER = datetime(2026, 4, 25, 10)
"""Too young on 20 May to be judged after 30 days."""
END = timedelta(minutes=5)


def calls() -> list[Cells]:
    """Their contacts; the id is the account and a number."""
    rows: list[Cells] = []

    def call(account: str, at: datetime = AT, **more: Any) -> None:
        number = 1 + sum(row["contact_id"].startswith(f"{account}-") for row in rows)
        rows.append(
            {
                "source": "acd",
                "contact_id": f"{account}-{number}",
                "account_id": account,
                "channel": "phone",
                "direction": "inbound",
                "disposition": "answered",
                "reason_code": SLOW,
                "queue_id": "callers",
                "entered_at": local(str(at)),
                "queued_at": local(str(at)),
                "answered_at": local(str(at)),
                "ended_at": local(str(at + END)),
                "wait_s": 0,
                "talk_s": 300,
                "hold_s": 0,
                "wrap_s": 60,
                **more,
            }
        )

    day = timedelta(days=1)
    call("B1", resolved_flag=True)
    call("B2", resolved_flag=False)
    # back after exactly seven days, counted from the end; a second later, which is an issue of its own
    call("B3")
    call("B3", AT + END + 7 * day)
    call("B4")
    call("B4", AT + END + 7 * day + timedelta(seconds=1))
    # back by e-mail; about another matter
    call("B5")
    call("B5", AT + day, channel="email")
    call("B6")
    call("B6", AT + day, reason_code=BILL)
    # a truck rolls; the ticket is reopened
    call("B7")
    call("B8")
    # the line fails, and the customer is back after ten minutes
    call("B9", disposition="failed")
    call("B9", AT + END + timedelta(minutes=10))
    # we call; a bot is asked
    call("B10")
    call("B10", AT + day, direction="outbound")
    call("B11")
    call("B11", AT + day, channel="chatbot", disposition="bot_contained", answered_at=None)
    # gave up; nobody knows who; a wrong number; wants to buy; belongs to an outage
    call("B12", disposition="abandoned_queue", answered_at=None)
    call("B13", account_id=None)
    call("B14", reason_code="other.wrong_number.caller")
    call("B15", reason_code="account.plan_change.upgrade")
    call("B16")
    # no first contact can solve it
    call("B17")
    # the last ones: once, and back the next day
    call("B18", LATER)
    call("B19", LATER)
    call("B19", LATER + day)
    return rows


def tickets_of_callers(desk: Desk) -> None:
    """What was noted of their calls."""
    noted, soon, next_day = "2026-04-08 10:01", ("2026-04-08 10:04", "resolved"), "2026-04-09 10:00"
    desk.ticket(
        "TB8", noted, soon, (next_day, "reopened", {"actor_kind": "agent"}), ("2026-04-09 12:00", "resolved"),
        account_id="B8", reason_code=SLOW, channel="phone",
    )  # fmt: skip
    desk.ticket("TB16", noted, soon, account_id="B16", reason_code=SLOW, channel="phone", parent_ticket_id="O1")
    desk.ticket(
        "TB17", noted, (next_day, "resolved"), account_id="B17", reason_code=SLOW, channel="phone",
        resolution_code="equipment_swap",
    )  # fmt: skip


def visit_to_a_caller() -> Cells:
    at = local("2026-04-10 09:00")
    return {
        "source": "dispatch",
        "visit_id": "VB7",
        "account_id": "B7",
        "purpose": "trouble",
        "created_at": at,
        "dispatched_at": at,
        "outcome": "completed_fixed",
    }
