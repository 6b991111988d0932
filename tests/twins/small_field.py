"""Visits of the small provider and the answers to its surveys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.twins.planting import Cells, local


def visits() -> list[Cells]:
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
    # in another currency; a roll in the first month
    visit("2026-03-04 09:00", "completed_fixed", cost="90", currency="EUR")
    visit("2025-11-04 09:00", "completed_fixed")
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


def visit_events() -> list[Cells]:
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


class Surveys:
    """Collects answers."""

    def __init__(self) -> None:
        self.rows: list[Cells] = []

    def said(self, kind: str, scale: tuple[int | None, int | None], score: float | None, at: str, **more: Any) -> None:
        """An answer on that scale (lowest and highest score), given at that local time."""
        self.rows.append(
            {
                "source": "surveys",
                "response_id": f"Y{len(self.rows)}",
                "kind": kind,
                "scale_min": scale[0],
                "scale_max": scale[1],
                "score": score,
                "responded_at": local(at),
                "account_id": "A1",
                "channel": "email",
                **more,
            }
        )


def answers() -> list[Cells]:
    """All answers of the small provider."""
    surveys = Surveys()
    for part in (satisfied, about_something, recommended):
        part(surveys)
    return surveys.rows


def satisfied(surveys: Surveys) -> None:
    """February on one scale, with the counts of the worked example divided by two; March on several."""
    for score, count in ((1, 2), (2, 3), (3, 5), (4, 15), (5, 25)):
        for number in range(count):
            account = ["A1", "A3", None][number % 3]
            surveys.said("csat", (1, 5), score, "2026-02-10 12:00", account_id=account)
    for score in (8, 9, 10, 5, 6) * 4:
        surveys.said("csat", (1, 10), score, "2026-03-10 12:00")
    for score in (0, 9, 10):
        surveys.said("csat", (0, 10), score, "2026-03-10 12:00")
    # out of its scale, without a score, without a scale
    for wrong in (0, 6, None):
        surveys.said("csat", (1, 5), wrong, "2026-03-10 12:00", channel=None)
    surveys.said("csat", (None, None), 5, "2026-03-10 12:00")


def about_something(surveys: Surveys) -> None:
    """Answers about a contact, a ticket, a visit, the relationship; some replace an earlier one."""

    def said(score: float | None, at: str, scale: tuple[int | None, int] = (1, 5), **about: Any) -> None:
        surveys.said("csat", scale, score, at, **about)

    said(1, "2026-03-11 12:00", contact_id="K1")
    said(5, "2026-03-12 12:00", contact_id="K1")
    said(3, "2026-03-12 12:00", contact_id="K1", deleted=True)
    said(2, "2026-03-12 12:00", contact_id="K2")
    said(4, "2026-03-12 12:00", contact_id="K2")
    # a later answer without a scale, or without a score, does not replace the one that has them
    said(5, "2026-03-13 12:00", contact_id="K3")
    said(1, "2026-03-14 12:00", (None, 5), contact_id="K3")
    said(5, "2026-03-13 12:00", contact_id="K4")
    said(None, "2026-03-14 12:00", contact_id="K4")
    # about a call of March, answered in April; about a ticket, a visit, a contact nobody knows, one of two tickets
    said(4, "2026-04-02 12:00", contact_id="LEG1")
    said(4, "2026-04-02 12:00", ticket_id="D1")
    said(4, "2026-04-02 12:00", visit_id="TWO")
    said(4, "2026-04-02 12:00", contact_id="nobody")
    said(4, "2026-04-02 12:00", ticket_id="1001")
    # about the relationship; of a test customer
    said(4, "2026-04-03 12:00", is_relational=True)
    said(4, "2026-04-03 12:00", account_id="A20")


def recommended(surveys: Surveys) -> None:
    """Promoters, passives and detractors, on 0 to 10, on 1 to 10 and on scales that are none of these."""
    said = surveys.said
    for number in range(60):
        said("nps_relational", (0, 10), (number * 3) % 11, "2026-02-20 12:00")
        said("nps_transactional", (0, 10), 10 - number % 5, "2026-04-10 12:00")
        said("nps_transactional", (1, 10), 1 + number % 10, "2026-02-20 12:00", channel=None)
    said("nps_relational", (1, 5), 5, "2026-02-20 12:00")
    said("nps_transactional", (1, 10), 0, "2026-02-20 12:00")
    said("nps_transactional", (0, 10), 10, "2026-04-02 12:00", contact_id="LEG2")
    said("nps_relational", (0, 10), 10, "2026-04-02 12:00", contact_id="LEG2")
    said("nps_relational", (0, 10), 3, "2026-04-02 12:00")
    for kind in ("ces", "fcr"):
        said(kind, (1, 7), 5, "2026-04-02 12:00")
