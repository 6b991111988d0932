"""The cockpit as one ASGI application: the whole route table, and nothing else.

Every screen is a function (Office, Request) -> Page, served as HTML and, at the twin address, as JSON.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from firstline.errors import FirstlineError
from firstline.web.assets import asset
from firstline.web.failures import failure_response, from_http, status_of
from firstline.web.office import Office
from firstline.web.pages import definitions, downloads, kpi, overview, quarantine, rows, sources, upload
from firstline.web.rendering import JSON_SUFFIX, Page, as_json, frame_of, html
from firstline.web.security import Guard, keep_cookie, open_form

Build = Callable[[Office, Request], Page]
Answer = Callable[[Office, Request], Response]


@dataclass(frozen=True)
class Screen:
    """One page: its address, the address of its JSON twin, what builds it and its template.

    `has_form` screens hold a form that changes something, so they are served with a form token.
    """

    path: str
    twin: str
    build: Build
    template: str
    has_form: bool = False


SCREENS: tuple[Screen, ...] = (
    Screen("/", "/overview.json", overview.overview, "pages/overview.html", has_form=True),
    Screen("/kpi/{kpi}", "/kpi/{kpi}.json", kpi.kpi_page, "pages/kpi.html"),
    Screen("/kpi/{kpi}/rows", "/kpi/{kpi}/rows.json", rows.rows_page, "pages/rows.html"),
    Screen("/definitions", "/definitions.json", definitions.definitions, "pages/definitions.html"),
    Screen("/sources", "/sources.json", sources.sources, "pages/sources.html", has_form=True),
    Screen("/sources/quarantine", "/sources/quarantine.json", quarantine.quarantine, "pages/quarantine.html"),
)
DOWNLOADS: tuple[tuple[str, Answer], ...] = (
    ("/kpi/{kpi}/chart.svg", downloads.chart_svg),
    ("/kpi/{kpi}/records.csv", downloads.records_csv),
    ("/kpi/{kpi}/rows.csv", downloads.rows_csv),
)
IMPORT_PATH = "/sources/import"
