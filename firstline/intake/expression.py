"""The small expression language of mappings: arithmetic, text functions and comparisons, parsed, never evaluated.

Names are fields of the same entity or columns of the file (in double quotes when they hold spaces). An instant plus
or minus a number moves by that many seconds; the difference of two instants is seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from firstline.intake.numbers import POINT, number_sql

Kind = Literal["text", "number", "instant", "day", "truth", "null"]


class ExpressionError(ValueError):
    """The expression is not in the language; the message says which part."""


@dataclass(frozen=True)
class Typed:
    """An SQL expression and what kind of value it gives; `sign` stands before the decimals of numbers in text."""

    sql: str
    kind: Kind
    sign: str = POINT


Resolve = Callable[[str], Typed]
"""Gives the SQL of a field or column by name; raises ExpressionError for an unknown one."""

ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
TEXT_FUNCTIONS = {
    "lower": 1,
    "upper": 1,
    "trim": 1,
    "left": 2,
    "right": 2,
    "substring": 3,
    "replace": 3,
    "split_part": 3,
}
NUMBER_FUNCTIONS = {"round": 1, "abs": 1, "length": 1}


def compile_expression(text: str, resolve: Resolve) -> Typed:
    """Turn an expression into SQL. Raises ExpressionError naming the part that is not allowed."""
    try:
        parsed = sqlglot.parse_one(text, read="duckdb")
    except ParseError as error:
        place = f", near '{error.errors[0]['highlight']}'" if error.errors and error.errors[0].get("highlight") else ""
        raise ExpressionError(f"{text!r} is not an expression{place}") from None
    return _compile(parsed, resolve)


def _compile(node: exp.Expr, resolve: Resolve) -> Typed:
    for kinds, compile_node in COMPILERS:
        if isinstance(node, kinds):
            return compile_node(node, resolve)
    raise ExpressionError(f"{node.sql()!r} is not allowed in a mapping expression")


def _column(node: exp.Expr, resolve: Resolve) -> Typed:
    if not isinstance(node, exp.Column) or node.table:
        raise ExpressionError(f"{node.sql()!r} is not a field or column name")
    return resolve(node.name)


def _literal(node: exp.Expr, _resolve: Resolve) -> Typed:
    if isinstance(node, exp.Null):
        return Typed("NULL", "null")
    if isinstance(node, exp.Boolean):
        return Typed(node.sql(dialect="duckdb"), "truth")
    return Typed(node.sql(dialect="duckdb"), "text" if node.is_string else "number")


def _paren(node: exp.Expr, resolve: Resolve) -> Typed:
    inner = _compile(node.this, resolve)
    return Typed(f"({inner.sql})", inner.kind)


def _negative(node: exp.Expr, resolve: Resolve) -> Typed:
    return Typed(f"(-{number(_compile(node.this, resolve))})", "number")


def _arithmetic(node: exp.Expr, resolve: Resolve) -> Typed:
    left, right = _compile(node.this, resolve), _compile(node.expression, resolve)
    sign = ARITHMETIC[type(node)]
    if left.kind == "instant" and right.kind == "instant" and sign == "-":
        return Typed(f"date_diff('second', {right.sql}, {left.sql})", "number")
    if left.kind == "instant" and sign in "+-":
        return Typed(f"({left.sql} {sign} to_seconds({number(right)}))", "instant")
    if "instant" in (left.kind, right.kind):
        raise ExpressionError(f"{node.sql()!r}: an instant can only be moved by seconds or set against another")
    divisor = f"nullif({number(right)}, 0)" if sign == "/" else number(right)
    return Typed(f"({number(left)} {sign} {divisor})", "number")


def _comparison(node: exp.Expr, resolve: Resolve) -> Typed:
    left, right = _compile(node.this, resolve), _compile(node.expression, resolve)
    if "number" in (left.kind, right.kind):
        return Typed(f"({number(left)} {COMPARISONS[type(node)]} {number(right)})", "truth")
    return Typed(f"({left.sql} {COMPARISONS[type(node)]} {right.sql})", "truth")


def _joined(node: exp.Expr, resolve: Resolve) -> Typed:
    left, right = _compile(node.this, resolve), _compile(node.expression, resolve)
    if isinstance(node, exp.DPipe):
        return Typed(f"(CAST({left.sql} AS VARCHAR) || CAST({right.sql} AS VARCHAR))", "text")
    return Typed(f"({left.sql} {'AND' if isinstance(node, exp.And) else 'OR'} {right.sql})", "truth")


def _not(node: exp.Expr, resolve: Resolve) -> Typed:
    return Typed(f"(NOT {_compile(node.this, resolve).sql})", "truth")


def _is_null(node: exp.Expr, resolve: Resolve) -> Typed:
    if not isinstance(node.expression, exp.Null):
        raise ExpressionError(f"{node.sql()!r}: 'is' goes with null only")
    return Typed(f"({_compile(node.this, resolve).sql} IS NULL)", "truth")


def _in(node: exp.Expr, resolve: Resolve) -> Typed:
    items = [_compile(item, resolve) for item in node.expressions]
    if not items:
        raise ExpressionError(f"{node.sql()!r}: 'in' goes with a list of values only")
    return Typed(f"({_compile(node.this, resolve).sql} IN ({', '.join(item.sql for item in items)}))", "truth")


def _coalesce(node: exp.Expr, resolve: Resolve) -> Typed:
    items = [_compile(item, resolve) for item in (node.this, *node.expressions)]
    kinds = {item.kind for item in items} - {"null"}
    if "number" in kinds and kinds <= {"number", "text"}:
        return Typed(f"coalesce({', '.join(number(item) for item in items)})", "number")
    return Typed(f"coalesce({', '.join(item.sql for item in items)})", items[0].kind)


def _function(node: exp.Expr, resolve: Resolve) -> Typed:
    assert isinstance(node, exp.Func)
    name = node.sql_name().lower() if not isinstance(node, exp.Anonymous) else str(node.this).lower()
    arguments = [item for item in node.iter_expressions()]
    compiled = [_compile(item, resolve) for item in arguments]
    if TEXT_FUNCTIONS.get(name) == len(compiled):
        return Typed(
            f"{name}({', '.join([f'CAST({compiled[0].sql} AS VARCHAR)', *(c.sql for c in compiled[1:])])})",
            "text",
        )
    if NUMBER_FUNCTIONS.get(name) == len(compiled):
        inner = compiled[0].sql if name == "length" else number(compiled[0])
        return Typed(f"{name}({inner})", "number")
    allowed = ", ".join(sorted([*TEXT_FUNCTIONS, *NUMBER_FUNCTIONS, "coalesce"]))
    raise ExpressionError(f"{node.sql()!r}: the functions allowed are {allowed}")


def number(value: Typed) -> str:
    """The value as a number; text that is none becomes null."""
    if value.kind in ("number", "null"):
        return value.sql
    if value.kind == "text":
        return number_sql(value.sql, value.sign)
    raise ExpressionError(f"a number is wanted where a {value.kind} stands")


COMPILERS: tuple[tuple[tuple[type[exp.Expr], ...], Callable[[exp.Expr, Resolve], Typed]], ...] = (
    ((exp.Column,), _column),
    ((exp.Literal, exp.Null, exp.Boolean), _literal),
    ((exp.Paren,), _paren),
    ((exp.Neg,), _negative),
    (tuple(ARITHMETIC), _arithmetic),
    (tuple(COMPARISONS), _comparison),
    ((exp.And, exp.Or, exp.DPipe), _joined),
    ((exp.Not,), _not),
    ((exp.Is,), _is_null),
    ((exp.In,), _in),
    ((exp.Coalesce,), _coalesce),
    ((exp.Func,), _function),
)
