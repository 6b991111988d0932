"""The SQL models themselves: portable, of the stated columns, rebuilt when and only when they must be."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from firstline.model.limits import limit
from firstline.warehouse import facts
from firstline.warehouse.binding import bind
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import MODELS, build_facts, model, model_sql, reads_settled, stale_facts
from firstline.warehouse.remaking import ANCHORS
from firstline.warehouse.settling.view import settled_sql, settling_tables
from firstline.warehouse.tables import create_tables, entities_behind
from tests.twins.planting import plant
from tests.twins.small import small

ZONE = "America/Denver"


@pytest.fixture
def warehouse() -> Warehouse:
    opened = Warehouse.open()
    create_tables(opened)
    return opened


@pytest.fixture(scope="module")
def planted() -> Warehouse:
    """A provider with rows of everything, full of edge cases."""
    opened = Warehouse.open()
    plant(opened, small())
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
def test_the_declared_columns_are_those_that_are_built(name: str, planted: Warehouse) -> None:
    built = [row["column_name"] for row in planted.rows(f"DESCRIBE {name}")]
    assert built == list(model(name).columns)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_reads_only_entities_and_models_before_it(name: str) -> None:
    made = {"shipped_driver", "issue_member", "calendar_piece"}
    earlier = {*MODELS[: MODELS.index(name)], *made}
    applied = {table for table in model(name).inputs if entities_behind(table)}
    assert model(name).inputs <= earlier | applied
    header = model(name).sql.split("-- Inputs: ")[1].split(".")[0].replace("\n-- ", " ")
    assert {each.strip() for each in header.split(",")} == model(name).inputs


@pytest.mark.parametrize("name", MODELS)
def test_what_layers_are_made_of_is_built_before_the_settled_rows_are_read(name: str) -> None:
    earlier = MODELS[: MODELS.index(name)]
    for entity in settled_sql():
        if entity in model(name).inputs and reads_settled(name, entity):
            assert {table for table in settling_tables(entity) if table in MODELS} <= set(earlier)


def test_a_model_that_layers_are_made_of_reads_what_the_sources_say() -> None:
    assert not reads_settled("match_contact", "contact")
    assert not reads_settled("code_span", "code_meaning")
    assert reads_settled("match_contact", "ticket")
    assert reads_settled("fact_contact", "contact")
    assert "settled_contact" not in model_sql("match_contact", ZONE)
    assert "settled_ticket" in model_sql("match_contact", ZONE)


def test_the_zone_is_put_in_as_a_literal_whatever_it_contains() -> None:
    text = model_sql("fact_snapshot", "it's'); DROP TABLE ticket; --")
    assert len(sqlglot.parse(text, dialect="duckdb")) == 1
    assert "'it''s''); DROP TABLE ticket; --'" in text


@pytest.mark.parametrize("name", ANCHORS)
def test_a_model_has_no_row_where_what_its_rows_come_from_has_none(name: str, planted: Warehouse) -> None:
    planted.execute("BEGIN")
    for entity in ANCHORS[name]:
        planted.execute(f"DELETE FROM {entity}")
    for earlier in MODELS[: MODELS.index(name)]:
        # steps that are made of the same rows
        if earlier in ANCHORS and set(ANCHORS[earlier]) <= set(ANCHORS[name]):
            planted.execute(f"DELETE FROM {earlier}")
    found = planted.value(f"SELECT count(*) FROM ({model_sql(name, ZONE)})")
    planted.execute("ROLLBACK")
    assert found == 0


def test_a_model_that_can_have_no_row_is_not_made_again(warehouse: Warehouse) -> None:
    build_facts(warehouse, ZONE)
    assert build_facts(warehouse, ZONE, ["queue_interval"]) == ()
    assert not {"fact_visit", "match_truck_roll", "fact_survey"} & set(build_facts(warehouse, ZONE, ["ticket"]))
    warehouse.execute("INSERT INTO truck_roll (source_system, source_id, visit_id) VALUES ('a', 'v', 'v')")
    assert {"match_truck_roll", "fact_visit"} <= set(build_facts(warehouse, ZONE, ["truck_roll"]))
    warehouse.execute("DELETE FROM truck_roll")
    assert {"match_truck_roll", "fact_visit"} <= set(build_facts(warehouse, ZONE, ["truck_roll"]))
    assert "fact_visit" not in build_facts(warehouse, ZONE, ["truck_roll"])


def test_only_what_was_touched_is_rebuilt(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "is_still_empty", lambda _warehouse, _model: False)
    assert stale_facts(warehouse, ZONE) == MODELS
    assert build_facts(warehouse, ZONE) == MODELS
    assert stale_facts(warehouse, ZONE) == ()
    assert build_facts(warehouse, ZONE, ["queue_interval"]) == ("exclusion_hit", "fact_acd", "fact_handling")
    assert build_facts(warehouse, ZONE, ["cost_ledger"]) == ()
    assert build_facts(warehouse, ZONE, ["contact"]) == (
        *("match_contact", "match_survey_invite", "match_survey_response", "exclusion_hit"),
        *("contact_part", "fact_contact", "fact_acd", "fact_handling", "contact_join", "contact_turn", "issue_event"),
        *("fact_issue", "fact_survey", "fact_invite"),
    )


def test_what_is_taken_out_rebuilds_the_facts_only_where_it_changes(warehouse: Warehouse) -> None:
    build_facts(warehouse, ZONE)
    columns = "source_system, source_id, version_at, is_deleted, batch"
    meta = "'s', 'x', TIMESTAMP '2026-01-01', FALSE, 1"
    warehouse.execute(f"INSERT INTO exclusion (exclusion_id, account_id, {columns}) VALUES ('x', 'a', {meta})")
    assert "fact_ticket" not in build_facts(warehouse, ZONE, ["exclusion"])
    warehouse.execute(f"INSERT INTO ticket (ticket_id, account_id, {columns}) VALUES ('t', 'a', {meta})")
    warehouse.execute(f"INSERT INTO churn_event (subscriber_id, {columns}) VALUES ('s', {meta})")
    assert "fact_churn" in build_facts(warehouse, ZONE, ["ticket"])
    assert warehouse.rows("SELECT ticket_id, is_excluded FROM fact_ticket") == [{"ticket_id": "t", "is_excluded": True}]
    assert "fact_churn" not in build_facts(warehouse, ZONE, ["ticket"])


def test_another_zone_or_other_sql_makes_a_model_stale(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    build_facts(warehouse, ZONE)
    assert "fact_ticket" in stale_facts(warehouse, "Europe/Rome")
    real = facts.model
    changed = {"fact_base": facts.Model("fact_base", "SELECT 1 AS x", frozenset(), ("x",), ())}
    monkeypatch.setattr(facts, "model", lambda name: changed.get(name) or real(name))
    assert stale_facts(warehouse, ZONE) == ("fact_base",)


def test_another_limit_makes_the_models_stale_that_name_it(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_facts(warehouse, ZONE)
    for name, by in (("thank_you", ("ticket_reopening",)), ("same_issue", ("fact_issue",))):
        longer = limit(name).model_copy(update={"span": "40 days"})
        with monkeypatch.context() as changed:
            changed.setattr(
                facts, "limit", lambda each, name=name, longer=longer: longer if each == name else limit(each)
            )
            assert stale_facts(warehouse, ZONE) == by


def test_a_model_can_name_nothing_that_is_not_declared() -> None:
    for sql, said in (("SELECT at + :thank_yuo", "there is no :thank_yuo"), ("SELECT at + :errands", "is a list")):
        with pytest.raises(ValueError, match=said):
            bind(sqlglot.parse_one(sql, dialect="duckdb"), ZONE)
    tree = sqlglot.parse_one("SELECT opened + :reconnect, family IN (:errands)", dialect="duckdb")
    bind(tree, ZONE)
    assert tree.sql("duckdb") == (
        "SELECT opened + INTERVAL '15' MINUTE, family IN ('other.wrong_number', 'order.install_status')"
    )


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
