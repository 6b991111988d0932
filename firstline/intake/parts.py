"""From a mapping to SQL: for each entity cut from a file, one expression per field over the file's columns."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from firstline.errors import MisuseError, nearest, unknown_name
from firstline.intake.cells import Cells
from firstline.intake.conversion import SECONDS_PER, not_allowed, translated, units_for, value_sql
from firstline.intake.expression import ExpressionError, Kind, Typed, compile_expression, number
from firstline.intake.guarded import goes_out_and_in, unguarded
from firstline.intake.mapping import FieldSource, mapping_error
from firstline.intake.moments import ISO, format_problem, moment, without_offset, zone_problem
from firstline.intake.numbers import COMMA, NAMES, POINT, evidence
from firstline.intake.writing import Writing
from firstline.model.entity import Entity, EntityField
from firstline.model.vocabulary import entity as entity_named
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.text import text_literal

CHANGED_AT = EntityField(
    name="changed_at",
    type="ts",
    about="When the source last changed the row: decides which version of it wins.",
    aliases=("updated at", "last updated", "last modified", "modified at", "last update timestamp"),
    example="2026-03-02 10:00:00",
)
IS_DELETED = EntityField(
    name="is_deleted", type="bool", about="True when the source says the row was deleted.", example="false"
)
ROW_FIELDS = (CHANGED_AT, IS_DELETED)
"""Fields that every entity's mapping may fill besides the entity's own."""

KINDS: dict[str, Kind] = {
    "ts": "instant",
    "date": "day",
    "bool": "truth",
    "int": "number",
    "dec": "number",
    "money": "number",
}


@dataclass
class FieldPlan:
    """How one field is read: `value` gives it typed, `raw` the text it is read from (None for an expression).

    `local` and `is_never` are those of a time (see `Moment`); `words` are what a value table names, on either side,
    and `zone` is that of its own local times, where it has one.
    """

    field: EntityField
    value: str
    raw: str | None = None
    told: str = ""
    local: str | None = None
    is_never: str | None = None
    words: tuple[str, ...] = ()
    zone: str | None = None


@dataclass
class PartPlan:
    """One entity cut from the file: its fields, and the condition a row must meet (None: every row)."""

    entity: Entity
    fields: dict[str, FieldPlan] = field(default_factory=dict)
    when: str | None = None
    listed_at: str | None = None
    """SQL for the instant as of which the file lists everything that there is; None where it is no full list."""


@dataclass
class Reader:
    """Compiles the field sources of one file. `place` and `text` point errors at the mapping's line."""

    warehouse: Warehouse
    cells: Cells
    zone: str
    place: str
    text: str = ""
    used: set[str] = field(default_factory=set)
    """Headers that some field is read from; the others are kept beside the rows."""
    formats: dict[str, str] = field(default_factory=dict)
    """By column, how its dates and numbers are written where the mapping does not say: as found here, or before."""
    decimal: str | None = None
    """The decimal sign of the whole file, where the mapping states it."""
    is_mending: bool = False
    """A few mended rows decide nothing about a column: what they say that is no date is for the quarantine again."""

    def part(
        self,
        entity_name: str,
        sources: MappingType[str, FieldSource],
        path: list[str],
        outer: PartPlan | None = None,
    ) -> PartPlan:
        """Plan one entity from its field sources; `outer` is the main entity whose fields it may name."""
        entity = self._entity(entity_name, path)
        plan = PartPlan(entity)
        pending = dict(sources)
        while pending:
            self._plan_field(next(iter(pending)), pending, plan, path, outer, ())
        return plan

    def check_key(self, headers: tuple[str, ...]) -> None:
        """Refuse a `[file] key` that names a column the file has not got."""
        for header in headers:
            self._check_column(header, ["file", "key"])

    def condition(self, text: str, plan: PartPlan, path: list[str], outer: PartPlan | None) -> str:
        """Compile a `when` condition over the part's fields, the main entity's, and the file's columns."""
        try:
            found = compile_expression(text, lambda name: self._resolve(name, plan, outer))
        except ExpressionError as error:
            raise self._error([*path, "when"], str(error), "Conditions compare fields or columns.") from None
        if found.kind != "truth":
            raise self._error(
                [*path, "when"], f"{text!r} is not a condition.", "Compare something: x = 'y', x is null."
            )
        return found.sql

    def _plan_field(
        self,
        name: str,
        pending: dict[str, FieldSource],
        plan: PartPlan,
        path: list[str],
        outer: PartPlan | None,
        asking: tuple[str, ...],
    ) -> None:
        source = pending[name]
        known = self._field(plan.entity, name, path)
        where = [*path, "fields", name]
        if source.expr is None:
            plan.fields[name] = self._from_cells(plan.entity, known, source, where)
            del pending[name]
            return

        def resolve(other: str) -> Typed:
            if other in pending and other != name:
                if other in asking:
                    raise ExpressionError(f"{name} and {other} are each computed from the other")
                self._plan_field(other, pending, plan, path, outer, (*asking, name))
            return self._resolve(other, plan, outer)

        try:
            found = compile_expression(source.expr, resolve)
        except ExpressionError as error:
            hint = "Name fields of this entity or columns of the file."
            raise self._error([*where, "expr"], f"{error}.", hint) from None
        planned = FieldPlan(known, self._as_field(known, found, source), told=source.expr)
        self._try_out(planned, source, [*where, "expr"])
        plan.fields[name] = planned
        pending.pop(name, None)

    def _resolve(self, name: str, plan: PartPlan, outer: PartPlan | None) -> Typed:
        for part in (plan, outer):
            if part and name in part.fields:
                found = part.fields[name]
                return Typed(found.value, KINDS.get(found.field.type, "text"))
        if name in self.cells.raw.headers:
            self.used.add(name)
            return Typed(self.cells.of(name), "text", self._sign_of(name))
        known = [*plan.fields, *(outer.fields if outer else {}), *self.cells.raw.headers]
        near = nearest(name, known)
        raise ExpressionError(
            f"{name!r} is neither a field nor a column" + (f" (did you mean '{near}'?)" if near else "")
        )

    def _from_cells(self, entity: Entity, known: EntityField, source: FieldSource, where: list[str]) -> FieldPlan:
        if sum(said is not None for said in (source.column, source.constant, source.columns or None)) > 1:
            hint = "Keep one of column, columns, constant and expr."
            raise self._error(where, f"{where[-1]} says twice where its value comes from.", hint)
        raw, told = self._raw_text(source, where)
        read = raw = unguarded(raw) if goes_out_and_in(entity) else raw
        if source.values:
            self._check_values(known, source, where)
            read = translated(raw, source.values, passes=True)
        unit = source.unit
        if unit is not None and unit not in units_for(known):
            allowed = ", ".join(units_for(known)) or "no unit can be stated for this field"
            raise self._error([*where, "unit"], f"unit = {unit!r} does not fit {known.name}.", f"Allowed: {allowed}.")
        words = tuple(str(word) for pair in source.values.items() for word in pair)
        if source.timezone is not None and (wrong := zone_problem(source.timezone)):
            raise self._error([*where, "timezone"], *wrong)
        zone = source.timezone or self.zone
        plan = FieldPlan(known, "", raw, told, words=words, zone=source.timezone)
        style = self._style(known, source, read, told)
        if known.type in ("ts", "date"):
            if source.format is not None and (wrong := format_problem(source.format)):
                raise self._error([*where, "format"], *wrong)
            found = moment(known.type, read, style, zone, source.offset)
            plan.value, plan.local, plan.is_never = found.value, found.local, found.is_never
            plan.told += f", read as {style}"
        else:
            plan.value = value_sql(known, read, zone, style, unit, source.offset)
            plan.told += f", {NAMES[COMMA]}" if style == COMMA else ""
        self._try_out(plan, source, where)
        return plan

    def _sign_of(self, header: str) -> str:
        """The decimal sign of a column that an expression names; where it is not all numbers, none is looked for."""
        cells = self.cells.of(header)
        found = evidence(self.warehouse, self.cells.table, cells)
        if self.decimal or not found.numbers or found.numbers < found.filled:
            return self.decimal or POINT
        writing = Writing(self.warehouse, self.cells, self.place, self.formats, self.is_mending)
        return writing.decimal_sign(f"column '{header}'", cells, f"column '{header}'", is_count=False)

    def _style(self, known: EntityField, source: FieldSource, text: str, column: str) -> str:
        """The format of a time or date, the decimal sign of a number: stated, or found in the column's cells."""
        writing = Writing(self.warehouse, self.cells, self.place, self.formats, self.is_mending)
        if known.type in ("ts", "date"):
            stated = source.format or (ISO if source.constant is not None else None)
            bare = without_offset(text) if source.offset == "ignore" else text
            return stated or writing.date_style(column, bare, f"{known.name} ({column})")
        if known.type in ("int", "dec", "money"):
            stated = source.decimal or self.decimal or (POINT if source.constant is not None else None)
            is_count = known.type == "int" and known.unit not in SECONDS_PER
            return stated or writing.decimal_sign(column, text, f"{known.name} ({column})", is_count)
        return POINT

    def _try_out(self, plan: FieldPlan, source: FieldSource, where: list[str]) -> None:
        """Run the field's SQL once: a format or an expression the engine refuses is the mapping's fault."""
        try:
            found = self.warehouse.value(f"SELECT {plan.value} FROM {self.cells.table} LIMIT 1")
        except self.warehouse.Error as error:
            problem = f"{where[-1]} cannot be computed: {str(error).splitlines()[0]}."
            raise self._error(where, problem, 'Write it as in "%d.%m.%Y %H:%M", or mend its expression.') from None
        if source.constant is not None and found is None and self.cells.raw.read:
            known = plan.field
            if known.type == "enum":
                raise self._error([*where, "constant"], *not_allowed(known, str(source.constant)))
            problem = f"constant = {source.constant!r} cannot be read as {known.type}."
            raise self._error([*where, "constant"], problem, f"{known.name} looks like {known.example!r}.")

    def _raw_text(self, source: FieldSource, where: list[str]) -> tuple[str, str]:
        if source.constant is not None:
            constant = str(source.constant).lower() if isinstance(source.constant, bool) else str(source.constant)
            return text_literal(constant), f"always '{constant}'"
        if not source.used_columns:
            hint = "State column, columns, constant or expr."
            raise self._error(where, f"{where[-1]} says not where its value comes from.", hint)
        cells = [self._cell(header, where, source.values) for header in source.used_columns]
        told = " + ".join(f"column '{header}'" for header in source.used_columns)
        return (cells[0] if len(cells) == 1 else f"nullif(concat_ws(' ', {', '.join(cells)}), '')"), told

    def _check_values(self, known: EntityField, source: FieldSource, where: list[str]) -> None:
        for word, value in source.values.items():
            if known.type == "enum" and value not in known.values:
                raise self._error([*where, "values", word], *not_allowed(known, str(value)))

    def _as_field(self, known: EntityField, found: Typed, source: FieldSource) -> str:
        if known.type == "ts" and found.kind == "instant":
            return found.sql
        if known.type == "date" and found.kind in ("instant", "day"):
            return f"CAST({found.sql} AS DATE)"
        if known.type in ("int", "dec", "money") and found.kind in ("number", "null"):
            inner = f"round({number(found)})" if known.type == "int" else number(found)
            return f"TRY_CAST({inner} AS {known.sql_type})"
        if known.type == "bool" and found.kind == "truth":
            return found.sql
        text = f"CAST({found.sql} AS VARCHAR)"
        text = translated(text, source.values, passes=True) if source.values else text
        style = source.format or ISO
        if known.type in ("int", "dec", "money"):
            style = source.decimal or self.decimal or POINT
        return value_sql(known, text, self.zone, style, source.unit, source.offset)

    def _entity(self, name: str, path: list[str]) -> Entity:
        try:
            return entity_named(name)
        except MisuseError as error:
            where = [*(path or ["file"]), "entity"]
            raise self._error(where, error.message, error.hint) from None

    def _field(self, entity: Entity, name: str, path: list[str]) -> EntityField:
        for known in (*entity.fields, *ROW_FIELDS):
            if known.name == name:
                return known
        problem = unknown_name(f"field of {entity.name}", name, entity.field_names)
        raise self._error([*path, "fields", name], problem.message, problem.hint)

    def _cell(self, header: str, where: list[str], meant: Collection[str] = ()) -> str:
        self._check_column(header, where)
        return self.cells.of(header, meant)

    def _check_column(self, header: str, where: list[str]) -> None:
        if header not in self.cells.raw.headers:
            near = nearest(header, self.cells.raw.headers)
            hint = f"Did you mean '{near}'?" if near else f"The file has: {', '.join(self.cells.raw.headers)}."
            raise self._error(where, f"the file has no column '{header}'.", hint)
        self.used.add(header)

    def _error(self, path: list[str], problem: str, hint: str) -> MisuseError:
        return mapping_error(self.text, self.place, path, problem, hint)
