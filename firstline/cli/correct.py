"""`firstline correct` and `firstline corrections`: rows set right by hand, listed and undone."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home
from firstline.cli.undo import moved_table
from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.corrections import RowKey, check_correction, correct_rows, corrections_in_force, rows_where
from firstline.query.moving import moved_by


@click.command("correct")
@click.argument("entity")
@click.argument("row_ids", metavar="[ROW]...", nargs=-1)
@click.option("--source", help="The source of the rows named.")
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help="Every row with these values; FIELD= without one.")
@click.option(
    "--set", "changes", multiple=True, required=True, metavar="FIELD=VALUE", help="excluded=true takes it out."
)
@click.option("--reason", required=True, help="Why.")
@click.option("--by", "corrected_by", help="Who corrects.")
@click.option("--dry-run", is_flag=True, help="Show which figures would move; write nothing.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def correct(
    desk: Desk,
    home: Home,
    entity: str,
    row_ids: tuple[str, ...],
    source: str | None,
    where: tuple[str, ...],
    changes: tuple[str, ...],
    reason: str,
    corrected_by: str | None,
    dry_run: bool,
    style: str,
) -> None:
    """Set rows right by hand: ROWs of one source, or all of ENTITY where fields have certain values.

    A correction outranks the source, survives re-imports, and is undone with its batch.
    """
    if bool(row_ids) == bool(where):
        raise MisuseError("which_rows", "Name rows, or state --where.", "One of the two.")
    if row_ids and source is None:
        raise MisuseError("which_source", "The rows' source is not named.", "State --source.")
    if row_ids:
        rows = [RowKey(source or "", row_id) for row_id in row_ids]
    else:
        rows = rows_where(home.warehouse, entity, dict(_pair(text) for text in where))
    now, values = desk.now(), dict(_pair(text) for text in changes)
    # a trial is made on a copy of the home, which takes a while: what is wrong is told before
    check_correction(home.warehouse, entity, rows, values, reason)
    record, moved = moved_by(
        home, lambda changed: correct_rows(changed, entity, rows, values, reason, now, corrected_by), now, dry_run
    )
    batch = None if dry_run else record.batch
    if style == "json":
        told = {"rows": len(rows), "batch": batch, "moved": [each.as_json() for each in moved]}
        desk.print(json.dumps(told, indent=2, allow_nan=False))
        return
    said = "would be corrected." if dry_run else f"corrected, as batch {batch}."
    desk.print(f"{len(rows):,} rows {said}\n\n{moved_table(moved)}")


@click.command("corrections")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def corrections(desk: Desk, home: Home, style: str) -> None:
    """List the corrections in force; those whose source has changed the field since say so."""
    found = corrections_in_force(home.warehouse)
    if style == "json":
        told = [
            {**asdict(each), "corrected_at": f"{each.corrected_at.isoformat()}Z", "changed": each.has_source_changed}
            for each in found
        ]
        desk.print(json.dumps(told, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("batch", "entity", "source", "row", "field", "value", "source said", "source says now", "reason"):
        table.add_column(name, overflow="fold")
    for each in found:
        now = f"{each.source_says or '(none)'} (changed)" if each.has_source_changed else each.source_says or ""
        table.add_row(
            str(each.batch),
            each.entity,
            each.row.source,
            each.row.row_id,
            each.field,
            each.value or "(none)",
            each.was or "",
            now,
            each.reason,
        )
    Console(file=desk.out, width=160, highlight=False, markup=False).print(table)


def _pair(text: str) -> tuple[str, str | None]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise MisuseError("bad_pair", f"'{text}' is not FIELD=VALUE.", "For example reason_code=wifi.coverage.")
    return name, value or None
