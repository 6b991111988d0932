"""Tile graphics: a gap is a gap, what can still change is hollow, and each says in words what it draws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from firstline.query.answer import Record, State
from firstline.web.sparkline import BAND_WIDTH, extent, interval_band, sparkline

START = datetime(2026, 1, 1, tzinfo=UTC)


def record(
    month: int, value: float | None, low: float | None = None, high: float | None = None, state: State = "final"
) -> Record:
    start = START + timedelta(days=31 * month)
    return Record(
        kpi="reopen_rate",
        version=1,
        period_start=start,
        period_end=start + timedelta(days=31),
        partial=False,
        group={},
        value=value,
        unit="fraction",
        low=low,
        high=high,
        n=100,
        numerator=1.0,
        denominator=2.0,
        pending=0,
        excluded=0,
        completeness=1.0,
        state=state,
        reason=None,
        note=None,
    )


def drawn(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(markup))


def test_a_period_without_a_value_parts_the_line() -> None:
    course = [record(0, 0.1), record(1, 0.2), record(2, None), record(3, 0.3), record(4, 0.2)]
    lines = drawn(sparkline(course, "course")).findall("polyline")
    assert [len((line.get("points") or "").split()) for line in lines] == [2, 2]


def test_higher_figures_stand_higher() -> None:
    line = drawn(sparkline([record(0, 1.0), record(1, 3.0), record(2, 2.0)], "course")).find("polyline")
    assert line is not None
    heights = [float(point.split(",")[1]) for point in (line.get("points") or "").split()]
    assert heights[1] < heights[2] < heights[0]


def test_the_last_point_is_hollow_while_it_can_change() -> None:
    final = sparkline([record(0, 1.0), record(1, 2.0)], "course")
    provisional = sparkline([record(0, 1.0), record(1, 2.0, state="provisional")], "course")
    assert 'class="spark-dot"' in final
    assert 'class="spark-dot-open"' in provisional


def test_one_value_is_no_course() -> None:
    assert sparkline([record(0, None), record(1, 2.0)], "course") == ""


def test_the_interval_lies_around_the_value_on_the_scale_of_the_course() -> None:
    one = record(0, 0.5, 0.4, 0.6)
    band = drawn(interval_band(one, (0.0, 1.0), "interval"))
    around, tick = band.findall("rect")[1:]
    assert float(around.get("x") or "") == 0.4 * BAND_WIDTH
    assert float(around.get("width") or "") == round(0.2 * BAND_WIDTH, 1)
    assert float(tick.get("x") or "") == 0.5 * BAND_WIDTH - 1


def test_a_figure_without_an_interval_has_no_band() -> None:
    assert interval_band(record(0, 0.5), (0.0, 1.0), "interval") == ""


def test_the_scale_takes_in_the_ends_of_the_intervals() -> None:
    assert extent([record(0, 0.5, 0.4, 0.6), record(1, None), record(2, 0.7, 0.65, 0.9)]) == (0.4, 0.9)


def test_the_label_is_escaped() -> None:
    assert drawn(sparkline([record(0, 1.0), record(1, 2.0)], 'a "b" <c>')).get("aria-label") == 'a "b" <c>'
