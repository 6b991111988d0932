"""What there is to find at a simulated provider: what is planted, what its feeds and vendors get wrong; a switch each.

A switch has the name under which `truth.json` tells of what it switches; there it is null when it is off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from firstline.errors import unknown_name
from firstline.simulate import rates
from firstline.simulate.mistakes import MESSY, NO_MISTAKES, Mistakes
from firstline.simulate.rates import RATES, Rates
from firstline.simulate.vendor_reports import CLAIMS, HONEST, Claim


@dataclass(frozen=True)
class Scenario:
    """How often things happen, what the feeds get wrong, and what vendors claim of themselves (by measure)."""

    rates: Rates = RATES
    mistakes: Mistakes = NO_MISTAKES
    claims: Mapping[str, Claim] = field(default_factory=lambda: CLAIMS)


PLANTED = Scenario()
"""All is planted, and the feeds make no mistakes: what they export is what happened."""
AS_FOUND = Scenario(mistakes=MESSY)
"""A provider as it is found: all is planted, and its feeds make their mistakes."""

RATES_OF: dict[str, tuple[str, ...]] = {
    "area_outage": ("outage_contacts",),
    "failing_pon_port": ("port_issues_per_month",),
    "repeat_team": ("repeat_team_factor",),
    "team_with_hard_calls": ("hard_calls_routed",),
    "lacking_drivers": ("lacking_share",),
    "initiative": ("truck_rolls_cut",),
    "firmware_release": ("firmware_wifi_factor",),
    "survey_change": ("survey_change_points", "survey_change_responds"),
}
"""The switches of what happened, each with its rates."""
MISTAKES_OF: dict[str, str] = {
    "switchboard": "switchboard_accounts",
    "time_zone": "zone_in_month",
    "renamed_agents": "renamed_in_month",
    "missing_calls": "missing_days",
    "recoded_reasons": "recoded_in_month",
    "late_source": "late_days",
}
"""The switches of what the exports get wrong, each with its field of Mistakes."""
OUTAGES, VENDOR_REPORTS = "outages", "vendor_reports"

SWITCHES: tuple[str, ...] = (*RATES_OF, *MISTAKES_OF, OUTAGES, VENDOR_REPORTS)
"""All that can be switched off: the outages drawn at random, and what vendors make of their figures, as well."""


def without(scenario: Scenario, names: Iterable[str]) -> Scenario:
    """The same with these switched off. Raises MisuseError for a name that is none of SWITCHES."""
    return reduce(_off, names, scenario)


def _off(scenario: Scenario, name: str) -> Scenario:
    if name in RATES_OF:
        quiet = {rate: getattr(rates.NOTHING_PLANTED, rate) for rate in RATES_OF[name]}
        return replace(scenario, rates=replace(scenario.rates, **quiet))
    if name in MISTAKES_OF:
        return replace(scenario, mistakes=replace(scenario.mistakes, **{MISTAKES_OF[name]: 0}))
    if name == OUTAGES:
        return replace(scenario, rates=replace(scenario.rates, outages=0.0))
    if name == VENDOR_REPORTS:
        return replace(scenario, claims=HONEST)
    raise unknown_name("planted truth", name, SWITCHES)


NOTHING_PLANTED = without(AS_FOUND, (name for name in SWITCHES if name != OUTAGES))
"""Nothing to find but what happens everywhere, outages drawn at random among it."""
