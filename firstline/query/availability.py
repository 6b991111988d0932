"""Which of a KPI's needs the imported data meet, and if none: which field is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firstline.catalogue.kpi import Kpi, Rows
from firstline.warehouse.engine import Warehouse

Presence = Mapping[str, int]
"""How many values each field has, by ENTITY.FIELD, over all sources; absent or 0 means none."""

STAND_INS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "contact.channel": (("contact.queue_id", "queue.channel"), ("contact_leg.queue_id", "queue.channel")),
}
"""What stands in for a field that no row has: the facts take it from there. Fields by the ways that serve."""


@dataclass(frozen=True)
class Availability:
    """How a KPI can be made from the data at hand.

    `entities` are those of the first alternative that is met; `rows` the declared rows, or their fallback with
    its `note`. `missing` is ENTITY.FIELD where no alternative is met.
    """

    rows: Rows
    entities: tuple[str, ...] = ()
    note: str | None = None
    missing: str | None = None


def read_presence(warehouse: Warehouse) -> Presence:
    """The number of values per field, from what the imports counted; of what stands in where there are none."""
    counted = warehouse.rows(
        "SELECT entity || '.' || field AS name, sum(n_values) AS n FROM field_count GROUP BY entity, field"
    )
    told = {row["name"]: int(row["n"] or 0) for row in counted}
    stood_in = {
        name: max(min(told.get(each, 0) for each in way) for way in ways)
        for name, ways in STAND_INS.items()
        if not told.get(name)
    }
    return {**told, **{name: n for name, n in stood_in.items() if n}}


def availability(kpi: Kpi, presence: Presence) -> Availability:
    """The first alternative of needs that is met, else the fallback's, else what is missing."""
    met = _first_met(kpi.needs, presence)
    if met:
        return Availability(kpi.rows, _entities(met))
    if kpi.fallback and (met := _first_met(kpi.fallback.needs, presence)):
        changed = {"numerator": kpi.fallback.numerator, "exclusions": kpi.fallback.exclusions}
        return Availability(kpi.rows.model_copy(update=changed), _entities(met), kpi.fallback.note)
    return Availability(kpi.rows, missing=_missing(kpi.needs, presence))


def _first_met(needs: tuple[tuple[str, ...], ...], presence: Presence) -> tuple[str, ...] | None:
    return next((group for group in needs if all(presence.get(name) for name in group)), None)


def _missing(needs: tuple[tuple[str, ...], ...], presence: Presence) -> str:
    """The first missing field of the alternative that is met best (of equals the first)."""
    best = max(needs, key=lambda group: sum(1 for name in group if presence.get(name)) / len(group))
    return next(name for name in best if not presence.get(name))


def _entities(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.partition(".")[0] for name in names))
