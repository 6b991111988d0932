"""The mapping: how the columns of one export become fields of entities. Read from TOML and checked here."""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from firstline.errors import MisuseError, nearest
from firstline.toml_lines import line_of

Scalar = str | int | float | bool


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldSource(Strict):
    """Where one field's value comes from: a column, several joined by a space, a constant, or an expression.

    `format` is a strptime format, `iso`, `epoch_s` or `epoch_ms`; `values` translates cells; `unit` is the
    cells' unit where it is not the field's own; `decimal` the sign before a number's decimals; `offset = "ignore"`
    reads the clock part of a time alone; `timezone` is the zone of this field's local times where it is not the file's.
    """

    column: str | None = None
    columns: tuple[str, ...] = ()
    constant: Scalar | None = None
    expr: str | None = None
    format: str | None = None
    values: dict[str, Scalar] = {}
    unit: str | None = None
    decimal: Literal[".", ","] | None = None
    offset: Literal["use", "ignore"] = "use"
    timezone: str | None = None

    @property
    def used_columns(self) -> tuple[str, ...]:
        """The file's columns this source names directly."""
        return (self.column,) if self.column is not None else self.columns


def _column_shorthand(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


Source = Annotated[FieldSource, BeforeValidator(_column_shorthand)]


class FilePart(Strict):
    """What the mapping says about the file as a whole."""

    entity: str | None = None
    timezone: str | None = None
    sheet: str | int | None = None
    encoding: str = "auto"
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    header_row: int | None = Field(default=None, ge=1)
    header_rows: int | None = Field(default=None, ge=1, le=5)
    skip_total: bool | None = None
    records: str | None = None
    decimal: Literal[".", ","] | None = None
    null_words: tuple[str, ...] | None = None
    complete_until: str | None = None
    snapshot_at: str | None = None
    full: bool = False
    lateness: str | None = None
    key: tuple[str, ...] = ()

    @property
    def reads_as_found(self) -> bool:
        """Whether nothing is stated about how the file is to be read, so that what is found in it holds."""
        return self.reading == FilePart()

    @property
    def reading(self) -> FilePart:
        """What is stated about how the file is to be read, and nothing about what its rows mean."""
        names = ("entity", "timezone", "complete_until", "snapshot_at", "lateness", "key", "full")
        told = {name: field.default for name, field in FilePart.model_fields.items() if name in names}
        return self.model_copy(update=told)


class Also(Strict):
    """A second entity cut from the same rows, where `when` holds."""

    entity: str
    when: str | None = None
    fields: dict[str, Source] = Field(min_length=1)


class Events(Strict):
    """An event log: one row per activity of a case. `reopens` lists activities that reopen a resolved ticket."""

    case: str
    activity: str
    at: Source
    resource: str | None = None
    values: dict[str, str] = {}
    reopens: tuple[str, ...] = ()
    fields: dict[str, Source] = {}


class Mapping(Strict):
    """One export's mapping. `source` is the system's name, under which it is recognised next time."""

    source: str
    file: FilePart = FilePart()
    fields: dict[str, Source] = {}
    also: tuple[Also, ...] = ()
    events: Events | None = None


def read_mapping(text: str, name: str) -> Mapping:
    """Parse a mapping's text. Raises MisuseError naming file, line, the wrong value and the nearest right one."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MisuseError("bad_mapping", f"{name}: {error}.", "Mend the TOML there.") from None
    try:
        return Mapping.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(part) for part in first["loc"] if not isinstance(part, int)]
        raise mapping_error(text, name, path, _in_words(first), _hint(first, path)) from None


def mapping_error(text: str, name: str, path: list[str], problem: str, hint: str) -> MisuseError:
    """A bad_mapping error that points at the line of `path`."""
    line = line_of(text, *path)
    place = f"{name}, line {line}" if line else name
    return MisuseError("bad_mapping", f"{place}: {problem}", hint)


def _in_words(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"there is no key '{error['loc'][-1]}' here ({place})."
    if error["type"] == "missing":
        return f"the key '{place}' is missing."
    return f"{place} = {error['input']!r}: {error['msg'][0].lower()}{error['msg'][1:]}."


def _hint(error: Any, path: list[str]) -> str:
    if error["type"] != "extra_forbidden":
        return "See the mapping section of the documentation."
    parts: dict[str, type[Strict]] = {"file": FilePart, "also": Also, "events": Events}
    kind: type[Strict] = Mapping
    for part in path[:-1]:
        kind = kind if part == "fields" else parts.get(part, FieldSource)
    allowed = list(kind.model_fields)
    near = nearest(path[-1], allowed)
    return f"Did you mean '{near}'?" if near else f"Allowed: {', '.join(allowed)}."
