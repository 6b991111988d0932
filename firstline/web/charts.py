"""Records as a Vega-Lite specification: the trend of one KPI, or its groups in order of size.

A specification is made once and drawn everywhere: by the browser, and by vl-convert as SVG where scripts do not
run. It names styles, not colours (those come from the theme), and carries every text ready formatted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

import altair as alt
import vl_convert

from firstline.periods import Grain
from firstline.web.theme import ThemeName, chart_config

Spec = dict[str, Any]

SVG_WIDTHS: dict[str, int] = {"wide": 720, "narrow": 330}
TREND_HEIGHT = 260
BAR_STEP = 26
MOST_BARS = 20
TIME_FORMATS: dict[Grain, str] = {
    "day": "%-d %b",
    "week": "%-d %b",
    "month": "%b %Y",
    "quarter": "Q%q %Y",
    "year": "%Y",
}


PointStyle = Literal["final", "provisional", "restated"]
POINT_STYLES: tuple[PointStyle, ...] = get_args(PointStyle)
"""How points are drawn, in the order in which they lie over each other."""


@dataclass(frozen=True)
class PlotPoint:
    """One figure to draw. `value`, `low`, `high` are in the axis's unit; None draws nothing there.

    `label` names the period or group, `text` is the figure and `interval` its interval in words.
    `open` is true for a figure that can still change (provisional, or of a period that has not ended);
    `cut` for a period that is not whole, whose count cannot be joined to the whole ones by a line; `restated` for one
    that is another than was published.
    """

    label: str
    start: date
    value: float | None
    low: float | None
    high: float | None
    text: str
    interval: str
    open: bool = False
    cut: bool = False
    restated: bool = False


@dataclass(frozen=True)
class Axis:
    """How the figures' axis reads: its title, a d3 number format, and whether it begins at zero."""

    title: str
    number_format: str
    from_zero: bool


@dataclass(frozen=True)
class Reference:
    """A comparable benchmark, drawn as a line across the chart."""

    value: float
    label: str


def trend_spec(
    points: Sequence[PlotPoint], axis: Axis, grain: Grain, caption: str, references: Sequence[Reference] = ()
) -> Spec:
    """The course over consecutive periods: line, interval behind it, points; a gap stays a gap."""
    rows = _trend_rows(points)
    time_axis = alt.Axis(
        format=TIME_FORMATS[grain],
        values=[_utc(point.start) for point in points],
        title=None,
        grid=False,
        labelOverlap=True,
        labelFlush=True,
        aria=False,
    )
    figures = _figures_axis(axis)
    x = alt.X("start:T", scale=_time_scale(points), axis=time_axis)
    y = alt.Y("value:Q", axis=figures, scale=alt.Scale(zero=axis.from_zero, nice=True))
    base = alt.Chart().encode(x=x)
    layers = [
        *_interval_layers(base, rows, figures),
        base.mark_line(style="series", aria=False).encode(y=y, detail="run:N"),
        *(
            _points(base, y, style)
            for style in POINT_STYLES
            if any(row["style"] == style and row["value"] is not None for row in rows)
        ),
        *_reference_layers(references, figures),
    ]
    chart = alt.layer(*layers, data=alt.Data(values=rows))
    chart = chart.properties(height=TREND_HEIGHT, width="container", description=caption)
    return _finished(chart)


def bars_spec(points: Sequence[PlotPoint], axis: Axis, caption: str) -> Spec:
    """Groups as horizontal bars in the order given (at most MOST_BARS), their intervals as whiskers."""
    rows = [
        {"group": point.label, "value": point.value, "low": point.low, "high": point.high, **_told(point)}
        for point in points[:MOST_BARS]
        if point.value is not None
    ]
    y = alt.Y("group:N", sort=None, title=None, axis=alt.Axis(labelLimit=190, ticks=False, domain=False, aria=False))
    figures = _figures_axis(axis)
    base = alt.Chart().encode(y=y, tooltip=_TOOLTIP, description="told:N")
    bars = base.mark_bar(style="ranked", height={"band": 0.62}).encode(x=alt.X("value:Q", axis=figures))
    layers = [bars]
    if any(row["low"] is not None for row in rows):
        ranged = base.transform_filter("datum.low !== null").encode(x=alt.X("low:Q", axis=figures), x2="high:Q")
        # the halo keeps the whisker visible where it lies on its bar
        layers += [ranged.mark_rule(style=style, aria=False) for style in ("halo", "whisker")]
    chart = alt.layer(*layers, data=alt.Data(values=rows))
    chart = chart.properties(height=BAR_STEP * len(rows), width="container", description=caption)
    return _finished(chart)


