"""Addresses of pages: state lives in the query string, so every view can be linked, kept and sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request

from firstline.errors import MisuseError

PAGE_ROWS = 100

Params = Iterable[tuple[str, str]]


def address(path: str, params: Params = ()) -> str:
    """A path with its parameters; those without a value are left out."""
    stated = [(name, value) for name, value in params if value != ""]
    return f"{path}?{urlencode(stated)}" if stated else path


def kpi_path(kpi: str, rest: str = "") -> str:
    """The page of a KPI, or something below it (`/rows`, `.json`)."""
    return f"/kpi/{quote(kpi, safe='')}{rest}"


def params_of(request: Request) -> list[tuple[str, str]]:
    """The parameters of the request, in order, empty ones (an untouched form field) left out."""
    return [(name, value) for name, value in request.query_params.multi_items() if value != ""]


def replaced(params: Params, **changes: str) -> list[tuple[str, str]]:
    """The parameters with some set anew; an empty value removes one."""
    kept = [(name, value) for name, value in params if name not in changes]
    return kept + [(name, value) for name, value in changes.items() if value != ""]


@dataclass(frozen=True)
class Paging:
    """Where a paged table stands: `first` and `last` are counted from 1; links are None at the ends."""

    number: int
    total: int
    previous: str | None
    following: str | None

    @property
    def first(self) -> int:
        """Number of the first row shown; 0 of an empty table."""
        return (self.number - 1) * PAGE_ROWS + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.total if self.following is None else self.number * PAGE_ROWS

    @property
    def offset(self) -> int:
        """Rows before the first one shown."""
        return (self.number - 1) * PAGE_ROWS


def page_number(request: Request) -> int:
    """The number that `?page=N` asks for, from 1. Raises MisuseError for one that is no number."""
    text = request.query_params.get("page") or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1):
        raise MisuseError("bad_page", f"There is no page {text!r}.", "Pages are counted from 1.")
    return int(text)


def paging(request: Request, total: int) -> Paging:
    """The page that `?page=N` asks for of a table of `total` rows. Raises MisuseError for one beyond its end."""
    number = page_number(request)
    pages = -(-total // PAGE_ROWS) or 1
    if number > pages:
        hint = "There is only page 1." if pages == 1 else f"Pages go from 1 to {pages}."
        raise MisuseError("bad_page", f"There is no page {number}.", hint)

    def link(to: int) -> str | None:
        if not 1 <= to <= pages:
            return None
        return address(request.url.path, replaced(params_of(request), page=str(to) if to > 1 else ""))

    return Paging(number, total, link(number - 1), link(number + 1))
