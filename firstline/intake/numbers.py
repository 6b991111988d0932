"""Read numbers: which sign stands before the decimals is found from the cells or stated, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from firstline.errors import MisuseError
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

POINT, COMMA = ".", ","
NAMES = {POINT: "decimal point", COMMA: "decimal comma"}
BLANKS = " '’\u00a0\u202f"
"""What may part thousands whatever the decimal sign is."""
CURRENCY = r"^[$€£]\s*|\s*[$€£]$"
EITHER = r"[-+]?[1-9]\d{{0,2}}[{sign}]\d{{3}}"
"""One group of three digits: 1,234 is a thousand and more, or one and a bit."""


@dataclass(frozen=True)
class Evidence:
    """How many cells can only be read with a decimal point, only with a comma, and with either (by their sign)."""

    filled: int
    numbers: int
    points: int
    commas: int
    open_points: int
    open_commas: int

    @property
    def sign(self) -> str | None:
        """The sign that the cells settle, None where they do not or contradict each other."""
        if bool(self.points) == bool(self.commas):
            return None
        return POINT if self.points else COMMA


def number_sql(raw: str, sign: str) -> str:
    """SQL that reads text as a number (DOUBLE) with that decimal sign; null where it is none, or not a finite one."""
    bare = f"regexp_replace({raw}, '{CURRENCY}', '', 'g')"
    other = COMMA if sign == POINT else POINT
    grouped = text_literal(rf"[-+]?\d{{1,3}}([{other}{BLANKS}]\d{{3}})+([{sign}]\d+)?")
    together = f"regexp_replace({bare}, {text_literal(f'[{other}{BLANKS}]')}, '', 'g')"
    groups = f"WHEN regexp_full_match({bare}, {grouped}) THEN {together}"
    if sign == POINT:
        # the common case first: most cells need no pattern at all
        text = f"CASE {groups} ELSE {bare} END"
        read = f"coalesce(TRY_CAST({raw} AS DOUBLE), TRY_CAST({text} AS DOUBLE))"
    else:
        plain = f"regexp_full_match({bare}, '[-+]?(\\d+(,\\d*)?|,\\d+)([eE][-+]?\\d+)?')"
        text = f"CASE WHEN {plain} THEN {bare} {groups} END"
        read = f"TRY_CAST(replace({text}, ',', '.') AS DOUBLE)"
    return f"CASE WHEN isfinite({read}) THEN {read} END"


def find_sign(
    warehouse: Warehouse, table: str, raw: str, others: Iterable[str], place: str, has_points: bool, is_count: bool
) -> str:
    """The decimal sign of a column: what its cells settle, else what the file's other columns of numbers do.

    `others` are SQL of those columns; `has_points` says that a lone point is one for certain, `is_count` that the
    field knows no decimals. Raises MisuseError with the evidence for a column that mixes both, or may be read either
    way.
    """
    found = evidence(warehouse, table, raw)
    if found.sign is not None:
        return found.sign
    if found.points and found.commas:
        told = f"{found.points:,} cells have a decimal point, {found.commas:,} a decimal comma"
        raise _ambiguous(warehouse, table, raw, place, f"the numbers mix two ways of writing: {told}")
    if not found.open_commas and not found.open_points:
        return POINT
    if has_points and not found.open_commas:
        return POINT
    if is_count and bool(found.open_points) != bool(found.open_commas):
        # a count has no decimals, so what parts its digits parts thousands
        return POINT if found.open_commas else COMMA
    known = {one.sign for one in (evidence(warehouse, table, other) for other in others) if one.numbers == one.filled}
    known.discard(None)
    if len(known) == 1:
        return str(known.pop())
    raise _ambiguous(warehouse, table, raw, place, "the numbers can be read in two ways, and no cell settles which")


def evidence(warehouse: Warehouse, table: str, raw: str) -> Evidence:
    """Count what a column's cells say of its decimal sign."""
    # most columns hold whole numbers: a look at their letters is enough
    signs = f"contains({raw}, '.') OR contains({raw}, ',')"
    if not warehouse.value(f"SELECT bool_or({signs}) FROM {table}"):
        return Evidence(0, 0, 0, 0, 0, 0)
    bare = f"regexp_replace({raw}, '{CURRENCY}', '', 'g')"
    found = warehouse.row(
        f"SELECT count(bare) AS filled, count(*) FILTER (WHERE {_is(f'[-+]?[0-9.,{BLANKS}]+')}) AS numbers, "
        f"count(*) FILTER (WHERE {_only(POINT, COMMA)}) AS points, "
        f"count(*) FILTER (WHERE {_only(COMMA, POINT)}) AS commas, "
        f"count(*) FILTER (WHERE {_is(EITHER.format(sign='.'))}) AS open_points, "
        f"count(*) FILTER (WHERE {_is(EITHER.format(sign=','))}) AS open_commas "
        f"FROM (SELECT {bare} AS bare FROM {table})"
    )
    return Evidence(**found)


def _only(sign: str, other: str) -> str:
    """SQL: the cell can only be read with this decimal sign."""
    decimals = _is(rf"[-+]?\d*[{sign}]\d+")
    grouped = _is(rf"[-+]?\d{{1,3}}([{other}{BLANKS}]\d{{3}})+[{sign}]\d+")
    groups = _is(rf"[-+]?\d{{1,3}}([{other}]\d{{3}}){{2,}}")
    return f"({decimals} AND NOT {_is(EITHER.format(sign=sign))}) OR {grouped} OR {groups}"


def _is(pattern: str) -> str:
    return f"regexp_full_match(bare, {text_literal(pattern)})"


def _ambiguous(warehouse: Warehouse, table: str, raw: str, place: str, problem: str) -> MisuseError:
    examples = warehouse.rows(
        f"SELECT DISTINCT {raw} AS cell FROM {table} WHERE contains({raw}, ',') OR contains({raw}, '.') "
        "ORDER BY cell LIMIT 3"
    )
    shown = ", ".join(f"'{row['cell']}'" for row in examples)
    hint = 'State the decimal sign in the mapping: decimal = "," or decimal = ".", at the field or under [file].'
    return MisuseError("ambiguous_numbers", f"{place}: {problem}: {shown}.", hint)
