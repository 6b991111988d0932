"""Device management: the gateway of each home with the firmware it has had, from when until when."""

from __future__ import annotations

import numpy as np

from firstline.simulate.cells import Column, words
from firstline.simulate.exports import ISO_UTC, Export, clock_times
from firstline.simulate.gateways import FIRMWARE, GATEWAYS
from firstline.simulate.world import World

MAPPING = """\
# Gateways of device management: one row per home and firmware. Times in UTC.
source = "device_management"

[file]
entity = "device"
timezone = "UTC"
complete_until = "exported_at"

[fields]
device_id = "Device ID"
service_id = "Service"
role = { constant = "gateway" }
owner = { constant = "isp" }
vendor = "Maker"
model = "Model"
fw_version = "Firmware"
valid_from = { column = "Since", format = "iso" }
valid_to = { column = "Until", format = "iso" }
"""


def devices_export(world: World) -> Export:
    """devices.csv: devices."""
    states = world.gateway_states
    columns: dict[str, Column] = {
        "Device ID": world.ids.gateways(states.home),
        "Service": world.ids.services(states.home),
        "Maker": words([gateway.vendor for gateway in GATEWAYS], states.model),
        "Model": words([gateway.model for gateway in GATEWAYS], states.model),
        "Firmware": words(FIRMWARE, states.model + len(GATEWAYS) * states.released.astype(np.int64)),
        "Since": clock_times(world.clock, states.since, ISO_UTC),
        "Until": clock_times(world.clock, states.until, ISO_UTC),
    }
    return Export("devices.csv", columns, MAPPING)
