"""The set-up: a checklist of what is stated and what that would unlock, and a page for each kind of row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from firstline.errors import MisuseError
from firstline.intake.setting_up import SINCE
from firstline.model.entity import Entity, EntityField
from firstline.model.setup import SetupPart, setup_entity, setup_parts
from firstline.model.vocabulary import vocabulary
from firstline.query.setup import PartState, setup_states
from firstline.settings import DEFAULTS, Settings
from firstline.warehouse.engine import Row
from firstline.warehouse.stated import few_values, rows_taken_out, stated_rows
from firstline.web.addresses import Paging, paging
from firstline.web.export import csv_text
from firstline.web.office import Office, reading

ADDRESS = "/setup"
MOST_OFFERED = 500
"""Of so many known values a form offers all; of more none, for part of them would look like all."""
ESSENTIAL = ("timezone", "currency", "country")
"""The settings without which figures are right for nobody in particular."""


@dataclass(frozen=True)
class Setting:
    """A line of the settings file: what it says, and whether it is stated."""

    name: str
    value: str
    is_stated: bool
    about: str


@dataclass(frozen=True)
class Checklist:
    """Every part of the set-up, and the settings that matter most."""

    title: str
    parts: Sequence[PartState]
    settings: Sequence[Setting]

    def as_json(self) -> Any:
        """The parts and the settings."""
        return {"parts": [each.as_json() for each in self.parts], "settings": [vars(each) for each in self.settings]}


@dataclass(frozen=True)
class Input:
    """A field of the form: its text as it stands, what kind of input it is, and the words to choose from."""

    field: EntityField
    text: str
    kind: str
    choices: Sequence[str]

    @property
    def label(self) -> str:
        """The field's name in words, its unit in brackets."""
        unit = self.field.unit
        name = self.field.name.removesuffix(f"_{unit}").replace("_", " ")
        return f"{name[:1].upper()}{name[1:]}" + (f" ({unit})" if unit else "")


@dataclass(frozen=True)
class Stated:
    """The rows of one entity, and the form for a new one or (`changing`, its key) for one of them.

    `taken_out` are the rows that each exclusion fits; None on the pages of others.
    """

    title: str
    entity: Entity
    part: SetupPart
    rows: Sequence[Row]
    inputs: Sequence[Input]
    changing: Sequence[str | None] | None
    paging: Paging
    taken_out: Mapping[str, int] | None

    @property
    def shown(self) -> Sequence[Row]:
        """The rows of this page."""
        return self.rows[self.paging.offset : self.paging.last]

    @property
    def columns(self) -> list[str]:
        """The fields that some row states."""
        return [name for name in self.entity.field_names if any(row.get(name) is not None for row in self.rows)]

    @property
    def is_dated(self) -> bool:
        """Whether a change says from when it holds."""
        return SINCE in self.entity.key

    def key_of(self, row: Row) -> str:
        """A row's key, as the address of its form names it."""
        return json.dumps(_key(self.entity, row), ensure_ascii=False)

    def as_json(self) -> Any:
        """The rows, instants in ISO form."""
        counts = {} if self.taken_out is None else {"taken_out": dict(self.taken_out)}
        return {"entity": self.entity.name, "rows": [_plain(row) for row in self.rows], **counts}


def checklist(office: Office, request: Request) -> Checklist:
    """What is set up and what is not."""
    with reading(office) as warehouse:
        return Checklist("Set-up", setup_states(warehouse), _settings(office.settings))


def stated_page(office: Office, request: Request) -> Stated:
    """The rows of one entity; `?row=` names the key of one that is to be changed. Raises MisuseError."""
    entity = setup_entity(request.path_params["entity"])
    asked = request.query_params.get("row")
    with reading(office) as warehouse:
        rows = stated_rows(warehouse, entity)
        chosen = next((row for row in rows if asked and _key(entity, row) == _read_key(asked)), None)
        if asked and not chosen:
            raise MisuseError("no_such_row", "This row is not stated any more.", "Look at the list again.")
        taken_out = rows_taken_out(warehouse) if entity.name == "exclusion" else None
        known = {
            field.name: few_values(warehouse, vocabulary()[field.refers_to], field.name, MOST_OFFERED)
            for field in entity.fields
            if field.refers_to and field.name in vocabulary()[field.refers_to].field_names
        }
    zone = office.settings.zone
    part = next(part for part in setup_parts() if entity.name in part.entities)
    return Stated(
        title=part.entities[entity.name],
        entity=entity,
        part=part,
        rows=rows,
        inputs=[_input(field, chosen or {}, known.get(field.name, ()), zone) for field in entity.fields],
        changing=_key(entity, chosen) if chosen else None,
        paging=paging(request, len(rows)),
        taken_out=taken_out,
    )


def stated_csv(office: Office, request: Request) -> Response:
    """The rows of one entity as CSV, as they can be imported again."""
    entity = setup_entity(request.path_params["entity"])
    with reading(office) as warehouse:
        rows = stated_rows(warehouse, entity)
    headers = {"Content-Disposition": f'attachment; filename="{entity.name}.csv"'}
    text = csv_text(entity.field_names, [_plain(row) for row in rows])
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _settings(settings: Settings) -> list[Setting]:
    return [
        Setting(
            each.name,
            str(getattr(settings, each.name)),
            getattr(settings, each.name) != getattr(DEFAULTS, each.name),
            each.metadata["about"],
        )
        for each in fields(Settings)
        if each.name in ESSENTIAL
    ]


def _input(field: EntityField, row: Mapping[str, Any], known: Sequence[str], zone: ZoneInfo) -> Input:
    value = row.get(field.name)
    if field.type == "bool":
        return Input(field, "" if value is None else "yes" if value else "no", "choice", ("yes", "no"))
    if field.type == "enum":
        return Input(field, value or "", "choice", field.values)
    if field.type == "date" or (field.type == "ts" and _is_midnight(value, zone)):
        day = value.astimezone(zone).date() if isinstance(value, datetime) else value
        return Input(field, str(day or ""), "date", ())
    if field.type == "ts":
        return Input(field, row[field.name].astimezone(zone).isoformat(), "text", ())
    return Input(field, "" if value is None else str(value), "text", known)


def _is_midnight(value: datetime | None, zone: ZoneInfo) -> bool:
    return value is None or value.astimezone(zone).strftime("%H%M%S%f").strip("0") == ""


def _key(entity: Entity, row: Mapping[str, Any]) -> list[str | None]:
    return [None if row.get(name) is None else str(_plain_value(row[name])) for name in entity.stated_key]


def _read_key(text: str) -> list[Any]:
    try:
        return list(json.loads(text))
    except (ValueError, TypeError):
        raise MisuseError("no_such_row", f"{text!r} names no row.", "Look at the list again.") from None


def _plain(row: Row) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
