"""Rows of persons who were forgotten: known by keyed hashes of ids and match keys, however they come back.

Whose row it is, is decided as it is for figures: a row that states its subscriber or account is theirs; one that states
neither belongs to whom the ticket, line or number it names belonged to at its time.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from firstline.intake.match_keys import DIGITS, KeyMaker
from firstline.model.entity import Entity
from firstline.model.erasure import Mark
from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted, text_literal

FUNCTION = "hash_of"
BETWEEN = "\x1f"
"""Stands between the source whose an id is (nothing for the provider's) and the id."""
NOBODY = "''"
"""SQL for the scope of an id that is the provider's, or one source's alone."""
THINGS: dict[str, str] = {
    "service_id": "service",
    "device_id": "device",
    "client_id": "wifi_client",
    "ticket_id": "ticket",
    "contact_id": "contact",
    "visit_id": "truck_roll",
    "invite_id": "survey_invite",
}
"""By column: what a row names whose owner is its own, where it states none."""
OWNERS: dict[str, str] = {"subscriber_id": "subscriber", "account_id": "account"}
"""By column: who owns the row, whatever else it names; the first that has a value decides."""


@dataclass(frozen=True)
class Hasher:
    """Makes the hashes with a home's secret."""

    secret: bytes

    def hash_of(self, kind: str, text: str) -> str:
        """The keyed hash of an id or match key of a kind, in hex."""
        return hmac.digest(self.secret, f"forgotten {kind}:{text}".encode(), "sha256").hex()[:DIGITS]


@contextmanager
def knowing_marks(warehouse: Warehouse, maker: KeyMaker, marks: Iterable[Mark]) -> Iterator[Hasher]:
    """Within it, scratch table `mark` (kind, hash, since, until) holds these, and rows can be looked up in it."""
    hasher = Hasher(maker.secret)
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE mark (kind VARCHAR, hash VARCHAR, since TIMESTAMP, until TIMESTAMP)"
    )
    add_marks(warehouse, marks)
    with warehouse.knowing(FUNCTION, hasher.hash_of):
        yield hasher


def add_marks(warehouse: Warehouse, marks: Iterable[Mark]) -> None:
    """Put further marks into the scratch table."""
    rows = [(each.kind, each.hash, _naive(each.since), _naive(each.until)) for each in marks]
    for first in range(0, len(rows), 1000):
        some = rows[first : first + 1000]
        values = [value for row in some for value in row]
        warehouse.execute(f"INSERT INTO mark VALUES {', '.join(['(?, ?, ?, ?)'] * len(some))}", values)


def find_forgotten(warehouse: Warehouse, entity: Entity, table: str, columns: str, target: str) -> None:
    """Make scratch table `target`: these columns of the rows of `table` that are a forgotten person's.

    `table` goes by `r`, and has the entity's analytic fields, `source_system` and `source_id`. To be called within
    `knowing_marks`.
    """
    known = f"known_{entity.name}"
    lookups = _lookups(entity)
    asked = " UNION ".join(
        f"SELECT {kind} AS kind, {text} AS text FROM {table} r WHERE {text} IS NOT NULL" for kind, text in lookups
    )
    # each id is hashed once, however many rows name it
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE {known} AS SELECT asked.kind, asked.text, mark.since, mark.until FROM ("
        f"SELECT kind, text, {FUNCTION}(kind, text) AS hash FROM ({asked}) WHERE kind IS NOT NULL) asked "
        "JOIN mark ON mark.kind = asked.kind AND mark.hash = asked.hash"
    )
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE {target} AS SELECT {columns} FROM {table} r WHERE {_condition(entity, known)}"
    )


def row_kind(entity: Entity) -> str:
    """The kind of mark that a row of an entity is known by itself."""
    return f"{entity.name} row"


def happened(entity: Entity) -> str:
    """SQL for when the matter of a row `r` was; null where it does not say."""
    times = [*entity.placed_by, *(name for name in ("valid_from",) if name in entity.field_names)]
    listed = ", ".join(f"CAST({_column(name)} AS TIMESTAMP)" for name in times)
    return f"coalesce({listed})" if times else "CAST(NULL AS TIMESTAMP)"


def scope_of(entity: Entity) -> str:
    """SQL for whose ids the key of a row `r` belongs to."""
    return "r.source_system" if entity.owner == "source" else NOBODY


def scoped(scope: str, text: str) -> str:
    """SQL for an id together with whose it is."""
    return f"{scope} || {text_literal(BETWEEN)} || {text}"


def _lookups(entity: Entity) -> list[tuple[str, str]]:
    """SQL of the kind and the text of everything that a row can be known by."""
    own = (text_literal(row_kind(entity)), scoped(scope_of(entity), "r.source_id"))
    owners = [(text_literal(kind), text) for kind, text in _owners(entity)]
    return [own, *owners, *_things(entity), *_keys(entity)]


def _column(name: str) -> str:
    return f"r.{quoted(name)}"


def _columns(entity: Entity) -> set[str]:
    return {field.name for field in entity.analytic_fields}


def _owners(entity: Entity) -> list[tuple[str, str]]:
    found = _columns(entity)
    return [(kind, scoped(NOBODY, _column(name))) for name, kind in OWNERS.items() if name in found]


def _things(entity: Entity) -> list[tuple[str, str]]:
    """What a row names: under its own source, and under any where the id is only one source's."""
    names = {**THINGS, **({"location_id": "location"} if entity.name == "location" else {})}
    found = []
    for name, kind in names.items():
        if name in _columns(entity):
            found.append((text_literal(kind), scoped(NOBODY, _column(name))))
            if vocabulary()[kind].owner == "source":
                found.append((text_literal(kind), scoped("r.source_system", _column(name))))
    return found


def _keys(entity: Entity) -> list[tuple[str, str]]:
    return [
        (_column(key.kind_field) if key.kind_field else text_literal(str(key.kind)), _column(key.name))
        for key in entity.match_keys
    ]


def _condition(entity: Entity, known: str) -> str:
    def is_known(kind: str, text: str) -> str:
        return f"({kind}, {text}) IN (SELECT (kind, text) FROM {known})"

    moment = happened(entity)
    times = f"coalesce({moment} >= k.since, true) AND coalesce({moment} < k.until, true)"
    named = [
        f"EXISTS (SELECT 1 FROM {known} k WHERE k.kind = {kind} AND k.text = {text} AND {times})"
        for kind, text in (*_things(entity), *_keys(entity))
    ]
    owners = [
        f"WHEN {_column(name)} IS NOT NULL THEN {is_known(text_literal(kind), scoped(NOBODY, _column(name)))}"
        for name, kind in OWNERS.items()
        if name in _columns(entity)
    ]
    else_named = " OR ".join(named) or "false"
    whose = f"CASE {' '.join(owners)} ELSE {else_named} END" if owners else f"({else_named})"
    return f"({is_known(text_literal(row_kind(entity)), scoped(scope_of(entity), 'r.source_id'))} OR {whose})"


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
