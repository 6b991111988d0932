"""A mapping for a file that came without one: its header names matched forgivingly to an entity's fields."""

from __future__ import annotations

import json

from firstline.errors import MisuseError
from firstline.intake.mapping import FieldSource, FilePart, Mapping
from firstline.intake.parts import ROW_FIELDS
from firstline.model.entity import Entity, EntityField
from firstline.model.matching import match_header, normalised, rank_entities
from firstline.model.vocabulary import entity as entity_named

OWN_SOURCE = "canonical"
"""The source of files that came without a mapping: they are all taken to speak of the same ids."""

CLEARLY_BETTER = 1.25
"""A guessed entity must beat the next one by this factor; else the file's owner is asked."""


def suggest_mapping(headers: tuple[str, ...], entity_name: str | None, file_name: str) -> Mapping:
    """The mapping that the header names suggest. Raises MisuseError when no entity, or more than one, fits."""
    entity = entity_named(entity_name) if entity_name else _guess(headers, file_name)
    found = match_header(headers, entity)
    fields = {name: FieldSource(column=header) for name, header in found.fields.items()}
    taken = set(found.fields.values())
    for row_field in ROW_FIELDS:
        header = next((h for h in headers if h not in taken and _names_row_field(h, row_field)), None)
        if header is not None:
            fields[row_field.name] = FieldSource(column=header)
    if not fields:
        hint = f"'firstline template {entity.name}' shows the names; a mapping file names your own columns."
        problem = f"{file_name}: no column name is known for {entity.name}: {', '.join(headers)}."
        raise MisuseError("no_column_known", problem, hint)
    return Mapping(source=OWN_SOURCE, file=FilePart(entity=entity.name), fields=fields)


def _names_row_field(header: str, row_field: EntityField) -> bool:
    return normalised(header) in {normalised(name) for name in (row_field.name, *row_field.aliases)}


def _guess(headers: tuple[str, ...], file_name: str) -> Entity:
    # a change time may stand beside any entity's fields, so it tells nothing about which one it is
    ranked = rank_entities([h for h in headers if not any(_names_row_field(h, known) for known in ROW_FIELDS)])
    if not ranked:
        hint = "Say it with --as ENTITY, or write a mapping file."
        problem = f"{file_name}: its columns fit no entity: {', '.join(headers)}."
        raise MisuseError("unknown_content", problem, hint)
    if len(ranked) > 1 and ranked[0][1] < ranked[1][1] * CLEARLY_BETTER:
        names = " or ".join(entity.name for entity, _ in ranked[:2])
        hint = f"Say which with --as {ranked[0][0].name} or --as {ranked[1][0].name}."
        raise MisuseError("ambiguous_content", f"{file_name}: its columns fit {names}.", hint)
    return ranked[0][0]


def mapping_as_toml(mapping: Mapping) -> str:
    """A suggested mapping as TOML, ready to be saved and changed."""
    lines = [
        f"source = {json.dumps(mapping.source)}",
        "",
        "[file]",
        f"entity = {json.dumps(mapping.file.entity)}",
    ]
    lines += ["", "[fields]"]
    for name, source in mapping.fields.items():
        lines.append(f"{name} = {json.dumps(source.column, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
