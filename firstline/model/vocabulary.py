"""Read the vocabulary: every entity of the product, declared once in `entities/*.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from firstline.errors import unknown_name
from firstline.model.entity import Entity

MODEL_VERSION = 1
"""Raised when a field is added, renamed or retyped; `landing.lift` then gets a step for older files."""

SIDES = ("customer", "network", "support", "setup")


@cache
def vocabulary() -> dict[str, Entity]:
    """All entities by name, in declared order. Raises ValueError on a faulty declaration."""
    entities: dict[str, Entity] = {}
    for side in SIDES:
        text = files("firstline.model").joinpath("entities", f"{side}.toml").read_text("utf-8")
        for name, declared in tomllib.loads(text).items():
            if name in entities:
                raise ValueError(f"{side}.toml: entity {name} is declared twice")
            entities[name] = _entity(name, side, declared)
    _check_references(entities)
    return entities


def entity(name: str) -> Entity:
    """The entity of that name. Raises MisuseError naming the nearest one."""
    try:
        return vocabulary()[name]
    except KeyError:
        raise unknown_name("entity", name, vocabulary()) from None


def _entity(name: str, side: str, declared: dict[str, Any]) -> Entity:
    parts = {
        part: [{"name": each, **about} for each, about in declared.pop(part, {}).items()]
        for part in ("fields", "match_keys")
    }
    return Entity.model_validate({"name": name, "side": side, **parts, **declared})


def _check_references(entities: dict[str, Entity]) -> None:
    for entity in entities.values():
        for field in entity.fields:
            if field.refers_to and field.refers_to not in entities:
                raise ValueError(f"{entity.name}.{field.name} refers to unknown entity {field.refers_to}")
