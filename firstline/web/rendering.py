"""From a page's content to the document that is sent: HTML by its template, or the JSON twin.

A page is built once, as a frozen dataclass; both forms are made from that one value.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from firstline import __version__
from firstline.intake.reading.kinds import READABLE
from firstline.model.vocabulary import vocabulary
from firstline.query.definitions import the_catalogue
from firstline.query.difference import shown_of
from firstline.settings import Settings
from firstline.web import wording
from firstline.web.assets import asset_url
from firstline.web.security import FIELD

JSON_SUFFIX = ".json"


class Page(Protocol):
    """What every page has: the text of its one h1, and what its JSON twin says."""

    @property
    def title(self) -> str:
        """The heading, which the document title starts with."""

    def as_json(self) -> Any:
        """The figures of the page, ready for JSON."""


@dataclass(frozen=True)
class MenuEntry:
    """One link of the main menu; `section` is the first word of the addresses it stands for."""

    section: str
    path: str
    label: str


MENU: tuple[MenuEntry, ...] = (
    MenuEntry("", "/", "Overview"),
    MenuEntry("definitions", "/definitions", "Definitions"),
    MenuEntry("sources", "/sources", "Sources"),
    MenuEntry("setup", "/setup", "Set-up"),
    MenuEntry("restated", "/restated", "Restated"),
)


@dataclass(frozen=True)
class Frame:
    """What surrounds every page, whatever it shows."""

    provider: str
    simulated: bool
    zone: str
    path: str
    section: str
    twin: str | None
    form_token: str
    upload_limit_mb: int


ENVIRONMENT = Environment(
    loader=PackageLoader("firstline.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.globals.update(
    shown_of=shown_of,
    asset=asset_url,
    entities=tuple(vocabulary()),
    form_field=FIELD,
    kpis=the_catalogue().kpis,
    readable=READABLE,
    menu=MENU,
    version=__version__,
)
ENVIRONMENT.filters.update(wording.FILTERS)


def frame_of(settings: Settings, request: Request, twin: str | None = None, form_token: str = "") -> Frame:
    """The frame of a page; `twin` is the path of its JSON form, to which the query string is added."""
    query = request.url.query
    section = request.url.path.split("/")[1]
    return Frame(
        provider=settings.provider,
        simulated=settings.simulated,
        zone=settings.zone_name,
        path=request.url.path,
        section="" if section == "kpi" else section,
        twin=f"{twin}?{query}" if twin and query else twin,
        form_token=form_token,
        upload_limit_mb=settings.upload_limit_mb,
    )


def html(template: str, page: Page, frame: Frame, status: int = 200) -> HTMLResponse:
    """The page as an HTML document."""
    text = ENVIRONMENT.get_template(template).render(page=page, frame=frame)
    return HTMLResponse(text, status)


def as_json(content: Any, status: int = 200) -> Response:
    """A JSON document; a figure that is not a number would be a fault, so NaN is refused."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)
    return Response(text + "\n", status, media_type="application/json")


def wanted_form(request: Request) -> Literal["html", "json"]:
    """JSON for an address that ends in `.json`, HTML for every other."""
    return "json" if request.url.path.endswith(JSON_SUFFIX) else "html"
