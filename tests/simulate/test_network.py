"""The access network: sizes of its elements, and a chain of the right technology above every subscriber."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import sqrt

import numpy as np
import pandas as pd

from firstline.simulate.columns import NOBODY
from firstline.simulate.equipment import CHAINS, OLT, PARTS, TOWER
from firstline.simulate.network import build_network
from firstline.simulate.provider import found_provider
from firstline.simulate.rates import RATES
from firstline.simulate.subscribers import PLANS, REGIONS, RURAL, WIRELESS, draw_subscribers
from firstline.simulate.world import World
from tests.simulate.conftest import END, ZONE

Read = Callable[[str], pd.DataFrame]
CHAIN_WORDS = {
    "Fiber": ["ONT", "Splitter 1:8", "PON", "OLT"],
    "Cable": ["Cable Modem", "Fiber Node", "CMTS"],
    "Fixed Wireless": ["Subscriber Radio", "Sector", "Tower"],
}


def test_elements_have_the_sizes_that_were_asked_for(world: World) -> None:
    elements = world.network.elements
    largest = {PARTS[part].name: int(elements.size[elements.part == part].max()) for part in np.unique(elements.part)}
    asked = {"splitter": 8, "pon_port": 64, "rpd_node": 200, "olt": 2_000, "cmts": 8_000, "sector": 500, "tower": 2_000}
    assert {name: size for name, size in largest.items() if size > asked[name]} == {}
    assert (largest["splitter"], largest["rpd_node"], largest["olt"]) == (8, 200, 2_000)
    ports = elements.size[elements.part == [part.name for part in PARTS].index("pon_port")]
    # The last port of an OLT may be nearly empty
    assert (ports >= 32).mean() > 0.95
    assert set(np.unique(ports[ports >= 32]).tolist()) >= {32, 40, 48, 56, 64}


def test_a_tower_of_the_demos_size_is_full_and_every_plan_has_its_share_of_all() -> None:
    """25,000 subscribers over 18 months; the bounds are four standard errors."""
    demo = found_provider(date(2024, 10, 1), END, ZONE, 25_000, 1, RATES)
    assert demo.blocks == 1
    people = draw_subscribers(demo.chance("subscribers"), demo.clock, 25_000, RATES)
    network = build_network(demo.chance("network"), people, 0)
    for part in (TOWER, OLT):
        sizes = network.elements.size[network.elements.part == part]
        assert (sizes.max(), (sizes == 2_000).sum() >= 2) == (2_000, True)
    for row, plan in enumerate(PLANS):
        assert abs((people.plan == row).mean() - plan.share) < 4 * sqrt(plan.share * (1 - plan.share) / people.count)
    by_air = people.tech == WIRELESS
    assert {REGIONS[region] for region in people.region[by_air]} == set(RURAL)
    within = [float((people.plan[~by_air & (people.region == region)] == 0).mean()) for region in range(len(REGIONS))]
    assert max(within) - min(within) < 0.05


def test_every_subscriber_hangs_on_a_chain_of_its_technology_and_region(world: World) -> None:
    network, people = world.network, world.subscribers
    at = network.serving
    for level in range(3):
        there = at != NOBODY
        chain = np.array([dict(enumerate(reversed(chain))).get(level, NOBODY) for chain in CHAINS])
        assert (network.elements.part[at[there]] == chain[people.tech[there]]).all()
        assert (network.elements.region[at[there]] == people.region[there]).all()
        at = np.where(there, network.elements.parent[at], NOBODY)
    assert (at == NOBODY).all()


def test_an_element_serves_whoever_its_children_serve(world: World) -> None:
    network = world.network
    elements = network.elements
    for parent in (0, int(np.flatnonzero(elements.part == CHAINS[1][0])[0])):
        below = [network.subscribers_of(int(child)) for child in np.flatnonzero(elements.parent == parent)]
        assert len(below) > 1
        assert np.concatenate(below).tolist() == network.subscribers_of(parent).tolist()
    everyone = [network.subscribers_of(int(row)) for row in np.flatnonzero(elements.parent == NOBODY)]
    assert sorted(np.concatenate(everyone).tolist()) == list(range(world.subscribers.count))


def test_the_inventory_leads_from_every_premise_to_the_head_of_its_network(export: Read) -> None:
    nodes = export("network_elements.csv").set_index("Node Name")
    assert nodes.index.is_unique
    people = export("subscribers.csv")
    for network, chain in CHAIN_WORDS.items():
        at = people.loc[people["Network"] == network, "Serving Element"]
        assert len(at)
        for word in chain:
            assert (nodes.loc[at, "Node Class"] == word).all()
            at = nodes.loc[at, "Uplink"]
        assert at.isna().all()


def test_equipment_in_homes_is_listed_from_activation_to_disconnection(export: Read) -> None:
    nodes = export("network_elements.csv").set_index("Node Name")
    people = export("subscribers.csv").set_index("Serving Element")
    own = nodes.loc[people.index]
    for ours, theirs in (("In Service", "Activated"), ("Out of Service", "Disconnected")):
        dates = pd.to_datetime(people[theirs], format="%m/%d/%Y").dt.strftime("%Y-%m-%d")
        assert own[ours].fillna("").tolist() == dates.fillna("").tolist()
    assert people["Disconnected"].notna().any()
