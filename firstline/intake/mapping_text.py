"""A mapping as TOML, as a person would write it: what the editor saves, and what a dry run shows."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingType
from typing import Any

from firstline.intake.mapping import FieldSource, Mapping, Strict

MOST_INLINE = 4
"""A longer value table gets lines of its own."""
BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def mapping_as_toml(mapping: Mapping) -> str:
    """The text of a mapping; read again it gives an equal one."""
    lines = [f"source = {_value(mapping.source)}", "", "[file]", *_pairs(_stated(mapping.file))]
    lines += _fields("fields", mapping.fields)
    for also in mapping.also:
        lines += ["", "[[also]]", f"entity = {_value(also.entity)}"]
        lines += [f"when = {_value(also.when)}"] if also.when is not None else []
        lines += _fields("also.fields", also.fields)
    if mapping.events is not None:
        stated = _stated(mapping.events)
        stated["at"] = _source(mapping.events.at)
        values, fields = stated.pop("values", {}), stated.pop("fields", {})
        lines += ["", "[events]", *_pairs(stated)]
        lines += ["[events.values]", *_pairs(values)] if values else []
        lines += _fields("events.fields", mapping.events.fields) if fields else []
    return "\n".join(lines) + "\n"


def _fields(table: str, fields: MappingType[str, FieldSource]) -> list[str]:
    """The fields of a table: a line each, but for those with a long value table, which come last."""
    long = {name: source for name, source in fields.items() if len(source.values) > MOST_INLINE}
    lines = ["", f"[{table}]"]
    lines += _pairs({name: _source(source) for name, source in fields.items() if name not in long})
    for name, source in long.items():
        stated = _stated(source)
        values = stated.pop("values")
        lines += [f"[{table}.{_key(name)}]", *_pairs(stated), f"[{table}.{_key(name)}.values]", *_pairs(values)]
    return lines


def _source(source: FieldSource) -> Any:
    stated = _stated(source)
    return stated["column"] if list(stated) == ["column"] else stated


def _stated(part: Strict) -> dict[str, Any]:
    """The keys that differ from their defaults, in declared order."""
    return {
        name: getattr(part, name)
        for name, field in type(part).model_fields.items()
        if field.is_required() or getattr(part, name) != field.default
    }


def _pairs(stated: MappingType[str, Any]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in stated.items()]


def _key(name: str) -> str:
    return name if name and set(name) <= BARE else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, MappingType):
        return "{ " + ", ".join(_pairs(value)) + " }"
    return "[" + ", ".join(_value(each) for each in value) + "]"


def _text(text: str) -> str:
    # JSON writes a text as TOML does, but for one control character
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
