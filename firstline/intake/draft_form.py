"""Between a mapping and the editor's form: which column shows which field, and the mapping that a form says.

What the form does not show is kept as it is: expressions, further uses of a column, [[also]] and [events].
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass

from firstline.intake.conversion import units_for
from firstline.intake.drafting import suggested
from firstline.intake.mapping import FieldSource, Mapping, Scalar
from firstline.intake.parts import ROW_FIELDS
from firstline.model.entity import EntityField
from firstline.model.vocabulary import entity as entity_named

Form = MappingType[str, str]


@dataclass(frozen=True)
class Shown:
    """What the editor shows of a mapping: the field of each column by its place, constants, and what it keeps."""

    columns: MappingType[int, str]
    constants: Sequence[str]
    kept: Sequence[str]


def entity_of(mapping: Mapping) -> str | None:
    """The entity whose fields the editor shows: of an event log its tickets."""
    return "ticket" if mapping.events else mapping.file.entity


def fields_of(mapping: Mapping) -> dict[str, EntityField]:
    """The fields to choose from, by name."""
    name = entity_of(mapping)
    return {each.name: each for each in (*entity_named(name).fields, *ROW_FIELDS)} if name else {}


def shown(mapping: Mapping, headers: Sequence[str]) -> Shown:
    """What the editor shows of a mapping for a file with these columns."""
    columns: dict[int, str] = {}
    constants, kept = [], []
    for name, source in mapping.fields.items():
        places = [headers.index(header) for header in source.used_columns if header in headers]
        is_free = places and len(places) == len(source.used_columns) and not set(places) & set(columns)
        if source.constant is not None:
            constants.append(name)
        elif is_free and len(set(places)) == len(places):
            columns.update(dict.fromkeys(places, name))
        else:
            kept.append(name)
    return Shown(columns, constants, kept)


def composed(draft: Mapping, known: Mapping | None, headers: Sequence[str], form: Form) -> Mapping:
    """The mapping that the form says; `draft` is the one it was made from, `known` the kept one of the source."""
    file = draft.file.model_copy(update={"timezone": form.get("timezone", "").strip() or None})
    stated = {"source": form.get("source", "").strip(), "file": file}
    chosen = form.get("entity") or None
    if draft.events is None and chosen != draft.file.entity:
        begun = suggested(tuple(headers), entity_named(chosen).name) if chosen else Mapping(source="")
        entity = file.model_copy(update={"entity": chosen})
        return begun.model_copy(update={**stated, "file": entity})
    before = shown(draft, headers)
    places: dict[str, list[int]] = {}
    for index in range(len(headers)):
        if name := form.get(f"field-{index}", ""):
            places.setdefault(name, []).append(index)
    constants = _constants(draft, form)
    fields: dict[str, FieldSource] = {}
    for name in dict.fromkeys((*draft.fields, *places, *constants)):
        if name in places:
            fields[name] = _of_column(name, places[name], draft, known, headers, form)
        elif name in constants:
            fields[name] = constants[name]
        elif name in before.kept and form.get(f"drop-{name}") is None:
            fields[name] = draft.fields[name]
    left = {
        "also": tuple(each for index, each in enumerate(draft.also) if form.get(f"drop-also-{index}") is None),
        "events": draft.events,
    }
    return draft.model_copy(update={**stated, **left, "fields": fields})


def _constants(draft: Mapping, form: Form) -> dict[str, FieldSource]:
    found = {}
    for key, name in form.items():
        if not key.startswith("constant-field-") or not name:
            continue
        text = form.get(key.replace("field", "value", 1), "").strip()
        old = draft.fields.get(name)
        if text and old is not None and old.constant is not None and _as_text(old.constant) == text:
            found[name] = old
        elif text:
            found[name] = FieldSource(constant=text)
    return found


def _of_column(
    name: str, places: list[int], draft: Mapping, known: Mapping | None, headers: Sequence[str], form: Form
) -> FieldSource:
    """One field as its columns say: how they are read is said at the first of them."""
    titles = tuple(headers[index] for index in places)
    old = draft.fields.get(name) or (known.fields.get(name) if known else None)
    if old is None or not old.used_columns:
        old = FieldSource()
    if {*old.used_columns} == {*titles}:
        # a date and its time are joined as they were, whichever stands first in the file
        titles = old.used_columns
    where: dict[str, object] = {"column": titles[0], "columns": ()}
    if len(titles) > 1 or old.columns == titles:
        where = {"column": None, "columns": titles}
    source = old.model_copy(update=where)
    first = places[0]
    if form.get(f"was-{first}") != name:
        return source
    field = fields_of(draft).get(name)
    said: dict[str, object] = {}
    for key in ("format", "timezone", "unit", "decimal"):
        if f"{key}-{first}" in form:
            said[key] = form[f"{key}-{first}"].strip() or None
    if form.get(f"own-format-{first}", "").strip():
        said["format"] = form[f"own-format-{first}"].strip()
    if said.get("decimal") not in (None, ".", ","):
        said.pop("decimal")
    if field is not None and said.get("unit") not in (None, *units_for(field)):
        said.pop("unit")
    return source.model_copy(update={**said, "values": _values(old, field, first, form)})


def _values(old: FieldSource, field: EntityField | None, place: int, form: Form) -> dict[str, Scalar]:
    """The value table: what the form shows of it, and the words that it does not show."""
    words = {word.strip().lower(): word for word in old.values}
    values = dict(old.values)
    row = 0
    while (word := form.get(f"word-{place}-{row}")) is not None:
        meaning = form.get(f"means-{place}-{row}", "").strip()
        known = words.get(word.strip().lower(), word)
        if not meaning:
            values.pop(known, None)
        elif _as_text(values.get(known)) != meaning:
            is_truth = field is not None and field.type == "bool" and meaning in ("true", "false")
            values[known] = meaning == "true" if is_truth else meaning
        row += 1
    return values


def _as_text(value: Scalar | None) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
