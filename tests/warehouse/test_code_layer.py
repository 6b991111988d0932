"""Codes: what the table says of a source's own words is laid over its rows, and nothing else of them changes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from firstline.model.codes import DRIVER_FIELDS, code_fields
from firstline.model.drivers import UNMAPPED
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts, model
from firstline.warehouse.tables import create_tables

ZONE = "UTC"
Meaning = tuple[str, str, str, str, str | None]


@pytest.fixture
def warehouse() -> Warehouse:
    opened = Warehouse.open()
    create_tables(opened)
    return opened


def tickets(warehouse: Warehouse, source: str, *reasons: str | None, month: int = 3) -> None:
    for number, reason in enumerate(reasons):
        name = f"T{month}-{number}"
        warehouse.execute(
            "INSERT INTO ticket (source_system, source_id, ticket_id, account_id, reason_code, opened_at) "
            f"VALUES (?, ?, ?, ?, ?, TIMESTAMP '2026-{month:02}-01')",
            [source, name, name, f"A{number}", reason],
        )


def means(warehouse: Warehouse, rows: Sequence[Meaning], field: str = "ticket.reason_code") -> None:
    """Rows (source, value, meaning, version time, valid from) of the code table."""
    for number, (source, value, meaning, version_at, valid_from) in enumerate(rows):
        warehouse.execute(
            "INSERT INTO code_meaning (source_system, source_id, code_source, field, value, meaning, valid_from, "
            "version_at, batch) VALUES ('t', ?, ?, ?, ?, ?, ?, ?, 1)",
            [f"{value}{number}", source, field, value, meaning, valid_from, version_at],
        )


def reasons(warehouse: Warehouse) -> list[str | None]:
    build_facts(warehouse, ZONE)
    rows = warehouse.rows("SELECT reason FROM fact_ticket ORDER BY source_system, opened_at, ticket_id")
    return [row["reason"] for row in rows]


SLOW = ("desk", "INET_SLOW", "connectivity.slow.always", "2026-04-01", None)


def test_a_code_means_what_the_table_says_whatever_its_case_and_blanks(warehouse: Warehouse) -> None:
    tickets(warehouse, "desk", "INET_SLOW", "inet_slow", " Inet_Slow ")
    means(warehouse, [SLOW])
    assert reasons(warehouse) == ["connectivity.slow.always"] * 3
    assert warehouse.value("SELECT count(*) FROM ticket WHERE reason_code LIKE 'connectivity%'") == 0


def test_a_code_that_nothing_names_is_unmapped_and_never_other(warehouse: Warehouse) -> None:
    tickets(warehouse, "desk", "INET_SLOW", "INET_ODD", None, "", "wifi.mesh.node", "WiFi.Mesh")
    means(warehouse, [SLOW])
    assert reasons(warehouse) == ["connectivity.slow.always", UNMAPPED, None, "", "wifi.mesh.node", "wifi.mesh"]
    drivers = warehouse.rows("SELECT DISTINCT driver, family FROM fact_ticket WHERE reason = 'unmapped'")
    assert drivers == [{"driver": UNMAPPED, "family": UNMAPPED}]


def test_until_a_source_has_a_table_its_reasons_pass_as_they_are(warehouse: Warehouse) -> None:
    tickets(warehouse, "desk", "INET_SLOW")
    tickets(warehouse, "other", "INET_SLOW", "Whatever")
    means(warehouse, [SLOW])
    means(warehouse, [("other", "INET_SLOW", "x", "2026-04-01", None)], field="ticket.resolution_code")
    assert reasons(warehouse) == ["connectivity.slow.always", "INET_SLOW", "Whatever"]


def test_a_row_takes_the_meaning_of_its_own_time(warehouse: Warehouse) -> None:
    for month in (1, 2, 3):
        tickets(warehouse, "desk", "INET_SLOW", month=month)
    means(warehouse, [SLOW[:4] + ("2026-03-01",)])
    means(warehouse, [("desk", "inet_slow", "connectivity.slow.latency", "2026-04-01", "2026-02-01")])
    assert reasons(warehouse) == [UNMAPPED, "connectivity.slow.latency", "connectivity.slow.always"]


def test_the_row_stated_last_holds_in_whatever_order_the_table_came(warehouse: Warehouse) -> None:
    tickets(warehouse, "desk", "INET_SLOW")
    later = ("desk", "inet_slow", "wifi.device.slow", "2026-05-01", None)
    means(warehouse, [later, SLOW])
    assert reasons(warehouse) == ["wifi.device.slow"]
    warehouse.execute("UPDATE code_meaning SET is_deleted = TRUE WHERE meaning = 'wifi.device.slow'")
    assert reasons(warehouse) == ["connectivity.slow.always"]


def test_a_reason_that_means_no_driver_any_more_is_unmapped_again(warehouse: Warehouse) -> None:
    tickets(warehouse, "desk", "RATS")
    means(warehouse, [("desk", "RATS", "field.damage.rodents", "2026-04-01", None)])
    assert reasons(warehouse) == [UNMAPPED]
    warehouse.execute("INSERT INTO driver (source_id, driver_id, label) VALUES ('a', 'field.damage.rodents', 'Rats')")
    assert reasons(warehouse) == ["field.damage.rodents"]


def test_a_provider_adds_relabels_and_retires_drivers(warehouse: Warehouse) -> None:
    warehouse.execute(
        "INSERT INTO driver (source_id, driver_id, label, is_retired, version_at) VALUES "
        "('a', 'field.damage.rodents', 'Rats', FALSE, TIMESTAMP '2026-01-01'), "
        "('b', 'wifi.mesh.node', 'Pods', TRUE, TIMESTAMP '2026-01-01')"
    )
    tickets(warehouse, "desk", "wifi.mesh.node")
    assert reasons(warehouse) == ["wifi.mesh.node"]
    labels = warehouse.rows("SELECT driver_id, label, is_retired FROM driver_node WHERE driver_id LIKE '%.%.%'")
    known = {row["driver_id"]: (row["label"], row["is_retired"]) for row in labels}
    assert known["field.damage.rodents"] == ("Rats", False)
    assert known["wifi.mesh.node"] == ("Pods", True)
    assert known["wifi.setup.password"] == ("Name or password", False)


def test_a_text_that_its_list_has_not_got_is_read_by_the_table(warehouse: Warehouse) -> None:
    warehouse.execute(
        "INSERT INTO ticket (source_system, source_id, ticket_id, type, channel, opened_at, unread_codes) VALUES "
        "('desk', '1', '1', NULL, NULL, '2026-03-01', '{\"type\":\" Fehler\",\"channel\":\"Brief\"}'), "
        "('desk', '2', '2', NULL, 'phone', '2026-03-01', '{\"type\":\"Frage\"}'), "
        "('desk', '3', '3', 'order', NULL, '2026-03-01', NULL), "
        "('other', '4', '4', NULL, NULL, '2026-03-01', '{\"type\":\"Fehler\"}')"
    )
    means(warehouse, [("desk", "FEHLER", "trouble", "2026-04-01", None)], field="ticket.type")
    means(warehouse, [("desk", "Brief", "email", "2026-04-01", "2026-01-01")], field="ticket.channel")
    build_facts(warehouse, ZONE)
    rows = warehouse.rows("SELECT ticket_id, type, channel FROM fact_ticket ORDER BY ticket_id")
    assert [tuple(row.values()) for row in rows] == [
        ("1", "trouble", "email"), ("2", None, "phone"), ("3", "order", None), ("4", None, None)
    ]  # fmt: skip


def test_free_codes_keep_their_own_name_where_the_table_has_none(warehouse: Warehouse) -> None:
    warehouse.execute(
        "INSERT INTO ticket (source_system, source_id, ticket_id, resolution_code, opened_at) VALUES "
        "('desk', '1', '1', 'RB', '2026-03-01'), ('desk', '2', '2', 'SWAP', '2026-03-01')"
    )
    means(warehouse, [("desk", "rb", "remote.reboot", "2026-04-01", None)], field="ticket.resolution_code")
    build_facts(warehouse, ZONE)
    rows = warehouse.rows("SELECT resolution FROM fact_ticket ORDER BY ticket_id")
    assert [row["resolution"] for row in rows] == ["remote.reboot", "SWAP"]


def test_contacts_are_read_by_a_table_of_their_own_field(warehouse: Warehouse) -> None:
    warehouse.execute(
        "INSERT INTO contact (source_system, source_id, contact_id, reason_code, entered_at, unread_codes) VALUES "
        "('acd', '1', '1', 'NET', '2026-03-01', '{\"disposition\":\"ANG\"}'), "
        "('acd', '2', '2', 'ODD', '2026-03-01', NULL)"
    )
    means(warehouse, [("acd", "net", "connectivity.slow.always", "2026-04-01", None)], field="contact.reason_code")
    means(warehouse, [("acd", "ang", "answered", "2026-04-01", None)], field="contact.disposition")
    build_facts(warehouse, ZONE)
    rows = warehouse.rows("SELECT reason, family, driver, is_answered FROM fact_contact ORDER BY contact_id")
    assert [tuple(row.values()) for row in rows] == [
        ("connectivity.slow.always", "connectivity.slow", "connectivity", True), (UNMAPPED, UNMAPPED, UNMAPPED, False),
    ]  # fmt: skip


def test_a_correction_outranks_the_code_table(warehouse: Warehouse) -> None:
    tickets(warehouse, "desk", "INET_SLOW")
    means(warehouse, [SLOW])
    warehouse.execute(
        "INSERT INTO row_correction (entity, row_source, row_id, field, value) "
        "VALUES ('ticket', 'desk', 'T3-0', 'reason_code', 'wifi.mesh.node')"
    )
    assert reasons(warehouse) == ["wifi.mesh.node"]


def test_the_model_knows_the_fields_whose_codes_are_drivers() -> None:
    for field in DRIVER_FIELDS:
        assert f"'{field}'" in model("code_span").sql
    assert {each.name for each in code_fields().values() if each.kind == "driver"} == set(DRIVER_FIELDS)


def test_two_unmapped_reasons_are_not_the_same_matter(warehouse: Warehouse) -> None:
    means(warehouse, [SLOW])
    for number, reason in enumerate(("ODD", "ODDER", "INET_SLOW", "inet_slow")):
        warehouse.execute(
            "INSERT INTO ticket (source_system, source_id, ticket_id, account_id, reason_code, opened_at) "
            "VALUES ('desk', ?, ?, 'A1', ?, ?)",
            [str(number), str(number), reason, f"2026-03-0{number + 1}"],
        )
    build_facts(warehouse, ZONE)
    rows = warehouse.rows("SELECT day(previous_family_at) AS family, day(previous_any_at) AS anything FROM fact_ticket "
                          "ORDER BY ticket_id")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [(None, None), (None, 1), (None, 2), (3, 3)]
