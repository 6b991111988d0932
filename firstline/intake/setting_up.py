"""State or take away a row of the set-up by hand: read as its field's type, then landed as a batch like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from firstline.errors import MisuseError, nearest
from firstline.home import Home
from firstline.intake.own_rows import import_own_rows
from firstline.intake.request import ImportRecord
from firstline.model.entity import Entity, EntityField
from firstline.periods import parse_moment

SINCE = "valid_from"
TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


def read_setup_row(entity: Entity, said: Mapping[str, str], zone: ZoneInfo) -> dict[str, object]:
    """A row from the texts of a form, by field; a field that is left empty is not stated.

    Days and instants are read in `zone`. Raises MisuseError naming the field, the value and what is allowed.
    """
    row = {
        field.name: _value(field, text, zone) for field in entity.fields if (text := said.get(field.name, "").strip())
    }
    missing = [name for name in entity.stated_key if name not in entity.open_key and name not in row]
    if missing:
        raise MisuseError("not_stated", f"{_spoken(missing[0])} is not stated.", "Fill it in.")
    return row


def change_setup(home: Home, entity: Entity, row: Mapping[str, object], now: datetime, note: str) -> ImportRecord:
    """Land one row of the set-up, which replaces the one of the same key; the caller applies it.

    A row with `is_deleted` true takes that one away. Raises MisuseError where the row is refused; nothing is written
    then.
    """
    stated = {"is_deleted": False, **row}
    tried = import_own_rows(home, entity.name, [stated], now, note, dry_run=True)
    if tried.quarantined:
        told = "; ".join(tried.faults)
        raise MisuseError("refused_row", f"This cannot be stated: {told.rstrip('.')}.", "Mend it in the form.")
    return import_own_rows(home, entity.name, [stated], now, note)


def _value(field: EntityField, text: str, zone: ZoneInfo) -> object:
    if field.type in ("date", "ts"):
        moment = parse_moment(text, zone, _spoken(field.name))
        return moment if field.type == "ts" else _day(field, text)
    if field.type == "enum" and text not in field.values:
        near = nearest(text, field.values)
        hint = f"Did you mean '{near}'?" if near else f"Allowed: {', '.join(field.values)}."
        raise MisuseError("bad_value", f"{_spoken(field.name)}: there is no '{text}'.", hint)
    if field.type == "bool":
        if text.lower() not in TRUTHS:
            raise _wrong(field, text, "yes or no")
        return TRUTHS[text.lower()]
    if field.type in ("int", "dec", "money"):
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise _wrong(field, text, "a number, such as 31.50") from None
        if not number.is_finite() or (field.type == "int" and number != int(number)):
            raise _wrong(field, text, "a whole number" if field.type == "int" else "a number")
    return text


def _day(field: EntityField, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong(field, text, "a day, such as 2026-12-25") from None


def _wrong(field: EntityField, text: str, wanted: str) -> MisuseError:
    return MisuseError("bad_value", f"{_spoken(field.name)}: {text!r} is not {wanted}.", "Mend that field.")


def _spoken(name: str) -> str:
    return name.replace("_", " ").capitalize()
