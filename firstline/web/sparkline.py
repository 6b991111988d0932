"""Small plain SVG for a tile: the course of a figure over its periods, and its interval as a thin band.

Coordinates are rounded to a tenth of a unit; colours come from the style sheet through class names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from firstline.query.answer import Record

WIDTH, HEIGHT, EDGE = 120.0, 40.0, 3.0
BAND_WIDTH, BAND_HEIGHT = 72.0, 12.0

Point = tuple[float, float]
Extent = tuple[float, float]


def extent(records: Iterable[Record]) -> Extent | None:
    """The lowest and highest figure or interval end; None when no record has a value."""
    known = [
        figure
        for record in records
        if record.value is not None
        for figure in (record.value, record.low, record.high)
        if figure is not None
    ]
    return (min(known), max(known)) if known else None


def sparkline(records: Sequence[Record], label: str) -> Markup:
    """The course of consecutive periods: a line with gaps left open, the interval behind it, the last point.

    Empty where fewer than two periods have a value. `label` says in words what is drawn.
    """
    span = extent(records)
    if span is None or sum(record.value is not None for record in records) < 2:
        return Markup("")
    place = _Scale(span, len(records))
    parts: list[str] = []
    for run in _runs(records):
        parts += _range(run, records, place)
    for run in _runs(records):
        points = [place.at(index, records[index].value or 0.0) for index in run]
        parts.append(f'<polyline class="spark-line" points="{_points(points)}"/>')
    parts += _last_dot(records, place)
    return _svg("spark", WIDTH, HEIGHT, label, parts)


def interval_band(record: Record, span: Extent | None, label: str) -> Markup:
    """The interval of one figure on the scale of its course; empty where it has none."""
    if span is None or record.value is None or record.low is None or record.high is None:
        return Markup("")
    first, last = span
    size = (last - first) or 1.0
    left, middle, right = ((figure - first) / size * BAND_WIDTH for figure in (record.low, record.value, record.high))
    parts = [
        f'<rect class="band-track" x="0" y="4" width="{BAND_WIDTH:g}" height="4" rx="2"/>',
        f'<rect class="band-range" x="{left:.1f}" y="2" width="{_wide(right - left):.1f}" height="8" rx="2"/>',
        f'<rect class="band-value" x="{middle - 1:.1f}" y="0" width="2" height="{BAND_HEIGHT:g}"/>',
    ]
    return _svg("band", BAND_WIDTH, BAND_HEIGHT, label, parts)


class _Scale:
    """Maps period index and figure to the picture."""

    def __init__(self, span: Extent, count: int) -> None:
        self._low, self._size = span[0], (span[1] - span[0]) or 1.0
        self._step = (WIDTH - 2 * EDGE) / max(count - 1, 1)

    def at(self, index: int, figure: float) -> Point:
        share = (figure - self._low) / self._size
        return EDGE + index * self._step, HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)


def _runs(records: Sequence[Record]) -> list[list[int]]:
    """Indices of neighbouring whole periods that have a value; a gap or a cut period parts two runs."""
    runs: list[list[int]] = [[]]
    was_cut = False
    for index, record in enumerate(records):
        if record.value is None or record.partial or was_cut:
            runs.append([])
        if record.value is not None:
            runs[-1].append(index)
        was_cut = record.partial
    return [run for run in runs if run]


def _range(run: list[int], records: Sequence[Record], place: _Scale) -> list[str]:
    if any(records[index].low is None or records[index].high is None for index in run):
        return []
    upper = [place.at(index, records[index].high or 0.0) for index in run]
    lower = [place.at(index, records[index].low or 0.0) for index in reversed(run)]
    return [f'<polygon class="spark-range" points="{_points(upper + lower)}"/>']


def _last_dot(records: Sequence[Record], place: _Scale) -> list[str]:
    last = len(records) - 1
    record = records[last]
    if record.value is None:
        return []
    x, y = place.at(last, record.value)
    kind = "spark-dot" if record.state == "final" else "spark-dot-open"
    return [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="2.75"/>']


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _wide(width: float) -> float:
    return width if width > 1.0 else 1.0


def _svg(kind: str, width: float, height: float, label: str, parts: Iterable[str]) -> Markup:
    body = "".join(parts)
    head = f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}">'
    return Markup(head + body + "</svg>")
