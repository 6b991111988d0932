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

from firstline.model.limits import limit
from firstline.warehouse.binding import bind, limits_named
from firstline.warehouse.calendars.table import CALENDARS_VERSION, PIECES, make_pieces
from firstline.warehouse.calendars.table import READS as CALENDAR_READS
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.linking.linker import LINKED_BY, LINKER_VERSION
from firstline.warehouse.linking.relink import FACT, MEMBERS, PART, relink
from firstline.warehouse.linking.spans import READS
from firstline.warehouse.remaking import COMPARED, is_still_empty, replace_if_other
from firstline.warehouse.settling.matching import MATCHED, all_match_sql, match_name
from firstline.warehouse.settling.view import (
    create_settled_view,
    missing_views,
    settled_name,
    settled_sql,
    settling_tables,
)
from firstline.warehouse.tables import entities_behind

EXCLUDABLE: Mapping[str, tuple[str, str]] = {
    "fact_ticket": ("ticket", "ticket_id"),
    "fact_ticket_flow": ("ticket", "ticket_id"),
    "fact_sla": ("ticket", "ticket_id"),
    "fact_visit": ("truck_roll", "visit_id"),
    "fact_contact": ("contact", "contact_id"),
    "fact_acd": ("contact", "row_id"),
    "fact_survey": ("survey_response", "response_id"),
    "fact_invite": ("survey_invite", "invite_id"),
    "fact_churn": ("churn_event", "source_id"),
    "fact_snapshot": ("subscriber_snapshot", "source_id"),
}
"""Facts whose rows a person can take out: the entity they are of and their column with its key. Each gets a column
`is_excluded`: the rows stay, so that what was left out can be counted and shown."""

MODELS: tuple[str, ...] = (
    "correction_now",
    "driver_node",
    "code_span",
    "presence_span",
    "service_span",
    "account_span",
    "team_stated",
    "agent_span",
    "queue_span",
    "team_span",
    "agent_name",
    "account_time",
    "key_time",
    "key_span",
    *(match_name(entity) for entity in MATCHED),
    "subscriber_out",
    "exclusion_hit",
    "excluded_row",
    "ticket_link",
    "ticket_step",
    "ticket_reopening",
    "ticket_survivor",
    "ticket_tier",
    "ticket_story",
    "calendar_row",
    "data_span",
    "place_calendar",
    "ticket_status",
    "ticket_stay",
    "ticket_hours",
    "fact_ticket",
    "fact_ticket_flow",
    "sla_span",
    "ticket_clock",
    "clock_stretch",
    "calendar_open",
    "clock_due",
    "fact_sla",
    "visit_ticket",
    "unit_cost_span",
    "fact_visit",
    "contact_part",
    "fact_contact",
    "fact_acd",
    "fact_handling",
    "fact_base",
    "fact_churn",
    "contact_join",
    "account_outage",
    "contact_turn",
    "account_loss",
    "issue_event",
    "fact_issue",
    "fact_survey",
    "fact_invite",
    "fact_snapshot",
)
"""Every model, each after the models it reads. A model reads the settled rows of an entity, unless it is one of those
that the entity's layers are made of: these read what the sources say."""

FINGERPRINTS = "CREATE TABLE IF NOT EXISTS fact_fingerprint (model VARCHAR, fingerprint VARCHAR)"


@dataclass(frozen=True)
class Model:
    """One SQL model: its name, text, the tables it reads (entities and earlier models), its columns and its limits."""

    name: str
    sql: str
    inputs: frozenset[str]
    columns: tuple[str, ...]
    limits: tuple[str, ...]


@cache
def model(name: str) -> Model:
    """The model of that name, read from its file. KeyError if there is none; ValueError if it is no SELECT."""
    if name not in MODELS:
        raise KeyError(name)
    text = all_match_sql().get(name) or (
        files("firstline.warehouse").joinpath("models", f"{name}.sql").read_text("utf-8")
    )
    tree = sqlglot.parse_one(text, dialect="duckdb")
    if not isinstance(tree, exp.Query):
        raise ValueError(f"models/{name}.sql is not a SELECT")
    own_names = {cte.alias for cte in tree.find_all(exp.CTE)}
    read = {table.name for table in tree.find_all(exp.Table)} - own_names
    columns = (*tree.named_selects, *(["is_excluded"] if name in EXCLUDABLE else []))
    return Model(name, text, frozenset(read), columns, limits_named(tree) + (LINKED_BY if name == FACT else ()))


def fact_columns() -> Mapping[str, tuple[str, ...]]:
    """The columns of every fact, by fact: the schema that KPI declarations are checked against."""
    return {name: model(name).columns for name in MODELS if name.startswith("fact_")}


def inputs_of(name: str) -> frozenset[str]:
    """The entities and models that a model is made from, those of the layers over its entities included."""
    read = model(name).inputs | ({"excluded_row"} if name in EXCLUDABLE else set())
    if MEMBERS in read:
        # the linker makes it, together with the facts of issues
        read = (read - {MEMBERS}) | (READS if name == FACT else {FACT})
    if PIECES in read:
        read = (read - {PIECES}) | CALENDAR_READS
    return read.union(*(settling_tables(table) for table in read if reads_settled(name, table)))


