"""The SQL models themselves: portable, of the stated columns, rebuilt when and only when they must be."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from firstline.warehouse import facts
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import MODELS, build_facts, input_entities, model, model_sql, stale_facts
from firstline.warehouse.tables import create_tables

ZONE = "America/Denver"


@pytest.fixture
def warehouse() -> Warehouse:
    opened = Warehouse.open()
    create_tables(opened)
    return opened


@pytest.mark.parametrize("name", MODELS)
def test_a_model_can_be_said_in_spark_s_dialect(name: str) -> None:
    text = model_sql(name, ZONE, "spark")
    parsed = sqlglot.parse_one(text, dialect="spark")
    assert isinstance(parsed, exp.Query)
    assert parsed.named_selects == list(model(name).columns)
    assert ":zone" not in text
    assert "'America/Denver'" in text or ":zone" not in model(name).sql


@pytest.mark.parametrize("name", MODELS)
def test_the_declared_columns_are_those_that_are_built(name: str, warehouse: Warehouse) -> None:
    build_facts(warehouse, ZONE)
    built = [row["column_name"] for row in warehouse.rows(f"DESCRIBE {name}")]
    assert built == list(model(name).columns)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_reads_only_entities_and_models_before_it(name: str) -> None:
    earlier = {*MODELS[: MODELS.index(name)], "shipped_driver"}
    assert model(name).inputs <= earlier | input_entities(name)
    header = model(name).sql.split("-- Inputs: ")[1].split(".")[0]
    assert {each.strip() for each in header.split(",")} == model(name).inputs


def test_the_zone_is_put_in_as_a_literal_whatever_it_contains() -> None:
    text = model_sql("fact_snapshot", "it's'); DROP TABLE ticket; --")
    assert len(sqlglot.parse(text, dialect="duckdb")) == 1
    assert "'it''s''); DROP TABLE ticket; --'" in text


def test_only_what_was_touched_is_rebuilt(warehouse: Warehouse) -> None:
    assert stale_facts(warehouse, ZONE) == MODELS
    assert build_facts(warehouse, ZONE) == MODELS
    assert stale_facts(warehouse, ZONE) == ()
    assert build_facts(warehouse, ZONE, ["queue_interval"]) == ("fact_acd",)
    assert build_facts(warehouse, ZONE, ["cost_ledger"]) == ()
    assert build_facts(warehouse, ZONE, ["contact"]) == ("fact_contact", "fact_acd", "fact_survey")


def test_another_zone_or_other_sql_makes_a_model_stale(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    build_facts(warehouse, ZONE)
    assert "fact_ticket" in stale_facts(warehouse, "Europe/Rome")
    real = facts.model
    changed = {"fact_base": facts.Model("fact_base", "SELECT 1 AS x", frozenset(), ("x",))}
    monkeypatch.setattr(facts, "model", lambda name: changed.get(name) or real(name))
    assert stale_facts(warehouse, ZONE) == ("fact_base",)


def test_a_build_inside_a_transaction_is_undone_with_it(warehouse: Warehouse) -> None:
    build_facts(warehouse, ZONE)
    warehouse.execute("INSERT INTO ticket (source_system, ticket_id, opened_at) VALUES ('a', 't', '2026-01-01')")

    def fail() -> None:
        with warehouse.transaction():
            build_facts(warehouse, ZONE, ["ticket"])
            assert warehouse.value("SELECT count(*) FROM fact_ticket") == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert warehouse.value("SELECT count(*) FROM fact_ticket") == 0
