"""Full lists show who is gone: at the first that lacks them; partial lists end nothing, and what rows state wins."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import pytest

from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts
from tests.warehouse.rows import empty_warehouse, put

SPANS = (
    "SELECT thing_id, CAST(from_at AS DATE) AS from_on, CAST(to_at AS DATE) AS to_on FROM presence_span ORDER BY ALL"
)


@pytest.fixture
def warehouse() -> Warehouse:
    return empty_warehouse()


def listed(
    warehouse: Warehouse,
    day: str,
    things: Iterable[str],
    full: bool = True,
    entity: str = "service",
    source: str = "crm",
    missing: int = 0,
) -> None:
    """A list of a source as of a day of 2026; a full one may have lost some of its rows on the way."""
    names = list(things)
    for name in names:
        warehouse.execute("INSERT INTO presence VALUES (?, ?, ?, ?, 1)", [entity, source, name, f"2026-{day} 00:00:00"])
    if full:
        values = [entity, source, f"2026-{day} 00:00:00", len(names) + missing]
        warehouse.execute("INSERT INTO listing VALUES (?, ?, ?, ?, 1)", values)


def there(warehouse: Warehouse) -> dict[str, list[tuple[str, str]]]:
    """When each thing that ever was lacking was there, by day; always and ever are told by a dash."""
    build_facts(warehouse, "UTC")
    found: dict[str, list[tuple[str, str]]] = {}
    for row in warehouse.rows(SPANS):
        span = tuple(f"{row[name]:%m-%d}" if 1900 < row[name].year < 9999 else "-" for name in ("from_on", "to_on"))
        found.setdefault(row["thing_id"], []).append((span[0], span[1]))
    return found


def test_a_thing_ends_at_the_first_full_list_that_lacks_it(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "abc")
    listed(warehouse, "02-01", "ab")
    listed(warehouse, "03-01", "a")
    assert there(warehouse) == {"b": [("-", "03-01")], "c": [("-", "02-01")]}


def test_a_partial_list_ends_nothing_but_shows_that_a_thing_is_there(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "abc")
    listed(warehouse, "02-01", "a", full=False)
    assert there(warehouse) == {}
    listed(warehouse, "03-01", "a")
    listed(warehouse, "04-01", "b", full=False)
    assert there(warehouse) == {"b": [("-", "03-01"), ("04-01", "-")], "c": [("-", "03-01")]}


def test_who_is_new_in_a_full_list_was_not_there_before(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "a")
    listed(warehouse, "02-01", "b", full=False, source="billing")
    listed(warehouse, "02-01", "abc")
    listed(warehouse, "03-01", "ad", full=False)
    # billing, which names b, has no full list that lacks it
    assert there(warehouse) == {"c": [("02-01", "-")], "d": [("03-01", "-")]}
    listed(warehouse, "04-01", "ab")
    assert there(warehouse) == {"c": [("02-01", "04-01")], "d": [("03-01", "04-01")]}


def test_a_stated_start_is_believed_over_the_list_that_lacked_it(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "U")
    listed(warehouse, "02-01", "UVW")
    put(warehouse, "service", service_id="V", account_id="A1", valid_from="2025-12-20 00:00:00")
    put(warehouse, "service", service_id="W", account_id="A1")
    found = rows(warehouse, "SELECT service_id, strftime(from_at, '%y-%m-%d') FROM service_span ORDER BY ALL")
    assert found == [("V", "25-12-20"), ("W", "26-02-01")]


def test_a_new_agent_was_in_no_team_before_the_list_that_names_it(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", ["G-1"], entity="agent")
    listed(warehouse, "02-01", ["G-1", "G-2"], entity="agent")
    for name in ("G-1", "G-2"):
        put(warehouse, "agent", agent_id=name, team="tier1")
    found = rows(warehouse, "SELECT agent_id, strftime(from_at, '%y-%m') FROM agent_span ORDER BY ALL")
    assert found == [("G-1", "00-01"), ("G-2", "26-02")]


def test_what_comes_back_is_open_again(warehouse: Warehouse) -> None:
    for day, things in (("01-01", "ab"), ("02-01", "a"), ("03-01", "ab"), ("04-01", "a")):
        listed(warehouse, day, things)
    assert there(warehouse) == {"b": [("-", "02-01"), ("03-01", "04-01")]}


def test_a_full_list_that_lost_rows_ends_nothing(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "abc")
    listed(warehouse, "02-01", "a", missing=2)
    assert there(warehouse) == {}


def test_a_thing_of_two_sources_is_gone_only_when_both_lack_it(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "ab")
    listed(warehouse, "01-02", "bc", source="billing")
    listed(warehouse, "02-01", "x")
    assert there(warehouse) == {"a": [("-", "02-01")], "x": [("02-01", "-")]}
    listed(warehouse, "03-01", "x", source="billing")
    gone = {"a": [("-", "02-01")], "b": [("-", "03-01")], "c": [("-", "03-01")]}
    assert there(warehouse) == {**gone, "x": [("02-01", "-")]}


def test_lists_of_other_things_say_nothing(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "a", entity="account")
    listed(warehouse, "02-01", "b", entity="service")
    assert there(warehouse) == {}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_loading_changes_nothing(seed: int) -> None:
    chance = Random(seed)
    lists = [
        (f"0{n}-01", [c for c in "abcde" if chance.random() < 0.6] or ["a"], chance.random() < 0.7) for n in range(1, 8)
    ]
    states = []
    for order in [lists, *([chance.sample(lists, len(lists)) for _ in range(3)])]:
        warehouse = empty_warehouse()
        for day, things, full in order:
            listed(warehouse, day, things, full)
        states.append(there(warehouse))
    assert states[0]
    assert all(state == states[0] for state in states)


def rows(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    build_facts(warehouse, "UTC")
    return [tuple(row.values()) for row in warehouse.rows(sql)]


def test_an_interval_is_cut_where_its_thing_is_lacking_and_marked(warehouse: Warehouse) -> None:
    for day, things in (("01-01", "V"), ("02-01", "x"), ("03-01", "V"), ("04-01", "x")):
        listed(warehouse, day, things)
    put(warehouse, "service", service_id="V", account_id="A1", valid_from="2025-01-01 00:00:00")
    put(warehouse, "service", service_id="W", account_id="A1", valid_from="2025-01-01 00:00:00")
    found = rows(
        warehouse,
        "SELECT service_id, strftime(valid_from, '%y-%m'), strftime(valid_to, '%y-%m'), is_end_inferred "
        "FROM settled_service ORDER BY ALL",
    )
    assert found == [("V", "25-01", "26-02", True), ("V", "26-03", "26-04", True), ("W", "25-01", None, False)]
    spans = rows(warehouse, "SELECT count(*) FROM service_span WHERE service_id = 'V'")
    assert spans == [(2,)]


def test_a_stated_end_is_believed_over_an_absence(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "VW")
    listed(warehouse, "02-01", "x")
    put(warehouse, "service", service_id="V", account_id="A1", valid_to="2026-02-20 00:00:00")
    put(warehouse, "service", service_id="W", account_id="A1", valid_to="2026-01-20 00:00:00")
    found = rows(
        warehouse,
        "SELECT service_id, strftime(valid_to, '%m-%d'), is_end_inferred FROM settled_service ORDER BY ALL",
    )
    assert found == [("V", "02-20", False), ("W", "01-20", False)]


def test_a_subscriber_that_full_lists_lack_counts_in_no_denominator(warehouse: Warehouse) -> None:
    for day, things in (("01-01", "abc"), ("02-01", "ac"), ("03-01", "ab"), ("04-01", "ab")):
        listed(warehouse, day, things, entity="subscriber")
    for name in "abc":
        put(warehouse, "subscriber", subscriber_id=name, activated_at="2025-01-01 00:00:00")
    put(warehouse, "subscriber", subscriber_id="d", activated_at="2025-01-01", disconnected_at="2026-01-15 00:00:00")
    found = rows(
        warehouse,
        "SELECT subscriber_id, CAST(from_on AS VARCHAR), "
        "CASE WHEN to_on < DATE '9000-01-01' THEN CAST(to_on AS VARCHAR) END, is_end_inferred "
        "FROM fact_base ORDER BY ALL",
    )
    assert found == [
        ("a", "2025-01-01", None, False),
        ("b", "2025-01-01", "2026-02-01", True),
        ("b", "2026-03-01", None, False),
        ("c", "2025-01-01", "2026-03-01", True),
        ("d", "2025-01-01", "2026-01-15", False),
    ]


def test_a_list_without_activations_shows_who_was_there_from_its_date_on(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", "a", entity="subscriber")
    listed(warehouse, "02-01", "ab", entity="subscriber")
    for name in "ab":
        put(warehouse, "subscriber", subscriber_id=name)
    found = rows(warehouse, "SELECT subscriber_id, CAST(from_on AS VARCHAR) FROM fact_base ORDER BY ALL")
    assert found == [("a", "2026-01-01"), ("b", "2026-02-01")]


def test_an_agent_that_the_list_lacks_is_in_no_team_any_more(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", ["G-1", "G-2"], entity="agent")
    listed(warehouse, "02-01", ["G-1"], entity="agent")
    for name in ("G-1", "G-2"):
        put(warehouse, "agent", agent_id=name, team="tier1")
    found = rows(
        warehouse,
        "SELECT agent_id, CASE WHEN year(to_at) < 9000 THEN CAST(CAST(to_at AS DATE) AS VARCHAR) END "
        "FROM agent_span ORDER BY ALL",
    )
    assert found == [("G-1", None), ("G-2", "2026-02-01")]


def test_the_number_of_an_account_that_is_gone_is_free_for_the_next(warehouse: Warehouse) -> None:
    listed(warehouse, "01-01", ["A1"], entity="account")
    listed(warehouse, "02-01", ["A2"], entity="account")
    for number in ("1", "2"):
        put(warehouse, "account", account_id=f"A{number}", subscriber_id=f"S{number}", phone_key="p")
    for name, at in (("january", "2026-01-15"), ("march", "2026-03-15")):
        put(warehouse, "contact", contact_id=name, entered_at=f"{at} 10:00:00", phone_key="p")
    assert rows(warehouse, "SELECT contact_id, account_id FROM settled_contact ORDER BY 1") == [
        ("january", "A1"),
        ("march", "A2"),
    ]
