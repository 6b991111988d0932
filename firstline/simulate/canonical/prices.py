"""What work costs and what the outsourcing firms report of themselves, as canonical rows of the whole provider."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from firstline.periods import midnight
from firstline.simulate.canonical.moments import INSTANT
from firstline.simulate.cells import Column, Columns
from firstline.simulate.prices import CONTRACTS, CURRENCY, HOURLY_RATES, TRUCK_ROLL, WAIT_S, minimum_of, price_years
from firstline.simulate.provider import Provider
from firstline.simulate.vendor_reports import CLAIMS, Reported
from firstline.simulate.wallclock import Clock


def unit_costs(provider: Provider) -> Columns:
    """One row per calendar year."""
    years = list(price_years(provider.clock))
    return {
        "item": pa.array(["truck_roll"] * len(years)),
        "amount": pa.array([round(TRUCK_ROLL * factor, 2) for _, factor in years]),
        "currency": pa.array([CURRENCY] * len(years)),
        "valid_from": _starts(provider.clock, [start for start, _ in years]),
    }


def labour_rates(provider: Provider) -> Columns:
    """One row per role, tier, employer and calendar year."""
    rows = [(rate, *year) for rate in HOURLY_RATES for year in price_years(provider.clock)]
    return {
        "role": pa.array([rate.role for rate, *_ in rows]),
        "tier": pa.array([rate.tier for rate, *_ in rows]),
        "employer": pa.array([rate.employer for rate, *_ in rows]),
        "hourly_cost": pa.array([round(rate.amount * factor, 2) for rate, _, factor in rows]),
        "currency": pa.array([CURRENCY] * len(rows)),
        "is_loaded": pa.array([True] * len(rows)),
        "valid_from": _starts(provider.clock, [start for _, start, _ in rows]),
    }


def vendor_contracts(provider: Provider) -> Columns:
    """One row per firm and calendar year."""
    clock = provider.clock
    rows = [(terms, *year) for terms in CONTRACTS for year in price_years(clock)]
    return {
        "contract_id": pa.array([terms.contract for terms, *_ in rows]),
        "vendor_id": pa.array([terms.vendor for terms, *_ in rows]),
        "pays_per": pa.array([terms.pays_per for terms, *_ in rows]),
        "unit_price": pa.array([round(terms.price * factor, 2) for terms, _, factor in rows]),
        "currency": pa.array([CURRENCY] * len(rows)),
        "minimum_month": pa.array([minimum_of(terms, provider.agents, clock) for terms, *_ in rows]),
        "maturity_lag_s": pa.array([WAIT_S] * len(rows)),
        "valid_from": _starts(clock, [start for _, start, _ in rows]),
    }


def vendor_figures(reports: list[Reported]) -> Columns:
    """One row per firm, measure and month."""
    return {
        "vendor_id": pa.array([row.vendor for row in reports]),
        "kpi_id": pa.array([CLAIMS[row.measure].kpi for row in reports]),
        "period_start": pa.array([row.start for row in reports]),
        "period_end": pa.array([row.end for row in reports]),
        "value": pa.array([row.value for row in reports], pa.float64()),
        "unit": pa.array([CLAIMS[row.measure].unit for row in reports]),
        "n": pa.array([row.n for row in reports]),
    }


def _starts(clock: Clock, days: list[date | None]) -> Column:
    return pa.array([day and midnight(day, clock.zone) for day in days], INSTANT)
