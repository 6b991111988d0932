"""`firstline quarantine`: see the rows that could not be used, take them away to mend them, and bring them back."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home, desk_of, no_wait
from firstline.cli.importing import mapping_text
from firstline.cli.neighbour import Neighbour
from firstline.errors import MisuseError, UnreadableError, unknown_name
from firstline.home import Home
from firstline.intake.mending import RetryRequest
from firstline.intake.quarantine import QuarantinedRow, Sought, check_batch, quarantine_counts, quarantined_rows
from firstline.intake.quarantine_export import one_csv, write_export
from firstline.refresh.retrying import RetryRecord, retry_all

STATES: dict[str, bool | None] = {"open": True, "closed": False, "all": None}
MOST_SHOWN = 100
"""More rows than this are not printed as a table: they are for a file."""

BATCH = click.option("--batch", type=int, metavar="N", help="Only rows that this batch quarantined.")
REASON = click.option("--reason", metavar="REASON", help="Only rows quarantined for this reason, such as missing_key.")


@click.group("quarantine")
def quarantine() -> None:
    """See, export and mend the rows that could not be used."""


@quarantine.command("list")
@BATCH
@REASON
@click.option("--state", type=click.Choice(list(STATES)), default="open", show_default=True, help="Which entries.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def list_command(desk: Desk, home: Home, batch: int | None, reason: str | None, state: str, style: str) -> None:
    """List quarantined rows: file, row number, reason, cells; newest batch first."""
    rows = _sought(home, Sought(batch, reason, STATES[state]))
    if style == "json":
        desk.print(json.dumps([row.as_json() for row in rows], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("batch", "file", "row", "reason", "cells"):
        table.add_column(name, overflow="fold")
    for row in rows[:MOST_SHOWN]:
        cells = "; ".join(f"{name}: {value or ''}" for name, value in row.values.items()) or row.original
        why = f"{row.reason}: {row.note}" if row.note else row.reason
        table.add_row(str(row.batch), row.file_name, str(row.row), why, cells)
    Console(file=desk.out, width=140, highlight=False, markup=False).print(table)
    if len(rows) > MOST_SHOWN:
        desk.print(f"... and {len(rows) - MOST_SHOWN:,} more: firstline quarantine export FILE.xlsx")
    for each, count in Counter(row.reason for row in rows).most_common():
        desk.tell(f"{count:,} rows: {each}")


@quarantine.command("export")
@click.argument("target", required=False, type=click.Path(path_type=Path))
@BATCH
@REASON
@no_wait
@click.pass_context
def export_command(context: click.Context, target: Path | None, batch: int | None, reason: str | None) -> None:
    """Write the open rows to TARGET to be mended: a .csv or .xlsx file, or a folder for a CSV for each kind of file.

    Without TARGET the rows go to stdout as CSV, if they are of one source and entity.
    """
    desk = desk_of(context)
    with desk.reached(make=False) as reached:
        if isinstance(reached, Home):
            rows = _sought(reached, Sought(batch, reason))
        else:
            asked = [*(["--batch", str(batch)] if batch is not None else []), *(["--reason", reason] if reason else [])]
            answer = reached.run(["quarantine", "list", "--format", "json", *asked])
            if answer.code:
                desk.err.write(answer.err)
                context.exit(answer.code)
            rows = [QuarantinedRow(**{**row, "headers": tuple(row["headers"])}) for row in json.loads(answer.out)]
    if not rows:
        desk.tell("No row is quarantined here: nothing was written.")
        return
    if target is None:
        desk.print(one_csv(rows))
        return
    for path in write_export(rows, target):
        desk.print(f"Wrote {path}.")
    desk.tell(f"{len(rows):,} rows. Mend their cells and bring them back: firstline quarantine retry {target}")


@quarantine.command("retry")
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_path", type=click.Path(path_type=Path), help="A mapping in place of the first one.")
@click.option("--dry-run", is_flag=True, help="Say what would become of the rows; write nothing.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@no_wait
@click.pass_context
def retry_command(
    context: click.Context, paths: tuple[Path, ...], mapping_path: Path | None, dry_run: bool, style: str
) -> None:
    """Bring mended exports back: rows that are accepted now close their entries, the others stay quarantined."""
    desk = desk_of(context)
    text = mapping_text(mapping_path)
    name = str(mapping_path) if mapping_path else "mapping"
    requests = [RetryRequest(path, str(path), text, name) for path in _files(paths)]
    records = _retry(desk, requests, dry_run)
    if style == "json":
        desk.print(json.dumps([record.as_json() for record in records], indent=2))
    else:
        _print_records(desk, records, dry_run)
    for record in records:
        for warning in record.warnings:
            desk.tell(f"{record.path}: {warning}")
    context.exit(max((record.exit_code for record in records), default=0))


def _sought(home: Home, sought: Sought) -> list[QuarantinedRow]:
    batches = home.ledger.batches()
    if sought.batch is not None:
        check_batch(batches, sought.batch)
    if sought.reason is not None:
        known = {each.reason for each in quarantine_counts(home.landing.folder, home.warehouse, batches)}
        if known and sought.reason not in known:
            raise unknown_name("reason", sought.reason, known)
    return quarantined_rows(home.landing.folder, home.warehouse, batches, sought)


def _files(paths: tuple[Path, ...]) -> list[Path]:
    """The files themselves, and those in a folder that an export wrote."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        if not inside:
            raise MisuseError("empty_folder", f"There is no CSV file in {path}.", "Name the file that was exported.")
        found += inside
    return found


def _retry(desk: Desk, requests: list[RetryRequest], dry_run: bool) -> list[RetryRecord]:
    with desk.reached(make=False) as reached:
        if isinstance(reached, Home):
            return retry_all(reached, requests, desk.now, dry_run, desk.tell)
        desk.tell("The running server imports.")
        return _retried_by(reached, requests, dry_run)


def _retried_by(neighbour: Neighbour, requests: list[RetryRequest], dry_run: bool) -> list[RetryRecord]:
    known = {field.name for field in fields(RetryRecord)}
    records = []
    last = max((number for number, request in enumerate(requests) if request.path.is_file()), default=-1)
    for number, request in enumerate(requests):
        if not request.path.is_file():
            error = UnreadableError("no_such_file", f"There is no file {request.name}.", "Check the path.")
            records.append(RetryRecord(request.name, error=error.as_dict(), exit_code=error.exit_code))
            continue
        told: dict[str, Any] = neighbour.retry_file(request, dry_run, is_followed=number < last)
        records.append(RetryRecord(**{name: value for name, value in told.items() if name in known}))
    return records


def _print_records(desk: Desk, records: list[RetryRecord], dry_run: bool) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("file", "read", "accepted", "unchanged", "quarantined", "closed", "batch"):
        table.add_column(name, justify="left" if name == "file" else "right", overflow="fold")
    for record in records:
        counts = (record.read, record.accepted, record.unchanged, record.quarantined, record.closed)
        shown = [f"{count:,}" for count in counts] if record.error is None else ["-"] * 5
        table.add_row(record.path, *shown, str(record.batch or "-"))
    Console(file=desk.out, width=120, highlight=False, markup=False).print(table)
    for record in records:
        if record.error:
            desk.tell(f"{record.path}: {record.error['message']} {record.error['hint']}")
        for reason, count in record.reasons.items():
            desk.print(f"{record.path}: {count:,} rows still quarantined: {reason}")
    if dry_run:
        desk.print("Nothing was written.")
