"""The network desk's incident log: the outages that it declared, and the customers whom each concerned."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, constant, in_words, words
from firstline.simulate.columns import NEVER, Ints
from firstline.simulate.exports import ISO_UTC, Export, clock_times, toml_values
from firstline.simulate.outages import CAUSE_CODES, NOTICED
from firstline.simulate.world import World

CAUSE_WORDS = {
    "Fiber cut": "fiber_cut",
    "Loss of power": "power",
    "Hardware failure": "equipment",
    "Software fault": "software",
    "Configuration error": "config",
    "Upstream carrier": "upstream",
    "Weather": "weather",
    "RF ingress": "rf_noise",
    "Third-party damage": "third_party",
    "Not determined": "unknown",
}
NOTICED_WORDS = {
    "Alarm": "telemetry",
    "Network desk": "noc",
    "Customer call": "customer",
    "Many tickets": "ticket_burst",
}
SERVICE_WORDS = {"Down": "false", "Degraded": "true"}

OUTAGES_MAPPING = Template("""\
# Incident log of the network desk: one row per outage that it declared. Times in UTC.
source = "network_desk"

[file]
entity = "outage"
timezone = "UTC"
complete_until = "exported_at"

[fields]
outage_id = "Incident"
element_id = "Node"
onset_at = { column = "Service Lost", format = "iso" }
detected_at = { column = "First Alarm", format = "iso" }
declared_at = { column = "Declared", format = "iso" }
customer_notified_at = { column = "Customers Told", format = "iso" }
restored_at = { column = "Cleared", format = "iso" }
cause = { column = "Root Cause", values = $causes }
planned = "Planned Work"
detected_by = { column = "Raised From", values = $noticed }
""")

CUSTOMERS_MAPPING = Template("""\
# Customers concerned by each incident of the log, from when until when. Times in UTC.
source = "network_desk"

[file]
entity = "outage_impact"
timezone = "UTC"
complete_until = "exported_at"

[fields]
outage_id = "Incident"
subscriber_id = "Customer No"
lost_at = { column = "Off Since", format = "iso" }
restored_at = { column = "Back At", format = "iso" }
partial = { column = "Service", values = $services }
""")


def outages_export(world: World) -> Export:
    """outages.csv: outages, oldest first."""
    outages = world.outages
    n = len(outages.onset)
    columns: dict[str, Column] = {
        "Incident": world.ids.outages(np.arange(n)),
        "Node": world.network.names().take(outages.element),
        "Service Lost": _known(world, outages.onset),
        "First Alarm": _known(world, outages.detected),
        "Declared": _known(world, outages.declared),
        "Customers Told": _known(world, outages.notified),
        "Cleared": _known(world, outages.restored),
        "Root Cause": words(in_words(CAUSE_WORDS, CAUSE_CODES), outages.cause),
        "Planned Work": constant("N", n),
        "Raised From": words(in_words(NOTICED_WORDS, NOTICED), outages.noticed),
    }
    mapping = OUTAGES_MAPPING.substitute(causes=toml_values(CAUSE_WORDS), noticed=toml_values(NOTICED_WORDS))
    return Export("outages.csv", columns, mapping)


def outage_customers_export(world: World) -> Export:
    """outage_customers.csv: who was concerned by each outage."""
    cut_offs = world.cut_offs
    columns: dict[str, Column] = {
        "Incident": world.ids.outages(cut_offs.outage),
        "Customer No": world.ids.customers(cut_offs.subscriber),
        "Off Since": _known(world, cut_offs.lost),
        "Back At": _known(world, cut_offs.restored),
        "Service": words(tuple(SERVICE_WORDS), world.outages.partial[cut_offs.outage].astype(np.int64)),
    }
    mapping = CUSTOMERS_MAPPING.substitute(services=toml_values(SERVICE_WORDS))
    return Export("outage_customers.csv", columns, mapping)


def _known(world: World, at: Ints) -> Column:
    """Instants as the log has them at the export: what comes later is not known yet."""
    return clock_times(world.clock, np.where(at < world.clock.end, at, NEVER), ISO_UTC)
