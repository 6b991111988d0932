"""The parts of a provider's set-up, declared in `setup.toml`: which entities each is made of and what it is for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from firstline.errors import unknown_name
from firstline.model.entity import Entity
from firstline.model.vocabulary import vocabulary


class SetupPart(BaseModel):
    """One part: what it is called, its entities and their labels, what it is for, and what figures do `without` it.

    `page` is the address where it is stated, where it has a page of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: str
    entities: dict[str, str]
    about: str
    without: str
    page: str | None = None


@cache
def setup_parts() -> tuple[SetupPart, ...]:
    """Every part, in the order in which they are worth doing. KeyError where one names no entity."""
    declared = tomllib.loads(files("firstline.model").joinpath("setup.toml").read_text("utf-8"))
    parts = tuple(SetupPart(id=name, **part) for name, part in declared.items())
    for part in parts:
        for name in part.entities:
            vocabulary()[name]
    return parts


def setup_entity(name: str) -> Entity:
    """The entity of that name. Raises MisuseError where it is no part of the set-up."""
    names = [name for part in setup_parts() for name in part.entities]
    if name not in names:
        raise unknown_name("part of the set-up", name, names)
    return vocabulary()[name]
