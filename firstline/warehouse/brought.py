"""What the rows of some batches are about: which months, and which of them tell of tickets reopened or merged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from firstline.model.vocabulary import vocabulary
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.settling.view import settled_name
from firstline.warehouse.text import quoted

Matter = Literal["rows", "reopening", "merging"]


@dataclass(frozen=True)
class Brought:
    """Rows of a batch that can change figures of the months from `first` to `last` (their first days).

    Rows are about the month that they are placed in (UTC); a ticket that was reopened or merged is about every month
    from a month before its opening, in which its issue may have begun, until then.
    """

    batch: int
    matter: Matter
    first: date
    last: date


def brought_by(warehouse: Warehouse, batches: Collection[int], entities: Collection[str]) -> list[Brought]:
    """What is known of the rows of these entities whose newest version one of these batches brought."""
    if not batches:
        return []
    numbers = ", ".join(str(int(number)) for number in sorted(batches))
    selects = [_placed(name, numbers) for name in sorted(entities) if vocabulary()[name].placed_by]
    if "ticket_event" in entities:
        selects += [_life("ticket_event", "at", f"told.type = '{kind}'", matter, numbers) for kind, matter in KINDS]
    if "ticket" in entities:
        selects.append(_life("ticket", "version_at", "told.merged_into <> told.ticket_id", "merging", numbers))
    if not selects:
        return []
    found = warehouse.rows(f"SELECT DISTINCT * FROM ({' UNION ALL '.join(selects)}) AS told WHERE last IS NOT NULL")
    return [Brought(row["batch"], row["matter"], row["first"], row["last"]) for row in found]


def has_exclusions(warehouse: Warehouse) -> bool:
    """Whether the provider states rules that take rows out of figures."""
    return bool(warehouse.value("SELECT count(*) FROM exclusion"))


KINDS: tuple[tuple[str, Matter], ...] = (("reopened", "reopening"), ("merged", "merging"))


def _placed(name: str, numbers: str) -> str:
    placed = ", ".join(quoted(field) for field in vocabulary()[name].placed_by)
    month = f"CAST(date_trunc('month', coalesce({placed}, NULL)) AS DATE)"
    kinds = ", ".join(f"'{kind}'" for kind, _ in KINDS)
    others = f" AND coalesce(type, '') NOT IN ({kinds})" if name == "ticket_event" else ""
    return (
        f"SELECT batch, 'rows' AS matter, {month} AS first, {month} AS last FROM {settled_name(name)}"
        f" WHERE batch IN ({numbers}){others}"
    )


def _life(name: str, at: str, of: str, matter: Matter, numbers: str) -> str:
    return (
        f"SELECT told.batch, '{matter}' AS matter,"
        " CAST(date_trunc('month', fact_ticket.opened_at - INTERVAL 31 DAY) AS DATE) AS first,"
        f" CAST(date_trunc('month', told.{quoted(at)}) AS DATE) AS last FROM {settled_name(name)} AS told"
        f" JOIN fact_ticket ON fact_ticket.ticket_id = told.ticket_id WHERE told.batch IN ({numbers}) AND {of}"
    )
