"""A record that its source deleted: what hangs on it does not pass to another source's record of the same id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.query.provider import Provider

MORNING, NOON = "2026-03-01 09:00:00", "2026-03-02 12:00:00"
CALL: dict[str, Any] = {"channel": "phone", "direction": "inbound", "entered_at": MORNING}


@pytest.fixture
def provider() -> Provider:
    return Provider()


def kept(provider: Provider, what: str) -> Any:
    provider.build()
    return provider.warehouse.value(f"SELECT {what}")


def test_events_of_a_deleted_ticket_are_no_other_helpdesk_s(provider: Provider) -> None:
    provider.add("ticket", "desk", ticket_id="7", opened_at=MORNING)
    provider.add("ticket", "partner", ticket_id="7", opened_at=MORNING, is_deleted=True)
    provider.add("ticket_event", "partner", source_id="1", ticket_id="7", at=NOON, type="resolved")
    assert kept(provider, "final_resolved_at FROM fact_ticket") is None
    assert kept(provider, "count(*) FROM ticket_link") == 0


def test_an_event_of_a_third_source_belongs_to_the_one_ticket_that_is_left(provider: Provider) -> None:
    provider.add("ticket", "desk", ticket_id="7", opened_at=MORNING)
    provider.add("ticket", "partner", ticket_id="7", opened_at=MORNING, is_deleted=True)
    provider.add("ticket_event", "log", source_id="1", ticket_id="7", at=NOON, type="resolved")
    assert str(kept(provider, "final_resolved_at FROM fact_ticket")) == NOON


def test_legs_and_callbacks_of_a_deleted_contact_are_no_other_system_s(provider: Provider) -> None:
    provider.add("contact", "acd", contact_id="c", disposition="callback_requested", **CALL)
    provider.add("contact", "chat", contact_id="c", disposition="answered", is_deleted=True, **CALL)
    provider.add("contact_leg", "chat", contact_id="c", seq=1, talk_s=300)
    back = {**CALL, "direction": "outbound"}
    provider.add("contact", "chat", contact_id="b", callback_of="c", disposition="answered", **back)
    assert kept(provider, "talk_s FROM fact_contact WHERE contact_id = 'c'") is None
    assert kept(provider, "is_called_back FROM fact_contact WHERE contact_id = 'c'") is False


def test_status_rows_of_a_deleted_visit_are_no_other_system_s(provider: Provider) -> None:
    provider.add("truck_roll", "dispatch", visit_id="v", purpose="trouble")
    provider.add("truck_roll", "partner", visit_id="v", purpose="trouble", is_deleted=True)
    provider.add("truck_roll_event", "partner", visit_id="v", seq=1, at=NOON, status="dispatched")
    assert kept(provider, "moved_at FROM fact_visit") is None


@pytest.mark.parametrize(
    ("entity", "key", "more"),
    [
        ("contact", "contact_id", CALL),
        ("ticket", "ticket_id", {"opened_at": MORNING}),
        ("truck_roll", "visit_id", {"dispatched_at": MORNING}),
    ],
)
def test_an_answer_about_a_deleted_record_is_about_no_other_source_s(
    provider: Provider, entity: str, key: str, more: dict[str, Any]
) -> None:
    provider.add(entity, "one", **{key: "x", "account_id": "A", **more})
    provider.add(entity, "other", **{key: "x", "account_id": "B", "is_deleted": True, **more})
    provider.add("survey_response", "other", response_id="r", kind="csat", responded_at=NOON, **{key: "x"})
    provider.build()
    answer = provider.warehouse.row("SELECT account_id, surveyed_at FROM fact_survey")
    assert (answer["account_id"], str(answer["surveyed_at"])) == (None, NOON)
