"""Settled rows: what the provider knows better is laid over what the sources say, and can be taken away again."""

from __future__ import annotations

import pytest
import sqlglot

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import build_facts, input_entities
from firstline.warehouse.settling.presence import INFERRED_END
from firstline.warehouse.settling.view import settled_sql
from firstline.warehouse.tables import create_tables

ZONE = "UTC"


@pytest.fixture
def warehouse() -> Warehouse:
    opened = Warehouse.open()
    create_tables(opened)
    opened.execute(
        "INSERT INTO ticket (source_system, source_id, ticket_id, account_id, reason_code, opened_at, priority) "
        "SELECT unnest(['desk', 'other']), 'T1', 'T1', 'A1', 'wifi.slow', TIMESTAMP '2026-01-01', 'high'"
    )
    return opened


def correct(warehouse: Warehouse, field: str, value: str | None, is_deleted: bool = False) -> None:
    warehouse.execute(
        "INSERT INTO row_correction (entity, row_source, row_id, field, value, is_deleted) "
        "VALUES ('ticket', 'desk', 'T1', ?, ?, ?)",
        [field, value, is_deleted],
    )


def reasons(warehouse: Warehouse) -> dict[str, str | None]:
    build_facts(warehouse, ZONE, ["row_correction"])
    return {row["s"]: row["r"] for row in warehouse.rows("SELECT source_system AS s, reason AS r FROM fact_ticket")}


def test_a_correction_outranks_the_source_in_its_own_row_alone(warehouse: Warehouse) -> None:
    build_facts(warehouse, ZONE)
    correct(warehouse, "reason_code", "wifi.coverage")
    assert reasons(warehouse) == {"desk": "wifi.coverage", "other": "wifi.slow"}
    assert warehouse.value("SELECT count(*) FROM ticket WHERE reason_code = 'wifi.slow'") == 2


def test_an_empty_correction_takes_the_value_away(warehouse: Warehouse) -> None:
    build_facts(warehouse, ZONE)
    correct(warehouse, "reason_code", None)
    correct(warehouse, "priority", "low")
    assert reasons(warehouse) == {"desk": None, "other": "wifi.slow"}
    assert warehouse.rows("SELECT priority FROM fact_ticket ORDER BY source_system") == [
        {"priority": "low"},
        {"priority": "high"},
    ]


def test_a_withdrawn_correction_holds_no_longer(warehouse: Warehouse) -> None:
    build_facts(warehouse, ZONE)
    correct(warehouse, "reason_code", "wifi.coverage", is_deleted=True)
    assert reasons(warehouse) == {"desk": "wifi.slow", "other": "wifi.slow"}


def test_facts_over_corrected_rows_are_built_again_when_a_correction_comes(warehouse: Warehouse) -> None:
    assert "row_correction" in input_entities("fact_ticket")
    assert "row_correction" not in input_entities("fact_snapshot")


@pytest.mark.parametrize("name", settled_sql())
def test_settled_rows_have_the_columns_of_their_entity_and_can_be_said_in_spark_s_dialect(
    name: str, warehouse: Warehouse
) -> None:
    build_facts(warehouse, ZONE)
    plain = warehouse.rows(f"DESCRIBE {name}")
    settled = warehouse.rows(f"DESCRIBE settled_{name}")
    columns = {row["column_name"]: row["column_type"] for row in settled}
    columns.pop(INFERRED_END, None)
    assert columns == {row["column_name"]: row["column_type"] for row in plain}
    assert sqlglot.parse_one(sqlglot.transpile(settled_sql()[name], read="duckdb", write="spark")[0], dialect="spark")
    assert name in vocabulary()
