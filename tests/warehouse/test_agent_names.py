"""Who an agent's name means: by the alias table as of the event, by the agent's own id, and never by a guess."""

from __future__ import annotations

import pytest

from firstline.warehouse.agents_seen import unknown_agents
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from tests.warehouse.rows import empty_warehouse, put

MARCH = "2026-03-10 10:00:00"


@pytest.fixture
def warehouse() -> Warehouse:
    made = empty_warehouse()
    for agent in ("G-12", "G-13"):
        put(made, "agent", agent_id=agent, team="tier1")
    return made


def written(warehouse: Warehouse, *names: str, at: str = MARCH, source: str = "acd") -> list[str]:
    """What a source's calls say of their agents once the names are read."""
    for number, name in enumerate(names):
        put(warehouse, "contact", source=source, contact_id=f"{source}{number}", entered_at=at, agent_id=name)
    build_facts(warehouse, "UTC")
    rows = warehouse.rows("SELECT agent_id FROM settled_contact WHERE source_system = ? ORDER BY contact_id", [source])
    return [row["agent_id"] for row in rows]


def alias(warehouse: Warehouse, name: str, agent: str, source: str | None = "acd", **dates: str) -> None:
    put(warehouse, "agent_alias", alias_source=source, alias=name, agent_id=agent, **dates)


def test_login_number_and_name_are_one_agent_whatever_their_case_and_blanks(warehouse: Warehouse) -> None:
    for name in ("jsmith", "1042", "John Smith"):
        alias(warehouse, name, "G-12")
    assert written(warehouse, "JSmith ", "1042", "john   smith", "g-12") == ["G-12"] * 4


def test_a_name_that_nobody_explained_stays_as_it_is(warehouse: Warehouse) -> None:
    assert written(warehouse, "John Smyth", "G-99") == ["John Smyth", "G-99"]


def test_an_alias_holds_in_its_source_and_one_without_a_source_in_all(warehouse: Warehouse) -> None:
    alias(warehouse, "diane", "G-12")
    alias(warehouse, "diane", "G-13", source=None)
    alias(warehouse, "joe", "G-13", source=None)
    assert written(warehouse, "diane", "joe") == ["G-12", "G-13"]
    assert written(warehouse, "diane", "joe", source="desk") == ["G-13", "G-13"]


def test_an_alias_that_changes_hands_counts_as_of_the_event(warehouse: Warehouse) -> None:
    alias(warehouse, "desk 7", "G-12")
    alias(warehouse, "desk 7", "G-13", valid_from=MARCH)
    alias(warehouse, "desk 8", "G-12", valid_to=MARCH)
    assert written(warehouse, "desk 7", "desk 8", at="2026-03-10 09:59:59") == ["G-12", "G-12"]
    assert written(warehouse, "desk 7", "desk 8", source="acd") == ["G-13", "desk 8"]


def test_a_name_of_two_agents_at_once_is_nobodys(warehouse: Warehouse) -> None:
    alias(warehouse, "Smith", "G-12")
    alias(warehouse, "smith", "G-13")
    assert written(warehouse, "Smith") == ["Smith"]


def test_an_alias_outranks_an_agent_of_that_id(warehouse: Warehouse) -> None:
    alias(warehouse, "G-13", "G-12")
    assert written(warehouse, "G-13") == ["G-12"]
    assert written(warehouse, "G-13", source="desk") == ["G-13"]


def test_every_field_that_names_an_agent_is_read_and_a_customer_is_no_agent(warehouse: Warehouse) -> None:
    alias(warehouse, "js", "G-12", source=None)
    put(warehouse, "ticket", ticket_id="T1", opened_at=MARCH, assigned_agent_id="JS")
    put(
        warehouse,
        "ticket_event",
        ticket_id="T1",
        seq=1,
        type="resolved",
        actor_id="js",
        actor_kind="agent",
        **{"at": MARCH},
    )
    put(
        warehouse,
        "ticket_event",
        ticket_id="T1",
        seq=2,
        type="customer_reply",
        actor_id="js",
        actor_kind="customer",
        at=MARCH,
    )
    put(warehouse, "contact_leg", contact_id="C1", seq=1, entered_at=MARCH, agent_id="js")
    put(warehouse, "truck_roll", visit_id="V1", created_at=MARCH, technician_id="js", booked_by_agent_id="js")
    put(warehouse, "survey_response", response_id="R1", responded_at=MARCH, agent_id="js")
    build_facts(warehouse, "UTC")
    assert warehouse.value("SELECT assigned_agent_id FROM settled_ticket") == "G-12"
    actors = warehouse.rows("SELECT actor_id FROM settled_ticket_event ORDER BY seq")
    assert [row["actor_id"] for row in actors] == ["G-12", "js"]
    assert warehouse.value("SELECT agent_id FROM settled_contact_leg") == "G-12"
    assert warehouse.value("SELECT technician_id || booked_by_agent_id FROM settled_truck_roll") == "G-12G-12"
    assert warehouse.value("SELECT agent_id FROM settled_survey_response") == "G-12"
    # and so the ticket is credited to the agent's team
    assert warehouse.value("SELECT team FROM fact_ticket") == "tier1"


def test_names_that_differ_in_case_and_blanks_alone_are_one_that_waits(warehouse: Warehouse) -> None:
    written(warehouse, "jsmith", "JSmith", " jsmith", "Bo")
    assert [(each.rows, each.name.strip().lower()) for each in unknown_agents(warehouse)] == [(3, "jsmith"), (1, "bo")]
