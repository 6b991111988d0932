"""What an issue's fact says: its first contact, what followed on it, and what does not count as following."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.facts import build_facts
from tests.warehouse.rows import put, scratch_warehouse

TOUCHED = ("contact", "ticket", "ticket_event", "truck_roll", "account", "subscriber", "churn_event")


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with scratch_warehouse() as scratch:
        yield scratch


def contact(warehouse: Warehouse, contact_id: str, at: str, **fields: Any) -> None:
    """An answered call of five minutes from account A1 about a slow line, on a day of March 2026."""
    begins = f"2026-03-{at}"
    said = {
        "account_id": "A1",
        "channel": "phone",
        "direction": "inbound",
        "entered_at": begins,
        "ended_at": f"{begins[:-2]}{int(begins[-2:]) + 5:02d}",
        "disposition": "answered",
        "reason_code": "connectivity.slow.evening",
    }
    put(warehouse, "contact", contact_id=contact_id, **{**said, **fields})


def ticket(warehouse: Warehouse, ticket_id: str, at: str, resolved: str | None = None, **fields: Any) -> None:
    said = {
        "account_id": "A1",
        "opened_at": f"2026-03-{at}",
        "type": "trouble",
        "reason_code": "connectivity.slow.always",
    }
    put(warehouse, "ticket", ticket_id=ticket_id, **{**said, **fields})
    if resolved:
        event(warehouse, ticket_id, 1, resolved, "resolved")


def event(warehouse: Warehouse, ticket_id: str, seq: int, at: str, kind: str, **fields: Any) -> None:
    said = {"at": f"2026-03-{at}", "type": kind, "actor_kind": "agent", **fields}
    put(warehouse, "ticket_event", ticket_id=ticket_id, seq=seq, **said)


def issues(warehouse: Warehouse) -> list[Row]:
    held = [name for name in TOUCHED if warehouse.value(f"SELECT count(*) FROM {name}")]
    build_facts(warehouse, "UTC", held)
    return warehouse.rows("SELECT * FROM fact_issue ORDER BY opened_at, issue_id")


def issue(warehouse: Warehouse) -> Row:
    """The one issue of the provider, or the first."""
    return issues(warehouse)[0]


def at(row: Row, name: str) -> str | None:
    """An instant of a row, as day and time of March."""
    return f"{row[name]:%d %H:%M}" if row[name] else None


def test_a_contact_and_its_ticket_are_one_issue(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    ticket(warehouse, "T1", "02 10:03", resolved="02 11:00")
    (row,) = issues(warehouse)
    assert row["issue_id"] == "contact desk C1"
    assert (row["index_contact_id"], row["first_ticket_id"], row["n_tickets"]) == ("C1", "T1", 1)
    assert at(row, "resolved_at") == "02 11:00"
    assert row["linker_version"] == 1


def test_a_repeat_counts_although_it_opens_a_new_issue(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    contact(warehouse, "C2", "20 10:00")
    first, second = issues(warehouse)
    assert at(first, "repeat_family_at") == "20 10:00"
    assert first["follow_up_at"] is None
    assert second["repeat_family_at"] is None


def test_repeats_are_told_by_channel_and_family(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    contact(warehouse, "C2", "03 10:00", reason_code="billing.payment.late", channel="email")
    contact(warehouse, "C3", "04 10:00", channel="live_chat")
    contact(warehouse, "C4", "05 10:00", reason_code="billing.payment.late")
    contact(warehouse, "C5", "06 10:00")
    row = issue(warehouse)
    assert at(row, "repeat_any_at") == "03 10:00"
    assert at(row, "repeat_family_at") == "04 10:00"
    assert at(row, "repeat_any_channel_at") == "05 10:00"
    assert at(row, "repeat_family_channel_at") == "06 10:00"


@pytest.mark.parametrize(
    "fields",
    [
        {"direction": "outbound"},
        {"reason_code": "order.install_status.waiting"},
        {"reason_code": "other.wrong_number.caller"},
        {"account_id": "A2"},
        {"account_id": None},
        {"entered_at": "2026-04-01 10:06:00", "ended_at": "2026-04-01 10:09:00"},
        {"entered_at": "2026-03-02 10:01:00", "ended_at": "2026-03-02 10:02:00"},
    ],
)
def test_what_is_no_repeat(warehouse: Warehouse, fields: dict[str, Any]) -> None:
    """Our own call, the state of an order, a wrong number, somebody else, over 30 days on, before the contact's end."""
    contact(warehouse, "C1", "02 10:00")
    contact(warehouse, "C2", "03 10:00", **fields)
    row = issue(warehouse)
    assert [name for name, value in row.items() if "repeat" in name and value] == []


