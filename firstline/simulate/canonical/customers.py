"""The customer side as canonical rows: subscribers, accounts, services, places, and who left."""

from __future__ import annotations

import numpy as np

from firstline.simulate.canonical.moments import instants, midnights
from firstline.simulate.cells import Columns, constant, flags, words
from firstline.simulate.churn import KINDS
from firstline.simulate.columns import Flags
from firstline.simulate.drivers import ACCESS_TECHS
from firstline.simulate.gateways import FIRMWARE, GATEWAYS
from firstline.simulate.subscribers import LANGUAGES, PLANS, PREMISES, REGIONS, SEGMENTS
from firstline.simulate.world import World


def subscribers(world: World) -> Columns:
    """One row per subscriber, those who left or joined in the span included."""
    people = world.subscribers
    return {
        "subscriber_id": world.ids.customers(np.arange(people.count)),
        "segment": words(SEGMENTS, people.segment),
        "activated_at": instants(people.active_from),
        "disconnected_at": midnights(world.clock, world.left),
        "region_id": words(REGIONS, people.region),
        "language": words(LANGUAGES, people.language),
        "is_test": flags(_none(people.count)),
    }


def accounts(world: World) -> Columns:
    """One account per subscriber, active until the subscriber leaves."""
    people = world.subscribers
    rows = np.arange(people.count)
    return {
        "account_id": world.ids.accounts(rows),
        "subscriber_id": world.ids.customers(rows),
        "status": constant("active", people.count),
        "valid_from": instants(people.active_from),
        "valid_to": midnights(world.clock, world.left),
    }


def services(world: World) -> Columns:
    """One service per account."""
    people = world.subscribers
    rows = np.arange(people.count)
    return {
        "service_id": world.ids.services(rows),
        "account_id": world.ids.accounts(rows),
        "location_id": world.ids.premises(rows),
        "access_tech": words(ACCESS_TECHS, people.tech),
        "plan_id": words([plan.name for plan in PLANS], people.plan),
        "plan_down_mbps": words([float(plan.down_mbps) for plan in PLANS], people.plan),
        "plan_up_mbps": words([float(plan.up_mbps) for plan in PLANS], people.plan),
        "managed_wifi": flags(people.managed_wifi),
        "voice": flags(people.voice),
        "video": flags(people.video),
        "valid_from": instants(people.active_from),
        "valid_to": midnights(world.clock, world.left),
    }


def locations(world: World) -> Columns:
    """One place per service, with the equipment that serves it."""
    people = world.subscribers
    return {
        "location_id": world.ids.premises(np.arange(people.count)),
        "region_id": words(REGIONS, people.region),
        "tz": constant(world.clock.zone.key, people.count),
        "premise_type": words(PREMISES, people.segment),
        "serving_element_id": world.ids.terminals(people.tech),
    }


def devices(world: World) -> Columns:
    """The gateway of each home, a row for each firmware that it has had."""
    states = world.gateway_states
    n = len(states.home)
    return {
        "device_id": world.ids.gateways(states.home),
        "service_id": world.ids.services(states.home),
        "role": constant("gateway", n),
        "owner": constant("isp", n),
        "vendor": words([gateway.vendor for gateway in GATEWAYS], states.model),
        "model": words([gateway.model for gateway in GATEWAYS], states.model),
        "fw_version": words(FIRMWARE, states.model + len(GATEWAYS) * states.released.astype(np.int64)),
        "valid_from": instants(states.since),
        "valid_to": instants(states.until),
    }


def churn_events(world: World) -> Columns:
    """One row per cancellation, moves within the area included."""
    departures = world.departures
    return {
        "subscriber_id": world.ids.customers(departures.subscriber),
        "requested_at": midnights(world.clock, departures.requested),
        "effective_at": instants(departures.effective_at),
        "kind": words(KINDS, departures.kind),
    }


def _none(n: int) -> Flags:
    return np.zeros(n, dtype=np.bool_)
