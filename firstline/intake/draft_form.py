"""Between a mapping and the editor's form: which column shows which field, and the mapping that a form says.

What the form does not show is kept as it is: expressions, further uses of a column, [[also]] and [events].
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from firstline.intake.conversion import units_for
from firstline.intake.drafting import suggested
from firstline.intake.mapping import FieldSource, FilePart, Mapping, Scalar
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


def columns_mark(headers: Sequence[str]) -> str:
    """Tells the columns of one form from those of another: places count only among the same names."""
    return sha256("\n".join(headers).encode()).hexdigest()[:16]


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


def composed(draft: Mapping, known: Mapping | None, headers: Sequence[str], file: FilePart, form: Form) -> Mapping:
    """The mapping that the form says; `draft` is the one it was made from, `known` the kept one of the source.

    `file` is what the form says of the file as a whole. A form of other columns says nothing of these.
    """
    stated = {"source": form.get("source", "").strip(), "file": file}
    if form.get("columns") != columns_mark(headers):
        return draft.model_copy(update=stated)
    chosen = form.get("entity") or None
    if draft.events is None and chosen != draft.file.entity:
        begun = suggested(tuple(headers), entity_named(chosen).name) if chosen else Mapping(source="")
        entity = file.model_copy(update={"entity": chosen})
        return begun.model_copy(update={**stated, "file": entity})
    before = shown(draft, headers)
    places: dict[str, list[int]] = {}
    for index in range(len(headers)):
        if name := form.get(f"field-{index}", before.columns.get(index, "")):
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


def carried_over(
    draft: Mapping, aside: Mapping | None, begun: Mapping, old: Sequence[str], new: Sequence[str]
) -> tuple[Mapping, Mapping]:
    """The draft for a file that has other columns since it is read in another way, and the fields whose columns went.

    Columns that are new take the field that they had when they were there before (`aside`), else what is `begun`.
    """
    kept = {name: source for name, source in draft.fields.items() if {*source.used_columns} <= {*new}}
    gone = {name: source for name, source in draft.fields.items() if name not in kept}
    before = aside.fields if aside else {}
    fields = dict(kept)
    for name, source in (*before.items(), *begun.fields.items()):
        taken = {header for each in fields.values() for header in each.used_columns}
        columns = {*source.used_columns}
        if columns and columns <= {*new} - {*old} - taken and name not in fields:
            fields[name] = source
    entity = draft.file.entity or begun.file.entity
    file = draft.file if draft.events else draft.file.model_copy(update={"entity": entity})
    also = draft.also if kept else begun.also
    carried = draft.model_copy(update={"fields": fields, "file": file, "also": also})
    return carried, Mapping(source="", fields={**before, **gone})


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
    said = _how_read(field, first, form)
    return source.model_copy(update={**said, "values": _values(old, field, first, form)})


def _how_read(field: EntityField | None, place: int, form: Form) -> dict[str, object]:
    """How a column is read, as far as the form says it and it can be."""
    said: dict[str, object] = {}
    for key in ("format", "timezone", "unit", "decimal"):
        if f"{key}-{place}" in form:
            said[key] = form[f"{key}-{place}"].strip() or None
    if form.get(f"offset-{place}") in ("use", "ignore"):
        said["offset"] = form[f"offset-{place}"]
    if form.get(f"own-format-{place}", "").strip():
        said["format"] = form[f"own-format-{place}"].strip()
    if said.get("decimal") not in (None, ".", ","):
        said.pop("decimal")
    if field is not None and said.get("unit") not in (None, *units_for(field)):
        said.pop("unit")
    return said


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
