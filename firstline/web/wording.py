"""Words that templates put around figures. Figures themselves are formatted by `firstline.formats` alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from firstline.formats import format_instant, format_value

THEMES: dict[str, str] = {
    "demand": "Demand",
    "flow": "Flow of tickets",
    "resolution": "First contact resolution",
    "speed": "Speed",
    "phone": "Phone and live chat",
    "field": "Field visits",
    "experience": "Experience",
    "customers": "Customers",
}
"""The themes of the catalogue in the order pages show them, with their headings."""


def number(value: float | None) -> str:
    """A count; empty where there is none."""
    return "" if value is None else format_value(value, "count")


def figure(value: float | None, unit: str) -> str:
    """A KPI's value in its unit; a dash where there is none."""
    return "-" if value is None else format_value(value, unit)


def spoken(slug: str) -> str:
    """A slug as words: `missing_key` is read `missing key`."""
    return slug.replace("_", " ")


def instant(value: datetime | None, zone: str) -> str:
    """An instant in the reporting zone, to the minute; empty where there is none. A naive one is UTC."""
    if value is None:
        return ""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return format_instant(aware.astimezone(ZoneInfo(zone)))


def cell(value: Any, zone: str) -> str:
    """A value of a fact row as text: instants in the reporting zone, numbers without needless decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return instant(value, zone)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if value == round(value, 4) else format_value(value, "ratio")
    return str(value)


def breakable(name: str) -> Markup:
    """A name that may break after its dots and underscores, as `connectivity.slow.evening` must on a phone."""
    return Markup("<wbr>").join(escape(part) for part in _NAME_PARTS.findall(name))


def whole_dates(text: str) -> Markup:
    """A text in which no date is broken at its hyphens."""
    return Markup(_DATE.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))


_NAME_PARTS = re.compile(r"[^._]*[._]|[^._]+$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

FILTERS: dict[str, Callable[..., str]] = {
    each.__name__: each for each in (breakable, cell, figure, instant, number, spoken, whole_dates)
}
