"""Find the rows of a person: every version of everything that is theirs, whatever names it and whether it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from firstline.home import Home
from firstline.intake.forgotten import BETWEEN, Hasher, add_marks, find_forgotten, happened, row_kind, scope_of
from firstline.intake.match_keys import KeyMaker
from firstline.landing.lift import LIFTS
from firstline.model.batch import Batch
from firstline.model.entity import Entity
from firstline.model.erasure import Mark
from firstline.model.vocabulary import vocabulary
from firstline.refresh.rows import read_rows
from firstline.warehouse.engine import Row, Warehouse
from firstline.warehouse.settling.matching import MATCHED
from firstline.warehouse.settling.view import settled_name
from firstline.warehouse.text import quoted

HELD = ("subscriber", "account", "service", "location", "device", "wifi_client")
"""What a person has, each after what it is known by."""
NAMED = (*HELD, *MATCHED)
"""The entities that other rows name."""
PASSED_ON = ("service", "location", "device", "wifi_client")
"""What somebody else may have later: it leads to the person only until they are forgotten."""
KEY_KINDS = {"phone_key": "phone", "email_key": "email", "person_key": "person"}


@dataclass(frozen=True)
class Search:
    """A search in scratch tables of one connection: `gone` gets the rows (entity, scope, source_id, thing), where
    `thing` is the id by which others name the row; `mark` what they are known by."""

    home: Home
    warehouse: Warehouse
    hasher: Hasher
    subscriber: str | None
    now: datetime


def subscriber_mark(maker: KeyMaker, subscriber: str) -> Mark:
    """What a subscriber is known by, wherever their id stands."""
    return Mark(kind="subscriber", hash=Hasher(maker.secret).hash_of("subscriber", BETWEEN + subscriber))


def find_person(
    home: Home, warehouse: Warehouse, maker: KeyMaker, subscriber: str | None, now: datetime, known: Sequence[Mark] = ()
) -> tuple[Mark, ...]:
    """Fill scratch table `gone` with the person's rows and return what they are known by (`now` aware).

    Without a subscriber, the rows of everybody who is `known` already. To be called within `knowing_marks`; the home is
    up to date. No row at all: nobody is known by that id.
    """
    search = Search(home, warehouse, Hasher(maker.secret), subscriber, now)
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE gone (entity VARCHAR, scope VARCHAR, source_id VARCHAR, thing VARCHAR)"
    )
    marks = [*known, *([subscriber_mark(maker, subscriber)] if subscriber is not None else [])]
    add_marks(warehouse, marks)
    batches = home.ledger.batches()
    others = [name for name in vocabulary() if name not in NAMED]
    # contacts name tickets and tickets contacts, so these are gone through twice
    for name in (*HELD, *others, *MATCHED, *MATCHED, *others):
        marks += _look(search, vocabulary()[name], batches)
        if name == "service":
            marks += _locations(search)
        if name in (HELD[-1], "subscriber_pii"):
            marks += _keys(search)
    unique = {(each.kind, each.hash, each.since, each.until): each for each in marks}
    return tuple(unique[key] for key in sorted(unique, key=str))


def known_subscribers(warehouse: Warehouse) -> list[str]:
    """Every subscriber id that some row states."""
    names = [name for name, entity in vocabulary().items() if "subscriber_id" in entity.field_names]
    listed = " UNION ".join(f"SELECT subscriber_id AS id FROM {name}" for name in names)
    return [row["id"] for row in warehouse.rows(f"SELECT id FROM ({listed}) WHERE id IS NOT NULL ORDER BY id")]


def _look(search: Search, entity: Entity, batches: Sequence[Batch]) -> list[Mark]:
    """Put the rows of an entity that lead to what is known by now into `gone`; returns what these add."""
    warehouse = search.warehouse
    thing = f"r.{quoted(entity.key[0])}" if entity.name in NAMED else "NULL"
    columns = f"{scope_of(entity)} AS scope, r.source_id AS source_id, {thing} AS thing"
    for batch in batches:
        path = batch.file(entity.name)
        if path is not None:
            read_rows(warehouse, entity, search.home.landing.folder / path, LIFTS)
            find_forgotten(warehouse, entity, "incoming", columns, "found")
            _add(warehouse, entity, "SELECT scope, source_id, thing FROM found")
    if entity.name in MATCHED:
        _add(
            warehouse, entity, f"SELECT {columns} FROM {settled_name(entity.name)} r WHERE {_is_theirs(entity)}", search
        )
    marks = [*_things(search, entity), *(_rows(search, entity) if entity.personal_fields else [])]
    add_marks(warehouse, marks)
    return marks


def _add(warehouse: Warehouse, entity: Entity, select: str, search: Search | None = None) -> None:
    warehouse.execute(
        f"INSERT INTO gone SELECT '{entity.name}', * FROM ({select}) "
        f"EXCEPT SELECT * FROM gone WHERE entity = '{entity.name}'",
        {"subscriber": search.subscriber} if search else None,
    )


def _is_theirs(entity: Entity) -> str:
    """SQL: whether a settled row is on an account that the person alone had, or had at its time."""
    moment = happened(entity)
    return (
        "r.account_id IN (SELECT thing FROM gone g WHERE g.entity = 'account' AND NOT EXISTS (SELECT 1 FROM account a "
        "WHERE a.account_id = g.thing AND a.subscriber_id <> $subscriber)) OR EXISTS (SELECT 1 FROM account_time t "
        f"WHERE t.account_id = r.account_id AND t.subscriber_id = $subscriber AND t.from_at <= {moment} "
        f"AND t.to_at > {moment})"
    )


def _things(search: Search, entity: Entity) -> list[Mark]:
    """Marks of the ids by which others name the rows found, as far as nobody else's rows have them too."""
    if entity.name not in NAMED:
        return []
    until = search.now if entity.name in PASSED_ON else None
    other = (
        f"SELECT 1 FROM {entity.name} r WHERE r.{quoted(entity.key[0])} = g.thing AND {{scope}} AND NOT EXISTS ("
        f"SELECT 1 FROM gone h WHERE h.entity = '{entity.name}' AND h.scope = {scope_of(entity)} "
        "AND h.source_id = r.source_id)"
    )
    select = f"SELECT DISTINCT {{scope}} AS scope, g.thing FROM gone g WHERE g.entity = '{entity.name}' AND g.thing "
    select += "IS NOT NULL AND NOT EXISTS ({other})"
    found = search.warehouse.rows(select.format(scope="''", other=other.format(scope="true")))
    if entity.owner == "source":
        own = other.format(scope=f"{scope_of(entity)} = g.scope")
        found += search.warehouse.rows(select.format(scope="g.scope", other=own))
    return [_mark(search, entity.name, f"{row['scope']}{BETWEEN}{row['thing']}", until) for row in found]


