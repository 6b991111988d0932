"""The columns of a waiting file as the editor shows them: what they hold, what they become, and how they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from firstline.intake.cells import Cells
from firstline.intake.conversion import units_for
from firstline.intake.date_styles import ways_of_writing
from firstline.intake.draft_form import Shown, entity_of, fields_of
from firstline.intake.drafting import DraftReading, Known, plain_problem
from firstline.intake.mapping import FieldSource, Mapping
from firstline.intake.moments import OFFSET
from firstline.intake.sampling import Sample, commonest
from firstline.model.code_suggestion import suggested_meaning
from firstline.model.codes import code_fields
from firstline.model.entity import EntityField
from firstline.model.matching import normalised
from firstline.warehouse.engine import Warehouse

MOST_VALUES = 60
TIMES, NUMBERS = ("ts", "date"), ("int", "dec", "money")


@dataclass(frozen=True)
class ValueLine:
    """A line of the value table: a word of the column, how many rows have it, and what it means ("" as it is).

    `is_suggested` is true for a meaning that goes by its words.
    """

    word: str
    rows: int
    chosen: str
    is_suggested: bool


@dataclass(frozen=True)
class Column:
    """A column of the file, the field it becomes ("" left out), why, and how it is read.

    `formats` are ways of writing with their evidence, `found` the one that was found; `values` is the value table,
    None where there is none, `more` how many of its values are not listed; `has_offsets` whether its times carry one.
    """

    index: int
    header: str
    examples: Sequence[str]
    filled: int
    distinct: int
    field: EntityField | None
    source: FieldSource
    reason: str
    problem: str
    hint: str
    formats: Sequence[tuple[str, str]]
    found: str
    units: Sequence[str]
    values: Sequence[ValueLine] | None
    more: int
    has_offsets: bool

    @property
    def sought(self) -> str:
        """What it is found by: its name, its field, and its commonest cells."""
        return " ".join((self.header, self.field.name if self.field else "", *self.examples)).lower()

    @property
    def is_time(self) -> bool:
        """Whether it becomes a time or a day."""
        return self.field is not None and self.field.type in TIMES

    @property
    def is_number(self) -> bool:
        """Whether it becomes a number."""
        return self.field is not None and self.field.type in NUMBERS

    @property
    def allowed(self) -> Sequence[str]:
        """What a word can mean; empty where it can mean anything."""
        if self.field is None:
            return ()
        return ("true", "false") if self.field.type == "bool" else self.field.values


def columns_of(
    warehouse: Warehouse,
    sample: Sample,
    cells: Cells,
    draft: Mapping,
    seen: Shown,
    reading: DraftReading,
    known: Known | None,
) -> list[Column]:
    """Every column of the file, in its order; `known` is the kept mapping that the draft began with."""
    fields = fields_of(draft)
    return [
        _column(warehouse, sample, cells, index, draft, fields.get(seen.columns.get(index, "")), reading, known)
        for index in range(len(cells.raw.headers))
    ]


def _column(
    warehouse: Warehouse,
    sample: Sample,
    cells: Cells,
    index: int,
    draft: Mapping,
    field: EntityField | None,
    reading: DraftReading,
    known: Known | None,
) -> Column:
    header = cells.raw.headers[index]
    raw = cells.raw.column(header)
    source = draft.fields[field.name] if field else FieldSource()
    is_first = source.used_columns[:1] == (header,)
    problem = reading.problems.get(field.name) if field and is_first else None
    lines, more = _value_lines(warehouse, cells, header, draft, field, source) if is_first else (None, 0)
    joined = " + ".join(f"column '{each}'" for each in source.used_columns)
    text = _joined(cells, source) if is_first else raw
    return Column(
        index=index,
        header=header,
        examples=sample.columns[index].examples,
        filled=sample.columns[index].filled,
        distinct=sample.columns[index].distinct,
        field=field,
        source=source,
        reason=_reason(header, field, source, known),
        problem=plain_problem(problem) if problem else "",
        hint=problem.hint if problem and "mapping" not in problem.hint else "",
        formats=ways_of_writing(warehouse, cells.table, text) if field and field.type in TIMES and is_first else (),
        found=reading.formats.get(joined) or reading.formats.get(f"{joined}, its numbers") or "",
        units=units_for(field) if field and is_first else (),
        values=lines,
        more=more,
        has_offsets=bool(field and field.type == "ts" and is_first) and _has_offsets(warehouse, cells, text),
    )


def _joined(cells: Cells, source: FieldSource) -> str:
    parts = [cells.raw.column(header) for header in source.used_columns]
    return parts[0] if len(parts) == 1 else f"nullif(concat_ws(' ', {', '.join(parts)}), '')"


def _has_offsets(warehouse: Warehouse, cells: Cells, text: str) -> bool:
    found = f"SELECT 1 FROM {cells.table} WHERE regexp_matches({text}, ':\\d{{2}}(\\.\\d+)?\\s*{OFFSET}') LIMIT 1"
    return warehouse.value(found) is not None


def _reason(header: str, field: EntityField | None, source: FieldSource, known: Known | None) -> str:
    """Why the column becomes this field, as far as that can be seen."""
    if field is None:
        return ""
    if known is not None and known.mapping.fields.get(field.name) == source:
        return f"the kept mapping of '{known.batch.source}' says so"
    if normalised(header) == normalised(field.name):
        return "it is named like the field"
    if normalised(header) in {normalised(alias) for alias in field.aliases}:
        return "it is another name of the field"
    return ""


def _value_lines(
    warehouse: Warehouse, cells: Cells, header: str, draft: Mapping, field: EntityField | None, source: FieldSource
) -> tuple[list[ValueLine] | None, int]:
    """The value table of a column: the commonest words, and how many more there are."""
    if field is None or not (field.type in ("enum", "bool", "str") or source.values):
        return None, 0
    code = code_fields().get(f"{entity_of(draft)}.{field.name}")
    if field.type == "str" and not source.values and (code is None or code.kind != "free"):
        return None, 0
    raw = cells.of(header, source.values)
    rows = commonest(warehouse, cells.table, raw, MOST_VALUES + 1)
    distinct = int(warehouse.value(f"SELECT count(DISTINCT lower({raw})) FROM {cells.table}") or 0)
    meanings = {word.strip().lower(): value for word, value in source.values.items()}
    lines = []
    for row in rows[:MOST_VALUES]:
        word, count = str(row["v"]), int(str(row["n"]))
        value = meanings.get(word.lower(), "")
        chosen = str(value).lower() if isinstance(value, bool) else str(value)
        lines.append(ValueLine(word, count, chosen, chosen != "" and chosen == suggestion(draft, field, word)))
    return lines, max(distinct - len(lines), 0)


def suggestion(draft: Mapping, field: EntityField, word: str) -> str | None:
    """What a word of a closed list probably means; None for one that the list knows by itself, or nothing fits."""
    if field.type != "enum" or normalised(word) in {normalised(value) for value in field.values}:
        return None
    code = code_fields().get(f"{entity_of(draft)}.{field.name}")
    return suggested_meaning(code, word, {}) if code else None


def with_suggestions(warehouse: Warehouse, cells: Cells, draft: Mapping) -> Mapping:
    """The draft with a meaning for each word of its closed lists that one fits by its words."""
    fields = dict(draft.fields)
    for name, source in draft.fields.items():
        field = fields_of(draft).get(name)
        if field is None or field.type != "enum" or source.column is None or source.column not in cells.raw.headers:
            continue
        raw = cells.raw.column(source.column)
        words = [str(row["v"]) for row in commonest(warehouse, cells.table, raw, MOST_VALUES)]
        meant = {word: found for word in words if (found := suggestion(draft, field, word))}
        fields[name] = source.model_copy(update={"values": {**meant, **source.values}})
    return draft.model_copy(update={"fields": fields})
