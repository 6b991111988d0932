"""`firstline mappings`: the mappings that are kept under their sources' names."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home
from firstline.errors import unknown_name
from firstline.home import Home
from firstline.intake.recognition import kept_mappings


@click.command("mappings")
@click.argument("source", required=False)
@click.option("--entity", help="Of several mappings of a source the one for this entity.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def mappings(desk: Desk, home: Home, source: str | None, entity: str | None, style: str) -> None:
    """List the kept mappings, or print that of SOURCE as TOML."""
    kept = kept_mappings(home.ledger.batches())
    if source is not None:
        found = [each for each in kept if each.source == source and entity in (None, each.entity)]
        if not found:
            raise unknown_name("kept mapping", source, {each.source for each in kept})
        desk.print("\n".join(each.mapping or "" for each in found))
        return
    if style == "json":
        told = [{name: getattr(each, name) for name in ("source", "entity", "headers", "mapping")} for each in kept]
        desk.print(
            json.dumps([{**each, "batch": batch.number} for each, batch in zip(told, kept, strict=True)], indent=2)
        )
        return
    table = Table(box=None, pad_edge=False)
    for name in ("source", "entity", "since batch", "columns"):
        table.add_column(name, overflow="fold")
    for each in kept:
        table.add_row(each.source, each.entity, str(each.number), ", ".join(each.headers))
    Console(file=desk.out, width=140, highlight=False, markup=False).print(table)
