"""The ticket of a visit that names none: open at the account when it was booked, or resolved up to 7 days before."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from tests.warehouse.rows import empty_warehouse, put

BOOKED = "2026-03-10 10:00:00"


@pytest.fixture
def warehouse() -> Warehouse:
    return empty_warehouse()


def ticket(warehouse: Warehouse, name: str, opened: str, *steps: tuple[str, str], **fields: Any) -> None:
    shape = {"account_id": "A1", "type": "trouble", **fields}
    put(warehouse, "ticket", ticket_id=name, opened_at=opened, **shape)
    for number, (at, kind) in enumerate(steps):
        put(warehouse, "ticket_event", ticket_id=name, seq=number, type=kind, actor_kind="agent", **{"at": at})


def linked(warehouse: Warehouse, **fields: Any) -> tuple[str | None, bool]:
    """The ticket of a visit for trouble at account A1, and whether it is inferred."""
    shape = {"account_id": "A1", "purpose": "trouble", "created_at": BOOKED, "dispatched_at": "2026-03-11 08:00:00"}
    put(warehouse, "truck_roll", visit_id="V1", **{**shape, **fields})
    build_facts(warehouse, "UTC")
    row = warehouse.row("SELECT ticket_id, ticket_is_inferred FROM fact_visit")
    return row["ticket_id"], row["ticket_is_inferred"]


def test_the_ticket_open_when_it_was_booked(warehouse: Warehouse) -> None:
    ticket(warehouse, "early", "2026-03-01 09:00:00", ("2026-03-10 09:59:59", "resolved"))
    ticket(warehouse, "open", "2026-03-05 09:00:00", ("2026-03-12 09:00:00", "resolved"))
    ticket(warehouse, "later", "2026-03-10 10:00:01")
    assert linked(warehouse) == ("open", True)


def test_of_several_open_ones_the_one_opened_last(warehouse: Warehouse) -> None:
    ticket(warehouse, "old", "2026-02-01 09:00:00")
    ticket(warehouse, "new", BOOKED)
    assert linked(warehouse) == ("new", True)


def test_else_the_one_resolved_last_within_seven_days_before(warehouse: Warehouse) -> None:
    ticket(warehouse, "just", "2026-03-01 09:00:00", ("2026-03-03 10:00:00", "resolved"))
    ticket(warehouse, "last", "2026-03-01 09:00:00", ("2026-03-08 10:00:00", "resolved"))
    ticket(warehouse, "closed", "2026-03-01 09:00:00", ("2026-03-09 10:00:00", "cancelled"))
    assert linked(warehouse) == ("last", True)


@pytest.mark.parametrize(("resolved", "found"), [("2026-03-03 10:00:00", "t"), ("2026-03-03 09:59:59", None)])
def test_seven_days_are_seven_times_24_hours(warehouse: Warehouse, resolved: str, found: str | None) -> None:
    ticket(warehouse, "t", "2026-03-01 09:00:00", (resolved, "resolved"))
    assert linked(warehouse) == (found, found is not None)


def test_a_reopened_ticket_is_open(warehouse: Warehouse) -> None:
    ticket(
        warehouse, "t", "2026-01-01 09:00:00", ("2026-01-02 09:00:00", "resolved"), ("2026-03-09 09:00:00", "reopened")
    )
    assert linked(warehouse) == ("t", True)


def test_a_stated_ticket_is_never_replaced(warehouse: Warehouse) -> None:
    ticket(warehouse, "open", "2026-03-05 09:00:00")
    assert linked(warehouse, ticket_id="T-9") == ("T-9", False)


@pytest.mark.parametrize(
    "visit", [{"account_id": "A2"}, {"account_id": None}, {"purpose": "install"}, {"service_id": "V2"}]
)
def test_another_account_service_or_purpose_is_linked_to_nothing(warehouse: Warehouse, visit: dict[str, Any]) -> None:
    ticket(warehouse, "open", "2026-03-05 09:00:00", service_id="V1")
    assert linked(warehouse, **visit) == (None, False)


@pytest.mark.parametrize(
    "fields",
    [{"type": "billing"}, {"is_test": True}, {"is_spam": True}, {"merged_into": "x"}, {"reporter": "employee"}],
)
def test_tickets_that_are_no_trouble_or_count_nowhere_are_passed_over(
    warehouse: Warehouse, fields: dict[str, Any]
) -> None:
    ticket(warehouse, "t", "2026-03-05 09:00:00", **fields)
    assert linked(warehouse) == (None, False)


def test_a_visit_attached_by_a_key_is_linked_too(warehouse: Warehouse) -> None:
    put(warehouse, "identity_link", kind="phone", value_key="p", account_id="A1")
    ticket(warehouse, "open", "2026-03-05 09:00:00")
    assert linked(warehouse, account_id=None, phone_key="p") == ("open", True)
