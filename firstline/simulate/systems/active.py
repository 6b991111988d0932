"""The billing system's lists of who is active today, as a provider has them that keeps no history of its customers."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, words
from firstline.simulate.exports import Export, toml_values
from firstline.simulate.listed import ACTIVE, active_days, are_active, file_of
from firstline.simulate.subscribers import REGIONS, SEGMENTS
from firstline.simulate.systems.billing import SEGMENT_WORDS
from firstline.simulate.world import World

MAPPING = Template("""\
# Active customers on the day of the list, one row each: who is not in it is no customer then.
source = "billing"

[file]
entity = "subscriber"
timezone = "$zone"
complete_until = "exported_at"
snapshot_at = "exported_at"
full = true

[fields]
subscriber_id = "Customer No"
segment = { column = "Segment", values = $segments }
region_id = "Market"
""")


def active_lists(world: World, lists: int) -> Iterator[Export]:
    """active_customers-DAY.csv: subscribers, so many of the latest monthly lists."""
    people = world.subscribers
    mapping = MAPPING.substitute(zone=world.clock.zone.key, segments=toml_values(SEGMENT_WORDS))
    for day in active_days(world.clock, lists):
        rows = np.flatnonzero(are_active(people, world.left, day))
        columns: dict[str, Column] = {
            "Customer No": world.ids.customers(rows),
            "Segment": words(in_words(SEGMENT_WORDS, SEGMENTS), people.segment[rows]),
            "Market": words(REGIONS, people.region[rows]),
        }
        yield Export(file_of(ACTIVE, day), columns, mapping)
