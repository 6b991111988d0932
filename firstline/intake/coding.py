"""Give codes a meaning by hand, from the command line or the cockpit: rows of the code table, landed as a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.code_checks import check_meaning
from firstline.intake.own_rows import import_own_rows
from firstline.intake.request import ImportRecord
from firstline.warehouse.codes_seen import code_table


@dataclass(frozen=True)
class Meant:
    """What a code of one source and field ('entity.field') is to mean; None takes its meanings away.

    `valid_from` (aware) is when that begins, None for since always.
    """

    source: str
    field: str
    value: str
    meaning: str | None
    valid_from: datetime | None = None


def map_codes(home: Home, wanted: Sequence[Meant], now: datetime, note: str) -> ImportRecord:
    """Land what the codes are to mean; the caller applies it.

    `now` (aware) is the time of the change. Raises MisuseError for a meaning that the field cannot have.
    """
    rows: list[dict[str, Any]] = []
    for each in wanted:
        if each.meaning is None:
            rows += _without(home, each)
            continue
        check_meaning(home.warehouse, each.field, each.meaning)
        stated = {"code_source": each.source, "field": each.field, "value": each.value, "meaning": each.meaning}
        rows.append({**stated, "valid_from": each.valid_from, "is_deleted": False})
    if not rows:
        raise MisuseError("nothing_to_map", "These codes have no meaning that could be taken away.", "")
    return import_own_rows(home, "code_meaning", rows, now, note)


def plain_text(code: str) -> str:
    """A code as it is compared: without surrounding blanks, case ignored."""
    return code.strip().lower()


def _without(home: Home, each: Meant) -> list[dict[str, Any]]:
    """The rows that take every meaning of a code away, whatever it began with and however it is written."""
    return [
        {**row, "valid_from": row["valid_from"] and row["valid_from"].replace(tzinfo=UTC), "is_deleted": True}
        for row in code_table(home.warehouse)
        if (row["code_source"], row["field"], plain_text(row["value"]))
        == (each.source, each.field, plain_text(each.value))
    ]
