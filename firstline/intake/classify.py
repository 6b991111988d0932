"""Decide for every row: quarantined with a reason, unchanged, or accepted; and which version of a key it is.

1. A row that lacks its key or the time that places it, or contradicts itself, is quarantined; a row cut into
   several entities is quarantined as one.
2. Rows of one file with the same key and version time but other content are quarantined together: nothing in the
   file says which is right.
3. Rows with the same key and content are one; the others are unchanged.
4. What the warehouse has already is unchanged. That it was seen again is kept: at a later version time as a sighting,
   so that the order in which exports are loaded cannot matter, else as an echo, which counts only when what it echoes
   is withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from firstline.intake.calendar_checks import calendar_faults
from firstline.intake.code_checks import code_faults
from firstline.intake.contradictions import contradictions
from firstline.intake.exclusion_checks import exclusion_faults
from firstline.intake.stage import Part, Stamp, keys_mapped
from firstline.intake.terms_checks import terms_faults
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted, text_literal

FUTURE_TOLERANCE = timedelta(days=1)
"""A row dated later than this after the import is quarantined: clocks differ, but not by more than a day."""

ROWS_AT_ONCE = 500_000
"""Rows whose marks are put beside them in one step: more need more memory, fewer more steps."""


@dataclass(frozen=True)
class Counts:
    """Source rows by fate; read = accepted + unchanged + quarantined."""

    accepted: int
    unchanged: int
    quarantined: int
    reasons: dict[str, int]
    corrections: int
    conflicts: int


def classify(warehouse: Warehouse, parts: list[Part], rejects: str | None, stamp: Stamp) -> None:
    """Make scratch table `fate` (row_number, fate, reason, detail) and mark each part's rows with `landed`:
    'accepted', 'sighting', 'echo' or null; `is_correction` and `is_conflict` with the accepted ones."""
    _find_faults(warehouse, parts, rejects, stamp)
    for part in parts:
        _mark(warehouse, part)
    accepted = " UNION ".join(f"SELECT row_number FROM {part.table} WHERE landed = 'accepted'" for part in parts)
    rows = " UNION ".join(f"SELECT row_number FROM {part.table}" for part in parts)
    met = f"SELECT row_number FROM raw UNION SELECT row_number FROM fault UNION {rows}"
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE fate AS SELECT met.row_number, fault.reason, fault.detail, "
        "CASE WHEN fault.reason IS NOT NULL THEN 'quarantined' WHEN taken.row_number IS NOT NULL THEN 'accepted' "
        f"ELSE 'unchanged' END AS fate FROM ({met}) met LEFT JOIN fault USING (row_number) "
        f"LEFT JOIN ({accepted}) taken USING (row_number)"
    )


def count_fates(warehouse: Warehouse, parts: list[Part], first_row: int, last_row: int) -> Counts:
    """Count the fates of the rows from `first_row` to `last_row`, both included."""
    span = "row_number BETWEEN $first AND $last"
    limits = {"first": first_row, "last": last_row}
    found = {
        row["fate"]: row["n"]
        for row in warehouse.rows(f"SELECT fate, count(*) AS n FROM fate WHERE {span} GROUP BY fate", limits)
    }
    reasons = warehouse.rows(
        f"SELECT reason, count(*) AS n FROM fate WHERE fate = 'quarantined' AND {span} GROUP BY reason ORDER BY reason",
        limits,
    )
    marks = {
        name: sum(
            int(warehouse.value(f"SELECT count(*) FROM {part.table} WHERE {name} AND {span}", limits) or 0)
            for part in parts
        )
        for name in ("is_correction", "is_conflict")
    }
    return Counts(
        accepted=found.get("accepted", 0),
        unchanged=found.get("unchanged", 0),
        quarantined=found.get("quarantined", 0),
        reasons={row["reason"]: row["n"] for row in reasons},
        corrections=marks["is_correction"],
        conflicts=marks["is_conflict"],
    )


def told_faults(warehouse: Warehouse, most: int) -> tuple[str, ...]:
    """What is wrong with quarantined rows, each said once, in the order of the file, at most so many."""
    rows = warehouse.rows(
        "SELECT coalesce(detail, replace(reason, '_', ' ')) AS told FROM fate WHERE fate = 'quarantined' "
        f"GROUP BY told ORDER BY min(row_number), told LIMIT {most}"
    )
    return tuple(row["told"] for row in rows)


def _find_faults(warehouse: Warehouse, parts: list[Part], rejects: str | None, stamp: Stamp) -> None:
    """Scratch table `fault`: one reason per faulty row, the first that was found."""
    found = [select for index, part in enumerate(parts) for select in _faults_of(part, index, stamp)]
    for index, part in enumerate(parts):
        found += code_faults(warehouse, part, index * 100 + 99)
        found += calendar_faults(warehouse, part, index * 100 + 98)
        found += exclusion_faults(part, index * 100 + 97)
        found += terms_faults(part, index * 100 + 96)
    found += contradictions(parts)
    if rejects:
        found.append(f"SELECT row_number, reason, detail, -1 AS rank FROM {rejects}")
    found.append("SELECT NULL AS row_number, NULL AS reason, NULL AS detail, NULL AS rank WHERE false")
    warehouse.execute(
        "CREATE OR REPLACE TEMP TABLE fault AS SELECT CAST(row_number AS BIGINT) AS row_number, "
        "arg_min(CAST(reason AS VARCHAR), rank) AS reason, arg_min(CAST(detail AS VARCHAR), rank) AS detail "
        f"FROM ({' UNION ALL '.join(found)}) GROUP BY row_number"
    )
    for part in parts:
        warehouse.execute(
            "INSERT INTO fault SELECT row_number, 'conflicting_versions', "
            f"'several rows of {part.entity.name} ' || source_id || ' differ and nothing says which is newer' FROM ("
            f"SELECT row_number, source_id, min(content_hash) OVER same AS least, max(content_hash) OVER same AS most "
            f"FROM {part.table} WHERE row_number NOT IN (SELECT row_number FROM fault) "
            "WINDOW same AS (PARTITION BY scope, source_id, version_at)) "
            "WHERE least <> most AND row_number NOT IN (SELECT row_number FROM fault)"
        )


def _faults_of(part: Part, index: int, stamp: Stamp) -> list[str]:
    entity, plan = part.entity, part.plan
    faults = []
    if keys_mapped(plan):
        for name, stated in zip(entity.key, entity.stated_key, strict=True):
            if name not in entity.open_key:
                said = "is empty" if name == stated else "is empty or no key of its kind"
                faults.append((f"{quoted(name)} IS NULL", "missing_key", f"'{entity.name}.{stated} {said}'"))
    placed = [name for name in entity.placed_by if name in plan.fields]
    from_log = entity.name == "ticket" and "opened_at" not in plan.fields
    if entity.placed_by and not from_log:
        empty = " AND ".join(f"{quoted(name)} IS NULL" for name in entity.placed_by)
        unread = " OR ".join(f"list_contains(string_split(unreadable, ','), '{name}')" for name in placed) or "false"
        names = " or ".join(entity.placed_by)
        told = "; ".join(plan.fields[name].told for name in placed)
        faults.append(
            (
                f"({empty}) AND ({unread})",
                "unreadable_time",
                text_literal(f"{entity.name}.{names} cannot be read as a time ({told})"),
            )
        )
        if plan.listed_at is None:
            # what a full list names was there at its date, at least
            missing = f"({empty}) AND NOT {part.did_not_happen}"
            faults.append((missing, "missing_time", f"'{entity.name}.{names} is empty'"))
    if entity.owner == "source":
        latest = f"TIMESTAMP '{stamp.first_accepted_at + FUTURE_TOLERANCE:%Y-%m-%d %H:%M:%S}'"
        for name in placed:
            if not name.startswith("scheduled"):
                faults.append(
                    (
                        f"{quoted(name)} > {latest}",
                        "dated_after_import",
                        f"'{name} ' || CAST({quoted(name)} AS VARCHAR)",
                    )
                )
    return [
        f"SELECT row_number, '{reason}' AS reason, {detail} AS detail, {index * 100 + rank} AS rank "
        f"FROM {part.table} WHERE {condition}"
        for rank, (condition, reason, detail) in enumerate(faults)
    ]


def _mark(warehouse: Warehouse, part: Part) -> None:
    """Set `landed`, `is_correction`, `is_conflict` on a part's rows against what is known of their keys."""
    versions = f"{part.entity.name}_version"
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE {part.table}_marked AS WITH "
        f"sound AS (SELECT * FROM {part.table} WHERE row_number NOT IN (SELECT row_number FROM fault) "
        f"AND NOT {part.did_not_happen}), "
        # among rows of one content the latest stands for all of them
        "candidate AS (SELECT row_number, scope, source_id, content_hash, version_at, is_stated, by_content FROM sound "
        "QUALIFY row_number() OVER (PARTITION BY scope, source_id, content_hash "
        "ORDER BY version_at DESC, row_number) = 1), "
        f"known AS (SELECT v.* FROM {versions} v "
        "SEMI JOIN candidate c ON v.source_system = c.scope AND v.source_id = c.source_id), "
        "winner AS (SELECT source_system, source_id, arg_max(content_hash, (version_at, batch)) AS content_hash, "
        "max(version_at) AS version_at FROM known GROUP BY source_system, source_id), "
        "judged AS (SELECT c.row_number, c.scope, c.source_id, "
        "CASE WHEN w.content_hash = c.content_hash THEN "
        "CASE WHEN c.is_stated AND NOT c.by_content AND c.version_at > w.version_at THEN 'sighting' ELSE 'echo' END "
        "WHEN EXISTS (SELECT 1 FROM known k WHERE k.source_system = c.scope AND k.source_id = c.source_id "
        "AND k.content_hash = c.content_hash AND k.version_at = c.version_at) THEN 'echo' "
        "ELSE 'accepted' END AS landed, "
        # an undated row that is brought again, mended, may be older than what came since: then it replaces nothing
        "w.source_id IS NOT NULL AND NOT c.is_stated AND c.version_at >= w.version_at AS replaces, "
        "c.is_stated AND c.version_at = w.version_at AND c.content_hash <> w.content_hash AS clashes "
        "FROM candidate c LEFT JOIN winner w ON w.source_system = c.scope AND w.source_id = c.source_id) "
        # where the file also brings another version of the key, the one seen again must be landed whole
        "SELECT row_number, replaces, clashes, CASE WHEN landed = 'sighting' AND "
        "bool_or(coalesce(landed = 'accepted', false)) OVER (PARTITION BY scope, source_id) "
        "THEN 'accepted' ELSE landed END AS landed FROM judged"
    )
    _add_marks(warehouse, part.table)


