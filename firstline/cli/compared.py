"""Import a file, or try it, and say which months of which KPIs it moves: for what is stated rather than happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from firstline.cli.desk import Desk, desk_of
from firstline.cli.importing import missing_file
from firstline.cli.undo import moved_table
from firstline.home import Home
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.query.difference import Moved
from firstline.query.moving import moved_by
from firstline.refresh.imports import import_all


def import_and_compare(context: click.Context, path: Path, entity: str, dry_run: bool, style: str) -> None:
    """Import the file at `path` as rows of `entity`, print what moves, and end with the import's exit code."""
    desk = desk_of(context)
    request = ImportRequest(path=path, name=str(path), entity=entity)
    if path.is_file():
        with desk.reached() as reached:
            if isinstance(reached, Home):
                records, moved = import_compared(reached, request, desk, dry_run)
            else:
                told = reached.import_file(request, dry_run, is_compared=True)
                moved = [moved_from_json(each) for each in told.pop("moved")]
                known = {each.name for each in fields(ImportRecord)}
                records = [ImportRecord(**{name: value for name, value in told.items() if name in known})]
    else:
        records, moved = [missing_file(request)], []
    print_change(desk, records, moved, dry_run, style)
    context.exit(max(record.exit_code for record in records))


def import_compared(
    home: Home, request: ImportRequest, desk: Desk, dry_run: bool
) -> tuple[list[ImportRecord], list[Moved]]:
    """Import a file (or try it) and say which figures it moves."""
    now = desk.now()
    return moved_by(home, lambda where: import_all(where, [request], lambda: now, False, desk.tell), now, dry_run)


def moved_from_json(told: dict[str, Any]) -> Moved:
    """A figure that moved, as a server tells it."""
    times = {name: datetime.fromisoformat(told[name]) for name in ("period_start", "period_end")}
    return Moved(**{**told, **times})


def print_change(
    desk: Desk, records: Sequence[ImportRecord], moved: Sequence[Moved], dry_run: bool, style: str
) -> None:
    """Print what became of each file and the months that move; errors and quarantined rows go to stderr."""
    if style == "json":
        figures = [each.as_json() for each in moved]
        told = [{**record.as_json(), **({"batch": None} if dry_run else {}), "moved": figures} for record in records]
        desk.print(json.dumps(told, indent=2, allow_nan=False))
        return
    for record in records:
        if record.error:
            desk.tell(f"{record.path}: {record.error['message']} {record.error['hint']}")
            continue
        verb = "would be accepted" if dry_run else "accepted"
        counts = f"{record.accepted:,} rows {verb}, {record.unchanged:,} unchanged, {record.quarantined:,} quarantined"
        desk.print(f"{counts}{'' if dry_run else f', as batch {record.batch}'}.\n\n{moved_table(moved)}")
        for reason, count in record.reasons.items():
            desk.tell(f"{count:,} rows quarantined: {reason}. firstline quarantine list tells why.")
