"""From sums to a figure: value, interval, sample, and the reason where there is no value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from firstline.catalogue.kpi import Kpi
from firstline.query import intervals
from firstline.query.measure import Base, Sums


@dataclass(frozen=True)
class Figure:
    """A value with its interval and sample, or the reason why there is none; `notes` in words."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    numerator: float | None = None
    denominator: float | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()
    low_sample: bool = False


def figure(
    kpi: Kpi, sums: Sums, against: Sums | None, base: Base | None, covered: bool, settings: Mapping[str, Any]
) -> Figure:
    """The figure of one cell.

    `against` or `base` is the other side where the KPI has one (None: no rows of it), `covered` says
    whether the data reach into the period, so that no rows mean zero.
    """
    mixed = [each for each, is_mixed in zip(kpi.never_pooled, sums.mixed, strict=False) if is_mixed]
    notes = (
        [each.note for each in mixed if each.pools] + _caveats(kpi, sums, settings) + _inferred(base) + _left_out(base)
    )
    made = _made(kpi, sums, against, base)
    never = next((each for each in mixed if not each.pools), None)
    if never:
        return _without(made, f"missing:{never.missing}", never.note)
    if not covered and not sums.has_rows and not (against and against.has_rows):
        return _without(made, "no_data", "The imported data do not reach into this period.")
    if made.value is None:
        return _without(made, *_why(kpi, sums, base))
    if (made.n or 0) < kpi.min_n.suppress:
        return _without(made, "small_n", f"{made.n} is too small a sample: {kpi.min_n.suppress} are needed.")
    low_sample = (made.n or 0) < kpi.min_n.flag
    low, high = _band(kpi, sums, made, settings)
    if low_sample:
        notes.append(f"Low sample: {made.n}.")
    return Figure(made.value, low, high, made.n, made.numerator, made.denominator, None, tuple(notes), low_sample)


def type_7(ranks: Mapping[int, float], n: int, q: float) -> float | None:
    """The q-quantile of n sorted values by linear interpolation (Hyndman-Fan type 7, numpy's default).

    `ranks` holds the needed values by rank from 1. None without values.

    >>> type_7({5: 6.0, 6: 8.0}, 10, 0.5)
    7.0
    """
    return _at_position(ranks, 1 + (n - 1) * q) if n else None


def _at_position(ranks: Mapping[int, float], position: float) -> float:
    below = floor(position + 1e-9)
    low = ranks[below]
    return low + (position - below) * (ranks.get(below + 1, low) - low)


def followed_note(sums: Sums, things: str) -> list[str]:
    """How much of what a KPI that follows accounts is about can be followed, in words; empty for the other KPIs."""
    share = sums.identified_share
    if share is None:
        return []
    if share == 1:
        return [f"All {things} are attached to an account."]
    # rounded down: never 100 % while some are left
    return [f"{floor(1000 * share) / 10:g} % of the {things} are attached to an account; the others are not followed."]


def _inferred(base: Base | None) -> list[str]:
    if base is None or not base.inferred_ends:
        return []
    count = "1 subscriber counts" if base.inferred_ends == 1 else f"{base.inferred_ends:,} subscribers count"
    return [f"{count} as gone in this period because a full list lacks them (inferred)."]


def _left_out(base: Base | None) -> list[str]:
    if base is None or not base.left_out:
        return []
    count = "1 subscriber is" if base.left_out == 1 else f"{base.left_out:,} subscribers are"
    return [f"{count} left out of those it is set against, by an exclusion of their accounts."]


def _made(kpi: Kpi, sums: Sums, against: Sums | None, base: Base | None) -> Figure:
    if kpi.additivity in ("additive", "semi"):
        return Figure(
            sums.numerator,
            n=round(sums.weight if kpi.additivity == "additive" else sums.numerator),
            numerator=sums.numerator,
        )
    if kpi.additivity == "quantile":
        return Figure(type_7(sums.ranks, sums.n_ranked, kpi.quantile or 0), n=sums.n_ranked)
    denominator = sums.denominator
    if kpi.base:
        denominator = base.subscribers if base else 0.0
    elif against:
        denominator = against.denominator
    value = kpi.scale * sums.numerator / denominator if denominator else None
    return Figure(value, n=round(denominator), numerator=sums.numerator, denominator=denominator)


def _why(kpi: Kpi, sums: Sums, base: Base | None) -> tuple[str, str]:
    if sums.pending:
        return "immature", f"{round(sums.pending)} cannot be judged yet."
    too_early = sums.excluded.get("too_early")
    if too_early:
        days = kpi.rows.history_days
        return "immature", f"The first {days} days of data have no history behind them to judge by."
    if kpi.base and base is None:
        return "no_data", "No subscribers are known for this period."
    if kpi.additivity == "quantile":
        return "no_data", "No rows to measure in this period."
    return "zero_denominator", "Nothing to divide by in this period."


def _without(made: Figure, reason: str, note: str) -> Figure:
    return Figure(n=made.n, numerator=made.numerator, denominator=made.denominator, reason=reason, notes=(note,))


def _band(kpi: Kpi, sums: Sums, made: Figure, settings: Mapping[str, Any]) -> tuple[float | None, float | None]:
    modelled = _modelled_band(kpi, sums, made, settings)
    found = modelled or _interval(kpi, sums, made)
    return found if found else (None, None)


def _interval(kpi: Kpi, sums: Sums, made: Figure) -> intervals.Interval | None:
    numerator, denominator = made.numerator or 0.0, made.denominator or 0.0
    if kpi.interval == "wilson":
        return intervals.wilson(numerator, denominator)
    if kpi.interval == "poisson":
        return intervals.poisson(numerator, denominator, kpi.scale)
    if kpi.interval == "nps":
        return intervals.net_promoter((sums.squares + numerator) / 2, (sums.squares - numerator) / 2, denominator)
    if kpi.interval == "mean" and not sums.n_aggregated:
        found = intervals.mean(numerator, sums.squares, sums.cubes, denominator)
        return (found[0] * kpi.scale, found[1] * kpi.scale) if found else None
    if kpi.interval == "order_statistic":
        ends = intervals.quantile_positions(sums.n_ranked, kpi.quantile or 0)
        return (_at_position(sums.ranks, ends[0]), _at_position(sums.ranks, ends[1])) if ends else None
    return None


def _modelled_band(kpi: Kpi, sums: Sums, made: Figure, settings: Mapping[str, Any]) -> intervals.Interval | None:
    """The band of a sum in which rows without a value of their own are valued at the product's default."""
    if made.value is None or not settings.get("is_modelled"):
        return None
    for caveat, weight in zip(kpi.caveats, sums.caveats, strict=False):
        if caveat.low is not None and caveat.high is not None and weight:
            stated = made.value - weight * float(settings["unit_cost"])
            return stated + weight * caveat.low, stated + weight * caveat.high
    return None


def _caveats(kpi: Kpi, sums: Sums, settings: Mapping[str, Any]) -> list[str]:
    unit_cost = f"{settings.get('unit_cost') or 0:g} {settings.get('currency', '')}"
    return [
        caveat.note.format(n=round(weight), of=round(sums.weight), unit_cost=unit_cost)
        for caveat, weight in zip(kpi.caveats, sums.caveats, strict=False)
        if weight
    ]
