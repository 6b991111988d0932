"""The settled rows: canonical rows as the provider knows them, which is what the facts are made of.

Canonical tables hold what the sources say and nothing else. Each layer lays over them what the provider knows better;
a later layer outranks an earlier one. Nothing is changed in place, so every layer can be taken away again.
"""

from __future__ import annotations

from functools import cache

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.accounts import ACCOUNTS
from firstline.warehouse.settling.agents import AGENTS
from firstline.warehouse.settling.codes import CODES
from firstline.warehouse.settling.corrections import CORRECTIONS
from firstline.warehouse.settling.layer import Layer, Selecting
from firstline.warehouse.settling.presence import PRESENCE

LAYERS: tuple[Layer, ...] = (PRESENCE, CODES, AGENTS, *ACCOUNTS, CORRECTIONS)
"""In the order in which they are laid on: a later one outranks an earlier one."""


@cache
def settled_sql() -> dict[str, str]:
    """The SELECT of every entity that some layer changes, by entity."""
    found = {}
    for name, entity in vocabulary().items():
        select = Selecting(entity)
        for layer in LAYERS:
            layer.lay(select)
        if select.joins:
            found[name] = select.sql
    return found


@cache
def settling_tables(entity: str) -> frozenset[str]:
    """What the layers over an entity read: entities, or models that are built before any fact."""
    select = Selecting(vocabulary()[entity])
    found: set[str] = set()
    for layer in LAYERS:
        before = len(select.joins)
        layer.lay(select)
        found.update(layer.reads if len(select.joins) > before else ())
    return frozenset(found)


def settled_name(entity: str) -> str:
    """What to read an entity's rows from: its settled view, or its own table where no layer touches it."""
    return f"settled_{entity}" if entity in settled_sql() else entity


def missing_views(warehouse: Warehouse) -> set[str]:
    """The entities whose view is not there in today's form."""
    # binding them all again would be a third of a small import
    warehouse.execute("CREATE TABLE IF NOT EXISTS settled_form (entity VARCHAR, form VARCHAR)")
    known = {row["entity"]: row["form"] for row in warehouse.rows("SELECT entity, form FROM settled_form")}
    return {name for name, sql in settled_sql().items() if known.get(name) != sql}


def create_settled_view(warehouse: Warehouse, entity: str) -> None:
    """Make the view of an entity's settled rows; the tables that its layers read must be there."""
    sql = settled_sql()[entity]
    warehouse.execute(f"CREATE OR REPLACE VIEW {settled_name(entity)} AS {sql}")
    warehouse.execute("DELETE FROM settled_form WHERE entity = ?", [entity])
    warehouse.execute("INSERT INTO settled_form VALUES (?, ?)", [entity, sql])
