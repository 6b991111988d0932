"""The facts: SQL models that turn canonical rows into instants and durations, built once per import.

A model is one SELECT in the portable dialect, `models/<name>.sql`; its comment states grain, inputs and
why. Models named `fact_*` are what KPIs read; the others are steps towards them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

import sqlglot
from sqlglot import exp

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.view import create_settled_views, settled_name, settled_sql, settling_tables

SETTLING: tuple[str, ...] = ("correction_now", "excluded_row", "driver_node", "code_span")
"""The models that layers are made of: they read what the sources say, not the settled rows."""

EXCLUDABLE: Mapping[str, tuple[str, str]] = {
    "fact_ticket": ("ticket", "ticket_id"),
    "fact_ticket_flow": ("ticket", "ticket_id"),
    "fact_visit": ("truck_roll", "visit_id"),
    "fact_contact": ("contact", "contact_id"),
    "fact_acd": ("contact", "row_id"),
    "fact_survey": ("survey_response", "response_id"),
    "fact_churn": ("churn_event", "source_id"),
}
"""Facts whose rows a person can take out: the entity they are of and their column with its key. Each gets a column
`is_excluded`: the rows stay, so that what was left out can be counted and shown."""

MODELS: tuple[str, ...] = (
    *SETTLING,
    "service_span",
    "account_span",
    "agent_span",
    "team_span",
    "ticket_link",
    "ticket_step",
    "ticket_tier",
    "fact_ticket",
    "fact_ticket_flow",
    "fact_visit",
    "fact_contact",
    "fact_acd",
    "fact_survey",
    "fact_base",
    "fact_churn",
    "fact_snapshot",
)
"""Every model, each after the models it reads."""

FINGERPRINTS = "CREATE TABLE IF NOT EXISTS fact_fingerprint (model VARCHAR, fingerprint VARCHAR)"


@dataclass(frozen=True)
class Model:
    """One SQL model: its name, text, the tables it reads (entities and earlier models) and its columns."""

    name: str
    sql: str
    inputs: frozenset[str]
    columns: tuple[str, ...]


@cache
def model(name: str) -> Model:
    """The model of that name, read from its file. KeyError if there is none; ValueError if it is no SELECT."""
    if name not in MODELS:
        raise KeyError(name)
    text = files("firstline.warehouse").joinpath("models", f"{name}.sql").read_text("utf-8")
    tree = sqlglot.parse_one(text, dialect="duckdb")
    if not isinstance(tree, exp.Query):
        raise ValueError(f"models/{name}.sql is not a SELECT")
    own_names = {cte.alias for cte in tree.find_all(exp.CTE)}
    read = {table.name for table in tree.find_all(exp.Table)} - own_names
    columns = (*tree.named_selects, *(["is_excluded"] if name in EXCLUDABLE else []))
    return Model(name, text, frozenset(read), columns)


def fact_columns() -> Mapping[str, tuple[str, ...]]:
    """The columns of every fact, by fact: the schema that KPI declarations are checked against."""
    return {name: model(name).columns for name in MODELS if name.startswith("fact_")}


def inputs_of(name: str) -> frozenset[str]:
    """The entities and models that a model is made from, those of the layers over its entities included."""
    read = model(name).inputs | ({"excluded_row"} if name in EXCLUDABLE else set())
    settled = read & settled_sql().keys() if name not in SETTLING else frozenset()
    return read.union(*(settling_tables(entity) for entity in settled))


def input_entities(name: str) -> frozenset[str]:
    """The entities that a model reads, directly or through other models and layers."""
    found: set[str] = set()
    for table in inputs_of(name):
        found |= input_entities(table) if table in MODELS else {table}
    return frozenset(found & set(vocabulary()))


def resettled(touched: Collection[str]) -> frozenset[str]:
    """The entities whose settled rows may have changed when these entities were touched."""
    changed = {
        entity
        for entity in settled_sql()
        for table in settling_tables(entity)
        if (input_entities(table) if table in MODELS else {table}) & set(touched)
    }
    return frozenset(changed | set(touched))


@cache
def model_sql(name: str, zone_name: str, dialect: str = "duckdb") -> str:
    """A model's SELECT over settled rows with the reporting zone in place, for an engine's dialect.

    The dialect is `duckdb` or `spark`.
    """
    tree = sqlglot.parse_one(model(name).sql, dialect="duckdb")
    for table in tree.find_all(exp.Table) if name not in SETTLING else ():
        if table.name in model(name).inputs and settled_name(table.name) != table.name:
            table.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name)))
            table.set("this", exp.to_identifier(settled_name(table.name)))
    for placeholder in list(tree.find_all(exp.Placeholder)):
        if placeholder.name != "zone":
            raise ValueError(f"models/{name}.sql: the only placeholder is :zone, not :{placeholder.name}")
        placeholder.replace(exp.Literal.string(zone_name))
    if name not in EXCLUDABLE:
        return tree.sql(dialect=dialect, comments=False)
    entity, key = EXCLUDABLE[name]
    columns = ", ".join(f"fact.{column}" for column in model(name).columns if column != "is_excluded")
    return (
        f"SELECT {columns}, excluded_row.row_id IS NOT NULL AS is_excluded "
        f"FROM ({tree.sql(dialect=dialect, comments=False)}) AS fact LEFT JOIN excluded_row "
        f"ON excluded_row.entity = '{entity}' AND excluded_row.row_source = fact.source_system "
        f"AND excluded_row.row_id = fact.{key}"
    )


def build_facts(
    warehouse: Warehouse, zone_name: str, touched_entities: Collection[str] | None = None
) -> tuple[str, ...]:
    """Rebuild the models whose inputs were touched (None: all) or whose SQL or zone changed; names them.

    Runs inside the caller's transaction and never commits, so that readers see whole imports.
    """
    warehouse.execute(FINGERPRINTS)
    stale = set(stale_facts(warehouse, zone_name))
    built: list[str] = []
    has_views = False
    for name in MODELS:
        if name not in SETTLING and not has_views:
            create_settled_views(warehouse)
            has_views = True
        touched = touched_entities is None or bool(input_entities(name) & set(touched_entities))
        if not (touched or name in stale or inputs_of(name) & set(built)):
            continue
        warehouse.execute(f"CREATE OR REPLACE TABLE {name} AS {model_sql(name, zone_name)}")
        warehouse.execute("DELETE FROM fact_fingerprint WHERE model = ?", [name])
        warehouse.execute("INSERT INTO fact_fingerprint VALUES (?, ?)", [name, fingerprint(name, zone_name)])
        built.append(name)
    return tuple(built)


def stale_facts(warehouse: Warehouse, zone_name: str) -> tuple[str, ...]:
    """The models that are not built yet, or were built from other SQL or for another zone."""
    warehouse.execute(FINGERPRINTS)
    known = {row["model"]: row["fingerprint"] for row in warehouse.rows("SELECT * FROM fact_fingerprint")}
    return tuple(name for name in MODELS if known.get(name) != fingerprint(name, zone_name))


def fingerprint(name: str, zone_name: str) -> str:
    """What a model's rows were made with: its SQL (comments and blanks aside), that of its layers, and the zone."""
    bare = re.sub(r"\s+", " ", re.sub(r"--.*", "", model(name).sql)).strip()
    layers = [settled_sql().get(table, "") for table in sorted(model(name).inputs)]
    return sha256("\n".join([zone_name, bare, *layers]).encode()).hexdigest()
