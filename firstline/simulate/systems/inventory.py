"""The network inventory: every element with what it hangs from, down to the equipment at each subscriber's end."""

from __future__ import annotations

from string import Template

import numpy as np
import pyarrow as pa

from firstline.simulate.cells import Column, in_words, words
from firstline.simulate.columns import NEVER, NOBODY, filled
from firstline.simulate.equipment import PARTS, TERMINALS
from firstline.simulate.exports import Export, dates, toml_values
from firstline.simulate.world import World

DATE = "%Y-%m-%d"
CLASS_WORDS = {
    "OLT": "olt",
    "PON": "pon_port",
    "Splitter 1:8": "splitter",
    "ONT": "ont",
    "CMTS": "cmts",
    "Fiber Node": "rpd_node",
    "Cable Modem": "cable_modem",
    "Tower": "tower",
    "Sector": "sector",
    "Subscriber Radio": "fwa_cpe",
}

MAPPING = Template("""\
# Elements of the access network, parents first. Equipment in homes is listed from activation to disconnection.
source = "network_inventory"

[file]
entity = "network_element"
timezone = "$zone"

[fields]
element_id = "Node Name"
type = { column = "Node Class", values = $classes }
parent_id = "Uplink"
vendor = "Manufacturer"
model = "Model"
sw_version = "Software"
capacity_down_mbps = "Capacity Down"
capacity_up_mbps = "Capacity Up"
valid_from = { column = "In Service", format = "$date" }
valid_to = { column = "Out of Service", format = "$date" }
""")


def elements_export(world: World) -> Export:
    """network_elements.csv: network elements."""
    network, people = world.network, world.subscribers
    shared = network.elements
    names = network.names()
    parent = np.concatenate([shared.parent, network.serving])
    part = np.concatenate([shared.part, np.array(TERMINALS)[people.tech]])
    always = filled(len(shared.part), NEVER)
    columns: dict[str, Column] = {
        "Node Name": pa.concat_arrays([names, world.ids.terminals(people.tech)]),
        "Node Class": words(in_words(CLASS_WORDS, [item.name for item in PARTS]), part),
        "Uplink": names.take(pa.array(parent, mask=parent == NOBODY)),
        "Manufacturer": words([item.vendor for item in PARTS], part),
        "Model": words([item.model for item in PARTS], part),
        "Software": words([item.software or None for item in PARTS], part),
        "Capacity Down": words([item.down_mbps for item in PARTS], part),
        "Capacity Up": words([item.up_mbps for item in PARTS], part),
        "In Service": dates(np.concatenate([always, people.activated]), DATE),
        "Out of Service": dates(np.concatenate([always, world.left]), DATE),
    }
    mapping = MAPPING.substitute(zone=world.clock.zone.key, date=DATE, classes=toml_values(CLASS_WORDS))
    return Export("network_elements.csv", columns, mapping)
