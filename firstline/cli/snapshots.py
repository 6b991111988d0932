"""`firstline snapshots`: the figures that were frozen for contracts, with what they are now beside them."""

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
from firstline.query.snapshots import Snapshot
from firstline.query.snapshots import snapshots as frozen


@click.command("snapshots")
@click.option("--vendor", metavar="NAME", help="Only those of one firm.")
@click.option("--month", metavar="YYYY-MM", help="Only those of one month.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def snapshots(desk: Desk, home: Home, vendor: str | None, month: str | None, style: str) -> None:
    """List the figures that were frozen for contracts, and what they are now."""
    found = frozen(home.warehouse, the_catalogue(), vendor, month)
    if style == "json":
        desk.print(json.dumps([each.as_json() for each in found], indent=2, allow_nan=False))
        return
    desk.print(_table(found) if found else "Nothing is frozen: a contract (vendor_contract) is needed.")


def _table(found: Sequence[Snapshot]) -> str:
    catalogue = the_catalogue()
    table = Table(box=None, pad_edge=False)
    for name in ("vendor", "contract", "month", "KPI", "frozen", "n", "state then", "batch", "latest"):
        table.add_column(name, justify="right" if name in ("frozen", "n", "latest") else "left", overflow="fold")
    for each in found:
        kpi = catalogue.kpis.get(each.kpi)
        table.add_row(
            each.vendor,
            each.contract,
            f"{each.month:%Y-%m}",
            kpi.label if kpi else each.kpi,
            each.told(catalogue),
            "" if each.n is None else f"{each.n:,}",
            each.state,
            str(each.batch),
            each.told_latest(catalogue),
        )
    out = io.StringIO()
    Console(file=out, width=160, highlight=False, markup=False).print(table)
    return out.getvalue()
