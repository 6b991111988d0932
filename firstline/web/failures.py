"""What a visitor sees when a request cannot be answered: the same error as a page or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from firstline.errors import FirstlineError, MisuseError
from firstline.full_disk import DiskFullError
from firstline.settings import Settings
from firstline.state.claim import HELD
from firstline.web.rendering import as_json, frame_of, html, wanted_form
from firstline.web.security import NO_ROOM, RefusedError

TITLES: dict[int, str] = {
    400: "That question cannot be answered",
    403: "Refused",
    404: "Not found",
    405: "Not possible here",
    413: "The file is too large",
    421: "Wrong address",
    500: "Something went wrong",
    503: "Busy for a moment",
    NO_ROOM: "The disk is full",
}


@dataclass(frozen=True)
class Link:
    """A place to go instead."""

    path: str
    label: str


@dataclass(frozen=True)
class Failure:
    """The content of an error page."""

    title: str
    error: FirstlineError
    nearest: Link | None = None

    def as_json(self) -> Any:
        """{"error": {code, message, hint}}"""
        return {"error": self.error.as_dict()}


class NotFoundError(MisuseError):
    """An address that names something which does not exist; `nearest` leads to what may have been meant."""

    def __init__(self, error: FirstlineError, nearest: Link | None = None) -> None:
        super().__init__(error.code, error.message, error.hint)
        self.nearest = nearest


def status_of(error: FirstlineError) -> int:
    """The HTTP status an error is answered with."""
    if isinstance(error, RefusedError):
        return error.status
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, DiskFullError):
        return NO_ROOM
    if error.code == HELD:
        return 503
    return 400 if isinstance(error, MisuseError) else 500


def failure_response(settings: Settings, request: Request, error: FirstlineError, status: int) -> Response:
    """The error in the form that the address asks for."""
    nearest = error.nearest if isinstance(error, NotFoundError) else None
    page = Failure(TITLES.get(status, TITLES[500]), error, nearest)
    if wanted_form(request) == "json":
        return as_json(page.as_json(), status)
    return html("pages/failure.html", page, frame_of(settings, request), status)


def from_http(error: HTTPException) -> FirstlineError:
    """The framework's own refusals (no such address, wrong method) in our words."""
    if error.status_code == 404:
        return FirstlineError("not_found", "There is no page at this address.")
    if error.status_code == 405:
        return FirstlineError("wrong_method", "This address does not take that kind of request.")
    return FirstlineError("bad_request", str(error.detail))
