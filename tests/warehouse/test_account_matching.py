"""Whose row is this: the keys in their order, as of the row's time, and never by a guess."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.warehouse.engine import Warehouse
from tests.warehouse.rows import accounts_of, empty_warehouse, put, verdicts

MARCH = "2026-03-10 10:00:00"


@pytest.fixture
def warehouse() -> Warehouse:
    return empty_warehouse()


def customer(warehouse: Warehouse, number: int, **keys: str) -> None:
    """A subscriber with an account and what a list says of how to reach it."""
    put(warehouse, "subscriber", subscriber_id=f"S{number}", activated_at="2024-01-01")
    put(warehouse, "account", account_id=f"A{number}", subscriber_id=f"S{number}", status="active")
    put(warehouse, "subscriber_pii", subscriber_id=f"S{number}", **keys)


def call(warehouse: Warehouse, name: str, at: str = MARCH, **keys: Any) -> None:
    put(warehouse, "contact", contact_id=name, entered_at=at, **keys)


def test_keys_are_tried_in_their_order_and_the_first_that_leads_to_one_account_decides(warehouse: Warehouse) -> None:
    for number in range(1, 7):
        customer(warehouse, number, phone_key=f"p{number}", email_key=f"e{number}")
        put(warehouse, "service", service_id=f"V{number}", account_id=f"A{number}")
        put(warehouse, "device", device_id=f"D{number}", service_id=f"V{number}", serial_key=f"s{number}")
    put(warehouse, "ticket", ticket_id="T3", opened_at=MARCH, account_id="A3")
    keys = {"account_id": "A1", "service_id": "V2", "ticket_id": "T3", "serial_key": "s4", "phone_key": "p5"}
    keys["email_key"] = "e6"
    for number, name in enumerate(list(keys), start=1):
        call(warehouse, f"C{number}", **keys)
        del keys[name]
    call(warehouse, "C7")
    assert accounts_of(warehouse, "contact") == {**{f"C{n}": f"A{n}" for n in range(1, 7)}, "C7": None}
    assert verdicts(warehouse, "contact") == {
        "C2": ("matched", "service"),
        "C3": ("matched", "ticket"),
        "C4": ("matched", "device"),
        "C5": ("matched", "phone"),
        "C6": ("matched", "email"),
        "C7": ("unidentified", None),
    }


def test_a_stated_account_wins_even_if_nobody_has_heard_of_it(warehouse: Warehouse) -> None:
    customer(warehouse, 1, phone_key="p1")
    call(warehouse, "C1", account_id="A99", phone_key="p1")
    assert accounts_of(warehouse, "contact") == {"C1": "A99"}
    assert verdicts(warehouse, "contact") == {}


def test_a_correction_outranks_a_match(warehouse: Warehouse) -> None:
    customer(warehouse, 1, phone_key="p1")
    call(warehouse, "C1", phone_key="p1")
    put(
        warehouse,
        "row_correction",
        entity="contact",
        row_source="desk",
        row_id="C1",
        field="account_id",
        value="A2",
        reason="heard the call",
    )
    assert accounts_of(warehouse, "contact") == {"C1": "A2"}


def test_a_linked_number_that_moves_on_a_date_moves_its_calls_from_then_on(warehouse: Warehouse) -> None:
    put(warehouse, "identity_link", kind="phone", value_key="p", account_id="A1")
    put(warehouse, "identity_link", kind="phone", value_key="p", account_id="A2", valid_from="2026-03-10 10:00:00")
    call(warehouse, "before", at="2026-03-10 09:59:59", phone_key="p")
    call(warehouse, "at", at="2026-03-10 10:00:00", phone_key="p")
    put(warehouse, "identity_link", kind="email", value_key="e", account_id="A1", valid_to="2026-03-10 10:00:00")
    call(warehouse, "mail before", at="2026-03-10 09:59:59", email_key="e")
    call(warehouse, "mail after", at="2026-03-10 10:00:00", email_key="e")
    found = {"before": "A1", "at": "A2", "mail before": "A1", "mail after": None}
    assert accounts_of(warehouse, "contact") == found


def test_lists_without_dates_become_intervals_by_their_versions(warehouse: Warehouse) -> None:
    for number in (1, 2):
        customer(warehouse, number)
    # the number is in the list of January under the first, in that of April under the second
    put(warehouse, "subscriber_pii", subscriber_id="S1", known_at="2026-01-31 00:00:00", phone_key="p")
    put(warehouse, "subscriber_pii", subscriber_id="S1", known_at="2026-04-30 00:00:00", phone_key="other")
    put(warehouse, "subscriber_pii", subscriber_id="S2", known_at="2026-04-30 00:00:00", phone_key="p")
    call(warehouse, "of old", at="2025-06-01 00:00:00", phone_key="p")
    call(warehouse, "march", phone_key="p")
    call(warehouse, "may", at="2026-05-01 00:00:00", phone_key="p")
    assert accounts_of(warehouse, "contact") == {"of old": None, "march": "A1", "may": "A2"}


def test_the_first_version_of_a_list_holds_since_always(warehouse: Warehouse) -> None:
    put(warehouse, "subscriber", subscriber_id="S1", activated_at="2024-01-01")
    put(warehouse, "account", account_id="A1", subscriber_id="S1")
    put(warehouse, "subscriber_pii", subscriber_id="S1", known_at="2026-05-31 00:00:00", phone_key="p")
    call(warehouse, "C1", phone_key="p")
    assert accounts_of(warehouse, "contact") == {"C1": "A1"}


def test_a_live_account_outranks_a_former_one_and_a_former_one_is_better_than_none(warehouse: Warehouse) -> None:
    customer(warehouse, 1, phone_key="p", email_key="e")
    put(warehouse, "account", account_id="A1", subscriber_id="S1", status="active", valid_to="2026-02-01 00:00:00")
    customer(warehouse, 2, phone_key="p")
    put(warehouse, "account", account_id="A2", subscriber_id="S2", status="active", valid_from="2026-03-01 00:00:00")
    warehouse.execute("DELETE FROM account WHERE valid_from IS NULL AND valid_to IS NULL")
    call(warehouse, "while the first had it", at="2026-01-15 00:00:00", phone_key="p")
    call(warehouse, "between", at="2026-02-15 00:00:00", phone_key="p")
    call(warehouse, "once the second has it", phone_key="p")
    call(warehouse, "about a last bill", email_key="e")
    assert accounts_of(warehouse, "contact") == {
        "while the first had it": "A1",
        "between": "A1",
        "once the second has it": "A2",
        "about a last bill": "A1",
    }


def test_a_number_of_many_is_ambiguous_and_the_next_key_may_still_decide(warehouse: Warehouse) -> None:
    for number in (1, 2, 3):
        customer(warehouse, number, phone_key="switchboard", email_key=f"e{number}")
    call(warehouse, "C1", phone_key="switchboard")
    call(warehouse, "C2", phone_key="switchboard", email_key="e2")
    call(warehouse, "C3", phone_key="switchboard", email_key="nobody's")
    assert accounts_of(warehouse, "contact") == {"C1": None, "C2": "A2", "C3": None}
    assert verdicts(warehouse, "contact") == {
        "C1": ("ambiguous", "phone"),
        "C2": ("matched", "email"),
        "C3": ("ambiguous", "phone"),
    }


def test_a_key_that_is_nobodys_attaches_nothing_and_a_link_settles_an_ambiguous_one(warehouse: Warehouse) -> None:
    for number in (1, 2):
        customer(warehouse, number, phone_key="shared")
    customer(warehouse, 3, phone_key="lobby")
    put(warehouse, "identity_link", kind="phone", value_key="shared", account_id="A2")
    put(warehouse, "identity_link", kind="phone", value_key="lobby", is_shared=True)
    call(warehouse, "C1", phone_key="shared")
    call(warehouse, "C2", phone_key="lobby")
    assert accounts_of(warehouse, "contact") == {"C1": "A2", "C2": None}
    assert verdicts(warehouse, "contact")["C2"] == ("unidentified", None)


def test_a_device_leads_to_the_account_of_its_service_then(warehouse: Warehouse) -> None:
    put(warehouse, "service", service_id="V1", account_id="A1")
    put(warehouse, "service", service_id="V2", account_id="A2")
    put(warehouse, "device", device_id="D", service_id="V1", serial_key="s", mac_key="m", valid_from="2025-01-01")
    put(warehouse, "device", device_id="D", service_id="V2", serial_key="s", mac_key="m", valid_from="2026-03-01")
    put(warehouse, "device", device_id="E", service_id="V1", serial_key="s2", valid_from="2025-01-01")
    call(warehouse, "before", at="2026-02-28 00:00:00", serial_key="s")
    call(warehouse, "after", mac_key="m")
    call(warehouse, "two devices", serial_key="s2", mac_key="m")
    assert accounts_of(warehouse, "contact") == {"before": "A1", "after": "A2", "two devices": None}
    assert verdicts(warehouse, "contact")["two devices"] == ("ambiguous", "device")


def test_a_row_belongs_where_the_ticket_it_names_does(warehouse: Warehouse) -> None:
    customer(warehouse, 1, phone_key="p1")
    put(warehouse, "ticket", ticket_id="1001", opened_at=MARCH, phone_key="p1")
    put(warehouse, "ticket", source="other", ticket_id="1001", opened_at=MARCH, account_id="A7")
    put(warehouse, "ticket", source="other", ticket_id="2002", opened_at=MARCH, account_id="A8")
    put(warehouse, "ticket", ticket_id="3003", opened_at=MARCH, account_id="A9")
    put(warehouse, "ticket", source="other", ticket_id="3003", opened_at=MARCH, account_id="A9")
    call(warehouse, "own source's", ticket_id="1001")
    call(warehouse, "only source's", ticket_id="2002")
    put(warehouse, "contact", source="third", contact_id="one of two", entered_at=MARCH, ticket_id="3003")
    call(warehouse, "unknown", ticket_id="9999")
    assert accounts_of(warehouse, "ticket")["1001"] in ("A1", "A7")
    assert accounts_of(warehouse, "contact") == {
        "own source's": "A1",
        "only source's": "A8",
        "one of two": None,
        "unknown": None,
    }


def test_a_ticket_without_a_time_of_its_own_happened_at_its_first_event(warehouse: Warehouse) -> None:
    put(warehouse, "identity_link", kind="phone", value_key="p", account_id="A1", valid_to="2026-03-10 00:00:00")
    put(warehouse, "ticket", ticket_id="T1", phone_key="p")
    put(warehouse, "ticket_event", ticket_id="T1", at="2026-03-09 00:00:00", type="opened", seq=1)
    put(warehouse, "ticket", ticket_id="T2", phone_key="p")
    put(warehouse, "ticket_event", ticket_id="T2", at="2026-03-11 00:00:00", type="opened", seq=1)
    assert accounts_of(warehouse, "ticket") == {"T1": "A1", "T2": None}


def test_an_answer_belongs_where_its_invitation_does_else_what_it_is_about(warehouse: Warehouse) -> None:
    customer(warehouse, 1, email_key="e1")
    put(warehouse, "survey_invite", invite_id="N1", sent_at=MARCH, email_key="e1")
    call(warehouse, "C2", account_id="A2")
    put(warehouse, "truck_roll", visit_id="V3", created_at=MARCH, account_id="A3")
    put(warehouse, "survey_response", response_id="R1", responded_at=MARCH, invite_id="N1", contact_id="C2")
    put(warehouse, "survey_response", response_id="R2", responded_at=MARCH, contact_id="C2", email_key="e1")
    put(warehouse, "survey_response", response_id="R3", responded_at=MARCH, visit_id="V3")
    assert accounts_of(warehouse, "survey_response") == {"R1": "A1", "R2": "A2", "R3": "A3"}


def test_name_and_address_alone_attach_nothing(warehouse: Warehouse) -> None:
    customer(warehouse, 1, person_key="ada")
    call(warehouse, "C1", person_key="ada")
    assert accounts_of(warehouse, "contact") == {"C1": None}
    assert verdicts(warehouse, "contact") == {"C1": ("unidentified", None)}


def test_no_row_is_ever_multiplied(warehouse: Warehouse) -> None:
    for number in range(1, 9):
        customer(warehouse, number, phone_key=f"p{number % 3}", email_key=f"e{number % 2}")
        put(
            warehouse,
            "identity_link",
            kind="phone",
            value_key="p1",
            account_id=f"A{number}",
            valid_from=f"2026-0{number}-01",
        )
    for number in range(40):
        call(warehouse, f"C{number}", phone_key=f"p{number % 4}", email_key=f"e{number % 3}")
    assert len(accounts_of(warehouse, "contact")) == 40
    assert warehouse.value("SELECT count(*) FROM settled_contact") == 40
    assert warehouse.value("SELECT count(*) FROM match_contact") == 40
