"""The network side as canonical rows: elements, outages and whom these concerned."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from firstline.simulate.canonical.moments import instants, midnights
from firstline.simulate.cells import Columns, flags, words
from firstline.simulate.columns import NEVER, NOBODY, filled
from firstline.simulate.equipment import PARTS, TERMINALS
from firstline.simulate.outages import CAUSE_CODES, NOTICED
from firstline.simulate.world import World


def elements(world: World) -> Columns:
    """One row per element, parents first; equipment in homes from activation to disconnection."""
    network, people = world.network, world.subscribers
    shared = network.elements
    names = network.names()
    parent = np.concatenate([shared.parent, network.serving])
    part = np.concatenate([shared.part, np.array(TERMINALS)[people.tech]])
    always = filled(len(shared.part), NEVER)
    return {
        "element_id": pa.concat_arrays([names, world.ids.terminals(people.tech)]),
        "type": words([item.name for item in PARTS], part),
        "parent_id": names.take(pa.array(parent, mask=parent == NOBODY)),
        "vendor": words([item.vendor for item in PARTS], part),
        "model": words([item.model for item in PARTS], part),
        "sw_version": words([item.software or None for item in PARTS], part),
        "capacity_down_mbps": words([item.down_mbps for item in PARTS], part),
        "capacity_up_mbps": words([item.up_mbps for item in PARTS], part),
        "valid_from": midnights(world.clock, np.concatenate([always, people.activated])),
        "valid_to": midnights(world.clock, np.concatenate([always, world.left])),
    }


def outages(world: World) -> Columns:
    """One row per outage that was declared by the end of the span."""
    rows, end = world.outages, world.clock.end
    return {
        "outage_id": world.ids.outages(np.arange(len(rows.onset))),
        "element_id": world.network.names().take(pa.array(rows.element)),
        "onset_at": instants(rows.onset, end),
        "detected_at": instants(rows.detected, end),
        "declared_at": instants(rows.declared, end),
        "restored_at": instants(rows.restored, end),
        "cause": words(CAUSE_CODES, rows.cause),
        "planned": flags(np.zeros(len(rows.onset), dtype=np.bool_)),
        "customer_notified_at": instants(rows.notified, end),
        "detected_by": words(NOTICED, rows.noticed),
    }


def impacts(world: World) -> Columns:
    """One row per outage and subscriber concerned."""
    rows, end = world.cut_offs, world.clock.end
    return {
        "outage_id": world.ids.outages(rows.outage),
        "subscriber_id": world.ids.customers(rows.subscriber),
        "lost_at": instants(rows.lost, end),
        "restored_at": instants(rows.restored, end),
        "partial": flags(world.outages.partial[rows.outage]),
    }
