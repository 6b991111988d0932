"""The finance department's lists: what a truck roll and an hour cost, and the contracts with outsourcing firms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from string import Template

import pyarrow as pa

from firstline.simulate.cells import in_words
from firstline.simulate.columns import DAY
from firstline.simulate.exports import Export, toml_values
from firstline.simulate.prices import CONTRACTS, CURRENCY, HOURLY_RATES, TRUCK_ROLL, WAIT_S, minimum_of, price_years
from firstline.simulate.world import World

DATE = "%Y-%m-%d"
EMPLOYER_WORDS = {"Own staff": "in_house", "Outsourced": "vendor"}
ROLE_WORDS = {"Agent": "agent", "Supervisor": "supervisor", "Field Technician": "technician"}
UNIT_WORDS = {"Handled Minute": "handle_minute", "Handled Contact": "contact"}

UNIT_COSTS_MAPPING = Template("""\
# Unit costs of the finance department: what one of something costs, from when on.
source = "finance"

[file]
entity = "unit_cost"
timezone = "$zone"

[fields]
item = { column = "Item", values = { "Truck Roll" = "truck_roll" } }
amount = "Cost"
currency = { constant = "$currency" }
valid_from = { column = "From", format = "$date" }
""")

HOURLY_RATES_MAPPING = Template("""\
# Hourly rates of the finance department, benefits and overhead included.
source = "finance"

[file]
entity = "labour_rate"
timezone = "$zone"

[fields]
role = { column = "Role", values = $roles }
tier = "Tier"
employer = { column = "Employment", values = $employers }
hourly_cost = "Hourly Cost"
currency = { constant = "$currency" }
is_loaded = { constant = "true" }
valid_from = { column = "From", format = "$date" }
""")

CONTRACTS_MAPPING = Template("""\
# Contracts with outsourcing firms: what is paid for, and the least amount of a month.
source = "finance"

[file]
entity = "vendor_contract"
timezone = "$zone"

[fields]
contract_id = "Contract"
vendor_id = "Partner"
pays_per = { column = "Paid Per", values = $units }
unit_price = "Price"
currency = { constant = "$currency" }
minimum_month = "Monthly Minimum"
maturity_lag_s = { column = "Freeze After Days", unit = "d" }
valid_from = { column = "From", format = "$date" }
""")


def unit_costs_export(world: World) -> Export:
    """unit_costs.csv: unit costs."""
    years = list(price_years(world.clock))
    columns: dict[str, Sequence[str | None]] = {
        "Item": ["Truck Roll"] * len(years),
        "Cost": [f"{TRUCK_ROLL * factor:.2f}" for _, factor in years],
        "From": [_day(start) for start, _ in years],
    }
    return _stated(world, "unit_costs.csv", columns, UNIT_COSTS_MAPPING, {})


def hourly_rates_export(world: World) -> Export:
    """hourly_rates.csv: labour rates."""
    rows = [(rate, *year) for rate in HOURLY_RATES for year in price_years(world.clock)]
    columns: dict[str, Sequence[str | None]] = {
        "Role": in_words(ROLE_WORDS, [rate.role for rate, *_ in rows]),
        "Tier": [rate.tier for rate, *_ in rows],
        "Employment": [rate.employer and in_words(EMPLOYER_WORDS, [rate.employer])[0] for rate, *_ in rows],
        "Hourly Cost": [f"{rate.amount * factor:.2f}" for rate, _, factor in rows],
        "From": [_day(start) for _, start, _ in rows],
    }
    words = {"roles": toml_values(ROLE_WORDS), "employers": toml_values(EMPLOYER_WORDS)}
    return _stated(world, "hourly_rates.csv", columns, HOURLY_RATES_MAPPING, words)


def contracts_export(world: World) -> Export:
    """contracts.csv: vendor contracts."""
    rows = [(terms, *year) for terms in CONTRACTS for year in price_years(world.clock)]
    columns: dict[str, Sequence[str | None]] = {
        "Contract": [terms.contract for terms, *_ in rows],
        "Partner": [terms.vendor for terms, *_ in rows],
        "Paid Per": in_words(UNIT_WORDS, [terms.pays_per for terms, *_ in rows]),
        "Price": [f"{terms.price * factor:.2f}" for terms, _, factor in rows],
        "Monthly Minimum": [f"{minimum_of(terms, world.agents, world.clock):.2f}" for terms, *_ in rows],
        "Freeze After Days": [str(WAIT_S // DAY)] * len(rows),
        "From": [_day(start) for _, start, _ in rows],
    }
    return _stated(world, "contracts.csv", columns, CONTRACTS_MAPPING, {"units": toml_values(UNIT_WORDS)})


def _day(day: date | None) -> str | None:
    return day.strftime(DATE) if day else None


def _stated(
    world: World, file: str, columns: Mapping[str, Sequence[str | None]], mapping: Template, words: Mapping[str, str]
) -> Export:
    cells = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    return Export(file, cells, mapping.substitute(zone=world.clock.zone.key, date=DATE, currency=CURRENCY, **words))
