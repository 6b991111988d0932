"""Codes given a meaning from the browser: by the form that lists them, or by a file; and the figures that move."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from firstline.errors import MisuseError
from firstline.intake.coding import Meant, map_codes, plain_text
from firstline.model.codes import DRIVER_FIELDS
from firstline.model.vocabulary import entity
from firstline.periods import parse_moment
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.warehouse.engine import Warehouse
from firstline.warehouse.taxonomy import driver_labels
from firstline.web.compared import TRY, import_sent
from firstline.web.office import Office
from firstline.web.pages.codes import PREFIX, rows_by_code

NOTE = "code table, cockpit"
CARRIED = ("valid_from", "mapped")
"""Fields of the form beside its choices."""


@dataclass(frozen=True)
class Coded:
    """What a change of the code table did, or (`batch` None) would do; `again` repeats the form's choices.

    `labels` names the drivers that reasons mean; `faults` and `warnings` are those of a file that was sent.
    """

    title: str
    batch: int | None
    meant: Sequence[Meant]
    labels: Mapping[str, str]
    moved: Sequence[Moved]
    again: Sequence[tuple[str, str]]
    is_trial: bool
    faults: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def label_of(self, each: Meant) -> str | None:
        """The label of the driver that a reason means; None for other codes."""
        return self.labels.get(each.meaning or "") if each.field in DRIVER_FIELDS else None

    def as_json(self) -> Any:
        """The batch and the figures that move."""
        return {"batch": self.batch, "moved": [each.as_json() for each in self.moved]}


def map_page(office: Office, form: FormData) -> Coded:
    """Save what the form says (or only try it, where its button says so), and tell which figures move."""
    given = [(name, str(value)) for name, value in form.multi_items() if name.startswith((PREFIX, *CARRIED))]
    is_trial = form.get("do") == TRY
    now = office.now()
    with office.working() as home:
        wanted = _wanted(home.warehouse, dict(given), office.settings.zone)
        if not wanted:
            raise MisuseError("nothing_to_map", "No code was given another meaning.", "Choose a meaning first.")
        record, moved = moved_by(home, lambda where: map_codes(where, wanted, now, NOTE), now, is_trial)
        labels = driver_labels(home.warehouse)
    count = "1 code" if len(wanted) == 1 else f"{len(wanted):,} codes"
    title = f"{count} would be mapped" if is_trial else f"{count} mapped"
    return Coded(title, None if is_trial else record.batch, wanted, labels, moved, given if is_trial else (), is_trial)


def import_page(office: Office, form: FormData) -> Coded:
    """Import a code table (or drivers) that was sent, or only try it, and tell which figures move."""
    done = import_sent(office, form, entity(str(form.get("entity") or "code_meaning")).name)
    return Coded(done.title, done.batch, (), {}, done.moved, (), done.is_trial, done.faults, done.warnings)


def _wanted(warehouse: Warehouse, given: Mapping[str, str], zone: ZoneInfo) -> list[Meant]:
    """The choices that differ from what holds now; an empty one takes a meaning away.

    A changed meaning begins when the one it replaces began, unless the form says another day.
    """
    since = given.get("valid_from") or None
    stated = parse_moment(since, zone, "From when on") if since else None
    table = rows_by_code(warehouse) if given.get("mapped") else {}
    wanted = []
    for name, text in given.items():
        if not name.startswith(PREFIX):
            continue
        source, field, value = json.loads(name.removeprefix(PREFIX))
        meaning = text.strip() or None
        (before,) = table.get((source, field, plain_text(value))) or [{"meaning": None, "valid_from": None}]
        if meaning != before["meaning"]:
            began = before["valid_from"] and before["valid_from"].replace(tzinfo=UTC)
            wanted.append(Meant(source, field, value, meaning, stated or began))
    return wanted
