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
"""The scratch table with the members of the issues that are linked in this run: what their facts are made from."""

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


def relink(warehouse: Warehouse, whole_sql: str, some_sql: str, everything: bool) -> Relinked:
    """Bring `issue_member` and `fact_issue` up to date, in the caller's transaction.

    `whole_sql` makes the facts of all issues, `some_sql` those of the issues in `relinked_member`. `everything` links
    every chain again, as another version of the rules must.
    """
    spans = find_dirty_spans(warehouse, everything)
    if everything:
        removed = 0
        warehouse.execute(f"CREATE OR REPLACE TABLE {MEMBERS} ({_MEMBER_COLUMNS})")
        _link_dirty_spans(warehouse)
        warehouse.execute(f"INSERT INTO {MEMBERS} SELECT * FROM {RELINKED}")
        warehouse.execute(f"CREATE OR REPLACE TABLE {FACT} AS {whole_sql}")
        written = int(warehouse.value(f"SELECT count(*) FROM {FACT}"))
    elif spans:
        gone = f"SELECT issue_id FROM {MEMBERS} m WHERE {within_dirty_span('m.chain', 'm.opened_at')}"
        removed = int(warehouse.value(f"SELECT count(*) FROM {FACT} WHERE issue_id IN ({gone})"))
        warehouse.execute(f"DELETE FROM {FACT} WHERE issue_id IN ({gone})")
        warehouse.execute(f"DELETE FROM {MEMBERS} WHERE issue_id IN ({gone})")
        _link_dirty_spans(warehouse)
        warehouse.execute(f"INSERT INTO {MEMBERS} SELECT * FROM {RELINKED}")
        warehouse.execute(f"INSERT INTO {FACT} {some_sql}")
        written = int(warehouse.value(f"SELECT count(DISTINCT issue_id) FROM {RELINKED}"))
    else:
        removed = written = 0
    keep_trace(warehouse, everything)
    for scratch in ("new_trace", "dirty_span", "link_event", RELINKED):
        # as large as the facts: the models that are built next need the room
        warehouse.execute(f"DROP TABLE IF EXISTS {scratch}")
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
