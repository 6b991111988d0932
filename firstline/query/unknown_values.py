"""Says of filters that nothing fits which of their values the data do not know: a slip of the pen is not a zero."""

from __future__ import annotations

from collections.abc import Sequence

from firstline.catalogue.kpi import Kpi, Rows
from firstline.catalogue.read import Catalogue
from firstline.errors import nearest
from firstline.query.answer import Record
from firstline.query.compile_held import compile_values
from firstline.query.frame import Frame
from firstline.warehouse.engine import Warehouse

SHOWN = 5
"""Values named at most where none is like the one asked for."""


def with_unknown_values(
    warehouse: Warehouse, catalogue: Catalogue, kpi: Kpi, rows: Rows, frame: Frame, records: Sequence[Record]
) -> list[Record]:
    """The records of a KPI; where not one row fits the filters, their notes name the values that no row ever has."""
    if not frame.where or any(record.n or record.pending or record.excluded for record in records):
        return list(records)
    label, said = catalogue.facts[rows.fact].label, []
    for dimension, values in frame.where:
        column = catalogue.column_of(rows.fact, dimension, rows.dimensions) or "NULL"
        known = [row["value"] for row in warehouse.rows(compile_values(rows, column).sql)]
        unknown = [value for value in values if value is not None and value not in known]
        said += [f"None of the {label} has {dimension} '{value}'{_instead(value, known)}" for value in unknown]
    return [record.noting(" ".join(said)) for record in records] if said else list(records)


def _instead(value: str, known: Sequence[str]) -> str:
    near = nearest(value, known)
    if near:
        return f"; did you mean '{near}'?"
    more = ", and others" if len(known) > SHOWN else ""
    return f"; there are {', '.join(known[:SHOWN])}{more}." if known else "."