def _add_marks(warehouse: Warehouse, table: str) -> None:
    """Put the marks beside the rows, so many at a time that the join needs little memory."""
    marks = (
        "m.landed, coalesce(m.landed = 'accepted' AND m.replaces, false) AS is_correction, "
        "coalesce(m.landed = 'accepted' AND m.clashes, false) AS is_conflict"
    )
    joined = f"SELECT p.*, {marks} FROM {table} p LEFT JOIN {table}_marked m USING (row_number)"
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {table}_rows AS {joined} LIMIT 0")
    last = int(warehouse.value(f"SELECT max(row_number) FROM {table}") or -1)
    for first in range(0, last + 1, ROWS_AT_ONCE):
        end = first + ROWS_AT_ONCE
        warehouse.execute(
            f"INSERT INTO {table}_rows SELECT p.*, {marks} FROM {table} p LEFT JOIN "
            f"(SELECT * FROM {table}_marked WHERE row_number >= {first} AND row_number < {end}) m USING (row_number) "
            f"WHERE p.row_number >= {first} AND p.row_number < {end}"
        )
    warehouse.execute(f"DROP TABLE {table}_marked")
    warehouse.execute(f"DROP TABLE {table}")
    warehouse.execute(f"ALTER TABLE {table}_rows RENAME TO {table}")
