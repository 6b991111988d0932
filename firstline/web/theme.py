"""Colours of a chart, read from `static/tokens.css`: one list for the page and for what is drawn on it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

from firstline.web.assets import FOLDER

ThemeName = Literal["light", "dark"]
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
_COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")


@cache
def colours(theme: ThemeName) -> dict[str, str]:
    """Token name to hex colour. The dark ones stand inside the prefers-color-scheme block."""
    light, _, dark = FOLDER.joinpath("tokens.css").read_text("utf-8").partition("@media")
    return dict(_COLOUR.findall(light if theme == "light" else dark))


@cache
def chart_config(theme: ThemeName) -> dict[str, Any]:
    """The Vega-Lite config of a theme. Specifications name styles (`series`, `range`, ...), never colours.

    A style says `color`: Vega-Lite overrides `fill` and `stroke` of a style with its own default colour.
    """
    token = colours(theme)
    text = {"labelColor": token["ink-soft"], "titleColor": token["ink-soft"], "labelFont": FONT, "titleFont": FONT}
    return {
        "background": token["surface"],
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **text,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "domainColor": token["line-strong"],
            "tickColor": token["line-strong"],
            "gridColor": token["line"],
        },
        "legend": {**text, "labelFontSize": 12},
        "style": {
            "series": {"color": token["accent"], "strokeWidth": 2},
            "range": {"color": token["accent-soft"], "opacity": 1},
            "final": {"color": token["accent"], "stroke": token["surface"], "strokeWidth": 1},
            "provisional": {"color": token["surface"], "stroke": token["accent"], "strokeWidth": 2},
            "restated": {"color": token["accent"], "stroke": token["surface"], "strokeWidth": 1},
            "ranked": {"color": token["accent"]},
            "whisker": {"color": token["ink-soft"], "strokeWidth": 1.5},
            "halo": {"color": token["surface"], "strokeWidth": 4.5},
            "reference": {"color": token["ink-soft"], "strokeWidth": 1.25, "strokeDash": [4, 3]},
            "reference-text": {"color": token["ink-soft"], "fontSize": 12, "font": FONT},
        },
    }
