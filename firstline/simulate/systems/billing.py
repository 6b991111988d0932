"""The billing system: who is a customer, with what, since when, and who cancelled."""

from __future__ import annotations

from string import Template

import numpy as np

from firstline.simulate.cells import Column, in_words, words
from firstline.simulate.churn import KINDS
from firstline.simulate.columns import NEVER
from firstline.simulate.drivers import ACCESS_TECHS
from firstline.simulate.exports import Export, dates, toml_values
from firstline.simulate.subscribers import LANGUAGES, PLANS, PREMISES, REGIONS, SEGMENTS
from firstline.simulate.world import World

DATE = "%m/%d/%Y"
SEGMENT_WORDS = {"Residential": "residential", "Small Business": "smb", "Multi-Dwelling": "mdu"}
NETWORK_WORDS = {"Fiber": "fiber_gpon", "Cable": "docsis31", "Fixed Wireless": "fwa_wisp"}
PREMISE_WORDS = {"House": "sfu", "Business": "business", "Apartment": "mdu"}

CANCELLATION_WORDS = {
    "Customer request": "voluntary",
    "Non-payment": "involuntary_nonpay",
    "Moved out of area": "move_out_of_area",
    "Deceased": "deceased",
    "Moved, service transferred": "move_transfer",
}

SUBSCRIBERS_MAPPING = Template("""\
# Customer list of the billing system: one row per customer with its one account, service and premise.
source = "billing"

[file]
entity = "subscriber"
timezone = "$zone"
complete_until = "exported_at"

[fields]
subscriber_id = "Customer No"
segment = { column = "Segment", values = $segments }
region_id = "Market"
language = "Language"
activated_at = { column = "Activated", format = "$date" }
disconnected_at = { column = "Disconnected", format = "$date" }
is_test = "Test Customer"

[[also]]
entity = "account"
[also.fields]
account_id = "Account No"
subscriber_id = "Customer No"
status = { constant = "active" }$phone
valid_from = { column = "Activated", format = "$date" }
valid_to = { column = "Disconnected", format = "$date" }

[[also]]
entity = "service"
[also.fields]
service_id = "Service ID"
account_id = "Account No"
location_id = "Premise No"
access_tech = { column = "Network", values = $networks }
plan_id = "Plan"
plan_down_mbps = "Down Mbps"
plan_up_mbps = "Up Mbps"
managed_wifi = "Managed Wi-Fi"
voice = "Voice"
video = "TV"
valid_from = { column = "Activated", format = "$date" }
valid_to = { column = "Disconnected", format = "$date" }

[[also]]
entity = "location"
[also.fields]
location_id = "Premise No"
region_id = "Market"
tz = { constant = "$zone" }
premise_type = { column = "Premise Type", values = $premises }
serving_element_id = "Serving Element"
""")

CANCELLATIONS_MAPPING = Template("""\
# Cancellations of the billing system: one row per customer who left or moved.
source = "billing"

[file]
entity = "churn_event"
timezone = "$zone"
complete_until = "exported_at"

[fields]
subscriber_id = "Customer No"
requested_at = { column = "Requested", format = "$date" }
effective_at = { column = "Effective", format = "$date" }
kind = { column = "Cancellation Type", values = $kinds }
""")


def subscribers_export(world: World) -> Export:
    """subscribers.csv: subscribers with account, service and location."""
    people = world.subscribers
    rows = np.arange(people.count)
    columns: dict[str, Column] = {
        "Customer No": world.ids.customers(rows),
        "Account No": world.ids.accounts(rows),
        "Service ID": world.ids.services(rows),
        "Premise No": world.ids.premises(rows),
        **_numbers(world),
        "Status": words(("Active", "Closed"), (world.left < NEVER).astype(np.int64)),
        "Segment": words(in_words(SEGMENT_WORDS, SEGMENTS), people.segment),
        "Market": words(REGIONS, people.region),
        "Language": words(LANGUAGES, people.language),
        "Network": words(in_words(NETWORK_WORDS, ACCESS_TECHS), people.tech),
        "Plan": words([plan.name for plan in PLANS], people.plan),
        "Down Mbps": words([str(plan.down_mbps) for plan in PLANS], people.plan),
        "Up Mbps": words([str(plan.up_mbps) for plan in PLANS], people.plan),
        "Managed Wi-Fi": _yes_no(people.managed_wifi),
        "Voice": _yes_no(people.voice),
        "TV": _yes_no(people.video),
        "Premise Type": words(in_words(PREMISE_WORDS, PREMISES), people.segment),
        "Serving Element": world.ids.terminals(people.tech),
        "Activated": dates(people.activated, DATE),
        "Disconnected": dates(world.left, DATE),
        "Test Customer": _yes_no(np.zeros(people.count, dtype=np.bool_)),
    }
    mapping = SUBSCRIBERS_MAPPING.substitute(
        zone=world.clock.zone.key,
        date=DATE,
        segments=toml_values(SEGMENT_WORDS),
        networks=toml_values(NETWORK_WORDS),
        premises=toml_values(PREMISE_WORDS),
        phone='\nphone = "Phone"' if world.flaws.switchboard_accounts else "",
    )
    return Export("subscribers.csv", columns, mapping, left=("Status",))


def cancellations_export(world: World) -> Export:
    """cancellations.csv: churn events."""
    departures = world.departures
    columns: dict[str, Column] = {
        "Customer No": world.ids.customers(departures.subscriber),
        "Requested": dates(departures.requested, DATE),
        "Effective": dates(departures.effective, DATE),
        "Cancellation Type": words(in_words(CANCELLATION_WORDS, KINDS), departures.kind),
    }
    mapping = CANCELLATIONS_MAPPING.substitute(
        zone=world.clock.zone.key, date=DATE, kinds=toml_values(CANCELLATION_WORDS)
    )
    return Export("cancellations.csv", columns, mapping)


def _numbers(world: World) -> dict[str, Column]:
    """Telephone numbers, where the calls come with them."""
    if not world.flaws.switchboard_accounts:
        return {}
    people = world.subscribers
    shared = world.flaws.sharing(people, world.block)
    return {"Phone": world.ids.numbers(np.arange(people.count), shared, style="+1 ")}


def _yes_no(flags: np.ndarray) -> Column:
    return words(("N", "Y"), flags.astype(np.int64))
