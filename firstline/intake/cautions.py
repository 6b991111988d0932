"""What an import should tell its reader beside the counts: each warning is one sentence with numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firstline.intake.cells import Cells, count_nothings
from firstline.intake.listing import listing_warnings
from firstline.intake.mapping import Mapping
from firstline.intake.request import ImportRequest
from firstline.intake.stage import Part, keys_mapped
from firstline.intake.terms_checks import unstated_calendars
from firstline.intake.time_cautions import time_cautions
from firstline.settings import Settings
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted

EXAMPLES = 3
COLUMNS_TOLD = 12
KIND_WORDS = {
    **{"ts": "a time", "date": "a day", "int": "a whole number", "dec": "a number", "money": "an amount"},
    "bool": "true or false",
}
KEY_WORDS = {"email": "mail address", "serial": "serial number", "mac": "hardware address", "circuit": "circuit"}


def warnings_of(
    warehouse: Warehouse,
    cells: Cells,
    parts: list[Part],
    mapping: Mapping,
    settings: Settings,
    request: ImportRequest,
    unused: Sequence[str],
) -> Iterator[str]:
    """All warnings of a staged and classified file; `unused` are the columns that nobody decided to leave out."""
    yield from _nothing_usable(warehouse)
    yield from _left_out(parts[0], unused)
    if not mapping.file.timezone and not settings.timezone:
        yield (
            "No time zone is set: times without an offset are read as UTC. "
            "Set timezone in firstline.toml or in the mapping."
        )
    yield from cells.raw.notes
    for header in cells.raw.headers:
        name, _, repeat = header.rpartition(" (")
        if name in cells.raw.headers and repeat.rstrip(")").isdigit():
            yield f"The column name '{name}' stands more than once; the later one is called '{header}' here."
    nothings = [f"'{word}' in '{header}' ({count:,})" for header, word, count in count_nothings(warehouse, cells)]
    if nothings:
        yield f"Cells that say nothing were read as empty: {', '.join(nothings)}."
    yield from listing_warnings(warehouse, parts, cells.raw.rejects, mapping.source, settings.zone)
    for part in parts:
        yield from _unreadable(warehouse, cells, part)
        yield from time_cautions(warehouse, cells, part, mapping.file.timezone or settings.zone_name)
        yield from _no_keys(warehouse, part, settings)
        yield from _repeated(warehouse, part)
        yield from _missing_wanted(part)
        yield from _order_dependent(warehouse, part)
        for name in unstated_calendars(warehouse, part):
            yield (
                f"{part.entity.name}.calendar_id: nobody states a calendar '{name}' so far, and without one there is "
                "no business time. State its opening hours, too."
            )
        if part.plan.entity.name == "subscriber_snapshot" and request.exported_at is None:
            yield f"The snapshot is dated by {part.plan.fields['as_of'].told}."


def _nothing_usable(warehouse: Warehouse) -> Iterator[str]:
    reasons = warehouse.rows("SELECT reason, count(*) AS n FROM fate GROUP BY reason ORDER BY n DESC, reason")
    if reasons and all(row["reason"] for row in reasons):
        shown = ", ".join(f"{row['reason']} {row['n']:,}" for row in reasons)
        yield (
            f"Not one row could be used: all {sum(row['n'] for row in reasons):,} are quarantined ({shown}). "
            "The mapping may be that of another file."
        )


def _left_out(part: Part, unused: Sequence[str]) -> Iterator[str]:
    if unused:
        named = ", ".join(f"'{header}'" for header in unused[:COLUMNS_TOLD])
        more = f" and {len(unused) - COLUMNS_TOLD:,} more" if len(unused) > COLUMNS_TOLD else ""
        columns, kept = ("column has", "it is kept beside the rows and counts")
        if len(unused) > 1:
            columns, kept = ("columns have", "they are kept beside the rows and count")
        yield (
            f"{len(unused):,} {columns} no name that is known for {part.entity.name}, so {kept} in no figure: "
            f"{named}{more}. A mapping can say what each of them is."
        )


def _repeated(warehouse: Warehouse, part: Part) -> Iterator[str]:
    """Rows that only their place in the file tells from another one: nothing says that they are two."""
    if part.table != "part_0":
        return
    found = warehouse.row(
        f"SELECT count(*) - count(DISTINCT content_hash) AS n, min(row_number) FILTER (times > 1) AS first FROM "
        f"(SELECT content_hash, row_number, count(*) OVER (PARTITION BY scope, content_hash) AS times "
        f"FROM {part.table} WHERE by_content AND row_number NOT IN (SELECT row_number FROM fault))"
    )
    if found["n"]:
        yield (
            f"{part.entity.name}: {found['n']:,} rows have no id of their own and say in every mapped field what "
            f"another row of the file says (first in row {found['first']}): each of these counts once. If they are "
            "different ones, map what tells them apart, or state [file] key."
        )


def _unreadable(warehouse: Warehouse, cells: Cells, part: Part) -> Iterator[str]:
    """Cells whose text could not be read as their field: stored as null, the text kept beside the row."""
    found = warehouse.rows(
        f"SELECT field, count(*) AS n, min(row_number) AS first_row FROM (SELECT row_number, "
        f"unnest(string_split(unreadable, ',')) AS field FROM {part.table}) GROUP BY field ORDER BY field"
    )
    for row in found:
        plan = part.plan.fields[row["field"]]
        found_cells = warehouse.rows(
            f"SELECT {plan.raw} AS cell, count(*) AS n FROM {cells.table} JOIN {part.table} part USING (row_number) "
            f"WHERE list_contains(string_split(part.unreadable, ','), '{row['field']}') "
            # the cells of a forgotten person are empty by now
            f"AND {plan.raw} IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT {EXAMPLES}"
        )
        shown = ", ".join(f"'{cell['cell']}' ({cell['n']})" for cell in found_cells)
        wanted = (
            f"one of {', '.join(plan.field.values)}"
            if plan.field.values
            else KIND_WORDS.get(plan.field.type, plan.field.type)
        )
        yield (
            f"{part.entity.name}.{row['field']}: {row['n']:,} cells could not be read as {wanted} and are stored as "
            f"null, first in row {row['first_row']}{': ' if shown else ''}{shown}."
            + (" The code table can give them a meaning: 'firstline codes list'." if plan.field.values else "")
        )


def _no_keys(warehouse: Warehouse, part: Part, settings: Settings) -> Iterator[str]:
    """Cells from which no match key could be made; what stands in them is personal and is not shown."""
    for key in part.entity.match_keys:
        stated = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in key.of)
        unusable = warehouse.value(f"SELECT count(*) FROM {part.table} WHERE {stated} AND {quoted(key.name)} IS NULL")
        if not unusable or key.kind in (None, "person"):
            continue
        says = "no number that can be called" if key.kind == "phone" else f"no {KEY_WORDS[key.kind]}"
        cause = (
            " No country is set, so numbers without a country code are none: set country in firstline.toml and import "
            "the file again."
            if key.kind == "phone" and not settings.country
            else ""
        )
        yield f"{part.entity.name}.{key.of[0]}: {unusable:,} cells hold {says}; no row is attached by them.{cause}"


def _missing_wanted(part: Part) -> Iterator[str]:
    missing = [
        field.name
        for field in part.entity.fields
        if field.wanted and field.name not in part.plan.fields and field.name not in part.entity.key
    ]
    if missing and part.table == "part_0":
        yield f"{part.entity.name}: nothing fills {', '.join(missing)}; the KPIs that need them will say so."


def _order_dependent(warehouse: Warehouse, part: Part) -> Iterator[str]:
    """The two cases in which the order of imports may decide which version of a key wins."""
    if keys_mapped(part.plan):
        corrections, conflicts = (
            int(warehouse.value(f"SELECT count(*) FROM {part.table} WHERE {mark}") or 0)
            for mark in ("is_correction", "is_conflict")
        )
        if corrections:
            yield (
                f"{part.entity.name}: {corrections:,} rows differ from what an earlier import said and state neither a "
                "change time nor an export date: this later import wins, as a correction. Another order of "
                "imports would give another result; state --exported-at or map changed_at."
            )
        if conflicts:
            keys = warehouse.rows(f"SELECT source_id FROM {part.table} WHERE is_conflict ORDER BY 1 LIMIT {EXAMPLES}")
            shown = ", ".join(row["source_id"] for row in keys)
            yield (
                f"{part.entity.name}: {conflicts:,} rows have the same change time as an earlier version with other "
                f"content ({shown}): both are kept and this later import wins."
            )