def test_a_session_that_a_bot_contained_repeats_in_a_column_of_its_own(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    contact(warehouse, "B1", "03 10:00", channel="chatbot", disposition="bot_contained")
    contact(
        warehouse, "B2", "04 10:00", channel="chatbot", disposition="bot_contained", reason_code="billing.payment.late"
    )
    row = issue(warehouse)
    assert at(row, "bot_repeat_at") == "03 10:00"
    assert [row["repeat_any_at"], row["bot_repeat_channel_at"], row["follow_up_at"]] == [None, None, None]


def test_a_session_with_a_bot_is_no_first_contact_where_there_is_another(warehouse: Warehouse) -> None:
    contact(warehouse, "B1", "02 10:00", channel="chatbot", disposition="bot_contained")
    contact(warehouse, "C1", "02 11:00")
    (row,) = issues(warehouse)
    assert (row["index_contact_id"], row["is_bot"]) == ("C1", False)


def test_who_is_back_within_15_minutes_of_a_failed_line_goes_on_with_the_same_contact(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00", disposition="failed")
    contact(warehouse, "C2", "02 10:20", disposition="failed")
    contact(warehouse, "C3", "02 10:40", resolved_flag=True)
    (row,) = issues(warehouse)
    assert (row["index_contact_id"], row["is_answered"], row["resolved_flag"]) == ("C1", True, True)
    assert (at(row, "index_ended_at"), row["n_contacts_in"]) == ("02 10:45", 1)
    assert [row["repeat_any_at"], row["follow_up_at"]] == [None, None]


@pytest.mark.parametrize(
    "fields", [{"entered_at": "2026-03-02 10:21:00"}, {"channel": "live_chat"}, {"account_id": "A2"}]
)
def test_later_elsewhere_or_somebody_else_is_another_contact(warehouse: Warehouse, fields: dict[str, Any]) -> None:
    contact(warehouse, "C1", "02 10:00", disposition="failed")
    contact(warehouse, "C2", "02 10:20", **{"ended_at": "2026-03-02 10:30:00", **fields})
    assert {row["contact_id"] for row in (issues(warehouse), warehouse.rows("FROM contact_turn"))[1]} == {"C1", "C2"}


def visit(warehouse: Warehouse, at: str, **fields: Any) -> None:
    said = {"account_id": "A1", "purpose": "trouble", "dispatched_at": f"2026-03-{at}", "outcome": "completed_fixed"}
    put(warehouse, "truck_roll", visit_id=f"V{at}", **{**said, **fields})


def test_a_truck_roll_follows_unless_its_ticket_is_about_another_matter(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    ticket(warehouse, "T1", "02 10:30", reason_code="voice.quality.noise")
    visit(warehouse, "03 08:00", purpose="install")
    visit(warehouse, "04 08:00", ticket_id="T1")
    visit(warehouse, "05 08:00", outcome="cancelled_before_dispatch")
    visit(warehouse, "06 08:00", account_id="A2")
    visit(warehouse, "20 08:00")
    row = issue(warehouse)
    assert at(row, "visit_any_at") == "04 08:00"
    # the last one names no ticket, and the one that was open is about the voice line
    assert at(row, "visit_family_at") is None
    visit(warehouse, "21 08:00", ticket_id="T9")
    assert at(issue(warehouse), "visit_family_at") == "21 08:00"


def test_the_visits_of_an_issue_are_those_of_its_tickets(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    ticket(warehouse, "T1", "02 10:04")
    visit(warehouse, "04 08:00", ticket_id="T1", fault_found="drop")
    row = issue(warehouse)
    assert (row["n_visits"], row["fault_found"], at(row, "first_visit_at")) == (1, "drop", "04 08:00")


def test_a_genuine_reopening_follows(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    ticket(warehouse, "T1", "02 10:04", resolved="02 11:00")
    event(warehouse, "T1", 2, "03 09:00", "reopened", actor_kind="customer")
    event(warehouse, "T1", 3, "03 09:10", "resolved")
    event(warehouse, "T1", 4, "05 09:00", "reopened")
    row = issue(warehouse)
    # the first was a 'thank you' that was resolved again within minutes
    assert (at(row, "reopened_family_at"), at(row, "reopened_any_at")) == ("05 09:00", "05 09:00")
    assert row["resolved_at"] is None


def test_an_issue_is_resolved_when_no_ticket_is_left(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00", resolved_flag=True)
    ticket(warehouse, "T1", "02 10:01", resolved="02 11:00")
    ticket(warehouse, "T2", "02 10:02")
    assert issue(warehouse)["resolved_at"] is None
    event(warehouse, "T2", 1, "02 12:00", "resolved")
    assert at(issue(warehouse), "resolved_at") == "02 12:00"


def test_without_a_ticket_the_agent_s_last_word_counts(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00", resolved_flag=False)
    contact(warehouse, "C2", "03 10:00")
    assert issue(warehouse)["resolved_at"] is None
    contact(warehouse, "C3", "04 10:00", resolved_flag=True)
    assert at(issue(warehouse), "resolved_at") == "04 10:05"


def test_a_merged_ticket_s_contacts_belong_to_the_survivor(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00", ticket_id="T2", reason_code="billing.payment.late")
    ticket(warehouse, "T1", "02 10:04")
    ticket(warehouse, "T2", "02 10:05", merged_into="T1", reason_code="voice.quality.noise")
    (row,) = issues(warehouse)
    assert (row["n_tickets"], row["first_ticket_id"]) == (1, "T1")


def test_interactions_are_answers_calls_that_reached_and_public_replies(warehouse: Warehouse) -> None:
    contact(warehouse, "C0", "02 09:50", disposition="abandoned_queue")
    contact(warehouse, "C1", "02 10:00")
    contact(warehouse, "C2", "02 12:00", direction="outbound")
    contact(warehouse, "C3", "02 13:00", direction="outbound", disposition="failed")
    contact(warehouse, "M1", "02 14:00", channel="email")
    ticket(warehouse, "T1", "02 14:00", channel="email")
    event(warehouse, "T1", 1, "02 15:00", "public_reply")
    event(warehouse, "T1", 2, "02 15:30", "internal_note")
    event(warehouse, "T1", 3, "02 16:00", "public_reply")
    (row,) = issues(warehouse)
    assert (row["n_interactions"], row["n_attempts"], row["n_contacts_in"], row["n_contacts_out"]) == (4, 1, 3, 2)
    assert (row["is_answered"], row["is_written_first"]) == (False, False)


def test_a_ticket_that_came_in_writing_was_the_first_contact(warehouse: Warehouse) -> None:
    ticket(warehouse, "T1", "02 09:00", channel="web_form")
    contact(warehouse, "C1", "02 10:00")
    (row,) = issues(warehouse)
    assert (row["is_written_first"], row["index_contact_id"]) == (True, "C1")


def test_who_leaves_is_said(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00")
    put(warehouse, "subscriber", subscriber_id="S1", activated_at="2020-01-01")
    put(warehouse, "account", account_id="A1", subscriber_id="S1", status="active", valid_from="2020-01-01")
    put(warehouse, "churn_event", subscriber_id="S1", effective_at="2026-03-06 00:00:00", kind="voluntary")
    assert at(issue(warehouse), "lost_at") == "06 00:00"


def test_rows_of_nobody_known_are_issues_of_their_own(warehouse: Warehouse) -> None:
    contact(warehouse, "C1", "02 10:00", account_id=None)
    contact(warehouse, "C2", "02 11:00", account_id=None)
    contact(warehouse, "C3", "02 12:00", account_id=None, ticket_id="T7")
    contact(warehouse, "C4", "02 13:00", account_id=None, ticket_id="T7")
    assert [row["issue_id"] for row in issues(warehouse)] == ["contact desk C1", "contact desk C2", "contact desk C3"]
