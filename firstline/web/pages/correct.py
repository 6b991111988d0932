"""Correct rows from the browser: one row, or all rows behind a figure; and the list of what was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from firstline.errors import MisuseError
from firstline.intake.correction_checks import EXCLUDED
from firstline.intake.corrections import (
    Correction,
    RowKey,
    correct_rows,
    corrected_entity,
    corrections_in_force,
    row_as_told,
)
from firstline.model.codes import DRIVER_FIELDS
from firstline.model.drivers import Driver
from firstline.model.entity import EntityField
from firstline.query.behind import rows_behind
from firstline.query.bookkeeping import Bookkeeping
from firstline.query.definitions import the_catalogue
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.query.parse import parse_question
from firstline.query.plan import with_span
from firstline.warehouse.settling.corrections import CORRECTED, correctable
from firstline.warehouse.taxonomy import taxonomy
from firstline.web.addresses import params_of
from firstline.web.office import Office, reading

MOST_ROWS = 20_000
"""A larger set is corrected on the command line, with `--where`."""


@dataclass(frozen=True)
class Correct:
    """The form for some rows of one entity. `told` is what the source says of a single row; `query` asks for a set.

    `drivers` are the leaves of the taxonomy that a reason may be corrected to.
    """

    title: str
    entity: str
    rows: Sequence[RowKey]
    fields: Sequence[EntityField]
    told: Mapping[str, str | None]
    drivers: Sequence[Driver]
    query: str

    def as_json(self) -> Any:
        """The rows and the fields that can be corrected."""
        return {
            "entity": self.entity,
            "rows": [vars(row) for row in self.rows],
            "fields": [field.name for field in self.fields],
            "source_says": dict(self.told),
        }


@dataclass(frozen=True)
class Corrected:
    """What became of a correction: its batch and the figures that moved."""

    title: str
    batch: int
    moved: Sequence[Moved]

    def as_json(self) -> Any:
        """The batch and the figures that moved."""
        return {"batch": self.batch, "moved": [each.as_json() for each in self.moved]}


@dataclass(frozen=True)
class Corrections:
    """Every correction in force, newest first."""

    title: str
    corrections: Sequence[Correction]

    def as_json(self) -> Any:
        """The corrections."""
        return [
            {
                "entity": each.entity,
                **vars(each.row),
                "field": each.field,
                "value": each.value,
                "was": each.was,
                "source_says": each.source_says,
                "changed": each.has_source_changed,
                "reason": each.reason,
                "batch": each.batch,
            }
            for each in self.corrections
        ]


def corrections_page(office: Office, request: Request) -> Corrections:
    """The list of corrections."""
    with reading(office) as warehouse:
        return Corrections("Corrections", corrections_in_force(warehouse))


def correct_page(office: Office, request: Request) -> Correct:
    """The form for the row of `?entity=&source=&row=`, or for the rows behind the figure that the address asks for."""
    entity_name, rows = _rows(office, params_of(request))
    entity = corrected_entity(entity_name)
    fields = [entity.field(name) for name in correctable(entity)]
    has_reason = any(f"{entity.name}.{field.name}" in DRIVER_FIELDS for field in fields)
    with reading(office) as warehouse:
        told = row_as_told(warehouse, entity_name, rows[0]) if len(rows) == 1 else {}
        nodes = taxonomy(warehouse).values() if has_reason else ()
    noun = f"{entity_name.replace('_', ' ')} {rows[0].row_id}" if len(rows) == 1 else f"{len(rows):,} rows"
    return Correct(
        title=f"Correct {noun}",
        entity=entity_name,
        rows=rows,
        fields=fields,
        told=told,
        drivers=[node for node in nodes if node.is_leaf and not node.is_retired],
        query=str(request.url.query),
    )


def correct(office: Office, form: FormData) -> Corrected:
    """Correct the rows that the form's own query names, with its field, value and reason."""
    request = Request({"type": "http", "query_string": str(form.get("query") or "").encode(), "headers": []})
    entity, rows = _rows(office, params_of(request))
    name, value = str(form.get("field") or ""), str(form.get("value") or "").strip() or None
    changes = {name: "true" if name == EXCLUDED else value}
    with office.working() as home:
        now = office.now()
        by, reason = str(form.get("by") or "").strip() or None, str(form.get("reason") or "")
        record, moved = moved_by(
            home, lambda changed: correct_rows(changed, entity, rows, changes, reason, now, by), now
        )
    assert record.batch is not None
    title = "1 row is corrected" if len(rows) == 1 else f"{len(rows):,} rows are corrected"
    return Corrected(title, record.batch, moved)


def _rows(office: Office, params: Sequence[tuple[str, str]]) -> tuple[str, list[RowKey]]:
    """The entity and the rows that an address names."""
    given = dict(params)
    if "row" in given:
        return given.get("entity", ""), [RowKey(given.get("source", ""), given["row"])]
    catalogue, settings = the_catalogue(), office.settings
    asked: dict[str, list[str]] = {}
    for name, value in params:
        asked.setdefault(name, []).append(value)
    query = replace(parse_question(catalogue, settings.zone, office.now(), asked), by=None, group=())
    if len(query.kpis) != 1:
        raise MisuseError("which_rows", "No row and no figure is named.", "Come here from the rows behind a figure.")
    fact = catalogue.facts[catalogue.kpi(query.kpis[0]).rows.fact]
    if fact.entity not in CORRECTED:
        hint = f"Rows of these can be corrected: {', '.join(CORRECTED)}."
        raise MisuseError("not_corrected", f"Rows of {fact.entity} are not corrected one by one.", hint)
    with reading(office) as warehouse:
        found = rows_behind(
            warehouse, catalogue, settings, with_span(catalogue, Bookkeeping(warehouse, settings), query), MOST_ROWS
        )
    if found.total > MOST_ROWS:
        hint = f"Narrow the figure, or use 'firstline correct {fact.entity} --where ...'."
        raise MisuseError("too_many_rows", f"{found.total:,} rows lie behind this figure.", hint)
    key = (fact.thing or fact.key)[-1]
    columns = [found.columns.index(name) for name in ("source_system", key)] if found.columns else []
    return fact.entity, list(dict.fromkeys(RowKey(*(str(row[each]) for each in columns)) for row in found.rows))
