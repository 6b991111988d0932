"""`firstline import`: one record per file; a problem with one never stops the others."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, desk_of, no_wait
from firstline.errors import MisuseError, UnreadableError
from firstline.home import Home
from firstline.intake.gathering import gather
from firstline.intake.notes_sheets import notes_passed_over
from firstline.intake.request import ImportRecord, ImportRequest
from firstline.periods import parse_moment
from firstline.refresh.imports import import_all
from firstline.refresh.retention import let_go


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "entity", metavar="ENTITY", help="What the rows are, such as ticket or contact.")
@click.option("--mapping", "mapping_path", type=click.Path(path_type=Path), help="The mapping file (TOML).")
@click.option("--sheet", help="The sheet of a workbook, by name; without it every sheet that has rows.")
@click.option("--exported-at", metavar="T", help="When the file was exported: a date, or an instant with an offset.")
@click.option("--complete-until", metavar="T", help="Until when the file holds everything.")
@click.option("--dry-run", is_flag=True, help="Show the mapping and the first rows as they are read; write nothing.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@no_wait
@click.pass_context
def import_command(
    context: click.Context,
    paths: tuple[Path, ...],
    entity: str | None,
    mapping_path: Path | None,
    sheet: str | None,
    exported_at: str | None,
    complete_until: str | None,
    dry_run: bool,
    style: str,
) -> None:
    """Import exports: CSV, TSV, JSON, JSON Lines, XLSX, Parquet, iCalendar, also in .gz or .zip, or folders of them."""
    desk = desk_of(context)
    zone = desk.settings().zone
    mapping = mapping_text(mapping_path)
    common: dict[str, Any] = {
        "entity": entity,
        "mapping_text": mapping,
        "mapping_name": str(mapping_path) if mapping_path else "mapping",
        "exported_at": _moment(exported_at, "--exported-at", zone),
        "complete_until": _moment(complete_until, "--complete-until", zone),
    }
    items = [item for path in paths for item in gather(ImportRequest(path=path, name=str(path), sheet=sheet, **common))]
    imported = iter(_import(desk, [item for item in items if isinstance(item, ImportRequest)], dry_run))
    records = [next(imported) if isinstance(item, ImportRequest) else item for item in items]
    if style == "json":
        desk.print(json.dumps([record.as_json() for record in records], indent=2))
    else:
        print_records(desk, records, dry_run)
    for record in records:
        for warning in record.warnings:
            desk.tell(f"{record.path}: {warning}")
    context.exit(max((record.exit_code for record in records), default=0))


def _import(desk: Desk, requests: list[ImportRequest], dry_run: bool) -> list[ImportRecord]:
    if not requests:
        return []
    with desk.reached(make=not dry_run) as reached:
        if isinstance(reached, Home):
            records = import_all(reached, requests, desk.now, dry_run, desk.tell)
            if not dry_run and let_go(reached, desk.now(), desk.tell):
                desk.tell("What was kept for its time is gone: see [retention] in firstline.toml.")
            return records
        desk.tell("The running server imports.")
        known = {field.name for field in fields(ImportRecord)}
        last = max((number for number, request in enumerate(requests) if request.path.is_file()), default=-1)
        found = [
            reached.import_file(request, dry_run, is_followed=number < last)
            if request.path.is_file()
            else missing_file(request).as_json() | {"exit_code": 1}
            for number, request in enumerate(requests)
        ]
        records = [ImportRecord(**{name: value for name, value in one.items() if name in known}) for one in found]
        return notes_passed_over(requests, records)


def missing_file(request: ImportRequest) -> ImportRecord:
    """The record of a path where there is no file."""
    error = UnreadableError("no_such_file", f"There is no file {request.name}.", "Check the path.")
    return ImportRecord(request.name, error=error.as_dict(), exit_code=error.exit_code)


def mapping_text(path: Path | None) -> str | None:
    """The text of a mapping file; None where none is named. Raises MisuseError for one that cannot be read."""
    if path is None:
        return None
    try:
        return path.read_text("utf-8")
    except OSError as error:
        problem = f"The mapping {path} cannot be read: {(error.strerror or str(error)).lower()}."
        raise MisuseError("bad_mapping", problem, "Check the path.") from None
    except UnicodeDecodeError:
        raise MisuseError("bad_mapping", f"The mapping {path} is not UTF-8 text.", "Save it as UTF-8.") from None


def _moment(text: str | None, option: str, zone: Any) -> datetime | None:
    return parse_moment(text, zone, option) if text else None


def print_records(desk: Desk, records: list[ImportRecord], dry_run: bool) -> None:
    """The records as a table; for a dry run also the mapping and the first rows."""
    table = Table(box=None, pad_edge=False)
    for name in ("file", "entity", "read", "accepted", "unchanged", "quarantined", "batch"):
        table.add_column(name, justify="left" if name in ("file", "entity") else "right", overflow="fold")
    for record in records:
        sheet = f" [{record.sheet}]" if record.sheet else ""
        counts = (record.read, record.accepted, record.unchanged, record.quarantined)
        shown = [f"{count:,}" for count in counts] if record.error is None else ["-"] * 4
        table.add_row(record.path + sheet, record.entity or "-", *shown, str(record.batch or "-"))
    Console(file=desk.out, width=120, highlight=False, markup=False).print(table)
    for record in records:
        if record.error:
            # many messages begin with the file's name themselves
            message = record.error["message"].removeprefix(f"{record.path}: ")
            desk.tell(f"{record.path}: {message} {record.error['hint']}")
        for reason, count in record.reasons.items():
            desk.print(f"{record.path}: {count:,} rows quarantined: {reason}")
        for each in record.new_values:
            place = f"{each['entity']}.{each['field']}"
            desk.print(f"{record.path}: {each['rows']:,} rows have the new value '{each['value']}' in {place}")
        if dry_run and record.mapping is not None:
            desk.print(f"\n{record.path} was read as {', '.join(record.stated)}. Nothing was written. Its mapping:\n")
            desk.print(record.mapping or "")
            for row in record.preview:
                desk.print(json.dumps(row, ensure_ascii=False))
