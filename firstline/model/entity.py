"""What an entity and a field are: the frozen declarations that the rest of the product reads."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from firstline.model.match_key import MatchKey

FieldType = Literal["str", "int", "dec", "money", "bool", "enum", "date", "ts"]
"""`ts` is an instant kept in UTC; `dec` a measured number; `money` an amount in the row's currency."""

SQL_TYPES: dict[str, str] = {
    "str": "VARCHAR",
    "int": "BIGINT",
    "dec": "DOUBLE",
    "money": "DECIMAL(18,4)",
    "bool": "BOOLEAN",
    "enum": "VARCHAR",
    "date": "DATE",
    "ts": "TIMESTAMP",
}


class EntityField(BaseModel):
    """One field of an entity.

    `unit` is the stored unit (`s`, `Mbit/s`, `dBm`, ...), `wanted` the star of the reference (missing
    values are kept as null and the KPIs that need the field say so), `personal` marks personal data
    (kept in landing files and tables of its own), `aliases` are other header names it is known by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: FieldType
    about: str
    unit: str | None = None
    wanted: bool = False
    personal: bool = False
    values: tuple[str, ...] = ()
    refers_to: str | None = None
    aliases: tuple[str, ...] = ()
    example: str = ""

    @model_validator(mode="after")
    def _only_enums_list_values(self) -> EntityField:
        if (self.type == "enum") != bool(self.values):
            raise ValueError(f"field {self.name}: an enum lists its values, and nothing else does")
        return self

    @property
    def sql_type(self) -> str:
        """The column type in the portable dialect."""
        return SQL_TYPES[self.type]


class Entity(BaseModel):
    """One kind of row.

    `key` names the fields that identify a row; those in `open_key` may be empty in it (the start of an
    interval, the queue of a file about one queue). Where `known_by_content` is true, a row whose open
    key is empty is known by its mapped content, as two events of one ticket are. `placed_by` names the
    time that places a row in a period: alternatives, of which the first one with a value counts; empty
    for things rather than events. `lasts` names the field with the length in seconds of the span that
    begins at that time, where a row is about a span. `owner` says whose ids these are: a `source`'s (two helpdesks both
    have a ticket 1001) or the `provider`'s (an account number is the same in every system). Where
    `keeps_past` is true every version is kept, because the rows say how things stand and not since when. `match_keys`
    are columns made at intake from other fields; one of them may stand in the key for the field that it is made from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    about: str
    side: Literal["customer", "network", "support", "setup"]
    key: tuple[str, ...]
    open_key: tuple[str, ...] = ()
    known_by_content: bool = False
    placed_by: tuple[str, ...] = ()
    lasts: str | None = None
    owner: Literal["source", "provider"] = "source"
    keeps_past: bool = False
    match_keys: tuple[MatchKey, ...] = ()
    fields: tuple[EntityField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_fields_that_exist(self) -> Entity:
        names = {field.name for field in self.fields}
        if len(names) != len(self.fields):
            raise ValueError(f"{self.name}: a field is declared twice")
        said = (*self.stated_key, *self.open_key, *self.placed_by, *([self.lasts] if self.lasts else []))
        for name in (*said, *(part for each in self.match_keys for part in each.of)):
            if name not in names:
                raise ValueError(f"{self.name}: key or time {name!r} is not one of its fields")
        if any(field.personal and field.name in self.key for field in self.fields):
            raise ValueError(f"{self.name}: personal data in the key")
        if not set(self.open_key) <= set(self.key):
            raise ValueError(f"{self.name}: open_key names a field that is not in the key")
        return self

    def field(self, name: str) -> EntityField:
        """The field (or match key) of that name; KeyError if there is none."""
        for field in (*self.fields, *self.key_fields):
            if field.name == name:
                return field
        raise KeyError(f"{self.name}.{name}")

    @property
    def field_names(self) -> tuple[str, ...]:
        """All field names in declared order."""
        return tuple(field.name for field in self.fields)

    @property
    def stated_key(self) -> tuple[str, ...]:
        """The key as a file states it: the field that a match key is made from in its place."""
        made = {each.name: each.of[0] for each in self.match_keys}
        return tuple(made.get(name, name) for name in self.key)

    @property
    def key_fields(self) -> tuple[EntityField, ...]:
        """The match keys as fields: columns that no file states."""
        return tuple(
            EntityField(name=each.name, type="str", about=f"Match key, made from {' and '.join(each.of)}.")
            for each in self.match_keys
        )

    @property
    def analytic_fields(self) -> tuple[EntityField, ...]:
        """The columns of its table: the fields that are not personal data, and the match keys."""
        return (*(field for field in self.fields if not field.personal), *self.key_fields)

    @property
    def personal_fields(self) -> tuple[EntityField, ...]:
        """The fields that are personal data; they lie in files and tables of their own."""
        return tuple(field for field in self.fields if field.personal)
