"""Change the set-up from the browser, or try it: one row by the form, many by a file; and the months that move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from firstline.intake.setting_up import change_setup, read_setup_row
from firstline.model.entity import Entity
from firstline.model.setup import setup_entity
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.web.compared import TRY, import_sent
from firstline.web.office import Office

NOTE = "set-up, cockpit"
TAKE_AWAY = "take away"
PART = "part"
"""What the forms call the kind of row that they are about: no field of the set-up may have that name."""


@dataclass(frozen=True)
class SetUp:
    """What a change of the set-up did, or would do where it is a trial; `again` repeats the form's fields.

    `faults` say what is wrong with rows that were quarantined, `warnings` what else is to be known.
    """

    title: str
    entity: Entity
    batch: int | None
    moved: Sequence[Moved]
    is_trial: bool
    again: Sequence[tuple[str, str]] = ()
    faults: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def as_json(self) -> Any:
        """The batch and the figures that move."""
        return {"batch": self.batch, "moved": [each.as_json() for each in self.moved]}


def set_up(office: Office, form: FormData) -> SetUp:
    """Save what the form says of one row (or only try it, or take the row away), and tell which figures move."""
    entity = setup_entity(str(form.get(PART) or ""))
    given = {name: str(value) for name, value in form.multi_items()}
    row = read_setup_row(entity, given, office.settings.zone)
    is_trial = given.get("do") == TRY
    if given.get("do") == TAKE_AWAY:
        row["is_deleted"] = True
    now = office.now()
    with office.working() as home:
        record, moved = moved_by(home, lambda where: change_setup(where, entity, row, now, NOTE), now, is_trial)
    again = [(name, given[name]) for name in (PART, *entity.field_names) if given.get(name)] if is_trial else []
    what = "taken away" if row.get("is_deleted") else "stated"
    title = "This would be stated" if is_trial else "Nothing new" if not record.accepted else f"1 row {what}"
    return SetUp(title, entity, None if is_trial else record.batch, moved, is_trial, again, (), record.warnings)


def import_rows(office: Office, form: FormData) -> SetUp:
    """Import a file with rows of one entity of the set-up (or only try it), and tell which figures move."""
    entity = setup_entity(str(form.get(PART) or ""))
    done = import_sent(office, form, entity.name)
    return SetUp(done.title, entity, done.batch, done.moved, done.is_trial, (), done.faults, done.warnings)
