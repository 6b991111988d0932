"""The cockpit as one ASGI application: the whole route table, and nothing else.

Every screen is a function (Office, Request) -> Page, served as HTML and, at the twin address, as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from firstline.errors import FirstlineError
from firstline.web.assets import asset
from firstline.web.failures import failure_response, from_http, status_of
from firstline.web.office import Office
from firstline.web.pages import (
    codes,
    coding,
    correct,
    definitions,
    downloads,
    identity,
    kpi,
    mapping_editor,
    mending,
    overview,
    quarantine,
    restated,
    rows,
    settling,
    setup,
    setup_change,
    snapshots,
    sources,
    undo,
    upload,
)
from firstline.web.receiving import received
from firstline.web.rendering import Page, as_json, frame_of, html
from firstline.web.security import CRASH, FIELD, Guard, check_form, keep_cookie, open_form

Build = Callable[[Office, Request], Page]
Answer = Callable[[Office, Request], Response]
Change = Callable[[Office, FormData], Page | Response]
Take = Callable[[Office, FormData], upload.Imported]


@dataclass(frozen=True)
class Screen:
    """One page: its address, the address of its JSON twin, what builds it and its template.

    `has_form` screens hold a form that changes something, so they come with the cookie its token belongs to.
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
    Screen("/restated", "/restated.json", restated.restated_page, "pages/restated.html"),
    Screen("/restated/frozen", "/restated/frozen.json", snapshots.snapshots_page, "pages/snapshots.html"),
    Screen("/correct", "/correct.json", correct.correct_page, "pages/correct.html", has_form=True),
    Screen("/corrections", "/corrections.json", correct.corrections_page, "pages/corrections.html"),
    Screen(setup.ADDRESS, f"{setup.ADDRESS}.json", setup.checklist, "pages/setup.html"),
    Screen(
        f"{setup.ADDRESS}/{{entity}}",
        f"{setup.ADDRESS}/{{entity}}.json",
        setup.stated_page,
        "pages/setup_rows.html",
        has_form=True,
    ),
    Screen("/sources/undo", "/sources/undo.json", undo.undo_page, "pages/undo.html", has_form=True),
    Screen("/sources/codes", "/sources/codes.json", codes.codes_page, "pages/codes.html", has_form=True),
    Screen("/sources/identity", "/sources/identity.json", identity.identity_page, "pages/identity.html", has_form=True),
    Screen("/sources/map", "/sources/map.json", mapping_editor.editor_page, "pages/map.html", has_form=True),
    Screen("/sources", "/sources.json", sources.sources, "pages/sources.html", has_form=True),
    Screen(
        "/sources/quarantine",
        "/sources/quarantine.json",
        quarantine.quarantine,
        "pages/quarantine.html",
        has_form=True,
    ),
)
DOWNLOADS: tuple[tuple[str, Answer], ...] = (
    ("/kpi/{kpi}/chart.svg", downloads.chart_svg),
    ("/kpi/{kpi}/records.csv", downloads.records_csv),
    ("/kpi/{kpi}/rows.csv", downloads.rows_csv),
    ("/sources/codes.csv", codes.codes_csv),
    (f"{setup.ADDRESS}/{{entity}}.csv", setup.stated_csv),
    ("/sources/map.toml", mapping_editor.mapping_toml),
    ("/sources/import/progress.json", upload.progress_json),
    ("/sources/quarantine.csv", mending.export_csv),
    ("/sources/quarantine.xlsx", mending.export_workbook),
)
IMPORT_PATH = "/sources/import"
RETRY_PATH = "/sources/quarantine/retry"
CHANGES: tuple[tuple[str, Change, str], ...] = (
    ("/sources/undo", undo.undo, "pages/undo.html"),
    ("/correct", correct.correct, "pages/corrected.html"),
    ("/sources/identity", settling.settle, "pages/settled.html"),
    ("/sources/identity/confirm", settling.confirm, "pages/settled.html"),
    ("/sources/codes", coding.map_page, "pages/coded.html"),
    (setup.ADDRESS, setup_change.set_up, "pages/setup_changed.html"),
    (f"{setup.ADDRESS}/import", setup_change.import_rows, "pages/setup_changed.html"),
    (mapping_editor.ADDRESS, mapping_editor.read_again, "pages/map.html"),
    (f"{mapping_editor.ADDRESS}/import", mapping_editor.import_mapped, "pages/imported.html"),
    (f"{mapping_editor.ADDRESS}/discard", mapping_editor.discard_file, ""),
    ("/sources/codes/import", coding.import_page, "pages/coded.html"),
)
"""Where forms are sent that change the data, what does it, and the template of its result."""
UPLOADS: tuple[tuple[str, Take, str], ...] = (
    (IMPORT_PATH, upload.import_uploads, "/sources"),
    (RETRY_PATH, upload.retry_upload, "/sources/quarantine"),
)
"""Where files are sent, what takes them, and where reloading the result leads: results are not kept."""


