"""A layer: one thing that the provider knows about the rows of a source and the source itself does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from firstline.model.entity import Entity
from firstline.warehouse.tables import META_COLUMNS


@dataclass
class Selecting:
    """The SELECT of one settled entity while its layers are laid on.

    `columns` gives the SQL of each column over the entity's own table, which goes by the entity's name; a layer
    replaces some of it and adds to `joins` what that needs. A join must never match a row twice.
    """

    entity: Entity
    columns: dict[str, str] = field(init=False)
    joins: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = [each.name for each in self.entity.analytic_fields] + [name for name, _ in META_COLUMNS]
        self.columns = {name: f"{self.entity.name}.{name}" for name in names}

    @property
    def sql(self) -> str:
        """The SELECT in the portable dialect."""
        columns = ", ".join(f"{value} AS {name}" for name, value in self.columns.items())
        return " ".join([f"SELECT {columns} FROM {self.entity.name}", *self.joins])


@dataclass(frozen=True)
class Layer:
    """What a layer is made of: the tables it joins (models or entities) and what it does to a SELECT."""

    reads: tuple[str, ...]
    lay: Callable[[Selecting], None]
