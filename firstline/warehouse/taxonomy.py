"""The driver taxonomy in force: what is shipped, with the provider's own drivers, labels and retirements."""

from __future__ import annotations

from collections import Counter

from firstline.model.drivers import Driver, shipped_drivers
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.facts import model_sql


def taxonomy(warehouse: Warehouse) -> dict[str, Driver]:
    """Every node by id, each after its parent, the provider's own after those that are shipped.

    Made from the provider's rows themselves, so it is right before the facts are built, too.
    """
    shipped = shipped_drivers()
    nodes = {}
    for row in warehouse.rows(model_sql("driver_node", "UTC")):
        hints = shipped[row["driver_id"]].hints if row["driver_id"] in shipped else ()
        covers = row["covers"] or ""
        nodes[row["driver_id"]] = Driver(row["driver_id"], row["label"], covers, hints, row["is_retired"])
    place = {name: number for number, name in enumerate(shipped)}
    return {name: nodes[name] for name in sorted(nodes, key=lambda name: _path(name, place))}


def driver_labels(warehouse: Warehouse) -> dict[str, str]:
    """What to call every node, by id; where two of one level have one label, the id is told, too."""
    nodes = taxonomy(warehouse).values()
    used = Counter((node.level, node.label) for node in nodes)
    return {node.id: f"{node.label} ({node.id})" if used[node.level, node.label] > 1 else node.label for node in nodes}


def _path(driver_id: str, place: dict[str, int]) -> list[tuple[int, str]]:
    parts = driver_id.split(".")
    above = [".".join(parts[:level]) for level in range(1, len(parts) + 1)]
    return [(place.get(name, len(place)), name) for name in above]
