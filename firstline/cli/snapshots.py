"""`firstline snapshots`: the figures that were frozen for contracts, with what they are now beside them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from firstline.cli.desk import Desk, at_home
from firstline.errors import MisuseError, unknown_name
from firstline.formats import format_value
from firstline.home import Home
from firstline.model.publication import Published
from firstline.query.definitions import the_catalogue
from firstline.state.publications import Told, current


@dataclass(frozen=True)
class Snapshot:
    """A figure as it was frozen, and the latest one."""

    frozen: Published
    latest: Told

    def as_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary; `latest` differs from `value` where the figure was restated since."""
        plain = self.frozen.model_dump(mode="json")
        series = plain.pop("series")
        vendor = series.pop("scope").partition("=")[2]
        return {"vendor": vendor, **series, **plain, "latest": self.latest[0], "n_latest": self.latest[1]}


@click.command("snapshots")
@click.option("--vendor", metavar="NAME", help="Only those of one firm.")
@click.option("--month", metavar="YYYY-MM", help="Only those of one month.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@at_home
def snapshots(desk: Desk, home: Home, vendor: str | None, month: str | None, style: str) -> None:
    """List the figures that were frozen for contracts, and what they are now."""
    found = _found(home)
    vendors = {each.frozen.series.scope.partition("=")[2] for each in found}
    months = {f"{each.frozen.series.month:%Y-%m}" for each in found}
    if found and vendor and vendor not in vendors:
        raise unknown_name("vendor", vendor, vendors)
    if found and month and month not in months:
        problem = f"No figure of {month!r} is frozen."
        raise MisuseError("unknown_month", problem, f"There are {', '.join(sorted(months))}.")
    chosen = [
        each
        for each in found
        if vendor in (None, each.frozen.series.scope.partition("=")[2])
        and month in (None, f"{each.frozen.series.month:%Y-%m}")
    ]
    if style == "json":
        desk.print(json.dumps([each.as_json() for each in chosen], indent=2, allow_nan=False))
        return
    desk.print(_table(chosen) if chosen else "Nothing is frozen: a contract (vendor_contract) is needed.")


def _found(home: Home) -> list[Snapshot]:
    """By firm, month and KPI."""
    published = home.publications.published()
    latest = current(published, home.publications.restatements())
    found = [Snapshot(each, latest[each.series]) for each in published if each.contract is not None]
    order = list(the_catalogue().kpis)

    def place(each: Snapshot) -> tuple[str, Any, int, int]:
        series = each.frozen.series
        return series.scope, series.month, order.index(series.kpi) if series.kpi in order else -1, series.version

    return sorted(found, key=place)


def _table(found: list[Snapshot]) -> str:
    catalogue = the_catalogue()
    table = Table(box=None, pad_edge=False)
    for name in ("vendor", "contract", "month", "KPI", "frozen", "n", "state then", "batch", "latest"):
        table.add_column(name, justify="right" if name in ("frozen", "n", "latest") else "left", overflow="fold")
    for each in found:
        frozen, series = each.frozen, each.frozen.series
        kpi = catalogue.kpis.get(series.kpi)
        unit = frozen.unit if kpi is None or kpi.unit == "money" else kpi.unit
        table.add_row(
            series.scope.partition("=")[2],
            frozen.contract or "",
            f"{series.month:%Y-%m}",
            kpi.label if kpi else series.kpi,
            format_value(frozen.value, unit, frozen.reason),
            "" if frozen.n is None else f"{frozen.n:,}",
            frozen.state or "",
            str(frozen.batch),
            "the same" if each.latest[0] == frozen.value else format_value(each.latest[0], unit),
        )
    out = io.StringIO()
    Console(file=out, width=160, highlight=False, markup=False).print(table)
    return out.getvalue()