def _rows(search: Search, entity: Entity) -> list[Mark]:
    rows = search.warehouse.rows(
        f"SELECT DISTINCT scope, source_id FROM gone WHERE entity = '{entity.name}' ORDER BY ALL"
    )
    return [_mark(search, row_kind(entity), f"{row['scope']}{BETWEEN}{row['source_id']}") for row in rows]


def _locations(search: Search) -> list[Mark]:
    """Where nobody but the person has a service."""
    found = search.warehouse.rows(
        "SELECT location_id AS id FROM service s WHERE location_id IS NOT NULL GROUP BY location_id HAVING bool_and("
        "source_id IN (SELECT source_id FROM gone WHERE entity = 'service')) ORDER BY id"
    )
    marks = [_mark(search, "location", BETWEEN + row["id"], search.now) for row in found]
    add_marks(search.warehouse, marks)
    return marks


def _keys(search: Search) -> list[Mark]:
    """Marks of numbers, addresses and serials, for as long as they were the person's and nobody else's."""
    mine = "SELECT thing FROM gone WHERE entity = 'account'"
    found = search.warehouse.rows(
        "SELECT k.kind, k.match_key AS key, greatest(k.from_at, t.from_at) AS since, least(k.to_at, t.to_at) AS until "
        "FROM key_span k JOIN account_time t ON t.account_id = k.account_id AND t.subscriber_id = $subscriber "
        "AND t.from_at < k.to_at AND k.from_at < t.to_at WHERE k.kind <> 'circuit' AND NOT k.is_shared "
        "AND NOT EXISTS (SELECT 1 FROM key_span o WHERE o.kind = k.kind AND o.match_key = k.match_key "
        f"AND o.account_id NOT IN ({mine}) AND o.strength <= k.strength "
        "AND o.from_at < k.to_at AND k.from_at < o.to_at)",
        {"subscriber": search.subscriber},
    )
    for column, kind in KEY_KINDS.items():
        # what only a list of persons says: it leads to no account, or only suggests one
        found += search.warehouse.rows(
            f"SELECT DISTINCT '{kind}' AS kind, p.{column} AS key, NULL AS since, NULL AS until FROM subscriber_pii p "
            f"WHERE p.subscriber_id = $subscriber AND p.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 "
            f"FROM subscriber_pii o WHERE o.{column} = p.{column} AND o.subscriber_id <> p.subscriber_id) "
            f"AND p.{column} NOT IN (SELECT match_key FROM key_span WHERE kind = '{kind}')",
            {"subscriber": search.subscriber},
        )
    marks = [_key(search, row) for row in found]
    add_marks(search.warehouse, marks)
    return marks


def _key(search: Search, row: Row) -> Mark:
    since, until = (moment.replace(tzinfo=UTC) if moment else None for moment in (row["since"], row["until"]))
    ends = min(until, search.now) if until else search.now
    return Mark(kind=row["kind"], hash=search.hasher.hash_of(row["kind"], row["key"]), since=since, until=ends)


def _mark(search: Search, kind: str, text: str, until: datetime | None = None) -> Mark:
    return Mark(kind=kind, hash=search.hasher.hash_of(kind, text), until=until)