def build_app(office: Office, extra_routes: Sequence[Route] = ()) -> FastAPI:
    """The application over an opened home; `extra_routes` are other doors of the same server."""

    def refused(request: Request, error: FirstlineError, status: int) -> Response:
        return failure_response(office.settings, request, error, status)

    def failed(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return refused(request, from_http(error), error.status_code)
        known = error if isinstance(error, FirstlineError) else CRASH
        return refused(request, known, status_of(known))

    # no generated API pages: they load scripts from elsewhere
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(Guard, refuse=refused, home=office.home_path)
    app.add_exception_handler(FirstlineError, failed)
    app.add_exception_handler(HTTPException, failed)
    # the more particular address first: `/kpi/{kpi}` would take a twin's for the name of a KPI
    for screen in SCREENS:
        app.router.routes.append(Route(screen.twin, _twin(office, screen)))
    for path, answer in DOWNLOADS:
        app.router.routes.append(Route(path, _download(office, answer)))
    for screen in SCREENS:
        app.router.routes.append(Route(screen.path, _screen(office, screen)))
    for path, take, after in UPLOADS:
        app.router.routes.append(Route(path, _upload(office, take), methods=["POST"]))
        app.router.routes.append(Route(path, _back_to(after)))
    for path, change, template in CHANGES:
        app.router.routes.append(Route(path, _change(office, change, template), methods=["POST"]))
    app.router.routes.append(Route(f"{mapping_editor.ADDRESS}/import", _back_to("/sources")))
    app.router.routes.append(Route("/static/{name}", asset))
    app.router.routes.extend(extra_routes)
    return app


def _screen(office: Office, screen: Screen) -> Callable[[Request], Response]:
    def show(request: Request) -> Response:
        page = screen.build(office, request)
        twin = screen.twin.format(**request.path_params)
        cookie, token = open_form(request) if screen.has_form else ("", "")
        response = html(screen.template, page, frame_of(office.settings, request, twin, token))
        if cookie:
            keep_cookie(response, cookie)
        return response

    return show


def _twin(office: Office, screen: Screen) -> Callable[[Request], Response]:
    def show(request: Request) -> Response:
        return as_json(screen.build(office, request).as_json())

    return show


def _download(office: Office, answer: Answer) -> Callable[[Request], Response]:
    def send(request: Request) -> Response:
        return answer(office, request)

    return send


def _upload(office: Office, take: Take) -> Callable[[Request], object]:
    async def receive(request: Request) -> Response:
        async with received(request, office) as form:
            check_form(request, form.get(FIELD))
            page = await run_in_threadpool(take, office, form)
        return html("pages/imported.html", page, frame_of(office.settings, request), page.status)

    return receive


def _change(office: Office, change: Change, template: str) -> Callable[[Request], object]:
    async def receive(request: Request) -> Response:
        async with received(request, office) as form:
            token = form.get(FIELD)
            check_form(request, token)
            page = await run_in_threadpool(change, office, form)
        if isinstance(page, Response):
            return page
        # a result may hold a form that carries on
        return html(template, page, frame_of(office.settings, request, form_token=str(token)))

    return receive


def _back_to(path: str) -> Callable[[Request], Response]:
    def lead(_request: Request) -> Response:
        return RedirectResponse(path, status_code=303)

    return lead
