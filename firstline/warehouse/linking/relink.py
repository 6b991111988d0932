"""Link the issues of the accounts and spans that changed, and rewrite their facts and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from firstline.warehouse.engine import Warehouse
from firstline.warehouse.linking.linker import LINKER_VERSION, Event, link
from firstline.warehouse.linking.spans import find_dirty_spans, keep_trace, within_dirty_span

MEMBERS = "issue_member"
"""Which issue each contact and each ticket belongs to. `opened_at` is the instant of the issue's first event, by which
the issue is named."""

FACT = "fact_issue"

RELINKED = "relinked_member"
"""The scratch table with the members of the issues that are linked in this run."""

PART = "relinked_part"
"""The members of those of them whose facts are made together."""

PART_MEMBERS = 1_000_000
"""About how many: the memory that the facts of all issues of a large file would take at once is not to be had."""

ALONE = "C %"
"""The chains of contacts that nothing else can be linked to."""

AT_ONCE = 100_000
"""How many events are in Python's memory together."""

_MEMBER_COLUMNS = (
    "issue_id VARCHAR, linker_version INTEGER, chain VARCHAR, opened_at TIMESTAMP, kind VARCHAR, "
    "source_system VARCHAR, row_id VARCHAR"
)


@dataclass(frozen=True)
class Relinked:
    """What a run did: dirty spans, and rows of `fact_issue` that were taken out and written."""

    spans: int
    removed: int
    written: int


def relink(warehouse: Warehouse, part_sql: str, everything: bool) -> Relinked:
    """Bring `issue_member` and `fact_issue` up to date, in the caller's transaction.

    `part_sql` makes the facts of the issues in `relinked_part`. `everything` links every chain again, as another
    version of the rules must.
    """
    spans = find_dirty_spans(warehouse, everything)
    removed = 0
    if everything:
        warehouse.execute(f"CREATE OR REPLACE TABLE {MEMBERS} ({_MEMBER_COLUMNS})")
        warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {PART} ({_MEMBER_COLUMNS})")
        warehouse.execute(f"CREATE OR REPLACE TABLE {FACT} AS {part_sql}")
    elif spans:
        gone = f"SELECT issue_id FROM {MEMBERS} m WHERE {within_dirty_span('m.chain', 'm.opened_at')}"
        removed = int(warehouse.value(f"SELECT count(*) FROM {FACT} WHERE issue_id IN ({gone})"))
        warehouse.execute(f"DELETE FROM {FACT} WHERE issue_id IN ({gone})")
        warehouse.execute(f"DELETE FROM {MEMBERS} WHERE issue_id IN ({gone})")
    is_linked = everything or spans > 0
    if is_linked:
        _link_dirty_spans(warehouse)
        warehouse.execute(f"INSERT INTO {MEMBERS} SELECT * FROM {RELINKED}")
        keep_trace(warehouse, everything)
    # each as large as the facts, which need the room, as do the models that are built next
    _drop(warehouse, "new_trace", "dirty_span", "link_event")
    written = _write_facts(warehouse, part_sql) if is_linked else 0
    _drop(warehouse, RELINKED, PART)
    return Relinked(spans, removed, written)


def _link_dirty_spans(warehouse: Warehouse) -> None:
    """Fill `relinked_member` with the contacts and tickets of the dirty spans.

    A contact of no account that names no ticket is an issue of its own; such contacts can be most of a source.
    """
    within = within_dirty_span("e.chain", "e.happened_at")
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE link_event AS SELECT row_number() OVER ("
        "ORDER BY chain, happened_at, place, source_system, row_id, step_no) - 1 AS position, * "
        f"FROM issue_event e WHERE e.chain NOT LIKE '{ALONE}' AND {within}"
    )
    first = link(_events(warehouse))
    with warehouse.having("linked", {"position": range(len(first)), "first": first}):
        warehouse.execute(
            f"CREATE OR REPLACE TEMP TABLE {RELINKED} AS SELECT f.kind || ' ' || f.source_system || ' ' || f.row_id "
            f"AS issue_id, {LINKER_VERSION} AS linker_version, e.chain, f.happened_at AS opened_at, e.kind, "
            "e.source_system, e.row_id FROM linked JOIN link_event e ON e.position = linked.position "
            "JOIN link_event f ON f.position = linked.first WHERE e.kind <> 'step'"
        )
    warehouse.execute(
        f"INSERT INTO {RELINKED} SELECT e.kind || ' ' || e.source_system || ' ' || e.row_id, {LINKER_VERSION}, "
        "e.chain, e.happened_at, e.kind, e.source_system, e.row_id FROM issue_event e "
        f"WHERE e.chain LIKE '{ALONE}' AND {within}"
    )


def _write_facts(warehouse: Warehouse, part_sql: str) -> int:
    """Add the facts of what was relinked, whole chains together; returns how many issues that were."""
    n_parts = 1 + int(warehouse.value(f"SELECT count(*) FROM {RELINKED}")) // PART_MEMBERS
    for part in range(n_parts):
        within = f"hash(chain) % {n_parts} = {part}"
        warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {PART} AS SELECT * FROM {RELINKED} WHERE {within}")
        warehouse.execute(f"INSERT INTO {FACT} {part_sql}")
    return int(warehouse.value(f"SELECT count(DISTINCT issue_id) FROM {RELINKED}"))


def _drop(warehouse: Warehouse, *scratch: str) -> None:
    for table in scratch:
        warehouse.execute(f"DROP TABLE IF EXISTS {table}")


def _events(warehouse: Warehouse) -> Iterator[Event]:
    """The events of the dirty spans in their total order."""
    n_events = int(warehouse.value("SELECT count(*) FROM link_event"))
    for start in range(0, n_events, AT_ONCE):
        columns = warehouse.columns(
            "SELECT chain, epoch(happened_at) AS happened_at, epoch(ended_at) AS ended_at, family, ticket, delta "
            "FROM link_event WHERE position >= ? AND position < ? ORDER BY position",
            [start, start + AT_ONCE],
        )
        yield from map(Event, *columns)
