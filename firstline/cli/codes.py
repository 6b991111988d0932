"""`firstline codes`: what the codes of each source mean, which have no meaning, and giving them one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.compared import import_and_compare, print_change
from firstline.cli.desk import Desk, at_home, no_wait
from firstline.errors import MisuseError
from firstline.home import Home
from firstline.intake.coding import Meant, map_codes, plain_text
from firstline.periods import local_date, parse_moment
from firstline.query.codes import ListedCode, exported_table, listed_codes, waiting_table
from firstline.query.moving import moved_by
from firstline.web.export import csv_text

NOTE = "code table"

SOURCE = click.option("--source", help="Only codes of this source.")
FIELD = click.option("--field", metavar="ENTITY.FIELD", help="Only codes of this field, such as ticket.reason_code.")
UNMAPPED = click.option("--unmapped", "only_unmapped", is_flag=True, help="Only codes that have no meaning yet.")
STYLE = click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show which figures would move; write nothing.")


@click.group("codes")
def codes() -> None:
    """See what the codes of each source mean, and give them a meaning."""


@codes.command("list")
@UNMAPPED
@SOURCE
@FIELD
@click.option("--format", "style", type=click.Choice(["table", "json", "csv"]), default="table")
@at_home
def list_command(
    desk: Desk, home: Home, only_unmapped: bool, source: str | None, field: str | None, style: str
) -> None:
    """List every code that was seen, its meaning, its rows, and what an unmapped one probably means."""
    found = listed_codes(home.warehouse, only_unmapped, source, field)
    told = [code.as_json() for code in found]
    if style == "json":
        desk.print(json.dumps(told, indent=2))
    elif style == "csv":
        desk.print(csv_text([*(each.name for each in fields(found[0].seen)), "suggestion"] if found else [], told))
    else:
        _print_codes(desk, found, home.settings.zone)


@codes.command("export")
@UNMAPPED
@SOURCE
@FIELD
@at_home
def export_command(desk: Desk, home: Home, only_unmapped: bool, source: str | None, field: str | None) -> None:
    """Print the code table as CSV, as `codes import` reads it; or the codes to be filled in, with --unmapped."""
    desk.print(csv_text(*(waiting_table if only_unmapped else exported_table)(home.warehouse, source, field)))


@codes.command("map")
@click.argument("source")
@click.argument("field", metavar="ENTITY.FIELD")
@click.argument("pairs", metavar="CODE=MEANING...", nargs=-1, required=True)
@click.option("--valid-from", metavar="D", help="From when on; without it since always.")
@DRY_RUN
@STYLE
@at_home
def map_command(
    desk: Desk,
    home: Home,
    source: str,
    field: str,
    pairs: tuple[str, ...],
    valid_from: str | None,
    dry_run: bool,
    style: str,
) -> None:
    """Say what codes of one source and field mean (CODE= takes a meaning away), and tell which months move.

    Past rows are read by it too.
    """
    since = parse_moment(valid_from, home.settings.zone, "--valid-from") if valid_from else None
    wanted = [Meant(source, field, *_pair(pair), since) for pair in pairs]
    known = {plain_text(code.seen.value) for code in listed_codes(home.warehouse, source=source, field=field)}
    for each in wanted:
        if plain_text(each.value) not in known:
            desk.tell(f"No row of {source} has '{each.value}' in {field} yet.")
    now = desk.now()
    note = f"{NOTE}, command line"
    record, moved = moved_by(home, lambda where: map_codes(where, wanted, now, note), now, dry_run, desk.tell)
    print_change(desk, [record], moved, dry_run, style)


@codes.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--taxonomy", is_flag=True, help="The file holds drivers of the taxonomy, not meanings of codes.")
@DRY_RUN
@STYLE
@no_wait
@click.pass_context
def import_command(context: click.Context, path: Path, taxonomy: bool, dry_run: bool, style: str) -> None:
    """Import a code table (or drivers) like any file, and tell which months of which KPIs move."""
    import_and_compare(context, path, "driver" if taxonomy else "code_meaning", dry_run, style)


def _pair(text: str) -> tuple[str, str | None]:
    # a code may hold the sign, a meaning never does
    value, sign, meaning = text.rpartition("=")
    if not sign or not value.strip():
        raise MisuseError(
            "bad_pair", f"'{text}' is not CODE=MEANING.", "For example INET_SLOW=connectivity.slow.always."
        )
    return value.strip(), meaning.strip() or None


def _print_codes(desk: Desk, found: Sequence[ListedCode], zone: ZoneInfo) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("source", "field", "code", "rows", "last seen", "meaning", "suggestion"):
        table.add_column(name, justify="right" if name == "rows" else "left", overflow="fold")
    for code in found:
        seen = code.seen
        meaning = seen.meaning or ("unmapped" if seen.is_unmapped else "(its own name)")
        last = str(local_date(seen.last_at.replace(tzinfo=UTC), zone)) if seen.last_at else "-"
        table.add_row(seen.source, seen.field, seen.value, f"{seen.rows:,}", last, meaning, code.suggestion or "")
    Console(file=desk.out, width=150, highlight=False, markup=False).print(table)
    passing = {(code.seen.source, code.seen.field) for code in found if code.seen.is_passing}
    for source, field in sorted(passing):
        desk.tell(f"{source}: no {field} is mapped yet, so its codes count under their own names.")
