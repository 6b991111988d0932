"""`firstline setup`: what is set up and what that would unlock, and stating more of it from a file."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.compared import import_and_compare
from firstline.cli.desk import Desk, at_home, no_wait
from firstline.home import Home
from firstline.model.setup import setup_entity
from firstline.query.definitions import the_catalogue
from firstline.query.setup import setup_states
from firstline.warehouse.stated import rows_taken_out, stated_rows
from firstline.web.export import csv_text


@click.group("setup")
def setup() -> None:
    """See what is set up and which KPIs the rest would unlock; state more of it."""


@setup.command("list")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def list_command(desk: Desk, home: Home, style: str) -> None:
    """List every part of the set-up, its rows, and the KPIs that it would unlock."""
    states = setup_states(home.warehouse)
    if style == "json":
        desk.print(json.dumps([each.as_json() for each in states], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("part", "rows", "would unlock"):
        table.add_column(name, overflow="fold")
    for each in states:
        rows = ", ".join(f"{name} {count:,}" for name, count in each.rows.items())
        labels = "; ".join(the_catalogue().kpis[kpi].label for kpi in each.unlocks)
        table.add_row(each.part.label, rows, labels)
    Console(file=desk.out, width=140, highlight=False, markup=False).print(table)


@setup.command("export")
@click.argument("entity")
@at_home
def export_command(desk: Desk, home: Home, entity: str) -> None:
    """Print what is stated of one ENTITY as CSV, as `setup import` reads it."""
    known = setup_entity(entity)
    desk.print(csv_text(known.field_names, stated_rows(home.warehouse, known)))


@setup.command("exclusions")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def exclusions_command(desk: Desk, home: Home, style: str) -> None:
    """List the exclusions, each with its reason and how many rows it takes out."""
    counts = rows_taken_out(home.warehouse)
    found = [
        {"exclusion_id": row["exclusion_id"], "reason": row["reason"], "rows": counts.get(row["exclusion_id"], 0)}
        for row in stated_rows(home.warehouse, setup_entity("exclusion"))
    ]
    if style == "json":
        desk.print(json.dumps(found, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in ("exclusion", "rows", "reason"):
        table.add_column(name, justify="right" if name == "rows" else "left", overflow="fold")
    for each in found:
        table.add_row(each["exclusion_id"], f"{each['rows']:,}", each["reason"] or "")
    Console(file=desk.out, width=140, highlight=False, markup=False).print(table)


@setup.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--as", "entity", metavar="ENTITY", required=True, help="What its rows are, such as business_calendar.")
@click.option("--dry-run", is_flag=True, help="Show which figures would move; write nothing.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@no_wait
@click.pass_context
def import_command(context: click.Context, path: Path, entity: str, dry_run: bool, style: str) -> None:
    """Import rows of the set-up like any file, and tell which months of which KPIs move."""
    import_and_compare(context, path, setup_entity(entity).name, dry_run, style)
