"""`firstline restated`: figures that were told as final and are others now, by how much and why."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home
from firstline.home import Home
from firstline.query.definitions import the_catalogue
from firstline.query.restatements import Listed, restatements


@click.command("restated")
@click.option("--kpi", metavar="ID", help="Only those of one KPI.")
@click.option("--cause", metavar="CAUSE", help="Only those of one cause, such as 'late rows' or reopening.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def restated(desk: Desk, home: Home, kpi: str | None, cause: str | None, style: str) -> None:
    """List what was restated: published figures of whole months that changed since."""
    found = restatements(home.warehouse, the_catalogue(), kpi, cause)
    if style == "json":
        desk.print(json.dumps([each.as_json() for each in found], indent=2, allow_nan=False))
        return
    desk.print(_table(found) if found else "Nothing was restated.")


def _table(found: Sequence[Listed]) -> str:
    catalogue = the_catalogue()
    table = Table(box=None, pad_edge=False)
    for name in ("KPI", "month", "was", "is", "difference", "cause", "batch", "when"):
        table.add_column(name, justify="right" if name in ("was", "is", "difference") else "left", overflow="fold")
    for each in found:
        kpi = catalogue.kpis.get(each.kpi)
        table.add_row(
            f"{kpi.label if kpi else each.kpi} {each.scope}".strip(),
            f"{each.month:%Y-%m}",
            each.told(catalogue, each.old),
            each.told(catalogue, each.new),
            each.told_difference(catalogue),
            ", ".join(each.causes),
            ", ".join(map(str, each.batches)),
            f"{each.at:%Y-%m-%d %H:%M:%S}Z",
        )
    out = io.StringIO()
    Console(file=out, width=160, highlight=False, markup=False).print(table)
    return out.getvalue()
