"""`firstline kpi`: figures with their evidence, as a table, JSON or CSV."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import click
from rich.console import Console
from rich.table import Table

from firstline.catalogue.read import Catalogue
from firstline.cli.desk import Desk, at_home
from firstline.formats import format_interval, format_reason, format_span, format_value
from firstline.home import Home
from firstline.periods import parse_moment
from firstline.query.answer import Record, Result
from firstline.query.definitions import the_catalogue
from firstline.query.parse import parse_question
from firstline.query.run import answer
from firstline.refresh.replay import as_of
from firstline.web.export import columns_of, csv_text, flat_records


@click.command("kpi")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--from", "start", metavar="D", help="First day (local midnight), or an instant with an offset.")
@click.option("--to", "end", metavar="D", help="The day after the last one, or an instant with an offset.")
@click.option("--by", metavar="PERIOD", help="day, week, month, quarter or year; without it the whole span.")
@click.option("--group", multiple=True, metavar="DIM[,DIM]", help="Split by dimensions.")
@click.option(
    "--where", multiple=True, metavar="DIM=VALUE[,VALUE]", help="Only rows with these values; DIM= without one."
)
@click.option("--as-of", "known", metavar="T|BATCH", help="What was known at an instant, or after a batch.")
@click.option("--now", metavar="T", help="The instant of asking, in place of the clock's.")
@click.option("--format", "style", type=click.Choice(["table", "json", "csv"]), default="table")
@at_home
def kpi_command(
    desk: Desk,
    home: Home,
    ids: tuple[str, ...],
    start: str | None,
    end: str | None,
    by: str | None,
    group: tuple[str, ...],
    where: tuple[str, ...],
    known: str | None,
    now: str | None,
    style: str,
) -> None:
    """Compute KPIs by id, alias or K number; without an ID all of them."""
    catalogue, settings = the_catalogue(), home.settings
    if not settings.timezone:
        desk.tell("No time zone is set: days begin at midnight UTC. State `timezone` in firstline.toml.")
    single = {"from": start, "to": end, "by": by, "now": now}
    parameters: dict[str, Sequence[str]] = {name: [text] for name, text in single.items() if text is not None}
    parameters |= {"kpi": ids, "group": group, "where": where}
    query = replace(parse_question(catalogue, settings.zone, desk.now(), parameters), estimates=True)
    with _as_known(desk, home, known) as source:
        desk.print(rendered(catalogue, answer(source.warehouse, catalogue, settings, query), style))


def _as_known(desk: Desk, home: Home, known: str | None) -> AbstractContextManager[Home]:
    """The home as it is, or as it was at an instant or after a batch."""
    if known is None:
        return nullcontext(home)
    is_batch = known.isascii() and known.isdigit()
    return as_of(home, int(known) if is_batch else parse_moment(known, home.settings.zone, "--as-of"), desk.tell)


def rendered(catalogue: Catalogue, result: Result, style: str) -> str:
    """A Result as `json` (a list of records), `csv` (a line each) or `table`."""
    records = [record.as_json() for record in result.records]
    if style == "json":
        return json.dumps(records, indent=2, allow_nan=False)
    if style == "csv":
        flat = list(flat_records(records))
        return csv_text(columns_of(flat), flat)
    return _table(catalogue, result)


def _table(catalogue: Catalogue, result: Result) -> str:
    groups = list(dict.fromkeys(name for record in result.records for name in record.group))
    table = Table(box=None, pad_edge=False)
    table.add_column("KPI", no_wrap=True)
    table.add_column("period", no_wrap=True)
    for name in groups:
        table.add_column(name, overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("95 % interval", no_wrap=True)
    table.add_column("n", justify="right")
    table.add_column("pending", justify="right")
    table.add_column("excluded", justify="right")
    table.add_column("state")
    for record in result.records:
        table.add_row(*_cells(catalogue, record, groups))
    out = io.StringIO()
    Console(file=out, width=220, highlight=False, markup=False).print(table)
    notes = dict.fromkeys(f"{record.kpi}: {record.note}" for record in result.records if record.note)
    return out.getvalue() + "".join(f"\n{note}" for note in notes)


def _cells(catalogue: Catalogue, record: Record, groups: Sequence[str]) -> list[str]:
    unit = catalogue.kpis[record.kpi].shown_unit(record.unit)
    value = format_value(record.value, unit, record.why)
    state = f"{record.state}, low sample" if record.low_sample else record.state
    return [
        catalogue.kpis[record.kpi].label,
        format_span(record.period_start, record.period_end) + (" (part)" if record.partial else ""),
        *(record.group.get(name) or "-" for name in groups),
        value if record.value is not None else format_reason(record.why),
        format_interval(record.low, record.high, unit),
        *("" if count is None else f"{count:,}" for count in (record.n, record.pending, record.excluded)),
        state,
    ]
