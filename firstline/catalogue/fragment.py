"""Check one SQL fragment of the catalogue: a single expression over known columns, from a short list of forms."""

from __future__ import annotations

from collections.abc import Collection

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from firstline.errors import nearest

SETTINGS: tuple[str, ...] = ("service_level_s", "short_abandon_s", "unit_cost", "currency")
"""Settings a fragment may name, written `$service_level_s`; they are bound, never put into the text."""

PERIOD_COLUMNS: tuple[str, ...] = ("period_on", "period_next_on")
"""First local day of the period a row falls in, and the first day after it, both cut to the span asked."""

FORMS: tuple[type[exp.Expression], ...] = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Placeholder,
    exp.Paren,
    exp.And,
    exp.Or,
    exp.Not,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.Is,
    exp.In,
    exp.Between,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.Div,
    exp.Neg,
    exp.Case,
    exp.If,
    exp.Coalesce,
    exp.Interval,
    exp.IntervalSpan,
    exp.Var,
)
"""The forms an expression may be built of. `coalesce` is the only function; there is no way to a sub-query."""


def fragment_problems(fragment: str, columns: Collection[str]) -> list[str]:
    """What is wrong with a fragment over these columns, in words; empty if nothing is."""
    try:
        parsed = sqlglot.parse(fragment, dialect="duckdb")
    except SqlglotError as error:
        return [f"is not SQL: {str(error).splitlines()[0]}"]
    if len(parsed) != 1 or parsed[0] is None:
        return ["is not a single expression"]
    problems = []
    for node in parsed[0].walk():
        if not isinstance(node, FORMS):
            problems.append(f"uses {_name(node)}, which is not on the list of allowed forms")
        elif isinstance(node, exp.Column):
            problems += _column_problems(node, columns)
        elif isinstance(node, exp.Placeholder) and node.name not in SETTINGS:
            problems.append(f"names the setting ${node.name}; allowed: {', '.join(SETTINGS)}")
    return problems


def _column_problems(column: exp.Column, columns: Collection[str]) -> list[str]:
    if column.table:
        return [f"qualifies a column ({column.sql()}); name the column alone"]
    known = {*columns, *PERIOD_COLUMNS}
    if column.name in known:
        return []
    near = nearest(column.name, known)
    hint = f"; did you mean '{near}'?" if near else ""
    return [f"names the unknown column '{column.name}'{hint}"]


def _name(node: object) -> str:
    if isinstance(node, exp.Anonymous):
        return f"the function {node.name}()"
    return type(node).__name__.upper()
