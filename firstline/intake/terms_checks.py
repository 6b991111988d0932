"""What is wrong with prices, promises and limits: amounts below nothing, no amount at all, a currency that is none."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.intake.stage import Part
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import quoted, text_literal

REASON = "bad_terms"
NEEDED: dict[str, tuple[str, ...]] = {
    "unit_cost": ("amount",),
    "labour_rate": ("hourly_cost",),
    "sla_policy": ("clock", "target_s"),
}
"""By entity: what a row says nothing without."""
LEAST: dict[str, dict[str, int]] = {
    "unit_cost": {"amount": 0},
    "labour_rate": {"hourly_cost": 0},
    "vendor_contract": {"unit_price": 0, "minimum_month": 0},
    "sla_policy": {"target_s": 1},
}
"""By entity and field: the least that it can be, in the stored unit; other times below 0 are contradictions."""
CURRENCY = "currency"
ON_CALENDARS = ("sla_policy", "queue", "team")


def terms_faults(part: Part, rank: int) -> list[str]:
    """SELECTs of (row_number, reason, detail, rank) over the faulty rows of a part; none for other entities."""
    faults = [*_faults(part)]
    return [
        f"SELECT row_number, '{REASON}' AS reason, {detail} AS detail, {rank + index / 100} AS rank FROM {part.table} "
        f"WHERE NOT is_deleted AND ({when})"
        for index, (detail, when) in enumerate(faults)
    ]


def unstated_calendars(warehouse: Warehouse, part: Part) -> list[str]:
    """The calendars that rows of a part name and nobody states so far, in order; none for other entities."""
    if part.entity.name not in ON_CALENDARS or "calendar_id" not in part.plan.fields:
        return []
    found = warehouse.rows(
        f"SELECT DISTINCT calendar_id AS name FROM {part.table} WHERE NOT is_deleted AND calendar_id IS NOT NULL AND "
        "calendar_id NOT IN (SELECT calendar_id FROM business_calendar WHERE NOT coalesce(is_deleted, FALSE)) "
        "ORDER BY name"
    )
    return [row["name"] for row in found]


def _faults(part: Part) -> Iterator[tuple[str, str]]:
    """SQL of what is said of a row, and of when it is."""
    entity, there = part.entity, part.plan.fields
    for name in NEEDED.get(entity.name, ()):
        field = entity.field(name)
        allowed = f"one of {', '.join(field.values)}" if field.values else f"a number, such as {field.example}"
        empty = text_literal(f"{name} is empty; {allowed} is needed")
        if name not in there:
            yield empty, "TRUE"
            continue
        unread = text_literal(f"{name} cannot be read; {allowed} is needed")
        is_unread = f"list_contains(string_split(coalesce(unreadable, ''), ','), '{name}')"
        yield f"CASE WHEN {is_unread} THEN {unread} ELSE {empty} END", f"{quoted(name)} IS NULL"
    for name, least in LEAST.get(entity.name, {}).items():
        if name in there:
            yield _said(name, f"; {least} or more is allowed"), f"{quoted(name)} < {least}"
    if entity.name in LEAST and CURRENCY in there:
        yield (
            _said(CURRENCY, "; a code of three capital letters (ISO 4217) is allowed, such as USD"),
            f"NOT regexp_full_match({CURRENCY}, '[A-Z]{{3}}')",
        )


def _said(name: str, allowed: str) -> str:
    # an amount of money has four places, of which the last ones may say nothing
    value = f"regexp_replace(CAST({quoted(name)} AS VARCHAR), '[.]0+$', '')"
    before, after = text_literal(f"{name} is '"), text_literal(f"'{allowed}")
    return f"{before} || {value} || {after}"
