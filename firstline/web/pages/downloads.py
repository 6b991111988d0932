"""What a KPI's page offers to take away: its records and its rows as CSV, its chart as SVG."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from firstline.errors import MisuseError, unknown_name
from firstline.query.behind import rows_behind
from firstline.query.definitions import the_catalogue
from firstline.query.run import answer
from firstline.web.asking import asked_kpi, asked_query
from firstline.web.charts import SVG_WIDTHS, draw_svg
from firstline.web.export import csv_response, flat_records
from firstline.web.failures import NotFoundError
from firstline.web.office import Office, reading
from firstline.web.pages.kpi import kpi_page
from firstline.web.pages.rows import named_rows
from firstline.web.theme import ThemeName

MOST_ROWS = 1_000_000
"""How many rows one CSV holds: what the spreadsheets people open it with can show."""
THEMES: dict[str, ThemeName] = {"light": "light", "dark": "dark"}


def records_csv(office: Office, request: Request) -> Response:
    """The records that the address asks for, one a line."""
    catalogue, settings, now = the_catalogue(), office.settings, office.now()
    kpi = asked_kpi(catalogue, request)
    query = asked_query(catalogue, kpi, request, now, settings.zone)
    with reading(office) as warehouse:
        records = answer(warehouse, catalogue, settings, query).records
    return csv_response(list(flat_records(record.as_json() for record in records)), f"{kpi.id}.csv")


def rows_csv(office: Office, request: Request) -> Response:
    """All rows behind the figure that the address asks for. Raises MisuseError where they are too many."""
    catalogue, settings, now = the_catalogue(), office.settings, office.now()
    kpi = asked_kpi(catalogue, request)
    query = replace(asked_query(catalogue, kpi, request, now, settings.zone), by=None, group=())
    with reading(office) as warehouse:
        found = rows_behind(warehouse, catalogue, settings, query, MOST_ROWS)
    if found.total > MOST_ROWS:
        message = f"{found.total:,} rows lie behind this figure; one file holds {MOST_ROWS:,}."
        raise MisuseError("too_many_rows", message, "Ask for a shorter span, or filter.")
    return csv_response(named_rows(found), f"{kpi.id}-rows.csv")


def chart_svg(office: Office, request: Request) -> Response:
    """The chart of a KPI's page as a picture.

    `?chart=trend` or `breakdown`, `?theme=light` or `dark`, `?size=wide` or `narrow`.
    """
    charts = kpi_page(office, request).charts
    name = request.query_params.get("chart") or "trend"
    theme = request.query_params.get("theme") or "light"
    size = request.query_params.get("size") or "wide"
    if theme not in THEMES:
        raise unknown_name("theme", theme, THEMES)
    if size not in SVG_WIDTHS:
        raise unknown_name("size", size, SVG_WIDTHS)
    if name not in charts:
        raise NotFoundError(unknown_name("chart", name, charts))
    picture = draw_svg(charts[name]["spec"], THEMES[theme], SVG_WIDTHS[size])
    return Response(picture, media_type="image/svg+xml")