def reads_settled(name: str, table: str) -> bool:
    """Whether a model reads the settled rows of a table rather than the table itself."""
    return table in settled_sql() and name not in _underneath(table)


@cache
def _underneath(entity: str) -> frozenset[str]:
    """The models that the layers over an entity are made of, directly or through other models and layers."""
    found: set[str] = set()
    waiting = [entity]
    while waiting:
        name = waiting.pop()
        if name in MODELS and name not in found:
            found.add(name)
            waiting += model(name).inputs
        elif name in settled_sql() and name not in found:
            found.add(name)
            waiting += settling_tables(name)
    return frozenset(found & set(MODELS))


@cache
def input_entities(name: str) -> frozenset[str]:
    """The entities that a model reads, directly or through other models and layers but the compared ones."""
    found: set[str] = set()
    for table in inputs_of(name) - COMPARED:
        found |= input_entities(table) if table in MODELS else entities_behind(table)
    return frozenset(found)


def resettled(touched: Collection[str]) -> frozenset[str]:
    """The entities whose settled rows may have changed when these entities were touched."""
    changed = {
        entity
        for entity in settled_sql()
        for table in settling_tables(entity)
        if (input_entities(table) if table in MODELS else entities_behind(table)) & set(touched)
    }
    return frozenset(changed | set(touched))


@cache
def model_sql(name: str, zone_name: str, dialect: str = "duckdb") -> str:
    """A model's SELECT over settled rows with the reporting zone and the limits in place, for an engine's dialect.

    The dialect is `duckdb` or `spark`.
    """
    tree = sqlglot.parse_one(model(name).sql, dialect="duckdb")
    for table in tree.find_all(exp.Table):
        if table.name in model(name).inputs and reads_settled(name, table.name):
            table.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name)))
            table.set("this", exp.to_identifier(settled_name(table.name)))
    bind(tree, zone_name)
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
    made: list[str] = []
    missing = missing_views(warehouse)
    for name in MODELS:
        touched = touched_entities is None or bool(input_entities(name) & set(touched_entities))
        if name not in stale and (not (touched or inputs_of(name) & set(built)) or is_still_empty(warehouse, name)):
            continue
        for entity in [each for each in missing if each in model(name).inputs and reads_settled(name, each)]:
            create_settled_view(warehouse, entity)
            missing.remove(entity)
        if PIECES in model(name).inputs and not set(built) & _reading_pieces():
            make_pieces(warehouse, zone_name)
        is_other = True
        if name == FACT:
            _link(warehouse, zone_name, everything=name in stale)
        elif name in COMPARED and name not in stale:
            is_other = replace_if_other(warehouse, name, model_sql(name, zone_name))
        else:
            warehouse.execute(f"CREATE OR REPLACE TABLE {name} AS {model_sql(name, zone_name)}")
        made.append(name)
        if is_other:
            built.append(name)
    for entity in missing:
        create_settled_view(warehouse, entity)
    if made:
        _remember(warehouse, made, zone_name)
    return tuple(built)


def _remember(warehouse: Warehouse, made: list[str], zone_name: str) -> None:
    """Note what the models were made with, in one statement: there are sixty of them."""
    prints = [fingerprint(name, zone_name) for name in made]
    warehouse.execute("DELETE FROM fact_fingerprint WHERE list_contains(?, model)", [made])
    warehouse.execute("INSERT INTO fact_fingerprint SELECT unnest(?), unnest(?)", [made, prints])


def _link(warehouse: Warehouse, zone_name: str, everything: bool) -> None:
    """Bring the issues up to date where something changed, and note how many of their rows that took."""
    done = relink(warehouse, model_sql(FACT, zone_name).replace(MEMBERS, PART), everything)
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE last_linking AS SELECT ? AS n_spans, ? AS n_removed, ? AS n_written",
        [done.spans, done.removed, done.written],
    )


def stale_facts(warehouse: Warehouse, zone_name: str) -> tuple[str, ...]:
    """The models that are not built yet, or were built from other SQL or for another zone."""
    warehouse.execute(FINGERPRINTS)
    known = {row["model"]: row["fingerprint"] for row in warehouse.rows("SELECT * FROM fact_fingerprint")}
    return tuple(name for name in MODELS if known.get(name) != fingerprint(name, zone_name))


def fingerprint(name: str, zone_name: str) -> str:
    """What a model's rows were made with: its SQL (comments and blanks aside), its layers', the zone and the limits."""
    bare = re.sub(r"\s+", " ", re.sub(r"--.*", "", model(name).sql)).strip()
    layers = [settled_sql().get(table, "") for table in sorted(model(name).inputs)]
    rules = [f"{each} {limit(each).text}" for each in model(name).limits]
    rules += [str(LINKER_VERSION)] if name == FACT else []
    rules += [f"calendars {CALENDARS_VERSION}"] if name in _reading_pieces() else []
    return sha256("\n".join([zone_name, bare, *layers, *rules]).encode()).hexdigest()


@cache
def _reading_pieces() -> frozenset[str]:
    """The models made from the table of calendars."""
    return frozenset(name for name in MODELS if PIECES in model(name).inputs)