def draw_svg(spec: Spec, theme: ThemeName, width: int = SVG_WIDTHS["wide"]) -> str:
    """The specification as an SVG document of that width, in the theme's colours."""
    fixed = {**spec, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    return str(vl_convert.vegalite_to_svg(fixed, config=chart_config(theme), allowed_base_urls=[]))


_TOOLTIP = [
    alt.Tooltip("label:N", title="Of"),
    alt.Tooltip("text:N", title="Value"),
    alt.Tooltip("interval:N", title="Interval"),
]


def _interval_layers(base: alt.Chart, rows: Sequence[dict[str, Any]], figures: alt.Axis) -> list[alt.Chart]:
    """The band behind the line, and a whisker where a point stands alone; a layer without rows is left out."""
    layers: list[alt.Chart] = []
    ends = {"y": alt.Y("low:Q", axis=figures), "y2": "high:Q"}
    banded = base.transform_filter("datum.low !== null")
    if any(row["low"] is not None and not row["alone"] for row in rows):
        layers.append(banded.mark_area(style="range", aria=False).encode(detail="run:N", **ends))
    if any(row["low"] is not None and row["alone"] for row in rows):
        alone = base.transform_filter("datum.low !== null && datum.alone")
        layers.append(alone.mark_rule(style="whisker", aria=False).encode(**ends))
    return layers


def _points(base: alt.Chart, y: alt.Y, style: PointStyle) -> alt.Chart:
    """Solid points for figures that stand, hollow ones for those that can still change, diamonds for restated ones."""
    wanted = f"datum.value !== null && datum.style === '{style}'"
    shape = "diamond" if style == "restated" else "circle"
    size = 90 if style == "restated" else 52
    mark = base.transform_filter(wanted).mark_point(style=style, filled=True, size=size, shape=shape, opacity=1)
    return mark.encode(y=y, tooltip=_TOOLTIP, description="told:N")


def _reference_layers(references: Sequence[Reference], figures: alt.Axis) -> list[alt.Chart]:
    layers: list[alt.Chart] = []
    for reference in references:
        base = alt.Chart(alt.Data(values=[{"value": reference.value, "label": reference.label}]))
        y = alt.Y("value:Q", axis=figures)
        layers.append(base.mark_rule(style="reference").encode(y=y))
        text = base.mark_text(style="reference-text", align="right", baseline="bottom", dy=-4)
        layers.append(text.encode(y=y, text="label:N", x=alt.value("width")))
    return layers


def _trend_rows(points: Sequence[PlotPoint]) -> list[dict[str, Any]]:
    """Chart rows with `run`, the number of the unbroken stretch a point belongs to, and `alone`."""
    rows: list[dict[str, Any]] = []
    run = 0
    for before, point in zip((None, *points), points, strict=False):
        if before is None or before.value is None or point.cut or before.cut:
            run += 1
        rows.append(
            {
                "start": point.start.isoformat(),
                "value": point.value,
                "low": point.low if point.high is not None else None,
                "high": point.high,
                "style": _style(point),
                "run": run,
                **_told(point),
            }
        )
    for row in rows:
        row["alone"] = sum(other["run"] == row["run"] and other["value"] is not None for other in rows) == 1
    return rows


def _style(point: PlotPoint) -> PointStyle:
    if point.open:
        return "provisional"
    return "restated" if point.restated else "final"


def _told(point: PlotPoint) -> dict[str, str]:
    told = f"{point.label}: {point.text}"
    return {"label": point.label, "text": point.text, "interval": point.interval, "told": told}


def _figures_axis(axis: Axis) -> alt.Axis:
    return alt.Axis(title=axis.title, format=axis.number_format, tickCount=5, titlePadding=10, aria=False)


def _time_scale(points: Sequence[PlotPoint]) -> alt.Scale:
    """From the first to the last period, the ones without a value among them; a single one is centred."""
    if len(points) == 1:
        return alt.Scale(type="utc")
    return alt.Scale(type="utc", domain=[_utc(points[0].start), _utc(points[-1].start)], nice=False)


def _utc(day: date) -> alt.DateTime:
    return alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True)


def _finished(chart: alt.LayerChart) -> Spec:
    spec: Spec = chart.to_dict()
    spec.pop("config", None)  # Altair's default theme; ours is given when the chart is drawn
    return spec
