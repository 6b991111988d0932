"""Withdraw a batch from the browser: what it brought, which figures would move, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request

from firstline.errors import MisuseError
from firstline.model.batch import Batch
from firstline.query.difference import Moved
from firstline.refresh.undo import find_batch
from firstline.revision.undoing import try_undo, undo_batch
from firstline.web.office import Office


@dataclass(frozen=True)
class Undo:
    """A batch to withdraw, or that was withdrawn by `withdrawal`; `moved` is None until it was looked for."""

    title: str
    batch: Batch
    withdrawal: int | None
    moved: Sequence[Moved] | None

    def as_json(self) -> Any:
        """The batch's number, its withdrawal's, and the figures that move."""
        moved = None if self.moved is None else [each.as_json() for each in self.moved]
        return {"withdraws": self.batch.number, "batch": self.withdrawal, "moved": moved}


def undo_page(office: Office, request: Request) -> Undo:
    """The page of `?batch=`; with `&look=1` it is tried out which figures would move. Raises MisuseError."""
    number = _number(request.query_params.get("batch"))
    batch, moved = find_batch(office.batches(), number), None
    if request.query_params.get("look"):
        with office.working() as home:
            moved = try_undo(home, number, office.now()).moved
    return Undo(f"Withdraw batch {number}?", batch, None, moved)


def undo(office: Office, form: FormData) -> Undo:
    """Withdraw the batch that the form names."""
    number = _number(str(form.get("batch") or ""))
    with office.working() as home:
        done = undo_batch(home, number, office.now())
    withdrawal = done.withdrawal.number if done.withdrawal else None
    return Undo(f"Batch {number} is withdrawn", done.batch, withdrawal, done.moved)


def _number(text: str | None) -> int:
    if not text or not (text.isascii() and text.isdigit()):
        raise MisuseError("bad_batch", f"{text!r} is not a batch number.", "The sources page lists them.")
    return int(text)
