"""Numbers, durations, money and changes as text: the only place that formats a figure.

Units are those of the KPI catalogue: count, fraction, s, points, ratio, per_1000, or an ISO currency.
"""

from __future__ import annotations

from datetime import datetime, timedelta

NOTHING = "no data"

REASONS: dict[str, str] = {
    "small_n": "too few",
    "zero_denominator": "nothing to divide by",
    "no_data": NOTHING,
    "immature": "too early to say",
    "mixed": "not pooled",
}


def format_value(value: float | None, unit: str, reason: str | None = None) -> str:
    """A figure with its unit; in words where there is none.

    >>> format_value(0.8512, "fraction"), format_value(25_200, "s"), format_value(None, "s", "small_n")
    ('85.1 %', '7 h', 'too few')
    """
    if value is None:
        return format_reason(reason)
    if unit == "fraction":
        return f"{_plain(100 * value, 1)} %"
    if unit == "s":
        return format_duration(value)
    if unit == "count":
        return f"{value:,.0f}"
    if unit == "points":
        return _plain(value, 1 if abs(value) >= 10 else 2)
    if unit in ("ratio", "per_1000"):
        return _plain(value, 2)
    return f"{value:,.0f} {unit}"


def format_reason(reason: str | None) -> str:
    """Why there is no value, in a few words: `missing account of ticket` for missing:ticket.account."""
    if reason and reason.startswith("missing:"):
        entity, _, field = reason.removeprefix("missing:").partition(".")
        return f"missing {field.replace('_', ' ')} of {entity.replace('_', ' ')}"
    return REASONS.get(reason or "", NOTHING)


def format_duration(seconds: float) -> str:
    """A duration in its two largest units, rounded.

    >>> [format_duration(each) for each in (23, 390, 5_400, 228_600)]
    ['23 s', '6 min 30 s', '1 h 30 min', '2 d 16 h']
    """
    sign, total = "-" if seconds < 0 else "", abs(seconds)
    for large, size, small, part in (("d", 86_400, "h", 3_600), ("h", 3_600, "min", 60), ("min", 60, "s", 1)):
        whole, rest = divmod(round(total / part), size // part)
        if whole:
            return f"{sign}{whole} {large}" + (f" {rest} {small}" if rest else "")
    return f"{sign}{_plain(total, 0 if total >= 10 or total == int(total) else 1)} s"


def format_interval(low: float | None, high: float | None, unit: str) -> str:
    """The interval of a figure, empty where there is none.

    >>> format_interval(0.397, 0.892, "fraction")
    '39.7 % to 89.2 %'
    """
    if low is None or high is None:
        return ""
    return f"{format_value(low, unit)} to {format_value(high, unit)}"


def format_change(
    kind: str, difference: float | None, relative: float | None, unit: str, per_day: tuple[float, float] | None = None
) -> str:
    """A change against the period before: percent, points of a share, or `new`.

    Where the spans differ in length the change per day is said beside it.

    >>> format_change("changed", 0.02, 0.25, "fraction"), format_change("new", 5, None, "count")
    ('+2.0 points', 'new')
    """
    if kind == "new":
        return "new"
    if kind != "changed" or difference is None:
        return ""
    if unit == "fraction":
        return f"{100 * difference:+.1f} points"
    if unit == "points":
        return f"{difference:+.1f} points"
    if relative is None:
        return "unchanged" if difference == 0 else format_value(difference, unit)
    text = f"{100 * relative:+.1f} %"
    if per_day:
        text += f" ({100 * (per_day[0] / per_day[1] - 1):+.1f} % a day)"
    return text


def format_span(start: datetime, end: datetime) -> str:
    """A span by its first and last local day; a single day once; with times where it is not whole days.

    >>> format_span(datetime(2026, 3, 1), datetime(2026, 4, 1))
    '2026-03-01 to 2026-03-31'
    """
    if (start.hour, start.minute, end.hour, end.minute) != (0, 0, 0, 0):
        return f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
    last = end - timedelta(days=1)
    return f"{start:%Y-%m-%d}" if last.date() <= start.date() else f"{start:%Y-%m-%d} to {last:%Y-%m-%d}"


def format_period(start: datetime, by: str) -> str:
    """The name of the calendar period that begins at this local midnight; `by` is its grain.

    >>> [format_period(datetime(2026, 4, 6), by) for by in ("day", "week", "month", "quarter", "year")]
    ['Mon 2026-04-06', 'Week of 2026-04-06', 'April 2026', 'Q2 2026', '2026']
    """
    if by == "month":
        return f"{start:%B %Y}"
    if by == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    if by == "year":
        return str(start.year)
    return f"Week of {start:%Y-%m-%d}" if by == "week" else f"{start:%a %Y-%m-%d}"


def format_instant(instant: datetime) -> str:
    """A local instant to the minute."""
    return f"{instant:%Y-%m-%d %H:%M}"


def _plain(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return "0" if float(text.replace(",", "")) == 0 else text
