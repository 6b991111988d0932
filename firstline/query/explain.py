"""What a KPI's definition compiles to: the statements that a question about it runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlglot

from firstline.catalogue.kpi import Kpi
from firstline.catalogue.read import Catalogue
from firstline.formats import format_value
from firstline.model.limits import limit
from firstline.query.compile import (
    compile_base,
    compile_base_days,
    compile_ranks,
    compile_sums,
    compile_watched,
)
from firstline.query.compile_held import compile_check
from firstline.query.definitions import the_catalogue
from firstline.query.frame import Frame, Statement
from firstline.query.plan import setting_parameters
from firstline.settings import DEFAULTS, Settings

EXAMPLE_FRAME = Frame(
    start=datetime(2026, 1, 1, tzinfo=UTC),
    end=datetime(2026, 4, 1, tzinfo=UTC),
    by="month",
    zone=ZoneInfo("UTC"),
    group=(),
    where=(),
    watermark=datetime(2026, 4, 1, tzinfo=UTC),
    history_start=datetime(2025, 1, 1, tzinfo=UTC),
    settings=setting_parameters(the_catalogue(), DEFAULTS, ()),
)
"""A question by month over a quarter: it shows every part of the SQL and no data."""

EXAMPLE_SPAN = (date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 1))


def statements(catalogue: Catalogue, kpi: Kpi, frame: Frame = EXAMPLE_FRAME) -> dict[str, Statement]:
    """Every statement that a question about the KPI runs, by what it is for, in the portable dialect."""
    found = {"rows": compile_sums(catalogue, kpi, kpi.rows, frame)}
    if kpi.quantile is not None:
        found["ranks"] = compile_ranks(catalogue, kpi, kpi.rows, frame)
    if kpi.rows.ahead:
        found["estimate"] = compile_watched(catalogue, kpi, kpi.rows, frame)
    if kpi.against:
        found["denominator"] = compile_sums(catalogue, kpi, kpi.against, frame)
    if kpi.share_over:
        rest = tuple(name for name in frame.group if name not in kpi.share_over)
        found["denominator"] = compile_sums(catalogue, kpi, kpi.rows, replace(frame, group=rest))
    if kpi.base:
        found["subscribers"] = compile_base(catalogue, replace(frame, group=(), where=()), [EXAMPLE_SPAN])
        found["days with stated totals"] = compile_base_days([EXAMPLE_SPAN])
    for i, each in enumerate(kpi.requires, start=1):
        found[f"requirement {i}"] = compile_check(kpi.rows, each.among, each.known, frame.settings)
    return found


def explained(catalogue: Catalogue, kpi: Kpi, settings: Settings) -> dict[str, Any]:
    """A KPI's definition as JSON-ready data: the declaration, its exclusions in words, dimensions and SQL."""
    return {
        **kpi.model_dump(mode="json"),
        "limits": [limit(name).model_dump(mode="json", exclude_defaults=True) for name in kpi.limits],
        "exclusions": catalogue.left_out(kpi),
        "dimensions": [each.id for each in catalogue.dimensions_of(kpi)],
        "settings": {
            name: value
            for name, value in setting_parameters(catalogue, settings, ()).items()
            if f"${name}" in _all_text(kpi, catalogue)
        },
        "example_text": f"{kpi.example.given} Gives {format_value(kpi.example.value, kpi.unit)}.",
        "sql": {name: readable(each.sql) for name, each in statements(catalogue, kpi).items()},
    }


def readable(sql: str) -> str:
    """A statement laid out over lines."""
    return sqlglot.parse_one(sql, dialect="duckdb").sql(dialect="duckdb", pretty=True)


def _all_text(kpi: Kpi, catalogue: Catalogue) -> str:
    return " ".join(each.sql for each in statements(catalogue, kpi).values())
