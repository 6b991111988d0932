"""From a plan to SQL: what the facts hold at all, whenever it was. Written as the statements in `compile` are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firstline.catalogue.kpi import Rows
from firstline.query.frame import Statement, bound

Time = tuple[str, str]
"""A fact and one of its columns that says the local day."""


def compile_check(rows: Rows, among: str, known: str, settings: Mapping[str, Any]) -> Statement:
    """How many rows of the fact a requirement is about (`among`) and how many of them meet it (`known`)."""
    sql = (
        f"SELECT sum(CASE WHEN {among} THEN 1 ELSE 0 END) AS among,"
        f" sum(CASE WHEN ({among}) AND ({known}) THEN 1 ELSE 0 END) AS known FROM {rows.fact}"
    )
    return bound(sql, settings)


def compile_extents(times: Sequence[Time]) -> Statement:
    """The first and the last local day in columns of facts: place in `times`, first_on, last_on (null without rows)."""
    reads = [
        f"SELECT {place} AS place, min({column}) AS first_on, max({column}) AS last_on FROM {fact}"
        for place, (fact, column) in enumerate(times)
    ]
    return Statement(" UNION ALL ".join(reads), {})


def compile_first_instant(rows: Rows) -> Statement:
    """The first instant of these rows' fact: where its history begins."""
    return Statement(f"SELECT min({rows.at}_at) AS first_at FROM {rows.fact}", {})


def compile_values(rows: Rows, column: str) -> Statement:
    """The values that rows of the fact have in a column, as text, in order: value."""
    value = f"CAST({column} AS VARCHAR)"
    return Statement(f"SELECT DISTINCT {value} AS value FROM {rows.fact} WHERE {column} IS NOT NULL ORDER BY value", {})
