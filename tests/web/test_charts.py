"""Chart specifications: gaps stay open, cut periods stand alone, colours come from the theme, texts are ready."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from firstline.web.charts import MOST_BARS, Axis, PlotPoint, Reference, Spec, bars_spec, draw_svg, trend_spec
from firstline.web.theme import chart_config, colours

SHARE = Axis("share", ".0%", from_zero=False)


def point(month: int, value: float | None, *, is_open: bool = False, cut: bool = False) -> PlotPoint:
    low, high = (None, None) if value is None else (value - 0.05, value + 0.05)
    return PlotPoint(f"month {month}", date(2026, month, 1), value, low, high, f"{value}", "", is_open, cut)


def rows_of(spec: Spec) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["data"]["values"]
    return found


def runs(points: list[PlotPoint]) -> list[int]:
    return [row["run"] for row in rows_of(trend_spec(points, SHARE, "month", "caption"))]


def test_a_gap_begins_a_new_line() -> None:
    first, _, second, third = runs([point(1, 0.5), point(2, None), point(3, 0.6), point(4, 0.7)])
    assert first != second
    assert second == third


def test_a_cut_period_is_not_joined_to_the_whole_ones() -> None:
    whole, before, cut = runs([point(1, 0.5), point(2, 0.5), point(3, 0.1, is_open=True, cut=True)])
    assert whole == before
    assert cut != before


def test_a_point_that_stands_alone_is_known_so_that_its_interval_can_be_drawn() -> None:
    rows = rows_of(trend_spec([point(1, 0.5), point(2, None), point(3, 0.6), point(4, 0.6)], SHARE, "month", "x"))
    assert [row["alone"] for row in rows if row["value"] is not None] == [True, False, False]


def test_a_specification_names_no_colour() -> None:
    spec = trend_spec([point(1, 0.5), point(2, 0.6)], SHARE, "month", "x", [Reference(0.7, "Elsewhere 70 %")])
    assert not re.search(r"#[0-9a-fA-F]{6}", json.dumps(spec))


def test_an_empty_period_adds_no_mark_to_the_picture() -> None:
    with_gap = draw_svg(trend_spec([point(1, 0.5), point(2, None), point(3, 0.6)], SHARE, "month", "x"), "light")
    assert with_gap.count('aria-roledescription="point"') == 2


def test_light_and_dark_pictures_take_their_colours_from_the_tokens() -> None:
    spec = trend_spec([point(1, 0.5), point(2, 0.6)], SHARE, "month", "x")
    light, dark = draw_svg(spec, "light"), draw_svg(spec, "dark")
    assert colours("light")["accent"] in light
    assert colours("dark")["accent"] in dark
    assert colours("light")["accent"] != colours("dark")["accent"]


def test_both_themes_have_every_colour() -> None:
    assert set(colours("light")) == set(colours("dark"))
    assert chart_config("light").keys() == chart_config("dark").keys()


def test_a_benchmark_is_drawn_with_its_name() -> None:
    spec = trend_spec([point(1, 0.5), point(2, 0.6)], SHARE, "month", "x", [Reference(0.7, "Elsewhere 70 %")])
    assert "Elsewhere 70 %" in draw_svg(spec, "light")


def test_bars_keep_their_order_and_stop_at_the_most_that_can_be_read() -> None:
    groups = [PlotPoint(f"group {n}", date(2026, 1, 1), 100.0 - n, None, None, "", "") for n in range(MOST_BARS + 5)]
    spec = bars_spec(groups, Axis("tickets", ",.0f", from_zero=True), "x")
    assert [row["group"] for row in rows_of(spec)] == [f"group {n}" for n in range(MOST_BARS)]
    assert spec["layer"][0]["encoding"]["y"]["sort"] is None


def test_the_caption_is_the_picture_s_description() -> None:
    assert trend_spec([point(1, 0.5)], SHARE, "month", "Rising since May")["description"] == "Rising since May"


def test_a_point_is_told_in_words_and_decoration_is_not() -> None:
    picture = draw_svg(trend_spec([point(1, 0.5), point(2, 0.6)], SHARE, "month", "x"), "light")
    assert re.findall(r'aria-label="([^"]*)"', picture) == ["month 1: 0.5", "month 2: 0.6"]


def test_a_single_period_is_drawn() -> None:
    picture = draw_svg(trend_spec([point(1, 0.5)], SHARE, "month", "x"), "light")
    assert "NaN" not in picture
