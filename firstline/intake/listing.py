"""Who a list names as of when: kept of every dated list of things, so that a full one can show who is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from firstline.intake.mapping import Mapping, mapping_error
from firstline.intake.parts import CHANGED_AT, FieldPlan, PartPlan, Reader
from firstline.intake.settle import list_moment
from firstline.intake.stage import Part, Stamp
from firstline.model.batch import Listing
from firstline.periods import local_date
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.tables import LISTED


def plan_listing(
    reader: Reader,
    plans: Sequence[PartPlan],
    mapping: Mapping,
    stamp: Stamp,
    first_import: Callable[[], datetime | None],
) -> None:
    """Say in the plans of a full list as of when it is one, in place.

    Raises MisuseError where a file is called a full list that cannot be one.
    """
    if not mapping.file.full or reader.is_mending:
        # mended rows were in a full list, but are none
        return
    if plans[0].entity.name not in LISTED:
        problem = f"full = true, but a file of {plans[0].entity.name} is no list of things."
        hint = f"A full list can be one of {', '.join(LISTED)}."
        raise mapping_error(reader.text, reader.place, ["file", "full"], problem, hint)
    moment, raw, told = list_moment(reader, mapping, stamp, first_import)
    for plan in plans:
        if plan.entity.name not in LISTED:
            continue
        plan.listed_at = moment
        if raw is not None:
            # several lists in one file are told apart by the column that dates them
            plan.fields.setdefault("changed_at", FieldPlan(CHANGED_AT, moment, raw, told))


def presence_sql(parts: Sequence[Part], span: str) -> str | None:
    """Which things the rows of a span list as of when, quarantined ones included; None where nothing can be listed."""
    selects = [
        f"SELECT '{part.entity.name}' AS entity, source_system, {part.entity.key[0]} AS thing_id, listed_at AS as_of "
        f"FROM {part.table} WHERE {span} AND {_named(part)}"
        for part in parts
        if part.entity.name in LISTED
    ]
    return f"SELECT DISTINCT * FROM ({' UNION ALL '.join(selects)}) ORDER BY ALL" if selects else None


def listings_of(warehouse: Warehouse, parts: Sequence[Part], rejects: str | None) -> tuple[Listing, ...]:
    """The full lists that a file is, one for each date; none where a row does not say whom it lists."""
    found = []
    for part in parts:
        if part.plan.listed_at is None or _unreadable(warehouse, part, rejects):
            continue
        for row in warehouse.rows(
            f"SELECT listed_at, count(DISTINCT {part.entity.key[0]}) AS n FROM {part.table} WHERE {_named(part)} "
            "GROUP BY listed_at ORDER BY listed_at"
        ):
            as_of = row["listed_at"].replace(tzinfo=UTC)
            found.append(Listing(entity=part.entity.name, as_of=as_of, things=row["n"]))
    return tuple(found)


def listing_warnings(
    warehouse: Warehouse, parts: Sequence[Part], rejects: str | None, source: str, zone: ZoneInfo
) -> Iterator[str]:
    """What a full list means for those that an earlier one of the same source named, or why it is none; days are told
    in the provider's zone."""
    for part in parts:
        if part.plan.listed_at is None:
            continue
        kind = part.entity.name
        unreadable = _unreadable(warehouse, part, rejects)
        if unreadable:
            yield (
                f"{kind}: {unreadable:,} rows do not say whom they list, so this is taken for no full list and ends "
                "nothing."
            )
        for listing in listings_of(warehouse, [part], rejects):
            as_of = listing.as_of.replace(tzinfo=None)
            gone = warehouse.row(
                f"WITH before AS (SELECT max(as_of) AS as_of FROM listing WHERE source_system = $source AND "
                f"entity = $entity AND as_of < $as_of) SELECT max(p.as_of) AS as_of, count(*) AS n, "
                f"count(*) FILTER (WHERE p.thing_id NOT IN (SELECT {part.entity.key[0]} FROM {part.table} "
                f"WHERE {_named(part)} AND listed_at = $as_of)) AS missing FROM before JOIN presence p "
                "ON p.as_of = before.as_of AND p.source_system = $source AND p.entity = $entity",
                {"source": source, "entity": kind, "as_of": as_of},
            )
            if gone["missing"]:
                earlier, day = local_date(gone["as_of"].replace(tzinfo=UTC), zone), local_date(listing.as_of, zone)
                yield (
                    f"{kind}: {gone['missing']:,} of the {gone['n']:,} that the full list of {earlier} names are not "
                    f"in this one; where nothing else says when they ended, they count as ended on {day} (inferred)."
                )


def _named(part: Part) -> str:
    """SQL for the rows that say whom they list as of when; a deleted one lists nobody."""
    return f"{part.entity.key[0]} IS NOT NULL AND listed_at IS NOT NULL AND NOT is_deleted"


def _unreadable(warehouse: Warehouse, part: Part, rejects: str | None) -> int:
    """Rows that may list anybody: lines that could not be split, and rows without an id or date."""
    nameless = f"({part.entity.key[0]} IS NULL OR listed_at IS NULL) AND NOT is_deleted"
    found = int(warehouse.value(f"SELECT count(*) FROM {part.table} WHERE {nameless}") or 0)
    return found + (int(warehouse.value(f"SELECT count(*) FROM {rejects}") or 0) if rejects else 0)
