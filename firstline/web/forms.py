"""The import form, wherever it stands: its token and the kinds of rows to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from firstline.model.entity import Entity
from firstline.model.vocabulary import vocabulary
from firstline.web.security import FIELD, open_form


@dataclass(frozen=True)
class ImportForm:
    """What the form is drawn from. `cookie` goes to the browser with the page, never into it."""

    token: str
    cookie: str
    entities: tuple[Entity, ...]
    field: str = FIELD


def import_form(request: Request) -> ImportForm:
    """A form whose token belongs to the visitor's cookie."""
    cookie, token = open_form(request)
    return ImportForm(token, cookie, tuple(vocabulary().values()))
