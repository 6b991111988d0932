"""The truth about outages: which there were, and whom each cut off until when."""

from __future__ import annotations

from typing import Any

import numpy as np

from firstline.simulate.columns import NOBODY, Ints, iso
from firstline.simulate.equipment import PARTS
from firstline.simulate.outages import CAUSE_CODES
from firstline.simulate.world import World


def children_of(world: World) -> Ints:
    """How many tickets hang on the master of each outage."""
    hanging = np.bincount(world.tickets.parent + 1, minlength=len(world.tickets.parent) + 1)
    return np.where(world.outages.master == NOBODY, 0, hanging[world.outages.master + 1])


def outages_of(world: World) -> list[dict[str, Any]]:
    """Every outage of the span, in order of onset, with whom it cut off and until when (the true end, whenever)."""
    outages, cut_offs = world.outages, world.cut_offs
    who = world.ids.customers(cut_offs.subscriber).to_pylist()
    names, incidents = world.network.names(), world.ids.outages(np.arange(len(outages.onset)))
    masters, children = world.ids.tickets(outages.master).to_pylist(), children_of(world)
    back = [iso(instant) for instant in cut_offs.restored.tolist()]
    ends = np.searchsorted(cut_offs.outage, np.arange(1, len(outages.onset) + 1), side="left").tolist()
    return [
        {
            "incident": str(incidents[row]),
            "element": str(names[int(outages.element[row])]),
            "kind": PARTS[int(world.network.elements.part[outages.element[row]])].name,
            "cause": CAUSE_CODES[int(outages.cause[row])],
            "partial": bool(outages.partial[row]),
            "planted": bool(outages.planted[row]),
            "master": masters[row],
            "child_tickets": int(children[row]),
            "onset": iso(int(outages.onset[row])),
            "restored": iso(int(outages.restored[row])),
            "cut_off_until": dict(zip(who[begins:end], back[begins:end], strict=True)),
        }
        for row, (begins, end) in enumerate(zip([0, *ends], ends, strict=False))
    ]
