"""What is told of how rows came to their accounts: rates, the commonest open keys, suggestions, unknown agents."""

from __future__ import annotations

import pytest

from firstline.warehouse.agents_seen import unknown_agents
from firstline.warehouse.attachment import (
    knows_account,
    match_rates,
    open_keys,
    rows_of_person,
    shared_keys,
    suggestions,
)
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from tests.warehouse.rows import empty_warehouse, put, put_personal

MARCH = "2026-03-10 10:00:00"


@pytest.fixture
def warehouse() -> Warehouse:
    made = empty_warehouse()
    for number in (1, 2):
        put(made, "account", account_id=f"A{number}", subscriber_id=f"S{number}")
        put(made, "subscriber_pii", subscriber_id=f"S{number}", phone_key="lobby", email_key=f"e{number}")
    calls = [
        {"account_id": "A1"},
        {"email_key": "e1"},
        {"email_key": "e2", "phone_key": "lobby"},
        *[{"phone_key": "lobby"}] * 3,
        *[{"phone_key": "switchboard"}] * 5,
        {"phone_key": "rare"},
        {},
    ]
    for number, keys in enumerate(calls):
        put(made, "contact", contact_id=f"C{number}", entered_at=MARCH, **keys)
        if "phone_key" in keys:
            put_personal(made, "contact", f"C{number}", phone=f"number of {keys['phone_key']}")
    put(made, "contact", source="other", contact_id="C1", entered_at=MARCH, service_id="V9")
    build_facts(made, "UTC")
    return made


def test_rates_tell_what_attaches_the_rows_of_each_source(warehouse: Warehouse) -> None:
    first, second = match_rates(warehouse)
    assert (first.source, first.entity, first.rows) == ("desk", "contact", 13)
    assert first.by == {"account": 1, "email": 2}
    assert (first.ambiguous, first.unidentified, first.keyless) == (3, 7, 1)
    assert first.share == 3 / 13
    assert (second.source, second.rows, second.unidentified, second.keyless) == ("other", 1, 1, 0)


def test_a_switchboard_stands_out_among_the_open_keys(warehouse: Warehouse) -> None:
    found = open_keys(warehouse, 10)
    assert [(each.kind, each.text, each.rows, each.accounts) for each in found] == [
        ("phone", "number of switchboard", 5, 0),
        ("phone", "number of lobby", 3, 2),
        ("circuit", "V9", 1, 0),
        ("phone", "number of rare", 1, 0),
    ]
    assert found[0].sources == ("desk",)
    assert str(found[0].last_at) == MARCH
    assert len(open_keys(warehouse, 2)) == 2
    assert [each.text for each in open_keys(warehouse, 10, "other")] == ["V9"]


def test_a_key_that_is_nobodys_is_open_no_more(warehouse: Warehouse) -> None:
    put(warehouse, "identity_link", kind="phone", value_key="switchboard", is_shared=True)
    build_facts(warehouse, "UTC")
    assert "number of switchboard" not in {each.text for each in open_keys(warehouse, 10)}
    assert shared_keys(warehouse) == 1
    assert match_rates(warehouse)[0].unidentified == 7


def test_an_erased_key_is_counted_without_its_text(warehouse: Warehouse) -> None:
    warehouse.execute("DELETE FROM contact_personal")
    assert [each.text for each in open_keys(warehouse, 2)] == [None, None]


def test_a_corrected_row_is_settled_by_hand(warehouse: Warehouse) -> None:
    for number, account in ((3, "A1"), (0, None)):
        fields = {"entity": "contact", "row_source": "desk", "row_id": f"C{number}", "field": "account_id"}
        put(warehouse, "row_correction", value=account, reason="asked", **fields)
    build_facts(warehouse, "UTC")
    rate = match_rates(warehouse)[0]
    assert rate.by == {"hand": 1, "email": 2}
    assert (rate.ambiguous, rate.unidentified) == (2, 8)
    assert {each.text: each.rows for each in open_keys(warehouse, 10)}["number of lobby"] == 2


def test_name_and_address_suggest_the_one_account_that_has_them(warehouse: Warehouse) -> None:
    put(warehouse, "account", account_id="A3", subscriber_id="S3")
    put(warehouse, "subscriber_pii", subscriber_id="S3", person_key="ada")
    put_personal(warehouse, "subscriber_pii", "S3", name="Ada Example", street_address="12 Sample Street")
    for number in (20, 21):
        put(warehouse, "contact", contact_id=f"C{number}", entered_at=MARCH, person_key="ada")
        put_personal(warehouse, "contact", f"C{number}", name="Example, Ada", address="12 Sample Street, Denver")
    for number in (4, 5):
        put(warehouse, "account", account_id=f"A{number}", subscriber_id=f"S{number}")
        put(warehouse, "subscriber_pii", subscriber_id=f"S{number}", person_key="john")
    put(warehouse, "contact", contact_id="C22", entered_at=MARCH, person_key="john")
    build_facts(warehouse, "UTC")
    (found,) = suggestions(warehouse, 10)
    assert (found.entity, found.source, found.account_id, found.rows) == ("contact", "desk", "A3", 2)
    assert found.said == "Example, Ada, 12 Sample Street, Denver"
    assert found.listed == "Ada Example, 12 Sample Street"
    assert rows_of_person(warehouse, "contact", "desk", "ada") == ["C20", "C21"]


def test_an_account_is_known_by_a_list_or_a_line(warehouse: Warehouse) -> None:
    put(warehouse, "service", service_id="V1", account_id="A7")
    assert knows_account(warehouse, "A1")
    assert knows_account(warehouse, "A7")
    assert not knows_account(warehouse, "A8")


def test_names_that_nobody_explained_are_listed_with_where_they_stand(warehouse: Warehouse) -> None:
    put(warehouse, "agent", agent_id="G-1")
    put(warehouse, "agent_alias", alias_source="desk", alias="jsmith", agent_id="G-1")
    for number, name in enumerate(["jsmith", "JSmith", "ann", "ann", "bob", "g-1"]):
        put(warehouse, "ticket", ticket_id=f"T{number}", opened_at=MARCH, assigned_agent_id=name)
    put(warehouse, "ticket_event", ticket_id="T1", seq=1, type="assigned", actor_id="ann", **{"at": MARCH})
    put(
        warehouse,
        "ticket_event",
        ticket_id="T1",
        seq=2,
        type="customer_reply",
        actor_id="cy",
        actor_kind="customer",
        at=MARCH,
    )
    build_facts(warehouse, "UTC")
    found = unknown_agents(warehouse)
    assert [(each.name, each.rows, each.fields) for each in found] == [
        ("ann", 3, ("ticket.assigned_agent_id", "ticket_event.actor_id")),
        ("bob", 1, ("ticket.assigned_agent_id",)),
    ]
    assert [each.name for each in unknown_agents(warehouse, 1)] == ["ann"]
