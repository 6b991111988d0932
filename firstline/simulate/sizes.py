"""How large a provider can be simulated, over what span, and what is said of any other."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from zoneinfo import available_timezones

from firstline.errors import MisuseError, nearest

FEWEST_SUBSCRIBERS = 20
MOST_SUBSCRIBERS = 2_000_000
"""Below there is no network to speak of; above nothing was measured."""
LONGEST_MONTHS = 240
"""Twenty years: before, there was neither the equipment nor the price list. Judgement."""


def check_sizes(subscribers: int, months: int, seed: int) -> None:
    """Raise MisuseError for a provider that cannot be simulated."""
    _within("subscribers", subscribers, FEWEST_SUBSCRIBERS, MOST_SUBSCRIBERS)
    _within("months", months, 1, LONGEST_MONTHS)
    if seed < 0:
        raise MisuseError("bad_seed", f"A seed of {seed} is negative.", "Choose 0 or any whole number above it.")


def check_zone(zone: str) -> None:
    """Raise MisuseError for what is not the name of a time zone."""
    if zone not in available_timezones():
        near = nearest(zone, available_timezones())
        hint = f"Did you mean '{near}'?" if near else "Use an IANA name such as 'America/Denver'."
        raise MisuseError("bad_zone", f"'{zone}' is not a time zone.", hint)


def check_telemetry(days: int, homes: int, span: int) -> None:
    """Raise MisuseError for telemetry of more days than the span has, or of a negative number of homes."""
    if not 0 <= days <= span:
        hint = f"Choose 0 to {span}: the span has as many."
        raise MisuseError("bad_size", f"Telemetry of {days} days cannot be simulated.", hint)
    if homes < 0:
        raise MisuseError("bad_size", f"Samples of {homes} homes cannot be simulated.", "Choose 0 or more.")


def _within(what: str, asked: int, least: int, most: int) -> None:
    if not least <= asked <= most:
        hint = f"Choose {least:,} to {most:,}."
        raise MisuseError("bad_size", f"A provider of {asked:,} {what} cannot be simulated.", hint)


def months_before(end: date, months: int) -> date:
    """The same day of the month so many calendar months earlier, or the last one that the month has."""
    index = end.year * 12 + end.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(end.day, monthrange(year, month)[1]))
