"""What is set up, what is not, and which KPIs that would unlock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firstline.model.setup import SetupPart, setup_parts
from firstline.model.vocabulary import vocabulary
from firstline.query.availability import availability, read_presence
from firstline.query.definitions import the_catalogue
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.stated import stated_rows


@dataclass(frozen=True)
class PartState:
    """A part with the number of rows of each of its entities, and the KPIs that nothing but it is missing for."""

    part: SetupPart
    rows: Mapping[str, int]
    unlocks: Sequence[str]

    @property
    def is_begun(self) -> bool:
        """Whether anything of it is stated."""
        return any(self.rows.values())

    @property
    def not_stated(self) -> Sequence[str]:
        """The entities of which nothing is stated."""
        return [name for name, count in self.rows.items() if not count]

    @property
    def is_set_up(self) -> bool:
        """Whether something is stated of each of its entities."""
        return not self.not_stated

    def as_json(self) -> dict[str, Any]:
        """The part's id and label, its rows by entity, and the ids of the KPIs that it would unlock."""
        return {
            "part": self.part.id,
            "label": self.part.label,
            "rows": dict(self.rows),
            "is_set_up": self.is_set_up,
            "not_stated": list(self.not_stated),
            "unlocks": list(self.unlocks),
        }


def setup_states(warehouse: Warehouse) -> list[PartState]:
    """Every part of the set-up as it stands."""
    presence = read_presence(warehouse)
    locked = [kpi for kpi in the_catalogue().kpis.values() if availability(kpi, presence).missing]
    found = []
    for part in setup_parts():
        stated = {f"{name}.{field}": 1 for name in part.entities for field in vocabulary()[name].field_names}
        found.append(
            PartState(
                part,
                {name: len(stated_rows(warehouse, vocabulary()[name])) for name in part.entities},
                [kpi.id for kpi in locked if availability(kpi, {**presence, **stated}).missing is None],
            )
        )
    return found
